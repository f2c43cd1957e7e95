"""Integers and bools: as data, as arguments that are asked for, and as results."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adcompile as ad
from adcompile.passes import PASSES

N = np.array([1, 2, 3])
MASK = np.array([True, False, True])


# As data


def weighted(x, n, mask, k):
    y = x[n] * k + n / 2
    y[mask] *= n[mask] ** 2
    return np.sum(y) + np.sum(mask * x[:3]) + x[n[0]] * (n // 2).sum()


def test_integers_are_data():
    x = np.array([0.5, -1.0, 2.0, 3.0])
    value, pullback = ad.vjp(weighted, x, N, MASK, 2)
    x_bar, *others = pullback(1.0)
    assert others == [None, None, None]
    assert value == weighted(x, N, MASK, 2)
    np.testing.assert_allclose(x_bar, [1.0, 4.0, 3.0, 18.0])
    np.testing.assert_allclose(
        ad.jvp(weighted, (x, N, MASK, 2), (np.ones(4),) + (None,) * 3)[1], 26
    )
    assert ad.vjp(lambda n: n * 2, 3)[1](1) == (None,)


def halves(n):
    return n / 2


def test_the_quotient_of_an_integer_is_a_float():
    assert ad.grad(lambda x, n: x * (n / 2))(1.5, 3) == 1.5
    assert ad.grad(lambda x, n: x * halves(n))(1.5, 3) == 1.5
    np.testing.assert_array_equal(ad.grad(lambda x, n: np.sum(x * (n / 2)))(np.ones(3), N), N / 2)


def truncated(x):
    a = np.zeros(3, int)
    a[:] = x * 2.7
    return np.sum(a) * x[0]


def into_integers(n, x):
    n[0] = x
    return np.sum(n * x)


def test_what_is_written_into_integers_is_data():
    value, bar = ad.value_and_grad(truncated)(np.ones(3))
    assert value == truncated(np.ones(3)) == 6.0
    np.testing.assert_array_equal(bar, [6.0, 0.0, 0.0])
    value, bar = ad.value_and_grad(into_integers, wrt="x")(N.copy(), 2.5)
    assert (value, bar) == (into_integers(N.copy(), 2.5), 7.0)


def steps(x):
    return (
        np.floor(x) * x + np.sign(x) * x + round(x) * x + (x // 0.4) * x + math.floor(x) * x
        + np.argmax([x, 1.0]) * x + int(x) * x + (x > 1) * x + np.ceil(x) * math.trunc(x)
    )  # fmt: skip


def test_what_only_steps_has_derivative_zero():
    wanted = 1 + 1 + 2 + 4 + 1 + 0 + 1 + 1
    assert ad.grad(steps)(1.7) == pytest.approx(wanted)
    assert ad.jvp(steps, (1.7,), (1.0,))[1] == pytest.approx(wanted)
    for function in (np.floor, np.sign, np.round, np.trunc):
        found = ad.grad(lambda x, function=function: np.sum(function(x)))(np.array([1.2, -0.7]))
        np.testing.assert_array_equal(found, [0.0, 0.0])


# Asked for


def test_integers_asked_for_are_reals():
    assert ad.grad(lambda x: x * x / 2)(3) == 3.0
    assert ad.grad(lambda x: x * x / 2)(np.int64(3)) == 3.0
    assert ad.grad(lambda x: x * 2.5)(True) == 2.5
    found = ad.grad(lambda x: np.sum(x**2 / 2))(np.arange(3))
    np.testing.assert_array_equal(found, [0.0, 1.0, 2.0])
    assert found.dtype == float
    np.testing.assert_array_equal(ad.grad(lambda m: np.sum(m * 2.0))(MASK), [2.0, 2.0, 2.0])
    assert ad.grad(lambda p: p["w"] * p["n"])({"w": 2.0, "n": 3}) == {"w": 3.0, "n": 2.0}
    assert ad.jvp(lambda x: x * x, (3,), (1,)) == (9.0, 6.0)
    assert ad.hessian(lambda x: x**3)(2) == 12.0
    assert ad.grad(lambda n: 2**n)(3) == pytest.approx(8 * math.log(2))


def repeated(x, n):
    for _ in range(n):
        x = x * x
    return x


@pytest.mark.parametrize(
    "function, wrt, args",
    [(lambda x, i: x[i] ** 2, ("x", "i"), (np.ones(3), 1)), (repeated, "n", (2.0, 3)),
     (lambda x, i: np.sum(x[i]), "i", (np.ones(3), np.array([0, 1]))),
     (lambda x, i: np.sum(x[i]), "i", (np.ones(3), MASK)),
     (lambda x, i: x * (i & 1), "i", (2.0, 3)), (lambda x, i: x * (1 << i), "i", (2.0, 3)),
     (lambda x, i: np.sum(x * ~i), "i", (np.ones(3), MASK))],
    ids=["index", "range", "indices", "mask", "bits", "shift", "inverted"],
)  # fmt: skip
def test_integers_that_must_be_integers_are_refused(function, wrt, args):
    with pytest.raises(ad.AdcompileError, match="as an integer"):
        ad.grad(function, wrt=wrt)(*args)


# As results


def test_integers_as_results():
    assert ad.grad(lambda x: int(x))(2.5) == 0.0
    np.testing.assert_array_equal(ad.grad(lambda x: np.argmax(x))(np.ones(2)), [0.0, 0.0])
    assert ad.jvp(lambda x: int(x), (2.5,), (1.0,)) == (2, None)
    value, dot = ad.jvp(lambda x: x > 1, (np.ones(2),), (np.ones(2),))
    assert (value.dtype, dot) == (bool, None)
    for seed in ((1.0, 0), (1.0, None)):
        assert ad.vjp(lambda x: (x * x, int(x)), 2.5)[1](seed) == (5.0,)


def test_integers_where_floats_follow():
    def total(x, n):
        s = 0
        for i in range(n):
            s += x * i
        return s

    assert (ad.grad(total)(2.5, 3), ad.grad(total)(2.5, 0)) == (3.0, 0.0)


def of_the_dtype_of_integers(x, n):
    made = np.zeros(n.shape, n.dtype)
    made[:] = x * 3.0
    cast = (x * 5.0).astype(n.dtype)
    listed = np.array([x[0] * 9.0, 1.0], dtype=n.dtype)
    return np.sum(made * x) + np.sum(cast * x) + listed[0] * x[1]


def by_the_names_of_integers(x, n):
    total = 0.0
    made = np.zeros(3, dtype="<i8")
    made[:] = x * 9.0
    total += np.sum(made * x)
    made = np.zeros(3, "l")
    made[:] = x * 4.0
    total += np.sum(made * x)
    made = np.empty(3, dtype="u1")
    made[:] = np.abs(x) * 7.0
    return total + np.sum(made * x)


def by_a_dtype(x, dtype):
    made = np.zeros(3, dtype)
    made[:] = x * 3.0
    return np.sum(made * x)


def test_dtypes_of_integers_hold_data():
    x, n = np.array([0.43, -0.83, 1.31]), np.array([3, -2, 5])
    for function in (of_the_dtype_of_integers, by_the_names_of_integers):
        step = [function(x + h * np.eye(3)[1], n) for h in (1e-6, -1e-6)]
        found = ad.grad(function)(x, n)
        assert found[1] == pytest.approx((step[0] - step[1]) / 2e-6, abs=1e-8)
    assert list(ad.grad(by_a_dtype)(x, np.dtype(int))) == [1.0, -2.0, 3.0]
    assert ad.grad(by_a_dtype)(x, np.dtype(float)) == pytest.approx(6.0 * x)
    assert ad.grad(by_a_dtype)(x, "float64") == pytest.approx(6.0 * x)
    with pytest.raises(TypeError, match="an array of integers is made here"):
        ad.grad(by_a_dtype)(x, "int64")


# What is of integers on one path alone


def by_path(x, whole):
    y = np.zeros(3, dtype=int) if whole else np.zeros(3)
    y[0] = x[0] * 2
    return np.sum(y * x)


def complex_by_path(x, whole):
    y = np.zeros(3, dtype=int) if whole else np.zeros(3, dtype=complex)
    y[0] = x[0] * 2
    return np.sum(y * x).real


def one_of_two(x, whole):
    arrays = [np.zeros(3, dtype=int), np.zeros(3)]
    y = arrays[0 if whole else 1]
    y[0] = x[0] * 2
    return np.sum(y * x)


def filled_by_path(x, whole):
    y = np.full(3, 0 if whole else 0.0)
    y[0] = x[0] * 2
    return np.sum(y * x)


def after_a_loop(x, whole):
    largest = 0
    for v in x[: 0 if whole else 3]:
        largest = max(largest, v)
    y = np.array([largest, 1, 2]) * np.array([0, 1, 1])
    y[0] = x[0] * 2
    return y[0] * x[0]


def cast_by_path(x, whole):
    y = np.array([1, 2, 3]) if whole else np.array([1.0, 2.0, 3.0])
    return np.sum(x.astype(y.dtype)[:1] * x[:1])


def given_back(x, whole):
    def made():
        if whole:
            return np.zeros(3, dtype=int)
        return np.zeros(3)

    y = made()
    y[0] = x[0] * 2
    return np.sum(y * x)


PATHS = [
    by_path, complex_by_path, one_of_two, filled_by_path, after_a_loop, cast_by_path, given_back,
]  # fmt: skip


@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["all", "none"])
@pytest.mark.parametrize("function", PATHS, ids=lambda f: f.__name__)
def test_an_array_that_is_of_integers_on_one_path_says_so(function, passes):
    x = np.array([1.3, 2.4, 0.7])
    moved = 2.6 if function is cast_by_path else 5.2
    value, bar = ad.value_and_grad(function, wrt="x", passes=passes)(x, False)
    assert value == function(x, False)
    np.testing.assert_allclose(bar, [moved, 0.0, 0.0])
    dot = ad.jvp(function, (x, False), (np.array([1.0, 0.5, 0.0]), None), passes=passes)[1]
    assert dot == pytest.approx(moved)
    for refused in (
        lambda: ad.grad(function, wrt="x", passes=passes)(x, True),
        lambda: ad.jvp(function, (x, True), (np.ones(3), None), passes=passes),
    ):
        with pytest.raises(TypeError, match="is an array of integers"):
            refused()


def written_on_the_other_path(x, whole):
    y = np.zeros(3, dtype=int) if whole else np.zeros(3)
    if not whole:
        y[0] = x[0] * 2
    y[1] = int(x[1])
    y[2] = 2.7
    return np.sum(y * x) + y[2] * x[0]


@pytest.mark.parametrize("passes", [None, dict.fromkeys(PASSES, False)], ids=["all", "none"])
def test_data_is_rounded_by_an_array_of_integers(passes):
    x = np.array([1.3, 2.4, 0.7])
    for whole, wanted in ((True, [2.0, 2.0, 2.0]), (False, [2.7 + 5.2, 2.0, 2.7])):
        value, bar = ad.value_and_grad(written_on_the_other_path, wrt="x", passes=passes)(x, whole)
        assert value == pytest.approx(written_on_the_other_path(x, whole))
        np.testing.assert_allclose(bar, wanted)
