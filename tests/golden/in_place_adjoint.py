"""Adjoints of in_place.py.

adcompile: option --mode=adjoint
adcompile: digest 846f18232568922b
"""

import numpy as np


def diffuse_adjoint(u, k, steps, u_bar):
    """Adjoint of diffuse with respect to u, k.

    u: float[n]
    k: float
    steps: int
    u_bar: float[n]

    Returns value, (u_bar, k_bar).
    """
    # forward sweep
    u = u.copy()
    tape = []
    v1 = u[2:]
    v2 = u[1:-1]
    v3 = u[:-2]
    for _ in range(steps):
        v4 = v1 - 2.0 * v2 + v3
        tape.append(v4)
        v2 += k * v4
    # reverse sweep
    u_bar = u_bar.astype(float)
    k_bar = 0.0
    v5 = u_bar[1:-1]
    v6 = u_bar[:-2]
    v7 = u_bar[2:]
    for _ in reversed(range(steps)):
        v4 = tape.pop()
        k_bar += np.vdot(v4, v5)
        v4_bar = k * v5
        v6 += v4_bar
        v5 -= 2.0 * v4_bar
        v7 += v4_bar
    return u, (u_bar, k_bar)


def recurrence_adjoint(x, a, recurrence_bar=1.0):
    """Adjoint of recurrence with respect to x, a.

    x: float[n]
    a: float
    recurrence_bar: float

    Returns value, (x_bar, a_bar).
    """
    # forward sweep
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = a * y[i - 1] * x[i] + x[i - 1]
    value = y.sum()
    # reverse sweep
    y_bar = np.broadcast_to(float(recurrence_bar), x.shape).copy()
    x_bar = np.zeros_like(x)
    a_bar = 0.0
    for i in reversed(range(1, len(x))):
        v1 = y[i - 1]
        v2 = y_bar[i]
        y_bar[i] = 0.0
        x_bar[i - 1] = v2
        v3 = x[i] * v2
        x_bar[i] += a * v1 * v2
        a_bar += v1 * v3
        y_bar[i - 1] += a * v3
    x_bar[0] += y_bar[0]
    return value, (x_bar, a_bar)
