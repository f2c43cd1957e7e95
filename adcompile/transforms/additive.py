"""Loops whose turns only add to what they carry: their order does not matter.

for i in range(n) carry s, w_bar:
  s = s + x[i]
  w_bar = accumulate(w_bar, v, i)

"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Var,
    blocks,
    free,
    operands,
)
from adcompile.trace.within import Within

Adders = Mapping[str, Mapping[int, int]]
"""Callees that add to parameters: by name, the parameter's number and that of the sum."""
SUMS = ("operator.add", "operator.sub", "mem.accumulate", "mem.scatter_add")


def all_sum_up(
    params: Iterable[Var], results: Iterable[Atom], block: Block, adders: Adders
) -> bool:
    """Does a turn only add to each of what it carries?"""
    sums = _Sums(_uses(block), adders)
    return all(sums.sums_up(param, end, block) for param, end in zip(params, results))


def partial_sums(start: Var, end: Atom, block: Block, adders: Adders) -> list[Var] | None:
    """The sums on the way from `start` to `end`, where the block only adds to it."""
    return _Sums(_uses(block), adders).partial(start, end, block)


def reads(eqn: Equation) -> dict[Var, None]:
    found = {atom: None for atom in operands(eqn) if isinstance(atom, Var)}
    for block in blocks(eqn):
        found |= free(block)
    return found


def _uses(block: Block) -> dict[Var, int]:
    """How often each variable is read, by equations and as a result of a block."""
    uses: dict[Var, int] = {}

    def count(atoms: Iterable[Atom]) -> None:
        for atom in atoms:
            if isinstance(atom, Var):
                uses[atom] = uses.get(atom, 0) + 1

    def inside(block: Block) -> None:
        count(block.results)
        for eqn in block.eqns:
            count(operands(eqn))
            for below in blocks(eqn):
                inside(below)

    inside(block)
    return uses


class _Sums:
    """Follows what is added to, with how often each variable is read."""

    def __init__(
        self, uses: Mapping[Var, int], adders: Adders, within: Within | None = None
    ) -> None:
        self.uses = uses
        self.adders = adders
        self.within = Within() if within is None else within

    def sums_up(self, start: Var, end: Atom, block: Block) -> bool:
        """Is `end` the sum of `start` and of terms that do not know it?"""
        return self.partial(start, end, block) is not None

    def partial(self, start: Var, end: Atom, block: Block) -> list[Var] | None:
        """The partial sums on the way from `start` to `end`, if it is such a sum."""
        current, found = start, [start]
        for eqn in block.eqns:
            if current is end:
                break
            if current not in self.within.reads(eqn):
                continue
            following = self._next(current, eqn)
            if following is None:
                return None
            current = following
            found.append(current)
        return found if current is end and self.uses.get(current, 0) == 1 else None

    def _next(self, current: Var, eqn: Equation) -> Var | None:
        """The variable that is `current` and something more."""
        once = self.uses.get(current) == 1
        match eqn:
            case Apply() if once and eqn.op in SUMS:
                places = [n for n, arg in enumerate(eqn.args) if arg is current]
                return eqn.out if places == [0] or eqn.op == "operator.add" else None
            case Call() if once and eqn.function in self.adders:
                place = [arg is current for arg in eqn.args].index(True)
                out = self.adders[eqn.function].get(place)
                return None if out is None else eqn.outs[out]
            case If():
                found = [out for n, out in enumerate(eqn.outs) if self._through(current, eqn, n)]
                return found[0] if len(found) == 1 else None
            case For() if once and not eqn.exits and current in eqn.inits:
                n = eqn.inits.index(current)
                good = self.sums_up(eqn.params[n], eqn.body.results[n], eqn.body)
                return eqn.outs[n] if good else None
        return None

    def _through(self, current: Var, eqn: If, n: int) -> bool:
        """Is the n-th out of an If `current` and something more, on both sides?"""
        both = (eqn.then, eqn.orelse)
        once = all(_uses(block).get(current) == 1 for block in both)
        if not once or self.uses.get(current) != len(both):
            return False
        inside = _Sums({**self.uses, current: 1}, self.adders, self.within)
        return all(inside.sums_up(current, block.results[n], block) for block in both)
