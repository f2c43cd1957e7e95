"""Arrays of lists of tuples, which may have names, the columns of such lists, and named indices."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

TEXT = '''
from typing import NamedTuple


class State(NamedTuple):
    a: float
    b: float

    def __add__(self, other):
        return State(*(u + v for u, v in zip(self, other)))


class Cell(NamedTuple):
    row: int
    column: int

    def right(self):
        return Cell(self.row, self.column + 1)


PLACE = Cell(2, 1)


def ellipse(x: "float[4]"):
    around = np.linspace(0.0, 1.0, 5)
    points = np.array([(np.cos(t) * x[0], np.sin(t) * x[1]) for t in around])
    return np.sum(points * x[2:])


def with_places(x: "float[4]"):
    rows = []
    for i in range(4):
        rows.append((x[i] ** 2, i))
    return np.prod(np.array(rows).sum(axis=0))


def of_pairs(x: "float[4]"):
    rows = [((x[i], x[i] * 2.0), (x[i + 1], 1.0)) for i in range(3)]
    return np.sum(np.array(rows) ** 2)


def of_arrays(x: "float[4]"):
    rows = []
    for k in range(3):
        rows.append((x * k, x + k))
    first = np.array(rows)
    last = rows[2][1]
    last *= first[0, 1]
    return np.sum(first * np.array(rows)) + np.sum(rows[2][1] * first[2])


def of_lists(x: "float[4]"):
    rows = []
    for k in range(3):
        rows.append([x * k, x + k])
    first = np.array(rows)
    rows[0][1] += first[1, 1]
    return np.sum(np.asarray(rows) * first[1])


def named(x: "float[4]"):
    one = State(x[0], x[1] * x[2])
    return np.sum(np.asarray(one) * x[:2]) + np.linalg.norm(one) * max(one)


def displayed(x: "float[4]"):
    rows = [State(x[0], x[1]), State(x[2], x[0])]
    return np.linalg.det(np.array(rows)) * x[3]


def grown(x: "float[4]"):
    rows = [State(x[0], x[1])]
    for i in range(4):
        rows.append(rows[-1] + State(rows[-1].b * x[2], x[3]))
    peak = max(rows, key=lambda row: row.a)
    return np.sum(np.mean(rows, axis=0) * peak)


def written_at(x: "float[4]"):
    a = np.outer(x, x)
    place = Cell(0, 1)
    a[place] *= 3.0
    a[place.right()] += a[place]
    for cell in [Cell(i, i) for i in range(3)]:
        a[cell] = a[cell.right()] * 2.0
    part = Cell(slice(0, 2), 1)
    column = a[part]
    column *= 2.0
    return np.sum(a * x)


def taken_from(x: "float[4]"):
    a = np.outer(x, x)
    cells = []
    for i in range(3):
        cells.append(Cell(i, 3 - i))
    total = 0.0
    for cell in cells:
        total += a[cell] ** 2
        a[cell] = 0.0
    known = {Cell(0, 1): x[0], Cell(1, 1): x[1] * x[2]}
    return total * known[Cell(1, 1)] * known[(0, 1)] + np.sum(a * x) + a[PLACE]


def columns(x: "float[4]"):
    rows = [State(x[0], x[1])]
    while len(rows) < 5:
        rows.append(State(rows[-1].a * x[2], rows[-1].b + rows[-1].a))
    left, right = zip(*rows)
    return np.sum(left) * np.prod(right) + right[2]
'''
NAMES = (
    "ellipse", "with_places", "of_pairs", "of_arrays", "of_lists", "named", "displayed", "grown",
    "written_at", "taken_from", "columns",
)  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("tuples"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    x, dot = np.array([0.7, 0.4, 1.1, 0.6]), np.array([0.3, -0.7, 1.9, 0.8])
    faces.check(name, way, (x,), dot)
