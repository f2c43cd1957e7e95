"""Reductions with where= and initial=, and what is a reduction of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import (
    has_dtype,
    is_complex,
    is_number,
    is_sequence,
    rank,
    refuse,
)


def sum_(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
    kept = a if where is None else np.where(where, a, 0)
    total = np.sum(kept, axis=axis, dtype=dtype, keepdims=keepdims)
    return total if initial is None else total + initial


def prod(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
    kept = a if where is None else np.where(where, a, 1)
    total = np.prod(kept, axis=axis, dtype=dtype, keepdims=keepdims)
    return total if initial is None else total * initial


def mean(a, axis=None, dtype=None, keepdims=False, where=True):
    total = np.sum(np.where(where, a, 0), axis=axis, dtype=dtype, keepdims=keepdims)
    return total / number(where, total, a, axis, keepdims)


def number(where, total, a, axis, keepdims):
    """How many are kept, as wide as their total."""
    kept = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims)
    return np.asarray(kept, dtype=total.dtype)


def var(a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    apart = np.where(where, a - mean(a, axis=axis, keepdims=True, where=where), 0)
    freedom = ddof if correction is None else correction
    if has_dtype(a) and is_complex(a):
        total = np.sum(np.real(apart * np.conj(apart)), axis=axis, keepdims=keepdims)
    else:
        total = np.sum(apart * apart, axis=axis, keepdims=keepdims)
    return total / (number(where, total, a, axis, keepdims) - freedom)


def std(a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    return np.sqrt(var(a, axis, ddof, keepdims, where, correction))


def max_(a, axis=None, keepdims=False, initial=None, where=None):
    if initial is None:
        refuse("np.max with where= needs initial=")
    kept = a if where is None else np.where(where, a, initial)
    chosen = np.max(kept, axis=axis, keepdims=keepdims)
    return np.maximum(chosen, initial)


def min_(a, axis=None, keepdims=False, initial=None, where=None):
    if initial is None:
        refuse("np.min with where= needs initial=")
    kept = a if where is None else np.where(where, a, initial)
    chosen = np.min(kept, axis=axis, keepdims=keepdims)
    return np.minimum(chosen, initial)


def any_(a, axis=None, keepdims=False, where=True):
    return np.any(np.logical_and(a, where), axis=axis, keepdims=keepdims)


def all_(a, axis=None, keepdims=False, where=True):
    return np.all(np.logical_or(a, np.logical_not(where)), axis=axis, keepdims=keepdims)


def cumulative_sum(x, axis=None, dtype=None, include_initial=False):
    if axis is None and rank(x) != 1:
        refuse("np.cumulative_sum needs an axis")
    along = 0 if axis is None else axis
    total = np.cumsum(x, axis=along)
    if include_initial:
        total = np.concatenate((np.take(np.zeros_like(total), [0], axis=along), total), axis=along)
    return total


def cumulative_prod(x, axis=None, dtype=None, include_initial=False):
    if axis is None and rank(x) != 1:
        refuse("np.cumulative_prod needs an axis")
    along = 0 if axis is None else axis
    total = np.cumprod(x, axis=along)
    if include_initial:
        total = np.concatenate((np.take(np.ones_like(total), [0], axis=along), total), axis=along)
    return total


def multiply_accumulate(array, axis=0):
    return np.cumprod(array, axis=axis)


def logical_and_reduce(array, axis=0, keepdims=False):
    return np.all(array, axis=axis, keepdims=keepdims)


def logical_or_reduce(array, axis=0, keepdims=False):
    return np.any(array, axis=axis, keepdims=keepdims)


def quantile_by(a, q, axis=None, method="linear", keepdims=False):
    """The element, or what is between two, at a place that the method tells."""
    if method == "linear":
        return np.quantile(a, q, axis=axis, keepdims=keepdims)
    if keepdims:
        refuse("np.quantile with a method and keepdims has no derivative; use np.expand_dims")
    if is_sequence(q) or not is_number(q):
        refuse("several quantiles by a method have no derivative: take one at a time")
    if method not in ("lower", "higher", "midpoint", "nearest"):
        refuse("np.quantile has a derivative for linear, lower, higher, midpoint and nearest")
    x = np.ravel(a) if axis is None else a
    along = 0 if axis is None else axis
    ordered = np.sort(x, axis=along)
    place = q * (np.shape(ordered)[along] - 1)
    low, high = int(np.floor(place)), int(np.ceil(place))
    if method == "lower":
        return np.take(ordered, low, axis=along)
    if method == "higher":
        return np.take(ordered, high, axis=along)
    if method == "nearest":
        return np.take(ordered, int(np.round(place)), axis=along)
    return 0.5 * (np.take(ordered, low, axis=along) + np.take(ordered, high, axis=along))


def percentile_by(a, q, axis=None, method="linear", keepdims=False):
    return quantile_by(a, q / 100, axis=axis, method=method, keepdims=keepdims)


def several_quantiles(a, q, axis=None, keepdims=False):
    x = np.asarray(a, dtype=float)
    return np.stack([np.quantile(x, share, axis=axis, keepdims=keepdims) for share in q])


def several_percentiles(a, q, axis=None, keepdims=False):
    x = np.asarray(a, dtype=float)
    return np.stack([np.percentile(x, share, axis=axis, keepdims=keepdims) for share in q])


def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    x = np.atleast_2d(_wide(m))
    if not rowvar and rank(m) != 1:
        x = x.T
    if y is not None:
        other = np.atleast_2d(_wide(y))
        if not rowvar and rank(y) != 1:
            other = other.T
        x = np.concatenate((x, other))
    freedom = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        apart = x - np.mean(x, axis=1, keepdims=True)
        joint = apart @ np.conj(apart.T) / (x.shape[1] - freedom)
    else:
        weights = fweights if aweights is None else aweights
        if fweights is not None and aweights is not None:
            weights = fweights * aweights
        total = np.sum(weights)
        apart = x - np.sum(x * weights, axis=1, keepdims=True) / total
        if freedom == 0:
            share = total
        elif aweights is None:
            share = total - freedom
        else:
            share = total - freedom * np.sum(weights * aweights) / total
        joint = (apart * weights) @ np.conj(apart.T) / share
    if y is None and rank(m) == 1:
        return joint[0, 0]
    return np.squeeze(joint)


def _wide(x):
    """float64, but for complex numbers."""
    return np.asarray(x) if is_complex(x) else np.asarray(x, dtype=float)


def corrcoef(x, y=None, rowvar=True):
    joint = cov(x, y, rowvar)
    if rank(joint) == 0:
        return joint / joint
    scale = np.sqrt(np.diag(joint).real)
    return np.clip(joint / scale[:, None] / scale[None, :], -1, 1)


def average(a, axis=None, weights=None, returned=False, keepdims=False):
    if weights is None:
        shares = np.ones_like(a)
    elif rank(weights) != rank(a):
        shares = np.moveaxis(np.broadcast_to(weights, np.moveaxis(a, axis, -1).shape), -1, axis)
    else:
        shares = weights
    total = np.sum(shares, axis=axis, keepdims=keepdims)
    centre = np.sum(a * shares, axis=axis, keepdims=keepdims) / total
    if returned:
        return centre, total * np.ones_like(centre)
    return centre


KEPT = ("where", "initial")
FUNCTIONS: dict[str, Any] = {
    "sum": Written(sum_, KEPT),
    "prod": Written(prod, KEPT),
    "mean": Written(mean, KEPT),
    "var": Written(var, ("where", "correction")),
    "std": Written(std, ("where", "correction")),
    "max": Written(max_, KEPT),
    "amax": Written(max_, KEPT),
    "min": Written(min_, KEPT),
    "amin": Written(min_, KEPT),
    "any": Written(any_, KEPT),
    "all": Written(all_, KEPT),
    "cumulative_sum": cumulative_sum,
    "cumulative_prod": cumulative_prod,
    "multiply.accumulate": multiply_accumulate,
    "logical_and.reduce": logical_and_reduce,
    "logical_or.reduce": logical_or_reduce,
    "cov": cov,
    "corrcoef": corrcoef,
    "average": Written(average, ("returned", "keepdims")),
    "quantile.by_method": quantile_by,
    "percentile.by_method": percentile_by,
    "quantile.several_quantiles": several_quantiles,
    "percentile.several_percentiles": several_percentiles,
}
