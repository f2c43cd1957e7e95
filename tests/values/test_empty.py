"""Divisors that are zero where the primal, NumPy's, warns and does not raise."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from corpus.again import with_derivatives

PROGRAMS = '''
import numpy as np


def mean(x: "float[:]"):
    return np.mean(x)


def doubled(x: "float[:]"):
    return float(x.mean()) * 2.0


def unannotated(x):
    return np.mean(x) * 2


def all_of_a_matrix(x: "float[:, :]"):
    return np.mean(x ** 2)


def along_an_axis(x: "float[:, :]"):
    return np.sum(x.mean(axis=0))


def average(x: "float[:]"):
    return np.average(x)


def of_numbers(x: "float[:]"):
    return np.nanmean(x)


def variance(x: "float[:]"):
    return np.var(x)


def deviation(x: "float[:]"):
    return np.std(x)


def sample_variance(x: "float[:]"):
    return np.var(x, ddof=1)


def of_three(x: "float[:]"):
    return np.var(x, ddof=3)


def sample_of_numbers(x: "float[:]"):
    return np.nanvar(x, ddof=1)


def divided(x, n):
    return np.sum(x) / n
'''
VECTOR, NAN = np.zeros(0), np.array([np.nan, np.nan])
EMPTY = [
    *((name, VECTOR) for name in (
        "mean", "doubled", "unannotated", "average", "of_numbers", "variance", "deviation",
        "sample_variance", "sample_of_numbers",
    )),
    ("all_of_a_matrix", np.zeros((0, 3))), ("all_of_a_matrix", np.zeros((3, 0))),
    ("along_an_axis", np.zeros((0, 3))), ("along_an_axis", np.zeros((3, 0))),
]  # fmt: skip


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("empty"))


def adjoint(emitted, name, given, *more):
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        value, bar = getattr(emitted[1], f"{name}_adjoint")(given, *more, 1.0)
        np.testing.assert_array_equal(value, getattr(emitted[0], name)(given, *more))
    return bar


@pytest.mark.parametrize(("name", "given"), EMPTY)
def test_the_gradient_of_nothing_is_empty(name, given, emitted):
    assert adjoint(emitted, name, given).shape == given.shape


def test_no_degrees_of_freedom_are_left(emitted):
    for name in ("sample_variance", "sample_of_numbers"):
        np.testing.assert_array_equal(adjoint(emitted, name, np.ones(1)), [np.nan])
    for given in (np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0])):
        sign = np.sign(given - given.mean())
        np.testing.assert_array_equal(adjoint(emitted, "of_three", given), np.inf * sign)


def test_none_is_a_number(emitted):
    np.testing.assert_array_equal(adjoint(emitted, "of_numbers", NAN), [0.0, 0.0])


@pytest.mark.parametrize("given", [VECTOR, np.array([1.0, -2.0])])
def test_a_sum_is_divided_by_zero(given, emitted):
    bar, n_bar = adjoint(emitted, "divided", given, 0)
    np.testing.assert_array_equal(bar, np.full(given.shape, np.inf))
    assert not np.isfinite(n_bar)
