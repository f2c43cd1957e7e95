"""Functions that compiled loops compute of several numbers at once."""

import numpy as np
import pytest

import adcompile as ad

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore")

EDGES = [
    0.0, -0.0, 1.0, -1.0, 1e-320, 1e300, -1e300, np.inf, -np.inf, np.nan, 709.7, 709.782712893384,
    709.7827128933841, 710.0, -708.4, -720.5, -745.1, -745.13, -745.14, -746.0, 0.34657359027997264,
]  # fmt: skip


def grown(x):
    return np.exp(x)


def softened(x):
    top = np.max(x)
    return np.log(np.sum(np.exp(x - top))) + top


def settled(x, n):
    y = x
    for _ in range(n):
        y = np.exp(-y)
    return y


def scaled(x):
    total = 0.0
    for i in range(len(x)):
        total += np.exp(x[i]) * i
    return total


def exponentials(x):
    return np.asarray(ad.jvp(grown, (x,), (np.ones_like(x),), backend="numba"))


def source(function, *args, exact=False):
    made = ad.adjoint(function, wrt=0, backend="numba", exact=exact)
    made(*args)
    return made.source


@pytest.mark.parametrize("low, high", [(-1.0, 1.0), (-40.0, 40.0), (-708.0, 709.7)])
def test_exponentials_are_right_to_the_last_bits(low, high):
    x = np.linspace(low, high, 200_001)
    wanted = np.exp(x)
    for found in exponentials(x):
        assert np.max(np.abs(found - wanted) / np.spacing(wanted)) <= 2.0


def test_exponentials_at_the_edges():
    x = np.array(EDGES * 3)
    wanted = np.exp(x)
    for found in exponentials(x):
        np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
        np.testing.assert_allclose(found, wanted, rtol=5e-16, atol=1e-323)


def test_tiny_results_lose_no_more_than_the_last_bit():
    x = np.linspace(-746.0, -708.0, 50_001)
    found, _ = exponentials(x)
    assert np.max(np.abs(found - np.exp(x)) / np.spacing(np.exp(x))) <= 2.0


@pytest.mark.parametrize("n", [1, 7, 64, 1001])
def test_gradient(n):
    x = np.random.default_rng(n).normal(size=n) * 30.0
    np.testing.assert_allclose(
        ad.grad(softened, backend="numba")(x), ad.grad(softened)(x), rtol=1e-13, atol=1e-300
    )


def test_where_it_stands():
    x = np.linspace(-1.0, 1.0, 9)
    assert "exponential(" in source(softened, x, 1.0)
    assert "exponential(" in source(scaled, x, 1.0)
    assert "exponential(" not in source(softened, x, 1.0, exact=True)
    assert "exponential(" not in source(settled, 0.3, 4, 1.0)


def test_single_precision_stays():
    x = np.linspace(-2.0, 2.0, 33, dtype=np.float32)
    value, dot = ad.jvp(grown, (x,), (np.ones_like(x),), backend="numba")
    assert value.dtype == dot.dtype == np.float32
    np.testing.assert_allclose(dot, np.exp(x), rtol=1e-6)
