"""copy.copy and copy.deepcopy: of lists, dictionaries, objects and arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcompile.errors import RejectedError
from adcompile.frontend import (
    classes,
    dictionaries,
    expressions,
    guessed,
    listing,
    memory,
    methods,
    packing,
    reached,
    tables,
)
from adcompile.frontend.packed_texts import Held, Numbered, Slot
from adcompile.frontend.values import (
    Identity,
    Num,
    Obj,
    Poison,
    Ref,
    Sequence,
    Step,
    Storage,
    Struct,
    Twice,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

TWICE = (
    "if len({*_0_}) < len(_0_):\n"
    "    raise ValueError('an object is twice in a list that is copied')"
)

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _copy(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    return shallow(low, args[0], hint)


def _deepcopy(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if len(args) != 1 or keywords:
        raise low.rejection(None, "deepcopy takes one argument here: no memo", "ADC206")
    copies = _of_objects(low, args[0], hint)
    return _Deep(low).copy(args[0], hint) if copies is None else copies


def _of_objects(low: Lowerer, value: Value, hint: str) -> Value | None:
    """Copies of the objects of a list, each of which is there once, and holds numbers alone.

    None for what is no list of objects.
    """
    if not isinstance(value, Ref) or not listing.is_list(low, value):
        return None
    kind = low.build.kind(memory.atom_of(low, value))
    if not packing.is_packed(kind):
        return None
    held = low.state.holds.get(value.storage, {})
    once = low.numbered or (value.storage not in held and Twice(value.storage) not in held)
    if not once or value.path or value.storage.cases is not None or not _are_plain(low, kind):
        raise _too_deep(low)
    if low.numbered:
        reached.note_raise(low)
        low.build.apply_many("mem.effect", (Lit(TWICE), memory.atom_of(low, value)), ())
    given = low.as_sequence(value)
    assert isinstance(given, Sequence)
    each = Sequence(given.length, lambda index: _Deep(low).copy(given.item(index)))
    return low.to_list(each, hint)


def _are_plain(low: Lowerer, kind: k.Kind | None) -> bool:
    """Are these objects of one class, that hold nothing but numbers?"""
    item = kind.item if isinstance(kind, k.List) else None
    tag = item.tag if isinstance(item, k.Tuple) else None
    template = tag.texts[0][1].template if tag is not None and len(tag.texts) == 1 else None
    if isinstance(template, Numbered):
        heap = low.heaps.get(template.among)
        return heap is not None and _are_plain(low, low.build.kind(low.state.current[heap]))
    numbers = item is not None and k.immutable(item)
    return numbers and isinstance(template, Held) and all(map(_holds_none, template.parts))


def _holds_none(part: Any) -> bool:
    """Does this part of an object hold no other object, and no array?"""
    if isinstance(part, Struct):
        return all(map(_holds_none, part.items))
    return isinstance(part, Slot) or (isinstance(part, Num) and isinstance(part.atom, Lit))


def _too_deep(low: Lowerer) -> RejectedError:
    return low.rejection(
        None, "objects are copied here with all that they hold, and which of these are one is "
        "known at run time only; make the new objects one by one", "ADC402",
    )  # fmt: skip


def shallow(low: Lowerer, value: Value, hint: str) -> Value:
    """A new list, dictionary, object or array of what the old one holds."""
    match value:
        case Obj(identity):
            return expressions.duplicate(low, identity, dict(_items(low, value)))
        case Ref() if listing.is_list(low, value):
            return listing.method(low, value, "copy", [], hint)
        case Ref() if tables.is_given(low, value):
            return dictionaries.copied(low, value, hint)
        case Ref() if isinstance(low.build.kind(memory.atom_of(low, value)), k.Any_):
            return methods.number_or_array(low, value, hint)
        case Ref():
            return methods.array(low, value, "copy", [Num(Lit("K"))], {}, hint)
        case Num() | Struct():
            return value
    raise low.rejection(None, "what is copied here is no list, dictionary or array", "ADC206")


AROUND = Poison(
    "what is copied with all that it holds holds this, which holds it; make the new objects one by "
    "one", "ADC402",
)  # fmt: skip


class _Deep:
    """Copies of all that a value holds; what is one object in it is one in the copy."""

    def __init__(self, low: Lowerer) -> None:
        self.low = low
        self.objects: dict[Identity, Value] = {}
        self.arrays: dict[Storage, tuple[tuple[Step, ...], Value]] = {}

    def copy(self, value: Value, hint: str = "") -> Value:
        match value:
            case Struct(items):
                return Struct(tuple(self.copy(item) for item in items))
            case Obj(identity):
                if identity not in self.objects:
                    self.check_another(identity)
                    held = _items(self.low, value).items()
                    self.objects[identity] = AROUND
                    copies = {key: self.copy(item) for key, item in held}
                    self.objects[identity] = expressions.duplicate(self.low, identity, copies)
                return self.objects[identity]
            case Ref():
                return self.array(value, hint)
        return shallow(self.low, value, hint)

    def check_another(self, identity: Identity) -> None:
        """Refuse a second object that lists hold: it may be the first."""
        places, unpacked = self.low.state.places, self.low.unpacked
        listed = [one for one in self.objects if one in places or one in unpacked]
        if listed[1:] and (identity in places or identity in unpacked):
            raise _too_deep(self.low)

    def array(self, value: Ref, hint: str) -> Value:
        path, copy = self.arrays.get(value.storage, (value.path, None))
        if path != value.path or value.storage.cases is not None:
            raise self.low.rejection(
                None, "two views of one array are copied together here; copy the array, and take "
                "the views of the copy", "ADC206",
            )  # fmt: skip
        if copy is None:
            _check_flat(self.low, value)
            copy = shallow(self.low, value, hint)
            self.arrays[value.storage] = path, copy
        return copy


def _items(low: Lowerer, value: Obj) -> dict[Any, Value]:
    for name in ("__copy__", "__deepcopy__", "__reduce__", "__getstate__"):
        if value.identity.cls is not None and classes.member(low, value, name) is not None:
            raise low.rejection(
                None, f"the class of this object says how it is copied, by {name}; call a method "
                "of your own instead", "ADC206",
            )  # fmt: skip
    return guessed.whole(low, value.identity)


def _check_flat(low: Lowerer, value: Ref) -> None:
    kind = low.build.kind(memory.atom_of(low, value))
    if packing.is_packed(kind):
        raise _too_deep(low)
    if not isinstance(kind, (k.List, k.Dict)) or (kind.item is not None and k.is_fixed(kind.item)):
        return
    if isinstance(kind, k.Dict):
        raise low.rejection(
            None, "a dictionary of lists or arrays whose keys are not known when compiling is "
            "copied here with all that it holds; write {key: item.copy() for key, item in "
            "items.items()}", "ADC206",
        )  # fmt: skip
    raise low.rejection(
        None, "a list of lists or arrays whose length is known at run time only is copied "
        "here with all that it holds; write [item.copy() for item in items]", "ADC206",
    )  # fmt: skip


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "copy.copy": _copy, "copy.deepcopy": _deepcopy,
}  # fmt: skip
