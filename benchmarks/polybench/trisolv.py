"""L x = b for a lower triangular L, from the top down."""

import numpy as np

SIZE = 400


def trisolv(L, b):
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return np.sum(x * x)


def arguments(n, rng):
    return rng.uniform(size=(n, n)) + n * np.eye(n), rng.uniform(size=n)
