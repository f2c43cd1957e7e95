"""scipy.linalg, scipy.integrate and others, as people call them."""

import numpy as np
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.linalg as la
import scipy.special
from scipy import special
from scipy.integrate import simpson
from scipy.interpolate import splev
from scipy.linalg import cho_factor, cho_solve, expm, solve_triangular

from corpus.cases import add_by_differences

A = np.array([[1.9, -0.3, 0.4], [0.2, 2.3, -0.6], [-0.5, 0.1, 1.7]])
S = A @ A.T
B = np.array([[0.3, 1.2], [-0.8, 0.5], [0.9, -0.1]])
V = np.array([0.31, -0.72, 1.21])


def exponential(a: "Float[np.ndarray, '3 3']", v: "Float[np.ndarray, '3']", t: float):
    return expm(t * a) @ v, scipy.linalg.expm(5.0 * a)[0]


add_by_differences(exponential, A, V, 0.3)


def likelihood(s: "Float[np.ndarray, '3 3']", r: "Float[np.ndarray, '3']"):
    factor = cho_factor(s, lower=True)
    return -0.5 * r @ cho_solve(factor, r) - np.sum(np.log(np.diag(factor[0])))


add_by_differences(likelihood, S, V)


def by_factors(s: "Float[np.ndarray, '3 3']", b: "Float[np.ndarray, '3 2']"):
    upper = scipy.linalg.cholesky(s)
    lower = la.cholesky(s, lower=True)
    c = scipy.linalg.cho_factor(s)
    return upper, lower @ b, scipy.linalg.cho_solve(c, b), la.qr(b, mode="economic")[1]


add_by_differences(by_factors, S, B)


def triangles(a: "Float[np.ndarray, '3 3']", b: "Float[np.ndarray, '3 2']"):
    v = b[:, 0]
    return (
        solve_triangular(a, b),
        solve_triangular(a, v, lower=True, trans=1),
        la.solve_triangular(a, v, trans="T", unit_diagonal=True),
        scipy.linalg.solve_triangular(a, b, lower=True, unit_diagonal=True),
    )


add_by_differences(triangles, A, B)


def systems(a: "Float[np.ndarray, '3 3']", b: "Float[np.ndarray, '3 2']"):
    s = a @ a.T
    return (
        scipy.linalg.solve(a, b),
        la.solve(a, b[:, 0], transposed=True),
        la.solve(s, b, assume_a="pos"),
        la.solve(a + 3.0 * s, b, assume_a="sym", lower=True),
        scipy.linalg.inv(a),
        scipy.linalg.pinv(b),
    )


add_by_differences(systems, A, B)


def spectra(a: "Float[np.ndarray, '3 3']"):
    s = a @ a.T
    values, vectors = scipy.linalg.eigh(s)
    return (
        values, vectors[:, 0] ** 2, scipy.linalg.eigvalsh(s), la.eigh(a, eigvals_only=True),
        scipy.linalg.svdvals(a), scipy.linalg.svd(a, full_matrices=False)[1], scipy.linalg.det(a),
        scipy.linalg.norm(a), la.norm(a[0], 1), np.abs(scipy.linalg.qr(a, mode="economic")[1]),
    )  # fmt: skip


add_by_differences(spectra, A)


def structured(a: "Float[np.ndarray, '3 3']", v: "Float[np.ndarray, '3']"):
    return (
        scipy.linalg.block_diag(a, v, 2.0 * v[0]),
        scipy.linalg.toeplitz(v) @ v,
        la.toeplitz(v, a[0]) ** 2,
        scipy.linalg.circulant(v) @ a,
    )


add_by_differences(structured, A, V)


def quadratures(y: "Float[np.ndarray, '3 3']", x: "Float[np.ndarray, '3']"):
    grid = np.cumsum(x * x)
    return (
        scipy.integrate.trapezoid(y, dx=0.2),
        scipy.integrate.simpson(y[0]) + simpson(y.ravel()[:8], dx=0.3),
        simpson(y, x=grid, axis=0),
        simpson(y[:, :2] ** 2, x=grid[1:]),
        scipy.integrate.cumulative_trapezoid(y, grid),
        scipy.integrate.cumulative_trapezoid(y, dx=0.5, axis=0, initial=0),
    )


add_by_differences(quadratures, A, V)


def interpolated(x: "Float[np.ndarray, '3']", k: "Float[np.ndarray, '3']"):
    at = np.linspace(0.0, 2.0, 9)
    tck = scipy.interpolate.splrep(at, np.sin(at))
    inside = np.abs(x)
    return (
        scipy.interpolate.splev(inside, tck) * k,
        splev(inside[0], tck, der=1) * k[0],
    )


add_by_differences(interpolated, A[0], V)


def special_values(x: "Float[np.ndarray, '3']"):
    t = np.abs(x) + 0.2
    sine, cosine = scipy.special.sici(t)
    first, _, second, _ = scipy.special.airy(x)
    return (
        scipy.special.lambertw(t).real * t,
        special.expi(t) * scipy.special.exp1(t),
        scipy.special.huber(0.7, x) + special.pseudo_huber(0.7, x),
        special.boxcox(t, 0.3) + scipy.special.owens_t(x, t),
        scipy.special.eval_legendre(3, x) + special.eval_hermite(2, x),
        scipy.special.ellipkinc(t, 0.4) * special.ellipeinc(0.3, 0.1 * t),
        sine * cosine + first * second,
        scipy.special.stdtr(3.0, x) + special.multigammaln(t + 2.0, 2),
    )


add_by_differences(special_values, V)


def matrix_equations(a: "Float[np.ndarray, '3 3']", b: "Float[np.ndarray, '3 3']"):
    q = b @ b.T
    return (
        scipy.linalg.solve_sylvester(a + 3.0 * np.eye(3), b + 4.0 * np.eye(3), q),
        la.solve_continuous_lyapunov(a, q)[0],
        scipy.linalg.solve_discrete_lyapunov(0.2 * a, q) @ a,
    )


add_by_differences(matrix_equations, A, A.T + 0.5)
