"""Objects that hold methods: their own, those of what they are in, and those of each other."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad


class Law:
    def __init__(self, rate):
        self.rate = rate
        self.apply = self._grow
        self.itself = self

    def _grow(self, x):
        self.rate = self.rate * 1.5
        return self.rate * x


class Chain:
    def __init__(self, rate):
        self.rate = rate
        self.law = Law(0.5)
        self.law.outer = self.scaled

    def scaled(self, x):
        return self.rate * x * self.law.rate


class Pair:
    def __init__(self, rate):
        self.rate = rate

    def scaled(self, x):
        return self.rate * x**2


def paired(first, second):
    """Two objects, each with a method of the other."""
    one, two = Pair(first), Pair(second)
    one.other, two.other = two.scaled, one.scaled
    return one


def held(x, law):
    return law._grow(x) * x * law.rate + law.apply(x)


def held_further_in(x, chain):
    return chain.law.outer(x) * x


def of_many(x, laws):
    total = 0.0
    for law in laws:
        total += law.apply(x) * law.rate
    return total


def of_another(x, pair):
    return pair.other(x) + pair.scaled(x)


PROGRAMS = [
    (held, lambda: Law(2.0)),
    (held_further_in, lambda: Chain(3.0)),
    (of_many, lambda: [Law(2.0), Law(0.3)]),
    (of_many, lambda: [Law(0.1 * i) for i in range(11)]),
    (of_another, lambda: paired(0.7, 1.9)),
]


@pytest.mark.parametrize("f, make", PROGRAMS)
def test_of_an_argument(f, make):
    expected = (f(1.3 + 1e-5, make()) - f(1.3 - 1e-5, make())) / 2e-5
    np.testing.assert_allclose(ad.grad(f)(1.3, make()), expected, rtol=1e-8)
    moved = ad.jvp(f, (1.3, make()), (1.0, None))[1]
    np.testing.assert_allclose(moved, expected, rtol=1e-8)
    np.testing.assert_allclose(ad.grad(f)(1.3, make()), expected, rtol=1e-8)  # of other objects


LAW, CHAIN, PAIR = Law(2.0), Chain(3.0), paired(0.7, 1.9)
APPLY, FIRST = LAW.apply, PAIR.scaled


def outside(x):
    return LAW.apply(x) * x


def outside_as_function(x):
    return APPLY(x) * x


def outside_further_in(x):
    return CHAIN.law.outer(x) * x


def outside_of_another(x):
    return PAIR.other(x) + FIRST(x)


@pytest.mark.parametrize(
    "f", [outside, outside_as_function, outside_further_in, outside_of_another]
)
def test_of_data_from_outside(f):
    values = []
    for x in (1.3 + 1e-5, 1.3 - 1e-5):
        LAW.rate = 2.0
        values.append(f(x))
    LAW.rate = 2.0
    np.testing.assert_allclose(ad.grad(f)(1.3), (values[0] - values[1]) / 2e-5, rtol=1e-8)
