"""A name that a nested function assigns is its own, also where the function around it has one."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad


def multiplied(x):
    u = x * 2.0

    def inner(t):
        u *= t  # noqa: F823
        return u

    return inner(3.0) + u


def read_first(x):
    u = x * 2.0

    def inner(t):
        v = u + t  # noqa: F823
        u = v
        return u

    return inner(3.0) + u


def on_another_path(x):
    u = x * 2.0

    def inner(t):
        if t > 100.0:
            u = t
        return u * t

    return inner(3.0) + u


def array_added_to(x):
    u = np.array([x, x])

    def inner(t):
        u += t  # noqa: F823
        return np.sum(u)

    return inner(3.0)


def read_by_a_comprehension(x):
    u = x * 2.0

    def inner(t):
        v = [u * i for i in range(3)]
        u = t
        return sum(v) * u

    return inner(3.0)


UNBOUND = [multiplied, read_first, on_another_path, array_added_to, read_by_a_comprehension]


@pytest.mark.parametrize("function", UNBOUND, ids=lambda f: f.__name__)
def test_what_has_no_value_is_refused(function):
    with pytest.raises(NameError):
        function(1.3)
    with pytest.raises(SyntaxError, match="read here before it has a value"):
        ad.grad(function)(1.3)


def nonlocal_in_a_loop(x):
    u = x * 2.0

    def inner(t):
        nonlocal u
        for i in range(3):
            u *= t + sum([u * i for i in range(2)])
        return u

    return inner(3.0 * x) + u


def deeper(x):
    u = x * 2.0

    def inner(t):
        def innermost():
            nonlocal u
            u *= t
            return [u * i for i in range(3)][2]

        return innermost() + u

    return inner(3.0 * x) + u


def its_own(x):
    u = x * 2.0

    def inner(t):
        u = t * x
        u *= t
        return [u + i for i in range(2)][1]

    return inner(3.0) + u


@pytest.mark.parametrize("function", [nonlocal_in_a_loop, deeper, its_own],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_what_has_one_is_read(function):
    wanted = (function(1.3 + 1e-6) - function(1.3 - 1e-6)) / 2e-6
    assert ad.grad(function)(1.3) == pytest.approx(wanted)
