"""Polynomials: the old functions, and those of numpy.polynomial."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import is_number, is_sequence, rank, refuse, span


def vander(x, N=None, increasing=False):
    n = np.size(x) if N is None else N
    powers = np.arange(n) if increasing else np.arange(n - 1, -1, -1)
    return np.expand_dims(np.asarray(x), -1) ** powers


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    if full or cov:
        refuse("np.polyfit has a derivative without full and cov only")
    if is_sequence(x):
        return polyfit(np.asarray(x), y, deg, rcond, full, w, cov)
    columns = vander(x, deg + 1)
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
    first = np.concatenate((np.zeros(n - len(a1)), a1))
    return first + np.concatenate((np.zeros(n - len(a2)), a2))


def polysub(a1, a2):
    n = max(len(a1), len(a2))
    first = np.concatenate((np.zeros(n - len(a1)), a1))
    return first - np.concatenate((np.zeros(n - len(a2)), a2))


def polymul(a1, a2):
    return np.convolve(a1, a2)


def poly(seq_of_zeros):
    if rank(seq_of_zeros) != 1:
        refuse("np.poly has a derivative for a vector of zeros only")
    result = np.ones(1)
    for zero in seq_of_zeros:
        result = np.convolve(result, np.array([1.0, -zero]))
    return result


def roots(p):
    refuse("np.roots has no derivative yet: solve p(x) = 0 by Newton's method in a loop")


def polyval(x, c, tensor=True):
    total = c[-1] + x * 0
    for i in range(2, len(c) + 1):
        total = c[-i] + total * x
    return total


def polyder(c, m=1):
    if m != 1:
        refuse("polyder has a derivative for one derivative at a time")
    return c[1:] * np.arange(1, len(c))


def polyvander(x, deg):
    return np.expand_dims(np.asarray(x), -1) ** np.arange(deg + 1)


def power_fit(x, y, deg, rcond=None, full=False, w=None):
    if not is_number(deg) or full:
        refuse("polyfit has a derivative for one degree, without full")
    found = polyfit(x, y, deg, w=w)
    return np.flip(found, 0)


def chebval(x, c, tensor=True):
    before, last = 0.0 * x, 0.0 * x
    for i in range(len(c) - 1, 0, -1):
        before, last = last, c[i] + 2.0 * x * last - before
    return c[0] + x * last - before


def legval(x, c, tensor=True):
    total = c[0] + 0.0 * x
    before, now = 1.0 + 0.0 * x, 1.0 * x
    for i in range(1, len(c)):
        total = total + c[i] * now
        before, now = now, ((2 * i + 1) * x * now - i * before) / (i + 1)
    return total


def hermval(x, c, tensor=True):
    total = c[0] + 0.0 * x
    before, now = 1.0 + 0.0 * x, 2.0 * x
    for i in range(1, len(c)):
        total = total + c[i] * now
        before, now = now, 2.0 * x * now - 2.0 * i * before
    return total


FUNCTIONS: dict[str, Any] = {
    "vander": vander,
    "polyfit": polyfit,
    "polyder": Written(several_polyder, ("m",), 1),
    "polyint": polyint,
    "polyadd": polyadd,
    "polysub": polysub,
    "polymul": polymul,
    "poly": poly,
    "roots": roots,
    "polynomial.polynomial.polyval": polyval,
    "polynomial.polynomial.polyder": polyder,
    "polynomial.polynomial.polyvander": polyvander,
    "polynomial.polynomial.polyfit": power_fit,
    "polynomial.chebyshev.chebval": chebval,
    "polynomial.legendre.legval": legval,
    "polynomial.hermite.hermval": hermval,
}
