"""Values at the ends of what rules are for: powers of 0, tables of one node, small numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special

import adcompile as ad


def power(x, y):
    return x**y


def power_of_arrays(x, y):
    return np.sum(np.power(x, y))


def power_of_a_row(v):
    return v[0] ** v[1]


@pytest.mark.parametrize("x", [0.5, 2.0, 7.0])
@pytest.mark.parametrize("y", [0.0, 1.0, 2.5])
def test_second_derivatives_of_powers(x, y):
    """Also where the exponent is 0, whose own derivative is 1 / x there."""
    log = math.log(x)
    mixed = x ** (y - 1) * (1 + y * log)
    wanted = [[y * (y - 1) * x ** (y - 2), mixed], [mixed, log * log * x**y]]
    np.testing.assert_allclose(ad.hessian(power_of_a_row)(np.array([x, y])), wanted, rtol=1e-12)
    for n, way in enumerate(((1.0, 0.0), (0.0, 1.0))):
        np.testing.assert_allclose(ad.hvp(power)((x, y), way), wanted[n], rtol=1e-12)
        arrays = (np.array([x, x]), y), (np.array([way[0], way[0]]), way[1])
        x_bar, y_bar = ad.hvp(power_of_arrays)(*arrays)
        both = np.array([wanted[n][0], wanted[n][0]])
        np.testing.assert_allclose(x_bar, both, rtol=1e-12)
        assert y_bar == pytest.approx(2 * wanted[n][1], rel=1e-12)


def third(x, y):
    return ad.grad(ad.grad(power, wrt=1), wrt=1)(x, y)


def test_third_derivatives_where_the_exponent_is_zero():
    """Of x ** y by y, y and x: 2 * log(x) / x at y = 0."""
    slope = ad.grad(power, wrt=0)

    def curved(x, y):
        return ad.grad(ad.grad(slope, wrt=1), wrt=1)(x, y)

    assert curved(2.0, 0.0) == pytest.approx(math.log(2.0), rel=1e-12)
    assert ad.grad(third, wrt=0)(2.0, 0.0) == pytest.approx(math.log(2.0), rel=1e-12)


@pytest.mark.parametrize("zero", [0.0, np.zeros(4), 0], ids=str)
def test_the_exponent_zero(zero):
    """The derivative in the base is 0, at 0 and at infinity, too."""
    x = np.array([0.0, 2.0, np.inf, -3.0])
    found = ad.grad(power_of_arrays)(x, zero)
    np.testing.assert_array_equal(found, np.zeros(4))
    single = ad.grad(power_of_arrays)(x.astype(np.float32), np.float32(0.0))
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, np.zeros(4))


def first_nodes(x, t, n):
    return np.sum(np.interp(x, t[:n], t[:n] ** 2) * np.arange(1.0, 4.0))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_table_of_so_many_nodes(n):
    """One node is both ends of its piece: all is what stands there."""
    x, t, step = np.array([0.5, 1.2, 3.5]), np.array([1.0, 2.0, 3.0]), 1e-6
    x_bar, t_bar = ad.grad(first_nodes, wrt=(0, 1))(x, t, n)
    ways = step * np.eye(3)
    wanted = [(first_nodes(x + d, t, n) - first_nodes(x - d, t, n)) / (2 * step) for d in ways]
    np.testing.assert_allclose(x_bar, wanted, rtol=1e-7, atol=1e-8)
    wanted = [(first_nodes(x, t + d, n) - first_nodes(x, t - d, n)) / (2 * step) for d in ways]
    np.testing.assert_allclose(t_bar, wanted, rtol=1e-7, atol=1e-8)
    _, dot = ad.jvp(first_nodes, (x, t, n), (np.ones(3), np.ones(3), None))
    assert dot == pytest.approx(np.sum(x_bar) + np.sum(t_bar), rel=1e-12)


def divergence(p, q):
    return np.sum(scipy.special.rel_entr(p, q)) + np.sum(scipy.special.kl_div(p, q))


def test_entropies_of_what_never_happens():
    p, q = np.array([0.0, 0.4, 0.6]), np.array([0.0, 0.5, 0.5])
    np.testing.assert_allclose(ad.grad(divergence, wrt=1)(p, q), [1.0, -0.6, -1.4], rtol=1e-14)
    _, dot = ad.jvp(divergence, (p, q), (None, np.array([1.0, 0.0, 0.0])))
    assert dot == 1.0
    single = ad.grad(divergence, wrt=1)(p.astype(np.float32), q.astype(np.float32))
    assert single.dtype == np.float32
    assert ad.grad(divergence, wrt=1)(0.0, 0.0) == 1.0


def remainder(x, y):
    return math.fmod(x, y)


def rests(x, y):
    return np.mod(x, y) + np.remainder(x, y) + np.fmod(x, y)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rests_of_a_division_by_zero():
    """NumPy's functions raise nothing for Python's numbers, and neither do their derivatives."""
    assert math.isnan(rests(1.5, 0.0))
    for dots in ((1.0, None), (None, 1.0)):
        assert math.isnan(ad.jvp(rests, (1.5, 0.0), dots)[0])
    x_bar, y_bar = ad.grad(rests, wrt=(0, 1))(1.5, 0.0)
    assert x_bar == 3.0
    assert math.isnan(y_bar)


def listed(x):
    return sum(x.tolist())


def spaced(start, stop):
    return np.sum(np.arange(start, stop))


def test_numbers_of_float32():
    x, y = np.float32(2.6), np.float32(1.1)
    bars = ad.grad(remainder, wrt=(0, 1))(x, y)
    assert bars == (1.0, -2.0)
    assert {type(bar) for bar in bars} == {np.float32}
    assert ad.jvp(remainder, (x, y), (x, y))[1] == pytest.approx(x - 2 * y, rel=1e-6)
    assert ad.grad(listed)(np.ones(3, np.float32)).dtype == np.float32
    bars = ad.grad(spaced, wrt=(0, 1))(np.float32(0.5), np.float32(3.0))
    assert [type(bar) for bar in bars] == [np.float32, np.float32]
