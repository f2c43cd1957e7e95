"""Tangents of shared.py.

adcompile: option --mode=tangent
adcompile: digest 5982587c3a1c5443
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
    v1_dot = (x_dot - mu_dot - v1 * sigma_dot) / sigma
    v2 = math.exp(-0.5 * v1 ** 2)
    p = v2 / sigma
    q = math.tanh(v1)
    v3 = q * ((v2 * (-0.5 * (2 * v1 * v1_dot)) - p * sigma_dot) / sigma)
    v4 = math.sqrt(sigma)
    v4_dot = (0.5 / v4 if v4 != 0 else math.inf) * sigma_dot
    return p * q + v4, v3 + p * ((1 - q * q) * v1_dot) + v4_dot
