"""The two products of a step of biconjugate gradients: r' A and A p, row by row."""

import numpy as np

SIZE = 200


def bicg(A, p, r):
    s = np.zeros(len(p))
    q = np.zeros(len(r))
    for i in range(len(r)):
        s += r[i] * A[i, :]
        q[i] = A[i, :] @ p
    return np.sum(s * s) + np.sum(q * q)


def arguments(n, rng):
    return rng.uniform(size=(n, n + 10)), rng.uniform(size=n + 10), rng.uniform(size=n)
