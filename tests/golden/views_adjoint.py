"""Adjoints of views.py.

adcompile: option --mode=adjoint
adcompile: digest 8d0d759b67f52a8d
"""

import numpy as np


def rows_adjoint(A, k, rows_bar=1.0):
    """Adjoint of rows with respect to A, k.

    A: float[n, m]
    k: float
    rows_bar: float

    Returns value, (A_bar, k_bar).
    """
    # forward sweep
    A = A.copy()
    v1 = A[0, 1]
    s = v1 * k
    A[0, 1] = s * s
    A[1] += A[0]
    value = A[1, 1] + A[0, 1]
    # reverse sweep
    A_bar = np.zeros_like(A)
    A_bar[0, 1] += rows_bar
    A_bar[1, 1] += rows_bar
    A_bar[0] += A_bar[1]
    v2 = A_bar[0, 1]
    A_bar[0, 1] = 0.0
    s_bar = 2.0 * (s * v2)
    k_bar = v1 * s_bar
    A_bar[0, 1] += k * s_bar
    return value, (A_bar, k_bar)


def diagonal_adjoint(A, diagonal_bar=1.0):
    """Adjoint of diagonal with respect to A.

    A: float[n, n]
    diagonal_bar: float

    Returns value, A_bar.
    """
    # forward sweep
    B = A.T.copy()
    B[0, 1] = 3.0 * B[1, 0]
    A = B.T
    value = (A * A).sum()
    # reverse sweep
    B_bar = (2.0 * diagonal_bar * A).T
    v1 = B_bar[0, 1]
    B_bar[0, 1] = 0.0
    B_bar[1, 0] += 3.0 * v1
    A_bar = B_bar.T
    return value, A_bar
