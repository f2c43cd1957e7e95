"""A list that holds one array twice where the program has two: derivatives keep them apart."""

from __future__ import annotations

import pytest
from deriving import load

import adcompile as ad

PROGRAMS = """
class P:
    def __init__(self, a, v):
        self.a = a
        self.v = v

def items(x):
    rows = []
    for i in range(3):
        rows.append(np.array([x, x]) + i)
    rows[0] = rows[1] + 1.0
    rows[1] *= 3.0
    return 7 * np.sum(rows[0]) + np.sum(rows[1])

def parts(x):
    rows = []
    for i in range(3):
        rows.append((x, np.array([x, x]) + i))
    rows[0] = (1.0, rows[1][1] + 1.0)
    rows[1][1][...] *= 3.0
    return 7 * np.sum(rows[0][1]) + np.sum(rows[1][1])

def made(n, x):
    ps = []
    for i in range(n):
        ps.append(P(x, np.array([x, 2 * x]) * i))
    return ps

def longer(x):
    ps = made(3, x)
    ps.append(P(x, ps[1].v + 1.0))
    ps[1].v *= 3.0
    return 7 * np.sum(ps[0].v) + np.sum(ps[1].v) + 5 * np.sum(ps[3].v)

def attributes(x):
    ps = made(3, x)
    ps[0].v = ps[1].v + 1.0
    ps[1].v *= 3.0
    return 7 * np.sum(ps[0].v) + np.sum(ps[1].v) + 5 * np.sum(ps[2].v)

def objects(x):
    ps = [P(x * i, np.array([x, 2.0 + i])) for i in range(3)]
    ps[0] = P(0.17, ps[1].v.copy())
    ps[1].v *= 3.0
    return 7 * np.sum(ps[0].v) + np.sum(ps[1].v)

def lists(x):
    rows = []
    for i in range(3):
        rows.append([np.array([x, x]) * i, np.array([x, 2 * x])])
    rows[0][1] = rows[1][1] + 1.0
    rows[1][1] *= 3.0
    return 7 * np.sum(rows[0][1]) + np.sum(rows[1][1]) + 5 * np.sum(rows[2][0])

def turn_by_turn(x):
    ps = made(3, x)
    for i in range(2):
        ps[i].v = ps[i + 1].v + 1.0
        ps[i + 1].v[0] *= 3.0
    return 7 * np.sum(ps[0].v) + np.sum(ps[1].v) + 5 * np.sum(ps[2].v)

def changed_in_each_turn(x):
    ps = made(3, x)
    r = ps[-1]
    ps[0] = P(np.sum(r.v), r.v.copy())
    for i in range(3):
        ps[-1].v += r.v.copy()
    return 7 * np.sum(ps[0].v) + np.sum(ps[1].v) + 5 * np.sum(ps[2].v)

def put_in_by_a_loop(x):
    ps = made(3, x)
    for i in range(3):
        ps[-1] = P(x, ps[1].v.copy())
    ps[-1].v[0] += 3.0 * x
    return np.sum(ps[1].v) + 7 * np.sum(ps[2].v)

def put_in_for_the_next_turn(x):
    ps = made(3, x)
    for t in range(2):
        for i in range(3):
            ps[i].v += x * i
        for i in range(3):
            ps[-1] = P(x, ps[1].v.copy())
    return np.sum(ps[1].v) + 7 * np.sum(ps[2].v)

class Pair:
    def __init__(self, a, v, w):
        self.a = a
        self.v = v
        self.w = w

def stays_where_it_was(x):
    ps = [Pair(x * i, np.array([x, 2 * x]) * i, np.array([x, x * x])) for i in range(3)]
    for t in range(2):
        for i in range(3):
            ps[i].v += x * ps[i].w
        for i in range(3):
            ps[i].a = ps[i].a * x
        ps[0] = Pair(x, ps[0].w + 1.0, ps[0].v + 2.0)
        ps[1] = Pair(x, ps[1].v.copy(), ps[1].v + 1.0)
        ps[2] = Pair(x, ps[2].v.copy(), ps[2].v.copy())
    return sum(p.a * np.sum(p.v) + 5 * p.w[0] for p in ps)

def pair(x, n):
    if n == 0:
        v = np.array([x, 2 * x])
        return [v, v + 1.0]
    return pair(x, n - 1)

def given_back(x):
    rows = pair(x, 2)
    for i in range(2):
        rows[i] += x * x
    return 3 * np.sum(rows[0]) + np.sum(rows[1] ** 2)

def put(rows, n):
    if n > 0:
        rows[-1] = rows[0] + 1.0
        put(rows, n - 1)

def put_in_by_a_callee(x):
    rows = [np.array([x, 2 * x]), np.array([x, x])]
    put(rows, 2)
    rows[0] += x * x
    return 3 * np.sum(rows[0]) + np.sum(rows[1] ** 2)

def exchanged(x):
    ps = made(4, x)
    far = [ps[0], ps[2], ps[1]]
    far[0], far[-1] = far[-1], far[0]
    ps[0].v = 1.7 * ps[3].v
    return sum((i + 1) * np.sum(p.v) for i, p in enumerate(far))

def exchanged_in_a_dictionary(x):
    ps = made(4, x)
    d = {1: ps[0], 2: ps[1]}
    d[1], d[2] = d[2], d[1]
    ps[0].v = 1.7 * ps[3].v
    return np.sum(d[2].v + 10 * d[1].v)
"""
NAMES = [
    "items", "parts", "longer", "attributes", "objects", "lists", "turn_by_turn",
    "changed_in_each_turn", "put_in_by_a_loop",
    "put_in_for_the_next_turn", "stays_where_it_was", "given_back",
    "put_in_by_a_callee", "exchanged", "exchanged_in_a_dictionary",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_changed_in_one_place_stays_in_the_other(name):
    f = load(PROGRAMS, name)
    expected = (f(0.5 + 1e-6) - f(0.5 - 1e-6)) / 2e-6
    value, bar = ad.value_and_grad(f)(0.5)
    assert value == pytest.approx(f(0.5), rel=1e-14)
    assert bar == pytest.approx(expected, rel=1e-8)
    assert ad.jvp(f, (0.5,), (1.0,))[1] == pytest.approx(expected, rel=1e-8)
    for mode in ("tangent", "adjoint"):
        text = ad.differentiate(f).source(mode, 0.5)
        assert text == ad.differentiate(load(PROGRAMS, name)).source(mode, 0.5)
