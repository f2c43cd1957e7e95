"""The derivative depends on the elements of an argument, not on how they lie in memory."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from corpus.by_api import ByApi
from corpus.cases import Case
from corpus.check import Check, numbers, random_like, shifted

import adcompile as ad
from values.trees import is_array, mapped, programs


def reversed_in_memory(x: np.ndarray) -> np.ndarray:
    back = tuple(slice(None, None, -1) for _ in x.shape)
    return np.ascontiguousarray(x[back])[back]


def every_second(x: np.ndarray) -> np.ndarray:
    wide = np.full(tuple(2 * n + 1 for n in x.shape), 7, x.dtype)
    part = wide[tuple(slice(1, None, 2) for _ in x.shape)]
    part[...] = x
    return part


def read_only(x: np.ndarray) -> np.ndarray:
    x = x.copy()
    x.flags.writeable = False
    return x


LAYOUTS = (
    lambda x: np.array(x, order="F"),
    reversed_in_memory,
    every_second,
    read_only,
)


def laid(layout: Any, tree: Any) -> Any:
    return mapped(lambda leaf: layout(leaf) if is_array(leaf) else copy.deepcopy(leaf), tree)


def close(found: Any, wanted: Any) -> None:
    found, wanted = numbers(found), numbers(wanted)
    scale = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-9 * scale)


BY_LAYOUT = {  # a reshape that is a view of one layout and a copy of another is then written to
    "aliases.flat_view_of_an_argument", "aliases.raveled_argument", "aliases.raveled_transpose",
    "aliases.flat_view_of_an_array_in_column_order", "aliases.flat_view_of_a_copy",
    "aliases.flat_view_of_zeros_alike", "aliases.reshaped_part",
    "duplicates.views_of_copies_in_their_order", "views.copies_in_the_order_of_the_array",
    "points.where_the_layout_is_asked_for",
}  # fmt: skip
SAME = [case for case in programs() if case.name not in BY_LAYOUT]


@pytest.mark.parametrize("case", SAME, ids=lambda c: c.name)
def test_same_derivative_in_every_layout(case: Case) -> None:
    check, derivatives = Check(case), ByApi(case.function, case.args)
    seed = random_like(check.expected[0], check.rng)
    value, value_dot = derivatives.tangent(check.args, copy.deepcopy(check.ways))
    _, bars = derivatives.adjoint(check.args, copy.deepcopy(seed))
    for layout in LAYOUTS:
        args, ways, bar = laid(layout, (tuple(case.args), check.ways, seed))
        found = derivatives.tangent(args, ways)
        close(found[0], value)
        close(found[1], value_dot)
        close(derivatives.adjoint(args, bar)[1], bars)
        np.testing.assert_array_equal(numbers(args), numbers(case.args))


@pytest.mark.parametrize(
    "case", [case for case in programs() if case.name in BY_LAYOUT], ids=lambda c: c.name
)
@pytest.mark.parametrize("layout", range(3))
def test_derivative_of_what_the_program_does_in_this_layout(case: Case, layout: int) -> None:
    check, derivatives, step = Check(case), ByApi(case.function, case.args), 1e-6
    seed = random_like(check.expected[0], check.rng)
    args, ways, bar = laid(LAYOUTS[layout], (tuple(case.args), check.ways, seed))

    def moved(size: float) -> np.ndarray:
        there = [arg if way is None else shifted(arg, way, size)
                 for arg, way in zip(case.args, check.every_way(), strict=True)]  # fmt: skip
        return numbers(case.function(*laid(LAYOUTS[layout], there)))

    try:
        value, value_dot = derivatives.tangent(args, ways)
    except ValueError as error:
        assert "is in neither row nor column order" in str(error)
        return
    close(value, moved(0.0))
    np.testing.assert_allclose(
        numbers(value_dot), (moved(step) - moved(-step)) / (2.0 * step), rtol=1e-6, atol=1e-7
    )
    _, bars = derivatives.adjoint(args, bar)
    close(numbers(bars) @ numbers(check.ways), numbers(seed) @ numbers(value_dot))


# The ends of sizes


def total(x):
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = np.sin(x[i])
    y[1:] += x[:-1]
    return (x * x).sum() + y @ x + np.sum(np.where(x > 0, x, 2 * x)) + np.cumsum(x).sum()


def largest(x):
    return np.max(x) * x.sum()


def doubled(x):
    return 2.0 * x * x


def test_empty_arrays():
    empty = np.zeros(0)
    assert ad.grad(total)(empty).shape == (0,)
    assert ad.grad(total)(empty).dtype == float
    assert ad.grad(total)(empty.astype(np.float32)).dtype == np.float32
    assert ad.jvp(total, (empty,), (empty,)) == (0.0, 0.0)
    assert ad.jacobian(doubled)(empty).shape == (0, 0)
    assert ad.hessian(total)(empty).shape == (0, 0)
    assert ad.grad(lambda a: np.sum(a @ a.T))(np.zeros((3, 0))).shape == (3, 0)


def test_the_primals_error_for_empty_arrays():
    with pytest.raises(ValueError) as primals:
        largest(np.zeros(0))
    with pytest.raises(ValueError) as derivatives:
        ad.grad(largest)(np.zeros(0))
    assert str(primals.value) == str(derivatives.value)


def test_arrays_of_one_element():
    x = np.array([0.7])
    for program in (total, largest):
        step = 1e-6
        slope = (program(x + step) - program(x - step)) / (2 * step)
        np.testing.assert_allclose(ad.grad(program)(x), [slope], rtol=1e-7)
        np.testing.assert_allclose(ad.jvp(program, (x,), (np.ones(1),))[1], slope, rtol=1e-7)
    outer = ad.grad(lambda a, b: np.sum(a * b * b), wrt=(0, 1))
    a_bar, b_bar = outer(np.array([[2.0]]), np.array([1.0, 3.0]))
    np.testing.assert_array_equal(a_bar, [[10.0]])
    np.testing.assert_array_equal(b_bar, [4.0, 12.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_of_rank_zero(dtype):
    x = np.array(0.7, dtype)
    found = ad.grad(lambda x: np.sin(x) * x)(x)
    assert np.shape(found) == ()
    assert np.asarray(found).dtype == dtype
    np.testing.assert_allclose(found, np.cos(0.7) * 0.7 + np.sin(0.7), rtol=1e-6)
    value, dot = ad.jvp(lambda x: x * x, (x,), (np.array(2.0, dtype),))
    assert np.asarray(dot).dtype == np.asarray(value).dtype == dtype
    np.testing.assert_allclose(dot, 2.8, rtol=1e-6)
    both = ad.grad(lambda x, y: np.sum(x * y), wrt=("x", "y"))(x, np.ones(3, dtype))
    assert [np.shape(bar) for bar in both] == [(), (3,)]
    assert [np.asarray(bar).dtype for bar in both] == [dtype, dtype]


def test_a_spread_argument():
    """np.broadcast_to gives an array all of whose elements are one."""
    x = np.broadcast_to(np.array([1.0, 2.0]), (3, 2))
    np.testing.assert_array_equal(ad.grad(lambda x: np.sum(x**2))(x), 2 * x)
