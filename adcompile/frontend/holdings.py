"""What lists hold: references to what is put into them.

rows.append(x)              rows holds x
kept.append(rows[0])        kept holds what is inside of rows, whatever rows gets
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adcompile.errors import RejectedError
from adcompile.frontend import cases, memory, numbered, packing, replacing
from adcompile.frontend.values import (
    WHOLE,
    Bound,
    Choice,
    Closure,
    Common,
    Derivative,
    Earlier,
    Identity,
    Inside,
    Key,
    Maybe,
    Obj,
    Partial,
    Ref,
    Spot,
    State,
    Step,
    Storage,
    Struct,
    Twice,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcompile.frontend.lower import Lowerer


Parts = list[tuple[Value, Spot]]


@dataclass(frozen=True, slots=True)
class Where:
    """Where in a list something is put: the part of an item, as far as that is known, or the part
    that each of its own parts is; the index, where an item is replaced.
    """

    spot: Spot | None = None
    parts: Parts | None = None
    index: Atom | None = None

    def within(self, number: int) -> Where:
        """Where an item of a tuple is."""
        return self if self.spot is None else replace(self, spot=(*self.spot, number))

    def spots(self, value: Ref) -> list[Spot]:
        """The parts of an item that this is."""
        found = [one for part, one in self.parts or () if part is value]
        return found or [WHOLE if self.spot is None else self.spot]

    def has(self, low: Lowerer, holder: Storage, place: Ref, spots: list[Spot]) -> bool:
        """Is this where it is put already?"""
        if place.storage is not holder or not place.path or place.path[0].args != (self.index,):
            return False
        return [memory.spot_of(low, low.state.current[holder], place.path)] == spots


ANYWHERE = Where()
AN_ITEM = Where(WHOLE)


def hold(low: Lowerer, holder: Storage, value: Value, where: Where = ANYWHERE) -> None:
    """Note that a list now holds (a reference to) this value; where it did before, it has it twice.
    """
    state = low.state
    keys = (value.identity,) if isinstance(value, Obj) else cases.storages(value)
    for one in {other: None for key in keys for other in state.related.get(key, {})}:
        if low.removed.get(one) is holder:
            del low.removed[one]
    match value:
        case Ref():
            kind = low.build.kind(memory.atom_of(low, value))  # reading may make a new state
            spots = where.spots(value)
            for place in cases.places(value):
                if where.has(low, holder, place, spots):
                    continue
                key = _held_as(low, holder, place)
                before = _held_already(low, holder, key, kind)
                if place.storage is holder and place.path:  # a part of another item
                    before.append(memory.spot_of(low, low.state.current[holder], place.path))
                if before and not k.is_fixed(kind) and not _is_new(low, place):
                    is_array = isinstance(kind, (k.Array, k.Any_))
                    twice = Twice(holder, True) if is_array else holder
                    low.state.hold(holder, twice, (*before, *spots))
                low.state.hold(holder, key, spots)
                lists = not isinstance(kind, (k.Array, k.Any_)) and not _is_new(low, place)
                _hold_inside(low, holder, place.storage, spots, lists)
        case Struct(items):
            for number, item in enumerate(items):
                hold(low, holder, item, where.within(number))
        case Obj(identity) if numbered.number(low, value) is not None:
            pass  # it is held by those of its class alone
        case Obj(identity):
            _hold_object(low, holder, identity, where)
            if where.spot is not None and identity.form == "record":
                where = replace(where, spot=None, parts=_parts(low, value, where.spot))
            for item in low.state.items[identity].values():
                hold(low, holder, item, where)
        case Maybe(value=inner):
            hold(low, holder, inner, where)
        case Closure() | Partial() | Bound():
            for item in packing.parts(low, value):
                hold(low, holder, item)


def leads_to(low: Lowerer, value: Value) -> dict[Storage | Identity, None]:
    """The arrays, lists and objects that a function carries, and what these hold."""
    found: dict[Storage | Identity, None] = {}
    open_: list[Value] = [value]
    while open_:
        match open_.pop():
            case Ref() as ref:
                found.update(dict.fromkeys(cases.storages(ref)))
            case Struct(items):
                open_ += items
            case Obj(identity) if identity not in found:
                found[identity] = None
                open_ += low.state.items[identity].values()
            case Maybe(value=inner) | Bound(value=inner):
                open_.append(inner)
            case Partial(function, args, keywords):
                open_ += (function, *args, *(item for _, item in keywords))
            case Derivative(function=inner):
                open_.append(inner)
            case Choice(options=options):
                open_ += options
            case Closure() as closure:
                open_ += packing.parts(low, closure)
    return found


def hold_at(low: Lowerer, base: Ref, index: Atom, value: Value) -> None:
    """Note that the item at this index is this value now, where `base` may be a list."""
    for place in cases.places(base):
        current = low.state.current.get(place.storage)
        if current is not None and isinstance(low.build.kind(current), (k.List, k.Dict)):
            hold(low, place.storage, value, ANYWHERE if place.path else Where(WHOLE, index=index))


def _hold_inside(
    low: Lowerer, holder: Storage, storage: Storage, spots: list[Spot], again: bool
) -> None:
    """Note that a list now holds what one that is put into it holds; what it held already, twice,
    where this can be `again` what it held.
    """
    state = low.state
    before = dict(state.holds.get(holder, {})) if again and storage is not holder else {}
    for inner in list(state.holds.get(storage, {})):
        if inner in before and not isinstance(inner, Twice):
            array = isinstance(inner, (Common, Earlier)) and inner.array
            version = state.current.get(inner) if isinstance(inner, Storage) else None
            kind = None if version is None else low.build.kind(version)
            array = array or isinstance(kind, (k.Array, k.Any_))
            state.hold(holder, Twice(holder, array), (*before[inner], *spots))
        state.hold(holder, state.held_by(holder, inner, storage), spots)
        state.hold(holder, inner, spots)


def _hold_object(low: Lowerer, holder: Storage, identity: Identity, where: Where) -> None:
    state = low.state
    low.listed = low.listed or identity.form == "record"
    spot = state.places.get(identity)
    listed = None if spot is None else _held_as(low, holder, spot.place)
    if spot is not None and listed is holder and _is_at(spot.place, where.index):
        return
    held = state.holds.get(holder, {})
    gone = low.removed.get(identity)
    others = [] if gone is None else [gone, Inside(gone)]
    related = [] if gone is holder else [
        one for one in state.related.get(identity, {}) if one not in others
    ]  # fmt: skip
    again = any(one in held for one in (identity, listed, *related))
    if holder in (listed, *related) or (again and not _is_another(low, identity)):
        hold_twice(state, holder)
    state.hold(holder, identity)
    if spot is not None and listed is not None:
        for one in (*state.holds.get(spot.place.storage, {}), listed):
            state.hold(holder, replace(one, holder=holder) if isinstance(one, Twice) else one)


def _is_at(place: Ref, index: Atom | None) -> bool:
    """Is this the item of a list at an index?"""
    return index is not None and place.path == (Step("", (index,)),)


def _is_another(low: Lowerer, identity: Identity) -> bool:
    """Is this an object of a list that is gone through, which holds it once?"""
    spot = low.state.places.get(identity)
    if not low.distinct or spot is None:
        return False
    storage = spot.place.storage
    held = low.state.holds.get(storage, {})
    return storage not in held and Twice(storage) not in held


def _parts(low: Lowerer, value: Obj, spot: Spot) -> Parts | None:
    """Where the parts of an object are in an item, as far as they are known yet."""
    try:
        return packing.spots(low, value, spot)
    except RejectedError:
        return None


def _held_already(low: Lowerer, holder: Storage, key: Key, kind: k.Kind) -> list[Spot]:
    """Where a list holds this already, or what may be the same."""
    held = low.state.holds.get(holder, {})
    related = low.state.related.get(key, {})
    same = [key, *(one for one in related if _may_be(low, one, kind))]
    spots = [spot for one in same if one is not holder for spot in held.get(one, {})]
    return [*spots, WHOLE] if holder in related else spots  # it may be any of the items


def _may_be(low: Lowerer, key: Key, kind: k.Kind) -> bool:
    """May this be a value of the kind?"""
    if isinstance(key, (Common, Earlier)):
        return not key.array or isinstance(kind, (k.Array, k.Any_))
    version = low.state.current.get(key) if isinstance(key, Storage) else None
    return version is None or replacing.alike(low.build.kind(version), kind)


def _is_new(low: Lowerer, place: Ref) -> bool:
    """Is this, of a list that is gone through, not put in a second time, nor another item of it?"""
    if not low.distinct or not place.path:
        return False
    version = low.state.current[place.storage]
    spot = memory.spot_of(low, version, place.path)
    held = low.state.held_at(place.storage, spot)
    return place.storage not in held and Twice(place.storage, True) not in held


def _held_as(low: Lowerer, holder: Storage, place: Ref) -> Key:
    """What a list holds that this is put into; itself, where it is one of its own items."""
    storage = place.storage
    version = low.state.current.get(storage)
    if storage is holder or not place.path or version is None or storage.heap:
        return storage
    if not isinstance(low.build.kind(version), (k.List, k.Dict)):
        return storage
    low.state.derive(Inside(storage), storage)
    return Inside(storage)


def hold_items(low: Lowerer, holder: Storage, storage: Storage) -> None:
    """Note that a list now has the items of another one, too; those that both had, it has twice."""
    state = low.state
    before = dict(state.holds.get(holder, {}))
    mine = (holder, Inside(holder))
    for key, spots in list(state.holds.get(storage, {}).items()):
        if key is storage or isinstance(key, Twice):
            state.hold(holder, state.held_by(holder, key, storage), spots)
        elif key in before or key in mine:
            hold_twice(state, holder, (*before.get(key, {}), *spots))
            state.hold(holder, key, spots)
        else:
            state.hold(holder, key, spots)
    if storage is holder or Inside(storage) in before:
        hold_twice(state, holder)
    elif not storage.heap and storage.entries is None:
        state.derive(Inside(storage), storage)
        state.hold(holder, Inside(storage))


def hold_twice(state: State, holder: Storage, spots: Iterable[Spot] = (WHOLE,)) -> None:
    """Note that several items of a list may be one thing."""
    state.hold(holder, holder, spots)
    state.hold(holder, Twice(holder))
