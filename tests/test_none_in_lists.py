"""Lists that are given with None in them: what is None has no derivative, on every way."""

from __future__ import annotations

import copy
import importlib.util

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

FIRST, LAST = np.array([0.5, 0.7]), np.array([0.2, 0.4])
STEP = 1e-6


def gone_through(xs):
    s = 0.0
    for x in xs:
        if x is not None:
            s = s + np.sum(x * x)
    return s


def of_a_copy(xs):
    xs = list(xs)
    xs[0] = xs[0] * 2.0
    s = 0.0
    for x in xs:
        if x is not None:
            s = s + np.sum(x * x)
    return s


def changed(xs):
    s = 0.0
    for i in range(len(xs)):
        if xs[i] is not None:
            xs[i] = xs[i] * 2.0
            s = s + np.sum(xs[i] ** 2)
    return s


def filled(xs):
    for i in range(len(xs)):
        if xs[i] is None:
            xs[i] = 0.3 * xs[0]
    return sum(np.sum(x**2) for x in xs)


def one_changed(xs, i=0):
    xs[i] *= 2.0
    return sum(np.sum(x**2) for x in xs if x is not None)


def one_element(xs, i=0):
    xs[i][0] = 2.0 * xs[i][1]
    return sum(np.sum(x**2) for x in xs if x is not None)


def overwritten(xs, n=3):
    for i in range(n):
        xs[i] = None if i == 1 else xs[0] * (i + 1.0)
    return sum(np.sum(x**2) for x in xs if x is not None)


ARRAYS, NUMBERS = [FIRST, None, LAST], [0.5, None, 0.7]
CASES = [
    *((f, ARRAYS) for f in (gone_through, of_a_copy, changed, filled, one_changed, one_element,
                            overwritten)),
    *((f, NUMBERS) for f in (gone_through, of_a_copy, changed, one_changed, overwritten)),
]  # fmt: skip
IDS = [f"{f.__name__}-{'arrays' if xs is ARRAYS else 'numbers'}" for f, xs in CASES]


def moved(xs, ways, step):
    return [None if x is None else x + step * way for x, way in zip(xs, ways)]


def ways_of(xs):
    return [None if x is None else np.cos(3.0 * x + i) for i, x in enumerate(xs)]


def slope(function, xs):
    ways = ways_of(xs)
    ends = [function(moved(xs, ways, step)) for step in (STEP, -STEP)]
    return (ends[0] - ends[1]) / (2 * STEP)


def check(bars, function, xs):
    assert isinstance(bars, list) and [bar is None for bar in bars] == [x is None for x in xs]
    product = sum(np.sum(bar * way) for bar, way in zip(bars, ways_of(xs)) if bar is not None)
    assert product == pytest.approx(slope(function, xs), rel=1e-8)


@pytest.mark.parametrize(("function", "xs"), CASES, ids=IDS)
def test_in_python(function, xs):
    given = copy.deepcopy(xs)
    _, dot = ad.jvp(function, (given,), (ways_of(xs),))
    assert dot == pytest.approx(slope(function, xs), rel=1e-8)
    check(ad.grad(function, wrt="xs")(given), function, xs)
    assert str(given) == str(xs)


@pytest.mark.parametrize("name", ["gone_through", "of_a_copy"])
def test_by_the_command_line(name, tmp_path):
    out = tmp_path / "made.py"
    assert cli.main([__file__, "--function", name, "--mode", "adjoint", "-o", str(out)]) == 0
    spec = importlib.util.spec_from_file_location("made", out)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    for xs in (ARRAYS, NUMBERS):
        _, bars = getattr(made, f"{name}_adjoint")(copy.deepcopy(xs))
        check(bars, globals()[name], xs)
