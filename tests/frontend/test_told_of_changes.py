"""x += v where x is an item or an attribute that the class of an object takes care of."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad
from adcompile.errors import RejectedError

HEAD = """
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Scaled:
    def __init__(self, v):
        self.v = v
        self.reads = 0

    def __getitem__(self, i):
        self.reads += 1
        return self.v[i]

    def __setitem__(self, i, t):
        self.v[i] = t * self.v[i]


class Doubled:
    def __init__(self):
        self.rows = {}

    def __getitem__(self, i):
        return self.rows[i]

    def __setitem__(self, i, t):
        self.rows[i] = 2.0 * t


class Kept:
    def __init__(self, v):
        self._v, self.q = v, [1.0]

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, new):
        self._v = 2.0 * new


class Plain:
    def __init__(self, v):
        self.v, self.q = v, [1.0]

    def renew(self):
        self.v, self.q = np.zeros(3), [5.0]
        return 1.0


class ReadOnly:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v


@dataclass(frozen=True)
class Frozen:
    v: np.ndarray


class Named(NamedTuple):
    v: np.ndarray


"""
PROGRAMS = {
    "the slice is a view": "g = Scaled(u * x)\n    g[:2] += x\n    return np.sum(g.v)",
    "read once": "g = Scaled(u * x)\n    g[:2] *= x\n    return np.sum(g.v) * g.reads",
    "stored": "g = Doubled()\n    g['p'] = u * x\n    g['p'] += x\n    return np.sum(g.rows['p'])",
    "a property": "p = Kept(u * x)\n    p.v += x\n    return np.sum(p.v)",
    "a property, twice": (
        "p = Kept(u * x)\n    w = p.v\n    p.v *= x\n    w[0] *= 5.0\n    return np.sum(p.v) * w[0]"
    ),
    "what it was before": "p = Plain(u * x)\n    p.v += p.renew()\n    return np.sum(p.v)",
    "a list before": "p = Plain(u)\n    p.q += [x * p.renew()]\n    return sum(p.q) + p.v[0]",
    "a name before": (
        "v = u * x\n\n    def renew():\n        nonlocal v\n        v = np.ones(3)\n"
        "        return x\n\n    v += renew()\n    return np.sum(v)"
    ),
}
U = np.array([0.7, -1.2, 1.9])


@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_told_of_a_change(body):
    f = load(f"{HEAD}def f(u, x):\n    {body}\n")
    value, x_bar = ad.value_and_grad(f, wrt="x")(U, 0.6)
    assert value == pytest.approx(f(U, 0.6), rel=1e-14)
    assert x_bar == pytest.approx((f(U, 0.6 + 1e-6) - f(U, 0.6 - 1e-6)) / 2e-6, rel=1e-7)
    ways = np.array([0.3, -0.4, 0.8]), 0.5
    value_dot = ad.jvp(f, (U, 0.6), ways)[1]
    u_bar = ad.grad(f, wrt="u")(U, 0.6)
    assert value_dot == pytest.approx(u_bar @ ways[0] + x_bar * 0.5, rel=1e-12)


@pytest.mark.parametrize("cls", ["ReadOnly", "Frozen", "Named"])
@pytest.mark.parametrize("given", ["u * x", "x"], ids=["array", "number"])
@pytest.mark.parametrize("way", ["p.v += x", "p.v = x"])
def test_what_refuses_to_be_assigned(cls, given, way):
    f = load(f"{HEAD}def f(u, x):\n    p = {cls}({given})\n    {way}\n    return np.sum(p.v)\n")
    with pytest.raises(AttributeError):
        f(U, 0.6)
    with pytest.raises(RejectedError, match="ADC311"):
        ad.grad(f, wrt="x")(U, 0.6)
