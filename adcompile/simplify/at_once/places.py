"""What an index names in all turns of a loop together.

A[i, :]   rows start to stop               A[k, j], j the index:   start to stop of row k
A[:, j]   columns start to stop            A[:k, k]                the same in every turn
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adcompile.rules.build import Builder
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Equation, For, Lit, Var

FULL = slice(None, None, None)


class Not(Exception):
    """This cannot be done for all turns at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """The components of an index; `turn` is the number of that which is the turn, None if none is.

    `offset` is what is added to the index of the loop there; `axis` is the axis of the turns in
    what is read, and `rank` the rank of what one turn reads.
    """

    items: tuple[Atom, ...]
    turn: int | None
    offset: int
    axis: int
    rank: int


class Around:
    """What is around loops: other loops, the innermost last, and equations of the same block."""

    def __init__(self, enclosing: tuple[For, ...], eqns: Iterable[Equation]) -> None:
        self.enclosing = enclosing
        self.defined: dict[Var, Apply] = {}
        self.accesses: dict[Atom, list[tuple[Apply, Atom]]] = {}
        for eqn in eqns:
            if isinstance(eqn, Apply):
                self.defined.update(dict.fromkeys(eqn.outs, eqn))
                self._note(eqn)

    def _note(self, eqn: Apply) -> None:
        number = {"mem.getitem": 1, "mem.accumulate": 2, "mem.write": 2}.get(eqn.op, len(eqn.args))
        if number < len(eqn.args):
            index = eqn.args[number]
            made = self.defined.get(index) if isinstance(index, Var) else None
            items = made.args if made is not None and made.op == "mem.tuple" else (index,)
            for item in items:
                self.accesses.setdefault(item, []).append((eqn, index))


class Places:
    """The places that a loop names."""

    def __init__(
        self, build: Builder, loop: For, defined: Mapping[Var, Apply],
        varying: Mapping[Var, None], around: Around,
    ) -> None:  # fmt: skip
        self.build = build
        self.loop = loop
        self.defined = defined
        self.varying = varying
        self.around = around
        self.unsure = False  # may it raise, or be another place, where there is no turn?

    def place(self, base: Atom, index: Atom) -> Place:
        """What this index names of an array of this kind."""
        kind = self.build.kind(base)
        if not isinstance(kind, k.Array) or kind.dims is None:
            raise Not
        items = self.items(index)
        turns = [n for n, item in enumerate(items) if item in self.varying]
        if len(turns) > 1 or len(items) > len(kind.dims):
            raise Not
        slices = 0
        axis = 0
        offset = 0
        for number, item in enumerate(items):
            if number in turns:
                axis, offset = slices, self.offset(item)
                continue
            what = self.build.kind(item)
            if isinstance(what, k.Slice):
                slices += 1
            elif isinstance(what, k.Scalar) and what.dtype == "int":
                self.unsure |= not self.is_sure(item, kind.dims[number], number)
            else:
                raise Not
        rank = slices + len(kind.dims) - len(items)
        return Place(items, turns[0] if turns else None, offset, axis, rank)

    def items(self, index: Atom) -> tuple[Atom, ...]:
        if isinstance(index, Lit):
            parts = index.value if isinstance(index.value, tuple) else (index.value,)
            return tuple(map(Lit, parts))
        made = self.defined.get(index) or self.around.defined.get(index)
        if made is not None and made.op == "mem.tuple":
            return made.args
        if isinstance(self.build.kind(index), k.Tuple):
            raise Not
        return (index,)

    def offset(self, item: Atom) -> int:
        """What a component adds to the index of the loop."""
        if item is self.loop.index:
            found = 0
        else:
            made = self.defined.get(item) if isinstance(item, Var) else None
            if made is None or made.op not in ("operator.add", "operator.sub"):
                raise Not
            one, other = made.args
            if made.op == "operator.add" and isinstance(one, Lit):
                one, other = other, one
            if one is not self.loop.index or not isinstance(other, Lit):
                raise Not
            if type(other.value) is not int:
                raise Not
            found = other.value if made.op == "operator.add" else -other.value
        least = self.least(self.loop.start)
        if least is None or least + found < 0:
            raise Not
        return found

    def least(self, atom: Atom) -> int | None:
        """What an integer is at least; None where that is not known."""
        if isinstance(atom, Lit):
            return atom.value if type(atom.value) is int else None
        for loop in self.around.enclosing:
            if atom is loop.index:
                return self.least(loop.start) if loop.step == Lit(1) else None
        made = self.around.defined.get(atom)
        if made is not None and made.op == "operator.add" and isinstance(made.args[1], Lit):
            base, added = self.least(made.args[0]), made.args[1].value
            return base + added if base is not None and type(added) is int else None
        kind = self.build.kind(atom)
        known = isinstance(kind, k.Scalar) and kind.length is not None and kind.length.is_natural
        return 0 if known else None

    def is_sure(self, item: Atom, dim: k.Dim, axis: int) -> bool:
        """Is it certain, without a turn, that this is an index of an axis of this length?"""
        for loop in self.around.enclosing:
            least = self.least(loop.start) if item is loop.index and loop.step == Lit(1) else None
            kind = self.build.kind(loop.stop)
            if least is not None and least >= 0 and getattr(kind, "length", None) == dim:
                return True
        found = self.around.accesses.get(item, ())
        return any(self.names(eqn, index, item, dim) for eqn, index in found)

    def names(self, eqn: Apply, index: Atom, item: Atom, dim: k.Dim) -> bool:
        """Does an equation use this component of an index along an axis of this length?"""
        kind = self.build.kind(eqn.args[0])
        if not isinstance(kind, k.Array) or kind.dims is None:
            return False
        try:
            items = self.items(index)
        except Not:
            return False
        simple = all(isinstance(self.build.kind(i), (k.Scalar, k.Slice)) for i in items)
        return simple and any(i is item and d == dim for i, d in zip(items, kind.dims))

    def index(self, base: Atom, place: Place) -> Atom:
        """The index that names the place in all turns."""
        if place.turn is None:
            items = place.items
        else:
            kind = self.build.kind(base)
            assert isinstance(kind, k.Array) and kind.dims is not None
            turns = self.turns(kind.dims[place.turn], place.offset)
            items = (*place.items[: place.turn], turns, *place.items[place.turn + 1 :])
        while len(items) > 1 and self.is_full(items[-1]):
            items = items[:-1]
        return items[0] if len(items) == 1 else self.build.apply("mem.tuple", *items)

    def is_full(self, item: Atom) -> bool:
        return self.build.kind(item) == k.of_constant(FULL)

    def turns(self, dim: k.Dim, offset: int) -> Atom:
        """The slice of all turns along an axis of this length."""
        start, stop = self.loop.start, self.loop.stop
        kind = self.build.kind(stop)
        length = kind.length if isinstance(kind, k.Scalar) else None
        if isinstance(stop, Lit):
            length = k.Dim(None, stop.value)
        if isinstance(start, Lit) and start.value + offset == 0:
            first: Atom = Lit(None)
        else:
            first = self.added(start, offset)
        if length is not None and length.base == dim.base:
            behind = length.offset + offset - dim.offset
            if behind == 0 or (behind < 0 and dim.base is not None):  # x[:-1], however short
                return self.build.apply("mem.slice", first, Lit(behind or None), Lit(None))
        known = length is not None and length.is_natural
        self.unsure |= not known or offset < 0
        last = self.added(stop, offset)
        return self.build.apply("mem.slice", first, last, Lit(None))

    def count(self) -> k.Dim | None:
        """The number of turns, as a length."""
        start, stop = self.loop.start, self.build.kind(self.loop.stop)
        if not isinstance(start, Lit) or not isinstance(stop, k.Scalar) or stop.length is None:
            return None
        return k.Dim(stop.length.base, stop.length.offset - start.value)

    def added(self, atom: Atom, offset: int) -> Atom:
        if offset == 0:
            return atom
        if isinstance(atom, Lit):
            return Lit(atom.value + offset)
        if offset > 0:
            return self.build.apply("operator.add", atom, Lit(offset))
        return self.build.apply("operator.sub", atom, Lit(-offset))
