"""Linear algebra, and products along the last axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written, arrays
from adcompile.rules.written.facts import beyond, rank, refuse


def vecdot(x1, x2, axis=-1):
    if axis == -1:
        return np.sum(np.conj(x1) * x2, axis=-1)
    return np.sum(np.conj(np.moveaxis(x1, axis, -1)) * np.moveaxis(x2, axis, -1), axis=-1)


def matvec(x1, x2):
    return np.matmul(x1, np.expand_dims(x2, -1))[..., 0]


def vecmat(x1, x2):
    return np.matmul(np.expand_dims(np.conj(x1), -2), x2)[..., 0, :]


def outer(x1, x2):
    return np.outer(x1, x2)


def cross(x1, x2, axis=-1):
    return np.cross(x1, x2) if axis == -1 else cross_along(x1, x2, axis=axis)


def cross_along(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if axis is not None:
        return np.moveaxis(np.cross(np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)), -1, axis)
    product = np.cross(np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1))
    return np.moveaxis(product, -1, axisc)


def tensordot(x1, x2, axes=2):
    return np.tensordot(x1, x2, axes=axes)


def matmul(x1, x2):
    return np.matmul(x1, x2)


def matrix_transpose(x):
    return np.matrix_transpose(x)


def trace(x, offset=0):
    return arrays.trace(x, offset, -2, -1)


def diagonal(x, offset=0):
    return arrays.diagonal(x, offset, -2, -1)


def matrix_norm(x, keepdims=False, ord="fro"):
    return np.linalg.norm(x, ord=ord, axis=(-2, -1), keepdims=keepdims)


def cond(x, p=None):
    if p is None or p == 2:
        s = np.linalg.svd(x, compute_uv=False)
        return s[..., 0] / s[..., -1]
    if p == -2:
        s = np.linalg.svd(x, compute_uv=False)
        return s[..., -1] / s[..., 0]
    inverse = np.linalg.inv(x)
    return np.linalg.norm(x, p, axis=(-2, -1)) * np.linalg.norm(inverse, p, axis=(-2, -1))


def pinv(a, rcond=None, hermitian=False, rtol=None):
    return np.linalg.pinv(a, rcond if rtol is None else rtol, hermitian)


def hfft(a, n=None, axis=-1, norm=None):
    return np.fft.irfft(np.conj(a), n, axis, _turned(norm))


def ihfft(a, n=None, axis=-1, norm=None):
    return np.conj(np.fft.rfft(a, n, axis, _turned(norm)))


def _turned(norm):
    """The norm of the transform the other way."""
    if norm == "ortho":
        return "ortho"
    return "backward" if norm == "forward" else "forward"


def tensorsolve(a, b, axes=None):
    if axes is not None:
        refuse("np.linalg.tensorsolve with axes has no derivative: move the axes before")
    matrix = np.reshape(a, (np.size(b), np.size(b)))
    return np.reshape(np.linalg.solve(matrix, np.ravel(b)), np.shape(a)[rank(b) :])


def tensorinv(a, ind=2):
    shape = np.shape(a)
    matrix = np.reshape(a, (int(np.sqrt(np.size(a)) + 0.5), -1))
    return np.reshape(np.linalg.inv(matrix), shape[ind:] + shape[:ind])


def maximum_outer(x, y):
    return np.maximum(np.expand_dims(x, beyond(rank(x), rank(y))), y)


def minimum_outer(x, y):
    return np.minimum(np.expand_dims(x, beyond(rank(x), rank(y))), y)


def divide_outer(x, y):
    return np.divide(np.expand_dims(x, beyond(rank(x), rank(y))), y)


def power_outer(x, y):
    return np.power(np.expand_dims(x, beyond(rank(x), rank(y))), y)


def hypot_outer(x, y):
    return np.hypot(np.expand_dims(x, beyond(rank(x), rank(y))), y)


def logaddexp_outer(x, y):
    return np.logaddexp(np.expand_dims(x, beyond(rank(x), rank(y))), y)


def arctan2_outer(x, y):
    return np.arctan2(np.expand_dims(x, beyond(rank(x), rank(y))), y)


FUNCTIONS: dict[str, Any] = {
    "vecdot": vecdot,
    "matvec": matvec,
    "vecmat": vecmat,
    "cross": Written(cross_along, ("axisa", "axisb", "axisc", "axis"), 2),
    "linalg.vecdot": vecdot,
    "linalg.outer": outer,
    "linalg.cross": cross,
    "linalg.tensordot": tensordot,
    "linalg.matmul": matmul,
    "linalg.matrix_transpose": matrix_transpose,
    "linalg.trace": trace,
    "linalg.diagonal": diagonal,
    "linalg.matrix_norm": matrix_norm,
    "linalg.cond": cond,
    "linalg.pinv": Written(pinv, ("rtol",)),
    "fft.hfft": hfft,
    "fft.ihfft": ihfft,
    "linalg.tensorsolve": tensorsolve,
    "linalg.tensorinv": tensorinv,
    "maximum.outer": maximum_outer,
    "minimum.outer": minimum_outer,
    "divide.outer": divide_outer,
    "true_divide.outer": divide_outer,
    "power.outer": power_outer,
    "hypot.outer": hypot_outer,
    "logaddexp.outer": logaddexp_outer,
    "arctan2.outer": arctan2_outer,
}
