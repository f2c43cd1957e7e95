"""Adjoints of untyped.py.

adcompile: option --mode=adjoint
adcompile: digest a7e3c83533602c64
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


def affine_adjoint(w, b, x, affine_bar=1.0):
    """Adjoint of affine with respect to w, b, x.

    w: number?
    b: number?
    x: number?
    affine_bar: float

    Returns value, (w_bar, b_bar, x_bar).
    """
    # forward sweep
    if isinstance(w, (list, tuple)):
        raise TypeError("w is a list, which * repeats: annotate it")
    if isinstance(x, (list, tuple)):
        raise TypeError("x is a list, which * repeats: annotate it")
    v1 = w * x
    v2 = v1 + b
    v3 = np.sin(v2)
    value = np.sum(v3)
    # reverse sweep
    v2_bar = np.cos(v2) * np.broadcast_to(affine_bar, np.shape(v3))
    v1_bar = unbroadcast(v2_bar, np.shape(v1))
    b_bar = unbroadcast(v2_bar, np.shape(b))
    w_bar = unbroadcast(x * v1_bar, np.shape(w))
    x_bar = unbroadcast(w * v1_bar, np.shape(x))
    return value, (w_bar, b_bar, x_bar)
