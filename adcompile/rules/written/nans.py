"""Reductions that leave out nan, with where= and initial=."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written, reductions

KEPT = ("where", "initial", "dtype")


def nansum(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
    numbers = np.where(np.isnan(a), 0, a)
    return reductions.sum_(numbers, axis, dtype, keepdims, initial, where)


def nanprod(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
    numbers = np.where(np.isnan(a), 1, a)
    return reductions.prod(numbers, axis, dtype, keepdims, initial, where)


def nanmax(a, axis=None, keepdims=False, initial=None, where=None):
    numbers = a if initial is None else np.where(np.isnan(a), reductions.begun(initial, a, a), a)
    return reductions.max_(numbers, axis, keepdims, initial, where)


def nanmin(a, axis=None, keepdims=False, initial=None, where=None):
    numbers = a if initial is None else np.where(np.isnan(a), reductions.begun(initial, a, a), a)
    return reductions.min_(numbers, axis, keepdims, initial, where)


def nanmean(a, axis=None, dtype=None, keepdims=False, where=True):
    numbers = np.where(where, a, np.nan)
    if dtype is not None:
        numbers = np.asarray(numbers, dtype=dtype)
    return np.nanmean(numbers, axis=axis, keepdims=keepdims)


def nanvar(a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    freedom = ddof if correction is None else correction
    return np.nanvar(np.where(where, a, np.nan), axis=axis, ddof=freedom, keepdims=keepdims)


def nanstd(a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    freedom = ddof if correction is None else correction
    return np.nanstd(np.where(where, a, np.nan), axis=axis, ddof=freedom, keepdims=keepdims)


def nancumsum(a, axis=None, dtype=None):
    return np.nancumsum(np.asarray(a, dtype=dtype), axis=axis)


def nancumprod(a, axis=None, dtype=None):
    return np.nancumprod(np.asarray(a, dtype=dtype), axis=axis)


def cumsum(a, axis=None, dtype=None):
    return np.cumsum(np.asarray(a, dtype=dtype), axis=axis)


def cumprod(a, axis=None, dtype=None):
    return np.cumprod(np.asarray(a, dtype=dtype), axis=axis)


FUNCTIONS: dict[str, Any] = {
    "nansum": Written(nansum, ("where", "initial")),
    "nanprod": Written(nanprod, KEPT),
    "nanmax": Written(nanmax, ("where", "initial")),
    "nanmin": Written(nanmin, ("where", "initial")),
    "nanmean": Written(nanmean, ("where", "dtype")),
    "nanvar": Written(nanvar, ("where", "correction")),
    "nanstd": Written(nanstd, ("where", "correction")),
    "nancumsum": Written(nancumsum, ("dtype",)),
    "nancumprod": Written(nancumprod, ("dtype",)),
    "cumsum": Written(cumsum, ("dtype",)),
    "cumprod": Written(cumprod, ("dtype",)),
}
