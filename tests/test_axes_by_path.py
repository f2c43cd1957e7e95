"""Axes that are known when the program runs: tuples of any length, None on one path."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from rules.row_checks import flat, flat_adjoint, random_like, shift

import adcompile as ad
from adcompile.errors import RejectedError

M = np.random.default_rng(4).normal(size=(3, 3, 3)) + 0.1
PROGRAMS = {
    "sum and mean": (
        "axes = (0,)\nif k > 1:\n    axes = axes + (1,)\n"
        "return np.sum(x, axis=axes) * np.mean(x * x, axes)"
    ),
    "max": "return np.max(x, axis=tuple(i for i in range(k)), keepdims=True) * x",
    "std and var": (
        "return x.std(tuple(range(k)), ddof=1) + np.var(x, tuple(range(k)), keepdims=True)"
    ),
    "squeeze": (
        "axes = []\nfor i in range(k):\n    axes.append(i)\n"
        "return np.squeeze(x[:1, :1] ** 2, axis=tuple(axes)) * 3"
    ),
    "expand_dims": "return np.expand_dims(x, tuple(range(k))) * 3",
    "flip and roll": (
        "axes = tuple(range(k))\nreturn np.flip(x * x, axes) * np.roll(x, 1, axis=axes)"
    ),
    "None on one path": "axes = None if k == 1 else (0, 1)\nreturn np.sum(x * x, axis=axes) * 2",
    "one axis, or none": "axis = 1\nif k == 1:\n    axis = None\nreturn np.mean(x * x, axis=axis)",
}


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("name", PROGRAMS)
def test_axes_by_path(name, k):
    f = load("def f(x, k):\n    " + PROGRAMS[name].replace("\n", "\n    "))
    rng = np.random.default_rng(3)
    direction = random_like(M, rng)
    value, value_dot = ad.jvp(f, (M, k), (direction, None))
    np.testing.assert_allclose(value, f(M, k), rtol=1e-14)
    ahead, back = (flat(f(shift(M, direction, s), k)) for s in (1e-5, -1e-5))
    np.testing.assert_allclose(flat(value_dot), (ahead - back) / 2e-5, rtol=1e-7, atol=1e-7)
    seed = random_like(value, rng)
    x_bar, _ = ad.vjp(f, M, k)[1](seed)
    left, right = flat_adjoint(seed) @ flat(value_dot), np.vdot(x_bar, direction)
    assert right == pytest.approx(left, rel=1e-12)
    rows = ad.jacobian(lambda x: f(x, k))(M)
    np.testing.assert_allclose(np.tensordot(rows, direction, 3), value_dot, rtol=1e-10, atol=1e-12)


def test_what_needs_a_known_axis_is_refused():
    f = load("def f(x, k):\n    return np.prod(x, axis=tuple(range(int(k))))")
    with pytest.raises(RejectedError, match="needs a constant axis"):
        ad.vjp(f, M, 2.0)[1](f(M, 2))
