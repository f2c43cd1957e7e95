"""A = L L' in place, in the lower triangle."""

import math

import numpy as np

SIZE = 40


def cholesky(A):
    A = A.copy()
    for i in range(len(A)):
        for j in range(i):
            A[i, j] -= np.dot(A[i, :j], A[j, :j])
            A[i, j] /= A[j, j]
        A[i, i] -= np.dot(A[i, :i], A[i, :i])
        A[i, i] = math.sqrt(A[i, i])
    return np.sum(np.tril(A) ** 2)


def arguments(n, rng):
    A = rng.uniform(size=(n, n))
    return (A @ A.T + n * np.eye(n),)
