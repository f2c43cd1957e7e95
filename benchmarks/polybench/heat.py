"""The heat equation in a cube, explicit steps on two arrays in turn."""

import numpy as np

SIZE = 16
STEPS = 10


def heat(A, B, steps):
    A = A.copy()
    B = B.copy()
    for _ in range(steps):
        step(A, B)
        step(B, A)
    return np.sum(A * A)


def step(A, B):
    inner = A[1:-1, 1:-1, 1:-1]
    B[1:-1, 1:-1, 1:-1] = (
        0.125 * (A[2:, 1:-1, 1:-1] - 2.0 * inner + A[:-2, 1:-1, 1:-1])
        + 0.125 * (A[1:-1, 2:, 1:-1] - 2.0 * inner + A[1:-1, :-2, 1:-1])
        + 0.125 * (A[1:-1, 1:-1, 2:] - 2.0 * inner + A[1:-1, 1:-1, :-2])
        + inner
    )


def arguments(n, rng):
    return *rng.uniform(size=(2, n, n, n)), STEPS
