"""Functions that call themselves: depth, cost, derivatives of derivatives, the text, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from corpus import recursion
from corpus.by_api import ByApi
from corpus.cases import CASES
from corpus.check import Check, numbers, random_like

import adcompile as ad


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def test_depth_is_that_of_the_primal():
    assert ad.grad(power)(1.001, 800) == pytest.approx(800 * 1.001**799, rel=1e-12)
    _, dot = ad.jvp(power, (1.001, 800), (1.0, None))
    assert dot == pytest.approx(800 * 1.001**799, rel=1e-12)


RECURSIVE = [case for case in CASES if case.function.__module__ == recursion.__name__]


def zero(tree):
    if isinstance(tree, (tuple, list)):
        return type(tree)(map(zero, tree))
    if isinstance(tree, dict):
        return {key: zero(item) for key, item in tree.items()}
    return None if tree is None else 0.0 * tree


@pytest.mark.parametrize("case", RECURSIVE, ids=[case.name for case in RECURSIVE])
def test_adjoint_of_adjoint(case):
    check, derivatives = Check(case), ByApi(case.function, case.args)
    seed = random_like(check.expected[0], check.rng)
    moved = derivatives.second(check.args, seed, check.ways)
    value, bars = derivatives.called(("adjoint",), check.args, (seed,))
    weights = random_like(bars, np.random.default_rng(3))
    seeds = (seed, (zero(value), weights))
    _, again = derivatives.called(("adjoint", "adjoint"), check.args, seeds)
    left, right = numbers(weights) @ numbers(moved), numbers(again) @ numbers(check.ways)
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)


def outer(x, n):
    return ad.grad(power)(x, n) * 2.0 + x


def test_derivative_inside_a_primal():
    assert ad.grad(outer)(1.1, 5) == pytest.approx(2 * 5 * 4 * 1.1**3 + 1)


def waves(x, n):
    return x if n == 0 else math.sin(x * waves(x, n - 1))


def test_the_text_has_the_sweeps_of_the_callee():
    adjoint = ad.adjoint(waves)
    adjoint(1.1, 3, 1.0)
    namespace: dict[str, object] = {}
    exec(adjoint.source, namespace)
    for name in ("waves_forward", "waves_reverse", "waves_adjoint"):
        assert namespace[name].__doc__
    assert "tape.append" in adjoint.source
    assert "copy" not in adjoint.source


def test_where_the_seed_is_known_the_sweeps_are_one():
    adjoint = ad.adjoint(power)
    adjoint(1.1, 3, 1.0)
    assert "def power_joint(" in adjoint.source
    assert not any(word in adjoint.source for word in ("tape", "_forward", "_reverse"))


def squared(x, n):
    return power(x, n) ** 2


def test_where_the_first_seed_is_known_late_the_primal_goes_first():
    adjoint = ad.adjoint(squared)
    assert adjoint(1.1, 3, 1.0) == (pytest.approx(1.1**6), pytest.approx(6 * 1.1**5))
    assert "def power(" in adjoint.source
    assert "def power_joint(" in adjoint.source
    assert "tape" not in adjoint.source


def element_last(a, i):
    """The adjoint of a[i] is added to between the two sweeps of the call."""
    return a[i] if i == 0 else element_last(a, i - 1) * a[i] + a[i]


def two_calls(a, i, j):
    """The second call is given what the first has left of the list."""
    if i == 0:
        return a[j[0]]
    j[0] += 1
    first = two_calls(a, i - 1, j)
    j[0] -= 1
    second = two_calls(a, i - 1, j)
    return first * a[i] + 3.0 * second


def two_in_a_row(a, n):
    return two_calls(a, n, [0])


def weighted(a, n):
    """The calls are in a loop in a loop, under a condition."""
    if n == 0:
        return a[0]
    total = 0.0
    for i in range(2):
        for j in range(n):
            if (i + j) % 2 == 0:
                total += a[i] * weighted(a, n - 1)
            else:
                total -= a[j]
    return total


JOINED = {
    "element_last": (element_last, 3),
    "two_in_a_row": (two_in_a_row, 3),
    "weighted": (weighted, 3),
}


@pytest.mark.parametrize("name", JOINED)
def test_joint_calls(name):
    function, n = JOINED[name]
    a = np.array([0.7, 1.3, -0.4, 0.9, 0.6])
    adjoint = ad.adjoint(function)
    value, bar = adjoint(a, n, 1.0)
    assert value == pytest.approx(function(a, n), rel=1e-14)
    step = 1e-6
    for i, direction in enumerate(np.eye(len(a))):
        ends = [function(a + sign * step * direction, n) for sign in (1.0, -1.0)]
        assert bar[i] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-8, abs=1e-8)
    assert "_joint(" in adjoint.source
    assert not any(word in adjoint.source for word in ("tape", "_forward", "_reverse"))


def minor(a, ell, rows, cols, size):
    if size == 1:
        return a[rows[0] * ell + cols[0]]
    total = 0.0
    sign = 1.0
    for i in range(size - 1, -1, -1):
        col = cols[i]
        cols[i] = cols[size - 1]
        total += sign * a[rows[size - 1] * ell + col] * minor(a, ell, rows, cols, size - 1)
        cols[i] = col
        sign = -1.0
    return total


def determinant(a, ell):
    return minor(a, ell, list(range(ell)), list(range(ell)), ell)


def test_an_array_read_beside_a_list_that_changes_is_not_recorded():
    a = np.random.default_rng(1).normal(size=16)
    adjoint = ad.adjoint(determinant, wrt="a")
    value, a_bar = adjoint(a, 4, 1.0)
    square = a.reshape(4, 4)
    np.testing.assert_allclose(value, np.linalg.det(square), rtol=1e-12)
    inverse = np.linalg.inv(square).T * np.linalg.det(square)
    np.testing.assert_allclose(a_bar.reshape(4, 4), inverse, rtol=1e-11)
    reverse = adjoint.source.partition("def minor_reverse(")[2].partition("\ndef ")[0]
    assert "zeros" not in reverse  # one adjoint of a for all calls
    assert "a" not in reverse.partition(" = tape.pop()")[0].rpartition("\n")[2].split(", ")


def endless(x):
    return endless(x + 1.0) * x


def twice(a, b, n):
    if n > 0:
        a[n] = b[0]
        twice(a, b, n - 1)


def given_twice(x, n):
    y = x * 1.0
    twice(y, y, n)
    return np.sum(y)


def counted(counts, x, n):
    if n == 0:
        return x
    counts["n"] = counts["n"] + x
    return counted(counts, x * 0.5, n - 1)


def counting(x, n):
    return counted({"n": 0.0}, x, n)


def wrapped(f, x, n):
    return f(x) if n == 0 else wrapped(lambda t: f(t) * t, x, n - 1)


def wraps(x, n):
    return wrapped(np.sin, x, n)


def continued(n, go_on, x):
    if n == 0:
        return go_on(x)
    return continued(n - 1, lambda r: go_on(r * x), x)


def continues(x, n):
    return continued(n, lambda r: r, x)


def even(f, x, n):
    return f(x) if n == 0 else odd(lambda t: f(t) + t, x, n - 1)


def odd(g, x, n):
    return g(x) if n == 0 else even(lambda t: g(t) * t, x, n - 1)


def in_turn(x, n):
    return even(np.sin, x, n)


def wraps_inside(x, n):
    def inner(f, k):
        def of(t):
            return f(t) * t

        return f(x) if k == 0 else inner(of, k - 1)

    return inner(np.sin, n)


def wraps_in_a_pair(x, n):
    def inner(fs, k):
        f, g = fs
        return f(x) if k == 0 else inner((g, lambda t: f(t) * t), k - 1)

    return inner((np.sin, np.cos), n)


AROUND = "made around the one that it was given"


@pytest.mark.parametrize(
    ("function", "args", "words"),
    [
        (endless, (0.3,), "without end"),
        (given_twice, (np.ones(4), 2), "given twice"),
        (wraps, (0.3, 2), AROUND),
        (continues, (0.3, 2), AROUND),
        (in_turn, (0.3, 2), AROUND),
        (wraps_inside, (0.3, 2), AROUND),
        (wraps_in_a_pair, (0.3, 2), AROUND),
    ],
)
def test_refused(function, args, words):
    with pytest.raises(ad.RejectedError, match=words):
        ad.vjp(function, *args)


def test_a_dictionary_is_changed_on_the_way():
    found = ad.value_and_grad(counting, wrt="x")(0.3, 3)
    np.testing.assert_allclose(found, [counting(0.3, 3), 0.125], rtol=1e-14)


def rows_swapped(p, q, n):
    if n <= 0:
        return np.sum(p**2) + q[1] * q[0]
    return rows_swapped(q, p, n - 1)


def row_of_the_first(p, q, n):
    row = q[1]
    if n <= 0:
        return row
    return row_of_the_first(p, p, n - 1)


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("function", [rows_swapped, row_of_the_first])
def test_one_array_is_given_as_two(function, depth):
    def same(x):
        return np.sum(np.sin(function(x, x, depth)))

    x, way = np.array([[1.5, -0.7], [0.4, 2.0]]), np.array([[0.3, 1.1], [-0.8, 0.5]])
    around = (same(x + 1e-6 * way) - same(x - 1e-6 * way)) / 2e-6
    assert np.vdot(ad.grad(same)(x), way) == pytest.approx(around, rel=1e-7)
    assert ad.jvp(same, (x,), (way,))[1] == pytest.approx(around, rel=1e-7)


def kept_by_a_default(x):
    def summed(n, kept=[]):  # noqa: B006
        if n == 0:
            return sum(kept)
        kept.append(x[n])
        return summed(n - 1)

    return summed(3)


def read_from_a_default(x):
    w = x * 2.0

    def scaled(n, w=w, by={"a": 2.0}):  # noqa: B006
        return sum(w) * by["a"] if n == 0 else scaled(n - 1) * x[0]

    return scaled(3)


@pytest.mark.parametrize("function", [kept_by_a_default, read_from_a_default])
def test_a_default_of_a_recursion_that_is_made_outside_of_it_is_refused(function):
    with pytest.raises(ad.RejectedError, match=r"made outside of this recursion.*ADC211"):
        ad.grad(function)(np.array([0.7, -1.2, 2.1, 0.4]))
