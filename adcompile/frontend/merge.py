"""Where two paths meet: one state from the states of both branches, and the If that joins them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from adcompile.frontend import (
    absent,
    cases,
    choices,
    flags,
    inside,
    late,
    many,
    meeting,
    memory,
    nones,
    numbered,
    open_tuples,
    packing,
    placed,
    slices,
    tables,
)
from adcompile.frontend.meeting import Branch
from adcompile.frontend.open_tuples import met
from adcompile.frontend.values import (
    UNKNOWN,
    Choice,
    Identity,
    Num,
    Obj,
    Poison,
    Ref,
    State,
    Step,
    Storage,
    Struct,
    Value,
)
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Block, If, Lit, Loc, Var
from adcompile.trace.kinds import BOOL, SLICE, Any_, Kind, Slice, Tuple, is_fixed, join

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Found = TypeVar("Found")
Pair = tuple[Value, Value]


def join_branches(low: Lowerer, cond: Atom, then: Branch, orelse: Branch, loc: Loc | None) -> None:
    """Append the If and set the merged state."""
    merger = _Merger(low, cond, then, orelse)
    state = merger.state()
    if merger.tokens:
        low.guarded.update(dict.fromkeys(merger.flags, merger.tokens))
    blocks = [Block(tuple(b.eqns), tuple(b.results)) for b in (then, orelse)]
    if then.eqns or orelse.eqns or merger.outs:
        low.build.eqns.append(If(tuple(merger.outs), cond, blocks[0], blocks[1], loc))
    low.state = state


def join_values(low: Lowerer, cond: Atom, then: Branch, orelse: Branch, values: Pair) -> Value:
    """Append the If of two values: the one of these where neither branch has changed the state."""
    merger = _Merger(low, cond, then, orelse)
    merger.merged = low.state
    found = merger.value(*values, "%value")
    blocks = [Block(tuple(b.eqns), tuple(b.results)) for b in (then, orelse)]
    if then.eqns or orelse.eqns or merger.outs:
        low.build.eqns.append(If(tuple(merger.outs), cond, blocks[0], blocks[1], low.build.loc))
    return found


class _Merger:
    def __init__(self, low: Lowerer, cond: Atom, then: Branch, orelse: Branch) -> None:
        self.low = low
        self.cond = cond
        self.sides = (then, orelse)
        self.there = [absent.excluded(low, cond, holds) for holds in (True, False)]
        self.inside = (then.defines(), orelse.defines())
        self.outs: list[Var] = []
        self.known: dict[tuple[Any, Any], Var] = {}
        self.objects: dict[tuple[Identity, Identity], Identity] = {}
        self.merged = State()
        self.flags: dict[tuple[Var, bool], None] = {}
        self.tokens: dict[Any, tuple[int, Value]] = {}

    def state(self) -> State:
        first, second = (self.low.bring(side.state) for side in self.sides)
        if first.dead and second.dead:
            return first
        merged = self.merged
        merged.current = {**first.current, **second.current}
        if self.low.exact:
            births = {**first.births, **second.births}
            merged.births = {storage: births.get(storage, UNDEF) for storage in merged.current}
        for storage in meeting.changed(first, second, self.low.exact):
            merged.current[storage] = self.phi(
                first.current.get(storage, UNDEF), second.current.get(storage, UNDEF), storage.name
            )
            if self.low.exact:
                born = [side.births.get(storage, UNDEF) for side in (first, second)]
                merged.births[storage] = self.phi(born[0], born[1], "")
        for source in (first, second):
            if source.dead:
                continue
            merged.stale.update(source.stale)
            meeting.add(merged.related, source.related)
            meeting.add_held(merged, source)
        placed.merged((first, second), merged, self.path, self.inside)
        for identity in {**first.items, **second.items}:
            if identity in merged.places and not placed.is_fresh(merged, identity):
                keys = first.items.get(identity) or second.items.get(identity) or {}
                merged.items[identity] = dict.fromkeys(keys, placed.OLD)
                continue
            left, right = first.items.get(identity), second.items.get(identity)
            if left and right and meeting.stay(left, right):
                merged.items[identity] = dict(left)
                continue
            self.merge_items(identity, left, right)
        for frame in {**first.names, **second.names}:
            left, right = first.names.get(frame, {}), second.names.get(frame, {})
            if left is right or meeting.same(left, right):
                merged.names[frame] = dict(left)
                continue
            names = merged.names[frame] = {}
            for name in {**left, **right}:
                names[name] = self.value(left.get(name), right.get(name), name)
        return merged

    def merge_items(self, identity: Identity, left: Any, right: Any) -> None:
        first, second = left or {}, right or {}
        dead = [side.state.dead for side in self.sides]
        keys: Any = first or second
        if left is not None and right is not None and list(left) != list(right):
            if not any(dead) and inside.is_begun(self.low, identity, left, right):
                keys = {**left, **right}
            elif not any(dead):
                late.met(self, identity, left, right)
                self.low.make_dynamic(identity, self.sides[0].state.resized(self.sides[1].state))
            else:
                keys = second if dead[0] else first
        self.merged.items[identity] = {
            key: self.value(first.get(key), second.get(key), "") for key in keys
        }

    def phi(self, left: Atom, right: Atom, name: str) -> Atom:
        """The atom that is `left` where the first branch ran and `right` where the second did."""
        if left is right or left == right:
            return left
        for side, live, here in ((0, right, self.inside[1]), (1, left, self.inside[0])):
            if self.sides[side].state.dead and live not in here:
                return live
        if self.sides[0].state.dead:
            left = UNDEF
        if self.sides[1].state.dead:
            right = UNDEF
        out = self.known.get((left, right))
        if out is None:
            out = Var("" if name.startswith("%") else name or _name(left) or _name(right))
            build = self.low.build
            build.kinds[out] = self.kind(left, right, out)
            ends = zip((left, right), self.there)
            if any(a == NOTHING or (a in self.low.nullable and a != there) for a, there in ends):
                self.low.nullable[out] = None
            made = self.low.outside_calls.get(left, self.low.outside_calls.get(right))
            if made is not None:
                self.low.outside_calls[out] = made
            self.outs.append(out)
            partial = self.low.partial
            if UNDEF in (left, right) or left in partial or right in partial:
                several = UNDEF not in (left, right) or partial.get(left) or partial.get(right)
                partial[out] = bool(several)
            if (left, right) in flags.FLAGS:
                self.flags[out, left == Lit(True)] = None
            self.sides[0].results.append(left)
            self.sides[1].results.append(right)
            self.known[left, right] = out
        return out

    def kind(self, left: Atom, right: Atom, out: Var) -> Kind:
        """The kind of what is `left` or `right`; the bounds of a slice are merged as it is."""
        kinds = self.low.build.kind(left), self.low.build.kind(right)
        joined = join(*kinds, out)
        if not isinstance(joined, Slice):
            return joined
        bounds: list[Atom] = []
        for one, other in zip(*map(slices.bounds, kinds)):
            given = [bound for bound in (one, other) if bound != UNDEF]
            unlike = NOTHING in given and one != other and len(given) > 1
            if Lit(Ellipsis) in given or unlike:
                return SLICE
            known = len(given) == 1 and isinstance(given[0], Lit)
            bounds.append(given[0] if known else self.phi(one, other, ""))
        return Slice(bounds[0], bounds[1], bounds[2])

    def value(self, left: Value | None, right: Value | None, name: str) -> Value:
        if self.sides[0].state.dead:
            left = None
        if self.sides[1].state.dead:
            right = None
        if type(left) is type(right) is Num:
            return Num(self.phi(_known(left), _known(right), name))
        left, right = absent.later(self.low, left, right), absent.later(self.low, right, left)
        if absent.meet(self.low, left, right):
            return self.maybe(left, right, name)
        match left, right:
            case (None, None):
                return Poison(f"{name!r} has no value here", "ADC112")
            case (Num() | None, Num() | None):
                return Num(self.phi(_known(left), _known(right), name))
            case (Ref(), Ref()) if cases.alike(left, right):
                return self.one_place(left, right)
            case (Ref() | None, Ref() | None) if self.one_of(left, right):
                return self.kept(left, right, self.cases(left, right, name))
            case (Ref(), None) | (None, Ref()):
                return self.one_place(left, right)  # type: ignore[arg-type]
            case (Struct(a), Struct(b)) if len(a) == len(b):
                return Struct(tuple(self.value(x, y, name) for x, y in zip(a, b)))
            case (Struct(a), None):
                return Struct(tuple(self.value(x, None, name) for x in a))
            case (None, Struct(b)):
                return Struct(tuple(self.value(None, y, name) for y in b))
            case (Struct(items), Num(a)) | (Num(a), Struct(items)) if self.is_tuple(a, items):
                return self.tuples((left, right), name)  # type: ignore[arg-type]
            case (Struct() | Ref(), Struct() | Ref()) if pair := met(self, left, right):
                return self.value(*pair, name)
            case (Obj(a), Obj(b)) if a is not b:
                return self.merge_objects(a, b, name)
            case (Ref() | Num(), Ref() | Num()):
                return self.merge_reads(left, right, name)
            case (Choice(selector, options), None):
                return Choice(self.phi(selector, UNDEF, name), options)
            case (None, Choice(selector, options)):
                return Choice(self.phi(UNDEF, selector, name), options)
        if left is None or right is None:
            return left if right is None else right  # type: ignore[return-value]
        if left == right or UNKNOWN in (left, right):
            return left if left == UNKNOWN else right
        if isinstance(left, Poison) or isinstance(right, Poison):
            return self.known_on_one(left, right, name)
        states = [side.state for side in self.sides]
        if all(choices.chosen(self.low, side, states) for side in (left, right)):
            numbers = [choices.number(self.low, side) for side in (left, right)]
            selector = self.phi(numbers[0], numbers[1], name)
            if isinstance(numbers[0], Lit) and isinstance(numbers[1], Lit):
                self.low.tests[selector, numbers[0]] = self.cond
            return Choice(selector, choices.union(left, right))
        found = self.as_data(left, right)
        if found is not None and found != (left, right):
            return self.value(found[0], found[1], name)
        for side in (left, right):
            if isinstance(side, Obj) and side.identity.form == "list":
                self.low.make_dynamic(side.identity)
        label = "what is returned" if name == "%retval" else repr(name)
        return Poison(f"{label} is something else on each of the paths that meet here", "ADC303")

    def is_tuple(self, atom: Atom, items: tuple[Value, ...]) -> bool:
        """Is this a tuple of as many items, of numbers or of what nothing else holds?

        One of numbers may be None where the items are numbers, too.
        """
        kind = self.low.build.kind(atom)
        plain = isinstance(kind, Tuple) and kind.tag is None and len(kind.items) == len(items)
        numbers = is_fixed(kind) and (atom not in self.low.nullable or self.are_plain(items))
        return plain and (numbers or atom in self.low.fresh)

    def are_plain(self, items: tuple[Value, ...]) -> bool:
        return all(isinstance(i, Num) and is_fixed(self.low.build.kind(i.atom)) for i in items)

    def tuples(self, values: tuple[Value, Value], name: str) -> Value:
        """A tuple of known items and another one: by their items, or whole where that may be None.
        """
        whole = [value.atom for value in values if isinstance(value, Num)]
        if not any(atom in self.low.nullable and atom not in self.low.fresh for atom in whole):
            first, second = map(self.taken_apart, (0, 1), values)
            return self.value(first, second, name)
        for value in values:
            nones.note_inside(self.low, value)
        atoms = [self.read(*each) for each in zip(self.sides, values)]
        return Num(self.phi(atoms[0], atoms[1], name))

    def taken_apart(self, number: int, value: Value | None) -> Struct:
        """The items of a tuple that one of the branches may have made as a whole."""
        if isinstance(value, Struct):
            return value
        assert isinstance(value, Num)
        kind = self.low.build.kind(value.atom)
        assert isinstance(kind, Tuple)
        places = range(len(kind.items))
        return Struct(tuple(
            self.inside_of(number, partial(memory.element, self.low, value, Lit(i))) for i in places
        ))  # fmt: skip

    def maybe(self, left: Value | None, right: Value | None, name: str) -> Value:
        """A structure on one path, and None on the other."""
        low = self.low
        value = self.value(absent.inside(low, left), absent.inside(low, right), name)
        present = self.phi(*absent.both_there(low, self.cond, left, right), "")
        return absent.made(present, value) if isinstance(value, (Struct, Obj)) else value

    def as_data(self, left: Value, right: Value) -> tuple[Value, Value] | None:
        """Two functions, or a function and None, as data."""
        sides = (left, right)
        if not all(packing.is_function(self.low, s) or s == Num(NOTHING) for s in sides):
            return None
        item = partial(packing.item, self.low)
        return self.inside_of(0, partial(item, left)), self.inside_of(1, partial(item, right))

    def known_on_one(self, left: Value, right: Value, name: str) -> Value:
        """What is not known on one path: known again where a flag says that the other was taken.

        if done: use(v)         after  try: v = f(x); done = True  except ...: done = False
        """
        if isinstance(left, Poison) and isinstance(right, Poison):
            return left
        token = object()
        if isinstance(left, Poison):
            self.tokens[token] = 1, self.value(None, right, name)
            return replace(left, token=token)
        assert isinstance(right, Poison)
        self.tokens[token] = 0, self.value(left, None, name)
        return replace(right, token=token)

    def path(
        self, left: tuple[Step, ...] | None, right: tuple[Step, ...] | None
    ) -> tuple[Step, ...]:
        steps = left or right or ()
        firsts = [s.args for s in left] if left else [meeting.unknown(s) for s in steps]
        seconds = [s.args for s in right] if right else [meeting.unknown(s) for s in steps]
        return tuple(
            Step(step.op, tuple(self.phi(x, y, "") for x, y in zip(a, b)))
            for step, a, b in zip(steps, firsts, seconds)
        )

    def merge_objects(self, a: Identity, b: Identity, name: str) -> Value:
        at = numbered.met(self.low, (a, b), (self.sides[0].state, self.sides[1].state))
        if at is not None:
            return numbered.at(self.low, self.merged, at[0], self.phi(at[1], at[2], ""))
        numbered.meeting(self.low, (a, b))
        spots = [side.state.places.get(one) for side, one in zip(self.sides, (a, b))]
        for i, one in enumerate((a, b)):
            self.inside_of(i, partial(placed.refresh, self.low, one))
        left, right = self.sides[0].state.items[a], self.sides[1].state.items[b]
        if a.form != b.form or list(left) != list(right):
            if a.form == b.form == "list":
                self.low.make_dynamic(a)
                self.low.make_dynamic(b)
            sites = tables.sites((a.form, a.site), (b.form, b.site))
            reason = f"{name!r} has other keys on each of the paths that meet here"
            return Poison(reason, "ADC303", None, sites)
        found = many.one_class(self.low, (a, b))
        among = many.list_of(self.low, (a, b)) if a.record != b.record else ()
        if found is None or among:
            reason = f"{name!r} is of another class on each of the paths"
            return Poison(reason, "ADC303", None, among)
        made = self.objects.get((a, b))
        if made is None:
            made = self.objects[a, b] = Identity(a.form, a.site, found[0], a.loc, found[1])
            self.merged.items[made] = dict(left)
            for one, side in zip((a, b), self.sides):
                if one in side.state.stale:
                    self.merged.stale[made] = side.state.stale[one]
            if placed.one_of(self.merged, made, spots[0], spots[1], self.path):
                return Obj(made)
            self.merged.items[made] = {key: self.value(left[key], right[key], name) for key in left}
            for one, side in zip((a, b), self.sides):
                placed.stands_for(self.low, self.merged, made, one, side.state)
        return Obj(made)

    def one_place(self, left: Ref | None, right: Ref | None) -> Ref:
        """The same storage on both paths, seen along paths of the same form."""
        known = left or right
        assert known is not None
        if not known.path and known.storage.cases is None:
            return Ref(known.storage)  # of which one path may have read what it is
        if not known.path or (left == right and packing.tag_of(self.low, known) is not None):
            return known
        paths = [None if side is None else side.path for side in (left, right)]
        return self.kept(left, right, Ref(known.storage, self.path(paths[0], paths[1])))

    def kept(self, left: Ref | None, right: Ref | None, made: Ref) -> Ref:
        """With what was read: a number does not change with its place, and a view that only one
        path has made cannot be made again on the other."""
        if not any(place.path for place in cases.places(made)):
            return made
        known = left or right
        half = left is None or right is None
        needed = half and known is not None and made.path != known.path
        atoms: list[Atom] = [UNDEF, UNDEF]
        fresh = True
        for i, value in enumerate((left, right)):
            if value is None:
                continue
            found = self.inside_of(i, partial(_seen, self.low, value, needed))
            if found is None:
                return made
            atoms[i] = found[0]
            fresh = fresh and found[1]
        now = self.merged.current.get(made.storage) if fresh else None
        return replace(made, atom=self.phi(atoms[0], atoms[1], ""), seen=now or UNDEF)

    def one_of(self, left: Value | None, right: Value | None) -> bool:
        """Is this to be one of several places?"""
        found = [value for value in (left, right) if isinstance(value, Ref)]
        if not self.low.exact:
            return False
        if len(found) == 1:  # which one is known in its branch only
            return found[0].storage.cases is not None
        if not all(map(self.within, self.sides, found)):
            return False
        return len(cases.union(found)) <= cases.MOST

    def within(self, side: Branch, value: Value) -> bool:
        outer, self.low.state = self.low.state, side.state
        try:
            return cases.is_array(self.low, value)
        finally:
            self.low.state = outer

    def cases(self, left: Value | None, right: Value | None, name: str) -> Ref:
        """One of several places, by the path taken."""
        keys = cases.union((right, left))
        numbers: list[Atom] = []
        paths: list[list[tuple[Step, ...] | None]] = [[None, None] for _ in keys]
        for i, value in enumerate((left, right)):
            numbers.append(Lit(0))  # of any place, where there is none: what it is is not read
            if isinstance(value, Ref):
                own = cases.places(value)
                at = [keys.index((p.storage, cases.structure(p.path))) for p in own]
                for place, n in zip(own, at):
                    paths[n][i] = place.path
                numbers[i] = self.inside_of(i, partial(cases.renumbered, self.low, value, at))
        if numbers == [Lit(1), Lit(0)] and self.low.build.kind(self.cond) == BOOL:
            number: Atom = self.cond
        else:
            number = self.phi(numbers[0], numbers[1], "")
        places = [Ref(key[0], self.path(*pair)) for key, pair in zip(keys, paths)]
        for storage in (place.storage for place in places):
            if storage not in self.merged.current:  # made where the paths met
                versions = [side.state.current.get(storage, UNDEF) for side in self.sides]
                self.merged.current[storage] = self.phi(versions[0], versions[1], "")
        return cases.make(self.low, name, number, places)

    def merge_reads(self, left: Value, right: Value, name: str) -> Value:
        """Two different storages, or a number and a storage: a storage that may be either."""
        atoms = [self.read(side, value) for side, value in zip(self.sides, (left, right))]
        if open_tuples.is_mixed(*(self.low.build.kind(atom) for atom in atoms)):
            return Poison(f"{name!r} is a list on one path and a tuple on another", "ADC303")
        out = self.phi(atoms[0], atoms[1], name)
        if isinstance(out, Lit):
            return Num(out)
        storage = Storage("" if name.startswith("%") else name, self.low.build.loc)
        self.merged.current[storage] = out
        for value in (left, right):
            for other in cases.storages(value):
                self.merged.derive(storage, other)
        return Ref(storage)

    def read(self, side: Branch, value: Value) -> Atom:
        return self.inside_of(self.sides.index(side), lambda: memory.atom_of(self.low, value))

    def inside_of(self, number: int, action: Callable[[], Found]) -> Found:
        """What an action gives at the end of a branch."""
        low, side = self.low, self.sides[number]
        outer_state, outer_eqns = low.state, low.build.eqns
        low.state, low.build.eqns = side.state, side.eqns
        before = len(side.eqns)
        try:
            return action()
        finally:
            low.state, low.build.eqns = outer_state, outer_eqns
            for eqn in side.eqns[before:]:
                self.inside[number].update(dict.fromkeys(eqn.outs))


def _known(value: Num | None) -> Atom:
    return UNDEF if value is None else value.atom


def _seen(low: Lowerer, value: Ref, needed: bool) -> tuple[Atom, bool] | None:
    """What was read where this may be a number or is `needed`, and whether it is still there."""
    if any(storage in low.state.stale for storage in cases.storages(value)):
        return None
    if value.atom is not None:
        fresh = memory.is_fresh(low, value)
        if isinstance(low.build.kind(value.atom), Any_) or (needed and fresh):
            return value.atom, fresh
    if cases.is_partial(low, value):
        return None
    with low.build.block():
        kind = low.build.kind(memory.atom_of(low, value))
    return (memory.atom_of(low, value), True) if needed or isinstance(kind, Any_) else None


def _name(atom: Atom) -> str:
    return atom.name if isinstance(atom, Var) else ""
