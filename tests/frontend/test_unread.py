"""What is written for nothing but what it may raise raises in derivatives, too."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.again import with_derivatives

import adcompile as ad

PROGRAMS = '''
import math

import numpy as np


def factored(a, x):
    np.linalg.cholesky(a)
    return np.sum(x * x)


def factored_by_name(a, x):
    lower = np.linalg.cholesky(a)
    return np.sum(x * x)


def decomposed(a, x):
    values, vectors = np.linalg.eigh(a)
    return np.sum(x * x)


def inverted_and_read(a, x):
    inverse = np.linalg.inv(a)
    return np.sum(np.linalg.inv(a) @ x)


def checked_by_a_helper(a, x):
    check(a)
    return np.sum(x * x)


def check(a):
    np.linalg.cholesky(a)


def checked_on_one_path(a, x):
    if x[0] > 0:
        np.linalg.cholesky(a)
    return np.sum(x * x)


def reshaped(a, x):
    x.reshape(2, 1)
    return np.sum(x * x)


def joined(a, x):
    np.concatenate([x, a[0, 1:]])
    np.vstack([x, a])
    return np.sum(x * x)


def element(a, x):
    last = x[1]
    return np.sum(x * x)


def rows_in_turns(a, x):
    total = 0.0
    for i in range(2):
        row = a[i]
        x[i]
        total = total + x[0]
    return total


def in_a_pair(a, x):
    pair = (x[1], 1.0)
    return np.sum(x * x)


def in_a_table(a, x):
    table = {"row": a[1], "x": [x[0]]}
    return np.sum(table["x"][0] * x)


def second_of_a_pair(a, x):
    pair = (a[1], x)
    return np.sum(pair[1] * x)


def taken_of_a_table(a, x):
    table = {"row": a[1], "x": x}
    row = table["row"]
    return np.sum(x * x)


def asked_of_a_pair(a, x):
    pair = (a[1], x)
    pair[0]
    return np.sum(x * pair[1])


def one_of_two_names(a, x):
    y, z = x * 2.0, x[1]
    return np.sum(x * y)


def root(a, x):
    math.sqrt(a[0, 0])
    return np.sum(x * x)


def converted(a, x):
    count = int(a[0, 0])
    return np.sum(x * x)
'''
A, X = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([0.3, 0.7])
WRONG = {
    "factored": (-A, X), "factored_by_name": (-A, X), "decomposed": (A[:1], X),
    "inverted_and_read": (np.zeros((2, 2)), X), "checked_by_a_helper": (-A, X),
    "checked_on_one_path": (-A, X), "reshaped": (A, np.ones(3)), "joined": (A, np.ones(3)),
    "element": (A, X[:1]), "rows_in_turns": (A[:1], X), "root": (-A, X),
    "in_a_pair": (A, X[:1]), "in_a_table": (A[:1], X), "second_of_a_pair": (A[:1], X),
    "taken_of_a_table": (A[:1], X), "asked_of_a_pair": (A[:1], X),
    "one_of_two_names": (A, X[:1]),
    "converted": (np.nan * A, X),
}  # fmt: skip


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("unread"))


@pytest.mark.parametrize("name", WRONG)
def test_what_the_primal_raises_the_derivatives_raise(name, modules):
    primal, emitted = getattr(modules[0], name), getattr(modules[1], f"{name}_adjoint")
    with pytest.raises((ArithmeticError, IndexError, ValueError)) as found:
        primal(*WRONG[name])
    a, x = WRONG[name]
    for derivative in (
        lambda: ad.grad(primal, wrt=1)(a, x), lambda: emitted(a, x, 1.0),
        lambda: ad.jvp(primal, (a, x), (None, x)), lambda: ad.hvp(primal, wrt=1)((a, x), (None, x)),
    ):  # fmt: skip
        with pytest.raises(found.type):
            derivative()


@pytest.mark.parametrize("name", WRONG)
def test_and_where_it_raises_nothing_they_are_as_before(name, modules):
    primal, step = getattr(modules[0], name), 1e-6
    ways = step * np.eye(2)
    wanted = [(primal(A, X + way) - primal(A, X - way)) / (2 * step) for way in ways]
    np.testing.assert_allclose(ad.grad(primal, wrt=1)(A, X), wanted, rtol=1e-7)
    emitted = getattr(modules[1], f"{name}_adjoint")(A, X, 1.0)
    np.testing.assert_allclose(emitted[1][1], wanted, rtol=1e-7)
    text = ad.differentiate(primal, wrt="x").source("adjoint", A, X)
    assert text.count("cholesky") == primal_count(name)


def primal_count(name):
    """Once, however often the derivative could."""
    return int("factored" in name or "checked" in name)


def unread_but_read_before(x):
    y = x * 2.0
    z = y[0] / x[1]
    y = x + z
    return np.sum(x)


def test_what_was_read_and_is_dead_is_left_out():
    text = ad.differentiate(unread_but_read_before).source("adjoint", X)
    assert "/" not in text and "2.0" not in text


def in_a_try(a, x):
    try:
        np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        return np.sum(x * x)
    return np.sum(x)


def test_in_a_try_it_is_caught():
    np.testing.assert_array_equal(ad.grad(in_a_try, wrt=1)(A, X), [1.0, 1.0])
    np.testing.assert_array_equal(ad.grad(in_a_try, wrt=1)(-A, X), 2 * X)
