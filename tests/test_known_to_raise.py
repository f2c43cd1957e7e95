"""Keys and places that are known not to be there, where that is caught, or may not be reached."""

from __future__ import annotations

import numpy as np
import pytest
from mixed.check import load

import adcompile as ad

PROGRAMS = {
    "a key": """
def f(x, y):
    d = {'a': x}
    try:
        t = d['b'] * x
    except KeyError:
        t = y
    return t * d['a']
""",
    "a key of several": """
def f(x, y):
    d, s = {'a': x, 'b': x * x}, 0.0
    for key in ('a', 'c', 'b'):
        try:
            s += d[key] * y
        except KeyError:
            s -= x
    return s
""",
    "a place": """
def f(x, y):
    q = [x, y]
    try:
        t = q[5]
    except IndexError:
        q = q + [2.0 * x]
    return sum(q) * len(q) * y
""",
    "of a tuple": """
def f(x, y):
    q = (x, y)
    try:
        return q[2]
    except IndexError as error:
        return q[1] * q[0] * (2.0 if 'tuple' in str(error) else 3.0)
""",
    "what is taken out": """
def f(x, y):
    d = {'a': x}
    try:
        t = d.pop('z')
    except KeyError:
        t = 2.0 * y
    return sum(d.values()) * t
""",
    "what is kept from call to call": """
def looked_up(d, key):
    try:
        return d[key]
    except KeyError:
        d[key] = 2.0 * d['a']
        return d[key]


def f(x, y):
    d = {'a': x}
    return looked_up(d, 'a') * looked_up(d, 'b') * looked_up(d, 'b') * y + len(d)
""",
    "on a path that is not taken": """
def f(x, y):
    d, q = {}, [x]
    if x > 5.0:
        t = d['a'] + q[1]
        q[3] = x
        del q[2]
    else:
        t = y
    return t * q[0]
""",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_caught(text):
    f = load(text)
    value, (x_bar, y_bar) = ad.value_and_grad(f, wrt=("x", "y"))(0.6, 0.8)
    assert value == pytest.approx(f(0.6, 0.8), rel=1e-14)
    h = 1e-6
    assert x_bar == pytest.approx((f(0.6 + h, 0.8) - f(0.6 - h, 0.8)) / (2 * h), rel=1e-7)
    assert y_bar == pytest.approx((f(0.6, 0.8 + h) - f(0.6, 0.8 - h)) / (2 * h), rel=1e-7)
    value_dot = ad.jvp(f, (0.6, 0.8), (0.3, -0.5))[1]
    assert value_dot == pytest.approx(0.3 * x_bar - 0.5 * y_bar, rel=1e-12)


@pytest.mark.parametrize("line", ["t = d['a']", "t = q[1]", "q[1] = x", "del q[1]", "del d['a']"])
def test_the_error_is_the_one_of_the_program(line):
    f = load(f"def f(x, y):\n    d, q, t = {{}}, [x], y\n    if x > 0.5:\n        {line}\n"
             "    return t * q[0]\n")  # fmt: skip
    assert ad.grad(f, wrt="x")(0.4, 0.8) == pytest.approx(0.8)
    with pytest.raises(LookupError) as of_program:
        f(0.6, 0.8)
    with pytest.raises(type(of_program.value)) as found:
        ad.grad(f, wrt="x")(0.6, 0.8)
    assert str(found.value) == str(of_program.value)


ABOVE = """
class Base:
    scale = 3.0

    def __init__(self, t):
        self.t = t

    @property
    def v(self):
        return self.t * 2.0

    @staticmethod
    def squared(t):
        return t * t

    def times(self, t):
        return self.t * t


class Child(Base):
    scale = 4.0

    @property
    def v(self):
        return super().v + 1.0

    def times(self, t):
        times = super().times
        return times(t) * super().scale + super().squared(t) + self.scale
"""
RESULT = "return Child(x).v * Base(y).v + Child(y).times(x)"


def test_a_property_and_a_value_of_the_class_above():
    inside = "".join(f"    {line}\n" if line else "\n" for line in ABOVE.splitlines())
    head = "def f(x, y):"
    for text in (f"{ABOVE}\n\n{head}\n    {RESULT}\n", f"{head}{inside}\n    {RESULT}\n"):
        value, (x_bar, y_bar) = ad.value_and_grad(load(text), wrt=("x", "y"))(0.6, 0.8)
        assert value == pytest.approx((1.2 + 1.0) * 1.6 + 0.48 * 3.0 + 0.36 + 4.0)
        assert x_bar == pytest.approx(2.0 * 1.6 + 0.8 * 3.0 + 1.2)
        assert y_bar == pytest.approx(2.2 * 2.0 + 0.6 * 3.0)


FROZEN = """
import numpy as np
from dataclasses import dataclass


@dataclass(frozen=True)
class Frozen:
    v: np.ndarray
    n: float = 0.0

    def __post_init__(self):
        object.__setattr__(self, "n", np.sum(self.v) ** 2)


def f(u, x):
    p = Frozen(u * x)
    return p.n * x
"""


def test_what_a_frozen_object_computes_of_its_fields():
    u_bar, x_bar = ad.grad(load(FROZEN), wrt=("u", "x"))(np.array([1.0, 2.0]), 0.5)
    assert x_bar == pytest.approx(27.0 * 0.25)
    np.testing.assert_allclose(u_bar, 6.0 * 0.125)
