"""Tangents of in_place.py.

adcompile: option --mode=tangent
adcompile: digest 0fdc0f867a629cee
"""

import numpy as np


def diffuse_tangent(u, k, steps, u_dot, k_dot):
    """Tangent of diffuse with respect to u, k.

    u: float[n]
    k: float
    steps: int
    u_dot: float[n]
    k_dot: float

    Returns value, value_dot.
    """
    u = u.copy()
    u_dot = u_dot.astype(float)
    v1 = u[2:]
    v2 = u[1:-1]
    v3 = u[:-2]
    v4 = u_dot[2:]
    v5 = u_dot[1:-1]
    v6 = u_dot[:-2]
    for _ in range(steps):
        v7 = v1 - 2.0 * v2 + v3
        v8 = v7 * k_dot + k * (v4 - 2.0 * v5 + v6)
        v5 += v8
        v2 += k * v7
    return u, u_dot


def recurrence_tangent(x, a, x_dot, a_dot):
    """Tangent of recurrence with respect to x, a.

    x: float[n]
    a: float
    x_dot: float[n]
    a_dot: float

    Returns value, value_dot.
    """
    y = np.zeros(len(x))
    y_dot = np.zeros_like(y)
    y_dot[0] = x_dot[0]
    y[0] = x[0]
    for i in range(1, len(x)):
        v1 = y[i - 1]
        v2 = a * v1
        v3 = x[i]
        v4 = v3 * (v1 * a_dot + a * y_dot[i - 1]) + v2 * x_dot[i]
        y_dot[i] = v4 + x_dot[i - 1]
        y[i] = v2 * v3 + x[i - 1]
    return y.sum(), y_dot.sum()
