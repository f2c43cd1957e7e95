"""When all derivatives are taken, a stopped value is what it is.

v1 = mem.stop(x)          ->          v1 = mem.same(x)
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace.ir import Apply, Block, Equation, Trace, everywhere, inside


def stopped(trace: Trace) -> Trace:
    """The trace with values that nothing stops any more."""
    return everywhere(lambda each: replace(each, body=_block(each.body)), trace)


def _block(block: Block) -> Block:
    return block.having([_equation(eqn) for eqn in block.eqns], block.results)


def _equation(eqn: Equation) -> Equation:
    if isinstance(eqn, Apply) and eqn.op == "mem.stop":
        return replace(eqn, op="mem.same")
    return inside(eqn, _block)
