"""Functions that write into their first argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import is_mask, is_number, rank, refuse, span


def put(a, ind, v, mode="raise"):
    if mode != "raise":
        refuse("np.put has a derivative with the mode raise only")
    if is_number(ind):
        a.flat[ind] = v if is_number(v) else np.ravel(v)[0]
        return
    places = np.ravel(np.asarray(ind, np.intp) if is_mask(ind) else ind)
    if is_number(v):
        a.flat[places] = v
    else:
        values = np.ravel(v)
        a.flat[places] = values[np.arange(np.size(ind)) % np.size(values)]


def put_along_axis(arr, indices, values, axis):
    if axis is None:
        arr.flat[indices] = values
    else:
        index = tuple(_along(arr, indices, i, axis % rank(arr)) for i in span(rank(arr)))
        arr[index] = values


def _along(arr, indices, i, axis):
    if i == axis:
        return indices
    return np.reshape(np.arange(np.shape(arr)[i]), _line(i, rank(arr)))


def _line(i, n):
    return tuple(-1 if j == i else 1 for j in span(n))


def place(arr, mask, vals):
    chosen = _mask(mask)
    if is_number(vals):
        arr[chosen] = vals
    else:
        values = np.ravel(vals)
        arr[chosen] = values[np.arange(np.count_nonzero(chosen)) % np.size(values)]


def _mask(given):
    """Numbers choose as well as booleans: those that are not zero."""
    return given if is_mask(given) else np.not_equal(given, 0)


def putmask(a, mask, values):
    chosen = _mask(mask)
    if is_number(values):
        a[chosen] = values
    else:
        given = np.ravel(values)
        at = np.reshape(np.arange(np.size(a)) % np.size(given), np.shape(a))
        a[chosen] = given[at[chosen]]


def copyto(dst, src, casting="same_kind", where=True):
    dst[...] = np.where(where, src, dst)


def subtract_at(a, indices, b):
    np.add.at(a, indices, -b)


def multiply_at(a, indices, b):
    values = _values(a, indices, b)
    for k in range(len(indices)):
        a[indices[k]] = a[indices[k]] * values[k]


def divide_at(a, indices, b):
    values = _values(a, indices, b)
    for k in range(len(indices)):
        a[indices[k]] = a[indices[k]] / values[k]


def maximum_at(a, indices, b):
    values = _values(a, indices, b)
    for k in range(len(indices)):
        a[indices[k]] = np.maximum(a[indices[k]], values[k])


def minimum_at(a, indices, b):
    values = _values(a, indices, b)
    for k in range(len(indices)):
        a[indices[k]] = np.minimum(a[indices[k]], values[k])


def _values(a, indices, b):
    """What there is for each of the places, which are gone through in order."""
    if rank(indices) != 1 or is_mask(indices):
        refuse("ufunc.at has a derivative for places in a vector of integers; use a loop")
    return np.broadcast_to(b, (len(indices), *np.shape(a)[1:]))


def other_at(a, indices, b=None):
    refuse("this ufunc.at has no derivative: use a loop")


FUNCTIONS: dict[str, Any] = {
    "put": put,
    "put_along_axis": put_along_axis,
    "place": place,
    "putmask": putmask,
    "copyto": Written(copyto, ("where", "casting")),
    "subtract.at": subtract_at,
    "multiply.at": multiply_at,
    "divide.at": divide_at,
    "maximum.at": maximum_at,
    "minimum.at": minimum_at,
    "power.at": other_at,
    "negative.at": other_at,
    "exp.at": other_at,
}
