"""Functions of itertools written out in the accepted language: what they give, as a list."""

from __future__ import annotations


def takewhile(predicate, iterable):
    found = []
    for item in iterable:
        if not predicate(item):
            break
        found.append(item)
    return found


def dropwhile(predicate, iterable):
    found = []
    dropped = True
    for item in iterable:
        if dropped and predicate(item):
            continue
        dropped = False
        found.append(item)
    return found


def filterfalse(predicate, iterable):
    return [item for item in iterable if not predicate(item)]


FUNCTIONS = {"takewhile": takewhile, "dropwhile": dropwhile, "filterfalse": filterfalse}
