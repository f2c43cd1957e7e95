"""Whole arrays of float32 become loops over their elements under Numba too, and stay float32."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import adcompile as ad

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore")

X = np.array([0.31, -0.22, 0.57, 0.1, 1.4], dtype=np.float32)
Y = np.array([0.8, -0.1, 0.6, -0.92, 0.25], dtype=np.float32)


def chosen(x, y):
    return np.sum(np.where(x > 0.1, np.sin(x) * y, 2 * y) / 3)  # 0.1 is one of x


def powers(x, y):
    return np.sum((x * x + 1) ** 1.5 + np.abs(y) ** 0.5 + (y * y + 2) ** -1)


def normal(x, y):
    z = (x - np.mean(x)) / np.std(x)
    return np.dot(z, y)


def log_of_sum(x, y):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m))) + np.min(y)


def along_axes(x, y):
    a = np.exp(x)[:, None] * y[None, :]
    return np.sum(a * a, axis=0) + np.max(a, axis=1)


def relaxed(x, y):
    u = np.zeros_like(x)
    u[:] = x
    for _ in range(4):
        u[1:-1] = 0.5 * (u[2:] + u[:-2]) - 0.1 * y[1:-1]
        u *= 0.9
    return u


def cast(x, y):
    return np.sum((x.astype(np.float64) * y).astype(np.float32)) + np.sum(np.full(5, 2.0) * x)


PROGRAMS = [chosen, powers, normal, log_of_sum, along_axes, relaxed, cast]


@pytest.mark.parametrize("width", [np.float32, np.float64])
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda function: function.__name__)
def test_loops_over_float32(function, width):
    """The derivatives are those of NumPy code, of the dtypes of the arguments."""
    args = X, Y.astype(width)
    given = copy.deepcopy(args)
    value = function(*args)
    seed = np.ones_like(value) if np.ndim(value) else 1.0
    wanted = ad.adjoint(function)(*args, seed)
    compiled = ad.adjoint(function, backend="numba")
    found = compiled(*args, seed)
    np.testing.assert_allclose(found[0], wanted[0], rtol=2e-6)
    for bar, wanted_bar, arg in zip(found[1], wanted[1], args, strict=True):
        assert bar.dtype == wanted_bar.dtype == arg.dtype
        np.testing.assert_allclose(bar, wanted_bar, rtol=1e-5, atol=1e-6)
    for arg, before in zip(args, given):
        np.testing.assert_array_equal(arg, before)
    wanted = ad.tangent(function)(*args, *args)
    found = ad.tangent(function, backend="numba")(*args, *args)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    if function is not normal:  # a standard deviation is a call
        assert ".astype(" not in compiled.source


def test_a_long_sum_of_float32_keeps_its_digits():
    """It is added up in double precision, and rounded at the end."""
    x = np.full(2_000_000, 0.1, dtype=np.float32)

    def total(x):
        return np.sum(x * x)

    value, _ = ad.adjoint(total, backend="numba")(x)
    assert value == pytest.approx(2e4, rel=1e-6)


def mean_on_one_path(x, y):
    if x[0] > 0.3:
        return np.sum(x) + x[1]
    return np.mean(y) + np.sum(x)


def test_a_mean_of_float32_on_one_path():
    """A number divided by how many there are is of double width to Numba."""
    for x in (X, -X):
        found = ad.grad(mean_on_one_path, wrt=("x", "y"), backend="numba")(x, X)
        wanted = ad.grad(mean_on_one_path, wrt=("x", "y"))(x, X)
        for bar, other in zip(found, wanted, strict=True):
            assert bar.dtype == other.dtype == np.float32
            np.testing.assert_allclose(bar, other, rtol=1e-6)
