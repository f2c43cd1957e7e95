"""Lists: parts of ranges, and the order of items."""

import numpy as np
from numba.extending import overload


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


def places_by_integer():
    """An empty dictionary from integers to integers."""


@overload(places_by_integer)
def places_by_integer_typed():
    def make():
        places = {0: 0}
        places.pop(0)
        return places

    return make


def places_by_number():
    """An empty dictionary from floats to integers."""


@overload(places_by_number)
def places_by_number_typed():
    def make():
        places = {0.0: 0}
        places.pop(0.0)
        return places

    return make


def places_by_text():
    """An empty dictionary from texts to integers."""


@overload(places_by_text)
def places_by_text_typed():
    def make():
        places = {"": 0}
        places.pop("")
        return places

    return make
