"""Tangents of shared.py.

adcompile: option --mode=tangent
adcompile: digest e1e24a3964c7c414
"""

import math


def gauss_tangent(x, mu, sigma, x_dot, mu_dot, sigma_dot):
    """Tangent of gauss with respect to x, mu, sigma.

    x: float
    mu: float
    sigma: float
    x_dot: float
    mu_dot: float
    sigma_dot: float

    Returns value, value_dot.
    """
    v1 = (x - mu) / sigma
    v2 = (x_dot - mu_dot - v1 * sigma_dot) / sigma
    v3 = math.exp(-0.5 * v1 ** 2)
    p = v3 / sigma
    q = math.tanh(v1)
    v4 = q * ((v3 * (-0.5 * (2 * v1 * v2)) - p * sigma_dot) / sigma)
    v5 = math.sqrt(sigma)
    v6 = (0.5 / v5 if v5 != 0 else math.inf) * sigma_dot
    return p * q + v5, v4 + p * ((1 - q * q) * v2) + v6
