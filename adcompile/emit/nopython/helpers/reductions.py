"""Reductions along axes.  They keep the axes they reduce, with length one; `without` drops them."""

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload
from numpy.lib.stride_tricks import as_strided


def kept_shape(x, axis):
    """The shape of x with ones in place of these axes."""


@overload(kept_shape)
def kept_shape_typed(x, axis):
    if isinstance(axis, numba.types.NoneType):

        def none(x, axis):
            shape = x.shape
            for place in range(x.ndim):
                shape = tuple_setitem(shape, place, 1)
            return shape

        return none
    if isinstance(axis, numba.types.Integer):
        return lambda x, axis: tuple_setitem(x.shape, axis % x.ndim, 1)

    def several(x, axis):
        shape = x.shape
        for place in axis:
            shape = tuple_setitem(shape, place % x.ndim, 1)
        return shape

    return several


def without(x, axis):
    """x without these axes, which have length one."""


@overload(without)
def without_typed(x, axis):
    if isinstance(axis, numba.types.NoneType):
        count = 0
    else:
        count = x.ndim - (1 if isinstance(axis, numba.types.Integer) else len(axis))
    if count == 0:
        return lambda x, axis: x.flat[0]

    def dropped(x, axis):
        shape = x.shape[:count]
        place = 0
        for number in range(x.ndim):
            found = False
            for item in as_tuple(axis):
                if item % x.ndim == number:
                    found = True
            if not found:
                shape = tuple_setitem(shape, place, x.shape[number])
                place += 1
        return np.ascontiguousarray(x).reshape(shape)

    return dropped


def as_tuple(axis):
    """The axes as a tuple."""


@overload(as_tuple)
def as_tuple_typed(axis):
    if isinstance(axis, numba.types.Integer):
        return lambda axis: (axis,)
    return lambda axis: axis


def stretched(x, shape):
    """x, whose lengths are those of this shape or one, seen in this shape; it can be written."""


@overload(stretched)
def stretched_typed(x, shape):
    def seen(x, shape):
        steps = x.strides
        for axis in range(x.ndim):
            if x.shape[axis] == 1:
                steps = tuple_setitem(steps, axis, 0)
        return as_strided(x, shape, steps)

    return seen


def summed(x, axis):
    """The sum along axes, which are kept."""


@overload(summed)
def summed_typed(x, axis):
    exact = isinstance(x.dtype, (numba.types.Integer, numba.types.Boolean))

    def along_floats(x, axis):
        result = np.zeros(kept_shape(x, axis), x.dtype)
        spread = stretched(result, x.shape)
        for at in np.ndindex(x.shape):
            spread[at] += x[at]
        return result

    def along_numbers(x, axis):
        result = np.zeros(kept_shape(x, axis), np.int64)
        spread = stretched(result, x.shape)
        for at in np.ndindex(x.shape):
            spread[at] += x[at]
        return result

    return along_numbers if exact else along_floats


def multiplied(x, axis):
    """The product along axes, which are kept."""


@overload(multiplied)
def multiplied_typed(x, axis):
    def along(x, axis):
        result = np.ones(kept_shape(x, axis), x.dtype)
        spread = stretched(result, x.shape)
        for at in np.ndindex(x.shape):
            spread[at] *= x[at]
        return result

    return along


def averaged(x, axis):
    """The mean along axes, which are kept."""


@overload(averaged)
def averaged_typed(x, axis):
    def along(x, axis):
        result = summed(x, axis)
        return result / (x.size / result.size)

    return along


def largest(x, axis):
    """The largest along axes, which are kept; nan where there is one."""


@overload(largest)
def largest_typed(x, axis):
    return lambda x, axis: outermost(x, axis, False)


def smallest(x, axis):
    """The smallest along axes, which are kept; nan where there is one."""


@overload(smallest)
def smallest_typed(x, axis):
    return lambda x, axis: outermost(x, axis, True)


def outermost(x, axis, least):
    """The smallest or the largest along axes, which are kept; nan where there is one."""


@overload(outermost)
def outermost_typed(x, axis, least):
    def along(x, axis, least):
        result = np.empty(kept_shape(x, axis), x.dtype)
        for at in np.ndindex(result.shape):
            result[at] = x[at]
        spread = stretched(result, x.shape)
        for at in np.ndindex(x.shape):
            value = x[at]
            further = value < spread[at] if least else value > spread[at]
            if further or value != value:
                spread[at] = value
        return result

    return along


def true_anywhere(x, axis):
    """Is one true along the axes, which are kept?"""


@overload(true_anywhere)
def true_anywhere_typed(x, axis):
    return lambda x, axis: counted(x, axis) > 0


def true_everywhere(x, axis):
    """Are all true along the axes, which are kept?"""


@overload(true_everywhere)
def true_everywhere_typed(x, axis):
    return lambda x, axis: counted(np.logical_not(x), axis) == 0


def counted(x, axis):
    """How many are not zero along the axes, which are kept."""


@overload(counted)
def counted_typed(x, axis):
    def along(x, axis):
        result = np.zeros(kept_shape(x, axis), np.int64)
        spread = stretched(result, x.shape)
        for at in np.ndindex(x.shape):
            if x[at]:
                spread[at] += 1
        return result

    return along


def variance(x, axis, ddof):
    """The variance along axes, which are kept."""


@overload(variance)
def variance_typed(x, axis, ddof):
    def along(x, axis, ddof):
        apart = x - averaged(x, axis)
        result = summed(apart * apart, axis)
        return result / (x.size / result.size - ddof)

    return along


def deviation(x, axis, ddof):
    """The standard deviation along axes, which are kept."""


@overload(deviation)
def deviation_typed(x, axis, ddof):
    return lambda x, axis, ddof: np.sqrt(variance(x, axis, ddof))
