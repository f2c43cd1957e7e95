"""What lists hold: references to what is put into them.

rows.append(x)              rows holds x
kept.append(rows[0])        kept holds what is inside of rows, whatever rows gets
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import cases, memory, packing
from adcompile.frontend.values import (
    Bound,
    Closure,
    Inside,
    Key,
    Maybe,
    Obj,
    Partial,
    Ref,
    Storage,
    Struct,
    Twice,
    Value,
)
from adcompile.trace import kinds as k

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def hold(low: Lowerer, holder: Storage, value: Value) -> None:
    """Note that a list now holds (a reference to) this value; where it did before, it has it twice.
    """
    keys = (value.identity,) if isinstance(value, Obj) else cases.storages(value)
    for one in {other: None for key in keys for other in low.state.related.get(key, {})}:
        if low.removed.get(one) is holder:
            del low.removed[one]
    match value:
        case Ref():
            kind = low.build.kind(memory.atom_of(low, value))  # reading may make a new state
            held = low.state.holds.setdefault(holder, {})
            for place in cases.places(value):
                key = _held_as(low, holder, place)
                if key in held and not k.immutable(kind):
                    held[holder] = None
                held[key] = None
                for inner in low.state.holds.get(place.storage, {}):
                    held[inner] = None
        case Struct(items):
            for item in items:
                hold(low, holder, item)
        case Obj(identity):
            held = low.state.holds.setdefault(holder, {})
            spot = low.state.places.get(identity)
            listed = None if spot is None else _held_as(low, holder, spot.place)
            again = identity in held or listed in held
            if again and not low.distinct:
                held[holder] = held[Twice(holder)] = None
            held[identity] = None
            if spot is not None and listed is not None:
                others = low.state.holds.get(spot.place.storage, {})
                held.update({Twice(holder) if isinstance(one, Twice) else one: None
                             for one in (*others, listed)})  # fmt: skip
            for item in low.state.items[identity].values():
                hold(low, holder, item)
        case Maybe(value=inner):
            hold(low, holder, inner)
        case Closure() | Partial() | Bound():
            for item in packing.parts(low, value):
                hold(low, holder, item)


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


def hold_inside(low: Lowerer, holder: Storage, storage: Storage) -> None:
    """Note that a list holds what is in another one."""
    if storage is not holder and not storage.heap and storage.entries is None:
        low.state.derive(Inside(storage), storage)
        low.state.holds.setdefault(holder, {})[Inside(storage)] = None
