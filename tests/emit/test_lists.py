"""Loops over lists and loops that fill lists, as a reader would write them."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.array([0.9, -1.7, 0.0, 2.5])


def adjoint(body: str, *args):
    """The text of the adjoint; its gradient is that without the pass that nests."""
    function = load("import numpy as np\n\n\ndef f(x, n):\n" + body)
    made = ad.adjoint(function, wrt=(0,))
    plain = ad.adjoint(function, wrt=(0,), passes={"nesting": False})
    got, want = made(*args), plain(*args)
    assert got[0] == want[0] == function(*args)
    np.testing.assert_array_equal(got[1], want[1])
    return made.source


@pytest.mark.parametrize(
    ("given", "emitted"),
    [
        ("[v * 2.0 for v in x]", "a = [v1 * 2.0 for v1 in x]"),
        ("[v for v in x]", "a = list(x)"),
        ("[(v if v > 0 else -v) for v in x if v != 0]",
         "a = [v1 if v1 > 0 else -v1 for v1 in x if v1 != 0]"),
        ("[(v, v * n)[1] for v in x]", "a = [v1 * n for v1 in x]"),
    ],
)  # fmt: skip
def test_comprehensions(given, emitted):
    text = adjoint(f"    a = {given}\n    return sum(a) * a[0]\n", X, 3)
    assert f"    {emitted}\n" in text


def test_a_list_that_its_items_are_made_of_is_none():
    body = """
    a = []
    for v in x:
        a.append(v * len(a))
    return sum(a) * a[0] + n
"""
    assert "a.append(" in adjoint(body, X, 3)


def test_a_list_that_is_read_before_the_loop_is_none():
    body = """
    a = []
    b = [a]
    for v in x:
        a.append(v * n)
    return sum(a) * len(b[0])
"""
    adjoint(body, X, 3)


def test_a_list_that_a_handler_reads_is_none():
    body = """
    a = []
    try:
        for v in x:
            a.append(v / (v * 0 + n))
        s = sum(a)
    except ZeroDivisionError:
        s = 2.0 * x[0] * len(a)
    return s
"""
    assert "a.append(" in adjoint(body, X, 3)


def test_a_list_whose_length_is_asked_for_elsewhere():
    body = """
    a = [v * v for v in x]
    b = [v * n for v in a]
    return sum(b) + len(a)
"""
    assert "b = [v3 * n for v3 in a]" in adjoint(body, X, 3)


def test_a_list_that_its_loop_changes():
    body = """
    a = [v * v for v in x]
    s = 0.0
    for i in range(len(a)):
        v = a[i]
        a[0] = v * 2.0 + n
        s += v * a[0]
    return s
"""
    adjoint(body, X, 3)


def test_the_items_of_a_dictionary_are_not_its_keys(tmp_path):
    text = """
def f(d: "dict[int, float]", x: float):
    s = 0.0
    for i in range(len(d)):
        v = d[i]
        s += v * x
    return s
"""
    from adcompile.cli import main

    file = tmp_path / "held.py"
    file.write_text(text)
    assert main([str(file), "--mode", "tangent", "-o", str(tmp_path / "out.py")]) == 0
    space: dict = {}
    exec((tmp_path / "out.py").read_text(), space)
    given = {0: 3.0, 1: 5.0}, 2.0, {0: 1.0, 1: 10.0}, 0.0
    assert space["f_tangent"](*given) == (16.0, 22.0)


def test_items_and_the_entries_of_a_tape_in_one_loop():
    body = """
    y = x.copy()
    points = [slice(i, i + 2) for i in range(len(y) - 1)]
    for p in points:
        y[p][0] += y[p][1] ** 2
        y[p][1] = y[p][1] * 0.5
    return np.sum(y * x) + n
"""
    assert "in reversed(points):" in adjoint(body, X, 3)


def test_an_index_that_is_read_behind_its_loop():
    body = """
    a = []
    i = 0
    for i in range(n):
        a.append(x[i] * 2.0)
    b = []
    for j in range(n):
        b.append(lambda: x[j])
    return sum(a) * x[i] + b[0]()
"""
    adjoint(body, X, 3)


def test_slices_that_are_known_are_written_as_such():
    body = """
    w = np.lib.stride_tricks.sliding_window_view(x, 2)
    return np.sum(w[:, 0] ** 2 * w[:, 1]) * n
"""
    text = adjoint(body, X, 3)
    assert "[:, None]" in text and "slice(" not in text
