"""np.poly1d and numpy.polynomial.Polynomial: made, called, added, derived, fitted."""

import numpy as np
from numpy.polynomial import Polynomial

from corpus.cases import add_by_differences

X = np.array([0.31, -0.72, 1.21, 0.55])
T = np.linspace(0.0, 2.0, 7)
LINE = np.poly1d([2.0, -0.3])
SQUARE = Polynomial([0.5, 0.1, -1.2])


def calibrated(readings: "Float[np.ndarray, '4']", t: "Float[np.ndarray, '7']"):
    p = np.poly1d(np.polyfit(np.arange(4.0), readings, 2))
    return p(t).sum() + p.order * p[1] + p.deriv()(0.5)


add_by_differences(calibrated, X, T)


def arithmetic(c: "Float[np.ndarray, '4']", s: float):
    p, q = np.poly1d(c), np.poly1d([s, 1.0])
    r = 2.0 * p * q - p / s + (1.0 - q) + p.integ(k=s)
    return r(0.7), (q**3)(s), (-r).c, len(p), p(q)(0.2)


add_by_differences(arithmetic, X, 0.8)


def product_of_factors(x: "Float[np.ndarray, '4']"):
    p = np.poly1d([1.0])
    for v in x:
        p = p * np.poly1d([1.0, -v])
    return np.polyval(p, 0.4), np.poly1d(x, True)(0.4), np.sum(p.r.real**2)


add_by_differences(product_of_factors, X)


def first_coefficient_is_zero(x: "Float[np.ndarray, '3']"):
    return np.poly1d(x)(1.5)


add_by_differences(first_coefficient_is_zero, np.array([0.0, 1.0, -2.0]))


def fitted_on_a_domain(y: "Float[np.ndarray, '7']", x: "Float[np.ndarray, '7']", at: float):
    p = Polynomial.fit(x, y, 3)
    return p(at), p.deriv()(at), p.integ(k=1.0)(at), p.convert().coef, p.degree()


add_by_differences(fitted_on_a_domain, np.cos(T) + 0.1 * T**2, T, 0.9)


def newton_on_a_polynomial(c: "Float[np.ndarray, '4']", start: float):
    p = Polynomial(c)
    slope, x = p.deriv(), start
    for _ in range(6):
        x = x - p(x) / slope(x)
    return x


add_by_differences(newton_on_a_polynomial, np.array([-1.0, 0.3, 0.2, 1.0]), 0.9)


def series(c: "Float[np.ndarray, '4']", x: float):
    p = Polynomial(c)
    q = (p**2 + 1.0) * p - p / 2.0 + (x - p)
    return q(x), q.coef, sum(v for v in q), Polynomial([x, 0.5, 1.0]).roots().imag


add_by_differences(series, X, 1.1)


def polynomials_of_the_module(x: "Float[np.ndarray, '4']"):
    return LINE(x), SQUARE(x) * x


add_by_differences(polynomials_of_the_module, X)


def divided(u: "Float[np.ndarray, '4']", v: "Float[np.ndarray, '2']"):
    quotient, remainder = np.polydiv(u, v)
    return quotient, remainder


add_by_differences(divided, X, np.array([1.5, -0.4]))
