"""Tangents of gather.py.

adcompile: option --mode=tangent
adcompile: digest 8aec7b94104e9a79
"""

import numpy as np


def stretch_tangent(x, tail, head, rest, x_dot, rest_dot):
    """Tangent of stretch with respect to x, rest.

    x: float[n]
    tail: int[e]
    head: int[e]
    rest: float[e]
    x_dot: float[n]
    rest_dot: float[e]

    Returns value, value_dot.
    """
    d = x[head] - x[tail] - rest
    value_dot = np.vdot(d, x_dot[head] - x_dot[tail] - rest_dot)
    return 0.5 * (d * d).sum(), value_dot


def clip_low_tangent(x, low, x_dot, low_dot):
    """Tangent of clip_low with respect to x, low.

    x: float[n]
    low: float
    x_dot: float[n]
    low_dot: float

    Returns value, value_dot.
    """
    y = x.copy()
    v1 = y < low
    y_dot = x_dot.astype(float)
    y_dot[v1] = low_dot
    y[v1] = low
    v2 = y > 1.0
    v3 = np.where(v2, np.log(y), y - 1.0)
    value_dot = 2 * np.vdot(v3, np.where(v2, y_dot / y, y_dot))
    return (v3 ** 2).sum(), value_dot
