"""Subexpressions that occur twice, and functions whose derivative uses their own value."""

import math


def gauss(x: float, mu: float, sigma: float) -> float:
    p = math.exp(-0.5 * ((x - mu) / sigma) ** 2) / sigma
    q = math.tanh((x - mu) / sigma)
    return p * q + math.sqrt(sigma)
