"""Random generators: what runs a program several times draws the same, wherever they come from."""

from __future__ import annotations

import copy
import random

import numpy as np
import pytest

import adcompile as ad

X = np.array([0.7, -0.4, 1.1])


def noisy(x, rng):
    return x * rng.normal(size=3) + x.sum() * rng.normal()


def in_turns(x, rng):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] * rng.normal() + x[0]
    return y


def squared(x, rng):
    return np.sum(x**2 * rng.normal(size=3))


def of_two(x, held):
    return x[0] * held["a"].random() + x[1] * held["b"][0].random()


def drawn():
    rng = np.random.default_rng(0)
    return rng.normal(size=3), rng.normal(), rng.normal()


def test_vjp():
    z, w, after = drawn()
    rng = np.random.default_rng(0)
    value, pullback = ad.vjp(noisy, X, rng)
    np.testing.assert_array_equal(value, X * z + X.sum() * w)
    for _ in range(2):
        np.testing.assert_allclose(pullback(np.ones(3))[0], z + 3 * w)
    np.testing.assert_allclose(pullback(np.eye(3))[0].T, np.diag(z) + w)
    assert rng.normal() == after  # the program ran once


def test_vjp_of_generators_in_structures():
    held = {"a": random.Random(2), "b": [np.random.RandomState(3)]}
    first, second = random.Random(2).random(), np.random.RandomState(3).random()
    value, pullback = ad.vjp(of_two, X, held)
    assert value == X[0] * first + X[1] * second
    np.testing.assert_array_equal(pullback(1.0)[0], [first, second, 0.0])


def test_jvp_in_many_directions():
    z, w, after = drawn()
    rng = np.random.default_rng(0)
    _, dot = ad.jvp(noisy, (X, rng), (np.eye(3), None))
    np.testing.assert_allclose(dot, np.diag(z) + w)
    assert rng.normal() == after


def test_jacobians():
    z, w, after = drawn()
    for mode in ("auto", "forward", "reverse"):
        rng = np.random.default_rng(0)
        jacobian = ad.jacobian(noisy, mode=mode)(X, rng)
        np.testing.assert_allclose(jacobian, np.diag(z) + w)
        assert rng.normal() == after
        jacobian = ad.jacobian(in_turns, mode=mode)(X, np.random.default_rng(0))
        first = np.array([[1.0, 0.0, 0.0]] * 3)
        np.testing.assert_allclose(jacobian, np.diag(z) + first)


def test_hessian():
    z, w, _ = drawn()
    rng = np.random.default_rng(0)
    np.testing.assert_allclose(ad.hessian(squared)(X, rng), np.diag(2.0 * z))
    assert rng.normal() == w


RNG, PY, OLD = np.random.default_rng(3), random.Random(4), np.random.RandomState(5)
BITS = np.random.PCG64(7)


class Dropout:
    def __init__(self, seed):
        self.rng, self.rate = np.random.default_rng(seed), 0.5

    def __call__(self, x):
        return x * (self.rng.random(3) > self.rate) * self.rng.normal(size=3)


LAYERS = [Dropout(1), Dropout(2)]


def closed(seed):
    rng = np.random.default_rng(seed)

    def of_a_closure(x):
        return noisy(x, rng)

    return of_a_closure


def of_the_module(x):
    return x * RNG.normal(size=3) + x[0] * PY.gauss(0.0, 1.0) + x[1] * OLD.normal()


def of_objects(x):
    for layer in LAYERS:
        x = layer(x) + x
    return x


def of_the_libraries(x):
    return x * np.random.normal(size=3) + x.sum() * random.random() * np.random.standard_normal()


def of_a_helper(x):
    def draw():
        return np.random.Generator(BITS).normal()

    return np.array([x[0] * draw(), x[1] * draw(), x[2]])


def in_a_loop(x):
    y = x.copy()
    while RNG.random() < 0.9:
        y = y * RNG.uniform(0.5, 1.5) + x
    return y


OUTSIDE = [of_the_module, of_objects, of_the_libraries, of_a_helper, in_a_loop, closed(6)]


def states():
    """Where all generators are."""
    cells = OUTSIDE[-1].__closure__[0].cell_contents
    held = (RNG, PY, OLD, LAYERS, BITS, cells)
    return copy.deepcopy(held), np.random.get_state(), random.getstate()


def put(kept):
    held, legacy, python = copy.deepcopy(kept)
    RNG.bit_generator.state = held[0].bit_generator.state
    PY.setstate(held[1].getstate())
    OLD.set_state(held[2].get_state())
    for layer, like in zip(LAYERS, held[3], strict=True):
        layer.rng.bit_generator.state = like.rng.bit_generator.state
    BITS.state = held[4].state
    OUTSIDE[-1].__closure__[0].cell_contents.bit_generator.state = held[5].bit_generator.state
    np.random.set_state(legacy)
    random.setstate(python)


def after():
    """What each generator draws next."""
    cells = OUTSIDE[-1].__closure__[0].cell_contents
    drawn = [each.random() for each in (RNG, PY, OLD, np.random, random, cells)]
    return [*drawn, *(layer.rng.random() for layer in LAYERS), np.random.Generator(BITS).random()]


@pytest.mark.parametrize("f", OUTSIDE, ids=lambda f: f.__name__)
def test_generators_from_outside(f):
    kept = states()
    matrix = np.empty((3, 3))
    for j, unit in enumerate(np.eye(3)):  # linear: the columns are what it makes of the units
        put(kept)
        matrix[:, j] = f(unit)
    put(kept)
    value, last = f(X), after()

    put(kept)
    given, pullback = ad.vjp(f, X)
    assert after() == last  # the program ran once
    np.testing.assert_allclose(given, value)
    for seed in np.eye(3):
        there = states()
        np.testing.assert_allclose(pullback(seed)[0], seed @ matrix)
        now = after()
        put(there)
        assert now == after()
    np.testing.assert_allclose(pullback(np.eye(3))[0].T, matrix)
    for mode in ("auto", "forward", "reverse"):
        put(kept)
        np.testing.assert_allclose(ad.jacobian(f, mode=mode)(X), matrix)
        assert after() == last
    put(kept)
    np.testing.assert_allclose(ad.jvp(f, (X,), (np.eye(3),))[1], matrix)
    assert after() == last
