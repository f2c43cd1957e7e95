"""Derivatives where their usual formula is 0 / 0, has a pole of another part, or cancels."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special as s

import adcompile as ad

EDGES = {
    "legendre": (lambda x: s.eval_legendre(3, x), 1.0, 6.0, 15.0),
    "legendre of degree 0": (lambda x: s.eval_legendre(0, x), -1.0, 0.0, 0.0),
    "chebyt": (lambda x: s.eval_chebyt(3, x), 1.0, 9.0, 24.0),
    "chebyu": (lambda x: s.eval_chebyu(3, x), 1.0, 20.0, 48.0),
    "chebyu of degree 0": (lambda x: s.eval_chebyu(0, x), 1.0, 0.0, 0.0),
    "hermite": (lambda x: s.eval_hermite(1, x), 1e8, 2.0, 0.0),
    "hermitenorm": (lambda x: s.eval_hermitenorm(2, x), 1e8, 2e8, 2.0),
    "hermite of degree 0": (lambda x: s.eval_hermite(0, x), 0.7, 0.0, 0.0),
    "spherical_jn(0)": (lambda x: s.spherical_jn(0, x), 0.0, 0.0, -1 / 3),
    "spherical_jn(1)": (lambda x: s.spherical_jn(1, x), 0.0, 1 / 3, 0.0),
    "spherical_in(0)": (lambda x: s.spherical_in(0, x), 0.0, 0.0, 1 / 3),
    "spherical_in(1)": (lambda x: s.spherical_in(1, x), 0.0, 1 / 3, 0.0),
    "sici": (lambda x: s.sici(x)[0], 0.0, 1.0, 0.0),
    "shichi": (lambda x: s.shichi(x)[0], 0.0, 1.0, 0.0),
    "expn(3)": (lambda x: s.expn(3, x), 0.0, -1.0, None),
    "expn(2)": (lambda x: s.expn(2, x), 1e-12, -float(s.exp1(1e-12)), None),
    "expn(0)": (lambda x: s.expn(0, x), 0.5, -6 * math.exp(-0.5), 26 * math.exp(-0.5)),
    "spence": (lambda x: s.spence(x), 1.0, -1.0, 0.5),
    "chdtr": (lambda x: s.chdtr(2.0, x), 0.0, 0.5, -0.25),
    "pdtr": (lambda x: s.pdtr(0, x), 0.0, -1.0, 1.0),
    "gammainc": (lambda x: s.gammainc(1.0, x), 0.0, 1.0, -1.0),
    "gammaincinv": (lambda x: s.gammaincinv(1.0, x), 0.0, 1.0, 1.0),
    "betainc": (lambda x: s.betainc(1.0, 2.0, x), 0.0, 2.0, -2.0),
    "betaincc": (lambda x: s.betaincc(2.0, 1.0, x), 1.0, -2.0, -2.0),
    "struve": (lambda x: s.struve(0.0, x), 0.0, 2 / math.pi, None),
    "ellipk": (lambda x: s.ellipk(x), 0.0, math.pi / 8, 9 * math.pi / 64),
    "ellipe": (lambda x: s.ellipe(x), 0.0, -math.pi / 8, -3 * math.pi / 64),
    "ellipk near 0": (lambda x: s.ellipk(x), 1e-13, math.pi / 8, 9 * math.pi / 64),
}


@pytest.mark.parametrize("name", EDGES)
def test_a_derivative_at_the_edge(name: str) -> None:
    function, x, first, second = EDGES[name]
    found = [ad.jvp(function, (x,), (1.0,))[1], ad.grad(function)(x)]
    found.append(ad.grad(lambda v: np.sum(function(v)))(np.array([x, 0.5]))[0])
    np.testing.assert_allclose(np.array(found, float), first, rtol=1e-12, atol=1e-14)
    if second is not None:
        np.testing.assert_allclose(float(ad.hessian(function)(x)), second, rtol=1e-11, atol=1e-14)


def test_the_order_may_be_an_array() -> None:
    def function(x):
        return np.sum(s.expn(np.array([0, 1, 2]), x) * s.eval_legendre(np.array([0, 1, 2]), x))

    x, step = np.array([0.4, 0.5, 0.8]), 1e-6
    for n in range(3):
        way = np.eye(3)[n] * step
        slope = (function(x + way) - function(x - way)) / (2 * step)
        np.testing.assert_allclose(ad.grad(function)(x)[n], slope, rtol=1e-7)


def test_what_nobody_reads_of_a_tuple_is_not_computed() -> None:
    def of_one(x: float) -> float:
        return s.airy(x)[0]

    assert "v1[2]" not in ad.adjoint(of_one).source
    np.testing.assert_allclose(ad.grad(of_one)(0.5), s.airy(0.5)[1], rtol=1e-14)
