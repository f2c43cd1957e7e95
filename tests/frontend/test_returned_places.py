"""A view that several statements return from loops, of which one or none is reached."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad

S, U = [0.41, -0.77, 1.19], np.array([0.9313, -0.3179, 0.5237, 0.1713])


def from_turns_that_are_written_out(u, s):
    c = np.sum(u)
    for _ in range(4):
        for e in s:
            if c < e:
                return 0.619, u[2::1]
    return u, 0.217


def of_two_lengths(u, s):
    c = np.sum(u)
    for i in range(3):
        for e in s:
            if c < e:
                return (0.5, u[2:]) if i > 0 else (e, u[1:])
        c = c - u[0]
    return u, 0.217


def flat(tree):
    return np.concatenate([np.ravel(part) for part in tree])


@pytest.mark.parametrize("u", [U, U - 1.0, U + 1.0, U[:3]], ids=["two", "at once", "none", "short"])
@pytest.mark.parametrize("function", [from_turns_that_are_written_out, of_two_lengths])
def test_the_place_that_is_returned(function, u):
    way = np.cos(np.arange(len(u)))
    value, dot = ad.jvp(function, (u, S), (way, None))
    ends = [flat(function(u + step * way, S)) for step in (1e-6, -1e-6)]
    want = (ends[0] - ends[1]) / 2e-6
    assert np.allclose(flat(value), flat(function(u, S)), rtol=0, atol=0)
    assert np.allclose(flat(dot), want, atol=1e-8)
    seed = tuple(np.sin(1.0 + np.arange(np.size(part))) if np.ndim(part) else 0.7 for part in value)
    bars = ad.vjp(function, u, S)[1](seed)
    assert np.sum(bars[0] * way) == pytest.approx(flat(seed) @ flat(dot), abs=1e-12)
