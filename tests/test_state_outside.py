"""What the module and closures hold is read as it is at the call, and left so."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import adcompile as ad

COUNTS, TABLE, WORK, LOG = [2.0], {"k": 1.5}, np.array([1.0, 2.0, 3.0]), [0.5]
X, DOT = np.array([0.7, -1.2, 2.1]), np.array([0.3, -0.8, 0.5])


class Filter:
    def __init__(self):
        self.last = np.array([0.1, 0.2, 0.3])
        self.calls = 1.0

    def __call__(self, x):
        self.calls += 1.0
        moved = (x - self.last) * self.calls
        self.last[:] = x
        return np.sum(moved * self.last)


FILTER = Filter()


def counting():
    held = [1.0]

    def g(x):
        held[0] *= 2.0
        return np.sum(x**2) * held[0]

    return g, held


COUNTING, HELD = counting()


def of_a_list(x):
    COUNTS[0] += 1.0
    return np.sum(x**2) * COUNTS[0]


def of_a_dictionary(x):
    TABLE["k"] += 1.0
    return np.sum(x**2) * TABLE["k"]


def of_an_array(x):
    WORK[1:] += WORK[:-1]
    return np.sum(x**2 * WORK)


def of_a_history(x):
    LOG.append(x[0] * 2.0)
    return np.sum(x**2) * len(LOG) + sum(LOG)


def of_an_object(x):
    return FILTER(x)


def of_a_closure(x):
    return COUNTING(x)


def state():
    return copy.deepcopy((COUNTS, TABLE, WORK.tolist(), LOG, vars(FILTER), HELD))


def put_back(kept):
    COUNTS[:], LOG[:], HELD[:] = kept[0], kept[3], kept[5]
    TABLE.update(kept[1])
    WORK[:] = kept[2]
    FILTER.last, FILTER.calls = kept[4]["last"].copy(), kept[4]["calls"]


def primal(function, x):
    """The value from the state as it is, which is put back."""
    kept = state()
    value = function(x)
    put_back(kept)
    return value


@pytest.mark.parametrize(
    "function",
    [of_a_list, of_a_dictionary, of_an_array, of_a_history, of_an_object, of_a_closure],
)
def test_state_is_read_at_each_call_and_left(function):
    begin = state()
    for _ in range(3):
        kept = state()
        value = primal(function, X)
        ends = [primal(function, X + s * DOT) for s in (1e-6, -1e-6)]
        found, dot = ad.jvp(function, (X,), (DOT,))
        again, pullback = ad.vjp(function, X)
        bar = pullback(1.0)[0]
        np.testing.assert_equal(state(), kept)
        assert found == again == pytest.approx(value, rel=1e-12)
        assert dot == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-7)
        assert bar @ DOT == pytest.approx(dot, rel=1e-12)
        function(X)  # which changes it for the next call
    put_back(begin)
