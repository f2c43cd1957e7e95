"""Lengths that agree behind an equation; what is broadcast all the same is summed."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

RNG = np.random.default_rng(7)


def checked(text, *args):
    """The emitted adjoint; its derivatives are those by differences, of the shapes of the args."""
    function = load(text)
    wrt = tuple(n for n, arg in enumerate(args) if isinstance(arg, np.ndarray))
    bars = ad.grad(function, wrt=wrt)(*args)
    for n, bar in zip(wrt, bars if isinstance(bars, tuple) else (bars,)):
        assert bar.shape == args[n].shape
        for place in np.ndindex(bar.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [np.array(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
                moved[n][place] += step
                ends.append(function(*moved))
            np.testing.assert_allclose(bar[place], (ends[0] - ends[1]) / 2e-6, rtol=1e-5, atol=1e-7)
    made = ad.adjoint(function, wrt=wrt)
    made(*args)
    return made.source


JACOBI = """
def f(A, B, steps):
    A = A.copy()
    B = B.copy()
    for _ in range(steps):
        B[1:-1] = np.sin(A[1:-1] + A[2:] * A[:-2])
        A[1:-1] = np.cos(B[1:-1] - B[:-2] * B[2:])
    return np.sum(A * B)
"""
SPREAD = """
def f(A, B):
    B = B.copy()
    B[1:-1] = np.sin(A[1:-1] + A[2:] * A[:-2])
    return np.sum(B * B)
"""
PREFIX = """
def f(A, C):
    C = C.copy()
    for i in range(len(C)):
        C[:i] += C[i] * A[i, :i] ** 2
    return np.sum(C * C)
"""
PRODUCT = """
def f(A, x):
    y = np.zeros(len(x))
    for i in range(len(A)):
        y += A[i] * (A[i] @ x) ** 2
    return np.sum(y * y)
"""


def test_each_is_the_other_or_one():
    text = checked(JACOBI, RNG.uniform(size=6), RNG.uniform(size=6), 2)
    assert "unbroadcast" not in text
    with pytest.raises(ValueError):
        ad.grad(load(JACOBI), wrt=(0, 1))(np.ones(3), np.ones(5), 2)


def test_one_way_alone_is_not_enough():
    for length in (3, 5):
        assert "unbroadcast" in checked(SPREAD, RNG.uniform(size=length), RNG.uniform(size=5))


def test_a_product_makes_its_operands_agree():
    text = checked(PRODUCT, RNG.uniform(size=(3, 4)), RNG.uniform(size=4))
    assert "unbroadcast" not in text
    assert "        x_bar += " in text
    # where there is no turn, none has asked for it
    empty, gradient = RNG.uniform(size=(0, 4)), ad.grad(load(PRODUCT), wrt=(0, 1))
    for length in (2, 4):
        assert np.array_equal(gradient(empty, np.ones(length))[1], np.zeros(length))


@pytest.mark.parametrize("columns", [1, 2, 4, 6])
def test_the_first_elements_of_two_axes(columns):
    A, C = RNG.uniform(size=(4, columns)), RNG.uniform(size=4)
    if columns in (1, 4, 6):
        text = checked(PREFIX, A, C)
        assert columns == 1 or "unbroadcast" not in text
    else:
        with pytest.raises(ValueError):
            ad.grad(load(PREFIX), wrt=(0, 1))(A, C)


def test_the_first_elements_counted_from_the_end():
    text = """
def f(A, C):
    C = C.copy()
    for i in range(-2, 0):
        C[:i] += A[:i] ** 2
    return np.sum(C * C)
"""
    with pytest.raises(ValueError):
        load(text)(np.ones(4), np.ones(5))
    checked(text.replace("range(-2, 0)", "range(-2, -1)"), RNG.uniform(size=3), RNG.uniform(size=5))


def test_an_axis_of_no_elements():
    text = """
def f(A, C):
    C = C.copy()
    for i in range(2):
        C[:i] += A[:i] ** 2
    return np.sum(C * C) + np.sum(A)
"""
    bar, other = ad.grad(load(text), wrt=(0, 1))(np.full(3, 2.0), np.zeros(0))
    assert bar.tolist() == [1.0, 1.0, 1.0] and other.shape == (0,)
    checked(text, RNG.uniform(size=3), RNG.uniform(size=2))


@pytest.mark.parametrize("whole", ["y[:k] @ y", "y @ y[:k]"])
def test_a_part_that_is_the_whole(whole):
    text = f"""
def f(x, n, k):
    y = np.zeros(n)
    y[:] = np.sin(x)
    return {whole} + np.sum(y[: k][1:] * y[1:])
"""
    checked(text, RNG.uniform(size=4), 4, 5)
