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
    "changed_in_each_turn", "exchanged", "exchanged_in_a_dictionary",
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
