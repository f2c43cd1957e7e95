"""Arrays of a list, put together."""

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload


def joined(parts, axis):
    """np.concatenate(parts, axis), which lies by columns where all parts do"""


@overload(joined)
def joined_typed(parts, axis):
    def together(parts, axis):
        axis = axis % parts[0].ndim
        length = 0
        for part in parts:
            length += part.shape[axis]
        result = np.empty(tuple_setitem(parts[0].shape, axis, length), parts[0].dtype)
        start = 0
        for part in parts:
            for at in np.ndindex(part.shape):
                result[tuple_setitem(at, axis, at[axis] + start)] = part[at]
            start += part.shape[axis]
        return result

    if parts.dtype.layout != "F" or parts.dtype.ndim < 2:
        return together

    def by_columns(parts, axis):
        rank = parts[0].ndim
        return joined([part.T for part in parts], rank - 1 - axis % rank).T

    return by_columns


def stacked(parts, axis):
    """np.stack(parts, axis)"""


@overload(stacked)
def stacked_typed(parts, axis):
    if not isinstance(parts.dtype, numba.types.Array):
        return lambda parts, axis: np.array([part for part in parts])

    def together(parts, axis):
        rank = parts[0].ndim + 1
        axis = axis % rank
        wider = (0, *parts[0].shape)
        shape = wider
        for place in range(axis):
            shape = tuple_setitem(shape, place, shape[place + 1])
        shape = tuple_setitem(shape, axis, len(parts))
        result = np.empty(shape, parts[0].dtype)
        for number in range(len(parts)):
            for at in np.ndindex(parts[number].shape):
                longer = (0, *at)
                index = longer
                for place in range(axis):
                    index = tuple_setitem(index, place, index[place + 1])
                result[tuple_setitem(index, axis, number)] = parts[number][at]
        return result

    return together


def total(parts):
    """sum(parts)"""


@overload(total)
def total_typed(parts):
    if isinstance(parts.dtype, numba.types.Array):

        def added_up(parts):
            result = parts[0] + 0
            for place in range(1, len(parts)):
                result = result + parts[place]
            return result

        return added_up
    return lambda parts: sum(parts)
