"""min, max and sorted of objects that say themselves which of two is less.

Each is put where bisection finds its place: D. E. Knuth, The Art of Computer Programming, volume 3,
section 5.2.1.
"""

from __future__ import annotations

from typing import Any


def least(items):
    found = items[0]
    for item in items:
        if item < found:
            found = item
    return found


def largest(items):
    found = items[0]
    for item in items:
        if item > found:
            found = item
    return found


def upwards(items):
    found = items[:1]
    for item in items[1:]:
        low, high = 0, len(found)
        while low < high:
            middle = (low + high) // 2
            if item < found[middle]:
                high = middle
            else:
                low = middle + 1
        found.insert(low, item)
    return found


def downwards(items):
    return upwards(items[::-1])[::-1]


def sort_upwards(items):
    items[:] = upwards(items)


def sort_downwards(items):
    items[:] = downwards(items)


EXTREMES: dict[str, Any] = {"min": least, "max": largest}
ORDERS: dict[bool, Any] = {False: upwards, True: downwards}
IN_PLACE: dict[bool, Any] = {False: sort_upwards, True: sort_downwards}
