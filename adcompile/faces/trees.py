"""Structured values: tuples, lists, dictionaries, records; numbers and arrays are their leaves."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from adcompile.errors import ArgumentError
from adcompile.frontend.objects import attributes, entered
from adcompile.frontend.signature import record_fields


def parts(value: Any) -> list[tuple[str, Any]] | None:
    """What a structure holds, each with how it is written after the structure's name; else None."""
    if isinstance(value, dict):
        return [(f"[{key!r}]", item) for key, item in value.items()]
    fields = record_fields(type(value))
    if fields is not None:
        return [(f".{name}", getattr(value, name)) for name in fields]
    if isinstance(value, (tuple, list)):
        return [(f"[{i}]", item) for i, item in enumerate(value)]
    return None


def rebuild(like: Any, items: list[Any]) -> Any:
    """A structure like `like` of other items, in the order of `parts`."""
    if isinstance(like, dict):
        return dict(zip(like, items, strict=True))
    fields = record_fields(type(like))
    if fields is not None:
        return type(like)(**dict(zip(fields, items, strict=True)))
    return type(like)(items)


def is_number(value: Any) -> bool:
    """Is this leaf a real or complex number or array?"""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "fciub"
    return isinstance(value, (int, float, complex))


def leaves(value: Any) -> Iterator[Any]:
    """The numbers and arrays of a structure, in order."""
    below = parts(value)
    if below is not None:
        for _, item in below:
            yield from leaves(item)
    elif is_number(value):
        yield value


def map_leaves(function: Callable[[Any], Any], value: Any) -> Any:
    """The structure with each number or array replaced, and all else by None."""
    below = parts(value)
    if below is not None:
        return rebuild(value, [map_leaves(function, item) for _, item in below])
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
    return sum(int(np.size(leaf)) for leaf in leaves(value))


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


def copied(value: Any) -> Any:
    """The value with its arrays copied, so that later changes to them do not matter."""
    if isinstance(value, np.ndarray):
        return _copied_array(value)
    below = parts(value)
    if below is None:
        return _copied_object(value)
    return rebuild(value, [copied(item) for _, item in below])


def _copied_array(x: np.ndarray) -> np.ndarray:
    """A copy that lies in memory as x does, so that a reshape gives a view of it where one of x."""
    if x.flags.forc or not x.size or x.dtype.hasobject:
        return x.copy("K")
    spans = [(n - 1) * stride for n, stride in zip(x.shape, x.strides, strict=True)]
    low, high = sum(min(0, span) for span in spans), sum(max(0, span) for span in spans)
    memory = np.empty(high - low + x.itemsize, np.uint8)
    made = np.ndarray(x.shape, x.dtype, memory, -low, x.strides)
    made[...] = x
    return made


def _copied_object(value: Any) -> Any:
    held = attributes(value)
    if held is None:
        return value
    with entered(value) as is_first:
        if not is_first:
            return value
        made = copy.copy(value)
        for name, item in held.items():
            object.__setattr__(made, name, copied(item))
        return made
