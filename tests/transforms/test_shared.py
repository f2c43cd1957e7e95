"""Tangents take what the function computes: inner products, products of numbers, math.sin."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from deriving import load

import adcompile as ad


def source_of(text: str, *args) -> str:
    return ad.differentiate(load(text)).source("tangent", *args)


def check(text: str, *args) -> None:
    """The tangent against differences."""
    function = load(text)
    dots = [np.cos(np.arange(np.size(a)) + 1.0).reshape(np.shape(a)) for a in args]
    dots = [dot if np.ndim(a) else float(dot) for a, dot in zip(args, dots)]
    value, dot = ad.jvp(function, args, dots)
    h = 1e-6
    ends = [function(*(a + s * h * d for a, d in zip(args, dots))) for s in (1.0, -1.0)]
    np.testing.assert_array_equal(value, function(*args))
    np.testing.assert_allclose(dot, (ends[0] - ends[1]) / (2 * h), rtol=1e-7)


def products(text: str) -> int:
    return sum(isinstance(node, ast.Mult) for node in ast.walk(ast.parse(text)))


X, Y = np.linspace(0.5, 2.0, 6), np.linspace(1.0, -1.0, 6)
M = np.sin(np.arange(6.0)).reshape(2, 3)
SUMS = {
    "np.sum(x * x)": (X,),
    "np.sum(x ** 2) + np.mean(x * x)": (X,),
    "np.sum(np.log1p(np.exp(x)))": (X,),
    "np.mean(x * x * 3.0)": (M,),
    "np.mean(np.sum(x * x, axis=1))": (M,),
    "np.sum(-(x * x) / 7.0)": (M,),
    "np.sum(x.T * x.T)": (M,),
}


@pytest.mark.parametrize("term", SUMS)
def test_a_sum_of_products_is_an_inner_product(term):
    text = f"def f(x):\n    return {term}\n"
    (x,) = SUMS[term]
    check(text, x)
    written = source_of(text, x)
    assert "np.vdot(" in written


def test_sums_along_an_axis_take_numbers_out():
    text = "def f(x):\n    return np.sum(np.exp(0.5 * np.sum(x * x, axis=1)))\n"
    check(text, M)
    assert "2.0 * " not in source_of(text, M)  # 0.5 * 2.0


def test_what_is_broadcast_is_not_dotted():
    text = "def f(x, y):\n    return np.sum(x[:, None] * y) + np.mean(x[:, None] * y)\n"
    check(text, np.ones(4), np.arange(4.0))
    check("def f(x, y):\n    return np.sum(x * y)\n", M, np.arange(3.0))
    check("def f(x, y):\n    return np.mean(x * y)\n", M, np.arange(3.0))


KEPLER = """
def f(e, ecc):
    step = 1.0
    while abs(step) > 1e-12:
        step = (e - ecc * math.sin(e) - 0.8) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e * ecc
"""


def test_products_of_the_function_are_used():
    """The tangent of ecc * cos(e) is -(ecc * sin(e)) * e_dot, and more."""
    check(KEPLER, 0.8, 0.3)
    assert products(source_of(KEPLER, 0.8, 0.3)) == 8


SCOPES = """
def f(a, b):
    if a > 0.0:
        c = a * b
        d = a * math.sin(b)
    else:
        d = a * math.cos(b)
        c = 2.0 * b
    for _ in range(2):
        c = c * (a * math.exp(b))
    while c > 1.0:
        c = c - a * b * 0.1
        d = d * (a * math.exp(b))
    return c * d + a * (b * math.sin(b))
"""


@pytest.mark.parametrize("a", [0.7, -0.7, 2.5])
def test_what_a_branch_computes_is_not_used_behind_it(a):
    check(SCOPES, a, 0.4)
