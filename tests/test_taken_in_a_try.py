"""+= of floats to an array that is one of integers on one path, where the primal catches it."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad


def caught(x, whole):
    y = np.zeros(3, int) if whole else np.zeros(3)
    try:
        y += x
    except TypeError:
        return np.sum(x) ** 3
    return np.sum(y * x)


def among_others(x, whole):
    y = np.zeros(3, int) if whole else np.zeros(3)
    z = np.sum(x)
    try:
        z = z * 2
        y += x
        z = z**2
    except Exception:
        z = z * 5
    return np.sum(y * x) + z


def in_turns(x, whole):
    total = 0.0
    for turn in range(3):
        y = np.ones(3, int) if whole and turn != 1 else np.ones(3)
        try:
            if turn > 0:
                y *= x
            total = total + np.sum(y * x)
        except TypeError:
            total = total * x[0] + 1.0
    return total


def within(x, whole):
    try:
        y = np.zeros(3, int) if whole else np.zeros(3)
        y -= x
        r = np.sum(y * x)
    except (ValueError, TypeError):
        r = np.prod(x)
    return r


def always(x, whole):
    y = np.array([1, 2, 3])
    try:
        y += x
    except TypeError:
        y = y * x
    if whole:
        return np.sum(y * x)
    try:
        y[0] += x[1]
        whole = np.arange(3)
        whole *= 0.5
    except TypeError:
        y[1] = x[0]
    return np.prod(y)


def not_caught(x, whole):
    y = np.zeros(3, int) if whole else np.zeros(3)
    try:
        y += x
    except ValueError:
        return np.sum(x)
    return np.sum(y * x)


X, WAY = np.array([0.7, -1.2, 2.1]), np.array([0.3, 1.1, -0.6])


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("function", [caught, among_others, in_turns, within, always])
def test_the_handler_is_followed(function, whole):
    step = 1e-6
    slope = (function(X + step * WAY, whole) - function(X - step * WAY, whole)) / (2 * step)
    value, dot = ad.jvp(function, (X, whole), (WAY, None))
    assert value == function(X, whole)
    np.testing.assert_allclose(dot, slope, rtol=1e-8)
    gradient = ad.grad(function)(X, whole)
    np.testing.assert_allclose(gradient @ WAY, dot, rtol=1e-13)
    grads = [ad.grad(function)(X + sign * step * WAY, whole) for sign in (1, -1)]
    second = (grads[0] - grads[1]) / (2 * step)
    np.testing.assert_allclose(ad.hessian(function)(X, whole) @ WAY, second, rtol=1e-6, atol=1e-8)


def test_what_is_not_caught_is_raised():
    np.testing.assert_allclose(ad.grad(not_caught)(X, False), 2 * X)
    with pytest.raises(TypeError):
        ad.grad(not_caught)(X, True)
