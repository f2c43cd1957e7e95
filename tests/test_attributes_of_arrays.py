"""Attributes of arrays that are assigned: parts of real and complex ones, and what is no such."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.array([0.3, -0.5, 0.7])
TEXT = """
def f(x, c):
    x = x.copy()
    x.real = x.real * x.real + c
    if np.iscomplexobj(x):
        x.imag = x.imag * c
    return np.sum(x.real**2 + x.imag)
"""
NAMED = """
def f(x, c):
    y = x * c
    try:
        y.name = "y"
    except AttributeError:
        y = y * y
    return np.sum(y)
"""


def test_the_real_part_of_a_real_array_is_the_array():
    f = load(TEXT)
    x_bar, c_bar = ad.grad(f, wrt=("x", "c"))(X, 0.4)
    np.testing.assert_allclose(x_bar, 4 * X * (X * X + 0.4), rtol=1e-14)
    assert c_bar == pytest.approx(2 * np.sum(X * X + 0.4))
    text = ad.differentiate(f).source("adjoint", X, 0.4)
    assert "iscomplexobj" not in text


def test_parts_of_a_complex_array():
    f, z = load(TEXT), X + 1j * X[::-1]
    c_bar = ad.grad(f, wrt="c")(z, 0.4)
    step = (f(z, 0.4 + 1e-6) - f(z, 0.4 - 1e-6)) / 2e-6
    assert c_bar == pytest.approx(step, rel=1e-7)


@pytest.mark.parametrize("x", [X, 0.3, np.float64(0.3), np.array(0.3)])
def test_an_attribute_that_arrays_and_numbers_do_not_take(x):
    f = load(NAMED)
    assert ad.value_and_grad(f, wrt="c")(x, 0.4) == pytest.approx(
        (f(x, 0.4), float(np.sum(0.8 * x * x)))
    )


def test_the_imaginary_part_of_a_real_array():
    f = load("def f(x, c):\n    x = x.copy()\n    x.imag = c\n    return np.sum(x)")
    with pytest.raises(ad.RejectedError, match="'imag' of this cannot be assigned"):
        ad.grad(f)(X, 0.4)
    f = load(
        "def f(x, c):\n    x = x.copy()\n    try:\n        x.imag = c\n    except TypeError:\n"
        "        x = x * c\n    return np.sum(x)"
    )
    np.testing.assert_allclose(ad.grad(f)(X, 0.4), [0.4] * 3)


@pytest.mark.parametrize(
    "dtype", ["'datetime64[D]'", "np.datetime64", "'timedelta64[s]'", "'M8[D]'"]
)
def test_an_array_of_dates_is_refused(dtype):
    f = load(f"def f(x, d):\n    return x * np.array(d, dtype={dtype}).astype(int)")
    with pytest.raises(ad.RejectedError, match="an array of dates has no derivative"):
        ad.grad(f)(0.3, 5)
