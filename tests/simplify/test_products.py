"""Outer products as products of matrices, and writes instead of sums, in reverse sweeps."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

RNG = np.random.default_rng(11)
X, Y = RNG.uniform(size=(2, 5))
A = RNG.uniform(size=(5, 5))


def reverse(text, *args, off=(), wrt=None):
    """The emitted reverse sweep; the derivative is the same without the passes of this file."""
    function = load(text)
    wrt = tuple(range(len(args))) if wrt is None else wrt
    plain = {"products": False, "updates": False}
    for one, two in zip(
        ad.grad(function, wrt=wrt)(*args), ad.grad(function, wrt=wrt, passes=plain)(*args)
    ):
        np.testing.assert_allclose(one, two, rtol=1e-12)
    made = ad.adjoint(function, wrt=wrt, passes=dict.fromkeys(off, False))
    made(*args)
    return made.source.partition("# reverse sweep")[2]


def test_a_sum_of_outer_products_is_one_product():
    text = "def f(A, x, y):\n    return np.sum((A @ x) ** 2) + np.sum(np.sin(y @ A))\n"
    swept = reverse(text, A, X, Y)
    assert "np.outer" not in swept and "np.dot" not in swept
    assert swept.count(".T @ np.array((") == 1
    assert reverse(text, A, X, Y, off=["products"]).count("np.outer") == 2


def test_one_outer_product():
    swept = reverse("def f(A, x):\n    return np.sum((A @ x) ** 2)\n", A, X)
    assert "[:, None], " in swept and "np.outer" not in swept


def test_what_the_user_writes_stays():
    function = load("def f(x, y):\n    return np.sum(np.outer(x, y) ** 2)\n")
    made = ad.adjoint(function, wrt=(0, 1))
    made(X, Y)
    assert "np.outer(x, y)" in made.source.partition("# reverse sweep")[0]


def test_a_sum_that_others_read_stays_two():
    text = (
        "def f(A, x):\n    s = 0.0\n    for i in range(3):\n        A = A + np.outer(x, A @ x)\n"
        "        s += np.sum(A @ x)\n    return s\n"
    )
    reverse(text, A, X)


def test_the_first_that_is_added_is_written():
    text = "def f(x, y):\n    s = 1.0\n    for i in range(len(x)):\n        s = s * x[i] + y[i]\n"
    swept = reverse(text + "    return s\n", X, Y)
    assert "x_bar[i] = " in swept and "y_bar[i] = " in swept


@pytest.mark.parametrize("index", ["i - 1", "0", "i // 2", "where[i]", "i:", "-i"])
def test_what_may_be_added_to_twice_is_added(index):
    text = f"""
def f(x, where):
    s = 1.0
    for i in range(len(x)):
        s = np.sin(s * np.sum(x[{index}]))
    return s
"""
    swept = reverse(text, X, np.array([0, 1, 1, 2, 0]), wrt=(0,))
    assert "x_bar[" in swept and "x_bar[" + index + "] = " not in swept


def test_zeros_that_nobody_reads_are_not_written():
    text = """
def f(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1] * x[i])
    return np.sum(y * y)
"""
    assert "= 0.0" not in reverse(text, X)
    assert "y_bar[i] = 0.0" in reverse(text, X, off=["updates"])


def test_zeros_that_are_read_are_written():
    text = """
def f(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1])
    return np.sum(y * y)
"""
    assert "y_bar[i] = 0.0" in reverse(text, X) or "[i] = 0.0" in reverse(text, X)


def test_adding_to_what_was_made_zero_is_writing():
    text = """
def f(x):
    y = x.copy()
    for i in range(len(x)):
        for j in range(3):
            y[i] = y[i] / 3.0
    return np.sum(y * y)
"""
    swept = reverse(text, X)
    assert "= 0.0" not in swept and "+=" not in swept


SIDES = """
def f(x):
    s = 1.0
    for i in range(len(x)):
        if s < 1.2:
            s = s * math.sin(x[i]) + x[i]
        else:
            s = s / x[{index}]
    return s
"""


def test_what_is_added_on_two_sides_of_a_branch_is_written():
    swept = reverse(SIDES.format(index="i"), X + 0.5)
    assert swept.count("x_bar[i] = ") == 2 and "x_bar[i] +=" not in swept


@pytest.mark.parametrize("index", ["i - 1", "0", "i // 2"])
def test_what_another_turn_adds_on_the_other_side_is_added(index):
    assert "+= " in reverse(SIDES.format(index=index), X + 0.5) or "-= " in reverse(
        SIDES.format(index=index), X + 0.5
    )


def test_what_is_added_in_two_branches_of_one_turn_is_added():
    text = """
def f(x):
    s = 1.0
    for i in range(len(x)):
        if s < 1.2:
            s = s * x[i]
        if s > 1.0:
            s = s / x[i]
    return s
"""
    assert "x_bar[i] += " in reverse(text, X + 0.5)


INNER = """
def f(x, y):
    s = 0.5
    for i in range(len(x)):
        z = np.zeros(len(y))
        for j in range(len(y)):
            z[{index}] = x[i] * y[j] * s
        s = s + np.sum(np.sin(z) * y)
    return s
"""


def test_what_begins_and_ends_with_a_loop_inside():
    swept = reverse(INNER.format(index="j"), X, Y[:3], off=["at_once"])
    assert "z_bar[j] = 0.0" not in swept and "z_bar[j]" in swept


@pytest.mark.parametrize("index", ["0", "j // 2", "(i + j) % 3", "-1"])
def test_zeros_that_another_turn_of_a_loop_inside_reads(index):
    assert "] = 0.0" in reverse(INNER.format(index=index), X, Y[:3])


def test_what_a_loop_inside_adds_up_for_every_turn_anew():
    text = """
def f(x, y):
    s = 0.5
    for i in range(len(x)):
        t = 1.0
        for j in range(len(y)):
            t = t * np.sin(y[j] * x[i]) + s
        s = t
    return s
"""
    assert "y_bar[j] += " in reverse(text, X, Y[:3])


def test_elements_that_only_the_inner_loop_visits_once():
    text = """
def f(x, y):
    s = 0.5
    for i in range(len(x)):
        w = y * s
        for j in range(len(y)):
            s = s * np.cos(w[j]) + x[i]
    return s
"""
    swept = reverse(text, X, Y[:3])
    assert "w_bar[j] = " in swept and "w_bar[j] += " not in swept


def test_the_sign_of_a_zero_in_a_derivative_alone():
    """What the README says of it: the value keeps its own, the adjoint may have another."""
    f = load("""
def f(x, n):
    s = -0.0
    for i in range(n):
        s += x[i] * -0.0
    return s
""")
    signs = []
    for passes in (None, {"updates": False}):
        value, bar = ad.adjoint(f, wrt=(0,), passes=passes)(np.ones(3), 2)
        assert value == 0.0 and np.signbit(value)
        assert bar.tolist() == [0.0, 0.0, 0.0]
        signs.append(np.signbit(bar).tolist())
    assert signs == [[True, True, False], [False, False, False]]
