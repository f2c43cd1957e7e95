"""Zeros but at a few places, and zeros written to what was read: `masks` and `late`."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.array([0.5, 2.0, -1.0, 2.0, 0.3])
A = np.arange(12.0).reshape(3, 4) % 7.0
DOT = np.cos(np.arange(5.0))

LOGSUMEXP = """
def f(x):
    top = np.max(x)
    return np.log(np.sum(np.exp(x - top))) + top
"""


def both(f, *args, name):
    """Gradient and slope, which are those without the pass."""
    dots = [np.cos(np.arange(np.size(arg))).reshape(np.shape(arg)) for arg in args]
    for passes in (None, {name: False}):
        yield ad.grad(f, passes=passes)(*args), ad.jvp(f, args, dots, passes=passes)


def test_the_extreme_of_a_vector():
    f = load(LOGSUMEXP)
    adjoint, tangent = ad.adjoint(f), ad.tangent(f)
    adjoint(X), tangent(X, DOT)
    assert "np.where" not in adjoint.source and "x_bar[v" in adjoint.source
    assert "np.where" not in tangent.source and "x_dot[v" in tangent.source


@pytest.mark.parametrize("x", [X, X[:1], np.full(4, 1.5), np.array([0.0, np.nan, 1.0]), -X, A])
def test_ties_and_what_is_no_number(x):
    (grad, slope), (plain, want) = both(load(LOGSUMEXP), x, name="masks")
    np.testing.assert_allclose(grad, plain, rtol=1e-14)
    np.testing.assert_allclose(slope, want, rtol=1e-14)


@pytest.mark.parametrize("line", [
    "np.sum(np.where(x > 1.0, x, 0.0) * x)", "np.max(x) * np.min(x)", "np.sum(np.max(x) + x * x)",
    "np.sum(np.where(x > 0.4, x, 0)) + np.ptp(x)", "np.sum(np.where(x > 0.4, np.exp(x), x * x))",
])  # fmt: skip
def test_other_choices(line):
    f = load(f"def f(x):\n    return {line}\n")
    (grad, slope), (plain, want) = both(f, X, name="masks")
    np.testing.assert_allclose(grad, plain, rtol=1e-14)
    np.testing.assert_allclose(slope, want, rtol=1e-14)
    assert slope[0] == f(X)


def test_second_derivatives_of_an_extreme():
    f = load(LOGSUMEXP)
    distinct = X + 0.01 * np.arange(5.0)
    got = ad.hessian(f)(distinct)
    np.testing.assert_allclose(got, ad.hessian(f, passes={"masks": False})(distinct), atol=1e-14)


JACOBI = """
def f(A, steps):
    A = A.copy()
    B = 0.5 * A
    for _ in range(steps):
        B[1:-1] = 0.2 * (A[:-2] + A[2:] + A[1:-1])
        A[1:-1] = 0.3 * np.sin(B[1:-1]) + B[1:-1]
    return np.sum(A * A)
"""


def test_what_was_read_is_used_before_it_is_zero():
    f = load(JACOBI)
    made = ad.adjoint(f, wrt="A")
    made(X, 3)
    plain = ad.adjoint(f, wrt="A", passes={"late": False})
    np.testing.assert_array_equal(made(X, 3)[1], plain(X, 3)[1])
    reverse, without = (text.source.split("# reverse sweep")[1] for text in (made, plain))
    assert ".copy()" not in reverse and ".copy()" in without
