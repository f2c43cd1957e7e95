"""Arrays put together, taken apart, and with their axes moved."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import (
    axes_of,
    is_number,
    is_sequence,
    items,
    rank,
    refuse,
    span,
    without,
)


def dstack(tup):
    return np.concatenate([np.atleast_3d(part) for part in tup], axis=2)


def concat(arrays, axis=0, dtype=None, casting="same_kind"):
    if dtype is None:
        return np.concatenate(arrays, axis=axis)
    return concatenate(arrays, axis, dtype, casting)


def row_stack(tup):
    return np.vstack(tup)


def block(arrays):
    return _block(arrays, _depth(arrays))


def _depth(arrays):
    if is_sequence(arrays):
        return 1 + _depth_below(arrays[0])
    return 0


def _depth_below(arrays):
    if is_sequence(arrays):
        if is_sequence(arrays[0]):
            refuse("np.block of more than two levels has no derivative: use np.concatenate")
        return 1
    return 0


def _block(arrays, depth):
    if depth == 0:
        return np.copy(arrays)
    if depth == 1:
        return np.concatenate([np.atleast_1d(part) for part in arrays], axis=-1)
    rows = [np.concatenate([np.atleast_2d(part) for part in row], axis=-1) for row in arrays]
    return np.concatenate(rows, axis=0)


def hsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, axis=0 if rank(ary) == 1 else 1)


def vsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, axis=0)


def dsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, axis=2)


def permute_dims(a, axes=None):
    return np.transpose(a, axes)


def rollaxis(a, axis, start=0):
    if start == 0:
        return np.moveaxis(a, axis, 0)
    if axis >= 0 and start > 0:
        return np.moveaxis(a, axis, start if start <= axis else start - 1)
    return rollaxis(a, axis % rank(a), start % rank(a) if start < 0 else start)


def broadcast_arrays(*args):
    zero = 0
    for part in args:
        zero = zero + np.zeros(np.shape(part))
    return tuple(np.broadcast_to(part, np.shape(zero)) for part in args)


def resize(a, new_shape):
    flat = np.ravel(a)
    whole = np.zeros(new_shape)
    return np.reshape(flat[np.arange(np.size(whole)) % np.size(flat)], new_shape)


def diagflat(v, k=0):
    return np.diag(np.ravel(v), k)


def trace(a, offset=0, axis1=0, axis2=1):
    return np.sum(diagonal(a, offset, axis1, axis2), axis=-1)


def diagonal(a, offset=0, axis1=0, axis2=1):
    return np.diagonal(np.moveaxis(a, (axis1, axis2), (0, 1)), offset)


def reshape(a, shape, order="C"):
    if order == "C":
        return np.reshape(a, shape)
    if order != "F":
        refuse("np.reshape has a derivative for the orders C and F only")
    if is_number(shape):
        return np.ravel(np.transpose(a))
    return np.transpose(np.reshape(np.transpose(a), shape[::-1]))


def ravel(a, order="C"):
    if order == "C":
        return np.ravel(a)
    if order != "F":
        refuse("np.ravel has a derivative for the orders C and F only")
    return np.ravel(np.transpose(a))


def asanyarray(a):
    return np.asarray(a)


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    if rank(arr) == 1:
        return np.array(func1d(arr, *args, **kwargs))
    lines = np.moveaxis(arr, axis, -1)
    rows = np.reshape(lines, (-1, lines.shape[-1]))
    results = np.stack([func1d(row, *args, **kwargs) for row in rows])
    whole = np.reshape(results, lines.shape[:-1] + results.shape[1:])
    if rank(results) == 1:
        return whole
    if rank(results) == 2:
        return np.moveaxis(whole, -1, axis)
    made, place = span(rank(results) - 1), axis % rank(arr)
    ends = tuple(i - rank(results) + 1 for i in made)
    return np.moveaxis(whole, ends, tuple(place + i for i in made))


def fromiter(iter, dtype, count=-1):
    values = [item for item in iter]
    if count == -1:
        return np.array(values, dtype=dtype)
    if len(values) < count:
        raise ValueError("iterator too short: fewer items than count")
    return np.array(values[:count], dtype=dtype)


def fromfunction(function, shape, dtype=float):
    return function(*items(np.asarray(np.indices(shape), dtype=dtype)))


def apply_over_axes(func, a, axes):
    result = a
    for axis in axes_of(axes, rank(a)):
        smaller = func(result, axis)
        result = smaller if rank(smaller) == rank(a) else np.expand_dims(smaller, axis)
    return result


def clip(a, a_min=None, a_max=None, min=None, max=None):
    low = a_min if min is None else min
    high = a_max if max is None else max
    return np.clip(a, low, high)


def rot90(m, k=1, axes=(0, 1)):
    front = axes_of(axes, rank(m))
    order = (*front, *without(front, rank(m)))
    turned = np.rot90(np.transpose(m, order), k)
    return np.moveaxis(turned, span(rank(m)), order)


def concatenate(arrays, axis=0, dtype=None, casting="same_kind"):
    return np.asarray(np.concatenate(arrays, axis=axis), dtype=dtype)


def stack(arrays, axis=0, dtype=None, casting="same_kind"):
    return np.asarray(np.stack(arrays, axis=axis), dtype=dtype)


def hstack(tup, dtype=None, casting="same_kind"):
    return np.asarray(np.hstack(tup), dtype=dtype)


def vstack(tup, dtype=None, casting="same_kind"):
    return np.asarray(np.vstack(tup), dtype=dtype)


def atleast_1d(*arys):
    return tuple(np.atleast_1d(each) for each in arys)


def atleast_2d(*arys):
    return tuple(np.atleast_2d(each) for each in arys)


def atleast_3d(*arys):
    return tuple(np.atleast_3d(each) for each in arys)


def ediff1d(ary, to_end=None, to_begin=None):
    differences = np.ediff1d(ary)
    first = differences[:0] if to_begin is None else np.ravel(to_begin)
    last = differences[:0] if to_end is None else np.ravel(to_end)
    return np.concatenate((first, differences, last), dtype=differences.dtype)


def size(a, axis=None):
    """How many elements there are along these axes; of a number, which has none, an error."""
    if axis is None:
        return np.size(a)
    if is_number(axis):
        return np.shape(a)[axis]
    sides = 1
    for each in axis:
        sides *= np.shape(a)[each]
    return sides


def unstack(x, axis=0):
    return tuple(np.moveaxis(x, axis, 0))


FUNCTIONS: dict[str, Any] = {
    "dstack": dstack,
    "concat": concat,
    "row_stack": row_stack,
    "block": block,
    "hsplit": hsplit,
    "vsplit": vsplit,
    "dsplit": dsplit,
    "permute_dims": permute_dims,
    "rollaxis": rollaxis,
    "broadcast_arrays": broadcast_arrays,
    "resize": resize,
    "diagflat": diagflat,
    "trace": Written(trace, ("axis1", "axis2"), 2),
    "diagonal": Written(diagonal, ("axis1", "axis2"), 2),
    "reshape": Written(reshape, ("order",), 2),
    "ravel": Written(ravel, ("order",), 1),
    "asanyarray": asanyarray,
    "apply_along_axis": apply_along_axis,
    "apply_over_axes": apply_over_axes,
    "fromiter": fromiter,
    "fromfunction": fromfunction,
    "clip": Written(clip, ("min", "max", "a_min", "a_max")),
    "rot90": Written(rot90, ("axes",), 2),
    "size": Written(size, ("axis",), 1),
    "unstack": unstack,
    "concatenate": Written(concatenate, ("dtype", "casting")),
    "stack": Written(stack, ("dtype", "casting")),
    "hstack": Written(hstack, ("dtype", "casting")),
    "vstack": Written(vstack, ("dtype", "casting")),
    "atleast_1d": Written(atleast_1d, ("arys",), 1),
    "atleast_2d": Written(atleast_2d, ("arys",), 1),
    "atleast_3d": Written(atleast_3d, ("arys",), 1),
    "ediff1d": Written(ediff1d, ("to_end", "to_begin"), 1),
}
