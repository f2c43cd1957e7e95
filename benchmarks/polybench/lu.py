"""A = L U in place, without a search for pivots."""

import numpy as np

SIZE = 35


def lu(A):
    A = A.copy()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, n):
            A[i, j] -= A[i, :i] @ A[:i, j]
    return np.sum(A * A)


def arguments(n, rng):
    return (rng.uniform(size=(n, n)) + n * np.eye(n),)
