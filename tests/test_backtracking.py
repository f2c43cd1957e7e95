"""Recursion with a list of the function around it, from which it takes what it has put there."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = '''
def halves(x: "float[4]"):
    best, path = [1e9], []

    def visit(i, c):
        if i == len(x):
            if c < best[0]:
                best[0] = c
            return
        path.append(i)
        visit(i + 1, c + x[i])
        visit(i + 1, c + x[i] ** 2)
        path.pop()

    visit(0, 0.0)
    return best[0]


def orders(x: "float[4]"):
    best, path = [-1e9], []

    def visit(i):
        if i == len(x):
            c = 0.0
            for j, k in enumerate(path):
                c += x[k] * (j + 1) * x[0]
            best[0] = max(best[0], c)
            return
        for k in range(len(x)):
            if k not in path:
                path.append(k)
                visit(i + 1)
                path.pop()

    visit(0)
    return best[0] * x[1]


def subsets_of_it(x: "float[4]"):
    sums, vals = [], []

    def subsets(i):
        if i == len(x):
            s = 1.0
            for v in vals:
                s *= v
            sums.append(s)
            return
        subsets(i + 1)
        vals.append(x[i] * 2.0)
        subsets(i + 1)
        vals.pop()

    subsets(0)
    return sums[3] * sums[-1] + sums[5] ** 2


def kept(x: "float[4]"):
    best, path, kept = [1e9], [], []

    def visit(i, c):
        if i == len(x):
            if c < best[0]:
                best[0] = c
                kept[:] = path
            return
        for w in (0.5, 2.0):
            path.append(x[i] * w)
            visit(i + 1, c + x[i] * w)
            path.pop()

    visit(0, 0.0)
    return kept[0] * kept[1] + kept[-1] * best[0]
'''
NAMES = ["halves", "orders", "subsets_of_it", "kept"]
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.6, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("backtracking"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    faces.check(name, way, (X,), DOT)
