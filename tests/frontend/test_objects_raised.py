"""Exceptions that are given an object: the derivatives raise them with what they show of it."""

from __future__ import annotations

import pytest
from deriving import load
from two_faces import TwoFaces

import adcompile as ad

PROGRAMS = '''
from dataclasses import dataclass


@dataclass
class Point:
    x: float
    n: int


class Named:
    def __init__(self, x):
        self.x = x

    def __str__(self):
        return f"one of {self.x:.2f}"


def of_a_dataclass(x):
    p = Point(x * 2.0, 3)
    if x < 0.0:
        raise ValueError(p)
    return p.x * p.n


def of_a_class(x):
    p = Named(x * 2.0)
    if x < 0.0:
        raise RuntimeError(p)
    return p.x * x


def of_no_known_class(x):
    total = 0.0
    for event in [Point(x, 2), Named(x)]:
        match event:
            case Point(x=v, n=n):
                total += v * n
            case Named():
                total += event.x ** 2
            case _:
                raise TypeError(event)
    return total
'''
REFUSED = '''
class Plain:
    def __init__(self, x):
        self.x = x

    {method}


def f(x):
    p = Plain(x)
    {raised}
    return p.x * x
'''
SHOWN = "def __repr__(self): return f'Plain of {self.x}'"
CASES = {
    "no text": ("pass", "if x < 0.0: raise ValueError(p)", "how Python shows a Plain"),
    "two": (SHOWN, "if x < 0.0: raise ValueError(p, x)", "the object Plain is used"),
    "a key": (SHOWN, "if x < 0.0: raise KeyError(p)", "the object Plain is used"),
}


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("raised"))


@pytest.mark.parametrize(
    ("name", "slope"), [("of_a_dataclass", 6.0), ("of_a_class", 6.0), ("of_no_known_class", 5.0)]
)
@pytest.mark.parametrize("off", [0, 1])
def test_derivatives(name, slope, off, faces):
    primal = faces.function(name)
    adjoint = getattr(faces.made["adjoint", off], f"{name}_adjoint")
    tangent = getattr(faces.made["tangent", off], f"{name}_tangent")
    assert adjoint(1.5, 1.0) == (primal(1.5), slope) == tangent(1.5, 1.0)
    assert ad.grad(primal)(1.5) == slope
    if name == "of_no_known_class":
        return
    with pytest.raises((ValueError, RuntimeError)) as wanted:
        primal(-1.5)
    for run in (adjoint, tangent, lambda x, _: ad.grad(primal)(x)):
        with pytest.raises(wanted.type) as found:
            run(-1.5, 1.0)
        assert str(found.value) == str(wanted.value)


@pytest.mark.parametrize("case", CASES)
def test_what_is_shown_otherwise_is_refused(case):
    method, raised, message = CASES[case]
    function = load(REFUSED.format(method=method, raised=raised))
    with pytest.raises(ad.RejectedError, match=message):
        ad.grad(function)(1.5)
