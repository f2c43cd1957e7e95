"""Dictionaries whose keys are known at run time only: the keys and the values in two lists.

    d[k] = v        at = places.setdefault(k, len(values)), and the value goes there in `values`
    d[k]            values[places[k]]

`places` is an ordinary dictionary, which is data; derivatives flow through the list of values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adcompile.rules.written.facts import (
    is_placed,
    new_table,
    place_for,
    place_of,
    places_without,
)


class Table:
    """A dictionary."""

    places: dict[Any, int]
    names: list[Any]
    held: list[Any]

    def __getitem__(self, key):
        return self.held[place_of(self.places, key)]

    def __setitem__(self, key, value):
        at = place_for(self.places, key, len(self.held))
        if at == len(self.held):
            self.names.append(key)
            self.held.append(value)
        else:
            self.held[at] = value

    def __contains__(self, key):
        return is_placed(self.places, key)

    def __len__(self):
        return len(self.held)

    def __iter__(self):
        return self.names

    def keys(self):
        return self.names

    def values(self):
        return self.held

    def items(self):
        return zip(self.names, self.held)

    def get(self, key, default=None):
        if is_placed(self.places, key):
            return self.held[place_of(self.places, key)]
        return default

    def setdefault(self, key, default=None):
        at = place_for(self.places, key, len(self.held))
        if at == len(self.held):
            self.names.append(key)
            self.held.append(default)
        return self.held[at]

    def pop(self, key, *default):
        if default and not is_placed(self.places, key):
            return default[0]
        at = place_of(self.places, key)
        self.places = places_without(self.places, key)
        self.names.pop(at)
        return self.held.pop(at)

    def __delitem__(self, key):
        self.pop(key)

    def update(self, more):
        for key, value in more.items():
            self[key] = value

    def clear(self):
        self.places = new_table().places
        self.names.clear()
        self.held.clear()

    def __or__(self, more):
        made = self.copy()
        made.update(more)
        return made

    def copy(self):
        made = new_table()
        for key, value in zip(self.names, self.held):
            made[key] = value
        return made


class Default(Table):
    """A dictionary that makes what is missing: collections.defaultdict."""

    make: Callable[[], Any]

    def __getitem__(self, key):
        at = place_for(self.places, key, len(self.held))
        if at == len(self.held):
            self.names.append(key)
            self.held.append(self.make())
        return self.held[at]


class Count(Table):
    """A dictionary in which what is missing is 0: collections.Counter."""

    def __getitem__(self, key):
        if is_placed(self.places, key):
            return self.held[place_of(self.places, key)]
        return 0

    def update(self, more):
        for key, value in more.items():
            self[key] = self[key] + value

    def most_common(self, n=None):
        pairs = sorted(self.items(), key=lambda pair: pair[1], reverse=True)
        return pairs if n is None else pairs[:n]

    def total(self):
        return sum(self.held)


def counted(table, items):
    for item in items:
        table[item] = table[item] + 1
