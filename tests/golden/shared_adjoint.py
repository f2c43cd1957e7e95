"""Adjoints of shared.py.

adcompile: option --mode=adjoint
adcompile: digest 9ba295414bed55b7
"""

import math


def gauss_adjoint(x, mu, sigma, gauss_bar=1.0):
    """Adjoint of gauss with respect to x, mu, sigma.

    x: float
    mu: float
    sigma: float
    gauss_bar: float

    Returns value, (x_bar, mu_bar, sigma_bar).
    """
    # forward sweep
    v1 = (x - mu) / sigma
    v2 = math.exp(-0.5 * v1 ** 2)
    p = v2 / sigma
    q = math.tanh(v1)
    v3 = math.sqrt(sigma)
    value = p * q + v3
    # reverse sweep
    v2_bar = q * gauss_bar / sigma
    x_bar = ((1 - q * q) * (p * gauss_bar) + 2 * v1 * (-0.5 * (v2 * v2_bar))) / sigma
    sigma_bar = (0.5 / v3 if v3 != 0 else math.inf) * gauss_bar - p * v2_bar - v1 * x_bar
    mu_bar = -x_bar
    return value, (x_bar, mu_bar, sigma_bar)
