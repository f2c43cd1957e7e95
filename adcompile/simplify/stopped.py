"""When all derivatives are taken, a stopped value is what it is.

v1 = mem.stop(x)          ->          v1 = mem.same(x)
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace.ir import Apply, Block, Equation, For, If, Trace, While, everywhere


def stopped(trace: Trace) -> Trace:
    """The trace with values that nothing stops any more."""
    return everywhere(lambda each: replace(each, body=_block(each.body)), trace)


def _block(block: Block) -> Block:
    return Block(tuple(_equation(eqn) for eqn in block.eqns), block.results)


def _equation(eqn: Equation) -> Equation:
    match eqn:
        case Apply(op="mem.stop"):
            return replace(eqn, op="mem.same")
        case If():
            return replace(eqn, then=_block(eqn.then), orelse=_block(eqn.orelse))
        case For():
            return replace(eqn, body=_block(eqn.body))
        case While():
            return replace(eqn, cond=_block(eqn.cond), body=_block(eqn.body))
    return eqn
