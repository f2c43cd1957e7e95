"""Tangents of views.py.

adcompile: option --mode=tangent
adcompile: digest 720fa160e2a5b7a4
"""

import numpy as np


def rows_tangent(A, k, A_dot, k_dot):
    """Tangent of rows with respect to A, k.

    A: float[n, m]
    k: float
    A_dot: float[n, m]
    k_dot: float

    Returns value, value_dot.
    """
    A = A.copy()
    A_dot = A_dot.astype(float)
    v1 = A[0, 1]
    s = v1 * k
    A_dot[0, 1] = 2.0 * (s * (k * A_dot[0, 1] + v1 * k_dot))
    A[0, 1] = s * s
    A_dot[1] += A_dot[0]
    A[1] += A[0]
    return A[1, 1] + A[0, 1], A_dot[1, 1] + A_dot[0, 1]


def diagonal_tangent(A, A_dot):
    """Tangent of diagonal with respect to A.

    A: float[n, n]
    A_dot: float[n, n]

    Returns value, value_dot.
    """
    B_dot = A_dot.astype(float).T
    B = A.T.copy()
    B_dot[0, 1] = 3.0 * B_dot[1, 0]
    B[0, 1] = 3.0 * B[1, 0]
    A = B.T
    return (A * A).sum(), 2.0 * np.vdot(A, B_dot.T)
