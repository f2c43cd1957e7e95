"""A list that each turn of a loop makes anew holds, behind the loop, what it is made of."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

PROGRAMS = """
class P:
    def __init__(self, a, v):
        self.a = a
        self.v = v

def made(u):
    return [P(u[i], u[i] * 2) for i in range(4)]

def total(ps):
    return sum((i + 1) * o.v for i, o in enumerate(ps))

def turned(u):
    ps = made(u)
    far = ps[1:]
    for t in u:
        far = ps[::-1]
    far[-1].v = u[0] * 10
    return total(ps)

def turned_itself(u):
    ps = made(u)
    far = ps[1:]
    for t in u:
        far = far[::-1]
    far[-1].v = u[0] * 10
    return total(ps)

def in_order(u):
    ps = made(u)
    far = [ps[0], ps[2]]
    for t in u:
        far = sorted(ps, key=lambda o: o.a)
    far[-1].v = u[0] * 10
    return total(ps)

def not_in_all_turns(u):
    ps = made(u)
    far = [ps[0]]
    for t in u:
        if t > 0.5:
            far = [ps[1]]
    far[-1].v = u[0] * 10
    return total(ps)
"""


@pytest.mark.parametrize("name", ["turned", "turned_itself", "in_order", "not_in_all_turns"])
def test_what_is_changed_through_it(name):
    f, u = load(PROGRAMS, name), np.array([0.3, 0.9, 0.4, 1.2])
    value, bar = ad.value_and_grad(f)(u)
    assert value == pytest.approx(f(u), rel=1e-14)
    expected = [(f(u + step) - f(u - step)) / 2e-6 for step in 1e-6 * np.eye(4)]
    np.testing.assert_allclose(bar, expected, atol=1e-8)
    np.testing.assert_allclose(ad.jvp(f, (u,), (np.ones(4),))[1], np.sum(expected), atol=1e-8)
