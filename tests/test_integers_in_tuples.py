"""Tuples of integers in lists, where other tuples have numbers or arrays that move."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = """
def appended(x: "float[n]"):
    pairs = [(4, 3)]
    if x[0] > 0.2:
        pairs.append((x[0], 2))
    return sum(a**2 * x[1] * b for a, b in pairs)


def on_the_other_side(x: "float[n]"):
    pairs = [(4, x[1])]
    if x[0] > 0.2:
        pairs.append((x[0], 2))
    total = 0.0
    for k in range(len(pairs)):
        total += pairs[k][0] ** 2 * pairs[k][1]
    return total


def in_lists(x: "float[n]"):
    groups = [[(4, 3)], [(x[0], x[1])]]
    i = 0 if x[0] > 0.2 else 1
    return groups[i][0][0] ** 2 * x[1] * groups[i][0][1] + groups[1 - i][0][0]


def in_tuples(x: "float[n]"):
    found = [("a", 2, (3, x[0]))]
    if x[0] > 0.2:
        found.append(("b", x[1], (x[2], 4)))
    total = 0.0
    for k in range(len(found)):
        total += (2 if found[k][0] == "a" else 3) * found[k][1] * found[k][2][0] * found[k][2][1]
    return total


def arrays(x: "float[n]"):
    found = [(np.arange(3), 2)]
    if x[0] > 0.2:
        found.append((x[:3], 2))
    total = 0.0
    for k in range(len(found)):
        total += np.sum(found[k][0]) ** 2 * x[1] * found[k][1]
    return total


class Rank:
    def __init__(self, t, n):
        self.t = t
        self.n = n

    def __lt__(self, other):
        return self.t < other.t


def sorted_objects(x: "float[n]"):
    ranks = sorted([Rank(x[0], 1), Rank(x[1], 2), Rank(len(x), 3)], reverse=True)
    return ranks[0].t * ranks[0].n * x[0] + ranks[1].t * ranks[1].n
"""
NAMES = ("appended", "on_the_other_side", "in_lists", "in_tuples", "arrays", "sorted_objects")
X, DOT = np.array([0.7, -1.2, 2.1]), np.array([0.3, -0.7, 1.1])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("integers"), NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_derivatives(faces, name, way, sign):
    faces.check(name, way, (sign * X,), DOT)
