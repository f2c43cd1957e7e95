"""A' A x, row by row."""

import numpy as np

SIZE = 200


def atax(A, x):
    y = np.zeros(len(x))
    for i in range(len(A)):
        y += A[i] * (A[i] @ x)
    return np.sum(y * y)


def arguments(n, rng):
    return rng.uniform(size=(n, n + 10)), rng.uniform(size=n + 10)
