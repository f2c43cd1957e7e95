"""Sums in place whose two sides share memory.

    x[1:] += x[:-1]     ->      x[1:] += x[:-1].copy()

NumPy reads all of the right side before it writes; a loop that Numba makes of it does not.
"""

from __future__ import annotations

from adcompile.emit.alias import EXTERNAL, Aliases
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Trace, Var, walk


def overlapping(trace: Trace) -> dict[Apply, None]:
    """The equations that add to an array something that may be a part of it."""
    adding = [eqn for eqn in walk(trace.body) if _adds_array(trace, eqn)]
    if not adding:
        return {}
    aliases = Aliases(trace)
    return {
        eqn: None
        for eqn in adding
        if isinstance(eqn, Apply)
        and not (aliases[eqn.args[0]].all - {EXTERNAL}).isdisjoint(aliases[_added(trace, eqn)].all)
    }


def _adds_array(trace: Trace, eqn: object) -> bool:
    if not isinstance(eqn, Apply) or eqn.op != "mem.accumulate":
        return False
    value = eqn.args[1]
    return isinstance(value, Var) and not isinstance(trace.kinds.get(value), k.Scalar)


def _added(trace: Trace, eqn: Apply) -> Var:
    value = eqn.args[1]
    assert isinstance(value, Var)
    return value
