"""What Numba has for arrays of one axis alone, along an axis."""

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload


def sums_along(x, axis):
    """np.cumsum(x, axis)"""


@overload(sums_along)
def sums_along_typed(x, axis):
    exact = isinstance(x.dtype, (numba.types.Integer, numba.types.Boolean))

    def along_floats(x, axis):
        return added_along(x, axis, np.empty(x.shape, x.dtype))

    def along_numbers(x, axis):
        return added_along(x, axis, np.empty(x.shape, np.int64))

    return along_numbers if exact else along_floats


def added_along(x, axis, result):
    """np.cumsum(x, axis) in the array that is given."""


@overload(added_along)
def added_along_typed(x, axis, result):
    def along(x, axis, result):
        place = axis % x.ndim
        for at in np.ndindex(x.shape):
            result[at] = x[at]
            if at[place] > 0:
                result[at] += result[tuple_setitem(at, place, at[place] - 1)]
        return result

    return along


def products_along(x, axis):
    """np.cumprod(x, axis)"""


@overload(products_along)
def products_along_typed(x, axis):
    def along(x, axis):
        result, place = x.copy(), axis % x.ndim
        for at in np.ndindex(x.shape):
            if at[place] > 0:
                result[at] *= result[tuple_setitem(at, place, at[place] - 1)]
        return result

    return along


def order_along(x, axis):
    """np.argsort(x, axis), and equal elements as they come."""


@overload(order_along)
def order_along_typed(x, axis):
    def along(x, axis):
        place = axis % x.ndim
        count, result = x.shape[place], np.empty(x.shape, np.int64)
        line = np.empty(count, x.dtype)
        for first in np.ndindex(tuple_setitem(x.shape, place, min(count, 1))):
            for number in range(count):
                line[number] = x[tuple_setitem(first, place, number)]
            order = np.argsort(line, kind="mergesort")
            for number in range(count):
                result[tuple_setitem(first, place, number)] = order[number]
        return result

    return along
