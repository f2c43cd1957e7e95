"""Lists that get longer inside a list, or an object, that a loop goes through."""

from __future__ import annotations

import re

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = """
class Point:
    def __init__(self, m, r):
        self.m = m
        self.r = r
        self.past = []

    def put(self, v):
        self.past.append(v * self.m)


def objects_by_enumerate(x: 'float[:]'):
    ps = [Point(v, x * v) for v in x]
    for k, p in enumerate(ps):
        p.put(x[0] * k)
        p.r += x * k
    return sum(sum(p.past) * p.m + np.sum(p.r) for p in ps)


def objects_by_zip(x: 'float[:]'):
    ps = [Point(v, x * v) for v in x]
    for p, q in zip(ps, ps[1:]):
        p.put(q.m)
        q.put(p.m * x[0])
    for p, v in zip(ps, x):
        p.put(v)
    return sum(sum(p.past) * p.m for p in ps)


def rows_by_enumerate(x: 'float[:]'):
    rows = [[v] for v in x]
    for k, row in enumerate(rows):
        row.append(k * x[0])
        rows[-1].append(x[1])
    return sum(sum(row) for row in rows) * len(rows[-1])


def itself_by_another_name(x: 'float[:]'):
    rows = [[v] for v in x]
    r = rows[0]
    for v in rows[0]:
        if len(r) < 4:
            r.append(v * x[1])
    return sum(sum(row) for row in rows)


def dictionaries_by_enumerate(x: 'float[:]'):
    tables = [{j: v * k for j, v in enumerate(x)} for k in range(3)]
    tables[1][7] = x[0]
    s = 0.0
    for table in tables:
        if 7 in table:
            s += table.pop(7) * len(table)
    for k, table in enumerate(tables):
        table[9] = x[1] * k
        s += sum(table.values()) * len(table)
    return s
"""
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.8, 0.5, 1.1])
NAMES = re.findall(r"def (\w+)\(x", PROGRAMS)


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("gone"), NAMES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_a_list_inside_gets_longer(faces, name, way):
    faces.check(name, way, (X,), DOT)


def test_the_loop_stays_a_for(faces):
    text = ad.adjoint(faces.function("rows_by_enumerate")).source
    assert "while " not in text


def itself_by_enumerate(x):
    rows = [[v] for v in x]
    for k, v in enumerate(rows[0]):
        if k < 3:
            rows[0].append(v * x[1])
    return sum(sum(row) for row in rows)


def test_a_list_that_gets_longer_itself_is_refused():
    with pytest.raises(ad.RejectedError, match="ADC121"):
        ad.grad(itself_by_enumerate)(X)
