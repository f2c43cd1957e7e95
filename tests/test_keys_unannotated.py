"""Dictionaries given without annotations: that d[k] is read of each k in d says that d is one."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.again import with_derivatives
from test_structures_unannotated import agree

PROGRAMS = '''
import numpy as np


def left(d):
    t = 0.0
    for k in d:
        if t > 1.0:
            break
        t = t + np.sum(d[k] ** 2)
    return t


def returned(d):
    t = 0.0
    for k in d:
        t = t + np.sum(d[k] ** 2)
        if t > 1.0:
            return t
    return 2 * t


def numbered(d):
    t = 0.0
    for i, k in enumerate(d):
        t = t + (i + 1) * np.sum(d[k] ** 2)
    return t


def by_length(d):
    t = 0.0
    for i, k in enumerate(sorted(d, key=len)):
        t = t + i * np.sum(d[k] ** 2)
    return t


def listed_first(d):
    names = sorted(d, key=len)
    t = 0.0
    for k in names:
        t = t * 0.5 + np.sum(d[k] ** 2)
    return t


def beside(d):
    return sum(i * np.sum(d[k] ** 2) for i, k in zip(range(1, 4), d))


def largest(d):
    return d[max(d, key=lambda k: np.sum(d[k]))] ** 2


def mapped(d):
    return sum(map(lambda k: np.sum(d[k] ** 2), d))


def in_place(d):
    for k in d:
        d[k] = d[k] * 2.0
    return sum(np.sum(d[k] ** 2) for k in d)


def total(values):
    t = 1.0
    for name in values:
        t = t * np.sum(values[name])
        if t > 9.0:
            break
    return t


def handed_on(d):
    return total(d)


def same_name(xs):
    t = 0.0
    for i in xs:
        t = t + i ** 2
    for i in range(len(xs)):
        t = t + xs[i] * i
    for i in xs:
        for i in range(2):
            t = t * xs[i]
    return t


def by_key(d: dict[int, float]):
    return sum(list(map(lambda k: k * 2.0, d))) * d[1]


def two_keys(d: dict[int, float]):
    return sum(map(lambda k, j: (k + 1) * d[k] * d[j], d, d))
'''
NUMBERS = {"a": 0.7, "bb": 1.2, "ccc": 0.4}
ARRAYS = {"a": np.array([0.7, 0.1]), "bb": np.array([1.2, -0.3, 0.5]), "ccc": np.array([0.2])}
NAMES = (
    "left", "returned", "numbered", "by_length", "listed_first", "beside", "mapped", "in_place",
    "handed_on",
)  # fmt: skip


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("given", [NUMBERS, ARRAYS])
@pytest.mark.parametrize("name", NAMES)
def test_keys_that_are_gone_through(name, given, emitted):
    agree(emitted, name, given)


def test_a_key_that_is_chosen(emitted):
    agree(emitted, "largest", NUMBERS)


@pytest.mark.parametrize("name", ["by_key", "two_keys"])
def test_map_is_given_keys_not_values(name, emitted):
    agree(emitted, name, {0: 1.2, 1: 0.4})


@pytest.mark.parametrize("form", [list, np.array])
def test_a_name_that_is_an_item_first_and_then_a_place_says_nothing(form, emitted):
    agree(emitted, "same_name", form([0.7, 1.2, 0.4]))
