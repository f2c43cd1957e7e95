"""Adjoints of gather.py.

adcompile: option --mode=adjoint
adcompile: digest ede00a7b040a8bca
"""

import numpy as np


def stretch_adjoint(x, tail, head, rest, stretch_bar=1.0):
    """Adjoint of stretch with respect to x, rest.

    x: float[n]
    tail: int[e]
    head: int[e]
    rest: float[e]
    stretch_bar: float

    Returns value, (x_bar, rest_bar).
    """
    # forward sweep
    d = x[head] - x[tail] - rest
    value = 0.5 * (d * d).sum()
    # reverse sweep
    d_bar = stretch_bar * d
    rest_bar = -d_bar
    x_bar = np.zeros_like(x)
    np.add.at(x_bar, tail, rest_bar)
    np.add.at(x_bar, head, d_bar)
    return value, (x_bar, rest_bar)


def clip_low_adjoint(x, low, clip_low_bar=1.0):
    """Adjoint of clip_low with respect to x, low.

    x: float[n]
    low: float
    clip_low_bar: float

    Returns value, (x_bar, low_bar).
    """
    # forward sweep
    y = x.copy()
    v1 = y < low
    y[v1] = low
    v2 = y > 1.0
    v3 = np.where(v2, np.log(y), y - 1.0)
    value = (v3 ** 2).sum()
    # reverse sweep
    v3_bar = 2 * clip_low_bar * v3
    y_bar = np.where(v2, 0, v3_bar) + np.where(v2, v3_bar / y, 0)
    low_bar = y_bar[v1].sum()
    y_bar[v1] = 0.0
    return value, (y_bar, low_bar)
