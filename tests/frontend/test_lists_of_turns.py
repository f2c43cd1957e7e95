"""A list that each turn of a loop makes anew holds, behind the loop, what it is made of."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

PROGRAM = """
class P:
    def __init__(self, a, v):
        self.a = a
        self.v = v

def made(u):
    return [P(u[i], u[i] * 2) for i in range(4)]

def total(ps):
    return sum((i + 1) * o.v for i, o in enumerate(ps))

def f(u):
    ps = made(u)
    far = {}
    for t in u:
        {}
    far[-1].v = u[0] * 10
    return total(ps)
"""
TURNS = {
    "turned": ("ps[1:]", "far = ps[::-1]"),
    "turned_itself": ("ps[1:]", "far = far[::-1]"),
    "in_order": ("[ps[0], ps[2]]", "far = sorted(ps, key=lambda o: o.a)"),
    "not_in_all_turns": ("[ps[0]]", "if t > 0.5:\n            far = [ps[1]]"),
}


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
def test_what_is_changed_through_it(turn):
    f, u = load(PROGRAM.format(*turn), "f"), np.array([0.3, 0.9, 0.4, 1.2])
    value, bar = ad.value_and_grad(f)(u)
    assert value == pytest.approx(f(u), rel=1e-14)
    expected = [(f(u + step) - f(u - step)) / 2e-6 for step in 1e-6 * np.eye(4)]
    np.testing.assert_allclose(bar, expected, atol=1e-8)
    np.testing.assert_allclose(ad.jvp(f, (u,), (np.ones(4),))[1], np.sum(expected), atol=1e-8)
