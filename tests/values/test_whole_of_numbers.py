"""s[()] and s[...] of a number of NumPy's: its derivative may be a number of Python's."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = """
def a_sum(x: "float[n]"):
    s = np.sum(x)
    return s[()] * s[...] * x[1]


def of_no_axes(x: "float[n]"):
    s = np.array(x[0])
    s = s * x[1]
    x[2] = s
    return s[()] * x[2] + s[...] * x[1]


def on_one_path(x: "float[n]"):
    s = np.sum(x) if x[0] > 0.0 else np.float64(2.0)
    return s[()] * x[1] + s[...]


def from_turn_to_turn(x: "float[n]"):
    s = np.float64(0.0)
    for i in range(3):
        t = s[...]
        t += x[i]
        s = s[()] * x[i] + t
    return s[()] * x[1] + t
"""
NAMES = ("a_sum", "of_no_axes", "on_one_path", "from_turn_to_turn")
X, DOT = np.array([0.7, -1.2, 2.1]), np.array([0.3, -0.7, 1.1])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("whole"), NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_derivatives(faces, name, way, sign):
    faces.check(name, way, (sign * X,), DOT)
