"""What a trace holds: a pass that it cannot concern need not be asked."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from adcompile.trace.ir import Apply, Block, If, Trace, walk

TRIES = "try"  # an If that catches exceptions
_held: WeakKeyDictionary[Block, frozenset[str]] = WeakKeyDictionary()


def holds(trace: Trace) -> frozenset[str]:
    """The operations of a trace and its callees; "If", "For", "While", "Call", TRIES with them."""
    return _of(trace.body).union(*(_of(callee.body) for callee in trace.functions.values()))


def _of(block: Block) -> frozenset[str]:
    """The operations of a block, found once: most passes leave most traces as they are."""
    found = _held.get(block)
    if found is None:
        eqns = walk(block)
        names = {eqn.op for eqn in eqns if isinstance(eqn, Apply)}
        for eqn in [eqn for eqn in eqns if not isinstance(eqn, Apply)]:
            names.add(type(eqn).__name__)
            if isinstance(eqn, If) and eqn.caught:
                names.add(TRIES)
        found = _held[block] = frozenset(names)
    return found
