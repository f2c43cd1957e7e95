"""Choices among arrays, and parts of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import count, is_function, is_sequence, may_be_number, refuse


def select(condlist, choicelist, default=0):
    if not is_sequence(condlist) or not is_sequence(choicelist):
        refuse("np.select needs its lists in the call")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist)):
        result = np.where(condition, choice, result)
    return result


def choose(a, choices, mode="raise"):
    if not is_sequence(choices):
        refuse("np.choose needs its list of choices in the call")
    place = _within(a, count(choices), mode)
    result = np.copy(choices[0])
    for number, choice in enumerate(choices):
        if number > 0:
            result = np.where(np.equal(place, number), choice, result)
    return result


def _within(places, n, mode):
    """The places as NumPy takes them: as they are, counted around, or cut to 0, ..., n - 1."""
    if mode == "wrap":
        return np.remainder(places, n)
    return np.clip(places, 0, n - 1) if mode == "clip" else places


def take(a, indices, axis=None, mode="raise"):
    n = np.size(a) if axis is None else np.shape(a)[axis]
    return np.take(a, _within(indices, n, mode), axis=axis)


def piecewise(x, condlist, funclist, *args, **kw):
    if not is_sequence(funclist):
        refuse("np.piecewise needs its list of functions in the call")
    if not is_sequence(condlist):
        return piecewise(x, [condlist], funclist, *args, **kw)
    if may_be_number(x):
        conditions = [np.atleast_1d(condition) for condition in condlist]
        found = _piece_by_piece(np.atleast_1d(x), conditions, funclist, *args, **kw)
        return np.reshape(found, np.shape(x))
    return _piece_by_piece(x, condlist, funclist, *args, **kw)


def _piece_by_piece(x, condlist, funclist, *args, **kw):
    result = np.zeros_like(x)
    other = np.ones_like(x, dtype=bool)
    for number, function in enumerate(funclist):
        if number < count(condlist):
            chosen = np.logical_and(condlist[number], np.ones_like(other))
            other = np.logical_and(other, np.logical_not(chosen))
        else:
            chosen = other
        if is_function(function):
            result[chosen] = function(x[chosen], *args, **kw)
        else:
            result[chosen] = function
    return result


def compress(condition, a, axis=None):
    if axis is None:
        return np.ravel(a)[np.flatnonzero(condition)]
    return np.take(a, np.flatnonzero(condition), axis=axis)


def extract(condition, arr):
    return np.ravel(arr)[np.flatnonzero(condition)]


def partition(a, kth, axis=-1, kind="introselect"):
    if axis is None:
        flat = np.ravel(a)
        return flat[np.argpartition(flat, kth)]
    return np.take_along_axis(a, np.argpartition(a, kth, axis=axis), axis)


def sort(a, axis=-1, kind=None, stable=None):
    return np.sort(a, axis=axis)


FUNCTIONS: dict[str, Any] = {
    "select": select,
    "choose": choose,
    "take": Written(take, ("mode",)),
    "piecewise": piecewise,
    "compress": compress,
    "extract": extract,
    "partition": partition,
    "sort": Written(sort, ("kind", "stable"), 2),
}
