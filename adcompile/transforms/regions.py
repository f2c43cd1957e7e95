"""Which elements of an array an index names, by bounds; and whether two of them may be the same.

    A[i, :j]     rows i to i + 1, columns 0 to j
    A[i + 1:]    rows from i + 1 on

A bound is an index of a loop, or a number from outside of the loops, and a constant.  What the
loops and the order of their turns say of the indices are differences: i + 1 <= i', j <= i - 1.  Two
regions are apart if along one axis the one always ends before the other begins.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, For, Lit, Var, bound, walk

Point = tuple[Var | None, int]  # a variable, or None for zero, and what is added to it
Name = tuple[Var, bool] | None  # a variable, and whether it is that of the other turn; zero
Interval = tuple[Point | None, Point | None, Point | None]
"""From, and up to but without, None where not known; and what may not be negative besides."""
WHOLE: Interval = (None, None, None)


@dataclass(frozen=True, slots=True)
class Region:
    """What an index names along the leading axes, in a turn of these loops, outer before inner."""

    loops: tuple[For, ...]
    index: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Turns:
    """The first `same` loops are in one turn; the next in a later one (1), an earlier one (-1)."""

    same: int
    order: int


class Regions:
    """Regions in the turns of a loop and of those inside it, in one turn of those around it."""

    def __init__(
        self, loop: For, defined: Mapping[Var, Apply], kinds: Mapping[Var, k.Kind],
        enclosing: tuple[For, ...] = (),
    ) -> None:  # fmt: skip
        self.defined = defined
        self.kinds = kinds
        self.enclosing = enclosing
        self.indexed: dict[Atom, tuple[Interval, ...]] = {}
        self.compared: dict[tuple[tuple[For, ...], tuple[For, ...], Turns], _Compared] = {}
        self.indices: dict[Var, None] = {loop.index: None}
        self.inside: dict[Var, None] = dict.fromkeys(bound(loop))
        for eqn in walk(loop.body):
            self.inside.update(dict.fromkeys((*eqn.outs, *bound(eqn))))
            if isinstance(eqn, For):
                self.indices[eqn.index] = None

    def of_index(self, index: Atom) -> tuple[Interval, ...]:
        """The intervals along the leading axes, as far as they are known; found once."""
        known = self.indexed.get(index)
        if known is None:
            known = self.indexed[index] = self._of_index(index)
        return known

    def _of_index(self, index: Atom) -> tuple[Interval, ...]:
        made = self.defined.get(index) if isinstance(index, Var) else None
        items: Sequence[Atom] = (index,)
        if made is not None and made.op == "mem.tuple":
            items = made.args
        elif isinstance(index, Lit) and isinstance(index.value, tuple):
            items = tuple(Lit(item) for item in index.value)
        found: list[Interval] = []
        for item in items:
            interval = self._of_item(item)
            if interval is None:
                break
            found.append(interval)
        return tuple(found)

    def _of_item(self, item: Atom) -> Interval | None:
        """The interval along one axis; None where it may not stand for just that axis."""
        made = self.defined.get(item) if isinstance(item, Var) else None
        if isinstance(item, Lit) and isinstance(item.value, slice):
            return self._of_slice(*map(Lit, (item.value.start, item.value.stop, item.value.step)))
        if made is not None and made.op == "mem.slice":
            return self._of_slice(*made.args)
        of_item = self.kinds.get(item) if isinstance(item, Var) else None
        if of_item is not None and not memory.takes_one_axis(of_item):
            return None
        point = self.point(item)
        return None if point is None else (point, (point[0], point[1] + 1), None)

    def _of_slice(self, start: Atom, stop: Atom, step: Atom) -> Interval:
        by = step.value if isinstance(step, Lit) else 0
        if by is None or (type(by) is int and by > 0):
            return self.point(start), self.point(stop), None
        first = self.point(start) if type(by) is int and by < 0 else None
        return WHOLE if first is None else (None, (first[0], first[1] + 1), first)

    def point(self, atom: Atom) -> Point | None:
        """A bound as a variable and a constant; None where it is not known."""
        if isinstance(atom, Lit):
            return (None, atom.value) if type(atom.value) is int else None
        made = self.defined.get(atom)
        if made is not None and made.op in ("operator.add", "operator.sub"):
            one, other = made.args
            if made.op == "operator.add" and isinstance(one, Lit):
                one, other = other, one
            base = self.point(one)
            if base is None or not isinstance(other, Lit) or type(other.value) is not int:
                return None
            return base[0], base[1] + (other.value if made.op == "operator.add" else -other.value)
        return None if atom in self.inside and atom not in self.indices else (atom, 0)

    def may_meet(self, one: Region, other: Region, turns: Turns) -> bool:
        """May an element of `one` be one of `other`, in turns that stand so to one another?"""
        key = one.loops, other.loops, turns
        compared = self.compared.get(key)
        if compared is None:
            compared = self.compared[key] = _Compared(self, *key)
        if compared.known.impossible:
            return False
        return not any(compared.apart(a, b) for a, b in zip(one.index, other.index))


class _Compared:
    """Regions in turns of these loops, with what is known of the indices of the loops."""

    def __init__(
        self, regions: Regions, one: tuple[For, ...], other: tuple[For, ...], turns: Turns
    ) -> None:
        self.regions = regions
        self.known = Differences()
        self.shared = dict.fromkeys(loop.index for loop in one[: turns.same])
        for loop in regions.enclosing:
            self._bounds(loop, False)
        for loops, primed in ((one, False), (other, True)):
            for loop in loops:
                self._bounds(loop, primed)
        if turns.order:
            loop = one[turns.same]
            step = loop.step.value if isinstance(loop.step, Lit) else 0
            if step:
                rising = (step > 0) != loop.backward
                ends = self.name(loop.index, False), self.name(loop.index, True)
                first, second = ends if rising == (turns.order > 0) else ends[::-1]
                self.known.add(first, second, -1)
        self.known.close()

    def name(self, var: Var | None, primed: bool) -> Name:
        if var is None:
            return None
        return var, primed and var in self.regions.indices and var not in self.shared

    def _bounds(self, loop: For, primed: bool) -> None:
        """What the range of a loop says of its index."""
        step = loop.step.value if isinstance(loop.step, Lit) else 0
        index = self.name(loop.index, primed)
        start, stop = self.regions.point(loop.start), self.regions.point(loop.stop)
        if start is not None and step:
            name = self.name(start[0], primed)
            ends = (name, index, -start[1]) if step > 0 else (index, name, start[1])
            self.known.add(*ends)
        if stop is not None and step:
            name = self.name(stop[0], primed)
            ends = (index, name, stop[1] - 1) if step > 0 else (name, index, -stop[1] - 1)
            self.known.add(*ends)

    def apart(self, one: Interval, other: Interval) -> bool:
        """Is it certain that two intervals have no place in common?"""
        first, second = self.checked(one, False), self.checked(other, True)
        return self.before(first[1], second[0]) or self.before(second[1], first[0])

    def checked(self, interval: Interval, primed: bool) -> list[tuple[Name, int] | None]:
        """The bounds that are known not to be negative: others count from the end."""
        found: list[tuple[Name, int] | None] = []
        for point in interval:
            end = None if point is None else (self.name(point[0], primed), point[1])
            found.append(end if self.before((None, 0), end) else None)
        first, last, begun = interval
        unknown = (first and last and None in found[:2]) or (begun and found[2] is None)
        return [None, None] if unknown else found[:2]

    def before(self, one: tuple[Name, int] | None, other: tuple[Name, int] | None) -> bool:
        """Is it certain that one <= other?"""
        if one is None or other is None:
            return False
        return self.known.most(one[0], other[0]) <= other[1] - one[1]


class Differences:
    """What x - y is at most, for pairs of names."""

    def __init__(self) -> None:
        self.bounds: dict[tuple[Name, Name], float] = {}
        self.ends: dict[Name, dict[Name, float]] = {}  # of all x, by y
        self.impossible = False

    def add(self, x: Name, y: Name, most: float) -> None:
        """x - y <= most."""
        known = self.bounds.get((x, y), 0 if x == y else math.inf)
        self.bounds[x, y] = min(most, known)

    def most(self, x: Name, y: Name) -> float:
        """The least sum of bounds that lead from y to x."""
        if y not in self.ends:
            self.ends[y] = self._sums({y: 0.0}) or {}
        return self.ends[y].get(x, math.inf)

    def close(self) -> None:
        """All is known: can it be?"""
        names = dict.fromkeys(name for pair in self.bounds for name in pair)
        self.impossible = self._sums(dict.fromkeys(names, 0.0)) is None

    def _sums(self, ends: dict[Name, float]) -> dict[Name, float] | None:
        """The least sums from these on; None where they have no end."""
        for _ in range(2 * len(self.bounds) + 1):  # in each round one more of the names is sure
            changed = False
            for (x, y), most in self.bounds.items():
                if y in ends and ends[y] + most < ends.get(x, math.inf):
                    ends[x], changed = ends[y] + most, True
            if not changed:
                return ends
        return None
