"""The rule of each element, by equation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcompile.rules.build import Builder
from adcompile.rules.reduced_kinds import normal_axes
from adcompile.simplify.arrays.nodes import (
    CHEAP,
    COUNT,
    FILL,
    FLOATS,
    NUMBERS,
    POINT,
    UPDATE,
    VIEW,
    Element,
    Node,
    Read,
    node_of,
    passed,
)
from adcompile.simplify.arrays.places import FIRST, Place, Span, composed, own, spread
from adcompile.simplify.arrays.pointwise import choose, element_of
from adcompile.simplify.arrays.products import PRODUCTS, Product, is_small, product_of
from adcompile.simplify.arrays.views import Made, subscript, view_of
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var

FILLS = {
    "numpy.zeros": 0.0, "numpy.ones": 1.0, "numpy.zeros_like": 0.0, "numpy.ones_like": 1.0,
    "mem.zeros_like": 0.0,
}  # fmt: skip
SUMS = {
    "numpy.sum": "sum", "numpy.mean": "sum", "numpy.max": "max", "numpy.amax": "max",
    "numpy.min": "min", "numpy.amin": "min", "numpy.prod": "prod", "numpy.count_nonzero": "sum",
}  # fmt: skip
VIEWS = (
    "mem.getitem", "numpy.transpose", "numpy.swapaxes", "numpy.moveaxis", "numpy.expand_dims",
    "numpy.broadcast_to", "mem.unbroadcast", "mem.same",
)  # fmt: skip


def is_fixed(dim: k.Dim) -> bool:
    """Is a length the same wherever it stands in a block?  Not where turns of a loop differ."""
    base = dim.base
    if not isinstance(base, tuple) or not base:
        return True
    if base[0] in ("slice", "broadcast"):
        return all(is_fixed(part) for part in base[1:] if isinstance(part, k.Dim))
    return isinstance(base[0], Var) or base[0] == "each"


class Rules:
    """Makes the nodes of a block; `nodes` are those of the equations before."""

    def __init__(
        self, kinds: Mapping[Var, k.Kind], made: Made, nodes: Mapping[Var, Node],
        partial: Mapping[Atom, None],
    ) -> None:  # fmt: skip
        self.kinds = kinds
        self.partial = partial
        self.made = made
        self.nodes = nodes

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]

    def dims(self, atom: Atom) -> tuple[k.Dim, ...] | None:
        """The dimensions of an operand: () of a number, None where they are not known."""
        kind = self.kind(atom)
        if isinstance(kind, k.Scalar):
            return ()
        known = isinstance(kind, k.Array) and kind.dims and kind.dtype in NUMBERS
        if not known or atom in self.partial:
            return None
        assert isinstance(kind, k.Array) and kind.dims is not None
        return kind.dims if all(map(is_fixed, kind.dims)) else None

    def node(self, eqn: Apply) -> Node | None:
        """The node of an equation, or None where it stays as it is."""
        if len(eqn.outs) != 1 or not eqn.args:
            return None
        if eqn.op in ("mem.write", "mem.accumulate"):
            return self.update(eqn)
        out = self.dims(eqn.out)
        if eqn.op in SUMS:
            return self.summed(eqn)
        if eqn.op in PRODUCTS:
            return self.product(eqn)
        if eqn.op == "numpy.outer":
            return self.outer(eqn)
        if not out:
            return None
        if eqn.op in VIEWS:
            number = eqn.op == "numpy.broadcast_to" and self.dims(eqn.args[0]) == ()
            return self.fill(eqn, out) if number else self.view(eqn)
        if eqn.op in FILLS or eqn.op == "numpy.full":
            return self.fill(eqn, out)
        if eqn.op == "numpy.arange" and len(eqn.args) == 1 and self.kind(eqn.out) != k.FLOAT:
            counted = k.dtype_of(self.kind(eqn.args[0])) == "int"
            return Node(eqn, COUNT, out, 1, ()) if counted else None
        return self.point(eqn, out)

    def view(self, eqn: Apply) -> Node | None:
        found = view_of(eqn, self.kinds, self.made)
        if found is None or k.dtype_of(self.kind(eqn.out)) not in NUMBERS:
            return None
        (places, spans), dims = found
        if any(p.axis is None and p.offset.terms for p in places) and not self.is_leaf(eqn.args[0]):
            return None  # an index that may be negative: NumPy's own meaning
        return Node(eqn, VIEW, dims, len(dims), (Read(eqn.args[0], places),), weight=0, spans=spans)

    def is_leaf(self, atom: Atom) -> bool:
        node = node_of(self.nodes, atom)
        return node is None or node.form == UPDATE

    def fill(self, eqn: Apply, dims: tuple[k.Dim, ...]) -> Node | None:
        if k.dtype_of(self.kind(eqn.out)) not in FLOATS or self.kind(eqn.args[0]) == k.ANY:
            return None
        value: Atom
        if eqn.op == "numpy.full":
            value = eqn.args[1]
            if self.dims(value) != () or len(eqn.args) > 2:
                return None
        elif eqn.op == "numpy.broadcast_to":
            value = eqn.args[0]
        else:
            value = Lit(FILLS[eqn.op])
        return Node(eqn, FILL, dims, len(dims), (Read(value),), weight=0)

    def point(self, eqn: Apply, dims: tuple[k.Dim, ...]) -> Node | None:
        kinds = [self.kind(arg) for arg in eqn.args]
        found = element_of(eqn.op, eqn.args, kinds, k.dtype_of(self.kind(eqn.out)))
        if found is None:
            return None
        atoms, element, weight = found
        dims = self.same(atoms) or dims
        reads = self.spread(atoms, dims)
        return None if reads is None else Node(
            eqn, POINT, dims, len(dims), reads, element, weight
        )  # fmt: skip

    def same(self, atoms: Sequence[Atom]) -> tuple[k.Dim, ...] | None:
        """The dimensions of what has those of all its operands but numbers; None of any other.

        What the result is known as may be another name for the same lengths.
        """
        found = dict.fromkeys(self.dims(atom) for atom in atoms)
        found.pop((), None)
        return next(iter(found)) if len(found) == 1 else None

    def spread(self, atoms: Sequence[Atom], dims: tuple[k.Dim, ...]) -> tuple[Read, ...] | None:
        found: list[Read] = []
        for atom in atoms:
            own_dims = self.dims(atom)
            places = None if own_dims is None else spread(own_dims, dims)
            if places is None:
                return None
            found.append(Read(atom, places))
        return tuple(found)

    # sums

    def summed(self, eqn: Apply) -> Node | None:
        dims, kind = self.dims(eqn.args[0]), self.kind(eqn.args[0])
        options = dict(zip(("axis", "dtype", "keepdims"), eqn.args[1:]))
        if eqn.op in ("numpy.max", "numpy.amax", "numpy.min", "numpy.amin", "numpy.count_nonzero"):
            options = dict(zip(("axis", "keepdims"), eqn.args[1:]))
        axis = options.get("axis", Lit(None))
        keeps = options.get("keepdims", Lit(False))
        counting = eqn.op == "numpy.count_nonzero"
        if not dims or options.get("dtype", Lit(None)) != Lit(None) or eqn.op == "numpy.mean":
            return None
        if not isinstance(axis, Lit) or not isinstance(keeps, Lit):
            return None
        if k.dtype_of(kind) not in (("bool",) if counting else FLOATS):
            return None
        gone = normal_axes(axis.value, len(dims))
        stay = [n for n in range(len(dims)) if n not in gone]
        at = {n: Place(place) for place, n in enumerate(stay)}
        result = tuple(dims[n] for n in stay)
        if keeps.value:
            result = tuple(k.ONE if n in gone else dim for n, dim in enumerate(dims))
            at = {n: Place(n) for n in stay}
        rank = len(result)
        at |= {n: Place(rank + m) for m, n in enumerate(gone)}
        places = tuple(FIRST if dims[n].is_one else at[n] for n in range(len(dims)))
        read = Read(eqn.args[0], places)
        element: Element = _one_if if counting else passed
        whole = (*result, *(dims[n] for n in gone))
        return self.ordered(Node(eqn, SUMS[eqn.op], whole, rank, (read,), element))

    def product(self, eqn: Apply) -> Node | None:
        """Of small matrices, and of what is computed in place; large ones are left to BLAS."""
        args = eqn.args[eqn.op == "numpy.einsum" :]
        given = [self.dims(arg) for arg in args]
        if not all(given) or not all(k.dtype_of(self.kind(arg)) in FLOATS for arg in args):
            return None
        found = product_of(eqn, [dims or () for dims in given])
        if found is None or not self.wins(eqn, found):
            return None
        reads = tuple(
            Read(arg, found.places(term)) for arg, term in zip(args, found.terms, strict=True)
        )
        whole = tuple(found.dims[letter] for letter in found.letters)
        form = "sum" if found.summed else POINT
        node = Node(eqn, form, whole, len(found.result), reads, _product)
        short = all(map(is_small, found.summed))
        if not short and max(map(len, found.terms)) <= 2:
            return self.ordered(node)
        node.order = found.order()
        return node

    def outer(self, eqn: Apply) -> Node | None:
        x, y = eqn.args[:2]
        first, second = self.dims(x), self.dims(y)
        floats = all(k.dtype_of(self.kind(a)) in FLOATS for a in (x, y))
        if not first or not second or not floats or len(first) + len(second) != 2:
            return None
        if len(eqn.args) > 2:
            return None
        reads = (
            Read(x, own(first)),
            Read(y, (Place(1).over((FIRST, *own((k.ONE, *second))[1:])),)),
        )
        return Node(eqn, POINT, (*first, *second), 2, reads, _product)

    def wins(self, eqn: Apply, product: Product) -> bool:
        """Is it faster as loops than as the call that there is for it?"""
        ranks = [len(term) for term in product.terms]
        called = eqn.op not in ("numpy.einsum", "numpy.vdot") and max(ranks) == 2
        if not called or all(map(is_small, product.summed)):
            return True
        return ranks != [2, 2] and not self.is_stored(eqn.args[ranks.index(2)])

    def is_stored(self, atom: Atom) -> bool:
        """Is this an array in memory, or a view of one?"""
        while isinstance(atom, Var) and atom in self.nodes and self.nodes[atom].form == VIEW:
            atom = self.nodes[atom].reads[0].atom
        node = node_of(self.nodes, atom)
        return node is None or node.form == UPDATE

    def behind(self, read: Read) -> Read:
        """What is read of the array that a view shows."""
        node = node_of(self.nodes, read.atom)
        if node is None or node.form != VIEW:
            return read
        shown = node.reads[0]
        return self.behind(Read(shown.atom, composed(shown.places, read.places)))

    def ordered(self, node: Node) -> Node:
        """The node with its loops in the order of the operand with most axes."""
        widest = max(
            map(self.behind, node.reads),
            key=lambda read: sum(p.axis is not None for p in read.places),
        )
        order = [place.axis for place in widest.places if place.axis is not None]
        node.order = list(dict.fromkeys([*order, *node.loops()]))
        return node

    # updates

    def update(self, eqn: Apply) -> Node | None:
        x, value, *path = eqn.args
        if len(path) > 1 or not self.dims(x) or k.dtype_of(self.kind(x)) not in FLOATS:
            return None
        if not isinstance(x, Var) or k.dtype_of(self.kind(value)) not in NUMBERS:
            return None
        found = subscript(x, path[0] if path else Lit(Ellipsis), self.kinds, self.made)
        given = self.dims(value)
        if found is None or not found[1] or given is None:
            return None
        (places, spans), dims = found
        more = max(0, len(given) - len(dims))
        extra, given = given[:more], given[more:]
        fits = unsure(given, dims, spans)
        dims = tuple(given[n - len(dims)] if n in fits else dim for n, dim in enumerate(dims))
        at = spread(given, dims)
        if at is None or not all(dim.is_one for dim in extra):
            return None
        read = Read(value, (*(FIRST for _ in extra), *at))
        return Node(
            eqn, UPDATE, dims, len(dims), (read,), passed, CHEAP, spans, places,
            eqn.op == "mem.accumulate", tuple(fits),
        )  # fmt: skip


def unsure(
    given: Sequence[k.Dim], dims: Sequence[k.Dim], spans: Sequence[Span | None]
) -> list[int]:
    """The axes of a part that is written which are slices of lengths of their own.

    What is written has more than one element there, and says how many it has to be.
    """
    found: list[int] = []
    for n, dim in zip(range(len(dims) - len(given), len(dims)), given):
        sliced = (span := spans[n]) is not None and span.stop is not None and not dims[n].is_one
        if sliced and dim != dims[n] and dim.is_several:
            found.append(n)
    return found


def _one_if(build: Builder, atoms: Sequence[Atom]) -> Atom:
    return choose(build, atoms[0], Lit(1), Lit(0), k.INT)


def _product(build: Builder, atoms: Sequence[Atom]) -> Atom:
    total = atoms[0]
    for atom in atoms[1:]:
        total = build.apply("operator.mul", total, atom)
    return total
