"""How loops are left: flags of last branches, and carried values that only the last turn makes.

    for i in range(n) carry u.1 = (u.0, u.2) -> u.3, r.1 = (undefined, r.2) -> r.3:
      u.2 = write(u.1, x, 0)
      if c -> r.2:
        yield u.2                           r is u, and no turn follows that writes to it
      else:
        yield undefined
      break if c
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
    Atom,
    Block,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    free,
    inside,
    walk,
)


def flagged(trace: Trace) -> Trace:
    """The trace with a flag for each last branch of a turn whose condition is what ends the loop.

        if c: found = True                      if c:
        break if c                    ->            found = True
                                                    break
    """
    loops = [eqn for eqn in walk(trace.body) if isinstance(eqn, (For, While)) and eqn.exits]
    flags: dict[Var, k.Kind] = {}

    def ended(block: Block, flag: Atom) -> tuple[Block, Atom]:
        last = block.eqns[-1] if block.eqns else None
        if not isinstance(last, If) or not isinstance(flag, Var) or last.caught:
            return block, flag
        place = last.outs.index(flag) if flag in last.outs else -1
        if place >= 0:
            sides = [ended(side, side.results[place]) for side in (last.then, last.orelse)]
            results = [
                (*side.results[:place], end, *side.results[place + 1 :]) for side, end in sides
            ]
            then, orelse = (side.having(side.eqns, r) for (side, _), r in zip(sides, results))
            made: If = last.having(last.cond, then, orelse)
            return block.having((*block.eqns[:-1], made), block.results), flag
        if last.cond is not flag or not last.outs:
            return block, flag
        out = Var()
        flags[out] = k.Scalar("bool")
        sides = [(last.then, Lit(True)), (last.orelse, Lit(False))]
        then, orelse = (Block(side.eqns, (*side.results, end)) for side, end in sides)
        made = replace(last, outs=(*last.outs, out), then=then, orelse=orelse)
        return Block((*block.eqns[:-1], made), block.results), out

    def change(block: Block) -> Block:
        eqns = [inside(eqn, change) for eqn in block.eqns]
        for n, eqn in enumerate(eqns):
            if isinstance(eqn, (For, While)) and eqn.exits:
                body, flag = ended(eqn.body, eqn.body.results[-1])
                if body is not eqn.body:
                    body = Block(body.eqns, (*body.results[:-1], flag))
                    eqns[n] = replace(eqn, body=body)
        return block.having(eqns, block.results)

    body = change(trace.body) if loops else trace.body
    return replace(trace, body=body, kinds={**trace.kinds, **flags}) if flags else trace


def made_last(loop: For | While) -> dict[int, None]:
    """The numbers of the carried values that a turn makes only if it is the last."""
    if not loop.exits:
        return {}
    flag = loop.body.results[-1]
    found: dict[int, None] = {}
    for n, (init, param) in enumerate(zip(loop.inits, loop.params)):
        if init == UNDEF and _is_last(loop.body, loop.body.results[n], flag, param):
            found[n] = None
    if not found:
        return {}
    read = _reads(loop)
    return {n: None for n in found if loop.params[n] not in read}


def _is_last(block: Block, result: Atom, flag: Atom, param: Var) -> bool:
    """Is the flag true wherever the result is not what it was?"""
    if result == UNDEF or result is param or flag == Lit(True):
        return True
    for eqn in block.eqns:
        if isinstance(result, Lit) or result not in eqn.outs:
            continue
        number = eqn.outs.index(result)
        if isinstance(eqn, If) and not eqn.caught:
            for side, taken in ((eqn.then, True), (eqn.orelse, False)):
                said = Lit(taken) if flag is eqn.cond else flag
                if flag in eqn.outs:
                    said = side.results[eqn.outs.index(flag)]
                if not _is_last(side, side.results[number], said, param):
                    return False
            return True
        if isinstance(eqn, (For, While)) and eqn.exits and flag in eqn.outs:
            inner, now = eqn.params[number], eqn.body.results[number]
            begins = eqn.inits[number] == UNDEF or eqn.inits[number] is param
            said = eqn.body.results[eqn.outs.index(flag)]
            ends = _is_last(eqn.body, now, eqn.body.results[-1], inner)
            return begins and ends and _is_last(eqn.body, now, said, inner)
    return False


def _reads(loop: For | While) -> dict[Var, None]:
    """What the turns read, other than to hand a value of their own on."""
    own = dict.fromkeys(loop.params)
    blocks = (loop.cond, loop.body) if isinstance(loop, While) else (loop.body,)
    read: dict[Var, None] = {}
    for block in blocks:
        read.update(_uses(block, own))
    return read


def _uses(block: Block, own: dict[Var, None]) -> dict[Var, None]:
    found: dict[Var, None] = {}
    for eqn in block.eqns:
        if isinstance(eqn, If):
            found.update(_uses(eqn.then, own) | _uses(eqn.orelse, own))
            found.update({eqn.cond: None} if isinstance(eqn.cond, Var) else {})
        elif isinstance(eqn, (For, While)):
            found.update(free(Block((eqn,), ())))
        else:
            found.update((arg, None) for arg in eqn.args if isinstance(arg, Var))
    return found
