"""Polynomials: the old functions, and those of numpy.polynomial."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import (
    is_complex,
    is_matrix,
    is_number,
    is_sequence,
    rank,
    refuse,
    span,
)


def vander(x, N=None, increasing=False):
    n = np.size(x) if N is None else N
    powers = np.arange(n) if increasing else np.arange(n - 1, -1, -1)
    return np.expand_dims(np.asarray(x), -1) ** powers


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    if full or cov:
        refuse("np.polyfit has a derivative without full and cov only")
    if is_sequence(x):
        return polyfit(np.asarray(x), y, deg, rcond, full, w, cov)
    return _fitted(vander(x, deg + 1), y, w)


def _fitted(columns, y, w):
    """The coefficients of the columns, by least squares; the columns are scaled before."""
    values = y
    if w is not None:
        columns = columns * w[:, None]
        values = y * w if rank(y) == 1 else y * w[:, None]
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    found = np.linalg.lstsq(columns / scale, values, rcond=None)[0]
    return found / scale if rank(y) == 1 else found / scale[:, None]


def polyint(p, m=1, k=0):
    if m != 1 or not is_number(k):
        refuse("np.polyint has a derivative for one integral at a time")
    return np.append(p / np.arange(len(p), 0, -1), k)


def several_polyder(p, m=1):
    derived = p
    for _ in span(m):
        derived = np.polyder(derived)
    return derived


def polyadd(a1, a2):
    n = max(len(a1), len(a2))
    return _led(a1, n) + _led(a2, n)


def polysub(a1, a2):
    n = max(len(a1), len(a2))
    return _led(a1, n) - _led(a2, n)


def _led(p, n):
    """With zeros in front, n coefficients."""
    return np.concatenate((np.zeros(n - len(p), dtype=p.dtype), p))


def polymul(a1, a2):
    return np.convolve(a1, a2)


def polydiv(u, v):
    divisor = np.asarray(v) + 0.0
    remainder = np.asarray(u) + np.zeros_like(divisor)[0]  # as wide as the wider one
    turns = len(remainder) - len(divisor) + 1
    quotient = np.zeros(max(turns, 1), dtype=remainder.dtype)
    scale = 1.0 / divisor[0]
    for i in range(turns):
        quotient[i] = scale * remainder[i]
        remainder[i : i + len(divisor)] -= quotient[i] * divisor
    while len(remainder) > 1 and np.abs(remainder[0]) <= 1e-08:  # as np.polydiv does
        remainder = remainder[1:]
    return quotient, remainder


def poly(seq_of_zeros):
    if rank(seq_of_zeros) != 1:
        refuse("np.poly has a derivative for a vector of zeros only")
    result = np.ones(1, dtype=seq_of_zeros.dtype)
    for zero in seq_of_zeros:
        result = np.convolve(result, np.array([1.0, -zero], dtype=seq_of_zeros.dtype))
    return result


def _must_be_one(c, tensor):
    """Several polynomials at once would have their values in rows."""
    if tensor and is_matrix(c):
        refuse("several polynomials at once have no derivative: give tensor=False, or one alone")


def polyval(x, c, tensor=True):
    _must_be_one(c, tensor)
    total = c[-1] + x * 0
    for i in range(2, len(c) + 1):
        total = c[-i] + total * x
    return total


def polyder(c, m=1):
    if m != 1:
        refuse("polyder has a derivative for one derivative at a time")
    given = np.asarray(c) + 0.0
    if len(c) == 1:
        return given * 0
    return given[1:] * np.arange(1, len(c), dtype=given.dtype)


def polyvander(x, deg):
    points = np.asarray(x) + 0.0
    return np.expand_dims(points, -1) ** np.arange(deg + 1, dtype=points.dtype)


def power_fit(x, y, deg, rcond=None, full=False, w=None):
    if not is_number(deg) or full:
        refuse("polyfit has a derivative for one degree, without full")
    return _fitted(polyvander(x, deg), np.asarray(y) + 0.0, w)


def chebval(x, c, tensor=True):
    _must_be_one(c, tensor)
    before, last = 0.0 * x, 0.0 * x
    for i in range(len(c) - 1, 0, -1):
        before, last = last, c[i] + 2.0 * x * last - before
    return c[0] + x * last - before


def legval(x, c, tensor=True):
    _must_be_one(c, tensor)
    total = c[0] + 0.0 * x
    before, now = 1.0 + 0.0 * x, 1.0 * x
    for i in range(1, len(c)):
        total = total + c[i] * now
        before, now = now, ((2 * i + 1) * x * now - i * before) / (i + 1)
    return total


def hermval(x, c, tensor=True):
    _must_be_one(c, tensor)
    total = c[0] + 0.0 * x
    before, now = 1.0 + 0.0 * x, 2.0 * x
    for i in range(1, len(c)):
        total = total + c[i] * now
        before, now = now, 2.0 * x * now - 2.0 * i * before
    return total


def hermeval(x, c, tensor=True):
    _must_be_one(c, tensor)
    total = c[0] + 0.0 * x
    before, now = 1.0 + 0.0 * x, 1.0 * x
    for i in range(1, len(c)):
        total = total + c[i] * now
        before, now = now, x * now - 1.0 * i * before
    return total


def lagval(x, c, tensor=True):
    _must_be_one(c, tensor)
    total = c[0] + 0.0 * x
    before, now = 1.0 + 0.0 * x, 1.0 - x
    for i in range(1, len(c)):
        total = total + c[i] * now
        before, now = now, ((2 * i + 1 - x) * now - i * before) / (i + 1)
    return total


def chebvander(x, deg):
    points = np.asarray(x) + 0.0
    columns = [np.ones_like(points), points]
    for _ in span(deg - 1):
        columns.append(2.0 * points * columns[-1] - columns[-2])
    return np.stack(columns[: deg + 1], axis=-1)


def legvander(x, deg):
    points = np.asarray(x) + 0.0
    columns = [np.ones_like(points), points]
    for i in span(deg - 1):
        columns.append(((2 * i + 3) * points * columns[-1] - (i + 1) * columns[-2]) / (i + 2))
    return np.stack(columns[: deg + 1], axis=-1)


def chebyshev_fit(x, y, deg, rcond=None, full=False, w=None):
    if not is_number(deg) or full:
        refuse("chebfit has a derivative for one degree, without full")
    return _fitted(chebvander(x, deg), np.asarray(y) + 0.0, w)


def legendre_fit(x, y, deg, rcond=None, full=False, w=None):
    if not is_number(deg) or full:
        refuse("legfit has a derivative for one degree, without full")
    return _fitted(legvander(x, deg), np.asarray(y) + 0.0, w)


def power_add(c1, c2):
    n = max(len(c1), len(c2))
    return _followed(c1, n) + _followed(c2, n)


def power_sub(c1, c2):
    n = max(len(c1), len(c2))
    return _followed(c1, n) - _followed(c2, n)


def _followed(c, n):
    """With zeros behind, n coefficients."""
    return np.concatenate((c, np.zeros(n - len(c), dtype=c.dtype)))


def power_integral(c, m=1, k=0, lbnd=0, scl=1, axis=0):
    if m != 1 or not is_number(k) or lbnd != 0 or scl != 1 or axis != 0:
        refuse("polyint has a derivative for one integral from 0 at a time")
    given = np.asarray(c) + 0.0
    start = np.full(1, k, dtype=given.dtype)
    return np.concatenate((start, given / np.arange(1, len(c) + 1, dtype=given.dtype)))


def polyfromroots(roots):
    given = np.asarray(roots) if is_complex(roots) else np.asarray(roots, dtype=float)
    return np.flip(poly(given), 0)


FUNCTIONS: dict[str, Any] = {
    "vander": vander,
    "polyfit": polyfit,
    "polyder": Written(several_polyder, ("m",), 1),
    "polyint": polyint,
    "polyadd": polyadd,
    "polysub": polysub,
    "polymul": polymul,
    "polydiv": polydiv,
    "poly": poly,
    "polynomial.polynomial.polyval": polyval,
    "polynomial.polynomial.polyder": polyder,
    "polynomial.polynomial.polyvander": polyvander,
    "polynomial.polynomial.polyfit": power_fit,
    "polynomial.polynomial.polyadd": power_add,
    "polynomial.polynomial.polysub": power_sub,
    "polynomial.polynomial.polymul": polymul,
    "polynomial.polynomial.polyint": power_integral,
    "polynomial.polynomial.polyfromroots": polyfromroots,
    "polynomial.chebyshev.chebvander": chebvander,
    "polynomial.chebyshev.chebfit": chebyshev_fit,
    "polynomial.legendre.legvander": legvander,
    "polynomial.legendre.legfit": legendre_fit,
    "polynomial.hermite_e.hermeval": hermeval,
    "polynomial.laguerre.lagval": lagval,
    "polynomial.chebyshev.chebval": chebval,
    "polynomial.legendre.legval": legval,
    "polynomial.hermite.hermval": hermval,
}
