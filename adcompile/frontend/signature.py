"""The kinds of arguments: from values at a call, from annotations in a file.

    ktree = Kind | ir.Node whose leaves are Kinds

A value and its `key` agree: values with equal keys have equal ktrees.
"""

from __future__ import annotations

import collections
import dataclasses
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import FunctionType, MethodType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from adcompile.frontend import own_kinds
from adcompile.frontend.annotations import KTree, children, of_annotation, of_each, structure
from adcompile.frontend.objects import (
    Owner,
    Static,
    attributes,
    entered,
    is_known,
    is_plain_data,
    is_record,
    is_static,
    own,
    word,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node
from adcompile.trace.paths import MANY

__all__ = [
    "KTree",
    "Path",
    "holds_object",
    "is_real",
    "key",
    "leaves",
    "of_annotation",
    "of_arguments",
    "of_value",
    "real",
    "record_fields",
    "statics",
    "to_real",
]  # fmt: skip

Path = tuple[Any, ...]
"""Keys, positions and field names that lead from an argument to a leaf of it."""

NONE_KEPT: frozenset[Path] = frozenset()

LONG = 32
"""A list of more items, all of one kind, is one whose length does not matter."""

CLASSES: dict[type, str] = {bool: "bool", int: "int", float: "float", complex: "complex"}
USUAL = (np.ndarray, list, tuple, dict, str, type(None))
"""Types whose values compute as one knows; what is below them may not."""
FLAGS = (bool, str)
NUMBERS = (*FLAGS, int)
SINGLE = np.dtype(np.complex64)
PLAIN: dict[type, str] = {float: "f", int: "i", bool: "b", complex: "c", str: "s", type(None): "n"}


@cache
def dtype_class(dtype: np.dtype[Any]) -> str | None:
    """The dtype class of a NumPy dtype; None for strings, objects and the like."""
    match dtype.kind:
        case "b":
            return "bool"
        case "i" | "u":
            return "int"
        case "f":
            return "float32" if dtype.itemsize <= 4 else "float"
        case "c":
            return "complex"
    return None


def of_value(value: Any, name: str) -> KTree:
    """The ktree of a value; `name` is the path that the user would write for it."""
    plain = CLASSES.get(type(value))
    if plain is not None:
        return k.Scalar(plain)
    if type(value) not in USUAL and (own_kind := own_kinds.of_object(value)) is not None:
        return own_kind
    match value:
        case np.ndarray():
            dtype = dtype_class(value.dtype)
            if dtype is None:
                return k.Opaque("array of objects")
            dims = tuple(_dim(f"{name}.{i}", n) for i, n in enumerate(value.shape))
            return k.Array(dtype, dims, value.dtype == SINGLE)
        case np.dtype():
            dtype = dtype_class(value)
            return k.Opaque("dtype of objects" if dtype is None else f"dtype {dtype}")
        case np.generic():
            dtype = dtype_class(value.dtype)
            if value.dtype == SINGLE:
                return k.Scalar("complex", single=True)
            return k.STRING if dtype is None else k.number(dtype, True)
        case bool() | int() | float() | complex():
            return k.Scalar(next(c for t, c in CLASSES.items() if isinstance(value, t)))
        case str():
            return k.STRING
        case None:
            return k.NONE
        case slice():
            return k.SLICE
        case range():
            return k.List(k.INT)
        case list() if len(value) > LONG and len({key(item) for item in value}) == 1:
            item = of_value(value[0], name)
            if isinstance(item, Node) and item.form == "record":
                return structure(MANY, ("list",), (of_each(item),))
            return k.List(_without_lengths(item))
    return _structure(value, name)


def _structure(value: Any, name: str) -> KTree:
    fields = record_fields(type(value))
    if fields is not None:
        items = tuple(of_value(getattr(value, field), f"{name}.{field}") for field in fields)
        return structure("record", fields, items, Owner(type(value).__name__, type(value), False))
    match value:
        case tuple() | list():
            items = tuple(of_value(item, f"{name}[{i}]") for i, item in enumerate(value))
            return structure(
                "tuple" if isinstance(value, tuple) else "list", range(len(items)), items
            )
        case dict():
            items = tuple(of_value(item, f"{name}[{key!r}]") for key, item in value.items())
            record = "Counter" if isinstance(value, collections.Counter) else ""
            return structure("dict", tuple(value), items, record)
    if is_record(type(value)):
        return _object(value, name)
    if is_static(value):
        return own(value) or Static(word(value), value)
    return k.Opaque(type(value).__name__)


def _object(value: Any, name: str) -> KTree:
    """An object as a record of its attributes; texts and bools in it are constants."""
    cls = type(value)
    with entered(value) as is_first:
        if not is_first:
            return k.Opaque(cls.__name__)
        held = attributes(value) or {}
        items = tuple(
            Static("str" if isinstance(item, str) else "bool", item)
            if is_plain_data(item)
            else of_value(item, f"{name}.{field}")
            for field, item in held.items()
        )
        return structure("record", tuple(held), items, Owner(cls.__name__, cls, True))


def _dim(base: str, length: int) -> k.Dim:
    return k.ONE if length == 1 else k.Dim(base, 0, True, length > 1)


def _without_lengths(tree: KTree) -> k.Kind:
    """The kind of an item of a long list: arrays in it may differ in their lengths."""
    match tree:
        case k.Array(dtype, dims) if dims:
            return k.Array(dtype, None)
        case Node(form="tuple"):
            return k.Tuple(tuple(_without_lengths(item) for item in children(tree)))
        case Node(form="list"):
            items = dict.fromkeys(map(_without_lengths, children(tree)))
            return k.List(next(iter(items))) if len(items) == 1 else k.Opaque("list")
        case Node():
            return k.Opaque(tree.record or tree.form)
    return tree


def record_fields(cls: type) -> tuple[str, ...] | None:
    """The fields of a dataclass or named tuple in order; None for any other class, also for one
    below a dataclass that writes out its __init__.
    """
    if cls not in _fields:
        _fields[cls] = None
        if dataclasses.is_dataclass(cls) and is_generated(cls, "__init__"):
            _fields[cls] = tuple(field.name for field in dataclasses.fields(cls) if field.init)
        elif issubclass(cls, tuple):
            _fields[cls] = getattr(cls, "_fields", None)
    return _fields[cls]


def is_generated(cls: type, name: str) -> bool:
    """Is a method of a class none that somebody has written?"""
    made = inspect.unwrap(getattr(cls, name))
    return not isinstance(made, FunctionType) or made.__code__.co_filename.startswith("<string>")


_fields: WeakKeyDictionary[type, tuple[str, ...] | None] = WeakKeyDictionary()


def key(value: Any) -> Any:
    """What the ktree of a value depends on: cheap, hashable, equal for values compiled alike."""
    cls = type(value)
    plain = PLAIN.get(cls)
    if plain is not None:
        return plain
    if cls is np.ndarray:
        return value.dtype.char, tuple([n if n < 2 else 2 for n in value.shape])
    if cls is tuple:
        return (tuple, *[key(item) for item in value])
    if cls is list:
        keys = [key(item) for item in value]
        if len(keys) > LONG and len(set(keys)) == 1:
            return list, "many", keys[0]
        return (list, *keys)
    if cls is dict:
        return (dict, *value, *[key(item) for item in value.values()])
    return _other_key(value, cls)


def exactly(values: Iterable[Any]) -> tuple[Any, ...] | None:
    """The types and shapes of numbers and arrays, quickly; None where there is anything else."""
    found: list[Any] = []
    for value in values:
        cls = type(value)
        if cls is np.ndarray:
            found.append(value.dtype.char)
            found.append(value.shape)
        elif cls in PLAIN:
            found.append(cls)
        else:
            return None
    return tuple(found)


def constants(values: Iterable[Any], classes: tuple[type, ...]) -> tuple[Any, ...]:
    """The constants of these classes among arguments, and tuples of such; None for all others."""
    return tuple([value if _is_constant(value, classes) else None for value in values])


def of_constants(arguments: Mapping[str, Any], classes: tuple[type, ...]) -> dict[str, KTree]:
    """The ktrees of constants of these classes, and of tuples of such, whose values are known."""
    return {
        name: _of_constant(value)
        for name, value in arguments.items()
        if _is_constant(value, classes)
    }


def _is_constant(value: Any, classes: tuple[type, ...]) -> bool:
    if type(value) is tuple:
        return bool(value) and all(_is_constant(item, classes) for item in value)
    return type(value) in classes


def _of_constant(value: Any) -> KTree:
    if isinstance(value, tuple):
        return structure("tuple", range(len(value)), tuple(map(_of_constant, value)))
    return Static(type(value).__name__, value)


def _other_key(value: Any, cls: type) -> Any:
    fields = record_fields(cls)
    if fields is not None:
        return (cls, *[key(getattr(value, field)) for field in fields])
    if isinstance(value, np.ndarray):
        return cls, value.dtype.char, tuple(n if n < 2 else 2 for n in value.shape)
    if isinstance(value, (tuple, list)):
        return (cls, *[key(item) for item in value])
    if isinstance(value, dict):
        return (cls, *value, *[key(item) for item in value.values()])
    if is_record(cls):
        return _object_key(value, cls)
    if not is_static(value):
        return cls
    method = own(value)
    return _Same(value) if method is None else (method.up, _Same(method.value))


def _object_key(value: Any, cls: type) -> Any:
    with entered(value) as is_first:
        if not is_first:
            return cls
        held = attributes(value) or {}
        keys = [(type(v), v) if is_plain_data(v) else key(v) for v in held.values()]
        return (cls, *held, *keys)


class _Same:
    """A function as a key: equal to itself, however it compares."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same):
            return False
        mine, its = self.value, other.value
        if isinstance(mine, MethodType) and isinstance(its, MethodType):
            return mine.__self__ is its.__self__ and mine.__func__ is its.__func__
        return mine is its

    def __hash__(self) -> int:
        value = self.value
        return (
            hash((id(value.__self__), id(value.__func__)))
            if isinstance(value, MethodType)
            else id(value)
        )


def real(tree: KTree, kept: frozenset[Path] = NONE_KEPT, path: Path = ()) -> KTree:
    """The ktree of an argument that a derivative is asked of: integers and bools count as reals.

    `kept` names the paths inside the argument of those that stay what they are.
    """
    match tree:
        case k.Scalar("int" | "bool") if path not in kept:
            return k.FLOAT
        case k.Array("int" | "bool", dims) if path not in kept:
            return k.Array("float", dims)
        case k.List(item, frozen) if item is not None:
            return k.List(_real_kind(item), frozen)
        case k.Dict(item) if item is not None:
            return replace(tree, item=_real_kind(item))
        case k.Tuple(items):
            return k.Tuple(tuple(_real_kind(item) for item in items))
        case Node():
            pairs = zip(tree.keys, children(tree), strict=True)
            below = [real(item, kept, (*path, key)) for key, item in pairs]
            return structure(tree.form, tree.keys, below, tree.record)
    return tree


def _real_kind(kind: k.Kind) -> k.Kind:
    tree = real(kind)
    assert not isinstance(tree, Node)
    return tree


def to_real(value: Any, kept: frozenset[Path] = NONE_KEPT, path: Path = ()) -> Any:
    """The value with its integers and bools made floats, but for those at the paths `kept`."""
    cls = type(value)
    if cls is float or path in kept:
        return value
    if isinstance(value, np.ndarray):
        return value.astype(float) if value.dtype.kind in "biu" else value
    if isinstance(value, (bool, int, np.integer, np.bool_)):
        return float(value)
    if isinstance(value, dict):
        return {name: to_real(item, kept, (*path, name)) for name, item in value.items()}
    fields = record_fields(cls)
    if fields is not None:
        parts = {field: getattr(value, field) for field in fields}
        moved = {field: to_real(part, kept, (*path, field)) for field, part in parts.items()}
        return value if all(moved[f] is parts[f] for f in fields) else cls(**moved)
    if isinstance(value, (tuple, list)):
        alike = kept and any(each[: len(path) + 1] == (*path, "list") for each in kept)
        places = ["list"] * len(value) if alike else range(len(value))
        return cls([to_real(item, kept, (*path, i)) for i, item in zip(places, value)])
    return value


def leaves(tree: KTree) -> Iterable[k.Kind]:
    """The kinds at the leaves of a ktree."""
    if isinstance(tree, Node):
        for item in children(tree):
            yield from leaves(item)
    else:
        yield tree


def singles(trees: Iterable[KTree]) -> str:
    """Which leaves are of complex64, as a text; "" for none."""
    kinds = (leaf for tree in trees for leaf in leaves(tree))
    found = [n for n, kind in enumerate(kinds) if getattr(kind, "single", False)]
    return f"complex64: {found}" if found else ""


def is_real(tree: KTree) -> bool:
    """Does the tree hold a leaf that may carry a derivative?"""
    return any(k.is_real(leaf) for leaf in leaves(tree))


def holds_object(tree: KTree) -> str | None:
    """The class of an object in the tree that cannot be made from its attributes; else None."""
    if not isinstance(tree, Node):
        return None
    if isinstance(tree.record, Owner) and tree.record.plain:
        return tree.record
    return next((found for item in children(tree) if (found := holds_object(item))), None)


def of_arguments(arguments: Mapping[str, Any], wrt: Iterable[str] = ()) -> dict[str, KTree]:
    """The ktrees of a call's arguments, statics numbered; those in `wrt` are reals."""
    asked, statics = tuple(wrt), Statics()
    trees = {name: statics.number(of_value(value, name)) for name, value in arguments.items()}
    return {name: real(tree) if name in asked else tree for name, tree in trees.items()}


class Statics:
    """The functions, classes and modules in ktrees, in order."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def number(self, tree: KTree) -> KTree:
        """The tree with its statics numbered."""
        match tree:
            case Static(what, value) if not is_known(value):
                return Static(what, value, self.add(value), tree.up)
            case Node():
                below = [self.number(item) for item in children(tree)]
                record = tree.record
                if isinstance(record, Owner):
                    record = Owner(record, record.cls, record.plain, self.add(record.cls))
                return structure(tree.form, tree.keys, below, record)
        return tree

    def add(self, value: Any) -> int:
        self.values.append(value)
        return len(self.values) - 1


def statics(trees: Iterable[KTree]) -> tuple[Any, ...]:
    """The functions, classes and modules in the ktrees of arguments, by number."""
    found = Statics()
    for tree in trees:
        found.number(tree)
    return tuple(found.values)
