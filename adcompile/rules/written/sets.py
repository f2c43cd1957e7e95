"""Sets of data: a dictionary from what is in one to its place in a list.

Which order Python goes through a set in is nobody's to know: one is sorted first, or asked.
"""

from __future__ import annotations

from typing import Any

from adcompile.rules.written.facts import (
    is_placed,
    new_set,
    place_for,
    place_of,
    places_without,
)


class Set:
    """A set."""

    places: dict[Any, int]
    names: list[Any]

    def add(self, key):
        if place_for(self.places, key, len(self.names)) == len(self.names):
            self.names.append(key)

    def remove(self, key):
        at = place_of(self.places, key)
        self.places = places_without(self.places, key)
        self.names.pop(at)

    def discard(self, key):
        if is_placed(self.places, key):
            self.remove(key)

    def clear(self):
        self.places = new_set().places
        self.names.clear()

    def update(self, *others):
        for other in others:
            for key in keys_of(other):
                self.add(key)

    def copy(self):
        made = new_set()
        for key in self.names:
            made.add(key)
        return made

    def union(self, *others):
        made = self.copy()
        for other in others:
            for key in keys_of(other):
                made.add(key)
        return made

    def intersection(self, other):
        made = new_set()
        for key in keys_of(other):
            if is_placed(self.places, key):
                made.add(key)
        return made

    def difference(self, other):
        made = self.copy()
        for key in keys_of(other):
            made.discard(key)
        return made

    def symmetric_difference(self, other):
        made = self.difference(other)
        for key in keys_of(other):
            if not is_placed(self.places, key):
                made.add(key)
        return made

    def issubset(self, other):
        return all(key in other for key in self.names)

    def issuperset(self, other):
        return all(is_placed(self.places, key) for key in keys_of(other))

    def isdisjoint(self, other):
        return not any(is_placed(self.places, key) for key in keys_of(other))

    def __contains__(self, key):
        return is_placed(self.places, key)

    def __len__(self):
        return len(self.names)

    def __or__(self, other):
        return self.union(other)

    def __and__(self, other):
        return self.intersection(other)

    def __sub__(self, other):
        return self.difference(other)

    def __xor__(self, other):
        return self.symmetric_difference(other)

    def __ior__(self, other):
        self.update(other)
        return self

    def __iand__(self, other):
        return self.becomes(self.intersection(other))

    def __isub__(self, other):
        return self.becomes(self.difference(other))

    def __ixor__(self, other):
        return self.becomes(self.symmetric_difference(other))

    def becomes(self, other):
        self.places = other.places
        self.names = other.names
        return self

    def __le__(self, other):
        return self.issubset(other)

    def __ge__(self, other):
        return self.issuperset(other)

    def __eq__(self, other):
        return len(self.names) == len(other) and self.issubset(other)

    def __ne__(self, other):
        return len(self.names) != len(other) or not self.issubset(other)


def keys_of(other):
    """What is in a set, or in what else can be gone through."""
    return other.names if isinstance(other, Set) else other
