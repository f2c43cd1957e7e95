"""Arrays that are asked for in an order of memory: np.array(x, order="F")."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import may_be_number, rank, refuse


def ordered(x, order):
    """The array in this order; K and A keep the order that it has."""
    if order in ("K", "A"):
        return x
    if order != "F" and order != "C":
        refuse("an array is made in the order C, F, A or K")
    if may_be_number(x) and rank(x) == 0:
        return x
    return np.asfortranarray(x) if order == "F" else np.ascontiguousarray(x)


def array(object, dtype=None, copy=True, order="K"):
    if not copy:
        refuse("np.array takes an order where it copies: leave out copy=, or use np.asarray")
    return ordered(np.array(object, dtype=dtype), order)


def asarray(a, dtype=None, order="K"):
    return ordered(np.asarray(a, dtype=dtype), order)


def copy(a, order="K"):
    return ordered(np.copy(a), order)


def astype(x, dtype, order="K"):
    return ordered(np.astype(x, dtype), order)


def zeros(shape, dtype=float, order="C"):
    made = np.zeros(shape, dtype)
    return made if order == "C" else ordered(made, order)


def ones(shape, dtype=float, order="C"):
    made = np.ones(shape, dtype)
    return made if order == "C" else ordered(made, order)


def empty(shape, dtype=float, order="C"):
    made = np.empty(shape, dtype)
    return made if order == "C" else ordered(made, order)


def full(shape, fill_value, dtype=None, order="C"):
    made = np.full(shape, fill_value, dtype)
    return made if order == "C" else ordered(made, order)


def zeros_like(a, dtype=None, order="K"):
    return ordered(np.zeros_like(a, dtype), order)


def ones_like(a, dtype=None, order="K"):
    return ordered(np.ones_like(a, dtype), order)


def empty_like(a, dtype=None, order="K"):
    return ordered(np.empty_like(a, dtype), order)


FUNCTIONS: dict[str, Any] = {
    "array": Written(array, ("order",), 2),
    "asarray": Written(asarray, ("order",), 2),
    "copy": Written(copy, ("order",), 1),
    "astype": Written(astype, ("order",), 2),
    "zeros": Written(zeros, ("order",), 2),
    "ones": Written(ones, ("order",), 2),
    "empty": Written(empty, ("order",), 2),
    "full": Written(full, ("order",), 3),
    "zeros_like": Written(zeros_like, ("order",), 2),
    "ones_like": Written(ones_like, ("order",), 2),
    "empty_like": Written(empty_like, ("order",), 2),
}
