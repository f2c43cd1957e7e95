"""min, max, sorted and heapq of objects that say which of two is less; == with tuples."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

CLASSES = '''
import heapq
from dataclasses import dataclass, field
from typing import NamedTuple


class Less:
    def __init__(self, p, q):
        self.p, self.q = p, q

    def __lt__(self, other):
        return self.q < other.q


class More:
    def __init__(self, p, q):
        self.p, self.q = p, q

    def __gt__(self, other):
        return self.q > other.q


class Last(NamedTuple):
    p: float
    q: float

    def __lt__(self, other):
        return self.q < other.q

    def __gt__(self, other):
        return self.q > other.q


@dataclass(order=True)
class Fields:
    p: float
    q: float


@dataclass(order=True)
class First:
    q: float = field(compare=False)
    p: float = 0.0
'''
OF_EACH = '''

def smaller_{0}(x: "float[3]"):
    return min({1}(x[0], x[1] * 2.0), {1}(x[1], x[0] * 3.0)).q


def larger_{0}(x: "float[3]"):
    found = max([{1}(x[i], x[i - 1] * (2.0 - i)) for i in range(3)])
    return found.q + found.p ** 2


def or_another_{0}(x: "float[3]"):
    held = [{1}(t, t * x[1]) for t in x if t > 0.5]
    return min(held, default={1}(x[2], x[0])).q


def in_order_{0}(x: "float[3]"):
    held = sorted([{1}(x[i], x[i] * x[i - 1]) for i in range(3)], reverse=True)
    return held[0].q * x[0] + held[1].p * 3.0


def put_in_order_{0}(x: "float[3]"):
    held = []
    for i in range(4):
        held.append({1}(x[0] * i, x[1] * (i - 2.0) ** 2))
    held.sort()
    total = 0.0
    for place, each in enumerate(held):
        total += (place + 1.0) * each.q * each.p
    return total


def a_heap_{0}(x: "float[3]"):
    heap = []
    for i in range(4):
        heapq.heappush(heap, {1}(x[0] * (3 - i), x[1] * (i - 2.0) ** 2))
    return heapq.heappop(heap).q + 3.0 * heapq.heappop(heap).p
'''
KINDS = ("Less", "More", "Last", "Fields", "First")
EVERY = ("smaller", "larger", "or_another", "in_order", "put_in_order", "a_heap")
OTHERS = '''

class Leaf:
    def __init__(self, t):
        self.t = t

    def __lt__(self, other):
        return self.t > other.t


def changed(x: "float[3]"):
    held = [Leaf(t) for t in x]
    first = sorted(held)[0]
    first.t *= x[1]
    return held[0].t + 2.0 * held[1].t + 3.0 * held[2].t
'''
EQUAL = '''

class Point(NamedTuple):
    a: float
    b: float


def equal_to_a_tuple(x: "float[3]"):
    p = Point(x[0], 2.0)
    return x[1] * (3.0 if p == (x[0], 2.0) else 5.0)


def a_tuple_equal_to_it(x: "float[3]"):
    p = Point(x[0], 2.0)
    return x[1] * (3.0 if (x[0], 3.0) == p else 5.0) * (7.0 if p != (x[0], x[1]) else 11.0)


def equal_to_another(x: "float[3]"):
    return x[1] * (3.0 if Point(x[0], 2.0) == Last(x[0], 2.0) else 5.0)


def less_than_a_tuple(x: "float[3]"):
    return x[1] * (3.0 if Point(x[0], 2.0) < (x[0], 3.0) else 5.0)
'''
NAMES = [f"{name}_{kind.lower()}" for kind in KINDS for name in EVERY] + [
    "changed", "equal_to_a_tuple", "a_tuple_equal_to_it", "equal_to_another", "less_than_a_tuple",
]  # fmt: skip
VALUES = (np.array([0.7, 0.4, 1.1]), np.array([0.3, 0.9, -0.6]), np.array([0.2, 0.2, 0.4]))


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    text = CLASSES + "".join(OF_EACH.format(kind.lower(), kind) for kind in KINDS) + OTHERS + EQUAL
    return TwoFaces(text, tmp_path_factory.mktemp("orders"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    for x in VALUES[:2]:
        faces.check(name, way, (x,), np.array([0.3, -0.7, 1.9]), atol=1e-7)
