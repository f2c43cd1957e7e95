"""Lengths that agree, because the forward sweep has got past an equation that asks for it.

    t = matmul(x, y)          the lengths of x and y are the same: another x would have raised
    A = write(A, v, i, j)     v has the length of A[i][j], or is spread over it from length one
    s = add(x, y)             x and y have the length of s, or are spread over it

The first is certain; so are the others where a length is known not to be one, and where each of two
lengths is the other or one.  What holds in a block holds in its reverse: it is not run otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Equation, For, Lit, Var

PRODUCTS = ("operator.matmul", "numpy.matmul", "numpy.dot")
WRITES = ("mem.write", "mem.accumulate")
ROUNDS = 4  # in which lengths that agree make others agree

KindOf = Callable[[Atom], k.Kind]
Pair = tuple[k.Dim, k.Dim]


class Agreeing:
    """The lengths that agree in a block, and in those around it.

    `natural` are the integers known not to be negative.
    """

    def __init__(self, outer: Agreeing | None = None, natural: Iterable[Var] = ()) -> None:
        self.outer = outer
        self.natural: dict[Var, None] = dict.fromkeys(natural)
        self.leader: dict[k.Dim, k.Dim] = {}
        self.facts: dict[k.Dim, tuple[bool, bool]] = {}  # many, several
        self.seen: dict[int, tuple[k.Kind, k.Kind]] = {}

    def kind(self, kind: k.Kind) -> k.Kind:
        """The kind, with one name for lengths that agree."""
        if not isinstance(kind, k.Array) or not kind.dims:
            return kind
        if not self.leader:
            return kind if self.outer is None else self.outer.kind(kind)
        known = self.seen.get(id(kind))
        if known is None or known[0] is not kind:
            dims = tuple(map(self.find, kind.dims))
            known = self.seen[id(kind)] = kind, replace(kind, dims=dims)
        return known[1]

    def find(self, dim: k.Dim) -> k.Dim:
        """The length that stands for all that agree with this one."""
        if dim.base is None:
            return dim
        if self.outer is not None:
            dim = self.outer.find(dim)
        if not self.leader:
            return dim
        dim = self._rebuilt(dim)
        while dim in self.leader:
            dim = self._rebuilt(self.leader[dim])
        many, several = self.facts.get(dim, (False, False))
        if (dim.many or not many) and (dim.several or not several):
            return dim
        return replace(dim, many=dim.many or many, several=dim.several or several)

    def _rebuilt(self, dim: k.Dim) -> k.Dim:
        """A length that is made of others, made of what stands for these."""
        match dim.base:
            case ("slice", k.Dim() as whole, *bounds):
                return replace(dim, base=("slice", self.find(whole), *bounds))
            case ("broadcast", k.Dim() as a, k.Dim() as b) if not dim.offset:
                return k.broadcast_dim(self.find(a), self.find(b))
        if dim.offset < 0 and dim not in self.leader:
            whole = self.leader.get(k.Dim(dim.base), dim)
            if whole is not dim and whole.base is None:
                return k.Dim(None, max(0, whole.offset + dim.offset))
            if whole is not dim and whole.offset <= 0:
                return k.Dim(whole.base, whole.offset + dim.offset)
        return dim

    # learning

    def learn(self, eqns: Iterable[Equation], kind: KindOf) -> None:
        """Take in what the equations of a block ask of lengths."""
        certain: dict[Pair, None] = {}
        spread: dict[Pair, None] = {}
        for eqn in eqns:
            if isinstance(eqn, Apply):
                self._note_natural(eqn)
                certain.update(dict.fromkeys(_products(eqn, kind)))
                spread.update(dict.fromkeys(_spread(eqn, kind)))
        for pair in (*certain, *spread):
            for dim in pair:
                self._note(dim, dim)
        for _ in range(ROUNDS):
            certain = self._settled(certain)
            spread = self._settled(spread)
            sure = (pair for pair in spread if pair[0].is_many or self._same_start(*pair))
            agreed = [*certain, *sure, *_around(spread)]
            if not agreed:
                break
            for pair in agreed:
                self._unite(*pair)

    def _settled(self, pairs: Iterable[Pair]) -> dict[Pair, None]:
        found = ((self.find(a), self.find(b)) for a, b in pairs)
        return {(a, b): None for a, b in found if a != b and not a.is_one}

    def _note_natural(self, eqn: Apply) -> None:
        """Sums of integers that are not negative, and lengths."""
        natural = eqn.op == "operator.add" and all(map(self.is_natural, eqn.args))
        if natural or eqn.op == "builtins.len":
            self.natural[eqn.out] = None

    def is_natural(self, atom: Any) -> bool:
        if isinstance(atom, Lit):
            return isinstance(atom.value, int) and atom.value >= 0
        known = atom in self.natural
        return known or (self.outer is not None and self.outer.is_natural(atom))

    def _same_start(self, one: k.Dim, other: k.Dim) -> bool:
        """The first elements, as many of each, of two axes that have more than one."""
        match one.base, other.base:
            case ("slice", k.Dim() as a, None, (Var() as m,), None), (
                "slice", k.Dim() as b, None, (Var() as n,), None,
            ):  # fmt: skip
                whole = one.offset == other.offset == 0 and a.is_several and b.is_several
                return m is n and whole and self.is_natural(m)
        return False

    def _note(self, dim: k.Dim, known: k.Dim) -> None:
        """Note of a length what is known of one that it agrees with."""
        many, several = self.facts.get(dim, (False, False))
        if known.is_many or known.is_several:
            self.facts[dim] = many or known.is_many, several or known.is_several

    def _unite(self, one: k.Dim, other: k.Dim) -> None:
        one, other = self.find(one), self.find(other)
        if one == other or (one.base is None and other.base is None):
            return
        if _mentions(other.base, one) or (
            _plain(one) < _plain(other) and not _mentions(one.base, other)
        ):
            one, other = other, one
        self._note(other, one)
        self.leader[one] = other
        self.seen.clear()


def _plain(dim: k.Dim) -> int:
    """How far a length is from being a number, or that of an argument."""
    if dim.base is None:
        return 0
    return 1 + bool(dim.offset) + 2 * (not isinstance(dim.base, str))


def _mentions(part: object, dim: k.Dim) -> bool:
    """Is a length made of another one?"""
    if isinstance(part, tuple):
        return any(_mentions(item, dim) for item in part)
    return isinstance(part, k.Dim) and (part.base == dim.base or _mentions(part.base, dim))


def _products(eqn: Apply, kind: KindOf) -> Iterator[Pair]:
    """The lengths that a product sums over."""
    if eqn.op in PRODUCTS and len(eqn.args) == 2:
        match kind(eqn.args[0]), kind(eqn.args[1]):
            case k.Array(_, (*_, first)), k.Array(_, dims) if dims:
                yield first, dims[-2] if len(dims) > 1 else dims[-1]


def _spread(eqn: Apply, kind: KindOf) -> Iterator[Pair]:
    """Lengths of operands, each with the length over which it may be spread."""
    if eqn.op in WRITES:
        into = kind(eqn.args[0])
        for index in eqn.args[2:]:
            if not isinstance(into, k.Array):
                return
            into = memory.index_kind(into.dtype, into.dims, kind(index), index)
        yield from _aligned(kind(eqn.args[1]), into)
        return
    row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
    if row is not None and row.form == "pointwise":
        for arg in eqn.args[: len(row.operands)]:
            yield from _aligned(kind(arg), kind(eqn.out))


def _aligned(given: k.Kind, into: k.Kind) -> Iterator[Pair]:
    match given, into:
        case k.Array(_, tuple(one)), k.Array(_, tuple(other)):
            yield from zip(reversed(one), reversed(other))


def _around(spread: Iterable[Pair]) -> Iterator[Pair]:
    """Pairs on a circle of lengths, each the next or one: then all agree."""
    after: dict[k.Dim, list[k.Dim]] = {}
    before: dict[k.Dim, list[k.Dim]] = {}
    for one, other in spread:
        after.setdefault(one, []).append(other)
        before.setdefault(other, []).append(one)
    left: dict[k.Dim, None] = {}
    for start in after:
        _visit(start, after, left)
    circle: dict[k.Dim, None] = {}
    for start in reversed(left):
        found: dict[k.Dim, None] = {}
        _visit(start, before, found, circle)
        circle.update(found)
        yield from ((dim, start) for dim in found if dim != start)


def _visit(
    start: k.Dim, to: dict[k.Dim, list[k.Dim]], left: dict[k.Dim, None],
    closed: dict[k.Dim, None] | None = None,
) -> None:  # fmt: skip
    """Add what is reached from `start` to `left`, last what is left last; not what is closed."""
    entered = {start}
    if start in left or (closed is not None and start in closed):
        return
    stack = [(start, iter(to.get(start, ())))]
    while stack:
        dim, rest = stack[-1]
        for other in rest:
            shut = other in left or other in entered or (closed is not None and other in closed)
            if not shut:
                entered.add(other)
                stack.append((other, iter(to.get(other, ()))))
                break
        else:
            stack.pop()
            left[dim] = None


def natural_index(eqn: For) -> bool:
    """Is the index of the loop known not to be negative?"""
    match eqn.start, eqn.stop, eqn.step:
        case Lit(int() as start), _, Lit(int() as step) if step > 0:
            return start >= 0
        case _, Lit(int() as stop), Lit(int() as step) if step < 0:
            return stop >= -1
    return False
