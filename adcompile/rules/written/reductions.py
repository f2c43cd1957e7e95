"""Reductions with where= and initial=, and what is a reduction of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import (
    axes_of,
    count,
    has_dtype,
    is_complex,
    is_integer,
    is_none,
    is_number,
    is_sequence,
    is_single,
    is_weak,
    rank,
    refuse,
    without,
)


def sum_(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
    kept = a if where is None else np.where(where, a, 0)
    total = np.sum(kept, axis=axis, dtype=dtype, keepdims=keepdims)
    return total if initial is None else total + begun(initial, total, a)


def begun(initial, total, a):
    """What a reduction of `a` begins with, of the type that its result is of without it."""
    if has_dtype(a) and has_dtype(total) and not is_integer(total) and not is_single(total):
        return initial
    if is_weak(initial) and not is_integer(total):
        return initial
    return np.asarray(initial, dtype=total.dtype)


def prod(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
    kept = a if where is None else np.where(where, a, 1)
    total = np.prod(kept, axis=axis, dtype=dtype, keepdims=keepdims)
    return total if initial is None else total * begun(initial, total, a)


def mean(a, axis=None, dtype=None, keepdims=False, where=True):
    total = np.sum(np.where(where, a, 0), axis=axis, dtype=dtype, keepdims=keepdims)
    return total / number(where, total, a, axis, keepdims)


def number(where, total, a, axis, keepdims):
    """How many are kept, as wide as their total."""
    kept = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims)
    return np.asarray(kept, dtype=total.dtype)


def var(a, axis=None, ddof=0, keepdims=False, where=True, correction=None, mean=None):
    centre = average_of(a, axis, where) if mean is None else mean
    apart = np.where(where, a - centre, 0)
    freedom = ddof if correction is None else correction
    if has_dtype(a) and is_complex(a):
        total = np.sum(np.real(apart * np.conj(apart)), axis=axis, keepdims=keepdims)
    else:
        total = np.sum(apart * apart, axis=axis, keepdims=keepdims)
    return total / (number(where, total, a, axis, keepdims) - freedom)


def average_of(a, axis, where):
    return mean(a, axis=axis, keepdims=True, where=where)


def std(a, axis=None, ddof=0, keepdims=False, where=True, correction=None, mean=None):
    return np.sqrt(var(a, axis, ddof, keepdims, where, correction, mean))


def max_(a, axis=None, keepdims=False, initial=None, where=None):
    if is_none(initial):
        refuse("np.max with where= needs initial=")
    kept = a if where is None else np.where(where, a, begun(initial, a, a))
    if np.size(kept) == 0:
        return np.sum(kept, axis=axis, keepdims=keepdims) + begun(initial, a, a)
    chosen = np.max(kept, axis=axis, keepdims=keepdims)
    return np.maximum(chosen, begun(initial, chosen, a))


def min_(a, axis=None, keepdims=False, initial=None, where=None):
    if is_none(initial):
        refuse("np.min with where= needs initial=")
    kept = a if where is None else np.where(where, a, begun(initial, a, a))
    if np.size(kept) == 0:
        return np.sum(kept, axis=axis, keepdims=keepdims) + begun(initial, a, a)
    chosen = np.min(kept, axis=axis, keepdims=keepdims)
    return np.minimum(chosen, begun(initial, chosen, a))


def any_(a, axis=None, keepdims=False, where=True):
    return np.any(np.logical_and(a, where), axis=axis, keepdims=keepdims)


def all_(a, axis=None, keepdims=False, where=True):
    return np.all(np.logical_or(a, np.logical_not(where)), axis=axis, keepdims=keepdims)


def cumulative_sum(x, axis=None, dtype=None, include_initial=False):
    if axis is None and rank(x) != 1:
        refuse("np.cumulative_sum needs an axis")
    along = 0 if axis is None else axis
    total = np.cumsum(x if dtype is None else np.asarray(x, dtype=dtype), axis=along)
    if include_initial:
        total = np.concatenate((np.take(np.zeros_like(total), [0], axis=along), total), axis=along)
    return total


def cumulative_prod(x, axis=None, dtype=None, include_initial=False):
    if axis is None and rank(x) != 1:
        refuse("np.cumulative_prod needs an axis")
    along = 0 if axis is None else axis
    total = np.cumprod(x if dtype is None else np.asarray(x, dtype=dtype), axis=along)
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
    """The element, or what is between two, at a place that the method tells; an axis more in front
    for each of q."""
    if is_number(q):
        return _one_quantile(a, q, axis, method, keepdims)
    x = a if method in ("lower", "higher", "nearest") else np.asarray(a, dtype=float)
    if not is_sequence(q) and rank(q) == 1:
        return np.stack([_one_quantile(x, share, axis, method, keepdims) for share in q])
    return np.stack([quantile_by(x, share, axis, method, keepdims) for share in q])


def _one_quantile(a, q, axis, method, keepdims):
    if method == "linear":
        return np.quantile(a, q, axis=axis, keepdims=keepdims)
    ordered = np.sort(_lines(a, axis), axis=-1)
    n = np.shape(ordered)[-1]
    place = _place(q, n, method)
    low, high = int(np.floor(place)), int(np.ceil(place))
    if method == "lower":
        found = ordered[..., low]
    elif method == "higher":
        found = ordered[..., high]
    elif method == "nearest":
        found = ordered[..., int(np.round(place))]
    else:
        share = 0.5 if method == "midpoint" else place - low
        found = ordered[..., low] * (1 - share) + ordered[..., high] * share
    return np.expand_dims(found, axes_of(axis, rank(a))) if keepdims else found


def _place(q, n, method):
    """From 0, in the sorted order."""
    if method in ("lower", "higher", "midpoint", "nearest"):
        return q * (n - 1)
    if method == "hazen":
        first, last = 0.5, 0.5
    elif method == "weibull":
        first, last = 0.0, 0.0
    elif method == "median_unbiased":
        first, last = 1 / 3, 1 / 3
    elif method == "normal_unbiased":
        first, last = 0.375, 0.375
    elif method == "interpolated_inverted_cdf":
        first, last = 0.0, 1.0
    else:
        refuse("np.quantile has no derivative by this method; use one that does not jump")
    return min(max(n * q + first + q * (1 - first - last) - 1, 0), n - 1)


def _lines(a, axis):
    """What goes into one of the result along the last axis."""
    if axis is None:
        return np.ravel(a)
    if not is_sequence(axis):
        return np.moveaxis(a, axis, -1)
    axes = axes_of(axis, rank(a))
    moved = np.transpose(a, (*without(axes, rank(a)), *axes))
    return np.reshape(moved, (*moved.shape[: rank(a) - count(axes)], -1))


def percentile_by(a, q, axis=None, method="linear", keepdims=False):
    shares = q / 100 if is_number(q) else np.asarray(q) / 100
    return quantile_by(a, shares, axis=axis, method=method, keepdims=keepdims)


def several_quantiles(a, q, axis=None, keepdims=False):
    x = np.asarray(a, dtype=float)
    return np.stack([np.quantile(x, share, axis=axis, keepdims=keepdims) for share in q])


def several_percentiles(a, q, axis=None, keepdims=False):
    x = np.asarray(a, dtype=float)
    return np.stack([np.percentile(x, share, axis=axis, keepdims=keepdims) for share in q])


def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    joint = _joint(m, y, rowvar, bias, ddof, fweights, aweights)
    if y is None and rank(m) == 1:
        return joint[0, 0]
    return np.squeeze(joint)


def _joint(m, y, rowvar, bias, ddof, fweights, aweights):
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
        return apart @ np.conj(apart.T) / (x.shape[1] - freedom)
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
    return (apart * weights) @ np.conj(apart.T) / share


def _wide(x):
    """float64, but for complex numbers."""
    return np.asarray(x) if is_complex(x) else np.asarray(x, dtype=float)


def corrcoef(x, y=None, rowvar=True):
    joint = _joint(x, y, rowvar, False, None, None, None)
    if y is None and rank(x) == 1:
        return joint[0, 0] / joint[0, 0]
    scale = np.sqrt(np.diag(joint).real)
    return np.squeeze(np.clip(joint / scale[:, None] / scale[None, :], -1, 1))


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
    "var": Written(var, ("where", "correction", "mean")),
    "std": Written(std, ("where", "correction", "mean")),
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
    "average": Written(average, ("returned", "keepdims"), 3),
    "quantile.by_method": quantile_by,
    "percentile.by_method": percentile_by,
    "quantile.several_quantiles": several_quantiles,
    "percentile.several_percentiles": several_percentiles,
}
