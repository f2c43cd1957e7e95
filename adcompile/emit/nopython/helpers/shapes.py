"""Arrays in other shapes, and products of them."""

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload
from numba.np.numpy_support import as_dtype
from numpy.lib.stride_tricks import as_strided


def reshaped(x, shape):
    """x in another shape."""


@overload(reshaped)
def reshaped_typed(x, shape):
    if isinstance(x, (numba.types.Sequence, numba.types.List)):
        return lambda x, shape: np.asarray(x).reshape(shape)
    if not isinstance(x, numba.types.Array):
        return lambda x, shape: np.array([x]).reshape(shape)
    if x.layout == "C":
        return lambda x, shape: x.reshape(shape)
    return lambda x, shape: np.ascontiguousarray(x).reshape(shape)


def expanded(x, axis):
    """x, which may be a number, with new axes."""


@overload(expanded)
def expanded_typed(x, axis):
    if isinstance(x, numba.types.Array):
        return lambda x, axis: np.expand_dims(x, axis)
    ones = (1,) * (len(axis) if isinstance(axis, numba.types.BaseTuple) else 1)
    return lambda x, axis: np.full(ones, x)


def reshaped_in_place(x, shape):
    """What shares memory with x, which lies row after row or column after column, where
    np.reshape(x, shape) does.
    """


@overload(reshaped_in_place)
def reshaped_in_place_typed(x, shape):
    if x.layout == "C":
        return lambda x, shape: x.reshape(shape)

    def seen(x, shape):
        result = reshaped(x, shape)
        steps = result.strides
        if not is_split(x, result):
            return as_strided(result, result.shape, steps)
        for axis in range(result.ndim):
            steps = tuple_setitem(steps, axis, 0)
        return as_strided(x, result.shape, steps)

    return seen


def point(x, index):
    """What shares memory with x[index], as an array without axes."""


@overload(point)
def point_typed(x, index):
    if x.ndim > 1:
        return lambda x, index: point(x[index[0]], index[1:])

    def seen(x, index):
        place = index[0] + len(x) * (index[0] < 0)
        return as_strided(x[place : place + 1], (), ())

    return seen


def is_split(x, y):
    """Does x lie row after row, or are the axes of y parts of those of x, in order?"""


@overload(is_split)
def is_split_typed(x, y):
    def told(x, y):
        rows, step = True, x.itemsize
        for axis in range(x.ndim - 1, -1, -1):
            if x.shape[axis] != 1:
                rows &= x.strides[axis] == step
                step *= x.shape[axis]
        if rows:
            return True
        place = 0
        for length in x.shape:
            product = 1
            while product < length and place < y.ndim:
                product *= y.shape[place]
                place += 1
            if product != length:
                return False
        return True

    return told


def dotted(x, y):
    """The sum of the products of all elements, of x conjugate."""


@overload(dotted)
def dotted_typed(x, y):
    zero = np.result_type(as_dtype(x.dtype), as_dtype(y.dtype)).type(0)

    def over(x, y):
        total = zero
        for place in range(x.size):
            total += np.conj(x.flat[place]) * y.flat[place]
        return total

    return over


def product(x, y):
    """x @ y, of one type."""


@overload(product)
def product_typed(x, y):
    dtype = np.result_type(as_dtype(x.dtype), as_dtype(y.dtype)).type
    if x.dtype == y.dtype:
        return lambda x, y: x @ y
    return lambda x, y: x.astype(dtype) @ y.astype(dtype)


def type_of(x):
    """The dtype of an array; a number stands for its own type."""


@overload(type_of)
def type_of_typed(x):
    if isinstance(x, numba.types.Array):
        return lambda x: x.dtype
    return lambda x: x


def as_real(x, dtype):
    """x where this dtype is complex, else its real part."""


@overload(as_real)
def as_real_typed(x, dtype):
    if isinstance(getattr(dtype, "dtype", dtype), numba.types.Complex):
        return lambda x, dtype: x
    return lambda x, dtype: np.real(x)


def as_columns(x, like):
    """x as a matrix of one column where `like` is a vector."""


@overload(as_columns)
def as_columns_typed(x, like):
    if like.ndim == 1:
        return lambda x, like: np.expand_dims(x, -1)
    return lambda x, like: x


def chosen(condition, x, y):
    """np.where(condition, x, y); of numbers, a number."""


@overload(chosen)
def chosen_typed(condition, x, y):
    if any(isinstance(each, numba.types.Array) for each in (condition, x, y)):
        return lambda condition, x, y: np.where(condition, x, y)
    return lambda condition, x, y: x if condition else y


def whole(x):
    """x[...], or x where that is a number."""


@overload(whole)
def whole_typed(x):
    if isinstance(x, numba.types.Array):
        return lambda x: x[...]
    return lambda x: x


def masked(x, mask):
    """x[mask] for a mask of the shape of x, or of its first axes."""


@overload(masked)
def masked_typed(x, mask):
    count = mask.ndim
    if x.ndim > count:

        def parts(x, mask):
            result = np.empty((mask.sum(), *x.shape[count:]), x.dtype)
            place = 0
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    result[place] = x[at]
                    place += 1
            return result

        return parts
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
