"""Histograms, and functions of samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import (
    count,
    has_dtype,
    is_complex,
    is_integer,
    is_number,
    is_sequence,
    is_text,
    items,
    refuse,
    span,
)


def histogram(a, bins=10, range=None, density=None, weights=None):
    values = np.ravel(a)
    edges = histogram_bin_edges(a, bins, range)
    number = len(edges) - 1
    inside = np.logical_and(values >= edges[0], values <= edges[-1])
    place = np.minimum(np.searchsorted(edges, values[inside], side="right") - 1, number - 1)
    counts = _counted(place, inside, weights, number)
    if density:
        counts = counts / np.asarray(np.diff(edges), dtype=float) / np.sum(counts)
    return counts, edges


def _counted(place, inside, weights, number):
    """The sum of the weights of what is inside, for each of so many places."""
    if weights is None:
        return np.bincount(place, minlength=number)
    weights = np.asarray(weights)
    given = np.ravel(weights)[inside]
    if has_dtype(weights) and is_complex(weights):
        real = np.bincount(place, given.real, minlength=number)
        return real + 1j * np.bincount(place, given.imag, minlength=number)
    counts = np.bincount(place, given, minlength=number)
    return counts if is_integer(weights) else np.asarray(counts, dtype=weights.dtype)


def histogram_bin_edges(a, bins=10, range=None, weights=None):
    if is_text(bins):
        refuse("the number of bins must be a number: those named by a text jump with the data")
    if not is_number(bins):
        return np.asarray(bins)
    a = np.asarray(a)
    if range is None:
        low, high = np.min(a), np.max(a)
    else:
        low, high = range[0], range[1]
    widened = 0.5 * (low == high)
    edges = np.linspace(low - widened, high + widened, bins + 1)
    return edges if is_integer(a) else np.asarray(edges, dtype=a.dtype)


def histogram2d(x, y, bins=10, range=None, density=None, weights=None):
    separate = bins
    if is_number(bins):
        separate = [bins, bins]
    elif count(bins) != 2:
        separate = [bins, bins]
    columns = (np.asarray(x), np.asarray(y))
    found, edges = _histogram(columns, separate, range, density, weights)
    return found, edges[0], edges[1]


def histogramdd(sample, bins=10, range=None, density=None, weights=None):
    columns = _columns_of(sample)
    separate = [bins for _ in columns] if is_number(bins) else bins
    return _histogram(columns, separate, range, density, weights)


def _columns_of(sample):
    """Of an array of points, or a list of all first coordinates, of all second ones, ..."""
    if is_sequence(sample):
        return tuple(np.asarray(column) for column in sample)
    return tuple(np.asarray(column) for column in items(sample.T))


def _histogram(columns, bins, range, density, weights):
    """The bins one after another, of which each point has one place."""
    edges = [
        histogram_bin_edges(column, some)
        if range is None
        else histogram_bin_edges(np.asarray(column, dtype=float), some, range[i])
        for i, (column, some) in enumerate(zip(columns, bins))
    ]
    inside = np.ones(np.shape(columns[0]), dtype=bool)
    for column, ends in zip(columns, edges):
        inside = np.logical_and(inside, np.logical_and(column >= ends[0], column <= ends[-1]))
    place = np.zeros(np.count_nonzero(inside), dtype=int)
    for column, ends in zip(columns, edges):
        at = np.searchsorted(ends, column[inside], side="right") - 1
        place = place * (len(ends) - 1) + np.minimum(at, len(ends) - 2)
    shape = tuple(len(ends) - 1 for ends in edges)
    counts = _counted(place, inside, weights, int(np.prod(shape)))
    found = np.reshape(np.asarray(counts, dtype=float), shape)
    if density:
        total = np.sum(found)
        for i, ends in enumerate(edges):
            width = tuple(-1 if i == j else 1 for j in span(count(columns)))
            found = found / np.reshape(np.diff(ends), width)
        found = found / total
    return found, edges


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
    "histogram2d": histogram2d,
    "histogramdd": histogramdd,
    "modf": modf,
    "divmod": divmod_,
    "einsum": Written(einsum, ("optimize",)),
}
