"""Items of lists that are replaced or removed: what was read from there before stays what it was.

    v = states[1]       v is item 1 of states, and a change of the one is a change of the other
    states[1] = y       from here on v is an array of its own, which may still be in the list
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import cases, memory, placed, unset
from adcompile.frontend.values import (
    Again,
    Bound,
    Cases,
    Choice,
    Closure,
    Common,
    Earlier,
    Inside,
    Key,
    Maybe,
    Obj,
    Partial,
    Ref,
    Step,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Maker = Callable[[], Atom]
PLAIN = (k.Array, k.Any_, k.Scalar, k.Slice)
SLICED = "slices are lists of their own"


def item(low: Lowerer, base: Ref, index: Atom) -> None:
    """Before the item at this index of what `base` names is replaced."""
    _detach(low, base, lambda other: _may_be(other, index))


def end(low: Lowerer, base: Ref) -> None:
    """Before items are added at the end of a list: x[-1] will be another one."""
    _detach(low, base, lambda other: not _counts_from_the_start(other))


def last(low: Lowerer, base: Ref) -> None:
    """Before the last item of a list is removed."""
    _detach(low, base, lambda other: True)


def noted(low: Lowerer, storage: Storage, before: Atom, depth: int = 0) -> None:
    """After it: what was read from the version before, deeper than this, is still what it was."""
    low.replaced[before] = low.state.current[storage], depth


def is_item(low: Lowerer, base: Ref) -> bool:
    """Is what an index of `base` leads to an item of a list or dictionary, not of an array?"""
    kind: k.Kind | None = low.build.kind(low.state.current[base.storage])
    for step in base.path:
        if not step.is_index or not isinstance(kind, (k.List, k.Dict)):
            return False
        kind = kind.item
    return isinstance(kind, (k.List, k.Dict))


def apart(low: Lowerer, other: Key, changed: Sequence[k.Kind | None]) -> bool:
    """Is `other` not changed where a list, or an object in one, of one of these kinds is?

    What neither is of such a kind nor holds something that is: an array, or, where a list of
    lists has got another item, one of its items.
    """
    if isinstance(other, (Common, Earlier)):
        return other.array
    of = other.storage if isinstance(other, Inside) else other
    version = low.state.current.get(of) if isinstance(of, Storage) else None
    if version is None or (isinstance(of, Storage) and of.entries is not None):
        return False
    kind: k.Kind | None = low.build.kind(version)
    if isinstance(other, Inside):
        kind = kind.item if isinstance(kind, (k.List, k.Dict)) else None
    return not any(_holds(kind, one) for one in changed)


def at_level(
    low: Lowerer, storage: Storage, versions: Sequence[Atom], level: int
) -> list[k.Kind | None]:
    """The kinds of lists and objects that lie so deep in these versions of a list, itself at 1."""
    if storage.entries is not None:
        return [None]
    found: list[k.Kind | None] = [low.build.kind(version) for version in versions]
    for _ in range(level - 1):
        found = [part for whole in found for part in (_parts(whole) or (whole,))]
    return [each for each in found if not isinstance(each, PLAIN)]


def _holds(whole: k.Kind | None, part: k.Kind | None) -> bool:
    """May a value of the one kind be, or hold, a list or an object of the other?"""
    if isinstance(whole, PLAIN):
        return False
    if isinstance(whole, k.Tuple) and whole.tag is not None:
        return True  # the lists of an object are not known by their kinds
    return alike(whole, part) or any(_holds(inner, part) for inner in _parts(whole))


def may_overlap(a: k.Kind | None, b: k.Kind | None) -> bool:
    """May a value of one of these kinds be, or hold, one of the other?"""
    inner = [(part, b) for part in _parts(a)] + [(a, part) for part in _parts(b)]
    return alike(a, b) or any(may_overlap(one, other) for one, other in inner)


def alike(a: k.Kind | None, b: k.Kind | None) -> bool:
    """May values of these kinds be one thing?"""
    match a, b:
        case (k.List(x), k.List(y)) | (k.Dict(x), k.Dict(y)):
            return alike(x, y)
        case k.Tuple(p, None), k.Tuple(q, None):
            return len(p) == len(q) and all(map(alike, p, q))
    if isinstance(a, PLAIN) and isinstance(b, PLAIN):
        return True
    known = (k.List, k.Dict, k.Tuple, *PLAIN)
    return type(a) is type(b) or not (isinstance(a, known) and isinstance(b, known))


def _parts(kind: k.Kind | None) -> tuple[k.Kind | None, ...]:
    match kind:
        case k.List(item) | k.Dict(item):
            return (item,)
        case k.Tuple(items, None):
            return items
    return ()


def unchanged(low: Lowerer, ref: Ref) -> bool:
    """Is what `ref` has read still so, items having been replaced since, and nothing else?"""
    version = ref.seen
    current = low.state.current[ref.storage]
    while version is not None and version is not current:
        version, depth = low.replaced.get(version, (None, 0))
        if len(ref.path) <= depth:
            return False  # a list that has another item now
    return version is not None


def check(low: Lowerer, ref: Ref) -> None:
    """Refuse what may not be in its list any more."""
    current = low.state.current.get(ref.storage)
    if ref.path and ref.seen in low.replaced and ref.seen is not current:
        label = memory.label(ref.storage)
        low.reject(
            None,
            f"items of {label} are replaced before this is used; give it a name of its own, in a "
            "line of its own",
            "ADC301",
        )


def _may_be(index: Atom, other: Atom) -> bool:
    """May two indices mean the same item?"""
    if not isinstance(index, Lit) or not isinstance(other, Lit):
        return True
    first, second = index.value, other.value
    if not isinstance(first, int) or not isinstance(second, int):
        return isinstance(first, type(second)) is False or bool(first == second)
    return (first < 0) != (second < 0) or first == second


def _counts_from_the_start(index: Atom) -> bool:
    return isinstance(index, Lit) and isinstance(index.value, int) and index.value >= 0


def _detach(low: Lowerer, base: Ref, concerned: Callable[[Atom], bool]) -> None:
    """Give what was read from these items storages of their own."""
    state, depth = low.state, len(base.path)
    if base.storage in state.stale:
        return
    if depth <= low.sliced.get(base.storage, -1):
        low.learned[SLICED] = True
        raise Again
    made: dict[tuple[Step, ...], Storage] = {}
    guards = unset.guards(low)

    def read(steps: tuple[Step, ...]) -> Atom:
        now = partial(memory.follow, low, state.current[base.storage], steps)
        flag = next((guards[arg] for step in steps for arg in step.args if arg in guards), None)
        return now() if flag is None else cases.where(low, flag, now)

    def of_ref(ref: Ref, where: Callable[[Maker], Atom] = lambda maker: maker()) -> Ref:
        if ref.storage.cases is not None:
            return of_cases(ref, ref.storage.cases)
        steps = ref.path[: depth + 1]
        if ref.storage is not base.storage:
            return ref
        if len(steps) <= depth or not steps[-1].is_index:
            return replace(ref, atom=None, seen=None) if steps else ref
        near = all(_may_be(a.args[0], b.args[0]) for a, b in zip(steps, base.path) if a.is_index)
        if not near or not concerned(steps[-1].args[0]):
            return replace(ref, atom=None, seen=None)
        if steps not in made:
            atom = ref.atom if steps == ref.path and memory.is_fresh(low, ref) else None
            if atom is None:
                atom = where(partial(read, steps))
            made[steps] = Storage("", low.build.loc)
            state.current[made[steps]] = atom
        return Ref(made[steps], ref.path[depth + 1 :])

    def of_cases(ref: Ref, found: Cases) -> Ref:
        with_number = enumerate(found.places)
        places = tuple(of_ref(place, partial(cases.only, low, ref, n)) for n, place in with_number)
        if _same(places, found.places):
            return ref
        storage = replace(ref.storage, cases=replace(found, places=places))
        return replace(ref, storage=storage)

    def near(place: Ref) -> bool:
        steps = place.path[: depth + 1]
        same = (_may_be(a.args[0], b.args[0]) for a, b in zip(steps, base.path) if a.is_index)
        return all(same) and concerned(steps[-1].args[0])

    placed.leave(low, base.storage)
    placed.detach(low, base, near)
    everywhere(low, of_ref)
    _relate(low, base.storage, list(made.values()))


def everywhere(low: Lowerer, of_ref: Callable[[Ref], Ref]) -> None:
    """Give every reference that a name or an object holds another one in its place."""

    def of(value: Value) -> Value:
        match value:
            case Ref():
                return of_ref(value)
            case Struct(items):
                found = tuple(map(of, items))
                return value if _same(found, items) else Struct(found)
            case Maybe(value=inner):
                held = of(inner)
                assert isinstance(held, (Struct, Obj))
                return value if held is inner else Maybe(value.present, held)
            case Partial(args=args, keywords=keywords):
                given, named = tuple(map(of, args)), tuple((key, of(v)) for key, v in keywords)
                return replace(value, args=given, keywords=named)
            case Bound(value=inner):
                return replace(value, value=of(inner))
            case Closure(defaults=defaults) if defaults:
                return replace(value, defaults=tuple((key, of(v)) for key, v in defaults))
            case Choice(options=options):
                return replace(value, options=tuple(map(of, options)))
        return value

    for frame, names in low.state.names.items():
        for name, value in names.items():
            names[name] = new = of(value)
            if new is not value:
                low.detached["name", frame, name] = None
    for items in low.state.items.values():
        for key, value in items.items():
            items[key] = of(value)


def _same(found: tuple[Value, ...], items: tuple[Value, ...]) -> bool:
    return all(a is b for a, b in zip(found, items, strict=True))


def _relate(low: Lowerer, storage: Storage, made: list[Storage]) -> None:
    """What was an item may be in the list yet, or be one of the others."""
    state = low.state
    held = [*state.may_hold(storage), *state.related.get(storage, {})]
    for number, one in enumerate(made):
        for other in (storage, *held, *made[:number]):
            state.relate(one, other)
