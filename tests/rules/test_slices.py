"""Slices that end at a number made of the length of their axis."""

import itertools

import numpy as np
import pytest

import adcompile as ad
from adcompile.rules.memory import slice_dim, slice_kind
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit, Var

N = k.Dim("n")


@pytest.mark.parametrize("low", [None, *range(5)])
@pytest.mark.parametrize("more", range(-2, 3))
@pytest.mark.parametrize("left", range(-2, 7))
def test_length_is_that_of_numpy(low, more, left):
    """Of x[low:n + more - left] along an axis of n + more, if it is said to be n and something."""
    dim, stop = k.Dim("n", more), k.Scalar("int", k.Dim("n", more - left))
    start = k.INT if low else k.NONE
    found = slice_dim(dim, slice_kind([start, stop, k.NONE], [Lit(low), Var("m"), Lit(None)]))
    if found.base != "n":
        assert left > (low or 0) + 2
        return
    for n in range(9):
        size = max(n + more, 0)
        wanted = len(range(size)[low : n + more - left]) if n + more >= 0 else 0
        assert max(n + found.offset, 0) == wanted


def test_numbers_that_are_known():
    four = k.Scalar("int", k.Dim(None, 4))
    found = slice_kind([k.INT, four, k.NONE], [Lit(1), Var("m"), Lit(None)])
    assert slice_dim(k.Dim(None, 6), found) == k.Dim(None, 3)


def inner(u, v, s: int):
    n = u.shape[0]
    total = 0.0
    for _ in range(2):
        v = v.copy()
        v[1 : n - 1] = u[: n - 2] * u[2:n] + u[1 : n - 1] * v[s : n - 2 + s]
        total += np.sum(v * u)
    return total


@pytest.mark.parametrize(("n", "s"), [*itertools.product(range(1, 7), [0, 1, 2])])
def test_neighbours(n, s):
    u, v = np.linspace(0.3, 1.1, n), np.linspace(-1.2, 0.4, n)
    try:
        value = inner(u, v, s)
    except ValueError:
        with pytest.raises(ValueError, match="broadcast"):
            ad.grad(inner, wrt=("u", "v"))(u, v, s)
        return
    ways = np.cos(np.arange(n)), np.sin(np.arange(n))
    found, dot = ad.jvp(inner, (u, v, s), (*ways, None))
    moved = [inner(u + h * ways[0], v + h * ways[1], s) for h in (1e-6, -1e-6)]
    assert found == value
    assert dot == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-8)
    bars = ad.grad(inner, wrt=("u", "v"))(u, v, s)
    assert bars[0] @ ways[0] + bars[1] @ ways[1] == pytest.approx(dot, abs=1e-12)
