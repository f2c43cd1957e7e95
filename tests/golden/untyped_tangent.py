"""Tangents of untyped.py.

adcompile: option --mode=tangent
adcompile: digest 48505cdb675a1528
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
    v1 = w * x + b
    v2 = np.sum(np.cos(v1) * (x * w_dot + w * x_dot + b_dot))
    return np.sum(np.sin(v1)), v2
