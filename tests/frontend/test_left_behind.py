"""Objects of a list that a branch alone has changed, where another item of the list is replaced."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = """
class P:
    def __init__(self, a, v):
        self.a = a
        self.v = v


def changed_by_index(x: "float[n]"):
    ps = [P(x[i], x * i) for i in range(3)]
    if x[1] > 0.131:
        ps[1].a += x[1]
    ps[0].v = np.sin(ps[1].v)
    return sum(p.a * np.sum(p.v) for p in ps)


def one_or_the_other(x: "float[n]"):
    ps = [P(x[i], x * i) for i in range(3)]
    (ps[1] if ps[1].a > 0.1 else ps[0]).a += 0.17
    ps[0], ps[-1] = ps[-1], ps[0]
    return sum((i + 1) * p.a * np.sum(p.v) for i, p in enumerate(ps))


def with_a_name(x: "float[n]"):
    ps = [P(x[i], x * i) for i in range(3)]
    high = x[1] > 0.131
    if high:
        p = ps[1]
        p.a = x[1] * x[2]
    ps[0].v = x * x
    if high:
        return np.sum(p.v) * x[0] * p.a
    return sum(p.a * np.sum(p.v) for p in ps)
"""
NAMES = ("changed_by_index", "one_or_the_other", "with_a_name")
X, DOT = np.array([0.7, -1.2, 2.1]), np.array([0.3, -0.7, 1.1])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("left"), NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_derivatives(faces, name, way, sign):
    faces.check(name, way, (sign * X,), DOT)
