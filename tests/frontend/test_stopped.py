"""next in a try, and objects with __next__: what StopIteration ends, and what it leaves behind."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import flat, load
from two_faces import WAYS, TwoFaces

import adcompile as ad

TEXT = """
def until_it_stops(x: "float[n]"):
    it, total, weight = iter(x), 0.0, 1.0
    while True:
        try:
            v = next(it)
        except StopIteration:
            break
        total += weight * v * v
        weight *= v
    return total


def last_of_all(x: "float[n]"):
    it, v, n = iter(x), 2.0, 0
    while True:
        try:
            v = next(it)
            n += 1
        except StopIteration:
            break
    return v * n


def by_pairs(x: "float[n]"):
    it, total = iter(x), 0.0
    try:
        while True:
            total += next(it)
            total *= next(it)
    except StopIteration:
        total = total * 2 + 1
    return total


def raised_by_hand(x: "float[n]", at: int):
    it, total = iter(x), 0.0
    try:
        for k in range(4):
            v = next(it)
            if k == at:
                raise StopIteration
            total += v
    except StopIteration:
        total *= 2
    return total + next(it, 1.5)


def one_in_another(x: "float[n]", y: "float[m]"):
    a, b, total = iter(x), iter(y), 0.0
    try:
        while True:
            u = next(a)
            try:
                w = next(b)
            except StopIteration:
                w, b = 2.0, iter(y)
            total += u * w
    except StopIteration:
        total += next(b, 0.25)
    return total


class Down:
    def __init__(self, x, n):
        self.x, self.n = x, n

    def __iter__(self):
        self.k = 0
        return self

    def __next__(self):
        if self.k == self.n:
            raise StopIteration
        self.k += 1
        self.x = self.x * 0.5 + self.k
        return self.k, self.x


def gone_down(x: float, n: int, bound: float):
    total = 0.0
    steps = Down(x, n)
    for k, v in steps:
        if v > bound:
            total += 100 * x
            break
        if k % 2:
            continue
        total += k * v * v
    else:
        total *= x
    return total + steps.x * steps.k


def loops_in_loops(x: float, n: int):
    for k, v in Down(x, n):
        for j, w in Down(v, 2):
            if w * k > 3:
                return w * v
    return x * 5


def steps_by_hand(x: float, n: int):
    steps = iter(Down(x, n))
    (_, a), (_, b) = next(steps), next(steps)
    return a * b * steps.x


class Newton:
    def __init__(self, a, x, tol):
        self.a, self.x, self.tol = a, x, tol

    def __iter__(self):
        return self

    def __next__(self):
        d = (self.x * self.x - self.a) / (2 * self.x)
        if abs(d) < self.tol:
            raise StopIteration
        self.x -= d
        return self.x


def root(a: float, start: float):
    path = 0.0
    for x in Newton(a, start, 1e-9):
        path += x
    return path * x
"""
POINT = np.array([0.7, -1.2, 0.4, 1.1])
CALLS = (
    ("until_it_stops", (POINT,)), ("until_it_stops", (POINT[:1],)), ("last_of_all", (POINT,)),
    ("by_pairs", (POINT,)), ("by_pairs", (POINT[:3],)), ("raised_by_hand", (POINT, 1)),
    ("raised_by_hand", (POINT, 7)), ("raised_by_hand", (POINT[:3], 7)),
    ("one_in_another", (POINT, POINT[:2])), ("one_in_another", (POINT[:2], POINT[1:])),
    ("gone_down", (0.7, 3, 10.0)), ("gone_down", (0.7, 0, 10.0)), ("gone_down", (0.7, 3, 2.0)),
    ("loops_in_loops", (0.7, 3)), ("loops_in_loops", (0.7, 1)), ("root", (2.0, 1.0)),
)  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("stopped"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name, args", CALLS, ids=[name for name, _ in CALLS])
def test_the_path_taken(name, args, way, faces):
    dot = np.cos(args[0])[()]
    slope = faces.slope(name, args, dot)
    np.testing.assert_allclose(faces.tangent(name, way, args, dot), slope, rtol=1e-7, atol=1e-8)
    bar = flat(faces.adjoint(name, way, args))
    np.testing.assert_allclose(bar @ np.ravel(dot), slope, rtol=1e-7, atol=1e-8)


def test_steps_by_hand(faces):
    slope = faces.slope("steps_by_hand", (0.7, 3), 1.0)
    np.testing.assert_allclose(ad.grad(faces.function("steps_by_hand"))(0.7, 3), slope, rtol=1e-7)


def test_what_no_longer_steps_raises(faces):
    for way in WAYS:
        assert faces.raised("steps_by_hand", way, (0.7, 1)) == [StopIteration, StopIteration]


INNER = """
class Held:
    def __init__(self, k):
        self.k = k


def f(x):
    held = Held(1.0)
    try:
        try:
            old = held.k
            held.k = 2.0 * x
            y = math.sqrt(x - 1.0)
            held.k = old
        except StopIteration:
            y = 0.0
    except ValueError:
        y = held.k * x
    return y
"""


def test_what_an_inner_try_changed_is_not_forgotten():
    """It is right, or refused: what is caught further out may be raised after any change."""
    try:
        found = ad.grad(load(INNER))(0.5)
    except ad.RejectedError as error:
        assert "may have been changed by the try" in error.msg
    else:
        assert found == pytest.approx(2.0)  # of 2 x * x
