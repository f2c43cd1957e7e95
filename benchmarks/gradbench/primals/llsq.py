"""Least squares: a polynomial that is to follow the sign of its argument on [-1, 1]."""

import numpy as np


def primal(x, n):
    t = np.linspace(-1.0, 1.0, n)
    fit = np.zeros(n)
    for j in range(len(x) - 1, -1, -1):
        fit = fit * t + x[j]
    residual = np.sign(t) - fit
    return 0.5 * np.sum(residual * residual)
