"""numpy.linalg: complex factors, unusual layouts and widths, numbers that are not finite, ties."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adcompile as ad

RNG = np.random.default_rng(8)
REAL, STACK = RNG.normal(size=(3, 4)), RNG.normal(size=(2, 3, 4))
Z, ZS = REAL + 1j * RNG.normal(size=(3, 4)), STACK + 1j * RNG.normal(size=(2, 3, 4))


# What does not depend on the phases of the vectors


def hermitian(z):
    return z @ np.conj(np.swapaxes(z, -1, -2)) + np.diag(np.arange(1.0, 4.0, dtype=np.float32))


def function_of_a_matrix(z):
    w, v = np.linalg.eigh(hermitian(z))
    root = (v * np.expand_dims(np.sqrt(w), -2)) @ np.conj(np.swapaxes(v, -1, -2))
    return np.sum(np.abs(root) ** 2 * np.arange(3.0)) + np.sum(root[..., 0, 1].imag)


def magnitudes_of_vectors(z):
    w, v = np.linalg.eigh(hermitian(z), UPLO="U")
    return np.sum(np.abs(v) ** 4 * np.arange(3.0)) + np.sum(w[..., 0] * np.abs(v[..., 0, 1]))


def energies(z):
    w = np.linalg.eigvalsh(hermitian(z))
    return np.sum(w**2 * np.arange(3.0)) + np.sum(np.log(w))


def polar_factor(z):
    u, s, vh = np.linalg.svd(z, full_matrices=False)
    turn = (u * np.expand_dims(1 / (1 + s), -2)) @ vh
    return np.sum(np.real(turn) * np.arange(4.0)) + np.sum(np.imag(turn[..., 0, :]))


def tall_polar_factor(z):
    return polar_factor_of_tall(np.swapaxes(z, -1, -2))


def polar_factor_of_tall(a):
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.sum(np.imag((u * np.expand_dims(s**2, -2)) @ vh) * np.arange(3.0))


def magnitudes_of_singular_vectors(z):
    u, s, vh = np.linalg.svd(z @ np.conj(np.swapaxes(z, -1, -2)))
    return np.sum(np.abs(u) ** 4 * np.arange(3.0)) + np.sum(np.abs(vh[..., 0, :]) ** 3 * s)


def triangular(z):
    q, r = np.linalg.qr(z)
    low = np.linalg.cholesky(hermitian(z))
    upper = np.linalg.cholesky(hermitian(z), upper=True)
    return np.sum(np.abs(q + 1.0) ** 2) + np.sum(np.imag(r)) + np.sum(np.abs(low + 1j) * upper.real)


def spread(z):
    p = np.linalg.pinv(z)
    sign, size = np.linalg.slogdet(hermitian(z) + 1j * z[..., :3])
    values = np.linalg.eigvals(z[..., :3])
    return np.sum(np.abs(p) ** 2) + np.sum(np.imag(sign)) + np.sum(size) + np.sum(np.abs(values))


PROGRAMS = [
    function_of_a_matrix, magnitudes_of_vectors, energies, polar_factor, tall_polar_factor,
    magnitudes_of_singular_vectors, triangular, spread,
]  # fmt: skip


def slope_of(function: Callable[..., Any], x: np.ndarray, way: np.ndarray) -> Any:
    h = 1e-6
    return (function(x + h * way) - function(x - h * way)) / (2 * h)


@pytest.mark.parametrize("z", [Z, ZS], ids=["one", "stack"])
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_complex_factors(function, z):
    way = np.random.default_rng(1).normal(size=z.shape)
    way = way + 1j * np.random.default_rng(2).normal(size=z.shape)
    slope = slope_of(function, z, way)
    _, dot = ad.jvp(function, (z,), (way,))
    np.testing.assert_allclose(dot, slope, rtol=1e-6, atol=1e-7)
    bar = ad.grad(function)(z)
    assert np.sum(bar * way).real == pytest.approx(float(dot), rel=1e-11)


@pytest.mark.parametrize("z", [REAL, STACK], ids=["one", "stack"])
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_of_complex_numbers_made_of_real_ones(function, z):
    def moved(x: np.ndarray) -> Any:
        return ad.grad(outer)(x)

    def outer(x):
        return function(x + 1j * np.cos(x))

    way = np.random.default_rng(1).normal(size=z.shape)
    second = ad.hvp(outer)((z,), (way,))[0]
    np.testing.assert_allclose(second, slope_of(moved, z, way), rtol=2e-5, atol=1e-5)
    assert np.sum(moved(z) * way) == pytest.approx(float(slope_of(outer, z, way)), rel=1e-6)


# Layouts and widths


def everything(x):
    a = x @ np.swapaxes(x, -1, -2) + np.diag(np.arange(1.0, 4.0).astype(x.dtype))
    w, v = np.linalg.eigh(a)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    q, r = np.linalg.qr(x)
    total = np.sum(w * v[..., 0] ** 2) + np.sum(s) * np.sum(u**4) + np.sum(vh**4)
    total = total + np.sum(np.linalg.cholesky(a)) + np.sum(np.linalg.pinv(x)) + np.sum(q * q * q)
    total = total + np.sum(r) + np.sum(np.linalg.norm(x, 2, axis=(-2, -1)))
    return total + np.sum(np.linalg.norm(x, "nuc", axis=(-1, -2))) + np.sum(np.linalg.slogdet(a)[1])


def layouts(x: np.ndarray) -> list[np.ndarray]:
    frozen = x.copy()
    frozen.flags.writeable = False
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]))
    wide[..., ::2] = x
    turned = x[..., ::-1].copy()[..., ::-1]
    return [np.asfortranarray(x), frozen, wide[..., ::2], turned]


@pytest.mark.parametrize("x", [REAL, STACK], ids=["one", "stack"])
def test_layouts(x):
    gradient = ad.grad(everything)(x)
    slope = slope_of(everything, x, np.ones_like(x))
    assert np.sum(gradient) == pytest.approx(float(slope), rel=1e-6)
    for same in layouts(x):
        np.testing.assert_allclose(ad.grad(everything)(same), gradient, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("x", [REAL, STACK], ids=["one", "stack"])
def test_float32(x):
    single = x.astype(np.float32)
    gradient = ad.grad(everything)(single)
    assert gradient.dtype == np.float32
    assert ad.jvp(everything, (single,), (single,))[1].dtype == np.float32
    np.testing.assert_allclose(gradient, ad.grad(everything)(x), rtol=1e-2, atol=1e-2)


def factors_of_complex(z):
    a = z @ np.conj(np.swapaxes(z, -1, -2))
    w, v = np.linalg.eigh(a)
    u, s, vh = np.linalg.svd(z, full_matrices=False)
    q, r = np.linalg.qr(z)
    sign, size = np.linalg.slogdet(z[..., :3])
    total = np.sum(w * np.abs(v[..., 0]) + s * np.abs(u[..., 0]) * np.abs(vh[..., 0, :1]))
    total = total + np.sum(np.abs(q) * q.real) + np.sum(r.imag) + np.sum(sign.real * size)
    return total + np.sum(np.abs(np.linalg.cholesky(a))) + np.sum(np.linalg.pinv(z).real)


def test_complex64():
    z = ZS.astype(np.complex64)
    value, dot = ad.jvp(factors_of_complex, (z,), (z,))
    assert value.dtype == dot.dtype == factors_of_complex(z).dtype == np.float32
    gradient = ad.grad(factors_of_complex)(z)
    np.testing.assert_allclose(gradient, ad.grad(factors_of_complex)(ZS), rtol=1e-2, atol=1e-2)


def test_an_empty_stack():
    assert ad.grad(everything)(np.zeros((0, 3, 4))).shape == (0, 3, 4)


def test_matrices_of_one_number():
    def squares(x):
        w, v = np.linalg.eigh(x * x)
        return w[0] * v[0, 0] ** 2 + np.linalg.svd(x * x)[1][0] + np.linalg.qr(x * x)[1][0, 0] ** 2

    assert ad.grad(squares)(np.array([[1.5]]))[0, 0] == pytest.approx(6.0 + 4 * 1.5**3)


# Kinks, and numbers that are not finite


NORMS = {
    "vectors": [
        lambda x: np.linalg.norm(x),
        lambda x: np.linalg.norm(x, 1),
        lambda x: np.linalg.norm(x, 3),
        lambda x: np.linalg.norm(x, np.inf),
        lambda x: np.linalg.norm(x, 0.5),
        lambda x: np.linalg.norm(x, -1.5),
    ],
    "matrices": [
        lambda x: np.linalg.norm(x, "fro"),
        lambda x: np.linalg.norm(x, "nuc"),
        lambda x: np.linalg.norm(x, 1),
        lambda x: np.linalg.norm(x, 2),
        lambda x: np.linalg.norm(x, -2),
        lambda x: np.linalg.norm(x, -np.inf),
    ],
}


@pytest.mark.parametrize("shape", [(3,), (2, 2)], ids=["vectors", "matrices"])
@pytest.mark.parametrize("number", range(6))
def test_norms_of_zero(shape, number):
    norm = NORMS["vectors" if len(shape) == 1 else "matrices"][number]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        np.testing.assert_array_equal(ad.grad(norm)(np.zeros(shape)), np.zeros(shape))


@pytest.mark.parametrize("number", [2, 4])
def test_an_element_that_is_zero(number):
    gradient = ad.grad(NORMS["vectors"][number])(np.array([0.0, 1.0, 2.0]))
    assert gradient[0] == 0.0 and np.all(np.isfinite(gradient)) and np.all(gradient[1:] > 0)


def test_equal_sums():
    gradient = ad.grad(lambda x: np.linalg.norm(x, 1))(np.array([[1.0, -2.0], [3.0, 2.0]]))
    np.testing.assert_array_equal(gradient, np.array([[0.5, -0.5], [0.5, 0.5]]))


def inverse_sum(x):
    return np.sum(np.linalg.inv(x))


def determinant(x):
    return np.linalg.det(x)


def eigh_sum(x):
    return np.sum(np.linalg.eigh(x)[0])


def svd_sum(x):
    return np.sum(np.linalg.svd(x, full_matrices=False)[1])


def cholesky_sum(x):
    return np.sum(np.linalg.cholesky(x))


def eig_sum(x):
    return np.sum(np.linalg.eig(x)[0].real)


@pytest.mark.parametrize(
    "function", [inverse_sum, determinant, eigh_sum, svd_sum, cholesky_sum, eig_sum]
)
@pytest.mark.parametrize("number", [np.nan, np.inf], ids=str)
def test_what_is_not_finite(function, number):
    """It is passed on, or NumPy raises and so does the derivative."""
    x = np.array([[1.0, number], [number, 2.0]])
    with np.errstate(all="ignore"):
        try:
            function(x)
        except np.linalg.LinAlgError:
            with pytest.raises(np.linalg.LinAlgError):
                ad.grad(function)(x)
        else:
            assert np.any(np.isnan(ad.grad(function)(x))) or np.isfinite(function(x))


# Matrices that are not symmetric


def stationary(p):
    w, v = np.linalg.eig((p / np.sum(p, axis=1, keepdims=True)).T)
    k = np.argmax(w.real)
    share = v[:, k].real / np.sum(v[:, k].real)
    return share @ np.arange(3.0)


def first_vector(p):
    w, v = np.linalg.eig(p)
    return v[0, 0].real * 2 + v[1, 2].real + w[1].real


def damping(p):
    w = np.linalg.eigvals(p)
    return np.sum(np.abs(w) ** 3) + np.sum(w.imag**2)


def zeros(p):
    return np.sum(np.abs(np.roots(p[0])) ** 3) + np.sum(np.roots(p[1] * p[2]).real)


@pytest.mark.parametrize("function", [stationary, first_vector, damping, zeros])
@pytest.mark.parametrize("turn", [0.0, 30.0], ids=["real", "complex"])
def test_eigenvectors_without_symmetry(function, turn):
    x = np.array([[1.0, 2.0, 3.0], [4.0, 9.0, 2.5], [0.5, 1.0, 16.0]])
    x[0, 1] += turn
    if function is not stationary:
        x[1, 0] -= turn
    way = np.random.default_rng(4).normal(size=(3, 3))
    slope = slope_of(function, x, way)
    _, dot = ad.jvp(function, (x,), (way,))
    assert float(dot) == pytest.approx(float(slope), rel=1e-6)
    gradient = ad.grad(function)(x)
    assert gradient.dtype == np.float64
    assert np.sum(gradient * way) == pytest.approx(float(dot), rel=1e-10)
    second = ad.hvp(function)((x,), (way,))[0]
    np.testing.assert_allclose(
        second, slope_of(ad.grad(function), x, way), rtol=1e-5, atol=1e-6
    )


# Singular vectors without a singular value


def last_row(a):
    """The direct linear transform: the vector that the matrix takes to zero."""
    _, _, vh = np.linalg.svd(a)
    h = vh[-1]
    return h / h[-1]


def largest_direction(a):
    u, s, vh = np.linalg.svd(a)
    return s[0] * u[:, 0] * vh[0, 1]


def what_is_left(a):
    return np.linalg.svd(a)[2][-1]


@pytest.mark.parametrize("function", [last_row, largest_direction])
@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (5, 3), (3, 3)], ids=str)
def test_all_singular_vectors(function, shape):
    x, way = RNG.normal(size=shape), RNG.normal(size=shape)
    expected = (function(x + 1e-6 * way) - function(x - 1e-6 * way)) / 2e-6
    _, dot = ad.jvp(function, (x,), (way,))
    np.testing.assert_allclose(dot, expected, rtol=1e-6, atol=1e-7)
    value, pullback = ad.vjp(function, x)
    seed = np.cos(np.arange(value.size))
    assert np.sum(pullback(seed)[0] * way) == pytest.approx(float(seed @ dot), rel=1e-9)


def test_a_vector_of_several_that_are_not_known_has_no_derivative():
    x, way = RNG.normal(size=(2, 5)), RNG.normal(size=(2, 5))
    _, dot = ad.jvp(what_is_left, (x,), (way,))
    assert np.isnan(dot).all()
    _, pullback = ad.vjp(what_is_left, x)
    assert np.isnan(pullback(np.ones(5))[0]).any()


def kept_part(x):
    return np.sum(np.linalg.pinv(x, rcond=0.3) ** 3)


def test_the_pseudo_inverse_of_what_is_kept():
    """The singular values that rcond cuts off need not be zero."""
    x = np.diag([3.0, 2.0, 0.5]) + 0.1 * np.sin(np.arange(9.0)).reshape(3, 3)
    step, bar = 1e-6, ad.grad(kept_part)(x)
    for place in np.ndindex(3, 3):
        way = np.zeros((3, 3))
        way[place] = 1.0
        wanted = (kept_part(x + step * way) - kept_part(x - step * way)) / (2 * step)
        assert bar[place] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
        assert ad.jvp(kept_part, (x,), (way,))[1] == pytest.approx(bar[place], rel=1e-10)
