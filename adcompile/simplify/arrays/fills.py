"""An element of an array of one number is that number.

ones = numpy.ones_like(x)                 ones = numpy.ones_like(x)
for i in range(n):                        for i in range(n):
  v1 = getitem(ones, i)           ->        total = add(total, 2.0)
  v2 = mul(2.0, v1)
  total = add(total, v2)

For compiled code, where no index is checked.
"""

from __future__ import annotations

from adcompile.simplify.arrays.rules import FILLS
from adcompile.simplify.fold import fold
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Trace, Var, everywhere, walk
from adcompile.trace.substitute import substitute_trace


def with_fills(trace: Trace) -> Trace:
    """The trace with such elements as numbers."""
    changed = everywhere(_read, trace)
    return trace if changed is trace else fold(changed)


def _read(trace: Trace) -> Trace:
    values: dict[Atom, Lit] = {}
    found: dict[Var, Atom] = {}
    for eqn in walk(trace.body):
        if not isinstance(eqn, Apply) or len(eqn.outs) != 1:
            continue
        match eqn.op, trace.kinds[eqn.out], eqn.args:
            case op, k.Array(dtype="float"), _ if op in FILLS:
                values[eqn.out] = Lit(FILLS[op])
            case "mem.getitem", k.Scalar(dtype="float"), (x, _) if x in values:
                found[eqn.out] = values[x]
    return substitute_trace(trace, found)
