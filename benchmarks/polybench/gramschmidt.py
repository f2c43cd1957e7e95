"""A = Q R by the modified process of Gram and Schmidt."""

import numpy as np

SIZE = 30


def gramschmidt(A):
    A = A.copy()
    m, n = A.shape
    Q = np.zeros((m, n))
    R = np.zeros((n, n))
    for k in range(n):
        R[k, k] = np.sqrt(np.dot(A[:, k], A[:, k]))
        Q[:, k] = A[:, k] / R[k, k]
        for j in range(k + 1, n):
            R[k, j] = np.dot(Q[:, k], A[:, j])
            A[:, j] -= Q[:, k] * R[k, j]
    return np.sum(R * R) + np.sum(Q * np.cos(Q))


def arguments(n, rng):
    return (rng.uniform(size=(n + 10, n)) + np.eye(n + 10, n),)
