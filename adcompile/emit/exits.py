"""Carried values that only the last turn of a loop makes.

    for i in range(n) carry u.1 = (u.0, u.2) -> u.3, r.1 = (undefined, r.2) -> r.3:
      u.2 = write(u.1, x, 0)
      if c -> r.2:
        yield u.2                           r is u, and no turn follows that writes to it
      else:
        yield undefined
      break if c
"""

from __future__ import annotations

from adcompile.trace.ir import UNDEF, Atom, Block, For, If, Lit, Var, While, free


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
