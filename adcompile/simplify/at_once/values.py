"""The values of all turns, along an axis of their own.

A number of each turn is a vector; a vector of each turn is a matrix, in which the turns are the
last axis (`last`) or the first.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcompile.rules import table
from adcompile.rules.build import Builder
from adcompile.simplify.at_once.places import Not, Place, Places
from adcompile.simplify.at_once.tapes import Tapes
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var

DOTS = ("numpy.vdot", "numpy.dot", "operator.matmul")
ARITHMETIC = ("operator.add", "operator.sub", "operator.mul", "operator.neg")


def is_strong(kind: k.Kind) -> bool:
    return isinstance(kind, k.Scalar) and kind.strong is True


class Values:
    """What the equations of a turn give, for all turns.  `arrays` are the versions of arrays."""

    def __init__(
        self, build: Builder, places: Places, varying: dict[Var, None], last: bool, tapes: Tapes
    ) -> None:
        self.tapes = tapes
        self.taped: dict[Var, tuple[Atom, int]] = {}
        self.build = build
        self.places = places
        self.defined: Mapping[Var, Apply] = places.defined
        self.varying = varying
        self.last = last
        self.made: dict[Var, Atom] = {}
        self.arrays: dict[Var, Atom] = {}
        self.rows = False  # is there an array whose rows or columns are those of the turns?
        self.large = False  # is there a matrix that the turns have made, row by row?

    def rank(self, atom: Atom) -> int:
        """The rank of a value of one turn: a number or a vector."""
        kind = self.build.kind(atom)
        if isinstance(kind, k.Scalar) and kind.dtype in ("float", "int"):
            return 0
        if isinstance(kind, k.Array) and kind.rank in (0, 1) and kind.dtype == "float":
            return kind.rank
        raise Not

    def is_same(self, atom: Atom) -> bool:
        return atom not in self.varying

    def of(self, atom: Atom) -> Atom:
        """The values of a varying atom in all turns."""
        if not isinstance(atom, Var) or atom not in self.defined:
            raise Not
        if atom not in self.made:
            self.made[atom] = self.evaluated(atom, self.defined[atom])
        return self.made[atom]

    def evaluated(self, atom: Var, eqn: Apply) -> Atom:
        rank = self.rank(atom)
        if k.dtype_of(self.build.kind(atom)) != "float":
            raise Not
        if eqn.op == "mem.getitem":
            return self.read(eqn)
        if atom in self.taped:
            return self.stacked(*self.taped[atom], rank)
        if eqn.op in DOTS:
            return self.product(*eqn.args)
        if eqn.op == "numpy.sum" and len(eqn.args) == 1 and self.rank(eqn.args[0]) == 1:
            return self.build.apply("numpy.sum", self.of(eqn.args[0]), Lit(0 if self.last else 1))
        if not self.is_pointwise(eqn):
            raise Not
        self.large |= rank == 1
        if rank == 1 and eqn.op == "operator.mul" and sum(map(self.is_row, eqn.args)) == 0:
            return self.outer(*eqn.args)
        args = [self.spread(arg, rank) for arg in eqn.args]
        self.agree(*(self.row(arg) for arg in eqn.args if self.rank(arg) == 1))
        return self.build.apply(eqn.op, *args)

    def is_pointwise(self, eqn: Apply) -> bool:
        if eqn.op in ARITHMETIC:
            return True
        row = table.lookup(eqn.op, len(eqn.args))
        if eqn.op == "operator.pow":
            return isinstance(eqn.args[1], Lit) and is_strong(self.build.kind(eqn.args[0]))
        plain = row is not None and row.form == "pointwise" and len(eqn.args) <= 2
        if eqn.op == "operator.truediv":  # numbers of Python's would raise
            kinds = map(self.build.kind, eqn.args)
            return any(isinstance(kind, k.Array) or is_strong(kind) for kind in kinds)
        return plain and eqn.op.startswith("numpy.")

    def row(self, atom: Atom) -> k.Dim | None:
        """The length of a vector of one turn, as far as it is known without a turn."""
        same = self.is_same(atom)
        kind = self.build.kind(atom if same else self.of(atom))
        dims = kind.dims if isinstance(kind, k.Array) else None
        return dims[0 if same or self.last else 1] if dims else None

    def agree(self, *lengths: k.Dim | None) -> None:
        """Note where lengths must be the same, or one, and only the turns have shown that."""
        known = [length for length in lengths if length is not None and not length.is_one]
        if None in lengths or any(length != known[0] for length in known[1:]):
            self.places.unsure = True

    def is_row(self, atom: Atom) -> bool:
        """Is it another vector in each turn?"""
        return not self.is_same(atom) and self.rank(atom) == 1

    def read(self, eqn: Apply) -> Atom:
        base, index = eqn.args
        if base in self.arrays:
            base = self.arrays[base]
        elif base in self.varying:
            raise Not
        place = self.places.place(base, index)
        if place.turn is None or place.rank > 1:
            raise Not
        self.rows |= place.rank == 1
        index = self.places.index(base, place)
        if self.places.is_full(index):
            return self.turned(base, place) if place.rank == 1 else base
        found = self.build.apply("mem.getitem", base, index)
        self.note_turns(found, place.axis)
        return self.turned(found, place) if place.rank == 1 else found

    def note_turns(self, array: Var, axis: int) -> None:
        """An array is as long along this axis as the loop has turns."""
        kind, dim = self.build.kind(array), self.places.count()
        if dim is not None and isinstance(kind, k.Array) and kind.dims is not None:
            dims = (*kind.dims[:axis], dim, *kind.dims[axis + 1 :])
            self.build.kinds[array] = k.Array(kind.dtype, dims)

    def stacked(self, tape: Atom, number: int, rank: int) -> Atom:
        """The items of all entries of a tape."""
        filled = self.tapes.filled(tape)
        kind = self.build.kind(tape)
        if filled is None or not isinstance(kind, k.Tape):
            raise Not
        if not self.tapes.is_steady(kind.items[number], filled[0]):
            raise Not
        found = self.build.apply("mem.stacked", tape, Lit(number))
        self.note_turns(found, 0)
        if rank == 0:
            return found
        self.rows, self.places.unsure = True, True  # of no entries it has but one axis
        return self.build.apply("numpy.transpose", found) if self.last else found

    def turned(self, matrix: Atom, place: Place) -> Atom:
        """With the turns along the other axis, where they do not lie as they should."""
        if (place.axis == 1) == self.last:
            return matrix
        return self.build.apply("numpy.transpose", matrix)

    def spread(self, atom: Atom, rank: int) -> Atom:
        """An operand of an equation whose result has this rank in each turn."""
        mine = self.rank(atom)
        found = atom if self.is_same(atom) else self.of(atom)
        column = mine == 1 and self.last if self.is_same(atom) else mine == 0 and not self.last
        return self.column(found) if rank == 1 and column else found

    def written(self, value: Atom, place: Place) -> Atom:
        """What all turns write to a place."""
        mine = self.rank(value)
        if mine > place.rank:
            raise Not
        self.rows |= place.rank == 1
        if self.is_same(value):
            return self.column(value) if mine == 1 and place.axis == 1 else value
        found = self.of(value)
        if mine == 1:
            return self.turned(found, place)
        return self.column(found) if place.rank == 1 and place.axis == 0 else found

    def column(self, vector: Atom) -> Atom:
        every = self.build.apply("mem.slice", Lit(None), Lit(None), Lit(None))
        index = self.build.apply("mem.tuple", every, Lit(None))
        return self.build.apply("mem.getitem", vector, index)

    def outer(self, one: Atom, other: Atom) -> Atom:
        """A number of each turn times a vector that is the same in all."""
        numbers, vector = (one, other) if self.rank(one) == 0 else (other, one)
        pair = (vector, self.of(numbers)) if self.last else (self.of(numbers), vector)
        return self.build.apply("numpy.outer", *pair)

    def product(self, one: Atom, other: Atom) -> Atom:
        """Products of two vectors, or of a vector and a matrix that is the same in all turns."""
        kinds = [self.build.kind(atom) for atom in (one, other)]
        ranks = [kind.rank if isinstance(kind, k.Array) else None for kind in kinds]
        if any(k.dtype_of(kind) != "float" for kind in kinds):
            raise Not
        build, same = self.build, [self.is_same(atom) for atom in (one, other)]
        if ranks == [1, 1]:
            self.agree(self.row(one), self.row(other))
        elif ranks in ([1, 2], [2, 1]):
            self.agree(*self.inner(one, other))
        if ranks == [1, 1] and same == [False, False]:
            both = build.apply("operator.mul", self.of(one), self.of(other))
            self.large = True
            return build.apply("numpy.sum", both, Lit(0 if self.last else 1))
        if ranks == [1, 1]:
            row, vector = (other, one) if same[0] else (one, other)
            pair = (vector, self.of(row)) if self.last else (self.of(row), vector)
            return build.apply("operator.matmul", *pair)
        if ranks == [1, 2] and same == [False, True]:
            if not self.last:
                return build.apply("operator.matmul", self.of(one), other)
            return build.apply("operator.matmul", build.apply("numpy.transpose", other),
                               self.of(one))  # fmt: skip
        if ranks == [2, 1] and same == [True, False]:
            if self.last:
                return build.apply("operator.matmul", one, self.of(other))
            return build.apply("operator.matmul", self.of(other),
                               build.apply("numpy.transpose", one))  # fmt: skip
        raise Not

    def inner(self, one: Atom, other: Atom) -> tuple[k.Dim | None, k.Dim | None]:
        """The two lengths over which the product of a vector and a matrix is summed."""
        first, second = self.build.kind(one), self.build.kind(other)
        if isinstance(second, k.Array) and second.dims is not None and second.rank == 2:
            return self.row(one), second.dims[0]
        assert isinstance(first, k.Array) and first.dims is not None
        return first.dims[1], self.row(other)

    # sums over all turns

    def total(self, atom: Atom) -> Atom:
        """The sum of a value over all turns."""
        if not isinstance(atom, Var) or self.is_same(atom):
            raise Not
        eqn, build = self.defined.get(atom), self.build
        if eqn is None:
            raise Not
        if eqn.op == "operator.neg":
            return build.apply(eqn.op, self.total(eqn.args[0]))
        rounded = eqn.op in ("operator.add", "operator.sub") and all(map(self.is_rounded, eqn.args))
        if rounded and self.alike(*eqn.args):
            sides = [self.total(arg) for arg in eqn.args]
            self.agree(*map(self.length, sides))
            return build.apply(eqn.op, *sides)
        if eqn.op == "numpy.outer" and len(eqn.args) == 2:
            return self.total_outer(*eqn.args)
        if eqn.op == "operator.mul":
            found = self.total_product(*eqn.args)
            if found is not None:
                return found
        axis = () if self.rank(atom) == 0 else (Lit(1 if self.last else 0),)
        return build.apply("numpy.sum", self.of(atom), *axis)

    def length(self, atom: Atom) -> k.Dim | None:
        """The length of a vector; one, of a number."""
        kind = self.build.kind(atom)
        if isinstance(kind, k.Array):
            return kind.dims[0] if kind.dims and len(kind.dims) == 1 else None
        return k.ONE

    def is_rounded(self, atom: Atom) -> bool:
        """Is it a product?  To add up differences of exact values apart would lose digits."""
        made = self.defined.get(atom) if isinstance(atom, Var) else None
        if made is not None and made.op == "operator.neg":
            return self.is_rounded(made.args[0])
        return made is not None and made.op == "operator.mul" and not self.is_same(atom)

    def alike(self, one: Atom, other: Atom) -> bool:
        """Are they of one shape, as far as is known?"""
        kinds = [self.build.kind(atom) for atom in (one, other)]
        if all(isinstance(kind, k.Scalar) for kind in kinds):
            return True
        return isinstance(kinds[0], k.Array) and kinds[0] == kinds[1]

    def total_outer(self, one: Atom, other: Atom) -> Atom:
        """The sum of outer products is a product of matrices."""
        if self.rank(one) != 1 or self.rank(other) != 1:
            raise Not
        if self.is_same(one) or self.is_same(other):
            sides = (atom if self.is_same(atom) else self.total(atom) for atom in (one, other))
            return self.build.apply("numpy.outer", *sides)
        turned = other if self.last else one
        sides = (
            self.build.apply("numpy.transpose", self.of(atom)) if atom is turned else self.of(atom)
            for atom in (one, other)
        )
        return self.build.apply("operator.matmul", *sides)

    def total_product(self, one: Atom, other: Atom) -> Atom | None:
        build = self.build
        if self.is_same(one) or self.is_same(other):
            same, turns = (one, other) if self.is_same(one) else (other, one)
            total = self.total(turns)
            if self.rank(same) == self.rank(turns) == 1:
                self.agree(self.length(same), self.length(total))
            return build.apply("operator.mul", same, total)
        if self.rank(one) > self.rank(other):
            one, other = other, one
        if self.rank(one) == 1:
            return None
        if self.rank(other) == 0:
            return build.apply("numpy.vdot", self.of(one), self.of(other))
        pair = (self.of(other), self.of(one)) if self.last else (self.of(one), self.of(other))
        return build.apply("operator.matmul", *pair)
