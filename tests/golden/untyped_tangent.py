"""Tangents of untyped.py.

adcompile: option --mode=tangent
adcompile: digest 4707be9831dea929
"""

import numpy as np


def affine_tangent(w, b, x, w_dot, b_dot, x_dot):
    """Tangent of affine with respect to w, b, x.

    w: number?
    b: number?
    x: number?
    w_dot: number?
    b_dot: number?
    x_dot: number?

    Returns value, value_dot.
    """
    if isinstance(w, (list, tuple)):
        raise TypeError("w is a list, which * repeats: annotate it")
    if isinstance(x, (list, tuple)):
        raise TypeError("x is a list, which * repeats: annotate it")
    v1 = w * x + b
    value_dot = np.sum(np.cos(v1) * (x * w_dot + w * x_dot + b_dot))
    return np.sum(np.sin(v1)), value_dot
