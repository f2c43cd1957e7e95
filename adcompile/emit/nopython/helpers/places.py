"""Writing and adding values to the places that an index or a mask names."""

import numba
import numpy as np
from numba.extending import overload


def scatter_add(x, index, value):
    """Add the values to x[index], each as often as the index names its place."""


@overload(scatter_add)
def scatter_add_typed(x, index, value):
    several = index.types if isinstance(index, numba.types.BaseTuple) else [index]
    if all(isinstance(part, numba.types.Integer) for part in several):

        def one(x, index, value):
            x[index] += value

        return one
    whole = isinstance(index, numba.types.Array) and index.ndim == 1
    if whole and not isinstance(index.dtype, numba.types.Boolean):
        rank = value.ndim if isinstance(value, numba.types.Array) else 0
        if rank == x.ndim:

            def rows(x, index, value):
                step = step_of(value, index.size)
                for place in range(index.size):
                    x[index[place]] += value[place * step]

            return rows
        if rank == 0:

            def same(x, index, value):
                for place in range(index.size):
                    x[index[place]] += value

            return same

    def anywhere(x, index, value):
        places = np.arange(x.size).reshape(x.shape)[index]
        values = np.broadcast_to(np.asarray(value), places.shape)
        for at in np.ndindex(places.shape):
            x.flat[places[at]] += values[at]

    return anywhere


def put_whole(x, value):
    """x[...] = value, where a number is not changed."""


@overload(put_whole)
def put_whole_typed(x, value):
    def put(x, value):
        x[...] = value

    return put if isinstance(x, numba.types.Array) else lambda x, value: None


def add_whole(x, value):
    """x[...] += value, where a number is not changed."""


@overload(add_whole)
def add_whole_typed(x, value):
    def add(x, value):
        x[...] = x + value

    return add if isinstance(x, numba.types.Array) else lambda x, value: None


def masked_write(x, mask, value):
    """x[mask] = value for a mask of the shape of x, or of its first axes."""


@overload(masked_write)
def masked_write_typed(x, mask, value):
    if isinstance(value, numba.types.Array) and value.ndim <= x.ndim - mask.ndim:

        def alike(x, mask, value):
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    x[at] = value

        return alike
    if not isinstance(value, numba.types.Array):

        def same(x, mask, value):
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    x[at] = value

        return same

    def each(x, mask, value):
        place, step = 0, step_of(value, mask.sum())
        for at in np.ndindex(mask.shape):
            if mask[at]:
                x[at] = value[place]
                place += step

    return each


def masked_add(x, mask, value):
    """x[mask] += value for a mask of the shape of x, or of its first axes."""


@overload(masked_add)
def masked_add_typed(x, mask, value):
    if isinstance(value, numba.types.Array) and value.ndim <= x.ndim - mask.ndim:

        def alike(x, mask, value):
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    x[at] += value

        return alike
    if not isinstance(value, numba.types.Array):

        def same(x, mask, value):
            for at in np.ndindex(mask.shape):
                if mask[at]:
                    x[at] += value

        return same

    def each(x, mask, value):
        place, step = 0, step_of(value, mask.sum())
        for at in np.ndindex(mask.shape):
            if mask[at]:
                x[at] += value[place]
                place += step

    return each


def step_of(value, count):
    """From one value to the next, where there is one for each of so many places, or one for all."""


@overload(step_of)
def step_of_typed(value, count):
    def step(value, count):
        if value.shape[0] == 1:
            return 0
        if value.shape[0] != count:
            raise ValueError("there are not as many values as places")
        return 1

    return step
