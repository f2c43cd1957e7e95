"""Items of a list that change places, as they are written in both sweeps."""

from __future__ import annotations

import numpy as np
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
