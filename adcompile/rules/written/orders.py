"""Arrays in an order of memory, or with axes in front: np.array(x, order="F", ndmin=2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import may_be_number, rank, refuse
from adcompile.rules.written.facts import ones as sides_of_one


def ordered(x, order):
    """The array in this order; K, A and None keep the order that it has."""
    if order is None or order in ("K", "A"):
        return x
    if order != "F" and order != "C":
        refuse("an array is made in the order C, F, A or K")
    if may_be_number(x) and rank(x) == 0:
        return x
    return np.asfortranarray(x) if order == "F" else np.ascontiguousarray(x)


def _of_rank(x, ndmin):
    """The array with as many axes in front as it takes to have `ndmin`."""
    if ndmin == 0:
        return x
    if ndmin == 1:
        return np.atleast_1d(x)
    if ndmin == 2:
        return np.atleast_2d(x)
    return np.reshape(x, sides_of_one(ndmin - rank(x)) + np.shape(x)) if rank(x) < ndmin else x


def array(object, dtype=None, copy=True, order="K", ndmin=0):
    if not copy:
        refuse("np.array takes an order or ndmin where it copies: leave out copy=")
    return _of_rank(ordered(np.array(object, dtype=dtype), order), ndmin)


def asarray(a, dtype=None, order="K", ndmin=0):
    return _of_rank(ordered(np.asarray(a, dtype=dtype), order), ndmin)


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
    "array": Written(array, ("order", "ndmin"), 2),
    "asarray": Written(asarray, ("order", "ndmin"), 2),
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
