"""scipy.linalg and the quadratures of scipy.integrate, written out with NumPy.

SciPy reads one triangle of a symmetric matrix: the derivative with respect to the other is zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg  # type: ignore[import-untyped]

from adcompile.rules.written.facts import is_complex, rank, refuse


def expm(A):
    if rank(A) != 2:
        refuse("scipy.linalg.expm has a derivative for one matrix at a time")
    # Pade approximation of order 13: Higham, "The scaling and squaring method for the matrix
    # exponential revisited", SIAM J. Matrix Anal. Appl. 26 (2005), up to a norm of theta_13
    b = (
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
        129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0,
        40840800.0, 960960.0, 16380.0, 182.0, 1.0,
    )  # fmt: skip
    norm = np.max(np.sum(np.abs(A), axis=0))
    halvings = 0
    while norm > 5.371920351148152:
        norm = norm / 2
        halvings += 1
    eye = np.eye(len(A), dtype=A.dtype)
    a1 = A / 2.0**halvings
    a2 = a1 @ a1
    a4 = a2 @ a2
    a6 = a4 @ a2
    odd = a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2)
    odd = a1 @ (odd + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * eye)
    even = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2)
    even = even + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * eye
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(halvings):
        result = result @ result
    return result


def inv(a, overwrite_a=False, check_finite=True):
    return np.linalg.inv(a)


def det(a, overwrite_a=False, check_finite=True):
    if is_complex(a):
        return np.linalg.det(a)
    return np.linalg.det(np.asarray(a, dtype=float))  # SciPy's is of float64 for float32, too


def norm(a, ord=None, axis=None, keepdims=False, check_finite=True):
    return np.linalg.norm(a, ord, axis, keepdims)


def pinv(a, check_finite=True):
    return np.linalg.pinv(a)


def solve(
    a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None,
    transposed=False,
):  # fmt: skip
    if assume_a in ("sym", "her", "pos", "symmetric", "hermitian", "positive definite"):
        return np.linalg.solve(_mirrored(a, lower), b)
    if assume_a not in (None, "gen", "general"):
        refuse("scipy.linalg.solve has a derivative for assume_a 'gen', 'sym', 'her' and 'pos'")
    return np.linalg.solve(np.transpose(a) if transposed else a, b)


def _mirrored(a, lower):
    """The symmetric, or Hermitian, matrix that has this triangle."""
    if lower:
        return np.tril(a) + np.conj(np.transpose(np.tril(a, -1)))
    return np.triu(a) + np.conj(np.transpose(np.triu(a, 1)))


def cholesky(a, lower=False, overwrite_a=False, check_finite=True):
    if lower:
        return np.linalg.cholesky(a)
    return np.linalg.cholesky(a, upper=True)


def cho_factor(a, lower=False, overwrite_a=False, check_finite=True):
    return cholesky(a, lower), lower


def cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True):
    c, lower = c_and_lower
    if lower:
        return _triangular(c, _triangular(c, b, 0, True), 2, True)
    return _triangular(c, _triangular(c, b, 2, False), 0, False)


def _triangular(a, b, trans, lower):
    return scipy.linalg.solve_triangular(a, b, trans=trans, lower=lower)


def eigh(a, b=None, lower=True, eigvals_only=False):
    if b is not None:
        refuse("scipy.linalg.eigh has a derivative for one matrix, without b")
    if eigvals_only:
        return np.linalg.eigvalsh(a, "L" if lower else "U")
    return np.linalg.eigh(a, "L" if lower else "U")


def eigvalsh(a, b=None, lower=True):
    if b is not None:
        refuse("scipy.linalg.eigvalsh has a derivative for one matrix, without b")
    return np.linalg.eigvalsh(a, "L" if lower else "U")


def svd(a, full_matrices=True, compute_uv=True, overwrite_a=False, check_finite=True):
    return np.linalg.svd(a, full_matrices, compute_uv)


def svdvals(a, overwrite_a=False, check_finite=True):
    return np.linalg.svd(a, compute_uv=False)


def qr(a, overwrite_a=False, lwork=None, mode="full", pivoting=False, check_finite=True):
    if mode != "economic" or pivoting:
        refuse("scipy.linalg.qr has a derivative with mode='economic' and without pivoting only")
    return np.linalg.qr(a)


def block_diag(*arrs):
    blocks = [np.atleast_2d(each) for each in arrs]
    width = sum(each.shape[1] for each in blocks)
    rows, before = [], 0
    for each in blocks:
        n, m = each.shape
        left = np.zeros((n, before), dtype=each.dtype)
        before += m
        right = np.zeros((n, width - before), dtype=each.dtype)
        rows.append(np.concatenate((left, each, right), axis=1))
    return np.concatenate(rows, axis=0)


def toeplitz(c, r=None):
    first = np.ravel(c)
    row = np.conj(first) if r is None else np.ravel(r)
    values = np.concatenate((np.flip(first, 0), row[1:]))
    down, right = np.arange(len(first)), np.arange(len(row))
    return values[len(first) - 1 - down[:, None] + right[None, :]]


def circulant(c):
    n = np.arange(len(c))
    return c[(n[:, None] - n[None, :]) % len(c)]


def trapezoid(y, x=None, dx=1.0, axis=-1):
    return np.trapezoid(y, x, dx, axis)


def cumulative_trapezoid(y, x=None, dx=1.0, axis=-1, initial=None):
    values = np.moveaxis(np.asarray(y), axis, -1)
    steps = dx
    if x is not None:
        steps = np.diff(x) if rank(x) == 1 else np.moveaxis(np.diff(x, axis=axis), axis, -1)
    found = np.cumsum(steps * (values[..., 1:] + values[..., :-1]) / 2.0, axis=-1)
    if initial is not None:
        found = np.concatenate((np.full_like(values[..., :1], initial), found), axis=-1)
    return np.moveaxis(found, -1, axis)


def simpson(y, x=None, dx=1.0, axis=-1):
    """Of an even number of points the last interval is that of Cartwright's correction."""
    values = np.moveaxis(np.asarray(y) + 0.0, axis, -1)
    n = values.shape[-1]
    if x is None:
        steps = np.full(n - 1, dx, dtype=values.dtype)
    elif rank(x) == 1:
        steps = np.diff(x)
    else:
        steps = np.moveaxis(np.diff(x, axis=axis), axis, -1)
    if n == 2:
        return 0.5 * steps[..., 0] * (values[..., 0] + values[..., 1])
    is_wide = x is not None or n % 2 == 0  # as SciPy's are
    widths = np.asarray(steps, dtype=float) if is_wide else steps
    last = n - 2 if n % 2 == 1 else n - 3
    h0, h1 = widths[..., 0:last:2], widths[..., 1 : last + 1 : 2]
    y0, y1, y2 = values[..., 0:last:2], values[..., 1 : last + 1 : 2], values[..., 2 : last + 2 : 2]
    both = h0 + h1
    parts = y0 * (2.0 - h1 / h0) + y1 * both**2 / (h0 * h1) + y2 * (2.0 - h0 / h1)
    total = np.sum(both / 6.0 * parts, axis=-1)
    if n % 2 == 1:
        return total
    a, b = widths[..., -2], widths[..., -1]
    newest = (2.0 * b**2 + 3.0 * a * b) / (6.0 * (b + a))
    middle = (b**2 + 3.0 * b * a) / (6.0 * a)
    oldest = b**3 / (6.0 * a * (a + b))
    return total + newest * values[..., -1] + middle * values[..., -2] - oldest * values[..., -3]


FUNCTIONS: dict[str, Any] = {
    **{
        f"linalg.{function.__name__}": function
        for function in (
            expm, inv, det, norm, pinv, solve, cholesky, cho_factor, cho_solve, eigh, eigvalsh,
            svd, svdvals, qr, block_diag, toeplitz, circulant,
        )
    },
    **{
        f"integrate.{function.__name__}": function
        for function in (trapezoid, cumulative_trapezoid, simpson)
    },
}  # fmt: skip
