"""Values of any structure, sums into places named more than once, and questions of memory."""

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import overload
from numpy.lib.stride_tricks import as_strided


def unbroadcast(x, shape):
    """Sum x over the axes that an operand of this shape was broadcast along."""


@overload(unbroadcast)
def unbroadcast_typed(x, shape):
    count = len(shape)
    if not isinstance(x, numba.types.Array):
        return lambda x, shape: x
    if count == 0:
        return lambda x, shape: x.sum()
    extra = x.ndim - count

    def along(x, shape):
        result = np.zeros(shape, x.dtype)
        steps = x.strides
        for axis in range(x.ndim):
            step = 0
            if axis >= extra and shape[axis - extra] != 1:
                step = result.strides[axis - extra]
            steps = tuple_setitem(steps, axis, step)
        spread = as_strided(result, x.shape, steps)
        for index in np.ndindex(x.shape):
            spread[index] += x[index]
        return result

    return along


def is_complex(*values):
    """Is one of these, or of what they hold, complex?"""


@overload(is_complex)
def is_complex_typed(*values):
    left, found = list(values), False
    for x in left:  # which grows
        found = found or isinstance(x, numba.types.Complex)
        if isinstance(x, numba.types.BaseTuple):
            left += list(x)
        elif isinstance(x, (numba.types.Array, numba.types.List, numba.types.ListType)):
            left.append(x.dtype)
    return lambda *values: found


def zeros_like(x):
    """Zeros in the shape of x, a number, an array or a structure of these; float for int."""


@overload(zeros_like)
def zeros_like_typed(x):
    if isinstance(x, numba.types.Optional) and isinstance(x.type, numba.types.Number):
        zero = 0j if isinstance(x.type, numba.types.Complex) else 0.0
        return lambda x: zero
    if isinstance(x, numba.types.Optional) and isinstance(x.type, numba.types.List):

        def of_list_or_none(x):
            if x is None:
                return [0.0][:0]
            return zeros_like(x.copy())

        return of_list_or_none
    if isinstance(x, numba.types.Array):
        if isinstance(x.dtype, (numba.types.Float, numba.types.Complex)):
            return lambda x: np.zeros(x.shape, x.dtype)
        return lambda x: np.zeros(x.shape)
    if isinstance(x, numba.types.Complex):
        return lambda x: 0j
    if isinstance(x, numba.types.Number) or x == numba.types.boolean:
        return lambda x: 0.0
    if isinstance(x, (numba.types.UnicodeType, numba.types.NoneType)):
        return lambda x: None
    if isinstance(x, (numba.types.List, numba.types.ListType)):
        return lambda x: [zeros_like(item) for item in x]
    if isinstance(x, numba.types.BaseTuple) and len(x) == 0:
        return lambda x: ()
    if isinstance(x, numba.types.BaseTuple):
        return lambda x: (zeros_like(x[0]),) + zeros_like(x[1:])
    return None


def complex_zeros_like(x):
    """Complex zeros in the shape of x, an array, as wide as it is."""


@overload(complex_zeros_like)
def complex_zeros_like_typed(x):
    if isinstance(x.dtype, numba.types.Complex):
        return lambda x: np.zeros(x.shape, x.dtype)
    return lambda x: np.zeros(x.shape, np.complex128)


def filled_like(x, value):
    """np.full_like(x, value); of a number, a number."""


@overload(filled_like)
def filled_like_typed(x, value):
    if isinstance(x, numba.types.Array):

        def filled(x, value):
            result = np.empty(x.shape, x.dtype)
            result[...] = value
            return result

        return filled
    if isinstance(x, numba.types.Integer):
        return lambda x, value: int(value)
    if x == numba.types.float32:
        return lambda x, value: np.float32(value)
    return lambda x, value: value


def copied(x):
    """A value that shares no memory with x."""


@overload(copied)
def copied_typed(x):
    if isinstance(x, numba.types.Optional) and hasattr(x.type, "dtype"):

        def of_something_or_none(x):
            if x is None:
                return None
            return copied(x.copy())

        return of_something_or_none
    if isinstance(x, numba.types.Array):
        return lambda x: x.copy()
    if isinstance(x, (numba.types.List, numba.types.ListType)):
        return lambda x: [copied(item) for item in x]
    if isinstance(x, numba.types.BaseTuple) and len(x) == 0:
        return lambda x: ()
    if isinstance(x, numba.types.BaseTuple):
        return lambda x: (copied(x[0]),) + copied(x[1:])
    return lambda x: x


def floats(x):
    """A copy of x, a number, an array or a structure of these, with floats for integers."""


@overload(floats)
def floats_typed(x):
    if isinstance(x, (numba.types.List, numba.types.ListType)):
        return lambda x: [floats(item) for item in x]
    if isinstance(x, numba.types.BaseTuple) and len(x) == 0:
        return lambda x: ()
    if isinstance(x, numba.types.BaseTuple):
        return lambda x: (floats(x[0]),) + floats(x[1:])
    if isinstance(getattr(x, "dtype", x), (numba.types.Integer, numba.types.Boolean)):
        return lambda x: 1.0 * x
    return lambda x: copied(x)


def added(x, y):
    """x + y, item by item where they are structures."""


@overload(added)
def added_typed(x, y):
    if isinstance(y, numba.types.NoneType):
        return lambda x, y: x
    if isinstance(x, (numba.types.List, numba.types.ListType)):
        return lambda x, y: [added(x[i], y[i]) for i in range(len(x))]
    if isinstance(x, numba.types.BaseTuple) and len(x) == 0:
        return lambda x, y: ()
    if isinstance(x, numba.types.BaseTuple):
        return lambda x, y: (added(x[0], y[0]),) + added(x[1:], y[1:])
    return lambda x, y: x + y


def last_write(x, index):
    """Where a write x[index] = v is not overwritten by a later element of the same write."""


@overload(last_write)
def last_write_typed(x, index):
    several = index.types if isinstance(index, numba.types.BaseTuple) else [index]
    if all(isinstance(part, numba.types.Integer) for part in several):
        return lambda x, index: True

    def written(x, index):
        picked = np.arange(x.size).reshape(x.shape)[index]
        order = np.arange(picked.size).reshape(picked.shape)
        last = np.full(x.shape, -1)
        last[index] = order
        return last[index] == order

    return written


def shares(x, y):
    """Is there memory that both arrays reach?"""


@overload(shares)
def shares_typed(x, y):
    if not isinstance(x, numba.types.Array) or not isinstance(y, numba.types.Array):
        return lambda x, y: False

    def told(x, y):
        if x.size == 0 or y.size == 0:
            return False
        first, first_end = extent(x)
        second, second_end = extent(y)
        if first_end <= second or second_end <= first:
            return False
        if is_plain(x) and is_plain(y):
            return True
        places = set()
        for at in np.ndindex(x.shape):
            places.add(place_of(x, at))
        for at in np.ndindex(y.shape):
            if place_of(y, at) in places:
                return True
        return False

    return told


def place_of(x, at):
    """The address of an element."""


@overload(place_of)
def place_of_typed(x, at):
    def place(x, at):
        result = np.int64(x.ctypes.data)
        for axis in range(x.ndim):
            result += at[axis] * x.strides[axis]
        return result

    return place


def extent(x):
    """The first address of an array and the one behind its last."""


@overload(extent)
def extent_typed(x):
    def ends(x):
        low = np.int64(x.ctypes.data)
        high = low + x.itemsize
        for axis in range(x.ndim):
            span = (x.shape[axis] - 1) * x.strides[axis]
            if span < 0:
                low += span
            else:
                high += span
        return low, high

    return ends


def is_plain(x):
    """Is x in one piece?"""


@overload(is_plain)
def is_plain_typed(x):
    if not isinstance(x, numba.types.Array) or x.layout in "CF":
        return lambda x: True

    def told(x):
        forward = backward = x.itemsize
        rows = columns = True
        for axis in range(x.ndim):
            if x.shape[axis] == 0:
                return True
            if x.shape[axis] != 1:
                columns &= x.strides[axis] == forward
                forward *= x.shape[axis]
        for axis in range(x.ndim - 1, -1, -1):
            if x.shape[axis] != 1:
                rows &= x.strides[axis] == backward
                backward *= x.shape[axis]
        return rows or columns

    return told


def is_array(x):
    """Is this an array?"""


@overload(is_array)
def is_array_typed(x):
    found = isinstance(x, numba.types.Array)
    return lambda x: found


def is_list(x):
    """isinstance(x, (list, tuple))"""


@overload(is_list)
def is_list_typed(x):
    found = isinstance(x, (numba.types.List, numba.types.ListType, numba.types.BaseTuple))
    return lambda x: found


def holds_lists(x):
    """Is this a list or a tuple of these?"""


@overload(holds_lists)
def holds_lists_typed(x):
    several = (numba.types.List, numba.types.ListType, numba.types.BaseTuple)
    if isinstance(x, numba.types.BaseTuple):
        found = len(x) > 0 and isinstance(x[0], several)
    else:
        found = isinstance(x, several) and isinstance(x.dtype, several)
    return lambda x: found


def has_length(x):
    """hasattr(x, "__len__")"""


@overload(has_length)
def has_length_typed(x):
    found = isinstance(x, (numba.types.Sized, numba.types.ListType, numba.types.Array))
    return lambda x: found


def has_places(index):
    """Is there an array or a list of places in this index?"""


@overload(has_places)
def has_places_typed(index):
    several = index.types if isinstance(index, numba.types.BaseTuple) else [index]
    kinds = numba.types.Sized, numba.types.ListType, numba.types.Array
    found = any(isinstance(n, kinds) for n in several)
    return lambda index: found


def copied_in_order(x):
    """A copy that lies in memory as x does."""


@overload(copied_in_order)
def copied_in_order_typed(x):
    if not isinstance(x, numba.types.Array):
        return lambda x: copied(x)
    if x.layout == "C":
        return lambda x: x.copy()
    if x.layout == "F":
        return lambda x: x.T.copy().T

    def found(x):
        if x.strides[0] < x.strides[-1]:
            return x.T.copy().T[:]
        return x.copy()[:]

    return found


def sharing(x, y=None):
    """Does an array in x share memory with one in y, or (without y) with another one in x?"""


@overload(sharing)
def sharing_typed(x, y=None):
    if y is None or isinstance(y, (numba.types.NoneType, numba.types.Omitted)):

        def within(x, y=None):
            for i in range(len(x)):
                for j in range(i):
                    if shares(x[i], x[j]):
                        return True
            return False

        return within
    if isinstance(x, numba.types.Array):
        return lambda x, y=None: sharing(y, [x])
    if isinstance(y, numba.types.Array):

        def with_array(x, y=None):
            for item in x:
                if shares(item, y):
                    return True
            return False

        return with_array

    def between(x, y=None):
        for one in x:
            for other in y:
                if shares(one, other):
                    return True
        return False

    return between
