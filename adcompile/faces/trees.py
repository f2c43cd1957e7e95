"""Structured values: tuples, lists, dictionaries, records; numbers and arrays are their leaves."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from adcompile.errors import ArgumentError
from adcompile.frontend.objects import attributes, entered
from adcompile.frontend.signature import record_fields

LEAVES = frozenset({np.ndarray, np.float64, float, int, bool, complex})
"""Types that are no structures, which need not be looked at."""


def items(value: Any) -> Sequence[Any] | None:
    """What a structure holds, in order; None of what is no structure."""
    cls = type(value)
    if cls in LEAVES:
        return None
    if cls is tuple or cls is list:
        return value
    below = parts(value)
    return None if below is None else [item for _, item in below]


def parts(value: Any) -> list[tuple[str, Any]] | None:
    """What a structure holds, each with how it is written after the structure's name; else None."""
    if type(value) in LEAVES:
        return None
    if isinstance(value, dict):
        return [(f"[{key!r}]", item) for key, item in value.items()]
    fields = record_fields(type(value))
    if fields is not None:
        return [(f".{name}", getattr(value, name)) for name in fields]
    if isinstance(value, (tuple, list)):
        return [(f"[{i}]", item) for i, item in enumerate(value)]
    return None


def rebuild(like: Any, parts: list[Any]) -> Any:
    """A structure like `like` of other parts, in the same order."""
    if type(like) is tuple:
        return tuple(parts)
    if isinstance(like, dict):
        return dict(zip(like, parts, strict=True))
    fields = record_fields(type(like))
    if fields is not None:
        return _made(type(like), dict(zip(fields, parts, strict=True)))
    return type(like)(parts)


def _made(cls: type, held: dict[str, Any]) -> Any:
    """An object of a class by its fields, whatever its __init__ would make of them."""
    if issubclass(cls, tuple) or not hasattr(cls, "__post_init__"):
        return cls(**held)
    made = object.__new__(cls)
    for name, value in held.items():
        object.__setattr__(made, name, value)
    return made


def is_number(value: Any) -> bool:
    """Is this leaf a real or complex number or array?"""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "fciub"
    return isinstance(value, (int, float, complex))


def leaves(value: Any) -> list[Any]:
    """The numbers and arrays of a structure, in order."""
    below = items(value)
    if below is not None:
        return [leaf for item in below for leaf in leaves(item)]
    return [value] if is_number(value) else []


def map_leaves(function: Callable[[Any], Any], value: Any) -> Any:
    """The structure with each number or array replaced, and all else by None."""
    below = items(value)
    if below is not None:
        return rebuild(value, [map_leaves(function, item) for item in below])
    return function(value) if is_number(value) else None


def basis(value: Any) -> Iterator[Any]:
    """The unit directions of a structure: one element is one, all others are zero."""
    shapes = [np.shape(leaf) for leaf in leaves(value)]
    for which, shape in enumerate(shapes):
        for index in np.ndindex(*shape):
            counter = iter(range(len(shapes)))

            def unit(leaf: Any, here: int = which, at: Any = index, count: Any = counter) -> Any:
                return _unit(leaf, at if next(count) == here else None)

            yield map_leaves(unit, value)


def _unit(leaf: Any, index: tuple[int, ...] | None) -> Any:
    if not np.shape(leaf) and not isinstance(leaf, np.ndarray):
        return (
            np.float32(index is not None)
            if isinstance(leaf, np.float32)
            else float(index is not None)
        )
    direction = np.zeros_like(leaf, dtype=None if np.asarray(leaf).dtype.kind in "fc" else float)
    if index is not None:
        direction[index] = 1.0
    return direction


def size(value: Any) -> int:
    """How many numbers a structure holds."""
    return sum([math.prod(np.shape(leaf)) for leaf in leaves(value)])


def check_like(given: Any, like: Any, name: str) -> None:
    """Refuse a tangent or seed that has not the structure and shapes of what it belongs to."""
    below = parts(like)
    if below is None:
        if is_number(like) and given is not None and np.shape(given) != np.shape(like):
            raise ArgumentError(
                f"{name} has shape {np.shape(given)}, but what it belongs to has {np.shape(like)}"
            )
        return
    there = parts(given)
    if there is None or [key for key, _ in there] != [key for key, _ in below]:
        raise ArgumentError(f"{name} has not the structure of what it belongs to")
    for (key, item), (_, other) in zip(there, below, strict=True):
        check_like(item, other, name + key)


def cast_like(given: Any, like: Any, name: str) -> Any:
    """A tangent or seed with the dtypes of what it belongs to; integers there count as reals."""
    below, there = parts(like), parts(given)
    if below is not None and there is not None:
        pairs = zip(there, below, strict=True)
        return rebuild(given, [cast_like(a, b, name + key) for (key, a), (_, b) in pairs])
    if not is_number(like) or not is_number(given):
        return given
    wanted = np.asarray(like).dtype
    if wanted.kind not in "fc":
        wanted = np.dtype(float)
    if wanted.kind == "f" and np.iscomplexobj(given):
        raise ArgumentError(f"{name} is complex, but what it belongs to is real")
    if isinstance(given, np.ndarray):
        return given.astype(wanted, copy=False)
    if isinstance(like, (np.floating, np.complexfloating)):
        return wanted.type(given)
    return complex(given) if wanted.kind == "c" else float(given)


def copied(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values with their arrays copied, so that later changes to them do not matter.

    What is one object stays one, and what shares memory shares memory.
    """
    return _Copies(values).all(values)


class _Copies:
    """Copies of values: of each object and of each piece of memory one."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.arrays: dict[int, dict[int, np.ndarray]] = {}
        self.made: dict[int, Any] = {}
        self.roots: dict[int, np.ndarray] = {}
        for value in values:
            self.note(value)

    def all(self, values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(self.of(value) for value in values)

    def note(self, value: Any) -> None:
        """Find the arrays and whose memory they are."""
        below = parts(value)
        if isinstance(value, np.ndarray):
            self.arrays.setdefault(id(_root(value)), {})[id(value)] = value
        elif below is not None:
            for _, item in below:
                self.note(item)
        else:
            with entered(value) as is_first:
                for item in (attributes(value) or {}).values() if is_first else ():
                    self.note(item)

    def of(self, value: Any) -> Any:
        if id(value) not in self.made:
            self.made[id(value)] = self.anew(value)
        return self.made[id(value)]

    def anew(self, value: Any) -> Any:
        below = parts(value)
        if isinstance(value, np.ndarray):
            root = _root(value)
            alone = len(self.arrays[id(root)]) == 1 or value.dtype.hasobject
            return _copied_array(value) if alone else self.of_root(value, root)
        if below is not None:
            return rebuild(value, [self.of(item) for _, item in below])
        held = attributes(value)
        if held is None:
            return value
        self.made[id(value)] = made = copy.copy(value)
        for name, item in held.items():
            object.__setattr__(made, name, self.of(item))
        return made

    def of_root(self, x: np.ndarray, root: np.ndarray) -> np.ndarray:
        """The array in a copy of the memory that it is a part of."""
        if id(root) not in self.roots:
            self.roots[id(root)] = memory = np.empty(_extent(root), np.uint8)
            _within(memory, root, -_reach(root)[0])[...] = root
        address = x.__array_interface__["data"][0] - root.__array_interface__["data"][0]
        return _within(self.roots[id(root)], x, address - _reach(root)[0])


def _within(memory: np.ndarray, like: np.ndarray, offset: int) -> np.ndarray:
    """An array like this one in other memory; `offset` is where the first of its elements is."""
    return np.ndarray(like.shape, like.dtype, memory, offset, like.strides)


def _root(x: np.ndarray) -> np.ndarray:
    while isinstance(x.base, np.ndarray):
        x = x.base
    return x


def _reach(x: np.ndarray) -> tuple[int, int]:
    """How far the elements lie before and behind the first one, in bytes."""
    spans = [(n - 1) * stride for n, stride in zip(x.shape, x.strides, strict=True)]
    return sum(min(0, span) for span in spans), sum(max(0, span) for span in spans)


def _extent(x: np.ndarray) -> int:
    low, high = _reach(x)
    return high - low + x.itemsize if x.size else 0


def _copied_array(x: np.ndarray) -> np.ndarray:
    """A copy that lies in memory as x does, so that a reshape gives a view of it where one of x."""
    if x.flags.forc or not x.size or x.dtype.hasobject:
        return x.copy("K")
    made = _within(np.empty(_extent(x), np.uint8), x, -_reach(x)[0])
    made[...] = x
    return made
