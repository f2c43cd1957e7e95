"""A loop returns a view of one of several arrays, and which one is known where it returns only."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

TEXT = '''
def reversed_view(x: np.ndarray):
    for e in x:
        if e > 0.5:
            for v in (0.3, 0.9, 0.4):
                x[0] = v * e
                x = x * x
                if v > e:
                    break
            return x[::-1]
        x[1] = e * e
    return np.sin(x)


def part(x: np.ndarray):
    k = 0
    while k < 4:
        if x[k] > 0.5:
            for v in (0.3, 0.9, 0.4):
                x[k] *= v
                x = x * x[k]
                if v > x[1]:
                    break
            return x[1:3]
        x[0] += x[k]
        k += 1
    return np.sin(x[:2])


def of_what_turns_have_made(x: np.ndarray):
    return np.sum(reversed_view(x) ** 2 * np.array([0.3, 1.0, -0.7, 0.4]))


def of_what_is_changed_too(x: np.ndarray):
    y = part(x)
    y *= x[0]
    return y[0] * y[1] - y[1] ** 3
'''
NAMES = "of_what_turns_have_made", "of_what_is_changed_too"
POINTS = {
    "in the first turn": [0.7, -1.2, 2.1, 0.4],
    "in the third turn": [0.1, -1.2, 0.8, 0.4],
    "nowhere": [0.1, -1.2, 0.07, 0.04],
}


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("returned"), NAMES)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way, point):
    x, dot = np.array(POINTS[point]), np.array([0.3, -0.7, 1.9, 0.8])
    faces.check(name, way, (x,), dot)
