"""Which loops become one.

A loop joins an earlier one over as many turns if what it needs of it is computed in the same turn,
and nothing between the two is needed for it.  So inside, again.  What is then read only in the
turn that computes it needs no array, or a smaller one.

What may raise, or reads or writes where there may be no element, does not move past what may have
been written to prevent that: a `raise`, an `assert`, a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from adcompile.simplify.arrays.nodes import COUNT, FILL, UPDATE, Node, Read, node_of
from adcompile.simplify.arrays.places import Place, Places
from adcompile.simplify.arrays.plan import SHAPES, Plan, Planner, _read, variables
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Equation, Lit, Var, operands

REACH = 40  # items that a statement may move up
LARGE = 60  # statements of a loop


@dataclass(slots=True, eq=False)
class Stmt:
    """A node with a loop: what it reads, and the loops it stands in."""

    node: Node
    reads: tuple[Read, ...]
    needs: dict[Var, None]
    path: list[Loop] = field(default_factory=list)

    @property
    def out(self) -> Var:
        return self.node.out

    def axis(self, level: int) -> int:
        return self.node.order[level]

    @property
    def first_summed(self) -> int:
        """The outermost loop along a summed axis; one behind the last if there is none."""
        order = self.node.order
        found = [n for n, axis in enumerate(order) if self.node.is_summed(axis)]
        return found[0] if found else len(order)

    @property
    def is_number(self) -> bool:
        """Is a sum complete before any other axis of the result goes on?"""
        rest = self.node.order[self.first_summed :]
        return all(self.node.is_summed(axis) for axis in rest)


@dataclass(slots=True, eq=False)
class Loop:
    """A loop along an axis, and what is done in a turn."""

    dim: k.Dim
    source: tuple[Node, int]
    items: list[Item] = field(default_factory=list)
    count: int = 0

    def stmts(self) -> Iterator[Stmt]:
        for item in self.items:
            yield from stmts(item)


Item = Stmt | Loop | Equation


def stmts(item: Item) -> Iterator[Stmt]:
    """The statements in an item."""
    if isinstance(item, Stmt):
        yield item
    elif isinstance(item, Loop):
        yield from item.stmts()


def _outs(item: Item) -> list[Var]:
    if isinstance(item, (Stmt, Loop)):
        return [stmt.out for stmt in stmts(item)]
    return list(item.outs)


class Fusion:
    """The items of a block in order; `has_effect` tells what may leave the function, or tell."""

    def __init__(
        self, planner: Planner, plan: Plan, has_effect: Callable[[Equation], bool]
    ) -> None:
        self.planner, self.plan = planner, plan
        self.has_effect = has_effect
        self.items: list[Item] = []
        self.readers: dict[Var, list[Stmt]] = {}

    def run(self, eqns: Sequence[Equation]) -> list[Item]:
        for eqn in eqns:
            node = self.plan.loops.get(eqn.outs[0]) if len(eqn.outs) == 1 else None
            if node is not None:
                self.place(self.stmt(node))
            elif len(eqn.outs) != 1 or eqn.outs[0] not in self.plan.nodes or eqn in self.plan.kept:
                self.keep(eqn)
        return self.items

    def keep(self, eqn: Equation) -> None:
        """Put an equation where it stands; a number as far up as it can be, out of the way."""
        place = len(self.items)
        if self.is_number(eqn):
            read, safe = self.needed(eqn), self.is_safe(eqn)
            for item in self.items[: -REACH - 1 : -1]:
                if any(out in read for out in _outs(item)) or not (safe or self.passes(item)):
                    break
                place -= 1
        self.items.insert(place, eqn)

    def is_safe(self, eqn: Equation) -> bool:
        """Can it be computed whatever its operands are: of numbers, or of shapes?"""
        if isinstance(eqn, Apply) and eqn.op in SHAPES:
            return True
        return all(k.immutable(self.kind(arg)) for arg in operands(eqn))

    def passes(self, item: Item) -> bool:
        """May what is not safe be done before this item, or behind it?"""
        return isinstance(item, (Stmt, Loop)) or not self.has_effect(item)

    def needed(self, eqn: Equation) -> set[Atom]:
        """What an equation cannot be without: the length of a result is known before the result."""
        x = operands(eqn)[0] if isinstance(eqn, Apply) and eqn.op in SHAPES else None
        return self.leaves(x) if isinstance(x, Var) and x in self.plan.nodes else set(operands(eqn))

    def leaves(self, atom: Atom) -> set[Atom]:
        """What a node is computed from."""
        found: set[Atom] = set()
        stack, seen = [atom], set()
        while stack:
            atom = stack.pop()
            node = node_of(self.plan.nodes, atom)
            if node is None:
                found.add(atom)
            elif atom not in seen:
                seen.add(atom)
                stack += [*node.eqn.args, *(read.atom for read in node.reads)]
        return found

    def is_number(self, eqn: Equation) -> bool:
        """Does the equation make a number of numbers, and nothing else?"""
        if not isinstance(eqn, Apply) or not eqn.outs:
            return False
        if eqn.op.startswith("mem.") and eqn.op not in ("mem.getitem", "mem.tuple", "mem.slice"):
            return False
        if eqn.op == "mem.getitem" and not isinstance(self.kind(eqn.args[0]), (k.Array, k.Tuple)):
            return False
        return all(k.immutable(self.kind(out)) for out in eqn.outs)

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.planner.kinds[atom]

    def stmt(self, node: Node) -> Stmt:
        inlined, found = self.planner.expansion(node)
        reads = tuple(read for read in found if isinstance(read.atom, Var))
        needs = {read.atom: None for read in found if isinstance(read.atom, Var)}
        where = [*(read.places for read in reads), node.target, node.edges()]
        needs.update(dict.fromkeys(variables(where)))
        for var, places in inlined:
            needs.update(dict.fromkeys(variables([places])))
            needs.update(dict.fromkeys(self.shapes(self.plan.nodes[var])))
        needs.update(dict.fromkeys(self.shapes(node)))
        for root, _ in node.roots:
            needs.update(dict.fromkeys([root] if isinstance(root, Var) else self.shapes(root)))
        if node.form == UPDATE and isinstance(node.x, Var):
            needs[node.x] = None
        needs = {var: None for var in needs if not self._is_virtual(var)}
        made = Stmt(node, reads, needs)
        for var in needs:
            self.readers.setdefault(var, []).append(made)
        return made

    def shapes(self, node: Node) -> list[Var]:
        """The variables that tell how long the axes of a node are, besides what it reads."""
        eqn = node.eqn
        if node.form in (FILL, COUNT):
            return [arg for arg in eqn.args if isinstance(arg, Var) and arg not in self.plan.nodes]
        if eqn.op in ("numpy.broadcast_to", "mem.unbroadcast"):
            return [arg for arg in eqn.args[1:] if isinstance(arg, Var)]
        return []

    def _is_virtual(self, var: Var) -> bool:
        return var in self.plan.nodes and var not in self.plan.loops and var not in self.plan.arrays

    # where a statement goes

    def place(self, stmt: Stmt) -> None:
        items, level = self.items, 0
        while level < len(stmt.node.order):
            loop = self.joined(items, stmt, level)
            if loop is None:
                axis = stmt.axis(level)
                loop = Loop(stmt.node.dims[axis], (stmt.node, axis))
                items.insert(self.behind(items, stmt), loop)
            stmt.path.append(loop)
            loop.count += 1
            items, level = loop.items, level + 1
        items.append(stmt)

    def behind(self, items: list[Item], stmt: Stmt) -> int:
        """Where a new loop goes: last, or in front of the larger ones that its array is read in."""
        place = len(items)
        if items is self.items and stmt.out in self.plan.ahead:
            for item in items[: -REACH - 1 : -1]:
                if self.is_before(item, stmt):
                    break
                place -= 1
        return place

    def joined(self, items: list[Item], stmt: Stmt, level: int) -> Loop | None:
        """The loop of these that the statement may stand in, best one that it reads from."""
        found: Loop | None = None
        for item in items[: -REACH - 1 : -1]:
            if isinstance(item, Loop) and self.may_join(item, stmt, level):
                if any(other.out in stmt.needs for other in item.stmts()):
                    return item
                if found is None and (level > 0 or self.related(item, stmt)):
                    found = item
            if self.is_before(item, stmt):
                break
        return found

    def related(self, loop: Loop, stmt: Stmt) -> bool:
        """Do they read the same arrays?"""
        mine = {read.atom for read in stmt.reads if read.places}
        return any(
            read.atom in mine for other in loop.stmts() for read in other.reads if read.places
        )

    def is_before(self, item: Item, stmt: Stmt) -> bool:
        """Has the item to be done before the statement?"""
        if isinstance(item, (Stmt, Loop)):
            return any(
                other.out in stmt.needs or self.conflict(other, stmt) for other in stmts(item)
            )
        if any(out in stmt.needs for out in item.outs):
            return True
        if not (self.passes(item) or self.is_sure(stmt)):
            return True
        return stmt.node.form == UPDATE and any(
            self.planner.shares(var, stmt.node.x) for var in (*_read(item), *item.outs)
        )

    def is_sure(self, stmt: Stmt) -> bool:
        """Does it raise nothing, and is there an element wherever it reads and writes?"""
        node, places = stmt.node, [(read.atom, read.places) for read in stmt.reads]
        if node.form in ("max", "min") or node.fits:
            return False
        return all(self.is_inside(*each) for each in (*places, (node.x, node.target)))

    def is_inside(self, atom: Atom, places: Places) -> bool:
        """Has an array an element at each of these places?  A slice has what its length says."""
        kind = self.kind(atom)
        dims = kind.dims if isinstance(kind, k.Array) else None
        return not places or all(
            place.axis is not None
            or (not place.offset.terms and place.offset.const in range(dim.length or 0))
            for place, dim in zip(places, dims or (), strict=True)
        )

    def conflict(self, other: Stmt, stmt: Stmt) -> bool:
        """Does one overwrite what the other reads?"""
        shared = self.planner.shares
        if stmt.node.form == UPDATE and any(shared(r.atom, stmt.node.x) for r in other.reads):
            return True
        if other.node.form != UPDATE:
            return False
        return any(shared(read.atom, other.node.x) for read in stmt.reads) or (
            stmt.node.form == UPDATE and shared(stmt.node.x, other.node.x)
        )

    def may_join(self, loop: Loop, stmt: Stmt, level: int) -> bool:
        if loop.dim != stmt.node.dims[stmt.axis(level)] or loop.count >= LARGE:
            return False
        return all(self.in_turn(other, stmt, level) for other in loop.stmts())

    def in_turn(self, other: Stmt, stmt: Stmt, level: int) -> bool:
        """Does the turn of a loop need nothing of the other statement but from the same turn?"""
        both = other.node.form == stmt.node.form == UPDATE
        if both and self.planner.shares(stmt.node.x, other.node.x):
            return self.apart(other, stmt)
        if self.conflict(other, stmt) and not self.reads_own(other, stmt, level):
            return False
        if other.out not in stmt.needs:
            return True
        if other.node.form == UPDATE or (stmt.node.form == UPDATE and stmt.node.x is other.out):
            return False
        axis = other.axis(level)
        if other.node.is_summed(axis):
            return False
        mine = Place(stmt.axis(level))
        return all(read.places[axis] == mine for read in stmt.reads if read.atom is other.out)

    def reads_own(self, other: Stmt, stmt: Stmt, level: int) -> bool:
        """Does the other read in a turn but the elements that this one then overwrites in it?"""
        if stmt.node.form != UPDATE or other.node.form == UPDATE:
            return False
        x, axes = stmt.node.x, (other.axis(level), stmt.axis(level))
        along = [n for n, place in enumerate(stmt.node.target) if place == Place(axes[1])]
        reads = [r for r in other.reads if self.planner.shares(r.atom, x)]
        return bool(along) and all(
            read.atom is x and any(read.places[n] == Place(axes[0]) for n in along)
            for read in reads
        )

    def apart(self, other: Stmt, stmt: Stmt) -> bool:
        """Do two updates of one array, one after the other, change different elements of it?"""
        if self.plan.readers.get(other.out) != 1:
            return False
        if any(self.planner.shares(r.atom, stmt.node.x) for r in (*stmt.reads, *other.reads)):
            return False
        return any(_differ(a, b) for a, b in zip(other.node.target, stmt.node.target))

    # what needs no array

    def common(self, stmt: Stmt) -> int:
        """How many loops a statement shares with all that read what it computes."""
        if stmt.out in self.plan.arrays:
            return 0
        depth = len(stmt.path)
        for other in self.readers.get(stmt.out, ()):
            same = 0
            for a, b in zip(stmt.path, other.path):
                if a is not b:
                    break
                same += 1
            depth = min(depth, same)
        return depth


def _differ(a: Place, b: Place) -> bool:
    """Are these two different elements along an axis?"""
    if a.axis is not None or b.axis is not None or a.offset.terms != b.offset.terms:
        return False
    return a.offset.const != b.offset.const
