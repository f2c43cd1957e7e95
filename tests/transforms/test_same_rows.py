"""Products of matrices of which the rows are all one, or only their sum is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

RNG = np.random.default_rng(5)
X = RNG.uniform(size=(6, 3))
V = RNG.uniform(size=3)
B = RNG.uniform(size=(3, 2))
DIRECTIONS = tuple(RNG.uniform(size=x.shape) for x in (X, V, B))

CENTRED = "def f(x, v, b):\n    return np.sin((x - v) @ b)\n"
SHIFTED = "def f(x, v, b):\n    return np.sin((v + x) @ b)\n"
TWICE = "def f(x, v, b):\n    return np.sin(((x - v) @ b) @ b.T @ np.diag(v))\n"
SCALED = "def f(x, v, b):\n    y = (x - v) @ (2.0 * b)\n    return np.sum(y ** 3)\n"
TEXTS = [CENTRED, SHIFTED, TWICE, SCALED]


def differences(function, args, wrt, ways, step=1e-6):
    moved = [
        function(*(x + sign * step * ways[n] if n in wrt else x for n, x in enumerate(args)))
        for sign in (1, -1)
    ]
    return (moved[0] - moved[1]) / (2 * step)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("wrt", [(1,), (2,), (1, 2), (0, 1), (0, 1, 2)])
def test_tangent_and_adjoint(text, wrt):
    function, args = load(text), (X, V, B)
    made = ad.tangent(function, wrt=wrt)
    value, value_dot = made(*args, *(DIRECTIONS[n] for n in wrt))
    np.testing.assert_allclose(value, function(*args))
    assert np.shape(value_dot) == np.shape(value)
    np.testing.assert_allclose(value_dot, differences(function, args, wrt, DIRECTIONS), rtol=1e-6)
    seed = RNG.uniform(size=np.shape(value))
    bars = ad.adjoint(function, wrt=wrt)(*args, seed)[1]
    bars = bars if len(wrt) > 1 else (bars,)
    dotted = sum(np.vdot(bar, DIRECTIONS[n]) for bar, n in zip(bars, wrt))
    np.testing.assert_allclose(dotted, np.vdot(seed, value_dot))


@pytest.mark.parametrize("rows", [0, 1, 2])
@pytest.mark.parametrize("length", [1, 3])
def test_few_rows_and_a_vector_of_one_number(rows, length):
    """A vector of length one is spread over the columns too."""
    function, args = load(CENTRED), (X[:rows], V[:length], B)
    ways = (DIRECTIONS[0][:rows], DIRECTIONS[1][:length], DIRECTIONS[2])
    for wrt in ((1,), (1, 2)):
        found = ad.tangent(function, wrt=wrt)(*args, *(ways[n] for n in wrt))[1]
        assert found.shape == (rows, 2)
        np.testing.assert_allclose(found, differences(function, args, wrt, ways), rtol=1e-6)
    bar = ad.adjoint(function, wrt=1)(*args, np.ones((rows, 2)))[1]
    assert bar.shape == (length,)


def test_the_text():
    function = load(CENTRED)
    tangent, adjoint = ad.tangent(function, wrt=(1, 2)), ad.adjoint(function, wrt=1)
    tangent(X, V, B, *DIRECTIONS[1:])
    adjoint(X, V, B, np.ones((6, 2)))
    assert "[:1]) - v_dot) @ b" in tangent.source
    assert ".sum(axis=0) @ b.T" in adjoint.source


def test_half_the_width():
    function = load(CENTRED)
    args = [x.astype(np.float32) for x in (X, V, B)]
    dot = ad.tangent(function, wrt=1)(*args, DIRECTIONS[1].astype(np.float32))[1]
    bar = ad.adjoint(function, wrt=1)(*args, np.ones((6, 2), np.float32))[1]
    assert dot.dtype == bar.dtype == np.float32


@pytest.mark.parametrize("text", TEXTS)
def test_second_derivatives_and_many_directions(text):
    inner = text.replace("def f(", "def g(")
    function = load(inner + "\ndef f(x, v, b):\n    return np.sum(g(x, v, b) ** 2)\n")
    hessian, gradient = ad.hessian(function, wrt="v")(X, V, B), ad.grad(function, wrt="v")
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-10)
    for n, step in enumerate(1e-5 * np.eye(3)):
        column = (gradient(X, V + step, B) - gradient(X, V - step, B)) / 2e-5
        np.testing.assert_allclose(hessian[n], column, rtol=1e-6, atol=1e-6)
    whole = load(text)
    jacobians = [
        ad.jacobian(whole, wrt="v", mode=mode)(X, V, B) for mode in ("forward", "reverse")
    ]
    np.testing.assert_allclose(*jacobians, rtol=1e-10, atol=1e-12)
