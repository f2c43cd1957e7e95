"""What only some turns of a loop make, and no turn reads, stays what it is in the other turns.

    for i in range(n) carry r.1 = (undefined, r.2) -> r.3:
      if c -> r.2:                            if c -> r.2:
        r.0 = mul(u, 2.0)                       r.0 = mul(u, 2.0)
        yield r.0                   ->          yield r.0
      else:                                   else:
        yield undefined                         yield r.1
      break if c

So does its adjoint, which is zero after the branch that makes it, not after every turn.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace.ir import (
    UNDEF,
    Atom,
    Block,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    everywhere,
)
from adcompile.trace.within import Within


def keeping(trace: Trace) -> Trace:
    """The trace with such values carried on."""
    within = Within()
    return everywhere(lambda each: _changed(each, within), trace)


def _changed(trace: Trace, within: Within) -> Trace:
    body = _block(trace.body, within)
    return trace if body is trace.body else replace(trace, body=body)


def _block(block: Block, within: Within) -> Block:
    return block.having([_equation(eqn, within) for eqn in block.eqns], block.results)


def _equation(eqn: Equation, within: Within) -> Equation:
    match eqn:
        case If():
            return eqn.having(eqn.cond, _block(eqn.then, within), _block(eqn.orelse, within))
        case For() | While():
            body = _block(eqn.body, within)
            read = within.free(body)
            if isinstance(eqn, While):
                read |= within.free(eqn.cond)
            for init, param, result in zip(eqn.inits, eqn.params, body.results):
                if init == UNDEF and param not in read:
                    body = _kept(body, result, param)
            return eqn if body is eqn.body else replace(eqn, body=body)
    return eqn


def _kept(block: Block, result: Atom, param: Var) -> Block:
    """The block in which `result` is `param` on the paths that leave it undefined."""
    eqns = list(block.eqns)
    for place, eqn in enumerate(eqns):
        if not isinstance(eqn, If) or eqn.caught or result not in eqn.outs:
            continue
        number = [out is result for out in eqn.outs].index(True)
        sides: list[Block] = []
        for side in (eqn.then, eqn.orelse):
            found = side.results[number]
            kept = replace(_kept(side, found, param), results=side.results)
            if found == UNDEF:
                ends = (*side.results[:number], param, *side.results[number + 1 :])
                kept = replace(kept, results=ends)
            sides.append(kept)
        eqns[place] = replace(eqn, then=sides[0], orelse=sides[1])
    return Block(tuple(eqns), block.results)
