"""Functions that call themselves, which are given None on one path, or give it back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adcompile as ad


def given_none(x, a, n):
    s = x if a is None else a * x * x
    if n <= 0:
        return s
    return s + given_none(x, x * n if n % 2 else None, n - 1)


def given_none_by_name(x, a, n):
    s = x if a is None else x * x
    if n <= 0:
        return s
    b = None
    if n == 1:
        b = x
    return s + given_none_by_name(x, n=n - 1, a=b)


def gives_none(x, a, n):
    def find(v, k):
        if k == 0:
            return None
        return v * k if v > 1.0 else find(v * 1.5, k - 1)

    found = find(x, n)
    return x * 9 if found is None else found * x


def gives_none_at_its_end(x, a, n):
    def find(v, k):
        if k > 0:
            if v > 1.0:
                return v * k
            return find(v * 1.5, k - 1)

    found = find(x, n)
    return x * 9 if found is None else found


def gives_none_in_a_pair(x, a, n):
    def find(v, k):
        if k == 0:
            return v, None
        if v > 1.0:
            return v, v * k
        return find(v * 1.5, k - 1)

    one, other = find(x, n)
    return one if other is None else one * other


def given_none_in_a_pair(x, a, n):
    def go(pair, k):
        one, other = pair
        s = one if other is None else one * other
        return s if k == 0 else s + go((one * 2, None if k % 2 else one), k - 1)

    return go((x, a), n)


def takes_none_from_around(x, a, n):
    w = x if n > 2 else None

    def go(k):
        s = x if w is None else w * w
        return s if k == 0 else s + go(k - 1) * 0.5

    return go(n)


def call_each_other(x, a, n):
    def even(v, k):
        if k == 0:
            return x if v is None else v
        return odd(None if k == 2 else v, k - 1)

    def odd(v, k):
        if k == 0:
            return x * 2 if v is None else v * 3
        return even(x * k if v is None else v * 2, k - 1)

    return even(x, n)


def arrays(x, a, n):
    def go(v, k):
        s = np.sum(x * np.arange(3)) if v is None else np.sum(v * v)
        return s if k == 0 else s + go(x * v if v is not None and k == 2 else None, k - 1)

    return go(x if a is None else a * x, n)


FUNCTIONS = (
    given_none, given_none_by_name, gives_none, gives_none_at_its_end, gives_none_in_a_pair,
    given_none_in_a_pair, takes_none_from_around, call_each_other, arrays,
)  # fmt: skip


@pytest.mark.parametrize("a", [None, 0.4])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.__name__)
def test_values_and_derivatives(function: Any, a: float | None) -> None:
    x = np.array([0.7, 0.3, 0.9]) if function is arrays else 0.7
    way: Any = np.ones(3) if function is arrays else 1.0
    step = 1e-6
    for n in range(5):
        ends = [function(x + sign * step * way, a, n) for sign in (1, -1)]
        wanted = function(x, a, n), (ends[0] - ends[1]) / (2 * step)
        found = ad.jvp(function, (x, a, n), (way, None, None))
        np.testing.assert_allclose(found, wanted, rtol=1e-8, err_msg=f"tangent, {n}")
        value, bar = ad.value_and_grad(function)(x, a, n)
        np.testing.assert_allclose((value, np.sum(bar)), wanted, rtol=1e-8, err_msg=f"{n}")
