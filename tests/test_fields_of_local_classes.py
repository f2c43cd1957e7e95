"""Fields that are made anew for each object, of dataclasses defined inside a function."""

from __future__ import annotations

import numpy as np
import pytest
from mixed.check import load

import adcompile as ad

TEXT = """
from dataclasses import dataclass, field

import numpy as np


def f(u, x):
    @dataclass
    class Box:
        t: float
        n: float = 2.0
        items: list = field(default_factory=list)
        v: np.ndarray = field(default_factory=lambda: np.ones(3))

    p, q = Box(x), Box(x * x, 3.0)
    {}
    p.items.append(x)
    return np.sum(p.v * q.v) + q.t * sum(q.items) + sum(p.items) * p.n
"""
CHANGES = {
    "assigned": "q.v = u * x",
    "one of the other": "q.v = p.v\n    q.v += u * x",
    "in place": "q.v *= u * x",
    "a list": "p.items = [u[0] * x]\n    q.items = p.items",
    "with a default": "p.n = x",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_fields_that_are_assigned(change):
    f, u = load(TEXT.format(change)), np.array([0.7, -0.2, 1.9])
    value, (u_bar, x_bar) = ad.value_and_grad(f, wrt=("u", "x"))(u, 0.6)
    assert value == pytest.approx(f(u, 0.6), rel=1e-14)
    way = np.array([0.3, -0.4, 0.8])
    near = f(u + 1e-6 * way, 0.6 + 5e-7) - f(u - 1e-6 * way, 0.6 - 5e-7)
    assert u_bar @ way + x_bar * 0.5 == pytest.approx(near / 2e-6, rel=1e-7)
