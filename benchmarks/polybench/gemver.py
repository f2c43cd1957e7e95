"""Two updates of a matrix by outer products, then two products with vectors."""

import numpy as np

SIZE = 250


def gemver(alpha, beta, A, u1, v1, u2, v2, y, z):
    A = A.copy()
    A += np.outer(u1, v1)
    A += np.outer(u2, v2)
    x = np.zeros(len(z))
    x += beta * (y @ A)
    x += z
    w = alpha * (A @ x)
    return np.sum(w * w)


def arguments(n, rng):
    return 1.5, 1.2, rng.uniform(size=(n, n)), *rng.uniform(size=(6, n))
