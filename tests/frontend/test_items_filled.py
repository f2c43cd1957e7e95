"""Items of a list that are made anew and then changed in place; what they are is not known."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = """
def arrays(x):
    buf = [np.zeros(4), np.zeros(4)]
    for k in range(5):
        buf[k % 2] = x * k
        buf[k % 2] += 0.5
    return np.sum(buf[0] * buf[1])


def by_what_moves(x):
    buf = [np.zeros(4), np.zeros(4)]
    for k in range(5):
        buf[k % 2] = x * k
        buf[k % 2] += x[1]
        buf[k % 2] *= x
    return np.sum(buf[0] * buf[1])


def numbers_at_first(x):
    buf = [0.0, 0.0]
    for k in range(5):
        buf[k % 2] = x * k
        buf[k % 2] += x[1]
    return np.sum(buf[0] * buf[1])


def lists_of_lists(x):
    buf = [[0.0, 0.0], [1.0, 2.0]]
    for k in range(5):
        buf[k % 2][1] = x * k
        buf[k % 2][1] += 0.5
    return np.sum(buf[0][1] * buf[1][1])


def rows(x):
    buf = np.zeros((2, 4))
    for k in range(5):
        buf[k % 2] = x * k
        buf[k % 2] += 0.5
    return np.sum(buf[0] * buf[1])
"""
NAMES = ("arrays", "by_what_moves", "numbers_at_first", "lists_of_lists", "rows")
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("filled"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_items_filled(name, way, faces):
    faces.check(name, way, (X,), DOT)
