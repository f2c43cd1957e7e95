"""What has only been seen is kept in a set."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.array([0.9, -1.7, 0.3, 2.5, 0.9])
KEYS = [3, 1, 3, 2, 1]


def text(body: str, is_set: bool) -> None:
    """Both modes are right, and written with a set, if that is one."""
    function = load("def f(x, keys):\n" + body)
    source = ad.adjoint(function, wrt=(0,))
    value, bar = source(X, KEYS)
    assert value == function(X, KEYS)
    moved = ad.tangent(function, wrt=(0,))
    for n, step in enumerate(np.eye(5)):
        slope = (function(X + 1e-6 * step, KEYS) - function(X - 1e-6 * step, KEYS)) / 2e-6
        np.testing.assert_allclose((bar[n], moved(X, KEYS, step)[1]), slope, rtol=1e-6, atol=1e-9)
    for made in (source, moved):
        assert ("set()" in made.source) == is_set
        assert ("setdefault" in made.source) != is_set


@pytest.mark.parametrize("begun", ["set()", "{7, 3}", "{k for k in keys if k > 2}"])
def test_what_was_seen(begun):
    text(
        f"""
    seen = {begun}
    s = 0.0
    for i in range(len(keys)):
        if keys[i] in seen:
            continue
        seen.add(keys[i])
        s += x[i] ** 2
    return s * len(seen) if 7 not in seen else s
""",
        True,
    )


def test_two_of_them():
    text(
        """
    odd, even = set(), set()
    s = 0.0
    for i, key in enumerate(keys):
        if key % 2:
            odd.add(key)
        else:
            even.add(key + 1)
        s += x[i] ** 2 * len(odd) + len(even) * (key in odd)
    return s
""",
        True,
    )


def test_one_that_is_gone_through_or_taken_from():
    for last in ("seen.discard(1)", "s += sum(sorted(seen)) * x[0]"):
        text(
            f"""
    seen = set()
    s = 0.0
    for i, key in enumerate(keys):
        seen.add(key)
        s += x[i] ** 2 * len(seen)
    {last}
    return s * len(seen)
""",
            False,
        )


def test_a_dictionary_is_none():
    text(
        """
    held = {}
    s = 0.0
    for i, key in enumerate(keys):
        held[key] = x[i]
        s += held[key] * len(held)
    return s
""",
        False,
    )
