"""Classes of several bases: which one a name is of, super(), fields, and what an argument holds."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile import cli

PROGRAMS = '''
from abc import ABC, ABCMeta, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class Model:
    scale = 2.0

    def __init__(self, w):
        self.w = w

    def predict(self, x):
        return self.w * x

    def loss(self, x):
        return self.predict(x) ** 2


class LossMixin:
    scale = 3.0

    def loss(self, x):
        return super().loss(x) + self.scale * self.predict(x)

    @property
    def twice(self):
        return 2.0 * self.w

    @cached_property
    def cube(self):
        return self.w ** 3


class Robust(LossMixin, Model):
    pass


def mixin(x: "float[4]"):
    r = Robust(x[0])
    return r.loss(x[1]) * r.twice + r.scale * r.cube


class Top:
    def __init__(self, **kw):
        super().__init__(**kw)
        self.tag = 1.5

    def go(self, x):
        return x * 2.0


class Left(Top):
    def __init__(self, b, **kw):
        super().__init__(**kw)
        self.b = b

    def go(self, x):
        return super().go(x) * self.b


class Right(Top):
    def __init__(self, c, **kw):
        super().__init__(**kw)
        self.c = c

    def go(self, x):
        return super(Right, self).go(x) + self.c


class Bottom(Left, Right):
    def __init__(self, d, **kw):
        super().__init__(**kw)
        self.d = d

    def go(self, x):
        return super().go(x) ** self.d * Right.go(self, x)


def cooperative(x: "float[4]"):
    o = Bottom(d=2.0, b=x[0], c=x[1])
    return o.go(x[2]) * o.tag


def nothing_is_left(x: "float[4]"):
    try:
        s = Top(a=x[0]).tag
    except TypeError:
        s = 3.0
    return s * x[0]


class Reg:
    def __init__(self, *args, lam=0.1, **kw):
        super().__init__(*args, **kw)
        self.lam = lam

    def penalty(self):
        return self.lam * self.w ** 2


class Regular(Reg, Model):
    pass


def passed_on(x: "float[4]"):
    o = Regular(x[0], lam=x[1])
    return o.loss(x[2]) + o.penalty()


class Priced(metaclass=ABCMeta):
    price = 2.0

    def priced(self, p):
        self.price = p
        return self


class Shape(ABC):
    @property
    @abstractmethod
    def area(self): ...

    def cost(self):
        return self.area * self.price


class Square(Priced, Shape):
    def __init__(self, a):
        self.a = a

    @property
    def area(self):
        return self.a ** 2


class Disc(Shape, Priced):
    def __init__(self, r):
        self.r = r

    @property
    def area(self):
        return 3.0 * self.r ** 2


def abstract(x: "float[4]"):
    s = 0.0
    for o in [Square(x[0]), Disc(x[1]), Square(x[2]).priced(x[3])]:
        s += o.cost() * (2.0 if isinstance(o, Priced) else 1.0)
    return s


class HasLoss(Protocol):
    def loss(self, x): ...


class Box(Generic[T]):
    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v


class Lossy(Box[float], HasLoss):
    def loss(self, x):
        return self.get() * x


def typed(x: "float[4]"):
    return Lossy(x[0]).loss(x[1])


@dataclass
class A:
    p: float = 1.0
    q: float = 2.0


@dataclass
class B(A):
    q: float = 5.0
    r: float = 7.0


@dataclass
class C(A):
    s: float = 11.0


@dataclass
class BC(B, C):
    t: float = 13.0


@dataclass
class CB(C, B):
    t: float = 13.0


class Plain(C, B):
    pass


def fields(x: "float[4]"):
    d, e, g = BC(x[0]), CB(x[0]), Plain(x[0])
    by_place = BC(x[0], x[1], x[2], x[3]).r * CB(x[0], x[1], x[2], x[3]).s
    return d.q * x[1] + e.q * x[2] + g.q * x[3] + by_place + Plain(x[0], x[1], x[2]).s


class Held:
    k = 2.0

    def __init__(self, v):
        self.v = v

    @classmethod
    def make(cls, v):
        return cls(v * cls.k)


class Doubled:
    k = 3.0

    @classmethod
    def make(cls, v):
        return super().make(v * 2.0)


class Made(Doubled, Held):
    @classmethod
    def make(cls, v):
        made = super().make(v)
        made.v = made.v + 1.0
        return made


def of_classes(x: "float[4]"):
    return Made.make(x[0]).v * Made.k


class Adds:
    def __add__(self, other):
        return type(self)(self.v + (other.v if isinstance(other, Adds) else other))

    __radd__ = __add__


class Compares:
    def __lt__(self, other):
        return self.v < other.v


class Number(Adds, Compares, Held):
    pass


def operators(x: "float[4]"):
    a, b = Number(x[0]), Number(x[1])
    c = 2.0 + a + b
    return c.v * min([a, b, c]).v + sum([a, b], Number(0.0)).v


class Logged:
    def __init__(self, *args):
        super().__init__(*args)
        self.log = []

    def step(self, x):
        y = super().step(x)
        self.log.append(y)
        return y


class Euler:
    def __init__(self, dt):
        self.dt = dt

    def step(self, x):
        return x + self.dt * self.rhs(x)


class Decay:
    def rhs(self, x):
        return -x * x


class Run(Logged, Decay, Euler):
    pass


def in_a_loop(x: "float[4]"):
    run, y = Run(x[0]), x[1]
    for _ in range(4):
        y = run.step(y)
    return y + sum(run.log)


def inside_a_function(x: "float[4]"):
    class P:
        def __init__(self, a):
            self.a = a

        def go(self):
            return self.a

    class Q(P):
        def go(self):
            return 2 * super().go()

    class R(P):
        def go(self):
            return x[1] + super().go()

    class S(Q, R):
        def go(self):
            return super().go() * super(Q, self).go()

    return S(x[0]).go()
'''
NAMES = [
    "mixin", "cooperative", "nothing_is_left", "passed_on", "abstract", "typed", "fields",
    "of_classes", "operators", "in_a_loop", "inside_a_function",
]  # fmt: skip
X, DOT = np.array([0.9313, 0.3179, 0.5237, 0.1713]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("bases"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    faces.check(name, way, (X,), DOT, atol=1e-7)


GIVEN = '''
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol


class Model:
    def __init__(self, w: float):
        self.w = w


class Tagged:
    def __init__(self, w: float, tag: float):
        super().__init__(w)
        self.tag = tag

    def loss(self, x):
        return self.w * x * self.tag


class Unused:
    def __init__(self, z: float):
        self.z = z


class Net(Tagged, Model, Unused):
    pass


@dataclass
class P:
    p: float


@dataclass
class Q:
    q: float = 2.0


@dataclass
class PQ(Q, P):
    r: float = 1.0

    def loss(self, x):
        return (self.p * self.q + self.r ** 2) * x


class HasLoss(Protocol):
    def loss(self, x): ...


class Half(HasLoss):
    def __init__(self, a: float):
        self.a = a

    def loss(self, x):
        return self.a * x * 0.5


class Shape(ABC):
    @abstractmethod
    def area(self): ...


class Named:
    name = "n"


@dataclass
class Square(Named, Shape):
    a: float

    def area(self):
        return self.a ** 2


@dataclass
class Disc(Shape, Named):
    r: float

    def area(self):
        return 3.0 * self.r ** 2


def of_net(n: Net, x: float):
    return n.loss(x)


def of_fields(n: PQ, x: float):
    return n.loss(x)


def of_half(n: Half, x: float):
    return n.loss(x)


def of_shapes(n: list[Shape], x: float):
    return sum([o.area() * x for o in n])
'''


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    path = tmp_path_factory.mktemp("given") / "given_bases.py"
    path.write_text(GIVEN)
    assert cli.main([str(path), "--mode", "adjoint"]) == 0
    loaded = []
    for file in (path, path.with_name("given_bases_adjoint.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None and spec.loader is not None
        loaded.append(importlib.util.module_from_spec(spec))
        sys.modules[file.stem] = loaded[-1]
        spec.loader.exec_module(loaded[-1])
    return loaded


@pytest.mark.parametrize(
    "name, made, bars",
    [
        ("of_net", lambda m: m.Net(1.5, 2.0), {"w": 1.4, "tag": 1.05}),
        ("of_fields", lambda m: m.PQ(1.0, 2.0, 3.0), {"p": 1.4, "q": 0.7, "r": 4.2}),
        ("of_half", lambda m: m.Half(3.0), {"a": 0.35}),
    ],
)
def test_they_are_given(given, name, made, bars):
    programs, adjoints = given
    n = made(programs)
    value, (bar, x_bar) = getattr(adjoints, f"{name}_adjoint")(n, 0.7, 1.0)
    assert value == pytest.approx(getattr(programs, name)(n, 0.7))
    assert type(bar) is type(n) and vars(bar) == pytest.approx(bars)
    assert x_bar == pytest.approx(value / 0.7)
    assert ad.grad(getattr(programs, name), wrt="x")(n, 0.7) == pytest.approx(x_bar)


def test_lists_of_them_are_given(given):
    programs, adjoints = given
    shapes = [programs.Square(1.5), programs.Disc(2.0), programs.Square(0.5)]
    by_file = adjoints.of_shapes_adjoint(shapes, 0.7, 1.0)[1]
    by_call = ad.grad(programs.of_shapes, wrt=("n", "x"))(shapes, 0.7)
    for bars, x_bar in (by_file, by_call):
        assert [type(bar).__name__ for bar in bars] == ["Square", "Disc", "Square"]
        found = [value for bar in bars for value in vars(bar).values()]
        assert found == pytest.approx([2.1, 8.4, 0.7])
        assert x_bar == pytest.approx(14.5)


HIDDEN = '''
import collections


class Mixin:
    def get(self, v):
        return 2.0 * v


class Both(collections.UserDict, Mixin):
    pass


def f(x: float):
    return Both().get(x)
'''


def test_a_base_that_is_not_read_comes_first(tmp_path, capsys):
    path = tmp_path / "hidden_bases.py"
    path.write_text(HIDDEN)
    assert cli.main([str(path)]) == 1
    assert "Both is below UserDict, which is not read" in capsys.readouterr().err
