"""What a trace holds: a pass that it cannot concern need not be asked."""

from __future__ import annotations

from adcompile.trace.ir import Apply, Block, If, Trace, blocks

TRIES = "try"  # an If that catches exceptions


def holds(trace: Trace) -> set[str]:
    """The operations of a trace and its callees; "If", "For", "While", "Call", TRIES with them."""
    found: set[str] = set()
    stack: list[Block] = [trace.body, *(callee.body for callee in trace.functions.values())]
    while stack:
        for eqn in stack.pop().eqns:
            if isinstance(eqn, Apply):
                found.add(eqn.op)
                continue
            found.add(type(eqn).__name__)
            stack += blocks(eqn)
            if isinstance(eqn, If) and eqn.caught:
                found.add(TRIES)
    return found
