"""Items of a list that change places, as they are written in both sweeps."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.array([0.7, -0.2, 0.4, 1.1])
LISTS = "def f(x):\n    rows = [[v, v * v] for v in x]\n"
PAIRS = "def f(x):\n    rows = [(v, v * v) for v in x]\n"
SORTED = """\
    for i in range(len(rows) - 1):
        if rows[i][0] > rows[i + 1][0]:
"""
SWAP = "            rows[i], rows[i + 1] = rows[i + 1], rows[i]\n"
BY_NAME = """\
            row = rows[i]
            rows[i] = rows[i + 1]
            rows[i + 1] = row
"""
END = "    return sum(row[0] * row[1] * (n + 1) for n, row in enumerate(rows))\n"
FORWARD = "rows[i], rows[i + 1] = rows[i + 1], rows[i]"
BACKWARD = "rows_bar[i], rows_bar[i + 1] = rows_bar[i + 1], rows_bar[i]"


def sweeps(text):
    """The emitted sweeps of the adjoint, which is right."""
    function = load(text)
    made = ad.adjoint(function)
    found = made(X, 1.0)[1]
    for n, step in enumerate(np.eye(4) * 1e-6):
        slope = (function(X + step) - function(X - step)) / 2e-6
        np.testing.assert_allclose(found[n], slope, rtol=1e-7)
    forward, _, reverse = made.source.partition("# reverse sweep")
    return forward, reverse


def test_an_exchange_is_one_in_both_sweeps():
    for start in (LISTS, PAIRS):
        for swap in (SWAP, BY_NAME):
            forward, reverse = sweeps(start + SORTED + swap + END)
            assert FORWARD in forward and BACKWARD in reverse
            assert ".copy()" not in forward and "added" not in reverse.partition("for i")[2]


def test_the_bar_of_what_is_written_between_is_kept():
    between = """\
            row = rows[i]
            rows[i] = rows[i + 1]
            rows[0] = [rows[i][1], rows[i][0]]
            rows[i + 1] = row
"""
    _, reverse = sweeps(LISTS + SORTED + between + END)
    assert BACKWARD not in reverse


def test_numbers_that_are_read_between_are_kept():
    text = """\
def f(x):
    values = [v * v for v in x]
    total = 0.0
    for i in range(len(values) - 1):
        one, other = values[i], values[i + 1]
        values[i] = other
        total += sum(values) * one
        values[i + 1] = one
    return total + values[0] * values[2]
"""
    forward, _ = sweeps(text)
    assert "values[i], values[i + 1]" not in forward


def test_an_item_that_was_made_zero_is_written():
    text = """\
def f(x):
    rows = [[v, v * v] for v in x]
    for i in range(len(rows)):
        rows[i][1] = 3.0 * rows[i][1]
    return sum(row[0] * row[1] for row in rows)
"""
    _, reverse = sweeps(text)
    assert "= 0.0\n" not in reverse
    assert "rows_bar[i][1] = 3.0 * rows_bar[i][1]" in reverse


PIVOTS = """
def f(A, b):
    A = A.copy()
    b = b.copy()
    n = len(b)
    for i in range(n):
        p = i + int(np.argmax(np.abs(A[i:, i])))
        b[i], b[p] = b[p], b[i]
        A[[i, p]] = A[[p, i]]
        for j in range(i + 1, n):
            b[j] -= A[j, i] / A[i, i] * b[i]
            A[j] -= A[j, i] / A[i, i] * A[i]
    return b[n - 1] / A[n - 1, n - 1]
"""
ROWS = """
def f(A, b):
    rows = [row * 1.0 for row in A]
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            if abs(rows[j][i]) > abs(rows[i][i]):
                rows[i], rows[j] = rows[j], rows[i]
        for j in range(i + 1, len(rows)):
            rows[j] = rows[j] - rows[i] * rows[j][i] / rows[i][i]
    return rows[2][2] * b[0]
"""
NUMBERS = """
def f(A, b):
    v = [b[0], b[1], b[2]]
    for i in range(3):
        for j in range(2 - i):
            if v[j] > v[j + 1]:
                v[j], v[j + 1] = v[j + 1], v[j]
    return v[0] + 2.0 * v[1] + 3.0 * v[2] * A[0, 0]
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (PIVOTS, ["b[i], b[p] = b[p], b[i]", "b_dot[i], b_dot[p] = b_dot[p], b_dot[i]"]),
        (ROWS, ["rows[i], rows[j] = rows[j], rows[i]",
                "rows_dot[i], rows_dot[j] = rows_dot[j], rows_dot[i]"]),
        (NUMBERS, ["v[j], v[j + 1] = v[j + 1], v[j]",
                   "v_dot[j], v_dot[j + 1] = v_dot[j + 1], v_dot[j]"]),
    ],
)  # fmt: skip
def test_tangents_change_places_too(text, lines):
    rng = np.random.default_rng(3)
    args = rng.normal(size=(3, 3)), rng.normal(size=3)
    dots = rng.normal(size=(3, 3)), rng.normal(size=3)
    function = load(text)
    made = ad.tangent(function, wrt=(0, 1))
    value, dot = made(*args, *dots)
    ends = [function(*(a + h * d for a, d in zip(args, dots))) for h in (1e-6, -1e-6)]
    assert value == function(*args)
    np.testing.assert_allclose(dot, (ends[0] - ends[1]) / 2e-6, rtol=1e-6)
    assert all(line in made.source for line in lines)
    unread = [line for line in made.source.splitlines() if line.strip().startswith("v1 = v_dot")]
    assert not unread


def test_rows_of_a_matrix_are_no_numbers():
    text = """
def f(A, b):
    A = A.copy()
    A[0], A[1] = A[1] * 1.0, A[0] * 1.0
    row = A[0].copy()
    A[0] = A[2]
    A[2] = row
    return np.sum(A[0] * b) + 2.0 * A[2, 1]
"""
    rng = np.random.default_rng(3)
    args = rng.normal(size=(3, 3)), rng.normal(size=3)
    made = ad.tangent(load(text), wrt=(0, 1))
    assert made(*args, *args)[0] == load(text)(*args)
    assert "A[0], A[2] = A[2], A[0]" not in made.source
