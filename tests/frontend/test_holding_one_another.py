"""Objects that hold one another: trees whose nodes know their parents, chains both ways."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

PROGRAMS = """
class Tree:
    def __init__(self, v, parent=None):
        self.v, self.parent, self.kids = v, parent, []
        if parent is not None:
            parent.kids.append(self)

    def total(self):
        return self.v + sum(k.total() for k in self.kids)

    def scale(self, s):
        self.v = self.v * s
        for k in self.kids:
            k.scale(s * 2.0)

    def push(self, d):
        if self.parent is not None:
            self.parent.v = self.parent.v + d
            self.parent.push(d * 2.0)


class Link:
    def __init__(self, v):
        self.v, self.prev, self.next = v, None, None


def total(x):
    r = Tree(x)
    a, b = Tree(x * 2.0, r), Tree(x ** 2, r)
    Tree(x * 3.0, a)
    return r.total().sum() * b.parent.v[0]


def scaled(x):
    r = Tree(x)
    a, b = Tree(x * 2.0, r), Tree(x ** 2, r)
    r.scale(x[0])
    return (r.v + 2.0 * a.v + 3.0 * b.v).sum()


def pushed(x):
    r = Tree(x)
    a = Tree(x * 2.0, r)
    c = Tree(x ** 2, a)
    c.push(x[0])
    return (r.v + 2.0 * a.v * c.v).sum()


def both_directions(x):
    head = tail = None
    for k in range(3):
        n = Link(x * (k + 1))
        if tail is None:
            head = tail = n
        else:
            n.prev = tail
            tail.next = n
            tail = n
    s = x * 0.0
    n = head
    while n is not None:
        s = s * 2.0 + n.v
        n = n.next
    tail.prev.v = tail.prev.v * 3.0
    return (s * head.next.v).sum()


def around(x):
    a, b = Link(x), Link(x * 2.0)
    a.next, b.next = b, a
    n = a
    for k in range(5):
        n.v = n.v * x + k
        n = n.next
    return (a.v + 2.0 * b.v + 3.0 * n.v).sum()
"""
COPIED = """
import copy

class Link:
    def __init__(self, v):
        self.v, self.next = v, None

def f(x):
    a, b = Link(x), Link(x * 2.0)
    a.next, b.next = b, a
    c = copy.deepcopy(a)
    return c.next.next.v.sum()
"""
NAMES = ("total", "scaled", "pushed", "both_directions", "around")
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("holding"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name, way, faces):
    faces.check(name, way, (X,), DOT)


def test_copied_with_all_that_they_hold():
    with pytest.raises(RejectedError, match="which holds it"):
        ad.grad(load(COPIED))(X)
