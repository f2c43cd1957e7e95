"""np.isscalar: decided when compiling where that is certain, else asked when the program runs."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

ARGUMENTS = [0.3, np.float64(0.3), np.array(0.3), np.array([0.3]), np.array([0.3, 0.4])]
VALUES = [
    "x", "[x]", "(x, x)", "np.where(x > 0, x, 1.0)", "np.sin(x) + 1", "np.asarray(x)",
    "np.asarray(x)[...]", "np.asarray(x)[()]", "np.squeeze(x)", "np.real(x)", "np.dot(x, x)",
    "np.max(x)", "np.interp(x, [0, 1.0], [1, 2.0])", "np.clip(x, 0.1, 0.2)", "np.nan_to_num(x)",
    "np.array([x])[0]", "np.atleast_1d(x)[0]", "np.maximum(x, 0.2)", "np.sum(x) if k else x",
    "np.where(x > 0, x, 1.0) if k else x", "'x'", "None", "k", "np.linalg.norm(np.atleast_1d(x))",
]  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_isscalar(text):
    f = load(f"def f(x, k=True):\n    y = {text}\n    return x * 2 if np.isscalar(y) else x * x")
    for x in ARGUMENTS:
        value, value_dot = ad.jvp(f, (x, True), (x * 0 + 1.0, None))
        np.testing.assert_allclose(value, f(x), rtol=1e-15)
        scalar = np.allclose(f(x), x * 2)
        np.testing.assert_allclose(value_dot, 2.0 if scalar else 2 * x, rtol=1e-15)


def test_what_is_made_of_a_number_has_one_kind():
    f = load(
        """
def f(x, y):
    sizes = []
    if np.isscalar(x) and np.isscalar(y):
        sizes.append(0)
        x = np.array([x])
    return np.squeeze(x * y, axis=tuple(sizes))
"""
    )
    assert ad.grad(f, wrt=("x", "y"))(0.3, 0.4) == pytest.approx((0.4, 0.3))
    text = ad.differentiate(f).source("adjoint", 0.3, 0.4)
    assert "isscalar" not in text and "tuple" not in text


HAVING = {
    "__len__": "x", "shape": "x", "toarray": "x", "name": "x * 2",
    "__iter__": "np.where(x > 0, x, 1.0)",
    "ndim": "np.sum(x)", "real": "x", "__array__": "np.asarray(x)", "dt": "[x]", "append": "[x]",
}  # fmt: skip


@pytest.mark.parametrize("name", HAVING)
def test_hasattr_of_numbers_and_arrays(name):
    f = load(
        f"def f(x):\n    y = {HAVING[name]}\n    return x * 2 if hasattr(y, {name!r}) else x * x"
    )
    for x in ARGUMENTS:
        value, value_dot = ad.jvp(f, (x,), (x * 0 + 1.0,))
        np.testing.assert_allclose(value, f(x), rtol=1e-15)
        np.testing.assert_allclose(value_dot, 2.0 if np.allclose(f(x), x * 2) else 2 * x)


def test_getattr_with_another_value():
    f = load("def f(x):\n    return x * 2 if getattr(x, 'ndim', None) is None else x * x")
    with pytest.raises(ad.RejectedError, match="or the other value is taken"):
        ad.grad(f)(0.3)  # a float of Python's has none
    assert ad.grad(f)(np.float64(0.3)) == pytest.approx(0.6)
    np.testing.assert_allclose(ad.vjp(f, np.ones(2))[1](np.ones(2))[0], [2.0, 2.0])
    f = load("def f(x):\n    return x * len(getattr(x, 'shape', ())) + getattr(x, 'name', 3.0)")
    assert ad.grad(f)(0.3) == 0.0
    np.testing.assert_allclose(ad.vjp(f, np.ones(2))[1](np.ones(2))[0], [1.0, 1.0])
