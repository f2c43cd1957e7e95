"""A list that is one of several, known at run time: it grows, shrinks, is reordered."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad
from adcompile.passes import PASSES

HEAD = '''
import numpy as np


class Sorted:
    def __init__(self):
        self.parts = {"lo": [], "hi": []}
        self.total = 0.0

    def add(self, t):
        self.parts["hi" if t > 0.5 else "lo"].append(t)
        self.total += t
        return len(self.parts["hi"])


def f(u, x):
    parts = {"lo": [x], "hi": [x * x, 2.0]}
    lo, hi = [x, u[0], x * u[2], u[1]], [x * x, u[1], u[2], x, u[0]]
'''
END = "    return 2.0 * sum(lo) + sum(t * (i + 1) for i, t in enumerate(hi)) + lo[0] * hi[-1] + "
KEYED = 'sum(parts["hi"]) * 3.0 + parts["lo"][-1]\n'
CHANGES = {
    "append": "q.append(x * 3.0)",
    "append to either": "(lo if t > 0.5 else hi).append(t * x)",
    "append by key": 'parts["hi" if t > 0.5 else "lo"].append(t * x)',
    "insert": "q.insert(0, t * x)",
    "extend": "q.extend([t, x])",
    "extend by another": "q.extend(hi[:2])",
    "add": "q += [t * x]",
    "add by key": 'parts["hi" if t > 0.5 else "lo"] += [t * x]',
    "pop": "q.append(q.pop() * q.pop(0) * x)",
    "pop and use": "lo[0] = lo[0] + q.pop() * x",
    "reverse": "q.reverse()",
    "sort": "q.sort()",
    "del": "del q[0]\n        q.append(x * t)",
    "slice": "q[:1] = [x, t * x]",
    "times": "q *= 2\n        del q[3:]",
    "clear": "q.clear()\n        q.extend([x, t])",
    "both": "r = hi if x > t else lo\n        r.append(q[0] * x)",
}
U = np.array([0.7, 0.2, 1.9])


def checked(f):
    value, (u_bar, x_bar) = ad.value_and_grad(f, wrt=("u", "x"))(U, 0.6)
    assert value == pytest.approx(f(U, 0.6), rel=1e-14)
    for way in (np.array([0.3, -0.4, 0.8]), 0.5), (np.array([0.1, 0.9, -0.3]), -0.2):
        h = 1e-6
        near = f(U + h * way[0], 0.6 + h * way[1]) - f(U - h * way[0], 0.6 - h * way[1])
        assert u_bar @ way[0] + x_bar * way[1] == pytest.approx(near / (2 * h), rel=1e-7)
        value_dot = ad.jvp(f, (U, 0.6), way)[1]
        assert value_dot == pytest.approx(u_bar @ way[0] + x_bar * way[1], rel=1e-12)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_of_two(change):
    body = "    for t in u:\n        q = lo if t > 0.5 else hi\n"
    checked(load(f"{HEAD}{body}        {change}\n{END}{KEYED}"))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_once(change):
    body = "    t = u[1]\n    if True:\n        q = lo if t > 0.5 else hi\n"
    checked(load(f"{HEAD}{body}        {change}\n{END}{KEYED}"))


def test_lists_of_an_object():
    checked(load(f"""{HEAD.partition("def f")[0]}def f(u, x):
    s = Sorted()
    for t in u:
        n = s.add(t * x)
    s.add(x)
    return sum(s.parts["hi"]) * s.total + n * sum(s.parts["lo"])
"""))


SWAPPED = """
def f(x, n):
    d, e = [x], [2.0 * x]
    first = d
    for _ in range(n):
        d, e = e, d
        d[0] = d[0] * x
    return d[0] + first[0]
"""
SORTED = """
def f(x, n):
    d = [x, -x]
    e = d if n > 1 else [x, x]
    d.sort()
    return e[0]
"""
ROWS = """
def f(x, n):
    rows = [[x, 0.7], [0.5, x], [x, x * x]]
    if n > 1:
        for _ in range(3):
            rows[1] = rows[2]
        rows[2][0] += x
    return rows[1][0] * rows[1][1]
"""


@pytest.mark.parametrize("text", [SWAPPED, SORTED, ROWS], ids=["swapped", "sorted", "rows"])
@pytest.mark.parametrize("n", [0, 1, 2, 3])
@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["", "no passes"])
def test_known_lists(text, n, passes):
    f = load(text)
    for x in (0.9, -1.3):
        slope = (f(x + 1e-6, n) - f(x - 1e-6, n)) / 2e-6
        value, bar = ad.value_and_grad(f, wrt="x", passes=passes)(x, n)
        assert value == pytest.approx(f(x, n), rel=1e-14)
        assert bar == pytest.approx(slope, rel=1e-8)
        assert ad.jvp(f, (x, n), (1.0, None), passes=passes)[1] == pytest.approx(bar, rel=1e-12)
