"""Sums in place that are written out: whose two sides share memory, or may not fit.

    x[1:] += x[:-1]     ->      x[1:] = x[1:] + x[:-1]
    x += y              ->      x[:] = x + y

NumPy reads all of the right side before it writes, and raises where that has another shape; a loop
that Numba makes of it does not, and reads and writes what is no element.
"""

from __future__ import annotations

from adcompile.emit.alias import EXTERNAL, Aliases
from adcompile.rules.memory import KINDS
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Trace, Var, walk


def written_out(trace: Trace) -> dict[Apply, None]:
    """The equations that add to an array something that may be a part of it, or have more axes."""
    adding = [e for e in walk(trace.body) if isinstance(e, Apply) and _adds_array(trace, e)]
    if not adding:
        return {}
    found = dict.fromkeys(eqn for eqn in adding if not _fits(trace, eqn))
    aliases = Aliases(trace)
    for eqn in adding:
        mine = aliases[eqn.args[0]].all - {EXTERNAL}
        if not mine.isdisjoint(aliases[_added(trace, eqn)].all):
            found[eqn] = None
    return found


def _fits(trace: Trace, eqn: Apply) -> bool:
    """Is what is added known to be broadcast to the part that is changed?  Of arrays of numbers."""
    kinds = [trace.kinds[a] if isinstance(a, Var) else k.of_constant(a.value) for a in eqn.args]
    whole, value, *path = kinds
    if not isinstance(whole, k.Array) or len(path) > 1 or whole.dtype in ("int", "bool"):
        return True
    part = KINDS["mem.getitem"]([whole, *path], [eqn.args[0], *eqn.args[2:]])[0] if path else whole
    mine, other = getattr(part, "dims", None), getattr(value, "dims", None)
    if mine is None or other is None or len(other) > len(mine):
        return False
    return all(b.is_one or a == b for a, b in zip(reversed(mine), reversed(other)))


def _adds_array(trace: Trace, eqn: Apply) -> bool:
    if eqn.op != "mem.accumulate":
        return False
    value = eqn.args[1]
    return isinstance(value, Var) and not isinstance(trace.kinds.get(value), k.Scalar)


def _added(trace: Trace, eqn: Apply) -> Var:
    value = eqn.args[1]
    assert isinstance(value, Var)
    return value
