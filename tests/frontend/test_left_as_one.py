"""Names that a turn of a loop leaves with one object or array are that one in the next turn, and
what a change by another name has made unknown is not read by any way.
"""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

CLASS = """
class Node:
    def __init__(self, v):
        self.v = v
        self.next = None

    def grow(self):
        self.v += 1.0

    def double(self, n):
        return self.v if n == 0 else self.double(n - 1) * 2.0
"""
RIGHT = '''
def linked(x):
    head = tail = None
    for k in range(3):
        n = Node(x * (k + 1))
        if tail is None:
            head = tail = n
        else:
            tail.next = n
            tail = n
    total = 0.0
    while head is not None:
        total = total * 2.0 + head.v.sum()
        head = head.next
    return total


def linked_at_the_end(x):
    head = None
    for k in range(3):
        n = Node(x * (k + 1))
        if head is None:
            head = n
        else:
            t = head
            while t.next is not None:
                t = t.next
            t.next = n
    total = 0.0
    while head is not None:
        total = total * 2.0 + (head.v ** 2).sum()
        head = head.next
    return total


def made_in_the_first_turn(x):
    h = t = None
    for k in range(3):
        if t is None:
            h = t = Node(x * (k + 1))
        else:
            t.v = t.v * 2.0
    return (h.v + 3.0 * t.v).sum()


def made_in_each_turn(x):
    h = t = Node(x)
    for k in range(3):
        n = Node(x * (k + 1))
        if k == 0:
            h = t = n
        else:
            t.v = t.v * 2.0
            t = n
    return (h.v + 3.0 * t.v).sum()


def one_before_the_loop(x):
    h = None
    p = Node(x)
    for k in range(3):
        if k == 0:
            h = p
        p.v = p.v + x
    return (h.v * p.v).sum()


def changed_before_a_loop(x):
    a, b = Node(x), Node(x * 2.0)
    c = a if x[0] > 0 else b
    c.v = c.v * 3.0
    s = x * 0.0
    for k in range(2):
        s = s + a.v
        a = Node(s)
    return (s + a.v).sum()


def in_a_recursion(x):
    d, e = Node(x), Node(x * 3.0)
    c = d if x[0] > 0 else e
    c.v = x * 5.0
    return (d.double(2) + e.double(1)).sum()


def a_method(x):
    for k in range(3):
        b = Node(x * k)
        g = b.grow
    g()
    return (b.v * x).sum()
'''
NAMES = (
    "linked", "linked_at_the_end", "made_in_the_first_turn", "made_in_each_turn",
    "one_before_the_loop", "changed_before_a_loop", "in_a_recursion",
    "a_method",
)  # fmt: skip
REFUSED = {
    "an array of this turn": """
def f(x):
    h, t = x * 1.0, x * 2.0
    for k in range(3):
        t *= 2.0
        n = x * (k + 1)
        if k == 0:
            h = n
        t = n
    return (h + 3.0 * t).sum()
""",
    "an array of one path": """
def f(x):
    h = t = None
    for k in range(2):
        if t is None:
            h = t = x * (k + 1)
        else:
            t *= 2.0
            t = x * 5.0
    return (h + 3.0 * t).sum()
""",
    "a dictionary": """
def f(x):
    h = t = None
    for k in range(2):
        n = {"v": x * (k + 1)}
        if t is None:
            h = t = n
        else:
            t["v"] = n["v"] * 2.0
            t = n
    return (h["v"] + 3.0 * t["v"]).sum()
""",
    "the default of a function": """
def f(x):
    for k in range(3):
        n = x * k
        def g(n=n):
            n += 1.0
            return n
    g()
    return n.sum()
""",
    "what a partial is given": """
from functools import partial

def raised(a):
    a += 1.0

def f(x):
    g = None
    for k in range(3):
        n = x * k
        g = partial(raised, n)
    g()
    return n.sum()
""",
    "a list of the turn before": """
def f(x):
    b, c = [x * 2.0], [x ** 2]
    for k in range(3):
        if k == 1:
            b = c
        if k % 2:
            b[0] = c[0]
            b = [x * (k + 1)]
    return (b[0] + c[0]).sum()
""",
    "a list": """
def f(x):
    h = t = None
    for k in range(2):
        n = [x * (k + 1)]
        if t is None:
            h = t = n
        else:
            t[0] = n[0] * 2.0
            t = n
    return (h[0] + 3.0 * t[0]).sum()
""",
}
UNKNOWN = {
    "where a loop begins": """
    s = x * 0.0
    for k in range(2):
        s = s + d["v"]
        d = {"v": s}
    return s.sum()
""",
    "spread": """
    return {**d}["v"].sum()
""",
    "given by name": """
    def of(v):
        return v.sum()
    return of(**d)
""",
    "given to a recursion": """
    def again(d, n):
        return d["v"] if n == 0 else again(d, n - 1) * 2.0
    return again(d, 2).sum()
""",
}
CHANGED = """
def f(x):
    d, e = {"v": x.copy()}, {"v": x * 3.0}
    c = d if x[0] > 0 else e
    c["v"] = x * 5.0
"""
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(CLASS + RIGHT, tmp_path_factory.mktemp("left_as_one"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_one_object(name, way, faces):
    faces.check(name, way, (X,), DOT)


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_change_of_what_may_be_one_is_refused(body):
    with pytest.raises(RejectedError, match="ADC301"):
        ad.grad(load(body))(X)


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_any_more_is_not_read(body):
    with pytest.raises(RejectedError, match="ADC301"):
        ad.grad(load(CHANGED + body))(X)
