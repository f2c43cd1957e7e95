"""Masks of what has no axes, where nothing is said of the arguments: NumPy's numbers have them."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = '''
def read(x, w):
    return np.sum(x[x > 0]) * w


def read_twice(x, w):
    y = x[x > 0.5] * 2.0
    return np.sum(y * w) + np.sum(x[x > -4.0])


def written(x, w):
    y = np.array(np.sqrt(np.abs(x)) * 1.0)
    y[x > 0.5] = 3.0 * w
    return np.sum(y * x)


def written_over(x, w):
    y = np.asarray(x * w)
    y[y > 1.0] = w
    return np.sum(y * y)


def both_sides(x, w):
    x = np.asarray(x)
    y = np.zeros_like(x)
    m = x > 0.5
    y[m] = x[m] * w
    y[~m] = w
    return np.sum(y)


def added(x, w):
    y = np.array(x * w)
    y[x > 0.5] += w
    return np.sum(y)


def sigmoid(x, w):
    x = np.asarray(x, dtype=float)
    out = np.empty_like(x)
    pos = x >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-x[pos]))
    e = np.exp(x[~pos])
    out[~pos] = e / (1.0 + e)
    return np.sum(out * w)


def in_a_loop(x, w):
    y = np.array(x * 1.0)
    for _ in range(3):
        y[y > 0.5] = y[y > 0.5] * w
        y = np.asarray(y * 1.5)
    return np.sum(y * y)
'''
NAMES = ("read", "read_twice", "written", "written_over", "both_sides", "added", "sigmoid",
         "in_a_loop")  # fmt: skip
GIVEN = {
    "number": np.float64(1.5), "negative": np.float64(-1.5), "point": np.array(1.5),
    "vector": np.array([-1.0, 2.0, 3.0]), "matrix": np.array([[-1.0, 2.0], [0.7, -3.0]]),
}  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("masks"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("name", NAMES)
def test_the_derivatives_are_those_of_the_path(faces, name, given, way):
    x = GIVEN[given]
    dot = np.sin(1.0 + np.arange(x.size)).reshape(x.shape)[()]
    wanted = faces.slope(name, (x, 1.3), dot)
    assert faces.tangent(name, way, (x, 1.3), dot) == pytest.approx(wanted, rel=1e-7)
    bar = faces.adjoint(name, way, (x, 1.3))
    assert np.shape(bar) == x.shape
    assert np.sum(bar * dot) == pytest.approx(wanted, rel=1e-7)
