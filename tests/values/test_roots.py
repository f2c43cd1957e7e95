"""Powers of floats below zero, which Python makes complex: no adjoint takes them for real."""

from __future__ import annotations

import cmath

import numpy as np
import pytest

import adcompile as ad


def real_part(x):
    z = (x - 3) ** 0.3
    return z.real * z.imag


def of_two(x):
    return ((x - 3) ** 0.5 * (x - 3) ** 1.5).real


def beside_complex_ones(x):
    y = (x - 3) ** -0.5
    return abs((y * cmath.exp(1j * x)).real)


@pytest.mark.parametrize("function", [real_part, of_two, beside_complex_ones],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_a_root_that_is_complex_is_refused_when_it_is_made(function):
    with pytest.raises(TypeError, match="below zero"):
        ad.grad(function)(1.0)
    around = (function(4.0 + 1e-6) - function(4.0 - 1e-6)) / 2e-6
    assert ad.grad(function)(4.0) == pytest.approx(around, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("function", [real_part, of_two, beside_complex_ones],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_tangents_are_those_of_the_complex_one(function):
    around = (function(1.0 + 1e-6) - function(1.0 - 1e-6)) / 2e-6
    _, dot = ad.jvp(function, (1.0,), (1.0,))
    assert dot == pytest.approx(around, rel=1e-8)


def caught(x):
    try:
        y = (x - 3) ** -0.5
    except (TypeError, ValueError):
        y = (x - 3 + 0j) ** -0.5
    return (y * 1j).real


def complex_from_the_start(x):
    return (complex(x - 3) ** 0.5 * 1j).real


@pytest.mark.parametrize("x", [1.0, 4.0])
@pytest.mark.parametrize("function", [caught, complex_from_the_start], ids=lambda f: f.__name__)
def test_complex_ones_are_differentiated(function, x):
    around = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
    assert ad.grad(function)(x) == pytest.approx(around, rel=1e-8, abs=1e-8)


def test_nothing_is_asked_where_nothing_is_complex():
    text = ad.differentiate(lambda x: x**0.5 * np.sin(x)).source("adjoint", 1.5)
    assert "complex" not in text
