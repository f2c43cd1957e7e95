"""Reverse loops whose turns only add up are done for all turns at once."""

from __future__ import annotations

from itertools import takewhile

import numpy as np
import pytest
from deriving import load

import adcompile as ad

A = np.random.default_rng(1).normal(size=(5, 9))
X = np.random.default_rng(2).normal(size=9)
Y = np.random.default_rng(3).normal(size=5)


def swept(f, *args):
    """The reverse sweep, whose gradient is that without the pass."""
    made = ad.adjoint(f, wrt=wrt(args))
    got = made(*args)
    want = ad.adjoint(f, wrt=wrt(args), passes={"at_once": False})(*args)
    for a, b in zip(got[1], want[1], strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)
    assert got[0] == want[0]
    return made.source.split("# reverse sweep")[1]


def tangent(f, *args):
    """The text of the tangent, which is that without the pass."""
    dots = [np.cos(1.0 + np.arange(np.size(a))).reshape(np.shape(a)) for a in args]
    made = ad.tangent(f, wrt=wrt(args))
    dots = [dot for arg, dot in zip(args, dots) if not isinstance(arg, int)]
    got = made(*args, *dots)
    want = ad.tangent(f, wrt=wrt(args), passes={"at_once": False})(*args, *dots)
    assert got[0] == want[0]
    np.testing.assert_allclose(got[1], want[1], rtol=1e-12, atol=1e-13)
    return made.source


def wrt(args):
    return tuple(n for n, arg in enumerate(args) if not isinstance(arg, int))


ROWS = """
def f(A, p, r):
    s = np.zeros(len(p))
    q = np.zeros(len(r))
    for i in range(len(r)):
        s += r[i] * A[i, :]
        q[i] = A[i, :] @ p
    return np.sum(s * s) + np.sum(q * q)
"""
COLUMNS = """
def f(A, p, r):
    s = np.zeros(len(r))
    q = np.zeros(len(p))
    for j in range(A.shape[1]):
        s = s + np.sin(A[:, j]) * p[j]
        q[j] = np.dot(A[:, j], np.exp(r)) - np.sum(A[:, j] * A[:, j])
    return np.sum(s * s) + np.sum(q * q)
"""
NUMBERS = """
def f(A, p, r):
    s = 0.0
    y = np.zeros(len(p))
    for i in range(1, len(p) - 1):
        y[i] = p[i - 1] - 2.0 * p[i] * p[i + 1] + np.cos(p[i]) / (2.0 + p[i] * p[i])
        s += y[i] * r[0]
    return s + np.sum(y * y) + np.sum(A)
"""
WITHIN = """
def f(A, p, r):
    s = 0.0
    B = np.zeros((len(r), len(p)))
    for i in range(len(r)):
        for j in range(i + 1, len(p)):
            B[i, j] += A[i, j] * r[i] + A[: i + 1, j] @ r[: i + 1]
    return np.sum(B * B) + np.sum(p)
"""
MATRICES = """
def f(A, p, r):
    B = np.zeros((len(r), len(r)))
    for i in range(len(r)):
        B[i] = A @ (p * r[i])
    return np.sum(np.sin(B))
"""


@pytest.mark.parametrize("text", [ROWS, COLUMNS, NUMBERS, WITHIN, MATRICES])
def test_all_turns_at_once(text):
    inner = swept(load(text), A, X, Y)
    assert "for j" not in inner and (text is WITHIN or "for i" not in inner)


@pytest.mark.parametrize("text", [ROWS, COLUMNS, WITHIN, MATRICES])
def test_tangents_of_all_turns_at_once(text):
    before, _, last = tangent(load(text), A, X, Y).rpartition("for ")
    deeper = before.rpartition("\n")[2] + "    "
    inside = list(takewhile(lambda line: line.startswith(deeper), last.splitlines()[1:]))
    assert inside and (text is WITHIN or not any("_dot" in line for line in inside))
    assert not any("_dot[" in line and " j" in line for line in inside)


@pytest.mark.parametrize("text", [ROWS, COLUMNS, NUMBERS, WITHIN, MATRICES])
@pytest.mark.parametrize("shape", [(1, 1), (0, 3), (3, 0), (2, 3), (1, 12)])
def test_few_turns_or_none(text, shape):
    rows, columns = shape
    if text is WITHIN and columns < 1:
        columns = 1
    if text is NUMBERS and (rows < 1 or columns < 1):
        pytest.skip("the program itself reads an element that is not there")
    args = A[:rows, :1].repeat(columns, 1) + X[:1], np.resize(X, columns), Y[:rows]
    swept(load(text), *args)
    tangent(load(text), *args)


PRODUCTS = """
def f(A, p, r):
    s = np.zeros(len(p))
    for i in range(len(A)):
        s += (A[i] @ p) * A[i]
    for i in range(len(A)):
        s += (A[i] * p) * r[i]
    return np.sum(s * s)
"""
FITTING = """
def f(A, p, r):
    s = np.zeros(A.shape[1])
    for i in range(len(A)):
        s += A[i] * r[i]
    return np.sum(s * s) + p[0]
"""


@pytest.mark.parametrize("length", [2, 4])
def test_without_a_turn_no_lengths_have_to_fit(length):
    args = np.zeros((0, 4)), X[:length], Y[:0]
    assert "if len(A) > 0:" in swept(load(PRODUCTS), *args)
    tangent(load(PRODUCTS), *args)


SURELY = """
def f(A, p, r):
    B = A.copy()
    for i in range(len(B)):
        for j in range(i, len(B)):
            B[i, j] -= B[i, :i] @ B[:i, j]
    return np.sum(B * B) + p[0] * r[0]
"""


@pytest.mark.parametrize("text", [FITTING, SURELY])
def test_lengths_that_fit_anyway_or_turns_that_are_sure(text):
    assert "if " not in swept(load(text), A, X, Y)


COUNTED = """
def f(x, y, n):
    s = 0.0
    for i in range({start}, n):
        s += x[i] * y[2] * x[i {offset}]
    return s
"""


@pytest.mark.parametrize("start, offset", [("0", ""), ("1", "- 1"), ("0", "+ 1"), ("2", "- 1")])
@pytest.mark.parametrize("n", [-7, -1, 0, 1, 2, 5, 8])
def test_a_count_may_be_negative(start, offset, n):
    f = load(COUNTED.format(start=start, offset=offset))
    assert "for i" not in swept(f, X, Y, n)
    tangent(f, X, Y, n)


def test_an_index_outside_is_no_error_where_there_is_no_turn():
    f = load("""
def f(x, y, k):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * y[k]
    return s
""")
    assert "for i" not in swept(f, X, Y, 3)
    swept(f, np.zeros(0), Y, 30)
    tangent(f, np.zeros(0), Y, 30)


STAY = """
def f(x, y):
    s, z = 0.0, np.zeros(len(x) + 1)
    for i in range({range}):
        {line}
    return s + np.sum(z * z)
"""


@pytest.mark.parametrize("line", [
    "z[i + 1] = z[i] * x[i]", "z[0] = x[i] * x[i]", "s = s * x[i]", "z[i // 2] += np.sin(x[i])",
    "z[-i] = x[i] * x[i]", "s += x[i - 1] * x[i]",
])  # fmt: skip
def test_turns_that_depend_on_one_another_or_are_not_slices(line):
    f = load(STAY.format(range="len(x)", line=line))
    tangent(f, X, Y)
    assert "for " in swept(f, X, Y)


@pytest.mark.parametrize("range", ["0, len(x), 2", "3", "len(x) - 1, -1, -1", "-3, 0"])
def test_other_ranges(range):
    f = load(STAY.format(range=range, line="s += x[i] * x[i]"))
    tangent(f, X, Y)
    assert "for " in swept(f, X, Y)


def test_second_derivatives():
    f = load("""
def f(x, y):
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * y[1] * x[i]
    return s
""")
    way = np.cos(np.arange(9.0))
    got = ad.hvp(f)((X, Y), (way, Y))
    want = ad.hvp(f, passes={"at_once": False})((X, Y), (way, Y))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    many = ad.hessian(f)(X, Y)
    np.testing.assert_allclose(many, many.T, rtol=1e-12)


def test_the_widths_of_numbers():
    f = load(ROWS)
    for n, bar in enumerate(ad.grad(f, wrt=(0, 1, 2))(*(a.astype(np.float32) for a in (A, X, Y)))):
        want = ad.grad(f, wrt=n)(A, X, Y)
        assert bar.dtype == np.float32
        np.testing.assert_allclose(bar, want, rtol=1e-4)


def test_no_array_of_an_argument_is_given_back():
    f = load("""
def f(x, y):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * y[i]
    return s
""")
    x, y = X.copy(), X.copy()
    x_bar, y_bar = ad.grad(f, wrt=(0, 1))(x, y)
    assert not np.shares_memory(x_bar, y) and not np.shares_memory(y_bar, x)


def test_a_row_of_no_columns_is_not_asked_for():
    """No turn of the inner loop has read the row -20."""
    f = load("""
def f(a, x, k):
    s = 0.0
    for i in range(k, a.shape[0]):
        t = 0.0
        for j in range(a.shape[1]):
            t += a[i, j] * x[j]
        s += t * t
    return s
""")
    none = np.zeros((4, 0)), np.zeros(0), -20
    tangent(f, *none)
    for passes in (None, {"joint": False}):
        value, (a_bar, x_bar) = ad.value_and_grad(f, wrt=("a", "x"), passes=passes)(*none)
        assert (value, a_bar.shape, x_bar.shape) == (0.0, (4, 0), (0,))


TRENDS = """
def f(d, t):
    trend = np.empty((len(d), len(t)))
    for i in range(len(d)):
        y = d[i]
        total = 0.0
        for j in range(len(t)):
            total += y[j]
        slope = total / 3
        trend[i, :] = y.mean() - slope * t.mean() + slope * t
    return np.sum(trend**2)
"""


def test_an_inner_loop_that_is_done_at_once_gives_another_value_in_each_turn():
    text = swept(load(TRENDS), A, X)
    assert "for j in" not in text and "for i in" in text
