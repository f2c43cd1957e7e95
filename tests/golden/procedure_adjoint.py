"""Adjoints of procedure.py.

adcompile: option --mode=adjoint
adcompile: option --of=C
adcompile: digest 3d57991577942c92
"""

import numpy as np


def gemm_adjoint(alpha, A, B, C, C_bar):
    """Adjoint of gemm with respect to alpha, A, B, C, of C.

    alpha: float
    A: float[n, k]
    B: float[k, m]
    C: float[n, m]
    C_bar: float[n, m]

    Returns value, (alpha_bar, A_bar, B_bar, C_bar).
    """
    # forward sweep
    if np.shares_memory(C, A):
        raise ValueError("C and A share memory, and gemm writes to C; pass a copy")
    if np.shares_memory(C, B):
        raise ValueError("C and B share memory, and gemm writes to C; pass a copy")
    C = C * 0.5
    v1 = A @ B
    C += alpha * v1
    # reverse sweep
    alpha_bar = np.vdot(v1, C_bar)
    v1_bar = alpha * C_bar
    A_bar = v1_bar @ B.T
    B_bar = A.T @ v1_bar
    C_bar = 0.5 * C_bar
    return C, (alpha_bar, A_bar, B_bar, C_bar)
