"""nan and infinity go the way that NumPy sends them, and no farther."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from deriving import load

import adcompile as ad

X = np.array([0.7, np.nan, np.inf, 0.55, -np.inf])
FINITE = np.isfinite(X)
NAMES = (
    "sin cos tan exp expm1 exp2 sqrt cbrt square abs log log1p log2 log10 sinh cosh tanh arcsinh "
    "arctan arcsin arccos arctanh sinc reciprocal negative floor sign nan_to_num deg2rad"
).split()
TEXTS = (
    "x**2", "x**3", "x**0.5", "x**1.5", "x**-1", "np.abs(x)**x", "1 / x", "x * x * x",
    "np.maximum(x, 0.3)", "np.minimum(x, 0.3)", "np.fmax(x, 0.3)", "np.fmin(x, 0.3)",
    "np.clip(x, -1, 1)", "np.where(x > 0.3, x, 2 * x)", "np.hypot(x, 1.0)",
    "np.arctan2(x, 2.0)", "np.logaddexp(x, 1.0)", "x % 0.4", "np.fmod(x, 0.4)",
    "np.copysign(x, -2.0)", "x * (x > 0)", "1 / (1 + np.exp(-x))", "np.tanh(x)**2",
    *(f"np.{name}(x)" for name in NAMES),
)  # fmt: skip


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A module with a function a text, so that each has source."""
    import importlib.util

    file = tmp_path_factory.mktemp("nonfinite") / "texts.py"
    lines = [f"def f{i}(x):\n    return {text}\n" for i, text in enumerate(TEXTS)]
    file.write_text("import numpy as np\n" + "\n".join(lines))
    spec = importlib.util.spec_from_file_location("texts", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {text: getattr(module, f"f{i}") for i, text in enumerate(TEXTS)}


def silently(function: Any, *args: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return function(*args)


@pytest.mark.parametrize("text", TEXTS)
def test_elements_do_not_touch_each_other(programs, text):
    function, ones = programs[text], np.ones(5)
    value, dot = silently(ad.jvp, function, (X,), (ones,))
    np.testing.assert_array_equal(value, silently(function, X))
    bar = silently(lambda: ad.vjp(function, X)[1](ones)[0])
    known = ad.jvp(function, (X[FINITE],), (ones[FINITE],))[1]
    assert np.all(np.isfinite(known))
    np.testing.assert_allclose(dot[FINITE], known, rtol=1e-14)
    np.testing.assert_allclose(bar, dot, rtol=1e-14)


@pytest.mark.parametrize("text", TEXTS)
def test_no_warning_of_ours_where_all_is_finite(programs, text):
    """Warnings are errors in these tests."""
    ad.jvp(programs[text], (X[FINITE],), (np.ones(2),))
    ad.vjp(programs[text], X[FINITE])[1](np.ones(2))


def running(x):
    total, products = 0.0, []
    for v in x:
        total = total + v * v
        products.append(np.exp(-total))
    return np.cumsum(x), np.max(x), x.sum() * x[0], np.array(products), x @ x, np.sort(x)


def test_whole_arrays():
    for bad in (np.nan, np.inf, -np.inf):
        x = np.array([0.3, -0.2, bad, 0.8])
        value, _ = silently(ad.jvp, running, (x,), (np.ones(4),))
        for found, wanted in zip(value, silently(running, x), strict=True):
            np.testing.assert_array_equal(found, wanted)


def test_a_nan_that_is_left_out():
    x = np.array([0.3, np.nan, 0.8])
    np.testing.assert_array_equal(ad.grad(lambda x: np.sum(x[~np.isnan(x)] ** 2))(x), [0.6, 0, 1.6])
    found = ad.grad(lambda x: np.sum(np.where(np.isnan(x), 1.0, 3 * x)))(x)
    np.testing.assert_array_equal(found, [3.0, 0.0, 3.0])
    np.testing.assert_array_equal(ad.grad(lambda x: np.nansum(x * x))(x)[[0, 2]], [0.6, 1.6])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fmax_and_fmin_go_to_the_operand_that_is_there(dtype):
    x = np.array([1, np.nan, 2, 3, np.nan], dtype)
    y = np.array([np.nan, 1, 3, 3, np.nan], dtype)
    for function, third in ((lambda x, y: np.sum(np.fmax(x, y)), 0), (least, 1)):
        x_bar, y_bar = ad.grad(function, wrt=(0, 1))(x, y)
        np.testing.assert_array_equal(x_bar, [1, 0, third, 0.5, 1])
        np.testing.assert_array_equal(y_bar, [0, 1, 1 - third, 0.5, 0])
        assert x_bar.dtype == y_bar.dtype == dtype
    number = ad.grad(lambda x, y: np.fmax(x, y), wrt=(0, 1))
    assert number(1.0, np.nan) == (1.0, 0.0)
    assert number(np.nan, 1.0) == (0.0, 1.0)
    assert number(2.0, 2.0) == (0.5, 0.5)


def least(x, y):
    return np.sum(np.fmin(x, y))


def roots_without_nan(x):
    with np.errstate(invalid="ignore"):
        roots = np.sqrt(x)
    return np.sum(np.nan_to_num(roots, nan=0.5) * x)


def test_what_nan_to_num_replaces_has_derivative_zero():
    x = np.array([0.3, -0.7, 1.2])
    expected = np.where(x > 0.0, 1.5 * np.sqrt(np.abs(x)), 0.5)
    np.testing.assert_allclose(ad.grad(roots_without_nan)(x), expected, rtol=1e-14)
    _, dot = ad.jvp(roots_without_nan, (x,), (np.ones(3),))
    assert dot == pytest.approx(np.sum(expected), rel=1e-14)


def item_stored(x):
    y = np.sqrt(x)
    y[0] = 3.0
    return np.sum(np.nan_to_num(y) * x)


def part_stored(x):
    y = np.zeros(5)
    y[1:4] = np.sqrt(x)
    y[1] *= 2.0
    return np.sum(np.nan_to_num(y) * np.arange(5.0))


def two_stored(x):
    y = np.zeros(3)
    y[0] = np.sqrt(x[0])
    y[1] = np.sqrt(x[1])
    return np.sum(np.nan_to_num(y) * 2.0)


def left_out_and_stored(x):
    y = np.sqrt(x)
    y[0] = x[0]
    return np.sum(np.where(np.isnan(y), 0.5, y) * x)


def replaced_at_a_mask(x):
    y = np.sqrt(x)
    y[2] = x[0] * 2.0
    y[np.isnan(y)] = 0.5
    return np.sum(y * x)


def summed_behind_a_write(x):
    y = np.sqrt(x)
    y[0] += 1.0
    return np.nansum(y * x)


def selected_and_read(x):
    y = np.sqrt(np.abs(x))
    y[2] = x[0]
    y[1] *= 3.0
    return np.sum(np.where(x > 0.5, y, 0.0) * x) + y[1] * x[2] + np.sum(y[:2])


STORED = [
    item_stored, part_stored, two_stored, left_out_and_stored, replaced_at_a_mask,
    summed_behind_a_write, selected_and_read,
]  # fmt: skip


@pytest.mark.parametrize("function", STORED, ids=lambda f: f.__name__)
def test_what_is_selected_of_what_was_stored(function):
    """The derivative in each element is that of the function, which is finite."""
    x, step = np.array([0.3, -0.7, 1.2]), 1e-6
    with np.errstate(invalid="ignore"):
        wanted = [
            (function(x + way) - function(x - way)) / (2 * step) for way in step * np.eye(3)
        ]
        found = ad.grad(function)(x)
        dots = [ad.jvp(function, (x,), (way,))[1] for way in np.eye(3)]
    np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(dots, wanted, rtol=1e-7, atol=1e-9)


WINNERS = """
def smaller(a, b):
    return min(a * a, b)

def larger(a, b):
    return max(3.0 * a, b)

def of_three(a, b):
    return min(a, b, 3.0 * a) + max(2.0, b, a)

def of_items(a, b):
    return min([a * a, b, a]) * 2.0

def of_an_array(a, b):
    return max(np.array([a, b, a * 0.5]))
"""


@pytest.mark.parametrize(
    ("name", "slope"),
    [("smaller", 4.0), ("larger", 3.0), ("of_three", 1.0), ("of_items", 2.0), ("of_an_array", 1.0)],
)
def test_nan_loses_where_python_compares(name, slope):
    """min(4.0, nan) is 4.0, and its derivative that of the first."""
    f = load(WINNERS, name)
    value, (a_bar, b_bar) = ad.value_and_grad(f, wrt=(0, 1))(2.0, math.nan)
    assert value == f(2.0, math.nan) and not math.isnan(value)
    assert (a_bar, b_bar) == (slope, 0.0)
    value, (a_bar, b_bar) = ad.value_and_grad(f, wrt=(0, 1))(2.0, 3.0)
    step = 1e-6
    moved = [(f(2.0 + s, 3.0), f(2.0, 3.0 + s)) for s in (step, -step)]
    expected = [(up - down) / (2 * step) for up, down in zip(*moved)]
    np.testing.assert_allclose([a_bar, b_bar], expected, atol=1e-9)


def test_nan_that_comes_first_wins():
    f = load(WINNERS, "of_an_array")
    value, bars = ad.value_and_grad(f, wrt=(0, 1))(math.nan, 2.0)
    assert math.isnan(value) and bars == (1.0, 0.0)
