"""copy.copy and copy.deepcopy: of lists, dictionaries, objects and arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcompile.frontend import classes, expressions, guessed, listing, memory, methods
from adcompile.frontend.values import UNKNOWN, Identity, Num, Obj, Ref, Step, Storage, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _copy(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    return shallow(low, args[0], hint)


def _deepcopy(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if len(args) != 1 or keywords:
        raise low.rejection(None, "deepcopy takes one argument here: no memo", "ADC206")
    return _Deep(low).copy(args[0], hint)


def shallow(low: Lowerer, value: Value, hint: str) -> Value:
    """A new list, dictionary, object or array of what the old one holds."""
    match value:
        case Obj(identity):
            return expressions.duplicate(low, identity, dict(_items(low, value)))
        case Ref() if listing.is_list(low, value):
            return listing.method(low, value, "copy", [], hint)
        case Ref() if isinstance(low.build.kind(memory.atom_of(low, value)), k.Any_):
            return methods.number_or_array(low, value, hint)
        case Ref():
            return methods.array(low, value, "copy", [Num(Lit("K"))], {}, hint)
        case Num() | Struct():
            return value
    raise low.rejection(None, "what is copied here is no list, dictionary or array", "ADC206")


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
                    held = _items(self.low, value).items()
                    self.objects[identity] = UNKNOWN  # one that holds itself is not copied
                    copies = {key: self.copy(item) for key, item in held}
                    self.objects[identity] = expressions.duplicate(self.low, identity, copies)
                return self.objects[identity]
            case Ref():
                return self.array(value, hint)
        return shallow(self.low, value, hint)

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
    memory.check_fresh(low, value.identity)
    for name in ("__copy__", "__deepcopy__", "__reduce__", "__getstate__"):
        if value.identity.cls is not None and classes.member(low, value, name) is not None:
            raise low.rejection(
                None, f"the class of this object says how it is copied, by {name}; call a method "
                "of your own instead", "ADC206",
            )  # fmt: skip
    return guessed.whole(low, value.identity)


def _check_flat(low: Lowerer, value: Ref) -> None:
    kind = low.build.kind(memory.atom_of(low, value))
    if isinstance(kind, k.List) and not (kind.item is not None and k.is_fixed(kind.item)):
        raise low.rejection(
            None, "a list of lists or arrays whose length is known at run time only is copied "
            "here with all that it holds; write [item.copy() for item in items]", "ADC206",
        )  # fmt: skip


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "copy.copy": _copy, "copy.deepcopy": _deepcopy,
}  # fmt: skip
