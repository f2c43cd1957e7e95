"""The largest, the smallest and the order of pairs of a number and a text, or an object."""

from __future__ import annotations

import numpy as np
import pytest
from mixed.check import load
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = {
    "max": "p, s = max((d[q] * x, q) for q in d)\n    return p * d[s]",
    "of a list": "p, s = max([(d[q] * x, q) for q in ('a', 'b', 'c')])\n    return p * d[s] + y",
    "min": "p, s = min((v * v, q) for q, v in d.items())\n    return p * x + d[s] * y",
    "sorted": "q = sorted((v, s) for s, v in d.items())\n    return q[0][0] * d[q[-1][1]] * x",
    "paths": (
        "best, paths = {q: d[q] for q in d}, {q: [q] for q in d}\n"
        "    for t in (0.9, 0.3):\n"
        "        now, new = {}, {}\n"
        "        for s in d:\n"
        "            p, last = max((best[q] * d[s] * t + 0.1 * (q == s), q) for q in d)\n"
        "            now[s], new[s] = p, paths[last] + [s]\n"
        "        best, paths = now, new\n"
        "    p, s = max((best[s], s) for s in d)\n"
        "    return p * len(paths[s]) * d[paths[s][0]]"
    ),
}


@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("at", [(0.6, 0.8), (0.9, 0.2), (1.4, -0.7)])
def test_pairs(body, at):
    f = load(f"def f(x, y):\n    d = {{'a': x, 'b': 0.5 + y, 'c': x * y}}\n    {body}\n")
    value, bars = ad.value_and_grad(f, wrt=("x", "y"))(*at)
    assert value == pytest.approx(f(*at), rel=1e-14)
    (x, y), h = at, 1e-6
    assert bars[0] == pytest.approx((f(x + h, y) - f(x - h, y)) / (2 * h), rel=1e-6)
    assert bars[1] == pytest.approx((f(x, y + h) - f(x, y - h)) / (2 * h), rel=1e-6)
    value_dot = ad.jvp(f, at, (0.3, -0.5))[1]
    assert value_dot == pytest.approx(0.3 * bars[0] - 0.5 * bars[1], rel=1e-12)


OBJECTS = '''
import heapq
from dataclasses import dataclass
from typing import NamedTuple


class P:
    def __init__(self, m):
        self.m = m


@dataclass
class Fields:
    m: float
    n: float


@dataclass(order=True)
class Ordered:
    m: float


class Own:
    def __init__(self, m):
        self.m = m

    def __lt__(self, other):
        return self.m > other.m


class Pair(NamedTuple):
    key: float
    p: P


def apart(x: "float[4]"):
    q = sorted([(v * v, P(v)) for v in x])
    return q[0][1].m * q[1][0] + max((v * v, P(v)) for v in x)[1].m


def of_named(x: "float[4]"):
    q = sorted([Pair(v * v, P(v)) for v in x])
    return q[0].p.m * q[1][1].m**2


def one_twice(x: "float[4]"):
    p = P(x[0])
    ps = [P(v) for v in x]
    q = sorted([(1.0, p), (1.0, p), (x[3], P(x[1])), (2.0, ps[0]), (2.0, ps[0])])
    return q[0][1].m * q[2][1].m * q[3][1].m


def equal_fields(x: "float[4]"):
    q = sorted([(i // 2, Fields(x[0], 2.0)) for i in range(len(x))])
    return q[0][1].m * q[1][1].m


def by_fields(x: "float[4]"):
    q = sorted([(i // 2, Ordered(x[i])) for i in range(len(x))])
    return q[0][1].m * q[1][1].m**2


def by_their_own(x: "float[4]"):
    q = sorted([(i // 2, Own(v)) for i, v in enumerate(x)])
    return q[0][1].m * q[1][1].m**2 * min((i // 2, Own(v)) for i, v in enumerate(x))[1].m


def functions(x: "float[4]"):
    fs = [(v * v, lambda t, v=v: t * v) for v in x]
    fs.sort()
    return fs[0][1](x[0]) * fs[2][1](2.0)


def in_a_heap(x: "float[4]"):
    h, s = [], 0.0
    for i, v in enumerate(x):
        heapq.heappush(h, (i // 2, Own(v)))
    while h:
        d, p = heapq.heappop(h)
        s = s * 0.5 + p.m * (d + 1)
    return s


def compared(x: "float[4]"):
    a, b = P(x[0]), P(x[1])
    s = x[2] * x[2] if (x[0], a) < (x[1], b) else x[3]
    s = s * 2.0 if (x[0], a) == (x[0], a) else s
    return s * 3.0 if (x[0], a) != (x[0], b) else s


def tied(x: "float[4]"):
    return sorted([(v > 100.0, P(v)) for v in x])[0][1].m


def tied_items(x: "float[4]"):
    return sorted([(0.0 * x[0], P(x[0])), (0.0 * x[1], P(x[1]))])[0][1].m


def tied_fields(x: "float[4]"):
    return sorted([(v > 100.0, Fields(v, 2.0)) for v in x])[0][1].m


def tied_least(x: "float[4]"):
    return min((v > 100.0, P(v)) for v in x)[1].m


def tied_keys(x: "float[4]"):
    return max([P(v) for v in x], key=lambda p: (p.m > 100.0, p)).m


def tied_functions(x: "float[4]"):
    return sorted([(v > 100.0, lambda t, v=v: t * v) for v in x])[0][1](2.0)


def tied_in_a_heap(x: "float[4]"):
    h = []
    for v in x:
        heapq.heappush(h, (v > 100.0, P(v)))
    return h[0][1].m


def tied_by_hand(x: "float[4]"):
    return x[1] if (0.0 * x[0], P(x[0])) < (0.0 * x[1], P(x[1])) else x[0]
'''
DERIVED = [
    "apart", "of_named", "one_twice", "equal_fields", "by_fields", "by_their_own", "functions",
    "in_a_heap", "compared",
]  # fmt: skip
TIED = [
    "tied", "tied_items", "tied_fields", "tied_least", "tied_keys", "tied_functions",
    "tied_in_a_heap", "tied_by_hand",
]  # fmt: skip
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(OBJECTS, tmp_path_factory.mktemp("pairs"))


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("way", WAYS)
def test_objects_behind_keys(faces, name, way):
    faces.check(name, way, (X,), DOT)


@pytest.mark.parametrize("name", TIED)
@pytest.mark.parametrize("way", WAYS)
def test_keys_that_tie_raise(faces, name, way):
    with pytest.raises(TypeError):
        faces.function(name)(X)
    assert faces.raised(name, way, (X,)) == [TypeError, TypeError]
