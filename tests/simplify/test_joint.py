"""Loops whose turns are independent but for sums: forward and reverse in one loop."""

import numpy as np
import pytest
from deriving import derive_adjoint, flat, load, random_like, trace_of
from hypothesis import given
from interpreter import run
from programs import HEAD, programs

from adcompile.rules import check
from adcompile.simplify.joint import joint
from adcompile.trace.ir import For

X = np.array([[0.9, 1.7, 0.2], [2.5, 0.1, 0.4]])
JOINT = {
    "sum": """
def f(w, x):
    total = 0.0
    for row in x:
        r = np.dot(row, w)
        total += r * r
    return total
""",
    "something behind": """
def f(w, x):
    total = 0.0
    for row in x:
        r = np.dot(row, w)
        total += r * r
    return total / 3.0 + np.sum(w * w)
""",
    "branch and loop inside": """
def f(w, x):
    total = 0.0
    for row in x:
        r = np.dot(row, w)
        if r > 0.0:
            total += r * r * math.sin(r)
        for j in range(2):
            total += w[j] * r * r
    return total
""",
}
APART = {
    "the seed depends on the sum": """
def f(w, x):
    total = 0.0
    for row in x:
        r = np.dot(row, w)
        total += r * r
    return total * total
""",
    "a recurrence": """
def f(w, x):
    total = 0.5
    for row in x:
        total = total * np.dot(row, w)
    return total
""",
    "an effect": """
def f(w, x):
    total = 0.0
    for row in x:
        r = np.dot(row, w)
        assert r < 100.0
        total += r * r
    return total
""",
}


def both(text):
    args = (np.array([0.3, -0.8, 1.1]), X)
    plain = derive_adjoint(trace_of(load(text), args), ("w", "x"))
    merged = joint(plain)
    check.verify(merged)
    np.testing.assert_allclose(flat(run(merged, *args)), flat(run(plain, *args)), rtol=1e-13)
    return [sum(isinstance(eqn, For) for eqn in trace.body.eqns) for trace in (plain, merged)]


@pytest.mark.parametrize("name", JOINT)
def test_one_loop(name):
    assert both(JOINT[name]) == [2, 1]


@pytest.mark.parametrize("name", APART)
def test_two_loops(name):
    assert both(APART[name]) == [2, 2]


@given(programs("arrays", "branches", "loops"))
def test_generated(text):
    args = (0.7131, -0.4267, np.array([0.9313, -0.3179, 0.5237, 0.1713]))
    trace = trace_of(load(text.removeprefix(HEAD.partition("def")[0])), args)
    plain = derive_adjoint(trace, ("x", "y", "u"))
    merged = joint(plain)
    check.verify(merged)
    bar = random_like(run(trace, *args), np.random.default_rng(1))
    one, other = (flat(run(t, *args, bar)) for t in (plain, merged))
    np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
