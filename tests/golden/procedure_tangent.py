"""Tangents of procedure.py.

adcompile: option --mode=tangent
adcompile: option --of=C
adcompile: digest 527ed58639d20436
"""

import numpy as np


def gemm_tangent(alpha, A, B, C, alpha_dot, A_dot, B_dot, C_dot):
    """Tangent of gemm with respect to alpha, A, B, C, of C.

    alpha: float
    A: float[n, k]
    B: float[k, m]
    C: float[n, m]
    alpha_dot: float
    A_dot: float[n, k]
    B_dot: float[k, m]
    C_dot: float[n, m]

    Returns value, value_dot.
    """
    if np.shares_memory(C, A):
        raise ValueError("C and A share memory, and gemm writes to C; pass a copy")
    if np.shares_memory(C, B):
        raise ValueError("C and B share memory, and gemm writes to C; pass a copy")
    C_dot = 0.5 * C_dot
    C = C * 0.5
    v1 = A @ B
    C_dot += v1 * alpha_dot + alpha * (A_dot @ B + A @ B_dot)
    C += alpha * v1
    return C, C_dot
