"""Functions of itertools written out in the accepted language: what they give, as a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def takewhile(predicate, iterable):
    found = []
    for item in iterable:
        if not predicate(item):
            break
        found.append(item)
    return found


def dropwhile(predicate, iterable):
    found = []
    dropped = True
    for item in iterable:
        if dropped and predicate(item):
            continue
        dropped = False
        found.append(item)
    return found


def filterfalse(predicate, iterable):
    return [item for item in iterable if not predicate(item)]


def compress(data, selectors):
    return [item for item, selected in zip(data, selectors) if selected]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "takewhile": takewhile, "dropwhile": dropwhile, "filterfalse": filterfalse,
    "compress": compress,
}  # fmt: skip
