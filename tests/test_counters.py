"""Counters: what they are made of, what is added to them, and those that come from outside."""

from __future__ import annotations

import collections

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = """
import collections


def of_a_dictionary(x: "float[:]"):
    given = {"a": 2, "b": 3}
    return x[0] * collections.Counter(given)["a"] + x[1] * collections.Counter({"b": 2})["b"]


def of_words(x: "float[:]"):
    return x[0] * collections.Counter(a=2)["a"] + x[1] * collections.Counter("aab", b=4)["b"]


def of_a_counter(x: "float[:]"):
    first = collections.Counter("aab")
    second = collections.Counter(first)
    second.update("a")
    return x[0] * first["a"] + x[1] * second["a"] ** 2


def a_copy(x: "float[:]"):
    first = collections.Counter("aab")
    second = first.copy()
    second.update({"a": 1})
    return x[0] * first["a"] + x[1] * second["a"] + x[2] * second["z"]


def added_to(x: "float[:]"):
    found = collections.Counter("ab")
    found.update("abc")
    found.update({"a": 3})
    found.update(collections.Counter("c"))
    found.update(["b", "b"], c=2)
    return x[0] * found["a"] + x[1] * found["b"] + x[2] * found["c"]


def of_what_moves(x: "float[:]"):
    found = collections.Counter({"a": x[0], "b": x[1]})
    found.update({"a": x[2] ** 2})
    return found["a"] * found["b"] + found.total() * x[3]


def the_most_common(x: "float[:]"):
    found = collections.Counter([1, 1, 2, 0, 0, 0])
    s = 0.0
    for place, (key, count) in enumerate(found.most_common()):
        s = s + x[key] * count * (place + 1)
    ((key, count),) = found.most_common(1)
    return s + x[key] ** count


def a_default_copied(x: "float[:]"):
    first = collections.defaultdict(float)
    first["a"] += x[0]
    second = first.copy()
    second["b"] += x[1]
    return second["a"] * second["b"] + first["a"]


def no_more_a_counter(x: "float[:]"):
    plain = dict(collections.Counter("aab"))
    plain.update({"a": x[0]})
    return plain["a"] * plain["b"]
"""
NAMES = (
    "of_a_dictionary", "of_words", "of_a_counter", "a_copy", "added_to", "of_what_moves",
    "the_most_common", "a_default_copied", "no_more_a_counter",
)  # fmt: skip
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])
GIVEN = collections.Counter({"a": 2})


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("counters"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name, way, faces):
    faces.check(name, way, (X,), DOT)


def updated(x, c):
    c.update({"a": 1})
    return x * c["a"]


def updated_by_words(x, c):
    c.update(a=1)
    return x * c["a"]


def copied(x, c):
    d = c.copy()
    d.update({"a": 1})
    return x * d["a"]


def joined(x, c):
    c |= {"a": 1}
    return x * c["a"]


def of_a_union(x, c):
    d = c | {"a": 1}
    return x * d["a"]


def of_the_module(x, c):
    GIVEN.update(["a"])
    return x * GIVEN["a"]


@pytest.mark.parametrize(
    "function", [updated, updated_by_words, copied, joined, of_a_union, of_the_module]
)
def test_one_from_outside_is_no_dictionary(function):
    with pytest.raises(ad.RejectedError, match="of a Counter that is made outside") as caught:
        ad.grad(function)(2.0, collections.Counter({"a": 2}))
    assert caught.value.code == "ADC206"


def counted_here(x, c):
    d = collections.Counter(c)
    d.update({"a": 1})
    return x * d["a"] * c["a"]


def counted_on(x, c):
    c["a"] += 1
    return x * c["a"]


@pytest.mark.parametrize(("function", "slope"), [(counted_here, 6.0), (counted_on, 3.0)])
def test_one_from_outside_is_read(function, slope):
    given = collections.Counter({"a": 2})
    assert ad.value_and_grad(function)(2.0, given) == (2.0 * slope, slope)
    assert given == {"a": 2}


def inserted(x):
    q = collections.deque([x, x * x], maxlen=2)
    if x > 1.0:
        q.insert(1, x)
    return q[0]


def removed(x):
    q = collections.deque([3, 1, 2, 1])
    q.remove(1)
    return x ** q.index(1) * q.count(1)


def test_a_queue_that_is_full():
    with pytest.raises(IndexError, match="maximum size"):
        inserted(2.0)
    with pytest.raises(IndexError, match="maximum size"):
        ad.grad(inserted)(2.0)
    assert ad.value_and_grad(removed)(3.0) == (9.0, 6.0)
