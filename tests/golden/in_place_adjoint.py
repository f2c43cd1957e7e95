"""Adjoints of in_place.py.

adcompile: option --mode=adjoint
adcompile: digest 2edfa529ac8f0fa9
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
    for _ in range(steps):
        v1 = u[2:] - 2.0 * u[1:-1] + u[:-2]
        tape.append(v1)
        v2 = u[1:-1]
        v2 += k * v1
    # reverse sweep
    u_bar = u_bar.copy()
    k_bar = 0.0
    for _ in reversed(range(steps)):
        v1 = tape.pop()
        v3 = u_bar[1:-1]
        k_bar += np.vdot(v1, v3)
        v4 = k * v3
        v5 = u_bar[:-2]
        v5 += v4
        v6 = u_bar[1:-1]
        v6 -= 2.0 * v4
        v7 = u_bar[2:]
        v7 += v4
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
    value = np.sum(y)
    # reverse sweep
    y_bar = np.broadcast_to(recurrence_bar, x.shape).copy()
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
