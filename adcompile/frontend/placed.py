"""Objects in lists whose length is known at run time: a name for one of them, and changes of it.

    for p in ps:                        t = ps[k]
        p.v += dt * p.x         =>      ps[k] = (t[0], t[1] + dt * t[0])

What an object of a list holds is read anew where the list has changed since; an attribute that is
assigned makes another tuple of the item.  An object that is taken out of its list, or whose place
in it is given to another, is one of its own from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adcompile.frontend import cases, holdings, memory, numbered, packing, replacing
from adcompile.frontend.packed_texts import Tag, Text
from adcompile.frontend.values import (
    WHOLE,
    Bound,
    Choice,
    Closure,
    Identity,
    Inside,
    Maybe,
    Num,
    Obj,
    Partial,
    Poison,
    Ref,
    State,
    Step,
    Storage,
    Struct,
    Twice,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OLD = Poison("what this object of a list holds has changed; give it a name of its own", "ADC306")
OBJECTS = "objects"  # of a list are changed, and no array that they hold
GONE = (
    "an object of a list is changed, or removed from its list, on one path, or in some turns of a "
    "loop, and is used after it; read it from the list again"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """The item of a list that an object is, or is a part of; `top` is all of the item."""

    place: Ref  # `seen` is the version of the list of which the attributes were read
    tag: Tag
    text: Text
    top: Identity
    members: tuple[Identity, ...] = ()  # the objects of the item, in the order of the text


def read(
    low: Lowerer, value: Value, place: Ref | None, tag: Tag, text: Text,
    taken: Storage | None = None,
) -> Value:  # fmt: skip
    """The object that an item of a list is, or, where it was `taken` out of one, was."""
    members: list[Identity] = []
    found = packing.filled(low, value, tag, text, members)
    assert isinstance(found, Obj)
    if place is None:
        low.unpacked.update(dict.fromkeys(members if taken is None else ()))
        if isinstance(value, Ref) and value.path and value.storage.cases is None:
            place = value  # in a tuple
    elif isinstance(value, (Num, Ref)):
        place = replace(place, atom=value.atom)
    for one in members:
        if taken is not None:
            released(low, one, taken, True)
        elif place is not None:
            low.state.places[one] = Spot(place, tag, text, found.identity, tuple(members))
    return found


def of(low: Lowerer, base: Value, index: Atom) -> Ref | None:
    """The place of an item of a list, of which it is known where the list is."""
    if not isinstance(base, Ref) or base.storage.cases is not None:
        return None
    if not replacing.is_item(low, base):
        return None
    version = low.state.current.get(base.storage)
    return Ref(base.storage, (*base.path, Step("", (index,))), None, version)


def refresh(low: Lowerer, identity: Identity) -> None:
    """Read anew what an object of a list holds, where the list has changed since."""
    spot = low.state.places.get(identity)
    if spot is None:
        return
    current = low.state.current.get(spot.place.storage)
    if current is None:
        return
    memory.check_fresh(low, spot.place.storage)
    if spot.place.seen is current:
        return
    atom = memory.follow(low, current, spot.place.path)
    place = replace(spot.place, atom=atom, seen=current)
    kind = low.build.kind(atom)
    tag = kind.tag if isinstance(kind, k.Tuple) else None
    if tag is None or len(tag.texts) > 1:
        raise low.rejection(None, packing.CHANGED, "ADC306")
    text = tag.texts[0][1]
    value: Value = Num(atom) if k.is_fixed(kind) else place
    known = list(spot.members) if text == spot.text else [spot.top]
    members: list[Identity] = []
    packing.filled(low, value, tag, text, members, known)
    for one in members:
        low.state.places[one] = Spot(place, tag, text, spot.top, tuple(members))


def write_back(low: Lowerer, identity: Identity, old: Value | None, new: Value) -> None:
    """An attribute of the object is `new`, which was `old` before: so is the item."""
    state = low.state
    spot = state.places[identity]
    path, storage = spot.place.path, spot.place.storage
    memory.check_fresh(low, storage)
    simple = numbered.is_plain(low, old) and numbered.is_plain(low, new)
    held = {one: dict(state.items[one]) for one in spot.members}
    before = state.current[storage]
    top = Obj(spot.top)
    packed = memory.atom_of(low, packing.item(low, top, whole=top))
    parts = None if simple or len(path) > 1 else packing.spots(low, top, WHOLE)
    if not simple:
        for step in range(_size(low.build.kind(packed))):
            replacing.item(low, Ref(storage, path), Lit(step))
    version = memory.put(low, state.current[storage], path, packed, "mem.write")
    deep = low.deep.get(storage, OBJECTS)
    memory.changed(low, storage, version, True, len(path) + 1, Twice(storage))
    low.deep[storage] = deep
    if not simple:
        index = path[0].args[0] if isinstance(new, Ref) else None
        holdings.hold(low, storage, new, holdings.Where(parts=parts, index=index))
        replacing.noted(low, storage, before, len(path))
        return
    for one, items in held.items():
        state.items[one] = items
        place = replace(spot.place, atom=None, seen=version)
        state.places[one] = replace(spot, place=place)


def _size(kind: k.Kind) -> int:
    return len(kind.items) if isinstance(kind, k.Tuple) else 0


def invalidate(state: State, storage: Storage) -> None:
    """The list is another one now: what was read of its objects is not known any more."""
    for identity, spot in state.places.items():
        if spot.place.storage is storage:
            _forget(state, identity)


def settled(state: State) -> None:
    """After a loop: what was read of lists that it has changed is not known any more."""
    for identity, spot in state.places.items():
        if spot.place.seen is not state.current.get(spot.place.storage):
            _forget(state, identity)


def _forget(state: State, identity: Identity) -> None:
    spot = state.places[identity]
    state.places[identity] = replace(spot, place=replace(spot.place, atom=None, seen=None))
    state.items[identity] = dict.fromkeys(state.items[identity], OLD)


def leave(low: Lowerer, storage: Storage) -> None:
    """Of objects that a branch has used, and nothing leads to behind it, nothing is known."""
    state = low.state

    def is_partial(value: Value | None) -> bool:
        return isinstance(value, Ref) and value.storage is storage and cases.is_partial(low, value)

    found: list[Identity] = []
    for identity, items in state.items.items():
        spot = state.places.get(identity)
        if any(map(is_partial, (spot and spot.place, *items.values()))):
            found.append(identity)
    used = reachable(state) if found else {}
    for identity in found:
        if identity not in used:
            state.places.pop(identity, None)
            state.items[identity] = dict.fromkeys(state.items[identity], OLD)


def detach(low: Lowerer, base: Ref, concerned: Callable[[Ref], bool]) -> None:
    """Before items of a list are replaced or removed: their objects become ones of their own."""
    state = low.state
    for identity in list(state.places):
        spot = state.places.get(identity)
        if spot is None or spot.place.storage is not base.storage:
            continue
        if len(spot.place.path) > len(base.path) and concerned(spot.place):
            refresh(low, identity)
            for one in state.places[identity].members:
                released(low, one, base.storage)


def released(low: Lowerer, identity: Identity, storage: Storage, removed: bool = False) -> None:
    """The object is not known any more to be an item of this list; it may be in others."""
    state = low.state
    state.places.pop(identity, None)
    held = state.holds.get(storage, {})
    if removed and Twice(storage) not in held:
        low.removed[identity] = storage
    if not removed or Twice(storage) in held:
        state.derive(identity, storage)
    for other in state.may_hold(storage):
        state.relate(identity, other)
    for holder, items in state.holds.items():
        if (storage in items or Inside(storage) in items) and holder is not storage:
            state.relate(identity, holder)


# -- where paths meet

Path = tuple[Step, ...]
Join = Callable[[Path | None, Path | None], Path]
Inner = Sequence[Container[Any]]  # what each of two branches has made


def merged(sides: tuple[State, State], state: State, join: Join, inside: Inner) -> None:
    """The places of objects after two branches, where both sides know them.

    What no name leads to may be in use yet, by an expression that a branch is a part of.
    """
    if not any(side.places for side in sides):
        return
    used = [{} if side.dead else reachable(side) for side in sides]
    living = [side for side in sides if not side.dead]
    for identity in dict.fromkeys((*used[0], *used[1], *(i for s in living for i in s.places))):
        spots = [None if side.dead else side.places.get(identity) for side in sides]
        known = spots[0] or spots[1]
        if known is None:
            continue
        others = [side for side, spot in zip(sides, spots) if spot is None]
        if any(identity in side.items and not side.dead for side in others):
            state.stale[identity] = GONE
            continue
        first, second = (None if spot is None else spot.place.path for spot in spots)
        if identity in used[0] or identity in used[1]:
            place = Ref(known.place.storage, join(first, second))
            put(state, identity, replace(known, place=place))
        elif first == second or len(living) == 1:
            if not any(arg in each for step in known.place.path for arg in step.args
                       for each in inside):  # fmt: skip
                seen = [side.places[identity].place.seen for side in living]
                same = all(each is seen[0] for each in seen)
                place = replace(known.place, atom=None, seen=seen[0] if same else None)
                put(state, identity, replace(known, place=place))
        elif first is not None and second is not None:
            state.stale[identity] = GONE


def is_fresh(state: State, identity: Identity) -> bool:
    """Is what was read of an object still what it holds?"""
    place = state.places[identity].place
    return place.seen is not None and place.seen is state.current.get(place.storage)


def reachable(state: State) -> dict[Identity, None]:
    """The objects that names and other objects lead to."""
    found: dict[Identity, None] = {}

    def visit(value: Value) -> None:
        match value:
            case Obj(identity):
                if identity not in found:
                    found[identity] = None
                    for item in state.items.get(identity, {}).values():
                        visit(item)
            case Struct(items):
                for item in items:
                    visit(item)
            case Bound(value=inner) | Maybe(value=inner):
                visit(inner)
            case Choice(options=items):
                for item in items:
                    visit(item)
            case Partial(args=args, keywords=keywords):
                for item in (*args, *(item for _, item in keywords)):
                    visit(item)
            case Closure(defaults=defaults):
                for _, item in defaults:
                    visit(item)

    for names in state.names.values():
        for value in names.values():
            visit(value)
    return found


def one_of(state: State, made: Identity, first: Spot | None, second: Spot | None, join: Join
           ) -> bool:  # fmt: skip
    """Give an object that is the one or the other its place, where both are in one list."""
    if first is None or second is None or first.text != second.text or first.tag != second.tag:
        return False
    one, other = first.place, second.place
    if one.storage is not other.storage or len(one.path) != len(other.path):
        return False
    if first.top is not first.members[0] or len(first.members) > 1:
        return False
    spot = replace(first, top=made, members=(made,))
    put(state, made, replace(spot, place=Ref(one.storage, join(one.path, other.path))))
    return True


def stands_for(
    low: Lowerer, state: State, made: Identity, one: Identity, known: State
) -> None:  # fmt: skip
    """An object may be one that another state knows, and an item of the list where that one is."""
    if one in low.unpacked:
        low.unpacked[made] = None
    for other in (one, *known.related.get(one, {}), *state.related.get(one, {})):
        state.relate(made, other)
    if one in known.places:
        state.derive(made, known.places[one].place.storage)


def put(state: State, identity: Identity, spot: Spot) -> None:
    """Note where an object is; what it holds is read when that is used."""
    state.places[identity] = spot
    state.items[identity] = dict.fromkeys(state.items.get(identity, {}), OLD)
