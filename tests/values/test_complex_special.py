"""Functions of scipy.special that hold for complex operands."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

special = pytest.importorskip("scipy.special")
NAMES = ["erf", "erfc", "erfcx", "erfi", "dawsn", "wofz", "gamma", "loggamma"]
X = np.array([0.5, 0.9, 1.3])


@pytest.mark.parametrize("real", [False, True], ids=["complex", "real"])
@pytest.mark.parametrize("name", NAMES)
def test_a_function_of_complex_numbers(name, real):
    place = "x * c" if real else "x * (1 + c * 1j)"
    f = load(
        f"def f(x, c):\n    y = special.{name}({place})\n    return np.sum(y.real * x + y.imag)"
    )
    f.__globals__["special"] = special
    x_bar, c_bar = ad.grad(f, wrt=("x", "c"))(X, 0.7)
    value, value_dot = ad.jvp(f, (X, 0.7), (np.cos(X), 0.3))
    step = 1e-5
    slope = (
        f(X + step * np.cos(X), 0.7 + 0.3 * step) - f(X - step * np.cos(X), 0.7 - 0.3 * step)
    ) / (2 * step)
    assert value == pytest.approx(f(X, 0.7), rel=1e-14)
    assert value_dot == pytest.approx(slope, rel=1e-8)
    assert x_bar.dtype == np.float64
    assert np.vdot(x_bar, np.cos(X)) + 0.3 * c_bar == pytest.approx(value_dot, rel=1e-12)
