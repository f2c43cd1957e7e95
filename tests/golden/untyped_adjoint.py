"""Adjoints of untyped.py.

adcompile: option --mode=adjoint
adcompile: digest d5ffd30fd319c710
"""

import numpy as np


def unbroadcast_like(x, like):
    """Sum x over the axes that `like` was broadcast along, with floats as wide."""
    x, like = np.asarray(x), np.asarray(like)
    shape, dtype = like.shape, like.dtype
    if x.shape != shape:
        x = x.reshape((1,) * (len(shape) - x.ndim) + x.shape)
        x = x.sum(axis=tuple(range(x.ndim - len(shape))))
        axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
        x = x.sum(axis=axes, keepdims=True).reshape(shape)
    if x.dtype != dtype and np.can_cast(x.dtype, dtype, "same_kind"):
        x = x.astype(dtype)
    return x[()]


def broadcast_like(x, like):
    """The number x in the shape of `like`, with floats as wide as its own."""
    x, like = np.asarray(x), np.asarray(like)
    if x.dtype != like.dtype and np.can_cast(x.dtype, like.dtype, "same_kind"):
        x = x.astype(like.dtype)
    return np.broadcast_to(x, like.shape)


def formed(x, like):
    """x, with tuples, lists, arrays, and None, where `like` has them."""
    if isinstance(like, (list, tuple)) and isinstance(x, (list, tuple, np.ndarray)):
        if len(x) != len(like):
            raise TypeError("annotate the list: + joins it, and * repeats it")
        items = (formed(*pair) for pair in zip(x, like))
        return getattr(like, "_make", type(like))(items)
    if isinstance(like, np.ndarray) and isinstance(x, (list, tuple)):
        return np.array(x, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, dict) and isinstance(x, dict):
        return {key: formed(x.get(key, 0.0), item) for key, item in like.items()}
    if isinstance(like, np.ndarray) and np.ndim(x) == 0:
        return x + np.zeros(np.shape(like))
    return None if like is None else x


def affine_adjoint(w, b, x, affine_bar=1.0):
    """Adjoint of affine with respect to w, b, x.

    w: number?
    b: number?
    x: number?
    affine_bar: float

    Returns value, (w_bar, b_bar, x_bar).
    """
    # forward sweep
    v1 = w * x
    v2 = v1 + b
    v3 = np.sin(v2)
    value = np.sum(v3)
    # reverse sweep
    v2_bar = np.cos(v2) * broadcast_like(affine_bar, v3)
    v1_bar = unbroadcast_like(v2_bar, v1)
    w_bar = formed(unbroadcast_like(x * v1_bar, w), w)
    b_bar = formed(unbroadcast_like(v2_bar, b), b)
    x_bar = formed(unbroadcast_like(w * v1_bar, x), x)
    return value, (w_bar, b_bar, x_bar)
