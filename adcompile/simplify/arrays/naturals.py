"""Integers that are not negative, whatever the values: a slice that begins there counts from the
start.

    for i in range(n):
      at = 3 * i
      x[at:at + 3]                i, at, at + 3
"""

from __future__ import annotations

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, For, Lit, Trace, Var, walk

KEEPING = ("operator.add", "operator.mul", "operator.floordiv", "builtins.max", "builtins.min")


def naturals(trace: Trace) -> dict[Var, None]:
    """The variables of a trace that are such integers."""
    found: dict[Var, None] = {}

    def is_natural(atom: Atom) -> bool:
        if isinstance(atom, Lit):
            return type(atom.value) is int and atom.value >= 0
        kind = trace.kinds.get(atom)
        if not isinstance(kind, k.Scalar) or kind.dtype != "int":
            return False
        return atom in found or (kind.length is not None and kind.length.is_natural)

    for eqn in walk(trace.body):
        match eqn:
            case For(step=Lit(value=int(step))):
                end = eqn.stop.value if isinstance(eqn.stop, Lit) else None
                down = step < 0 and type(end) is int and end >= -1
                if down or (step > 0 and is_natural(eqn.start)):
                    found[eqn.index] = None
            case Apply(op=op, args=args) if op in KEEPING and all(map(is_natural, args)):
                found.update(dict.fromkeys(eqn.outs))
    return found
