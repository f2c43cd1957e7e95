"""Zeros of which every turn of a reverse loop writes the same part are made once."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.sin(np.arange(1.0, 8.0))

RATES = """
def f(x, steps):
    y = np.zeros(len(x))
    rate = np.zeros(len(x))
    for _ in range(steps):
        rate[0] = x[0]
        rate[1:] = x[1:] * y[:-1]
        half = y + 0.05 * rate
        rate[0] = x[0]
        rate[1:] = x[1:] * half[:-1]
        y += 0.1 * rate
    return np.sum(y * y)
"""
PART = """
def f(x, steps):
    y = x * 1.0
    for i in range(steps):
        z = np.sin(x) * y
        s = np.sum(z[{first}] * x[{first}]) + np.sum(z[{second}])
        y = y * 0.9 + z * s
    return np.sum(y * y * x)
"""


def reverse(text, *args):
    """The reverse sweep; the derivative is that without the pass."""
    f = load(text)
    made = ad.adjoint(f, wrt="x")
    for _ in range(2):  # nothing is left of the first call
        got = made(*args)[1]
        np.testing.assert_allclose(got, ad.grad(f, passes={"buffers": False})(*args), rtol=1e-13)
    return made.source.split("# reverse sweep")[1]


def in_loop(swept):
    return swept.split("    for ")[1].split("    return")[0]


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_parts_that_stay_zero(steps):
    swept = reverse(RATES, X, steps)
    assert "zeros_like" in swept and "zeros_like" not in in_loop(swept)
    without = ad.adjoint(load(RATES), wrt="x", passes={"buffers": False})
    without(X, 3)
    assert "zeros_like" in in_loop(without.source.split("# reverse sweep")[1])


@pytest.mark.parametrize("first, second", [
    (":-1", "1:"), (":3", "3:"), ("i:", ":1"), ("1:", "1:"), ("2", "i"), ("::2", "1"),
    ("x > 0.0", ":2"), ("[0, 0, 1]", "2:"),
])  # fmt: skip
def test_other_parts(first, second):
    reverse(PART.format(first=first, second=second), X, 4)


@pytest.mark.parametrize("read", ["z[i]", "np.sum(z[i:])", "np.sum(z[:i + 1])", "z[k]"])
def test_another_part_in_every_turn(read):
    text = """
def f(x, steps):
    s, k = 0.5, 0
    for i in range(steps):
        z = x * float(i)
        s += np.sin(s) * {read}
        k = i // 2
    return s
"""
    reverse(text.format(read=read), X, 4)


def test_an_array_that_goes_on_to_the_next_turn_is_new():
    reverse("""
def f(x, steps):
    y = x * 1.0
    for _ in range(steps):
        y = np.concatenate((y[1:], x[:1])) * x
        y = y[::-1] * np.cos(y)
    return np.sum(y * y)
""", X, 4)  # fmt: skip
