"""Objects that hold arrays, in lists that a recursion makes, fills, or changes."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import check_by_differences, load

import adcompile as ad
from adcompile.errors import RejectedError
from adcompile.passes import PASSES

HEAD = """
class Leaf:
    def __init__(self, x, v):
        self.x = x
        self.v = v

    def e(self):
        return self.x * self.v.sum()

def leaves(u, n):
    if n == 0:
        return []
    held = leaves(u, n - 1)
    held.append(Leaf(u[n], u[:2] * n))
    return held

def split(xs, d):
    if len(xs) == 1:
        return [Leaf(xs[0], xs * d)]
    m = len(xs) // 2
    return split(xs[:m], d + 1.0) + split(xs[m:], d * 2.0)

def fill(held, u, n):
    if n > 0:
        held.append(Leaf(u[n], u[1:3] * n))
        fill(held, u, n - 1)

def changed(held, k):
    if k < len(held):
        held[k].v *= held[k].x
        held[k].x = held[k].x + 1.0
        changed(held, k + 1)

def largest(held, k):
    if k == len(held) - 1:
        return held[k]
    other = largest(held, k + 1)
    return held[k] if held[k].e() > other.e() else other

def f(u):
"""
PROGRAMS = {
    "made": """
    held = leaves(u, 3)
    held[0].v += u[1:3]
    return sum(p.e() for p in held)
""",
    "split": """
    held = split(u, u[1])
    for i, p in enumerate(held):
        p.v *= i + 1.0
    return sum(p.e() for p in held) + held[2].x
""",
    "filled": """
    held = [Leaf(u[0], u[:2] * 1.0)]
    fill(held, u, 3)
    held[1].v[0] = 7.0 * u[0]
    return sum(p.e() * (i + 1) for i, p in enumerate(held))
""",
    "changed": """
    held = [Leaf(t, u[:2] * t) for t in u]
    changed(held, 1)
    return sum(p.e() for p in held)
""",
    "changed, known": """
    held = [Leaf(u[0], u[:2] * 1.0), Leaf(u[1], u[2:] * 2.0)]
    changed(held, 0)
    return sum(p.e() for p in held)
""",
    "one of them": """
    p = largest([Leaf(t, u[:2] * t) for t in u], 0)
    return p.x * p.v[0]
""",
    "two lists": """
    held = leaves(u, 2) + leaves(u * u, 3)
    held[3].x += u[0]
    return sum(p.e() * (i + 1) for i, p in enumerate(held))
""",
}
SHARED = {
    "by an object": """
    w = u * 2.0
    held = [Leaf(u[0], w), Leaf(u[1], u * 3.0)]
    fill(held, u, 2)
    held[0].v[1] += 1.0
    return sum(p.e() for p in held) + w[1]
""",
    "by its name": """
    w = u[:2] * 2.0
    held = [Leaf(u[0], w)]
    fill(held, u, 2)
    w[1] += u[3]
    return sum(p.e() for p in held) + held[0].v[1]
""",
}
U, DOT = np.array([0.93, -0.32, 0.52, 0.17]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["", "no passes"])
def test_derivatives(body, passes):
    check_by_differences(load(HEAD + body), U, DOT, passes)


@pytest.mark.parametrize("body", SHARED.values(), ids=SHARED)
def test_what_is_changed_under_another_name_is_refused(body):
    with pytest.raises(RejectedError, match="ADC301"):
        ad.grad(load(HEAD + body))(U)
