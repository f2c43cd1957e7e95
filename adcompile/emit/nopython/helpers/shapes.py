"""Arrays in other shapes, and products of them."""

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload


def reshaped(x, shape):
    """x in another shape."""


@overload(reshaped)
def reshaped_typed(x, shape):
    if x.layout == "C":
        return lambda x, shape: x.reshape(shape)
    return lambda x, shape: np.ascontiguousarray(x).reshape(shape)


def dotted(x, y):
    """The sum of the products of all elements, of x conjugate."""


@overload(dotted)
def dotted_typed(x, y):
    def over(x, y):
        total = np.conj(x.flat[0]) * y.flat[0] * 0
        for place in range(x.size):
            total += np.conj(x.flat[place]) * y.flat[place]
        return total

    return over


def masked(x, mask):
    """x[mask] for a mask of the shape of x."""


@overload(masked)
def masked_typed(x, mask):
    return lambda x, mask: np.ascontiguousarray(x).ravel()[np.ascontiguousarray(mask).ravel()]


def inner(x, y):
    """The sums of products along the last axes."""


@overload(inner)
def inner_typed(x, y):
    if not isinstance(x, numba.types.Array) or not isinstance(y, numba.types.Array):
        return lambda x, y: x * y
    if x.ndim == 1 and y.ndim == 1:
        return lambda x, y: dotted(x, y)
    return lambda x, y: np.dot(x, y.T)


def absolute(x):
    """abs(x)"""


@overload(absolute)
def absolute_typed(x):
    if isinstance(x, numba.types.Array):
        return lambda x: np.abs(x)
    return lambda x: abs(x)


def clipped(x, low, high):
    """np.clip(x, low, high)"""


@overload(clipped)
def clipped_typed(x, low, high):
    if isinstance(low, numba.types.NoneType):
        return lambda x, low, high: np.minimum(x, high)
    if isinstance(high, numba.types.NoneType):
        return lambda x, low, high: np.maximum(x, low)
    return lambda x, low, high: np.minimum(np.maximum(x, low), high)


def rolled(x, shift, axis):
    """np.roll(x, shift, axis)"""


@overload(rolled)
def rolled_typed(x, shift, axis):
    def along(x, shift, axis):
        result, place = np.empty(x.shape, x.dtype), axis % x.ndim
        for at in np.ndindex(x.shape):
            result[tuple_setitem(at, place, (at[place] + shift) % x.shape[place])] = x[at]
        return result

    return along


def masked_write(x, mask, value):
    """x[mask] = value for a mask of the shape of x."""


@overload(masked_write)
def masked_write_typed(x, mask, value):
    if x.ndim != mask.ndim:
        return None
    if not isinstance(value, numba.types.Array):

        def same(x, mask, value):
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    x[at] = value

        return same

    def each(x, mask, value):
        place = 0
        for at in np.ndindex(mask.shape):
            if mask[at]:
                x[at] = value[place]
                place += 1

    return each


def masked_add(x, mask, value):
    """x[mask] += value for a mask of the shape of x."""


@overload(masked_add)
def masked_add_typed(x, mask, value):
    if x.ndim != mask.ndim:
        return None
    if not isinstance(value, numba.types.Array):

        def same(x, mask, value):
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    x[at] += value

        return same

    def each(x, mask, value):
        place = 0
        for at in np.ndindex(mask.shape):
            if mask[at]:
                x[at] += value[place]
                place += 1

    return each
