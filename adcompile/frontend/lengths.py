"""Lengths that the arguments of a call share, and short ones, which are known.

    x: float[x.0], y: float[y.0], both of seven elements      ->      y: float[x.0]
    points: float[points.0, points.1], of three columns       ->      points: float[points.0, 3]

For a backend that compiles for such arguments alone: between equal lengths nothing is broadcast,
and a loop of three turns is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from adcompile.frontend.annotations import KTree, children, structure
from adcompile.frontend.signature import LONG, record_fields
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node
from adcompile.trace.paths import MANY

SHORT = 6
"""A length of so many elements is known, if some array has it behind its first axis."""
NEXT = 12
"""Below this a length is known if it is no multiple of LANES, nor one more than that.

A loop of whole vectors is faster where its length is not known: else it is taken apart.
"""
LANES = 4
Pattern = tuple[int, ...]
Shape = tuple[int, ...]


def pattern(values: Sequence[Any], known: bool = True) -> Pattern:
    """Which lengths of the arrays in these values are equal: for each the first that it equals.

    Those that are `known` stand for themselves, as negative numbers.
    """
    shapes: list[Shape] = []
    for value in values:
        if type(value) is np.ndarray:
            shapes.append(value.shape)
        else:
            shapes += [array.shape for array in _arrays(value)]
    return _pattern(tuple(shapes), known)


@lru_cache(256)
def _pattern(shapes: tuple[Shape, ...], known: bool) -> Pattern:
    short = _short(shapes) if known else ()
    first: dict[int, int] = {}
    lengths = [n for shape in shapes for n in shape]
    return tuple(
        [-n if n in short else first.setdefault(n, place) for place, n in enumerate(lengths)]
    )


def _short(shapes: Sequence[Shape]) -> frozenset[int]:
    return frozenset([n for shape in shapes for n in shape[1:] if _is_short(n)])


def _is_short(n: int) -> bool:
    return 1 < n <= SHORT or (n < NEXT and n % LANES > 1)


def holds_known(found: Pattern) -> bool:
    return bool(found) and min(found) < 0


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
        return
    cls = type(value)
    if cls in (float, int):
        return
    if isinstance(value, dict):
        items: Any = value.values()
    elif record_fields(cls) is not None:
        items = [getattr(value, field) for field in record_fields(cls) or ()]
    elif isinstance(value, (tuple, list)) and len(value) <= LONG:
        items = value
    else:
        return
    for item in items:
        yield from _arrays(item)


def short_shapes(values: Sequence[Any]) -> tuple[Shape, ...]:
    """The lengths of all arrays in these values; -1 for those that no program writes out."""
    shapes = (array.shape for value in values for array in _arrays(value))
    return tuple([tuple([n if n <= LONG else -1 for n in shape]) for shape in shapes])


def frozen(trees: Mapping[str, KTree], arguments: Mapping[str, Any]) -> dict[str, KTree]:
    """The ktrees of arguments whose lengths are known, but for long ones."""
    lengths = {n for value in arguments.values() for a in _arrays(value) for n in a.shape}
    known = {n: k.Dim(None, n) for n in sorted(lengths) if n <= LONG}
    return {name: _named(tree, arguments[name], known.get) for name, tree in trees.items()}


def shared(
    trees: Mapping[str, KTree], arguments: Mapping[str, Any], known: bool = True
) -> dict[str, KTree]:
    """The ktrees of arguments with one name for equal lengths, and those `known` as numbers."""
    short = _short([a.shape for value in arguments.values() for a in _arrays(value)])
    first: dict[int, k.Dim] = {n: k.Dim(None, n) for n in short} if known else {}
    return {name: _named(tree, arguments[name], first.setdefault) for name, tree in trees.items()}


def _named(tree: KTree, value: Any, name: Callable[[int, k.Dim], k.Dim]) -> KTree:
    """The ktree with other names for lengths: of the length, and of the name it has."""
    if isinstance(tree, k.Array) and isinstance(value, np.ndarray) and tree.dims is not None:
        dims = [
            dim if dim.base is None else name(n, dim)
            for n, dim in zip(value.shape, tree.dims, strict=True)
        ]
        return k.Array(tree.dtype, tuple(dims))
    if not isinstance(tree, Node) or tree.form == MANY:
        return tree
    if tree.form == "dict":
        items = [value[key] for key in tree.keys]
    elif tree.form == "record":
        items = [getattr(value, key, None) for key in tree.keys]
    else:
        items = list(value)
    below = [_named(t, item, name) for t, item in zip(children(tree), items, strict=True)]
    return structure(tree.form, tree.keys, below, tree.record)
