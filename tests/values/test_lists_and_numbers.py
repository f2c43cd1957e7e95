"""Lists and tuples beside a number that NumPy has made, which takes them as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import flat
from two_faces import WAYS, TwoFaces

import adcompile as ad

TEXT = """
def standardised(x: "list[float]"):
    return np.sum(((x - np.mean(x)) / np.std(x)) ** 3)


def softmax(x: "list[float]"):
    e = np.exp(x - np.max(x))
    return (e / e.sum())[0]


def joined_not(x: "list[float]"):
    return (x + np.sum(x)) @ (np.float64(2.0) - x)


def in_place(x: "list[float]"):
    total = np.sum(np.array([1.0, 2.0]))
    total += x
    total -= 1
    return total @ total


def above(x: "list[float]"):
    return np.sum(np.where(x > np.mean(x), x, 0.0))


def centred(x: "list[list[float]]"):
    return np.sum((x - np.mean(x)) ** 3)
"""
POINT = [1.0, 2.0, 4.5]
CALLS = {name: POINT for name in ("standardised", "softmax", "joined_not", "in_place", "above")}
CALLS["centred"] = [[1.0, 2.0], [0.3, 4.0]]


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("numbers"))


def slope(function, x):
    x = np.array(x)
    dot = np.cos(x)
    ends = [function((x + step * dot).tolist()) for step in (1e-6, -1e-6)]
    return (ends[0] - ends[1]) / 2e-6, dot.tolist()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name, x", CALLS.items(), ids=CALLS)
def test_they_are_arrays(name, x, way, faces):
    expected, dot = slope(faces.function(name), x)
    np.testing.assert_allclose(faces.tangent(name, way, (x,), dot), expected, rtol=1e-7)
    bar = faces.adjoint(name, way, (x,))
    np.testing.assert_allclose(flat(bar) @ flat(dot), expected, rtol=1e-7)


@pytest.mark.parametrize("name", ("standardised", "softmax", "joined_not", "in_place", "above"))
def test_so_are_tuples(name, faces):
    expected, dot = slope(faces.function(name), POINT)
    bar = ad.grad(faces.function(name))(tuple(POINT))
    np.testing.assert_allclose(flat(bar) @ flat(dot), expected, rtol=1e-7)
