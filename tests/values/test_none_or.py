"""What is None on one path and a number on another, where None has a meaning: an axis, an index."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad
from adcompile.passes import PASSES

A = np.arange(12.0).reshape(3, 4) * 0.3 + 0.5
V = np.array([1.3, 2.4, 0.7, -0.2])


def summed(x, whole):
    axis = None if whole else 0
    return np.sum(np.sum(x * x, axis=axis) * 0.5)


def by_position(x, whole):
    axis = None if whole else (0,)
    return np.sum(np.sum(x * x, axis) * x[0])


def averaged(x, whole):
    axis = 1
    if whole:
        axis = None
    return np.sum(x.mean(axis=axis, keepdims=True) * x) + np.sum(np.max(x, axis=axis) ** 2)


def ordered(x, whole):
    axis = None if whole else 1
    return np.sum(np.sort(x * x, axis=axis) ** 2 * 0.3)


def given_on(x, whole):
    def total(a, axis=None):
        return a.sum(axis=axis)

    return np.sum(total(x * x, None if whole else 1) ** 2)


def weighted(x, whole):
    w = None if whole else x[:, 0]
    return np.sum(np.average(x * x, axis=0, weights=w))


def bounded(x, whole):
    low = None if whole else 2.1
    return np.sum(np.clip(x, low, 3.05) * x)


def turned(x, whole):
    axis = None
    for n in range(1 if whole else 2):
        x = x * np.sum(x, axis=axis)
        axis = n
    return np.sum(x)


AXES = [summed, by_position, averaged, ordered, given_on, weighted, bounded, turned]


def slope(function, x, way, *rest):
    ends = [function(x + step * way, *rest) for step in (1e-6, -1e-6)]
    return (ends[0] - ends[1]) / 2e-6


@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["all", "none"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("function", AXES, ids=lambda f: f.__name__)
def test_an_option_that_is_none_on_one_path(function, whole, passes):
    way = np.sin(np.arange(12.0)).reshape(3, 4)
    wanted = slope(function, A, way, whole)
    value, bar = ad.value_and_grad(function, wrt="x", passes=passes)(A, whole)
    assert value == pytest.approx(function(A, whole))
    assert np.sum(bar * way) == pytest.approx(wanted, rel=1e-7)
    dot = ad.jvp(function, (A, whole), (way, None), passes=passes)[1]
    assert dot == pytest.approx(wanted, rel=1e-7)


# Indices


def read_there(x, whole):
    i = None if whole else 1
    return np.sum(x[i] * x)


def written_there(x, whole):
    i = None if whole else 1
    y = x * 2.0
    y[i] = x[0] * 3.0
    return np.sum(y * x)


def added_there(x, whole):
    i = None if whole else 1
    y = x * 2.0
    y[i] += x[0] * 3.0
    return np.sum(y * x)


@pytest.mark.parametrize(
    "function", [read_there, written_there, added_there], ids=lambda f: f.__name__
)
def test_an_index_that_is_none_is_an_error_when_it_runs(function):
    """It would make an axis, of which the derivative knows nothing."""
    way = np.array([0.3, -0.4, 0.5, 0.7])
    bar = ad.grad(function, wrt="x")(V, False)
    assert np.sum(bar * way) == pytest.approx(slope(function, V, way, False), rel=1e-7)
    with pytest.raises(TypeError, match="NoneType"):
        ad.grad(function, wrt="x")(V, True)


def largest(x, known):
    best = None
    for i in range(len(x)):
        if best is None or x[i] > x[best]:
            best = i
    if best is not None:
        return x[best] ** 2
    return x.sum()


def test_what_a_test_for_none_has_found_is_there():
    np.testing.assert_allclose(ad.grad(largest, wrt="x")(V, True), [0.0, 4.8, 0.0, 0.0])
    assert "int(best" not in ad.differentiate(wrt="x")(largest).source("adjoint", V, True)


def a_slice_or_places(x, whole):
    i = slice(0, 2) if whole else np.array([0, 0, 1])
    return np.sum(x[i] ** 2)


def added_to_places(x, whole):
    i = slice(1, 3) if whole else [0, 0, 1]
    y = np.zeros(4)
    y[i] = x[:2] if whole else x[:3]
    y[i] += x[0]
    return np.sum(y * x)


def read_one_by_one(x, whole):
    i = slice(0, 2) if whole else np.array([0, 0])
    part = x[i]
    total = 0.0
    for k in range(2):
        total = total + part[k] ** 2 * (k + 1)
    return total


def a_mask_or_places(x, whole):
    i = x > 0.8 if whole else np.array([0, 0])
    y = x * 1.0
    y[i] = x[2] ** 2
    y[i] += x[1]
    return np.sum(y * x)


PLACES = [a_slice_or_places, added_to_places, read_one_by_one, a_mask_or_places]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("function", PLACES, ids=lambda f: f.__name__)
def test_places_that_may_repeat_on_one_path_add_up(function, whole):
    way = np.array([0.3, -0.4, 0.5, 0.7])
    wanted = slope(function, V, way, whole)
    bar = ad.grad(function, wrt="x")(V, whole)
    assert np.sum(bar * way) == pytest.approx(wanted, rel=1e-7)
    assert ad.jvp(function, (V, whole), (way, None))[1] == pytest.approx(wanted, rel=1e-7)


def part_or_none(x, whole):
    i = None if whole else slice(0, 2)
    return np.sum(x[i] ** 2)


def test_an_index_that_is_none_on_one_path_raises_there():
    assert list(ad.grad(part_or_none, wrt="x")(V, False)) == [*(2 * V[:2]), *(0 * V[2:])]
    with pytest.raises(TypeError, match="would make an axis"):
        ad.grad(part_or_none, wrt="x")(V, True)
