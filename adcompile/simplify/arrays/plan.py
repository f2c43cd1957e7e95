"""What is computed where it is used, and what has a loop of its own.

Sums and updates have loops, and what somebody needs as an array.  Of the rest, what is cheap is
computed again wherever it is used, and so is what is used once; but not after what it is computed
from has been overwritten.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from adcompile.rules import memory
from adcompile.simplify.arrays.nodes import (
    COUNT,
    DEAR,
    FILL,
    POINT,
    UPDATE,
    VIEW,
    Node,
    Read,
    node_of,
    passed,
    rooted,
)
from adcompile.simplify.arrays.places import FIRST, Bound, Place, Places, Size, composed, own
from adcompile.simplify.arrays.products import is_small
from adcompile.simplify.arrays.rules import Rules
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    Lit,
    Var,
    blocks,
    free,
    operands,
    walk,
)
from adcompile.transforms.storages import Storages

SHAPES = ("numpy.shape", "builtins.len")
LIKE = (
    "numpy.empty_like", "numpy.zeros_like", "mem.zeros_like", "numpy.ones_like",
)  # fmt: skip
SOME = 2  # operations are worth an array, rather than many times as many
MANY = 40  # operations that one element may take where it is used


@dataclass(slots=True, eq=False)
class Plan:
    """The nodes of a block; those with loops; what is needed as an array; who reads what."""

    nodes: dict[Var, Node] = field(default_factory=dict)
    loops: dict[Var, Node] = field(default_factory=dict)
    arrays: dict[Var, None] = field(default_factory=dict)
    kept: dict[Equation, None] = field(default_factory=dict)
    readers: dict[Var, int] = field(default_factory=dict)
    ahead: dict[Atom, None] = field(default_factory=dict)  # small, and read in larger loops


class Planner:
    """Plans a block."""

    def __init__(
        self, block: Block, kinds: Mapping[Var, k.Kind], made: Mapping[Var, Apply],
        storages: Storages, partial: Mapping[Atom, None],
    ) -> None:  # fmt: skip
        self.block, self.kinds, self.storages = block, kinds, storages
        self.plan = Plan()
        self.rules = Rules(kinds, made, self.plan.nodes, partial)
        self.killers: dict[Var, list[int]] = {}  # where a storage is overwritten

    def run(self) -> Plan:
        for number, eqn in enumerate(self.block.eqns):
            node = self.rules.node(eqn) if isinstance(eqn, Apply) else None
            if node is not None:
                node.number = number
                node.order = node.order or node.loops()
                rooted(node, self.plan.nodes, self.kinds)
                self.plan.nodes[node.out] = node
            self._kills(number, eqn)
            for var in _read(eqn):
                self.plan.readers[var] = self.plan.readers.get(var, 0) + 1
        for atom in self.block.results:
            if isinstance(atom, Var):
                self.plan.readers[atom] = self.plan.readers.get(atom, 0) + 1
        self._simpler_updates()
        self._needed()
        self._costs()
        self._stale()
        self.plan.loops = {out: n for out, n in self.plan.nodes.items() if out in self.plan.loops}
        return self.plan

    def _kills(self, number: int, eqn: Equation) -> None:
        for inner in (eqn, *(e for block in blocks(eqn) for e in walk(block))):
            if not isinstance(inner, Apply) or inner.op not in memory.DESTRUCTIVE:
                continue
            if isinstance(inner.args[0], Var):
                self.killers.setdefault(self.storages.root(inner.args[0]), []).append(number)

    def _simpler_updates(self) -> None:
        """A sum with the whole of what is computed anyway is no update, but a new array."""
        for out, node in list(self.plan.nodes.items()):
            if node.form == UPDATE:
                simple = self._as_point(node)
                if simple is not None:
                    self.plan.nodes[out] = simple

    def _as_point(self, node: Node) -> Node | None:
        x = node.x
        base = node_of(self.plan.nodes, x)
        if base is None or base.form == UPDATE or not isinstance(x, Var) or node.fits:
            return None
        kind = self.kinds[x]
        assert isinstance(kind, k.Array) and kind.dims is not None
        axes: dict[int, int] = {}
        for n, (place, dim) in enumerate(zip(node.target, kind.dims)):
            if not place.is_plain or (place.axis is None) != dim.is_one:
                return None
            if place.axis is not None:
                if node.dims[place.axis] != dim:
                    return None
                axes[place.axis] = n
        if len(axes) != len(node.loops()):
            return None
        at = [Place(axes[n]) if n in axes else FIRST for n in range(len(node.dims))]
        value = Read(node.reads[0].atom, composed(node.reads[0].places, at))
        zero = base.form == FILL and base.reads[0].atom == Lit(0.0)
        new = Node(node.eqn, POINT, kind.dims, len(kind.dims), (value,), passed, 0)
        if node.adds and not zero:
            new.reads = (Read(x, own(kind.dims)), value)
            new.element = lambda build, atoms: build.apply("operator.add", *atoms)
            new.weight = 1
        new.number, new.order = node.number, new.loops()
        rooted(new, self.plan.nodes, self.kinds)
        new.roots = [  # what is spread over an axis does not tell how long it is
            base.roots[n] if root is new else (root, axis)
            for n, (root, axis) in enumerate(new.roots)
        ]
        return new

    # who needs an array

    def _needed(self) -> None:
        nodes, plan = self.plan.nodes, self.plan
        for eqn in self.block.eqns:
            out = eqn.outs[0] if len(eqn.outs) == 1 else None
            if out in nodes:
                continue
            shaped = isinstance(eqn, Apply) and eqn.op in (*SHAPES, *LIKE)
            if shaped and operands(eqn)[0] in nodes:
                continue
            for var in _read(eqn):
                self._array(var)
        for atom in self.block.results:
            self._array(atom)
        for out, node in nodes.items():
            if node.is_sum or node.form == UPDATE:
                plan.loops[out] = node
            if node.form == UPDATE:
                plan.arrays[out] = None
                self._array(node.x)

    def _array(self, atom: Atom) -> None:
        """An array that is to be there as such."""
        node = node_of(self.plan.nodes, atom)
        if node is None or node.out in self.plan.arrays:
            return
        self.plan.arrays[node.out] = None
        if node.form == VIEW and not self._stale_view(node):
            self.plan.kept[node.eqn] = None
            self._array(node.reads[0].atom)
        elif node.form in (FILL, COUNT):
            self.plan.kept[node.eqn] = None
        else:
            self.plan.loops[node.out] = node

    def _stale_view(self, node: Node) -> bool:
        """Is a view better copied: of what is never an array, or broadcast?"""
        base = node_of(self.plan.nodes, node.reads[0].atom)
        if base is None or base.form == UPDATE:
            return node.eqn.op == "numpy.broadcast_to"
        return base.out not in self.plan.arrays

    # what it costs

    def expansion(self, node: Node) -> tuple[dict[tuple[Var, Places], int], dict[Read, int]]:
        """What is computed on the way to an element, and what is read, as it was when."""
        inlined: dict[tuple[Var, Places], int] = {}
        found: dict[Read, int] = {}
        stack = [(read, node.number) for read in reversed(node.reads)]
        while stack:
            read, number = stack.pop()
            inner = node_of(self.plan.nodes, read.atom)
            if inner is None or inner.out in self.plan.loops:
                found[read] = min(number, found.get(read, number))
                continue
            if (inner.out, read.places) not in inlined:
                inlined[inner.out, read.places] = number
                below = [Read(r.atom, composed(r.places, read.places)) for r in inner.reads]
                stack += [(r, inner.number) for r in reversed(below)]
        return inlined, found

    def _costs(self) -> None:
        """Give those loops that would cost too much where they are used."""
        size: dict[Atom, int] = {}
        weight: dict[Atom, int] = {}
        for out, node in self.plan.nodes.items():
            below = [self._behind(r) for r in node.reads]
            for read in below:
                heavy = weight.get(read.atom, 0)
                if heavy >= SOME and self._is_again(read, node):
                    self._loop(read.atom, size, weight)
                    self.plan.ahead[read.atom] = None
                elif heavy >= DEAR and not self._is_outer(read, node):
                    self._loop(read.atom, size, weight)
            whole = sum(size.get(r.atom, 0) for r in below)
            if whole > MANY:
                for read in below:
                    self._loop(read.atom, size, weight)
                whole = 0
            size[out] = whole + 1
            weight[out] = node.weight + sum(weight.get(r.atom, 0) for r in below)
            if out in self.plan.loops:
                size[out] = weight[out] = 0
            elif self.plan.readers.get(out, 0) > 1 and weight[out] >= DEAR:
                again = self._behind(Read(out, node.here())).atom
                self._loop(again, size, weight)
                size[out] = weight[out] = 0

    def _behind(self, read: Read) -> Read:
        """What is read of the array that a view shows."""
        node = node_of(self.plan.nodes, read.atom)
        while node is not None and node.form == VIEW and node.out not in self.plan.loops:
            shown = node.reads[0]
            read = Read(shown.atom, composed(shown.places, read.places))
            node = node_of(self.plan.nodes, read.atom)
        return read

    def _loop(self, atom: Atom, size: dict[Atom, int], weight: dict[Atom, int]) -> None:
        node = node_of(self.plan.nodes, atom)
        if node is not None and node.form == POINT:
            self.plan.loops[node.out] = node
            size[node.out] = weight[node.out] = 0

    def _is_again(self, read: Read, user: Node) -> bool:
        """Would an operand be computed anew in every turn of a longer loop around its own?"""
        axes = {place.axis for place in read.places if place.axis is not None}
        around = list(takewhile(lambda axis: axis not in axes, user.order))
        return bool(axes) and any(not is_small(user.dims[axis]) for axis in around)

    def _is_outer(self, read: Read, user: Node) -> bool:
        """Does an operand depend on the outer loops alone, if not on all?"""
        axes = {place.axis for place in read.places if place.axis is not None}
        return set(user.order[: len(axes)]) == axes

    def _stale(self) -> None:
        """What is computed of something overwritten since has to be computed before."""
        work = list(self.plan.loops.values())
        while work:
            node = work.pop()
            for read in node.reads:
                if isinstance(read.atom, Var) and self._is_late(node, read):
                    inner = self.plan.nodes[read.atom]
                    self.plan.loops[read.atom] = inner
                    work.append(inner)

    def _is_late(self, node: Node, read: Read) -> bool:
        inner = node_of(self.plan.nodes, read.atom)
        if inner is None or inner.out in self.plan.loops or inner.form in (FILL, COUNT):
            return False
        probe = Node(node.eqn, node.form, node.dims, node.rank, (read,), number=node.number)
        for leaf, when in self.expansion(probe)[1].items():
            if not isinstance(leaf.atom, Var) or not leaf.places or self._is_copy(leaf.atom):
                continue
            killers = self.killers.get(self.storages.root(leaf.atom), [])
            first = bisect_right(killers, min(when, inner.number))
            if first == len(killers) or killers[first] > node.number:
                continue
            if killers[first] < node.number or leaf.places != node.target:
                return True
        return False

    def _is_copy(self, atom: Atom) -> bool:
        """Is this a view that has a loop?"""
        node = node_of(self.plan.loops, atom)
        return node is not None and node.form == VIEW

    def shares(self, a: Atom, b: Atom) -> bool:
        """May these share memory?  A view that has a loop is a copy."""
        if self._is_copy(a) or self._is_copy(b):
            return a is b
        return self.storages.shared(a, b)


def _read(eqn: Equation) -> list[Var]:
    found = dict.fromkeys(a for a in operands(eqn) if isinstance(a, Var))
    for block in blocks(eqn):
        found.update(free(block))
    return list(found)


def variables(places: Iterable[Places]) -> Iterable[Var]:
    """The variables that places depend on."""
    for each in places:
        for place in each:
            for term, _ in place.offset.terms:
                if isinstance(term, Var):
                    yield term
                elif isinstance(term, Size):
                    yield term.x
                elif isinstance(term, Bound):
                    yield term.size.x
                    if isinstance(term.given, Var):
                        yield term.given
