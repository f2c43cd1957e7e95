"""A product with a matrix and one with its transpose."""

import numpy as np

SIZE = 400


def mvt(x1, x2, y1, y2, A):
    x1 = x1.copy()
    x2 = x2.copy()
    x1 += A @ y1
    x2 += y2 @ A
    return np.sum(x1 * x1) + np.sum(x2 * x2)


def arguments(n, rng):
    return *rng.uniform(size=(4, n)), rng.uniform(size=(n, n))
