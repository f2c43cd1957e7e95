"""Attributes that objects get when they have been made: in lists, in loops, on one path."""

from __future__ import annotations

import numpy as np
import pytest
from mixed.check import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

PROGRAMS = '''
import copy
from collections import namedtuple
from dataclasses import dataclass, replace
from typing import NamedTuple


class P:
    def __init__(self, x, v):
        self.x = x
        self.v = v

    def kick(self, dt):
        self.v = self.v + dt * self.force


class Q:
    def __init__(self, x):
        self.x = x
        self.prepare()

    def prepare(self):
        self.y = self.x * 2.0

    def update(self, f):
        self.acc = f * self.y


@dataclass
class D:
    x: float
    y: float = 1.0


class C:
    kind = 2.0

    def __init__(self, x):
        self.x = x

    @property
    def both(self):
        return self.x * self.w


class Pt(NamedTuple):
    a: float
    b: float


class Ext(Pt):
    def with_c(self, c):
        self.c = c
        return self


class Old(namedtuple("Old", "a b")):
    pass


class Slots(Pt):
    __slots__ = ()


class Sys:
    def __init__(self, x):
        self.ps = [P(v, 0.0) for v in x]

    def forces(self):
        for p in self.ps:
            p.force = 0.0
        for i, p in enumerate(self.ps):
            for q in self.ps[i + 1:]:
                d = q.x - p.x
                p.force += d
                q.force -= d * d

    def step(self, dt):
        self.forces()
        for p in self.ps:
            p.kick(dt)
            p.x = p.x + dt * p.v

    def energy(self):
        self.e = sum([p.v ** 2 for p in self.ps])
        return self.e


class Setup:
    @staticmethod
    def masses(ps, x):
        for i, p in enumerate(ps):
            p.mass = x[i] ** 2


def in_a_list(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(len(x))]
    for p in ps:
        p.force = -p.x * 2.0
    for p in ps:
        p.v = p.v + 0.1 * p.force
    return sum([p.v * p.x for p in ps])


def over_and_over(x: "float[4]"):
    ps = []
    for i in range(len(x)):
        ps.append(P(x[i], 0.5))
    for t in range(3):
        for p in ps:
            p.force = -p.x * 2.0
        for p in ps:
            p.v += 0.1 * p.force
            p.x += 0.1 * p.v
    s = 0.0
    for p in ps:
        s += p.v * p.x * p.force
    return s


def by_place(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(4)]
    for i in range(4):
        ps[i].force = 0.0
    for i in range(4):
        for j in range(4):
            if i != j:
                ps[i].force += ps[j].x - ps[i].x
    return sum(p.force ** 2 for p in ps)


def arrays(x: "float[4]"):
    ps = [P(x[i:i+2], x[i:i+2] * 0.5) for i in range(len(x) - 1)]
    for p in ps:
        p.force = np.zeros(2)
    for p in ps:
        for q in ps:
            if p is not q:
                p.force += q.x - p.x
    s = 0.0
    for p in ps:
        s += np.sum(p.force ** 2)
    return s


def some_of_them(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(len(x))]
    for p in ps:
        if p.x > 0:
            p.hot = p.x * 2.0
    s = 0.0
    for p in ps:
        if p.x > 0:
            s += p.hot
    return s


def in_a_loop(x: "float[4]"):
    p = P(x[0], x[1])
    for i in range(3):
        p.last = p.x * p.v
        p.x = p.x + 0.1 * p.last
    return p.x * p.last


def by_a_function(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(len(x))]
    Setup.masses(ps, x)
    return sum([p.mass * p.x for p in ps])


def by_a_method(x: "float[4]"):
    qs = [Q(x[i]) for i in range(len(x))]
    for q in qs:
        q.update(x[0])
    return sum([q.acc * q.y for q in qs])


def in_a_dictionary(x: "float[4]"):
    ps = {i: P(x[i], 1.0) for i in range(len(x))}
    for k, p in ps.items():
        p.force = p.x * 3.0
    return sum([p.force for p in ps.values()])


def of_one(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(len(x))]
    ps[0].head = x[0] * 2.0
    return ps[0].head * ps[1].x


def in_the_turn_before(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(len(x))]
    s = 0.0
    for t in range(2):
        for p in ps:
            if t > 0:
                s += p.old * p.x
            p.old = p.x * 0.5
            p.x = p.x + 1.0
    return s


def asked_for(x: "float[4]"):
    ps = [P(x[i], 0.5 * x[i]) for i in range(len(x))]
    for p in ps:
        if hasattr(p, 'force'):
            p.x = 2.0 * p.x
        p.force = p.x
    return ps[0].force


def replaced(x: "float[4]"):
    ps = [D(x[i]) for i in range(len(x))]
    for p in ps:
        p.w = p.x * 2.0
    qs = [replace(p, y=p.w) for p in ps]
    return sum([q.y * q.x for q in qs])


def copied(x: "float[4]"):
    ps = [D(x[i]) for i in range(len(x))]
    for p in ps:
        p.w = p.x * 2.0
    qs = [copy.copy(p) for p in ps]
    for q in qs:
        q.w = q.w * q.x
    return sum([q.w * p.w for p, q in zip(ps, qs)])


def beside_a_property(x: "float[4]"):
    ps = [C(x[i]) for i in range(len(x))]
    for i, p in enumerate(ps):
        p.w = x[i - 1]
        if p.x > 0:
            p.kind = p.x
    return sum([p.both * p.kind for p in ps])


def shared(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    far = []
    for p in ps:
        if p.x > 0:
            far.append(p)
    for p in far:
        p.mark = p.x * p.x
    s = 0.0
    for p in ps:
        s += p.mark if hasattr(p, "mark") else p.x
    return s


def on_one_path(x: "float[4]"):
    p = P(x[0], x[1])
    if x[2] > 0:
        p.extra = x[2] * 2.0
    return p.x * p.extra


def or_another(x: "float[4]"):
    p = P(x[0], x[1])
    n = 0
    while n < 3 and x[n] > -5:
        p.acc = getattr(p, 'acc', 0.0) + x[n]
        n += 1
    return p.x * p.acc


def of_several_kinds(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for i, p in enumerate(ps):
        p.n = i
        p.flag = p.x > 0
    for p in ps:
        p.n += 1
        if p.flag:
            p.n += 0.5
    return sum([p.n * p.x for p in ps])


def changed_in_place(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for p in ps:
        p.f = np.zeros(2)
    for i, p in enumerate(ps):
        p.f[0] += x[i] * x[0]
        p.f[1] -= p.x
    for p in ps:
        p.f *= 2.0
    return sum([p.f @ p.f for p in ps])


def of_several_lengths(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for p in ps:
        p.f = x[:2] * p.x
    for p in ps:
        p.f = p.f[:1]
    return sum([p.f.sum() for p in ps])


def of_both_lists(x: "float[4]"):
    a = [P(x[i], 0.5) for i in range(len(x))]
    b = [a[0], a[1]]
    for p in b:
        p.m = p.x * 2.0
    b[0].m += 1.0
    return a[0].m * a[1].m * a[2].x


def of_a_system(x: "float[4]"):
    s = Sys(x)
    for _ in range(3):
        s.step(0.1)
        s.energy()
    return s.e + s.energy()


def perhaps_an_object(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for p in ps:
        p.nb = None
    for p, q in zip(ps, ps[1:]):
        p.nb = q
    s = 0.0
    for p in ps:
        if p.nb is not None:
            s += p.nb.x * p.x
    return s


def an_object(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for p, q in zip(ps, ps[1:]):
        p.nb = q
    s = 0.0
    for p in ps[:-1]:
        s += p.nb.x * p.x
    return s


def a_tuple(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for p in ps:
        p.pair = (p.x, 2.0)
    return sum([p.pair[0] * p.pair[1] for p in ps])


def of_a_tuple(x: "float[4]"):
    e = Ext(x[0], x[1])
    e.c = x[2] * 2.0
    e.c += 1.0
    return e.a * e.c + e[1] + len(e) + sum(e)


def of_a_tuple_by_a_method(x: "float[4]"):
    e = Ext(x[0], x[1]).with_c(x[2])
    a, b = e
    f = e._replace(a=2.0)
    return a * e.c + b * f.a + hasattr(f, "c")


def of_tuples(x: "float[4]"):
    es = [Ext(x[i], 1.0) for i in range(len(x))]
    for e in es:
        e.c = e.a * 2.0
    return sum([e.c * e.b for e in es])


def of_a_made_tuple(x: "float[4]"):
    o = Old(x[0], x[1])
    o.z = x[2]
    return o.z * o[0]


def tuples_in_order(x: "float[4]"):
    es = [Ext(x[i], 1.0) for i in range(len(x))]
    for e in es:
        e.c = -e.a
    q = sorted(es)
    return q[0].c * q[1][0] + (2.0 if es[0] == (x[0], 1.0) else 3.0) * x[1]


def not_of_all(x: "float[4]"):
    ps = [P(x[i], 0.5) for i in range(len(x))]
    for p in ps:
        if p.x > 0:
            p.hot = p.x * 2.0
    return sum([p.hot for p in ps])


def on_no_path(x: "float[4]"):
    p = P(x[0], x[1])
    if x[2] < 0:
        p.extra = x[2] * 2.0
    return p.x * p.extra


def in_no_turn(x: "float[4]"):
    p = P(x[0], x[1])
    for i in range(0):
        p.extra = x[2] * 2.0
    return p.x * p.extra
'''
NAMES = [
    "in_a_list", "over_and_over", "by_place", "arrays", "some_of_them", "in_a_loop",
    "by_a_function", "by_a_method", "in_a_dictionary", "of_one", "in_the_turn_before",
    "asked_for", "replaced", "copied", "beside_a_property", "shared", "on_one_path",
    "or_another", "of_several_kinds", "changed_in_place", "of_several_lengths", "of_both_lists",
    "of_a_system", "perhaps_an_object", "an_object", "a_tuple", "of_a_tuple",
    "of_a_tuple_by_a_method", "of_tuples", "of_a_made_tuple", "tuples_in_order",
]  # fmt: skip
RAISING = ["not_of_all", "on_no_path", "in_no_turn"]
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.6, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("late"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    faces.check(name, way, (X,), DOT)


@pytest.mark.parametrize("name", RAISING)
@pytest.mark.parametrize("way", WAYS)
def test_they_are_not_there(faces, name, way):
    with pytest.raises(AttributeError):
        faces.function(name)(X)
    assert faces.raised(name, way, (X,)) == [AttributeError, AttributeError]


REFUSED = """
from typing import NamedTuple


class Pt(NamedTuple):
    a: float


class Slots(Pt):
    __slots__ = ()


class Ext(Pt):
    pass


def f(x):
    p = {}(x)
    p.{} = x
    return p.a
"""


@pytest.mark.parametrize("cls, name", [("Pt", "c"), ("Slots", "c"), ("Ext", "a")])
def test_tuples_that_take_none(cls, name):
    with pytest.raises(RejectedError, match="ADC311"):
        ad.grad(load(REFUSED.format(cls, name)))(0.5)
