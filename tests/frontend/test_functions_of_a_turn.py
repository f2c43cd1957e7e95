"""Functions that a turn of a loop makes carry what its names were then, in the next turn and
behind the loop.
"""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

PROGRAMS = """
from functools import partial


class Held:
    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v


def a_method_of_an_array(x):
    n = x * 1.0
    for k in range(3):
        m = n.sum
        n = n * 2.0
    return m() * n[0]


def a_default(x):
    n = x * 1.0
    for k in range(3):
        m = lambda v=n: v.sum()
        n = n * 2.0
    return m() * n[0]


def a_method_of_an_object(x):
    n = Held(x * 1.0)
    for k in range(3):
        m = n.get
        n = Held(n.v * 2.0)
    return (m() * n.v).sum()


def what_is_given(x):
    n = x * 1.0
    for k in range(3):
        m = partial(np.multiply, n)
        n = n * 2.0
    return (m(2.0) * n).sum()


def while_true(x):
    n, k = x * 1.0, 0
    while k < 2:
        m, n, k = n.dot, n * 2.0, k + 1
    return m(x) * n[0]


def of_the_turn_before(x):
    n, s = x * 1.0, 0.0
    m = n.sum
    for k in range(3):
        s = s + m() * (k + 1)
        m = n.max
        n = n * x
    return s + m()
"""
NAMES = (
    "a_method_of_an_array", "a_default", "a_method_of_an_object", "what_is_given", "while_true",
    "of_the_turn_before",
)  # fmt: skip
IN_A_TUPLE = """
def f(x):
    n = x * 1.0
    for k in range(3):
        m = (n.sum, k)
        n = n * 2.0
    return m[0]() * n[0] + m[1]
"""
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("functions_of_a_turn"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name, way, faces):
    faces.check(name, way, (X,), DOT)


def test_in_a_tuple_they_are_refused():
    with pytest.raises(RejectedError, match="'m' is something else in each turn"):
        ad.grad(load(IN_A_TUPLE))(X)
