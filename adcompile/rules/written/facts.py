"""What the functions of this folder ask when they are compiled; the front end answers."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np


def rank(x: Any) -> int:
    """The number of axes."""
    return np.ndim(x)


def has_dtype(x: Any) -> bool:
    """Is it known of what the numbers are?"""
    return True


def is_complex(x: Any) -> bool:
    """May there be complex numbers in it?"""
    return np.iscomplexobj(x)


def is_integer(x: Any) -> bool:
    """Are there integers or booleans in it?"""
    return np.asarray(x).dtype.kind in "biu"


def is_single(x: Any) -> bool:
    """Are its numbers known to have 32 bits?"""
    return np.asarray(x).dtype == np.float32


def is_function(x: Any) -> bool:
    return callable(x)


def is_sequence(x: Any) -> bool:
    """Is it a list or tuple whose items are known?"""
    return isinstance(x, (list, tuple))


def is_number(x: Any) -> bool:
    return bool(np.isscalar(x))


def may_be_number(x: Any) -> bool:
    """May it have no axes?"""
    return np.ndim(x) == 0


def is_matrix(x: Any) -> bool:
    """Is it known to have more than one axis?"""
    return np.ndim(x) > 1


def is_weak(x: Any) -> bool:
    """Is it a number of Python's, which widens no array?"""
    return type(x) in (bool, int, float, complex)


def is_text(x: Any) -> bool:
    return isinstance(x, str)


def is_none(x: Any) -> bool:
    """Is it known to be None?"""
    return x is None


def is_mask(x: Any) -> bool:
    """Is it an array of booleans?"""
    return np.asarray(x).dtype == bool


def count(x: Any) -> int:
    """How many items it has."""
    return len(x)


def items(x: Any) -> tuple[Any, ...]:
    """Its items, which are known when compiling."""
    return tuple(x)


def span(n: int) -> tuple[int, ...]:
    """0, 1, ..., n - 1."""
    return tuple(range(n))


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """Axis numbers, not negative; None means all."""
    if axis is None:
        return tuple(range(rank))
    return tuple(a % rank for a in (axis if isinstance(axis, tuple) else (axis,)))


def without(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """The other axes."""
    return tuple(a for a in range(rank) if a not in axes)


def ones(n: int) -> tuple[int, ...]:
    return (1,) * n


def beyond(rank: int, more: int) -> tuple[int, ...]:
    """The numbers of `more` axes after the last."""
    return tuple(range(rank, rank + more))


def refuse(message: str) -> NoReturn:
    """The call cannot be differentiated."""
    raise NotImplementedError(message)


def must_be_floats(first: Any, message: str) -> None:
    """Ask when the program runs whether the first of these is one of Python's floats, or NumPy's.
    """
    if not isinstance(first, (float, np.floating)):
        raise TypeError(message)


def no_places() -> dict[Any, int]:
    """A dictionary that is data: no key has a place yet."""
    return {}


def place_for(places: dict[Any, int], key: Any, count: int) -> int:
    """The place of a key, which is `count` where it is new."""
    return places.setdefault(key, count)


def place_of(places: dict[Any, int], key: Any) -> int:
    return places[key]


def is_placed(places: dict[Any, int], key: Any) -> bool:
    return key in places


def places_without(places: dict[Any, int], key: Any) -> dict[Any, int]:
    """The places where this key is gone: those behind it are one less."""
    return {other: at - (at > places[key]) for other, at in places.items() if other != key}


def new_set() -> Any:
    """An empty set."""
    return set()


def new_table() -> Any:
    """An empty dictionary whose keys are known at run time only."""
    return {}
