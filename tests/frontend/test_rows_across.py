"""zip(*rows) where nobody knows how many rows there are: what each turn has of all of them."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import flat, load
from two_faces import WAYS, TwoFaces

import adcompile as ad

TEXT = """
def transposed(rows: "list[list[float]]"):
    columns = [list(column) for column in zip(*rows)]
    for column in columns:
        column[0] = 2.0 * column[0]
    return sum(sum(column) ** 2 * rows[0][0] for column in columns)


def product(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def powers(a: "list[list[float]]", n: int):
    p = [[float(i == j) for j in range(len(a))] for i in range(len(a))]
    for _ in range(n):
        p = product(p, a)
    return p[0][-1] ** 2 + sum(map(sum, p))


def ragged(x: "float[n]", n: int):
    rows = [[v * i for v in x[: i + 1]] for i in range(1, n)]
    return sum(sum(column) ** 2 for column in zip(*rows))


def appended(x: "float[n]", n: int):
    pairs = []
    for i in range(n):
        pairs.append([x[i] ** 2, x[i] * i])
    first, second = zip(*pairs)
    return sum(first) * sum(second)


def of_arrays(x: "float[n]", n: int):
    history = []
    for i in range(n):
        history.append(x * i)
    return sum(sum(column) ** 2 for column in zip(*history))


def centred(rows):
    means = [sum(column) / len(column) for column in zip(*rows)]
    return sum((v - mean) ** 2 for row in rows for v, mean in zip(row, means))
"""
ROWS = [[1.0, 2.0, 0.3], [0.5, 0.2, -1.0]]
SQUARE = [[1.0, 2.0], [0.5, 0.2]]
POINT = np.array([0.7, -1.2, 0.4])
CALLS = (
    ("transposed", (ROWS,)), ("transposed", ([[1.0, 2.0]],)), ("powers", (SQUARE, 3)),
    ("powers", (SQUARE, 0)), ("ragged", (POINT, 3)), ("ragged", (POINT, 1)),
    ("appended", (POINT, 3)), ("of_arrays", (POINT, 3)), ("of_arrays", (POINT, 0)),
    ("centred", (ROWS,)),
)  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("rows"))


def moved(value, way, step):
    if isinstance(value, list):
        return [moved(a, b, step) for a, b in zip(value, way, strict=True)]
    return value + step * way


def direction(value):
    if isinstance(value, list):
        return [direction(item) for item in value]
    return np.cos(value)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name, args", CALLS, ids=[name for name, _ in CALLS])
def test_all_rows_are_gone_through_at_once(name, args, way, faces):
    first, *rest = args
    dot, function = direction(first), faces.function(name)
    ends = [function(moved(first, dot, step), *rest) for step in (1e-6, -1e-6)]
    slope = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(faces.tangent(name, way, args, dot), slope, rtol=1e-7, atol=1e-8)
    bar = flat(faces.adjoint(name, way, args))
    np.testing.assert_allclose(bar @ flat(dot), slope, rtol=1e-7, atol=1e-8)


BEFORE = "def f(x, n):\n    rows = [[x * i for i in range(n)] for _ in range(2)]\n    total = 0.0\n"
CHANGED = {
    "an item": "    for a, b in zip(*rows):\n        rows[0][-1] = x\n        total += a * b\n",
    "a row": "    for a, b in zip(*rows):\n        rows[0] = [x] * n\n        total += a * b\n",
    "a length": "    for a, b in zip(*rows):\n        rows[0].append(x)\n        total += a * b\n",
    "before": "    z = zip(*rows)\n    for row in rows:\n        row.append(x)\n"
    "    total = sum(a * b for a, b in z)\n",
}


@pytest.mark.parametrize("body", CHANGED.values(), ids=CHANGED)
def test_rows_that_change_until_then_are_refused(body):
    f = load(BEFORE + body + "    return total\n")
    with pytest.raises(ad.RejectedError):
        ad.grad(f)(1.3, 3)
