"""Lists: parts of ranges, and the order of items."""

import numba
import numpy as np
from numba.extending import intrinsic, overload


@intrinsic
def present(typingctx, x):
    """x, which may be None elsewhere, and is not here."""
    kind = x.type if isinstance(x, numba.types.Optional) else x

    def taken(context, builder, signature, args):
        value = context.cast(builder, args[0], signature.args[0], signature.return_type)
        context.nrt.incref(builder, signature.return_type, value)
        return value

    return kind(x), taken


def positions(count, index):
    """range(count)[index] for a slice."""


@overload(positions)
def positions_typed(count, index):
    def part(count, index):
        start, stop, step = index.indices(count)
        return [place for place in range(start, stop, step)]

    return part


def ascending(keys):
    """sorted(range(len(keys)), key=keys.__getitem__)"""


@overload(ascending)
def ascending_typed(keys):
    def order(keys):
        values = np.array([key for key in keys])
        return [np.int64(place) for place in np.argsort(values, kind="mergesort")]

    return order


def descending(keys):
    """sorted(range(len(keys)), key=keys.__getitem__, reverse=True)"""


@overload(descending)
def descending_typed(keys):
    def order(keys):
        values = np.array([key for key in keys])
        count = len(values)
        back = np.argsort(values[::-1].copy(), kind="mergesort")
        return [count - 1 - back[place] for place in range(count - 1, -1, -1)]

    return order


def least(keys):
    """min(range(len(keys)), key=keys.__getitem__)"""


@overload(least)
def least_typed(keys):
    def first(keys):
        found = 0
        for place in range(1, len(keys)):
            if keys[place] < keys[found]:
                found = place
        return found

    return first


def greatest(keys):
    """max(range(len(keys)), key=keys.__getitem__)"""


@overload(greatest)
def greatest_typed(keys):
    def first(keys):
        found = 0
        for place in range(1, len(keys)):
            if keys[place] > keys[found]:
                found = place
        return found

    return first
