"""A random generator that is an argument: what runs a program several times draws the same."""

from __future__ import annotations

import random

import numpy as np

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
