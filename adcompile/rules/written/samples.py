"""Histograms, and functions of samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import is_number


def histogram(a, bins=10, range=None, density=None, weights=None):
    values = np.ravel(a)
    edges = histogram_bin_edges(a, bins, range)
    number = len(edges) - 1
    inside = np.logical_and(values >= edges[0], values <= edges[-1])
    place = np.searchsorted(edges, values[inside], side="right") - 1
    place = np.minimum(place, number - 1)
    if weights is None:
        counts = np.bincount(place, minlength=number)
    else:
        counts = np.bincount(place, np.ravel(weights)[inside], minlength=number)
    if density:
        counts = counts / np.diff(edges) / np.sum(counts)
    return counts, edges


def histogram_bin_edges(a, bins=10, range=None, weights=None):
    if not is_number(bins):
        return np.asarray(bins)
    if range is None:
        low, high = np.min(a), np.max(a)
    else:
        low, high = range[0], range[1]
    widened = 0.5 * (low == high)
    return np.linspace(low - widened, high + widened, bins + 1)


def modf(x):
    whole = np.trunc(x)
    return x - whole, whole


def divmod_(x1, x2):
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


def einsum(*operands, optimize=False):
    return np.einsum(*operands)


FUNCTIONS: dict[str, Any] = {
    "histogram": histogram,
    "histogram_bin_edges": histogram_bin_edges,
    "modf": modf,
    "divmod": divmod_,
    "einsum": Written(einsum, ("optimize",)),
}
