"""Derivatives at places where their texts have a limit only, and where there is none to give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special

import adcompile as ad


def of_first(x, y):
    return special.ellipkinc(x, y)


def of_second(x, y):
    return special.ellipeinc(x, y)


INTEGRALS = {
    of_first: (lambda t, y: 0.5 * np.sin(t) ** 2 * (1 - y * np.sin(t) ** 2) ** -1.5,
               lambda t, y: 0.75 * np.sin(t) ** 4 * (1 - y * np.sin(t) ** 2) ** -2.5),
    of_second: (lambda t, y: -0.5 * np.sin(t) ** 2 * (1 - y * np.sin(t) ** 2) ** -0.5,
                lambda t, y: -0.25 * np.sin(t) ** 4 * (1 - y * np.sin(t) ** 2) ** -1.5),
}  # fmt: skip


@pytest.mark.parametrize("y", [0.0, 1e-12, -1e-8, 1e-5, 9e-4, 1.1e-3, -2e-3, 0.3, -3.0])
@pytest.mark.parametrize("x", [0.7, -1.2, 4.0])
@pytest.mark.parametrize("function", INTEGRALS)
def test_incomplete_elliptic_integrals_by_their_parameter(function, x, y):
    wanted = [
        integrate.quad(each, 0.0, x, args=(y,), epsabs=1e-13, epsrel=1e-13)[0]
        for each in INTEGRALS[function]
    ]
    assert ad.grad(function, wrt="y")(x, y) == pytest.approx(wanted[0], rel=1e-11)
    assert ad.hessian(function, wrt="y")(x, y) == pytest.approx(wanted[1], rel=1e-8)


def real(x):
    return special.ber(x)


def imaginary(x):
    return special.bei(x)


def first_of_real(x):
    return ad.grad(real)(x)


def second_of_real(x):
    return ad.grad(first_of_real)(x)


def third_of_real(x):
    return ad.grad(second_of_real)(x)


def first_of_imaginary(x):
    return ad.grad(imaginary)(x)


def second_of_imaginary(x):
    return ad.grad(first_of_imaginary)(x)


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (real, 0.0), (first_of_real, 0.0), (second_of_real, 0.0), (third_of_real, -0.375),
        (imaginary, 0.0), (first_of_imaginary, 0.5), (second_of_imaginary, 0.0),
    ],
)  # fmt: skip
def test_kelvin_functions_at_zero(function, wanted):
    assert ad.grad(function)(0.0) == wanted
    assert ad.grad(function)(1e-6) == pytest.approx(wanted, abs=1e-5)


def cut(a, b):
    return np.sum(np.linalg.lstsq(a, b, rcond=0.1)[0] ** 2)


def whole(a, b):
    return np.sum(np.linalg.lstsq(a, b, rcond=None)[0] ** 2)


@pytest.mark.parametrize("wrt", ["a", "b"])
def test_least_squares_that_cut_singular_values_off(wrt):
    rng = np.random.default_rng(2)
    left, right = np.linalg.qr(rng.normal(size=(5, 3)))[0], np.linalg.qr(rng.normal(size=(3, 3)))[0]
    b, kept = rng.normal(size=5), left * [1.0, 0.7, 0.4] @ right
    np.testing.assert_allclose(ad.grad(cut, wrt)(kept, b), ad.grad(whole, wrt)(kept, b), rtol=1e-12)
    with pytest.raises(ValueError, match="rcond cuts off some that are not zero"):
        ad.grad(cut, wrt)(left * [1.0, 0.7, 0.01] @ right, b)
