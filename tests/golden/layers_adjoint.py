"""Adjoints of layers.py.

adcompile: option --mode=adjoint
adcompile: digest b30144952be79c0b
"""

import numpy as np


def unbroadcast(x, shape):
    """Sum x over the axes that an operand of this shape was broadcast along."""
    x = np.asarray(x)
    if x.shape == shape:
        return x[()]
    x = x.reshape((1,) * (len(shape) - x.ndim) + x.shape)
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return x.sum(axis=axes, keepdims=True).reshape(shape)[()]


def zeros_like(x):
    """Zeros in the shape of x, a number, an array or a structure of these; float for int."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(zeros_like(item) for item in x)
    if isinstance(x, dict):
        return {key: zeros_like(item) for key, item in x.items()}
    real = not np.issubdtype(np.asarray(x).dtype, np.inexact)
    zeros = np.zeros(np.shape(x)) if real else np.zeros_like(x)
    return zeros if isinstance(x, np.ndarray) else zeros[()]


def loss_adjoint(params, x, y, loss_bar=1.0):
    """Adjoint of loss with respect to params, x, y.

    params: dict[float[:, :]]
    x: float[n, p]
    y: float[n, q]
    loss_bar: float

    Returns value, (params_bar, x_bar, y_bar).
    """
    # forward sweep
    v1 = params["inner"]
    h = np.tanh(x @ v1)
    v2 = params["outer"]
    v3 = h @ v2
    r = v3 - y
    value = (r * r).mean()
    # reverse sweep
    r_bar = 2.0 * (loss_bar / max(r.size, 1)) * r
    v3_bar = unbroadcast(r_bar, v3.shape)
    y_bar = unbroadcast(-r_bar, y.shape)
    params_bar = zeros_like(params)
    params_bar["outer"] = params_bar["outer"] + h.T @ v3_bar
    v4 = (1 - h * h) * (v3_bar @ v2.T)
    x_bar = v4 @ v1.T
    params_bar["inner"] = params_bar["inner"] + x.T @ v4
    return value, (params_bar, x_bar, y_bar)


def loss_with_bias_adjoint(w, b, x, y, loss_with_bias_bar=1.0):
    """Adjoint of loss_with_bias with respect to w, b, x, y.

    w: float[p, q]
    b: float[q]
    x: float[n, p]
    y: float[n, q]
    loss_with_bias_bar: float

    Returns value, (w_bar, b_bar, x_bar, y_bar).
    """
    # forward sweep
    v1 = np.tanh(x @ w + b)
    r = v1 - y
    value = (r ** 2).sum()
    # reverse sweep
    r_bar = 2 * loss_with_bias_bar * r
    y_bar = -r_bar
    v2 = (1 - v1 * v1) * r_bar
    b_bar = v2.sum(axis=0)
    x_bar = v2 @ w.T
    w_bar = x.T @ v2
    return value, (w_bar, b_bar, x_bar, y_bar)
