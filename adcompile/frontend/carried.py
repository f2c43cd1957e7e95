"""What a carried place holds: its shape, and how references to one of several places are carried.

    while c: v = y if t else z      a slot for the number of the place, one for each index of a
                                    path, and one for an array that only this name knows
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.errors import RejectedError
from adcompile.frontend import cases, choices, memory, numbered, open_tuples, placed, tables
from adcompile.frontend.values import (
    Choice,
    Identity,
    Maybe,
    Num,
    Obj,
    Poison,
    Ref,
    Spot,
    State,
    Step,
    Storage,
    Struct,
    Value,
    is_free,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Atom, Block, Equation, If, Lit, Var, walk

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Slot = Callable[[Atom, k.Kind | None], Var]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a carried place holds: a form, the kind of a leaf, the shapes of parts."""

    form: str  # "num", "ref", "tuple", "object", "maybe", "same", "choice", "poison"
    kind: k.Kind | None = None
    keys: tuple[Any, ...] = ()
    parts: tuple[Shape, ...] = ()
    detail: Any = None


Place = tuple[Any, ...]  # ("name", frame, name) | ("item", identity, key) | ("storage", storage)


@dataclass(slots=True)
class Plan:
    """What the loop carries, and what is unknown or shared at the start of a turn."""

    shapes: dict[Place, Shape] = field(default_factory=dict)
    stale: dict[Any, str] = field(default_factory=dict)
    related: dict[tuple[Any, Any], None] = field(default_factory=dict)
    holds: dict[tuple[Any, Any, Spot], None] = field(default_factory=dict)
    nullable: dict[Any, None] = field(default_factory=dict)
    functions: dict[Any, None] = field(default_factory=dict)  # places of functions that are data
    moved: dict[Any, None] = field(default_factory=dict)  # places of one object after another
    tried: dict[Any, None] = field(default_factory=dict)  # places that a try has made unclear

    def sizes(self) -> tuple[int, ...]:
        """How much is known, which only grows."""
        known: tuple[Sized, ...] = (
            self.shapes, self.stale, self.related, self.holds, self.nullable,
        )  # fmt: skip
        return tuple(map(len, known))

    def depth(self) -> int:
        """How deep what is carried is nested."""
        depth, level = 0, [*self.shapes.values()]
        while level:
            depth, level = depth + 1, [part for shape in level for part in shape.parts]
        return depth


@dataclass(slots=True)
class Turn:
    """One attempt: the slots (initial atom, parameter) and the header's values by place."""

    inits: list[Atom] = field(default_factory=list)
    params: list[Var] = field(default_factory=list)
    values: dict[Place, Value] = field(default_factory=dict)


def shape_of(
    low: Lowerer, value: Value, state: State | None = None, states: tuple[State, ...] = (),
    around: tuple[Identity, ...] = (),
) -> Shape:  # fmt: skip
    """The shape of a value; a function that all `states` know may become one of several.

    `around` are the objects that hold it.
    """
    state = state or low.state
    match value:
        case Num(atom):
            kind = low.build.kind(atom)
            if isinstance(kind, k.Slice) and Var in map(type, (kind.start, kind.stop, kind.step)):
                kind = k.SLICE  # each turn has bounds of its own
            return Shape("num", kind)
        case Ref() if low.exact and _in_cases(low, value, state):
            return shape_of_cases(low, value, state)
        case Ref():
            stale = [place for place in cases.places(value) if place.storage in state.stale]
            if stale:  # it will not be read, but this is what it would be
                with low.build.block():
                    seen = memory.follow(low, state.current[stale[0].storage], stale[0].path)
                return Shape("ref", low.build.kind(seen))
            outer, low.state = low.state, state
            with low.build.block() if cases.of_several(low, value) else nullcontext():
                atom = memory.read(low, value)
            low.state = outer
            return Shape("ref", low.build.kind(atom))
        case Struct(items):
            parts = tuple(shape_of(low, item, state, (), around) for item in items)
            return Shape("tuple", parts=parts)
        case Obj() if found := numbered.number(low, value, state):
            return Shape("numbered", k.INT, detail=found[0])
        case Obj(identity):
            if identity in around:
                raise _around(low, around)
            around += (identity,)
            if identity in state.places:
                state = state.copy()
                outer, low.state = low.state, state
                with low.build.block():
                    placed.refresh(low, identity)
                low.state = outer
            held = state.items[identity]
            parts = tuple(shape_of(low, item, state, (), around) for item in held.values())
            made = (identity.form, identity.site, identity.record, identity.loc, identity.cls)
            return Shape("object", None, tuple(held), parts, made)
        case Maybe(value=inner):
            part = shape_of(low, inner, state, states, around)
            return Shape("maybe", k.BOOL, parts=(part,))
        case Poison(sites=sites):
            return Shape("poison", detail=sites)
        case Choice():
            return Shape("choice", k.INT, detail=value.options)
    if choices.chosen(low, value, (state, *states)):
        return Shape("same", k.INT, detail=value)
    return Shape("same", detail=value)


def _around(low: Lowerer, objects: tuple[Identity, ...]) -> RejectedError:
    """The refusal of objects that hold one another, which a last attempt carries by number."""
    numbered.meeting(low, objects)
    return low.rejection(
        None, "objects that hold one another are something else in each turn of the loop; keep "
        "what they hold in a list", "ADC303",
    )  # fmt: skip


def join_shapes(a: Shape, b: Shape, site: Any) -> Shape:
    """The shape that has room for both."""
    if a == b:
        return a
    if a.form == "poison":
        return a
    if a.form == "num" and a.kind == k.UNDEFINED_KIND:
        return b
    if b.form == "num" and b.kind == k.UNDEFINED_KIND:
        return a
    if a.form == b.form == "cases":
        return join_cases(a, b, site)
    a, b = _plain(a), _plain(b)
    if open_tuples.is_mixed(a.kind, b.kind):
        return Shape("poison")
    if a.form in ("num", "ref") and b.form in ("num", "ref"):
        form = "num" if a.form == b.form == "num" else "ref"
        kind = k.join(a.kind, b.kind, site)
        return a if form == a.form and kind == a.kind else Shape(form, kind)
    if a.form == b.form and a.keys == b.keys and len(a.parts) == len(b.parts) and a.parts:
        parts = tuple(
            join_shapes(x, y, (site, i)) for i, (x, y) in enumerate(zip(a.parts, b.parts))
        )
        return a if parts == a.parts else Shape(a.form, None, a.keys, parts, a.detail)
    first, second = _of_any_length(a, site), _of_any_length(b, site)
    if first is not None and second is not None:
        kind = k.join(first, second, site)
        return a if kind == a.kind else Shape("ref", kind)
    if "maybe" in (a.form, b.form) or k.NONE in (a.kind, b.kind):
        return _join_maybe(a, b, site)
    if all(each.form in ("choice", "same") and each.kind == k.INT for each in (a, b)):
        known = _options(a)
        more = tuple(option for option in _options(b) if option not in known)
        return Shape("choice", k.INT, detail=(*known, *more)) if more else a
    objects = [each.detail[:2] for each in (a, b) if each.form == "object"]
    known = b.detail or () if b.form == "poison" else ()
    return Shape("poison", detail=(*known, *tables.sites(*objects)))


def hand_on(
    low: Lowerer, plan: Plan, turn: Turn, ends: Mapping[Place, Value | None], site: Any
) -> None:
    """A number that a turn leaves in another place, p2 = p1, makes that grow as it has grown.

    Each further attempt would find that of one more of the names that it goes through.
    """
    places = {
        value.atom: place
        for place, value in turn.values.items()
        if isinstance(value, Num) and place in plan.shapes
    }
    moved: list[tuple[Place, Place]] = []
    chosen = _chosen(low.build.eqns)
    for place, value in ends.items():
        todo = [value.atom] if isinstance(value, Num) else []
        for atom in todo:
            if atom in places and places[atom] != place:
                moved.append((place, places[atom]))
            todo += [each for each in chosen.get(atom, ()) if each not in todo]
    grown = bool(moved)
    while grown:
        grown = False
        for place, source in moved:
            old, new = plan.shapes[place], plan.shapes[source]
            if old.form == new.form == "num":
                plan.shapes[place] = join_shapes(old, new, (site, place))
                grown = grown or plan.shapes[place] != old


def _chosen(eqns: Sequence[Equation]) -> dict[Atom, tuple[Atom, ...]]:
    """What branches hand out, with what it is on one path and on the other."""
    found: dict[Atom, tuple[Atom, ...]] = {}
    for eqn in walk(Block(tuple(eqns), ())):
        if isinstance(eqn, If):
            found.update(zip(eqn.outs, zip(eqn.then.results, eqn.orelse.results)))
    return found


def _of_any_length(shape: Shape, site: Any) -> k.Kind | None:
    """The kind of a tuple as one of any length; None where this is none, or holds an object."""
    if shape.form == "ref":
        return shape.kind if open_tuples.is_frozen(shape.kind) else None
    kinds = _plain_kind(shape) if shape.form == "tuple" else None
    if not isinstance(kinds, k.Tuple):
        return None
    item: k.Kind | None = None
    for i, kind in enumerate(kinds.items):
        item = k.join(item, kind, (site, i))
    return k.List(item, True)


def _plain_kind(shape: Shape) -> k.Kind | None:
    """The kind of a number, or of a tuple of numbers."""
    if shape.form == "num":
        return shape.kind if k.is_fixed(shape.kind) else None
    kinds = [_plain_kind(part) for part in shape.parts]
    known = tuple(kind for kind in kinds if kind is not None)
    return k.Tuple(known) if shape.form == "tuple" and len(known) == len(kinds) else None


def _join_maybe(a: Shape, b: Shape, site: Any) -> Shape:
    """The shape that has room for a structure and for None."""
    found = [s.parts[0] if s.form == "maybe" else s for s in (a, b) if s.kind != k.NONE]
    inner = found[0] if len(found) == 1 else join_shapes(found[0], found[1], site)
    if inner.form not in ("tuple", "object", "numbered"):
        return Shape("poison")
    made = Shape("maybe", k.BOOL, parts=(inner,))
    return a if made == a else made


def _options(shape: Shape) -> tuple[Value, ...]:
    return shape.detail if shape.form == "choice" else (shape.detail,)


def at_run_time(low: Lowerer, *values: Value | None) -> None:
    """A list of another length in each turn is one whose length is known at run time."""
    for value in values:
        is_list = isinstance(value, Obj) and value.identity.form == "list"
        if not is_list and not isinstance(value, Ref):
            return
    for value in values:
        if isinstance(value, Obj) and value.identity.site not in low.dynamic:
            low.make_dynamic(value.identity)


# -- one of several places


def _plain(shape: Shape) -> Shape:
    return Shape("ref", shape.kind) if shape.form == "cases" else shape


def _in_cases(low: Lowerer, value: Ref, state: State) -> bool:
    outer, low.state = low.state, state
    try:
        return cases.is_array(low, value)
    finally:
        low.state = outer


def shape_of_cases(low: Lowerer, value: Ref, state: State) -> Shape:
    """The places, the kinds of the indices of their paths, and the kind of what is there."""
    outer, low.state = low.state, state
    try:
        with low.build.block():
            kind = low.build.kind(memory.atom_of(low, value))
    finally:
        low.state = outer
    parts: dict[Any, Shape] = {}
    for place in cases.places(value):
        kinds = tuple(low.build.kind(arg) for step in place.path for arg in step.args)
        parts[place.storage, cases.structure(place.path)] = Shape("path", keys=kinds)
    return Shape("cases", kind, tuple(parts), tuple(parts.values()))


def join_cases(a: Shape, b: Shape, site: Any) -> Shape:
    kind = k.join(a.kind, b.kind, site)
    parts = dict(zip(a.keys, a.parts))
    for i, (key, part) in enumerate(zip(b.keys, b.parts)):
        old = parts.setdefault(key, part)
        pairs = enumerate(zip(old.keys, part.keys))
        kinds = tuple(k.join(x, y, (site, i, n)) for n, (x, y) in pairs)
        parts[key] = old if kinds == old.keys else Shape("path", keys=kinds)
    if len(parts) > cases.MOST:
        return Shape("ref", kind)
    made = Shape("cases", kind, tuple(parts), tuple(parts.values()))
    return a if made == a else made


def enter(
    low: Lowerer, shape: Shape, value: Value | None, name: str, slot: Slot, own: Storage,
    base: State,
) -> Ref:  # fmt: skip
    """The reference that a place of this shape has at the start of a turn; before it is `base`."""
    given = cases.places(value) if isinstance(value, Ref) else ()
    here = {(place.storage, cases.structure(place.path)): place for place in given}
    keys = list(shape.keys)
    at = [keys.index(key if key in keys else None) for key in here]
    number: Atom = Lit(0)
    if len(keys) > 1:
        initial: Atom = Lit(0)
        if isinstance(value, Ref):
            initial = cases.renumbered(low, value, at)
        number = slot(initial, k.INT)
    found: list[Ref] = []
    for n, (key, part) in enumerate(zip(keys, shape.parts)):
        if key is None:
            low.state.current[own] = slot(_first(low, value, base, n in at), shape.kind)
            found.append(Ref(own))
            continue
        args = [arg for step in here[key].path for arg in step.args] if key in here else []
        atoms: list[Atom] = []
        for i, (known, kind) in enumerate(zip(_fixed(key[1]), part.keys)):
            init = args[i] if args else UNDEF
            atoms.append(slot(init, kind) if known is None else known)
        found.append(Ref(key[0], _path(_steps(key[1]), atoms)))
    made = found[0] if len(found) == 1 else cases.make(low, name, number, found)
    if not _is_kept(shape):
        return made
    outer, low.state = low.state, base
    try:
        read = _as_read(low, value)
    finally:
        low.state = outer
    return replace(made, atom=slot(read, shape.kind))


def _first(low: Lowerer, value: Value | None, base: State, own: bool) -> Atom:
    """What is the name's own before the loop; else something of the same form."""
    if not isinstance(value, Ref):
        return UNDEF
    outer, low.state = low.state, base
    atom = memory.atom_of(low, value)
    low.state = outer
    return atom if own else low.build.apply("mem.copy", atom)


def _is_kept(shape: Shape) -> bool:
    """May it be a number?  What was read is carried, too: it does not change with its place."""
    return isinstance(shape.kind, k.Any_) and any(key is not None and key[1] for key in shape.keys)


def _steps(structure: Any) -> list[tuple[str, int]]:
    """The operation and the number of arguments of each step."""
    return [(op, rest[0] if is_free(op) else len(rest)) for op, *rest in structure]


def _fixed(structure: Any) -> list[Atom | None]:
    """The arguments of the steps that are literals in every turn."""
    return [arg for op, *rest in structure for arg in ([None] * rest[0] if is_free(op) else rest)]


def _path(steps: list[tuple[str, int]], args: list[Atom]) -> tuple[Step, ...]:
    made, left = [], iter(args)
    for op, count in steps:
        made.append(Step(op, tuple(next(left) for _ in range(count))))
    return tuple(made)


def leave(
    low: Lowerer, shape: Shape, value: Value | None, base: State, own: Storage | None,
    at_end: Callable[[Callable[[], Atom]], Atom],
) -> list[Atom]:  # fmt: skip
    """The atoms for the slots of such a place, in their order, made by `at_end`."""
    given = cases.places(value) if isinstance(value, Ref) else ()
    keys = list(shape.keys)
    at: list[int] = []
    here: dict[int, Ref] = {}
    for place in given:
        key = (place.storage, cases.structure(place.path))
        mine = key if place.storage in base.current else None
        if mine not in keys:
            raise low.rejection(
                None,
                f"what {place.storage.name or 'this'!r} is a part of changes from turn to turn in "
                "a way that is not known when compiling; copy it (.copy()) where it is made",
                "ADC301",
            )
        at.append(keys.index(mine))
        here[at[-1]] = place
    found: list[Atom] = []
    if len(keys) > 1:
        found.append(cases.renumbered(low, value, at) if isinstance(value, Ref) else Lit(0))
    for n, key in enumerate(keys):
        if key is None:
            made = value if n in here else None
            found.append(at_end(partial(_own, low, made, base, own)))
            continue
        args = [arg for step in here[n].path for arg in step.args] if n in here else []
        for i, known in enumerate(_fixed(key[1])):
            if known is None:
                found.append(args[i] if args else UNDEF)
    if _is_kept(shape):
        found.append(_as_read(low, value))
    return found


def _own(low: Lowerer, value: Value | None, base: State, own: Storage | None) -> Atom:
    """The array that only this name knows: what it is where the name is of another place."""
    before = UNDEF if own is None else low.state.current.get(own, UNDEF)
    if not isinstance(value, Ref):
        return before
    if before == UNDEF:
        return memory.atom_of(low, value)

    def there(place: Ref) -> Atom:
        return before if place.storage in base.current else memory.read(low, place)

    return cases.select(low, cases.which(value), [partial(there, p) for p in cases.places(value)])


def _as_read(low: Lowerer, value: Value | None) -> Atom:
    read = value.atom if isinstance(value, Ref) else None
    if read is None:
        read = UNDEF if value is None else memory.atom_of(low, value)
    return read


def after(low: Lowerer, value: Ref, outs: Mapping[Var, Var]) -> Ref:
    """The reference after the loop."""

    def moved(place: Ref) -> Ref:
        steps = (Step(s.op, tuple(_out(arg, outs) for arg in s.args)) for s in place.path)
        return Ref(place.storage, tuple(steps))

    read = None if value.atom is None else _out(value.atom, outs)
    if value.storage.cases is None:
        return replace(moved(value), atom=read)
    number = _out(value.storage.cases.which, outs)
    found = [moved(place) for place in value.storage.cases.places]
    return replace(cases.make(low, value.storage.name, number, found), atom=read)


def _out(atom: Atom, outs: Mapping[Var, Var]) -> Atom:
    return outs.get(atom, atom) if isinstance(atom, Var) else atom
