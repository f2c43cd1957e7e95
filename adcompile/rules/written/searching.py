"""Methods of lists and tuples that look for an item, written out in the accepted language."""

from __future__ import annotations


def index(values, value, start=0):
    for i in range(start, len(values)):
        if values[i] == value:
            break
    else:
        raise ValueError("this value is not in the list")
    return i


def count(values, value):
    found = 0
    for item in values:
        if item == value:
            found += 1
    return found


def contains(values, value):
    found = False
    for item in values:
        if item == value:
            found = True
            break
    return found


def remove(values, value):
    values.pop(index(values, value))


METHODS = {"index": index, "count": count, "remove": remove}
