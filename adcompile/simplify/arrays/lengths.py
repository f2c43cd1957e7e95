"""Lengths of axes, and places, as integers in the trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.nodes import COUNT, FILL, Node, root_of
from adcompile.simplify.arrays.places import Bound, Linear, Size
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var


class Lengths:
    """The integers of a block.  They are computed where they are first asked for."""

    def __init__(
        self, build: Builder, nodes: Mapping[Var, Node], naturals: Mapping[Var, None]
    ) -> None:
        self.build, self.nodes, self.naturals = build, nodes, naturals
        self.known: dict[k.Dim, Atom] = {}
        self.values: dict[object, Atom] = {}

    def apply(self, op: str, a: Atom, b: Atom) -> Atom:
        """An integer operation; of constants, its value."""
        if isinstance(a, Lit) and isinstance(b, Lit):
            return Lit(FOLDED[op](a.value, b.value))
        if (op in ("operator.add", "operator.sub") and b == Lit(0)) or (
            op == "operator.mul" and b == Lit(1)
        ):
            return a
        return self.build.apply(op, a, b)

    def of_axis(self, node: Node, axis: int) -> Atom:
        """How many turns a loop along an axis of a node has."""
        dim = node.dims[axis]
        if dim.length is not None:
            return Lit(dim.length)
        if dim not in self.known:
            self.known[dim] = self.of_root(*node.roots[axis])
        return self.known[dim]

    def of_root(self, root: Node | Var, axis: int) -> Atom:
        if isinstance(root, Var):
            shape = self.build.apply("numpy.shape", root)
            return self.build.apply("mem.getitem", shape, Lit(axis))
        span = root.spans[axis] if root.spans else None
        if span is None or span.axis < 0:
            return self.shown(root, axis)
        x = root.eqn.args[0]
        assert isinstance(x, Var)
        return self.span(x, root, axis)

    def shown(self, node: Node, axis: int) -> Atom:
        """The length of an axis that only the arguments of the equation tell."""
        eqn = node.eqn
        if node.form == COUNT:
            return self.apply("builtins.max", eqn.args[0], Lit(0))
        if node.form == FILL and not eqn.op.endswith("_like"):
            shape = eqn.args[eqn.op == "numpy.broadcast_to"]
            whole = isinstance(self.build.kind(shape), k.Tuple)
            return self.build.apply("mem.getitem", shape, Lit(axis)) if whole else shape
        if node.form == FILL:
            assert isinstance(eqn.args[0], Var)
            return self.of(eqn.args[0], axis)
        return self.build.apply("mem.getitem", eqn.args[1], Lit(axis))

    def of(self, x: Var, axis: int) -> Atom:
        """The length of an axis of an array."""
        dim = _dims(self.build.kinds[x])[axis]
        if dim.length is not None:
            return Lit(dim.length)
        if dim not in self.known:
            self.known[dim] = self.of_root(*root_of(self.nodes, x, axis))
        return self.known[dim]

    def span(self, x: Var, node: Node, axis: int) -> Atom:
        span = node.spans[axis]
        assert span is not None
        if span.stop is None:
            return self.of(x, span.axis)
        whole = span.stop.plus(span.start, -1)
        if span.step != 1:
            whole = whole.plus(Linear((), span.step - 1))
        count = self.linear(whole)
        if span.step != 1:
            count = self.apply("operator.floordiv", count, Lit(span.step))
        return self.apply("builtins.max", count, Lit(0))

    def linear(self, value: Linear) -> Atom:
        if not value.terms:
            return Lit(value.const)
        if value not in self.values:
            total: Atom = Lit(value.const)
            first = True
            for term, factor in sorted(value.terms, key=lambda pair: -pair[1]):
                atom = self.term(term)
                if first and factor == 1:
                    total = atom
                elif factor == -1:
                    total = self.apply("operator.sub", total, atom)
                else:
                    total = self.apply(
                        "operator.add", total, self.apply("operator.mul", atom, Lit(factor))
                    )
                first = False
            if value.terms and max(f for _, f in value.terms) == 1 and value.const:
                op = "operator.add" if value.const > 0 else "operator.sub"
                total = self.apply(op, total, Lit(abs(value.const)))
            self.values[value] = total
        return self.values[value]

    def term(self, term: object) -> Atom:
        if isinstance(term, Var):
            return term
        if isinstance(term, Size):
            return self.of(term.x, term.axis)
        assert isinstance(term, Bound)
        if term not in self.values:
            self.values[term] = self.bound(term)
        return self.values[term]

    def bound(self, bound: Bound) -> Atom:
        """Where a slice begins or ends: counted from the end if negative, and inside."""
        size, given = self.linear(Linear(((bound.size, 1),))), bound.given
        if bound.size.dim.length is not None:
            size = Lit(bound.size.dim.length)
        if isinstance(given, Lit):
            if given.value >= 0:
                return self.apply("builtins.min", size, given)
            return self.apply("builtins.max", self.apply("operator.add", size, given), Lit(0))
        if given in self.naturals:
            return self.apply("builtins.min", given, size)
        below = self.build.apply("operator.lt", given, Lit(0))
        moved = self.build.apply(
            "operator.add", given, self.build.apply("operator.mul", size, below)
        )
        return self.apply("builtins.min", self.build.apply("builtins.max", moved, Lit(0)), size)


FOLDED: dict[str, Callable[[int, int], int]] = {
    "operator.add": lambda a, b: a + b, "operator.sub": lambda a, b: a - b,
    "operator.mul": lambda a, b: a * b, "operator.floordiv": lambda a, b: a // b,
    "builtins.max": max, "builtins.min": min,
}  # fmt: skip


def _dims(kind: k.Kind) -> tuple[k.Dim, ...]:
    assert isinstance(kind, k.Array) and kind.dims is not None
    return kind.dims
