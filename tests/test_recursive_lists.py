"""Lists that a recursion returns: how long they are is not known by the path that ends it."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

TEXT = '''
def scanned(p):
    if len(p) == 1:
        return [p[0]]
    left = scanned(p[: len(p) // 2])
    right = scanned(p[len(p) // 2 :])
    return left + [left[-1] * math.sin(r) for r in right]


def second(x: "float[3]"):
    found = scanned([x[0], x[1], x[0] * x[2]])
    return found[1] + found[2] * found[0]


def told_apart(x: "float[3]"):
    one, other, last = scanned([x[0], x[1], x[0] * x[2]])
    return one * other + math.sin(last)


def powers(t, n):
    if n == 0:
        return [t]
    held = powers(t, n - 1)
    held.append(held[-1] * t)
    return held


def third(x: "float[3]"):
    found = powers(x[0], 3)
    found[1] = x[1] * found[2]
    return found[1] + found[3]
'''
NAMES = ("second", "told_apart", "third")


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("recursive"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    x, dot = np.array([0.7, 0.4, 1.1]), np.array([0.3, -0.7, 1.9])
    slope = faces.slope(name, (x,), dot)
    np.testing.assert_allclose(faces.tangent(name, way, (x,), dot), slope, 1e-6)
    np.testing.assert_allclose(faces.adjoint(name, way, (x,)) @ dot, slope, 1e-6)
