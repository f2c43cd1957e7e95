"""Flags, texts and integers that decide what a function gives: it is compiled for their values."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

SOLVED = load("""
import numpy as np

def solved(a, b, full_output=False, method="direct"):
    if method == "direct":
        x = np.linalg.solve(a, b)
    elif method == "steps":
        steps = [b]
        for i in range(3):
            steps.append(b - a @ steps[-1])
        x = steps[-1]
    if full_output:
        return x, {"residual": a @ x - b, "method": method}
    return x
""", "solved")
A, B = np.array([[1.2, 0.3], [-0.1, 0.9]]), np.array([0.4, -0.7])


@pytest.mark.parametrize("method", ["direct", "steps", "direct"])
def test_a_flag_that_decides_the_structure(method):
    moved = np.array([0.2, 0.5])
    expected = (
        SOLVED(A, B + 1e-6 * moved, method=method) - SOLVED(A, B - 1e-6 * moved, method=method)
    ) / 2e-6
    for full in (False, True, False):
        value, value_dot = ad.jvp(SOLVED, (A, B, full, method), (None, moved, None, None))
        _, pull = ad.vjp(SOLVED, A, B, full, method)
        seed = np.array([1.0, -2.0])
        if full:
            assert value[1]["method"] == method
            residual = value_dot[1]["residual"]
            np.testing.assert_allclose(residual, A @ value_dot[0] - moved, atol=1e-12)
            value_dot = value_dot[0]
            bar = pull((seed, {"residual": np.zeros(2), "method": None}))[1]
        else:
            bar = pull(seed)[1]
        np.testing.assert_allclose(value_dot, expected, rtol=1e-6)
        np.testing.assert_allclose(bar @ moved, seed @ value_dot, rtol=1e-12)


def test_what_is_emitted_is_for_that_value_alone():
    adjoint = ad.adjoint(SOLVED, wrt="b")
    np.testing.assert_allclose(adjoint(A, B, False, "direct", np.ones(2))[0], np.linalg.solve(A, B))
    text = ad.differentiate(SOLVED, wrt="b").source("adjoint", A, B, False, "direct")
    names: dict = {}
    exec(text, names)
    with pytest.raises(ValueError, match="this derivative is that of full_output=False"):
        names["solved_adjoint"](A, B, True, "direct", np.ones(2))
    with pytest.raises(ValueError, match="this derivative is that of method='direct'"):
        names["solved_adjoint"](A, B, False, "steps", np.ones(2))


def test_what_no_flag_decides_is_refused_as_before():
    f = load("""
def f(x, n, flag=True):
    if x > n:
        return x, x
    return x
""", "f")
    with pytest.raises(ad.RejectedError, match="on each of the paths"):
        ad.jvp(f, (0.3, 2, True), (1.0, None, None))


def test_a_number_that_decides_whether_there_is_one_result():
    f = load("""
def f(x, n):
    if n > 2:
        return x, 2 * x
    return x
""", "f")
    assert ad.jvp(f, (0.3, 2), (1.0, None)) == (0.3, 1.0)
    assert ad.jvp(f, (0.3, 3), (1.0, None)) == ((0.3, 0.6), (1.0, 2.0))


ALONG = """
import numpy as np

def taken(x, axis=-1, keep=False):
    far = np.abs(x - x.take([0], axis=axis))
    return np.sum(np.max(far, axis=axis, keepdims=keep) ** 2)

def steps(x, n=1):
    return np.sum(np.diff(x, n) ** 3)

def transformed(x, axes=(0, 1), scale=1.0):
    return np.sum(np.abs(np.fft.fftn(x, axes=axes)) ** 2) * scale

def pieces(x, k, which):
    if k == 0:
        return [x]
    return x ** k

def total(x, k, which=0):
    found = pieces(x, k, which)
    return np.sum(found[0]) if k == 0 else np.sum(found)
"""


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("taken", [(-1,), (0,), (1, True), (0, False)]),
        ("steps", [(), (2,), (1,), (3,)]),
        ("transformed", [(), ((1,),), ((0,),), ((1, 0), 2.0)]),
        ("total", [(0,), (2,), (3, 1)]),
    ],
)
def test_a_number_that_decides_the_structure(name, numbers):
    """It is data; the derivative is one for its value."""
    f = load(ALONG, name)
    x = np.random.default_rng(3).normal(size=(4, 5))
    moved = np.random.default_rng(4).normal(size=(4, 5))
    for more in (*numbers, *numbers):
        bar = ad.grad(f)(x, *more)
        expected = (f(x + 1e-6 * moved, *more) - f(x - 1e-6 * moved, *more)) / 2e-6
        np.testing.assert_allclose(np.sum(bar * moved), expected, rtol=1e-6)


def test_what_is_emitted_is_for_that_number_alone():
    text = ad.differentiate(load(ALONG, "transformed")).source("adjoint", A, (0, 1), 1.0)
    names: dict = {}
    exec(text, names)
    _, bar = names["transformed_adjoint"](A, (0, 1), 1.0)
    np.testing.assert_allclose(bar, 2 * A * A.size)
    with pytest.raises(ValueError, match=r"this derivative is that of axes\[0\]=0"):
        names["transformed_adjoint"](A, (1, 0), 1.0)


def test_a_number_by_which_it_is_differentiated_is_none():
    steps = load(ALONG, "steps")
    with pytest.raises(ad.ArgumentError, match="steps uses n as an integer"):
        ad.grad(steps, wrt=("x", "n"))(A, 1)
    assert ad.grad(steps)(A, 1).shape == A.shape
