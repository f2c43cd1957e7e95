"""Which equations are written as expressions inside the one place that uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adcompile.rules.memory import DESTRUCTIVE, EFFECTS
from adcompile.trace.ir import Apply, Atom, Equation, If, Trace, Var, operands, walk

STRUCTURAL = ("mem.slice", "mem.tuple", "mem.dtype", "numpy.shape", "numpy.ndim", "numpy.size")


@dataclass(slots=True)
class Nesting:
    """The equations that are nested, by the variable each defines."""

    inside: dict[Var, Apply | If] = field(default_factory=dict)

    def nested(self, eqn: Equation) -> bool:
        return len(eqn.outs) == 1 and eqn.outs[0] in self.inside

    def reads(self, atom: Atom) -> Iterator[Var]:
        """The named variables that are read where the atom stands."""
        if not isinstance(atom, Var):
            return
        eqn = self.inside.get(atom)
        if eqn is None:
            yield atom
            return
        for arg in operands(eqn):
            yield from self.reads(arg)
        if isinstance(eqn, If):
            for side in (eqn.then, eqn.orelse):
                yield from self.reads(side.results[0])


def nest(trace: Trace) -> Nesting:
    """Decide what is nested."""
    result = Nesting()
    for eqn in walk(trace.body):
        if isinstance(eqn, Apply) and eqn.op in STRUCTURAL:
            result.inside[eqn.out] = eqn
    return result


def pure(eqn: Equation) -> bool:
    return isinstance(eqn, Apply) and eqn.op not in DESTRUCTIVE and eqn.op not in EFFECTS
