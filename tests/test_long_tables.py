"""Long lists of lists, given and from outside: tables as programs write them down."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from deriving import load

import adcompile as ad

PROGRAMS = """
T = [[1.0 + 0.1 * i, 0.2 * i, 0.3] for i in range(40)]

def outside(y, table):
    r = 0.0
    for row in range(40):
        t = T[row]
        r += t[0] * math.cos(t[1] + t[2] * y) * table[row % 3][0]
    return r

def unpacked(y, table):
    r = 0.0
    for a, b, c in table:
        r += a * math.cos(b + c * y)
    return r

def changed(y, table):
    r = 0.0
    for t in table:
        t[0] = t[1] * y
        r += t[0] * math.cos(t[1] + t[2] * y)
    return r

def part(y, table):
    return sum(sum(t) * y for t in table[3:9]) + len(table[1])

def in_order(y, table):
    first = sorted(table, key=lambda t: t[1])[0]
    return first[0] * y + first[2]

def made(y, table):
    out = [[c * y for c in t] for t in table]
    out[3][1] *= y
    return sum(sum(t) for t in out)

def columns(y, table):
    found = list(zip(*table))
    return y * sum(found[1]) ** 2

def exchanged(y, table):
    table[2], table[3] = table[3], table[2]
    table[2][0] += y
    return table[3][0] * table[2][0] * y

def longer(y, table):
    table.append([y, y, y])
    return sum(t[0] * t[1] for t in table)

def as_array(y, table):
    return np.sum(np.array(table) ** 2) * y
"""
NAMES = [
    "outside", "unpacked", "changed", "part", "in_order", "made", "columns", "exchanged", "longer",
    "as_array",
]  # fmt: skip


@pytest.mark.parametrize("rows", [40, 8])
@pytest.mark.parametrize("name", NAMES)
def test_a_table(name, rows):
    f = load(PROGRAMS, name)
    table = np.random.default_rng(1).uniform(0.5, 1.5, size=(rows, 3))
    moved = np.random.default_rng(2).uniform(-1.0, 1.0, size=(rows, 3))
    given = table.tolist()
    value, (y_bar, bar) = ad.value_and_grad(f, wrt=(0, 1))(0.3, given)
    assert value == f(0.3, copy.deepcopy(given)) and given == table.tolist()
    assert [len(row) for row in bar] == [3] * rows
    h = 1e-6
    ahead, behind = (f(0.3 + s, (table + s * moved).tolist()) for s in (h, -h))
    expected = (ahead - behind) / (2 * h)
    np.testing.assert_allclose(y_bar + np.sum(np.array(bar) * moved), expected, rtol=1e-7)
    _, dot = ad.jvp(f, (0.3, given), (1.0, moved.tolist()))
    np.testing.assert_allclose(dot, expected, rtol=1e-7)
