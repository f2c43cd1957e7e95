"""Views and second names: what is written through one is seen through the other."""

import numpy as np


def rows(A: "Float[np.ndarray, 'n m']", k: float):
    row = A[0]
    s = row[1] * k
    A[0, 1] = s * s
    A[1] += row
    return A[1, 1] + row[1]


def diagonal(A: "Float[np.ndarray, 'n n']"):
    B = A.T
    B[0, 1] = 3.0 * B[1, 0]
    return np.sum(A * A)
