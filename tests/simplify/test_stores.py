"""An element is not read back from where it was written; new zeros are not added to."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad


def tangent_of(source: str, *args, passes=None) -> str:
    made = ad.differentiate(load(source), passes=passes)
    return made.source("tangent", *args)


def check(source: str, *args) -> None:
    """The value bit for bit, the derivative with and without the pass."""
    function = load(source)
    dots = [np.cos(np.arange(np.size(a)).reshape(np.shape(a))) if np.ndim(a) else None
            for a in args]  # fmt: skip
    value, dot = ad.jvp(function, args, dots)
    other = ad.jvp(function, args, dots, passes={"stores": False})
    np.testing.assert_array_equal(value, function(*[np.copy(a) if np.ndim(a) else a for a in args]))
    np.testing.assert_array_equal((value, dot), other)


SWEEP = """
def f(a, n):
    a = a.copy()
    for i in range(1, n):
        a[i] += a[i - 1]
        a[i] /= 9.0
    return np.sum(a)
"""


def test_an_element_is_written_once():
    written = tangent_of(SWEEP, np.ones(5), 5)
    assert "a[i] = (a[i] + a[i - 1]) / 9.0" in written
    assert "a_dot[i] = (a_dot[i] + a_dot[i - 1]) / 9.0" in written
    assert "a[i] += " in tangent_of(SWEEP, np.ones(5), 5, passes={"stores": False})
    check(SWEEP, np.sin(np.arange(5.0)), 5)


KEPT = {
    "another element may be the same one": """
def f(a, i, j):
    a = a.copy()
    a[i] += 2.0
    b = a[j] * a[i]
    a[i] = b
    return np.sum(a)
""",
    "what leaves the turn is written": """
def f(a, i, j):
    a = a.copy()
    for k in range(3):
        a[i] += a[j]
        if a[i] > 1.0:
            a[i] *= 0.5
    return np.sum(a)
""",
    "a whole number divides as NumPy's do": """
def f(a, i, j):
    a = a.copy()
    a[i] = 1.0
    b = 2.0 / (a[i] - 1.0)
    a[i] = a[j] * 0.5
    return np.sum(a) + min(b, 7.0)
""",
    "a row": """
def f(a, i, j):
    m = np.ones((3, len(a)))
    m[i] += a
    m[i] *= m[j]
    m[i, j] += 2.0
    m[i, j] = m[i, j] * m[i, j]
    return np.sum(m)
""",
    "below in a branch": """
def f(a, i, j):
    a = a.copy()
    a[i] -= a[j]
    if j > 0:
        a[i] = a[i] * a[i]
    else:
        a[i] = 0.5
    return np.sum(a)
""",
}


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("places", [(0, 1), (1, 1), (2, 0), (-1, 2)])
def test_the_same_elements(name, places):
    with np.errstate(all="ignore"):
        check(KEPT[name], np.array([0.5, 1.25, -2.0]), *places)


FIRST = """
def f(x, n):
    y = x
    for i in range(n):
        y = 0.5 * y + np.concatenate((np.sin(y)[1:], y[:1]))
    return y[-1]
"""


def test_the_first_sum_is_a_write():
    made, x = ad.differentiate(load(FIRST)), np.linspace(0.2, 0.9, 6)
    written = made.source("adjoint", x, 3)
    assert "y_bar[-1] = f_bar" in written and "y_bar[-1] += " not in written
    bar, h = made.grad(x, 3), 1e-6
    for i in range(6):
        e = np.eye(6)[i] * h
        assert bar[i] == pytest.approx((made(x + e, 3) - made(x - e, 3)) / (2 * h), rel=1e-6)


def test_zeros_like_a_list_of_numbers_are_written_down():
    source = """
def f(x):
    return np.sum(np.array([[x[0], 0.0], [0.0, 1.0]]) @ np.ones((2, 2)) * x[1])
"""
    assert "len(" not in tangent_of(source, np.ones(2))
    check(source, np.array([0.5, 2.0]))
