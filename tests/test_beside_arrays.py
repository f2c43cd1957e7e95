"""array <op> object, where the class has the operator too: NumPy's comes first."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

TEXT = '''
from typing import NamedTuple


class Pair(NamedTuple):
    a: float
    b: float

    def __radd__(self, other):
        return Pair(self.a + 100.0 * other[0], self.b + other[1])

    def __mul__(self, factor):
        return Pair(self.a * factor, self.b * factor)

    __rmul__ = __mul__


class Left:
    __array_ufunc__ = None

    def __init__(self, v):
        self.v = v

    def __rmul__(self, other):
        return self.v * 3.0 * other.sum()


class First:
    __array_priority__ = 100.0

    def __init__(self, v):
        self.v = v

    def __rmul__(self, other):
        return self.v * 3.0 * other.sum()


class Factor:
    def __init__(self, v):
        self.v = v

    def __rmul__(self, other):
        return self.v * 3.0 * other

    def __radd__(self, other):
        return self.v + other


class Row:
    def __init__(self, v):
        self.v = v

    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]

    def __rmul__(self, other):
        return Row(self.v * 3.0 * other)


class LeftRow(Row):
    __array_ufunc__ = None


def times_a_tuple(x: "float[3]"):
    return np.sum((x[:2] * Pair(x[0], x[1])) ** 2)


def plus_a_tuple(x: "float[3]"):
    return np.prod(x[:2] + Pair(x[1], x[2]))


def number_times_a_tuple(x: "float[3]"):
    return np.sum(np.asarray(x[0] * Pair(x[1], x[2])) ** 2) + (2.0 * Pair(x[1], x[2])).b


def number_plus_a_tuple(x: "float[3]"):
    return np.prod(x[0] + Pair(x[1], x[2]))


def tuples_joined(x: "float[3]"):
    joined = Pair(x[0], x[1]) + Pair(x[1], x[2])
    return joined[3] * joined[0] + len(joined)


def in_place(x: "float[3]"):
    y = x[:2].copy()
    y += Pair(x[0], x[1])
    return np.prod(y)


def left_to_it(x: "float[3]"):
    return x * Left(x[0])


def left_by_priority(x: "float[3]"):
    return x * First(x[0])


def numbers(x: "float[3]"):
    return sum(v * Factor(w) for v, w in zip(x, x[1:])) + sum([Factor(x[0])]) * x[1]


def rows(x: "float[3]"):
    return (2.0 * Row(x))[1] * (float(x[0]) * Row(x))[2] + (x[0] * LeftRow(x))[1]
'''
NAMES = (
    "times_a_tuple", "plus_a_tuple", "number_times_a_tuple", "number_plus_a_tuple", "tuples_joined",
    "in_place", "left_to_it", "left_by_priority", "numbers",
    "rows",
)  # fmt: skip
REFUSED = {
    "x * Factor(x[0])": "for each element of the array",
    "x == Same(x[0])": "for each element of the array",
    "x[0] * Row(x)": "NumPy makes an array of Row",
    "(x[0] + 1.0) * Row(x)": "NumPy makes an array of Row",
    "x * Row(x)": "NumPy makes an array of Row",
    "x[0] * Shown(x)": "NumPy makes an array of Shown",
    "Alone(x[0]) + Alone(x[1])": "its class has no method for that",
}


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("beside"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    x, dot = np.array([0.7, 0.4, 1.1]), np.array([0.3, -0.7, 1.9])
    faces.check(name, way, (x,), dot)


CLASSES = """
class Factor:
    def __init__(self, v):
        self.v = v

    def __rmul__(self, other):
        return self.v * other


class Same:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return self.v == other


class Alone:
    def __init__(self, v):
        self.v = v

    def __radd__(self, other):
        return self.v + other


class Row(Factor):
    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]


class Shown(Factor):
    def __array__(self, dtype=None, copy=None):
        return self.v


def f(x):
    return np.sum({})
"""


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text):
    f = load(CLASSES.format(text))
    with pytest.raises(RejectedError, match=REFUSED[text]) as caught:
        ad.grad(f)(np.array([0.7, 0.4, 1.1]))
    assert caught.value.code == "ADC416"


def test_an_unknown_argument_is_no_array():
    text = CLASSES.replace("f(x)", "f(x, y)").format("y * Factor(x[0])")
    f = load(text)
    source = ad.differentiate(f).source("tangent")
    made: dict = {}
    exec(source, made)
    x, y = np.array([0.7, 0.4]), 3.0
    value, dot = made["f_tangent"](x, y, np.array([1.0, 0.0]))
    assert (value, dot) == (3.0 * 0.7, 3.0)
    with pytest.raises(TypeError, match="annotate the argument"):
        made["f_tangent"](x, x, x)


@pytest.mark.parametrize("text", ["y * Row(x)", "(y + x[0]) * Row(x)"])
def test_beside_a_sequence_an_unknown_number_is_no_number_of_numpy(text):
    f = load(CLASSES.replace("f(x)", "f(x, y)").format(text))
    made: dict = {}
    exec(ad.differentiate(wrt="y")(f).source("tangent"), made)
    x = [0.7, 0.4]
    with pytest.raises(TypeError, match="NumPy has made, beside which it makes an array of Row"):
        made["f_tangent"](np.array(x), np.float64(3.0), 1.0)
