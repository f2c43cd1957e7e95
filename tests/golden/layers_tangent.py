"""Tangents of layers.py.

adcompile: option --mode=tangent
adcompile: digest 7b279a7eb8dee930
"""

import numpy as np


def loss_tangent(params, x, y, params_dot, x_dot, y_dot):
    """Tangent of loss with respect to params, x, y.

    params: dict[float[:, :]]
    x: float[n, p]
    y: float[n, q]
    params_dot: dict[float[:, :]]
    x_dot: float[n, p]
    y_dot: float[n, q]

    Returns value, value_dot.
    """
    v1 = params["inner"]
    h = np.tanh(x @ v1)
    v2 = params["outer"]
    v3 = (1 - h * h) * (x_dot @ v1 + x @ params_dot["inner"]) @ v2
    r = h @ v2 - y
    value_dot = 2.0 * (r * (v3 + h @ params_dot["outer"] - y_dot)).mean()
    return (r * r).mean(), value_dot


def loss_with_bias_tangent(w, b, x, y, w_dot, b_dot, x_dot, y_dot):
    """Tangent of loss_with_bias with respect to w, b, x, y.

    w: float[p, q]
    b: float[q]
    x: float[n, p]
    y: float[n, q]
    w_dot: float[p, q]
    b_dot: float[q]
    x_dot: float[n, p]
    y_dot: float[n, q]

    Returns value, value_dot.
    """
    v1 = np.tanh(x @ w + b)
    r_dot = (1 - v1 * v1) * (x_dot @ w + x @ w_dot + b_dot) - y_dot
    r = v1 - y
    return (r ** 2).sum(), 2 * np.vdot(r, r_dot)
