"""Classes below dataclasses and named tuples: their fields, __init__ and ==."""

from __future__ import annotations

import importlib.util
import sys
from collections import namedtuple

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile import cli
from adcompile.errors import RejectedError

PROGRAMS = '''
from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    a: float
    b: float


class Far(Point):
    def size(self):
        return self.a + 2.0 * self.b


class Old(namedtuple("Old", "a b")):
    __slots__ = ()

    def size(self):
        return self.a + 2.0 * self.b


def items(x: "float[4]"):
    q = Far(x[0], x[1] * 2.0)
    a, b = Far(x[1], x[2])
    return q[0] * q.size() + q[1] * a * b + sum(q) * len(q)


def joined(x: "float[4]"):
    q = Far(x[0], 2.0) + (x[1], x[2])
    return q[3] * q[0] * Far(x[0], 2.0)._replace(a=x[1]).size()


def equal_tuples(x: "float[4]"):
    q = Far(x[0], 2.0)
    first = 3.0 if q == (x[0], 2.0) else 5.0
    return x[1] * first * (7.0 if q == Old(x[0], 2.0) else 9.0) * isinstance(q, tuple)


def by_a_call(x: "float[4]"):
    q, r = Old(x[0], x[1]), Old(x[2], 2.0)
    return q[0] * r.size() * (3.0 if q == r else 5.0)


def carried(x: "float[4]"):
    p = Far(x[0], x[1])
    if x[2] > 0:
        p = p._replace(b=x[3])
    for i in range(3):
        p = Far(p.a * 2.0, p.b + p.a)
    return p.size()


@dataclass
class Base:
    m: float
    v: float = 2.0


class Child(Base):
    extra: float = 7.0

    def energy(self):
        return 0.5 * self.m * self.v ** 2 + self.extra


@dataclass(order=True)
class Other(Child):
    w: float = 1.0


class Both(Other):
    def __init__(self, a):
        super().__init__(a, a * 2.0)
        self.q = a


def fields(x: "float[4]"):
    first = Child(x[0], x[1]).energy() + Child(m=x[2]).energy()
    return first * Other(x[0], x[1], x[2]).energy() * Other(x[0], w=x[3]).w


def equal_fields(x: "float[4]"):
    first = 3.0 if Child(x[0], x[1]) == Child(x[0], x[1]) else 5.0
    return x[0] * first * (7.0 if Child(x[0]) == Base(x[0]) else 9.0)


def unlike(x: "float[4]"):
    c = Both(x[0])
    first = (3.0 if c == None else 5.0) * (3.0 if c == 1.0 else 5.0)
    return x[2] * first * (3.0 if "a" != c else 5.0)


def largest(x: "float[4]"):
    return max(Other(x[0], x[1]), Other(x[2], x[3])).energy()


def by_super(x: "float[4]"):
    b = Both(x[0])
    return b.energy() * b.q * b.w


@dataclass
class Default:
    v: float = 2.0


class Given(Default):
    def __init__(self, a):
        super().__init__(a * 3.0)
        self.q = a


def not_the_default(x: "float[4]"):
    return Given(x[0]).v * Given(x[1]).q


@dataclass
class After:
    m: float
    v: float = 1.0

    def __post_init__(self):
        self.p = self.m * self.v


class Named(After):
    def __init__(self, m, k):
        After.__init__(self, m, v=k)
        self.k = k


class BySuper(After):
    def __init__(self, m, k):
        super().__init__(m=m * k)
        self.k = k


def after_the_fields(x: "float[4]"):
    r, s = Named(x[0], x[1]), BySuper(x[2], x[3])
    return r.p * r.k * r.m + s.p * s.k * s.m
'''
NAMES = [
    "items", "joined", "equal_tuples", "by_a_call", "carried", "fields", "equal_fields", "unlike",
    "largest", "by_super", "not_the_default", "after_the_fields",
]  # fmt: skip
X, DOT = np.array([0.9313, -0.3179, 0.5237, 0.1713]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("below"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    faces.check(name, way, (X,), DOT, atol=1e-7)


GIVEN = '''
from collections import namedtuple
from dataclasses import dataclass


class Old(namedtuple("Old", "a b")):
    def size(self):
        return self.a + 2.0 * self.b


@dataclass
class Base:
    m: float
    v: float = 2.0


class Child(Base):
    def energy(self):
        return 0.5 * self.m * self.v ** 2


def of_a_tuple(p: Old, x: float):
    return p.size() * p[0] * x


def of_an_object(c: Child, x: float):
    return c.energy() * x
'''


@pytest.mark.parametrize(
    "name, cls, bars, x_bar",
    [
        ("of_a_tuple", "Old", {"a": 4.4, "b": 2.8}, 1.05),
        ("of_an_object", "Child", {"m": 0.16, "v": 0.56}, 0.056),
    ],
)
def test_they_are_given(tmp_path, name, cls, bars, x_bar):
    path = tmp_path / "given_classes.py"
    path.write_text(GIVEN)
    assert cli.main([str(path), "--mode", "adjoint"]) == 0
    loaded = []
    for file in (path, tmp_path / "given_classes_adjoint.py"):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None and spec.loader is not None
        loaded.append(importlib.util.module_from_spec(spec))
        sys.modules[file.stem] = loaded[-1]
        spec.loader.exec_module(loaded[-1])
    given = getattr(loaded[0], cls)(0.7, 0.4)
    _, (bar, of_x) = getattr(loaded[1], f"{name}_adjoint")(given, 2.0, 1.0)
    assert type(bar) is type(given)
    assert {key: getattr(bar, key) for key in bars} == pytest.approx(bars)
    assert of_x == pytest.approx(x_bar)


class Doubled(namedtuple("Doubled", "a b")):
    def __new__(cls, a):
        return super().__new__(cls, a, 2.0 * a)


def of_doubled(x: float):
    return Doubled(x).b


def test_what_new_makes_is_refused():
    with pytest.raises(RejectedError, match="ADC120"):
        ad.grad(of_doubled)(0.5)
