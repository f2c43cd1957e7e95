"""Structures of values: their leaves, and the same structure with other leaves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from corpus import every
from corpus.cases import Case


def mapped(change: Callable[[Any], Any], tree: Any) -> Any:
    """The structure with each leaf changed."""
    if isinstance(tree, dict):
        return {key: mapped(change, item) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        items = [mapped(change, item) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        fields = {f.name: getattr(tree, f.name) for f in dataclasses.fields(tree) if f.init}
        return dataclasses.replace(tree, **{n: mapped(change, v) for n, v in fields.items()})
    return change(tree)


def leaves(tree: Any) -> list[Any]:
    found: list[Any] = []
    mapped(found.append, tree)
    return found


def paired(tree: Any, other: Any) -> list[tuple[Any, Any]]:
    """The leaves of a tree with those of another of its form; a leaf may stand for a tree."""
    found: list[Any] = []
    mapped(found.append, tree)
    if isinstance(tree, (list, tuple)) and len(tree) == len(other):
        return [pair for a, b in zip(tree, other) for pair in paired(a, b)]
    if isinstance(tree, dict):
        return [pair for key in tree for pair in paired(tree[key], other[key])]
    if tree is None:
        return [(None, other)]
    return list(zip(found, leaves(other), strict=True))


def is_array(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" and leaf.ndim > 0


def has_array(tree: Any) -> bool:
    return any(is_array(leaf) for leaf in leaves(tree))


def width(leaf: Any) -> str:
    """float32, float64 or what else it is; Python's float counts as float64, which it is."""
    if isinstance(leaf, float):
        return "float64"
    return str(leaf.dtype) if isinstance(leaf, (np.ndarray, np.generic)) else type(leaf).__name__


def programs() -> list[Case]:
    """The programs of the corpus with arrays among their arguments, each once."""
    return list({case.name: case for case in every() if has_array(case.args)}.values())
