"""The loops as equations: a turn computes elements, and writes, adds up, or passes them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.checks import NAMES, fitting, not_empty
from adcompile.simplify.arrays.fusion import Fusion, Item, Loop, Stmt
from adcompile.simplify.arrays.guards import guard
from adcompile.simplify.arrays.lengths import Lengths
from adcompile.simplify.arrays.nodes import COUNT, DTYPES, UPDATE, Read
from adcompile.simplify.arrays.places import FIRST, Place, Places, composed, constant
from adcompile.simplify.arrays.plan import Plan
from adcompile.simplify.arrays.pointwise import choose
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Lit, Var

BEGIN: dict[str, float] = {
    "sum": 0.0, "prod": 1.0, "max": float("-inf"), "min": float("inf"),
}  # fmt: skip
JOINED = {
    "sum": "operator.add", "prod": "operator.mul", "max": "numpy.maximum", "min": "numpy.minimum",
}  # fmt: skip
SHORT = 4
"""So many terms of a sum are written one after the other in a turn of a longer loop."""


@dataclass(slots=True, eq=False)
class Slot:
    """What a loop carries: an array that is written, or a number that is added up."""

    name: str
    kind: k.Kind
    now: Atom
    final: Var | None = None
    narrow: bool = False  # the number is added up in double precision, and rounded at the end
    depth: int = 0  # of the loop in whose turns it changes


@dataclass(slots=True)
class Scope:
    """The equations of a turn so far, and the elements that are known in it."""

    eqns: list[Equation]
    index: Var | None
    known: dict[object, Atom] = field(default_factory=dict)
    turn: Place = FIRST  # where there is no index: of a loop that is written out, the turn
    is_long: bool = False  # of more than a few turns, or nobody knows how many


class Loops:
    """Builds the items of a block."""

    def __init__(
        self, build: Builder, plan: Plan, fusion: Fusion, naturals: Mapping[Var, None]
    ) -> None:
        self.build, self.plan, self.fusion = build, plan, fusion
        self.lengths = Lengths(build, plan.nodes, naturals)
        self.scopes: list[Scope] = []
        self.arrays: dict[Var, tuple[Slot, list[int]]] = {}  # by what is computed: its axes
        self.numbers: dict[Var, Slot] = {}
        self.nans: dict[Var, Slot] = {}  # of extremes: how many elements are nan
        self.begun: dict[Atom, Slot] = {}  # by what is updated, as it was before
        self.writing: Slot | None = None
        self.written: Atom | None = None
        self.target: Places = ()

    def item(self, item: Stmt | Loop) -> None:
        """Append the equations of an outermost item."""
        self.scopes = [Scope(self.build.eqns, None)]
        self.arrays, self.numbers, self.nans, self.begun = {}, {}, {}, {}
        if isinstance(item, Loop):
            every = list(item.stmts())
        else:
            every = [item]
        self.build.loc = every[0].node.eqn.loc
        for stmt in every:
            self.allocate(stmt)
        if isinstance(item, Loop):
            self.loop(item, 0)
        else:
            self.stmt(item)
        self.finish(every)
        self.build.eqns = self.scopes[0].eqns

    def finish(self, every: Sequence[Stmt]) -> None:
        """Give what has been computed the variables that it is known by."""
        for slot in dict.fromkeys(slot for stmt in every for slot in self.slots_of(stmt)):
            if slot.final is not None and slot.narrow:
                rounded = Apply((slot.final,), "numpy.float32", (slot.now,), self.build.loc)
                self.scopes[0].eqns.append(rounded)
            elif slot.final is not None and slot.final is not slot.now:
                assert isinstance(slot.now, Var)
                self.renamed(slot.now, slot.final)

    def renamed(self, made: Var, out: Var) -> None:
        """Let an equation define another variable."""
        eqns = self.scopes[0].eqns
        for n in range(len(eqns) - 1, -1, -1):
            eqn = eqns[n]
            if made in eqn.outs:
                assert isinstance(eqn, (Apply, If))
                eqns[n] = replace(eqn, outs=(out,))
                return

    # storage

    def slots_of(self, stmt: Stmt) -> list[Slot]:
        found = []
        if stmt.out in self.arrays:
            found.append(self.arrays[stmt.out][0])
        if stmt.out in self.numbers:
            found.append(self.numbers[stmt.out])
        return found

    def carried(self, stmt: Stmt, level: int) -> list[Slot]:
        """What of a statement changes in the turns of a loop."""
        if stmt.out not in self.numbers:
            return self.slots_of(stmt)
        if level >= stmt.first_summed:
            return [each[stmt.out] for each in (self.numbers, self.nans) if stmt.out in each]
        return [self.arrays[stmt.out][0]] if stmt.out in self.arrays else []

    def allocate(self, stmt: Stmt) -> None:
        """The array of a statement, before the outermost loop."""
        node, out = stmt.node, stmt.out
        if node.form == UPDATE:
            before = self.arrays.get(node.x) if isinstance(node.x, Var) else None
            if before is not None and node.x in self.plan.nodes:
                slot = before[0]
            else:
                slot = self.begun[node.x] = Slot(out.name, self.build.kinds[out], node.x)
            slot.final = out
            self.arrays[out] = (slot, list(range(node.rank)))
            fitting(self.build, self.lengths, node)
            return
        is_array = isinstance(self.build.kinds[out], k.Array)
        if node.is_sum and node.form in NAMES:
            not_empty(self.build, self.lengths, node)
        summed = stmt.first_summed < len(node.order)
        if node.form in NAMES and stmt.is_number and summed:
            self.nans[out] = Slot("", k.INT, Lit(0))
        if node.is_sum and stmt.is_number and (summed or not is_array):
            kind = k.INT if k.dtype_of(self.build.kinds[out]) == "int" else k.FLOAT
            slot = Slot(out.name, kind, Lit(0))
            if not is_array:
                slot.final, slot.narrow = out, k.dtype_of(self.build.kinds[out]) == "float32"
                slot.kind = k.FLOAT if slot.narrow else self.build.kinds[out]
            self.numbers[out] = slot
        if is_array:
            self.make_array(stmt)

    def make_array(self, stmt: Stmt) -> None:
        node, out = stmt.node, stmt.out
        depth = self.fusion.common(stmt)
        dropped = {axis for axis in node.order[:depth] if depth and axis < node.rank}
        if out in self.plan.arrays or depth == 0:
            axes, final = list(range(node.rank)), out
        else:
            axes = [n for n in range(node.rank) if n not in dropped and not node.dims[n].is_one]
            final = None
            if not axes:
                return
        sizes = [self.lengths.of_axis(node, n) for n in axes]
        shape: Atom
        if all(isinstance(size, Lit) for size in sizes):
            shape = Lit(tuple(size.value for size in sizes if isinstance(size, Lit)))
        else:
            shape = sizes[0] if len(sizes) == 1 else self.build.apply("mem.tuple", *sizes)
        kind = self.build.kinds[out]
        dtype = k.dtype_of(kind) or "float"
        more = (Lit(DTYPES[dtype]),) if dtype in DTYPES else ()
        made = self.build.apply("numpy.empty", shape, *more, name=out.name)
        self.build.kinds[made] = k.Array(dtype, tuple(node.dims[n] for n in axes))
        self.arrays[out] = (Slot(out.name, self.build.kinds[made], made, final), axes)

    # loops

    def loop(self, loop: Loop, level: int) -> None:
        node, axis = loop.source
        stmts = list(loop.stmts())
        stop = self.in_scope(0, lambda: self.lengths.of_axis(node, axis))
        for stmt in stmts:
            if stmt.node.is_sum and stmt.first_summed == level:
                self.begin(stmt)
        if isinstance(stop, Lit) and self.is_short(loop, level, stop.value):
            self.written_out(loop, level, stop.value)
            return
        slots = list(dict.fromkeys(slot for s in stmts for slot in self.carried(s, level)))
        inits = [slot.now for slot in slots]
        params = [self.build.var(slot.kind, slot.name) for slot in slots]
        for slot, param in zip(slots, params):
            slot.now, slot.depth = param, len(self.scopes)
        index = self.build.var(k.INT, "ijklmn"[level] if level < 6 else "i")
        is_long = not isinstance(stop, Lit) or stop.value > SHORT
        self.scopes.append(Scope([], index, is_long=is_long))
        self.build.eqns = self.scopes[-1].eqns
        for item in loop.items:
            self.inner(item, level + 1)
        results = tuple(slot.now for slot in slots)
        body = Block(tuple(self.scopes.pop().eqns), results)
        outs = []
        extremes = [self.numbers[out] for out in self.nans]
        for slot in slots:
            direct = level == 0 and slot not in extremes and not slot.narrow
            final = slot.final if direct else None
            outs.append(final or self.build.var(slot.kind, slot.name))
            slot.now, slot.depth = outs[-1], len(self.scopes) - 1
        self.build.eqns = self.scopes[-1].eqns
        place = stmts[0].node.eqn.loc
        ends = index, Lit(0), stop, Lit(1), False
        made = For(tuple(outs), tuple(inits), tuple(params), *ends, body, False, place)
        self.build.eqns.append(made)
        found = guard(self.plan, loop, level) if level else None
        if found is not None:
            self.guarded(*found, slots, inits)
        for stmt in stmts:
            if stmt.node.is_sum and stmt.first_summed == level:
                self.end(stmt)

    def is_short(self, loop: Loop, level: int, turns: int) -> bool:
        """Are these the few terms of sums in a turn of a longer loop?

        What does not change in that loop is then read before it, and is not read in each turn.
        """
        return turns <= SHORT and any(scope.is_long for scope in self.scopes) and all(
            isinstance(item, Stmt)
            and item.is_number
            and (item.node.form, item.first_summed) == ("sum", level)
            for item in loop.items
        )  # fmt: skip

    def written_out(self, loop: Loop, level: int, turns: int) -> None:
        """The turns of a short loop one after the other."""
        for turn in range(turns):
            self.scopes.append(Scope(self.scopes[-1].eqns, None, turn=constant(turn)))
            for item in loop.items:
                self.inner(item, level + 1)
            self.scopes.pop()
        for stmt in loop.stmts():
            self.end(stmt)

    def guarded(self, stmt: Stmt, read: Read, slots: list[Slot], inits: list[Atom]) -> None:
        """Go through the loop just made only if it changes anything."""
        loop = self.build.eqns.pop()
        cond = self.element(read.atom, self.bound(stmt, read.places))
        for slot in slots:
            slot.now = self.build.var(slot.kind, slot.name)
        outs = tuple(slot.now for slot in slots if isinstance(slot.now, Var))
        sides = Block((loop,), loop.outs), Block((), tuple(inits))
        self.build.eqns.append(If(outs, cond, *sides, self.build.loc))

    def inner(self, item: Item, level: int) -> None:
        if isinstance(item, Loop):
            self.loop(item, level)
        else:
            assert isinstance(item, Stmt)
            self.stmt(item)

    def begin(self, stmt: Stmt) -> None:
        """What a sum starts from, in front of the loop along its outermost summed axis."""
        node, value = stmt.node, BEGIN[stmt.node.form]
        whole = k.dtype_of(self.build.kinds[stmt.out]) == "int"
        first = Lit(int(value)) if whole else Lit(value)
        if stmt.is_number:
            self.numbers[stmt.out].now = first
            if stmt.out in self.nans:
                self.nans[stmt.out].now = Lit(0)
            return
        slot, axes = self.arrays[stmt.out]
        done = node.order[: stmt.first_summed]
        places = self.bound(stmt, node.here())
        index = [self.place(places[n]) if n in done else Lit(Ellipsis) for n in axes]
        if Lit(Ellipsis) in index:
            full = self.build.apply("mem.slice", Lit(None), Lit(None), Lit(None))
            some = any(atom != Lit(Ellipsis) for atom in index)
            where = self.subscript([full if a == Lit(Ellipsis) else a for a in index])
            where = where if some else Lit(Ellipsis)
        else:
            where = self.subscript(index)
        slot.now = self.build.apply("mem.write", slot.now, first, where, name=slot.name)

    def end(self, stmt: Stmt) -> None:
        """Behind that loop the sum is an element of the result."""
        if not stmt.is_number:
            return
        slot = self.numbers[stmt.out]
        if stmt.out in self.nans:
            some = self.build.apply("operator.gt", self.nans[stmt.out].now, Lit(0))
            slot.now = choose(self.build, some, Lit(float("nan")), slot.now, slot.kind)
        value = slot.now
        places = self.bound(stmt, stmt.node.here())
        self.scopes[-1].known[stmt.out, places] = value
        self.store(stmt, value, places)

    def store(self, stmt: Stmt, value: Atom, places: Places) -> None:
        if stmt.out in self.arrays:
            slot, axes = self.arrays[stmt.out]
            where = self.subscript([self.place(places[n]) for n in axes])
            slot.now = self.build.apply("mem.write", slot.now, value, where, name=slot.name)

    def bound(self, stmt: Stmt, places: Places) -> Places:
        """Places by the axes of a statement as places by the variables of the loops."""
        inside = zip(stmt.node.order, self.scopes[1:])
        at = {n: Place(s.index) if s.index is not None else s.turn for n, s in inside}
        own = [at.get(n, FIRST) for n in range(len(stmt.node.dims))]
        return composed(places, own)

    # statements

    def stmt(self, stmt: Stmt) -> None:
        """What a turn does for a statement."""
        node = stmt.node
        self.build.loc = node.eqn.loc
        if node.form == UPDATE:
            self.update(stmt)
            return
        atoms = [self.element(r.atom, self.bound(stmt, r.places)) for r in node.reads]
        places = self.bound(stmt, node.here())
        if not node.is_sum:
            value = self.value(stmt, atoms)
            self.scopes[-1].known[stmt.out, places] = value
            self.store(stmt, value, places)
            return
        value = node.element(self.build, atoms)
        if not node.order or stmt.first_summed == len(node.order):
            self.only(stmt, value, places)
        elif stmt.is_number:
            slot = self.numbers[stmt.out]
            if stmt.out in self.nans:
                self.extreme(stmt, slot, value)
            elif slot.now == Lit(0.0) and not slot.narrow:
                slot.now = value  # the first of few terms
            else:
                slot.now = self.build.apply(JOINED[node.form], slot.now, value, name=slot.name)
        else:
            slot, axes = self.arrays[stmt.out]
            where = self.subscript([self.place(places[n]) for n in axes])
            if node.form == "sum":
                new = self.build.apply("mem.accumulate", slot.now, value, where, name=slot.name)
            else:
                old = self.build.apply("mem.getitem", slot.now, where)
                value = self.build.apply(JOINED[node.form], old, value)
                new = self.build.apply("mem.write", slot.now, value, where, name=slot.name)
            slot.now = new

    def extreme(self, stmt: Stmt, slot: Slot, value: Atom) -> None:
        """The greater of two; whether one is nan is counted apart, so that turns stay simple."""
        build, nans = self.build, self.nans[stmt.out]
        better = build.apply(
            "operator.gt" if stmt.node.form == "max" else "operator.lt", value, slot.now
        )
        slot.now = choose(build, better, value, slot.now, slot.kind)
        isnan = build.apply("operator.ne", value, value)
        one = choose(build, isnan, Lit(1), Lit(0), k.INT)
        nans.now = build.apply("operator.add", nans.now, one)

    def only(self, stmt: Stmt, value: Atom, places: Places) -> None:
        """A sum of one element each."""
        if stmt.out in self.numbers and stmt.out not in self.arrays:
            slot = self.numbers[stmt.out]
            slot.now = self.build.apply("operator.add", value, Lit(0), name=slot.name)
            value = slot.now
        self.scopes[-1].known[stmt.out, places] = value
        self.store(stmt, value, places)

    def value(self, stmt: Stmt, atoms: Sequence[Atom]) -> Atom:
        node = stmt.node
        if node.form == COUNT:
            return self.place(self.bound(stmt, node.here())[0])
        return node.element(self.build, atoms)

    def update(self, stmt: Stmt) -> None:
        node = stmt.node
        slot, _ = self.arrays[stmt.out]
        target = self.bound(stmt, node.target)
        self.writing, self.written, self.target = slot, node.x, target
        read = node.reads[0]
        value = self.element(read.atom, self.bound(stmt, read.places))
        self.writing = None
        where = self.subscript([self.place(place) for place in target])
        op = "mem.accumulate" if node.adds else "mem.write"
        slot.now = self.build.apply(op, slot.now, value, where, name=slot.name)

    # elements

    def element(self, atom: Atom, places: Places) -> Atom:
        """An element of an operand, computed in the outermost loop that it can be."""
        return self.settled(atom, places)[0]

    def settled(self, atom: Atom, places: Places) -> tuple[Atom, int]:
        """An element of an operand, and the scope in which it is computed."""
        if isinstance(atom, Lit) or isinstance(self.build.kinds[atom], k.Scalar):
            return atom, 0
        for depth in range(len(self.scopes) - 1, -1, -1):
            if (atom, places) in self.scopes[depth].known:
                return self.scopes[depth].known[atom, places], depth
        node = self.plan.nodes.get(atom)
        depth = self.depth(places)
        if node is not None and atom not in self.plan.loops:
            if node.form == COUNT:
                return self.place(places[0]), depth
            below = [self.settled(r.atom, composed(r.places, places)) for r in node.reads]
            atoms = [each for each, _ in below]
            depth = max([depth, *(inner for _, inner in below)])
            value = self.in_scope(depth, lambda: node.element(self.build, atoms))
        else:
            if atom in self.arrays:
                depth = max(depth, self.arrays[atom][0].depth)
            value = self.in_scope(depth, lambda: self.read(atom, places))
        self.scopes[depth].known[atom, places] = value
        return value, depth

    def read(self, atom: Var, places: Places) -> Atom:
        """An element of an array in memory."""
        array: Atom = atom
        if atom in self.arrays and self.plan.nodes[atom].form != UPDATE:
            slot, axes = self.arrays[atom]
            array, places = slot.now, tuple(places[n] for n in axes)
        elif self.writing is not None and atom is self.written and places == self.target:
            array = self.writing.now
        elif atom in self.begun and self.begun[atom] is not self.writing:
            array = self.begun[atom].now  # what another reads in a turn is overwritten behind that
        where = self.subscript([self.place(place) for place in places])
        return self.build.apply("mem.getitem", array, where)

    def depth(self, places: Places) -> int:
        """The scope of the innermost loop that places depend on."""
        used = {place.axis for place in places if place.axis is not None}
        found = [n for n, scope in enumerate(self.scopes) if scope.index in used]
        return max(found, default=0)

    def place(self, place: Place) -> Atom:
        """A place as an integer."""
        offset = self.in_scope(0, lambda: self.lengths.linear(place.offset))
        if place.axis is None:
            return offset
        depth = self.depth((place,))
        known = self.scopes[depth].known
        if place not in known:
            known[place] = self.in_scope(depth, lambda: self.moved(place, offset))
        return known[place]

    def moved(self, place: Place, offset: Atom) -> Atom:
        if place.step < 0:
            by = self.lengths.apply("operator.mul", place.axis, Lit(-place.step))
            return self.lengths.apply("operator.sub", offset, by)
        by = self.lengths.apply("operator.mul", place.axis, Lit(place.step))
        if isinstance(offset, Lit) and offset.value < 0:
            return self.lengths.apply("operator.sub", by, Lit(-offset.value))
        return self.lengths.apply("operator.add", by, offset)

    def subscript(self, atoms: Sequence[Atom]) -> Atom:
        if len(atoms) == 1:
            return atoms[0]
        if all(isinstance(atom, Lit) for atom in atoms):
            return Lit(tuple(atom.value for atom in atoms if isinstance(atom, Lit)))
        return self.build.apply("mem.tuple", *atoms)

    def in_scope(self, depth: int, make: Callable[[], Atom]) -> Atom:
        """Make something with its equations in the turn of a loop further out."""
        before = self.build.eqns
        self.build.eqns = self.scopes[depth].eqns
        try:
            return make()
        finally:
            self.build.eqns = before
