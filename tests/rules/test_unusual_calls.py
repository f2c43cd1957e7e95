"""Calls with unusual arguments: the value, both modes and their shapes and dtypes, by the API."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from deriving import load
from rules.row_checks import flat, flat_adjoint, random_like, shift

import adcompile as ad
from adcompile.errors import RejectedError

pytestmark = pytest.mark.filterwarnings("ignore:.axes. should not:DeprecationWarning")


def drawn(*shape: int, dtype: str = "float64") -> Any:
    rng = np.random.default_rng([7, *shape])
    values = rng.normal(size=shape) + 0.1
    if dtype == "complex128":
        values = values + 1j * rng.normal(size=shape)
    return values.astype(dtype) if shape else float(values)


V, W, M, ROW, S = drawn(4), drawn(4) + 5.0, drawn(3, 4), drawn(3), drawn()
T, SINGLE, Z = drawn(2, 3, 4), drawn(3, 4, dtype="float32"), drawn(3, 4, dtype="complex128")
CALLS: list[tuple[str, tuple[Any, ...]]] = [
    # arguments by place, where NumPy has others before them
    ("np.max(x, 0, None, True)", (M,)), ("np.sum(x, 0, None, None, True, 2.0)", (M,)),
    ("np.var(x, 0, None, None, 1)", (M,)), ("x.std(1, None, None, 1)", (M,)),
    ("np.median(x, 0, None, False, True)", (M,)), ("np.nanmean(x, 0, np.float64)", (M,)),
    ("np.quantile(x, 0.3, 0, None, False, 'linear', True)", (M,)),
    ("np.add.reduce(x, 0, None, None, True)", (M,)), ("np.sum(x, axis=0, out=None)", (M,)),
    ("np.max(x, 0, np.zeros(4))", (M,)), ("np.average(x, 0, np.arange(1, 4), True)", (M,)),
    ("np.cumsum(x, 0, None)", (M,)), ("np.zeros_like(x, None, 'F') + x", (M,)),
    # operands by their names in NumPy
    ("np.sum(a=x)", (M,)), ("np.diag(v=x, k=1)", (V,)), ("np.vstack(tup=(x, x))", (V,)),
    ("np.insert(arr=x, obj=1, values=y)", (V, S)), ("np.dot(a=x, b=y)", (V, W)),
    # axes
    ("np.rollaxis(x, -1)", (T,)), ("np.rollaxis(x, 0, -1)", (T,)), ("np.rollaxis(x, 1, 3)", (T,)),
    ("np.prod(x, axis=())", (V,)), ("np.mean(x, axis=())", (M,)), ("np.var(x, axis=())", (M,)),
    ("np.vecdot(x, y, axis=0)", (V, drawn(4, 4))), ("np.append(x, y, -1)", (M, M)),
    ("np.apply_along_axis(lambda r: np.outer(r, r), 1, x)", (M,)),
    ("np.apply_along_axis(lambda r: np.outer(r, r), -2, x)", (T,)), ("x.mT @ x", (T,)),
    # few elements, and shapes known at run time
    ("np.diff(x, 2)", (V[:2],)), ("np.diff(x, 5, 0)", (M,)), ("np.ediff1d(x)", (V[:1],)),
    ("np.reshape(x, np.shape(x)[::-1], 'F')", (M,)), ("np.insert(x, 0, y)", (V, S * V[:1])),
    ("np.linspace(x, y, 1, axis=-1)", (V, W)), ("np.meshgrid(x, y, x)", (SINGLE[0], V)),
    ("np.put(a := x.copy(), [[0, 1], [2, 3]], y)\nreturn a", (M, V)),
    ("np.put(a := x.copy(), -1, y)\nreturn a", (M, V)),
    # weights, complex numbers and dtypes
    ("np.average(x, axis=1, weights=np.arange(1, 5), returned=True)", (Z,)),
    ("np.var(x, axis=0, correction=1)", (Z,)), ("np.std(x, where=x.real > -0.3)", (Z,)),
    ("np.cumulative_sum(x, axis=0, dtype=np.float64)", (SINGLE,)),
    ("np.interp(x, y, y**2, period=-1.7)", (V, np.sort(W))), ("divmod(x, y)", (M, W)),
    # einsum and Fourier transforms
    ("np.einsum(x, [0, 1], y, [1, 2], [0, 2])", (M, drawn(4, 3))),
    ("np.einsum(x, [0, 1])", (M,)), ("np.einsum(x, (1, 0), y, (1, 2))", (M, drawn(3, 2))),
    ("np.fft.fftn(x, (4, 3))", (T,)), ("np.fft.ifft2(x, (5, 2), None)", (T,)),
    ("np.fft.irfftn(x, (2, 5))", (T,)), ("np.fft.rfft2(x, (3, -1))", (M,)),
    ("np.split(x, [1, -1])", (V,)), ("np.split(x, np.array([1, 2]))", (V,)),
    # the number of elements along an axis, and axes in front
    ("np.linspace(1, 3, np.size(x, 1)) * x", (M,)), ("x / np.size(x, axis=-2)", (M,)),
    ("x / np.size(x, (0, 2))", (T,)), ("x / np.size(a=x, axis=None)", (M,)),
    ("np.array(x, ndmin=1) * 2", (S,)), ("np.array(x, ndmin=2, dtype=float).T * 2", (V,)),
    ("np.array([x, x], ndmin=3) * x", (V,)), ("np.array(x, ndmin=4, order='F') * 2", (M,)),
    ("np.array(x, copy=None, ndmin=2) * 2", (V,)), ("np.asarray(x, None, None) * x", (M,)),
    ("np.array(x, order=None, subok=True) * x", (M,)),
    # what is known of a broadcast is its shape
    ("b = np.broadcast(x, y)\nreturn np.broadcast_to(x, b.shape) * b.size * b.nd", (M, S)),
    ("out = np.empty(np.broadcast(x, y).shape)\nout[...] = x * y\nreturn out", (ROW[:, None], V)),
    ("np.broadcast_to(x[..., None], np.broadcast(x, y).shape + (4,))", (V[:1], S)),
    # a number's mask beside new axes
    ("n = np.sum(x)\nreturn x * n[n < 99, np.newaxis]", (V,)),
    ("n = np.sum(x)\nreturn x * n[..., None, n < 99]", (V,)),
    ("n = np.sum(x)\nreturn np.sum(n[None, n > 99]) + x * n[n < 99, None, None][0]", (V,)),
    # polynomials of one coefficient
    ("np.convolve(x, y)", (S, V)), ("np.convolve(x, y, 'same')", (S, S)),
    ("np.polymul(x, y)", (V, S)), ("np.polymul(x, x)", (S,)),
]  # fmt: skip
REFUSED = [
    ("np.split(x, [3, 1])", V, "places in order"),
    ("np.fft.fftn(x, axes=(0, 0))", M, "along each axis once"),
    ("np.einsum('i...,i...->...', x, x[:, None] * x)", V, "as many axes"),
    ("np.polyval(x, 2.0)", M, "one polynomial at a time"),
    ("np.polynomial.polynomial.polyval(np.ones(3), x)", M, "several polynomials"),
    ("np.var(x, 0, np.float64)", M, "'dtype'"),
]


def function_of(body: str, names: str) -> Any:
    text = body if "return" in body else f"return {body}"
    return load(f"def f({names}):\n    " + text.replace("\n", "\n    "))


def alike(value: Any, other: Any) -> None:
    """Structure, shapes and dtypes are the same."""
    if isinstance(value, (list, tuple)):
        assert len(value) == len(other)
        for one, its in zip(value, other):
            alike(one, its)
    elif np.asarray(value).dtype.kind in "fc":
        assert np.shape(value) == np.shape(other)
        assert np.asarray(value).dtype == np.asarray(other).dtype


@pytest.mark.parametrize("body, args", CALLS, ids=[f"{n}-{c[0]}" for n, c in enumerate(CALLS)])
def test_an_unusual_call(body, args):
    f = function_of(body, ", ".join("xyz"[: len(args)]))
    value = f(*copy.deepcopy(args))
    rng = np.random.default_rng(3)
    dots = tuple(random_like(arg, rng) for arg in args)
    found, value_dot = ad.jvp(f, args, dots)
    alike(value, found)
    alike(value, value_dot)
    np.testing.assert_allclose(flat(found), flat(value), rtol=1e-12, atol=1e-12)
    single = any(getattr(arg, "dtype", None) == np.float32 for arg in args)
    step, tolerance = (1e-2, 2e-3) if single else (1e-5, 1e-7)
    ahead, back = (flat(f(*map(shift, args, dots, (s, s, s)))) for s in (step, -step))
    size = max(1.0, float(np.max(np.abs(ahead), initial=0.0)))
    slope = (ahead - back) / (2 * step)
    np.testing.assert_allclose(flat(value_dot), slope, rtol=tolerance, atol=tolerance * size)
    _, pullback = ad.vjp(f, *args)
    seed = random_like(value, rng)
    bars = pullback(seed)
    alike(args, bars)
    left = flat_adjoint(seed) @ flat(value_dot)
    right = sum(flat_adjoint(bar) @ flat(dot) for bar, dot in zip(bars, dots))
    assert right == pytest.approx(left, rel=1e-5 if single else 1e-10, abs=1e-10)


@pytest.mark.parametrize("body, x, words", REFUSED, ids=[case[0] for case in REFUSED])
def test_an_unusual_call_is_refused(body, x, words):
    with pytest.raises(RejectedError, match=words):
        ad.vjp(function_of(body, "x"), x)[1](function_of(body, "x")(x))


CHOSEN_BY_NUMBERS = """
def put(x, m):
    y = x * x
    np.putmask(y, m, y ** 3)
    return np.sum(y)

def placed(x, m):
    y = np.zeros(x.shape)
    np.place(y, m, np.extract(m, x) ** 2)
    return np.sum(y ** 2)

def of_a_number(x, m):
    return np.sum(np.take(np.asarray(x), np.array([0, 0]), 0) ** 2) + np.take(x, 0, -1)
"""


@pytest.mark.parametrize("kind", [int, float, bool])
@pytest.mark.parametrize("name", ["put", "placed"])
def test_a_mask_of_numbers(name, kind):
    """What is not zero is chosen; it is no place."""
    f, x = load(CHOSEN_BY_NUMBERS, name), np.linspace(0.3, 1.7, 5)
    mask = np.array([0, 1, 1, 0, 2]).astype(kind)
    bar = ad.grad(f)(x, mask)
    steps = 1e-6 * np.eye(5)
    expected = [(f(x + s, mask) - f(x - s, mask)) / 2e-6 for s in steps]
    np.testing.assert_allclose(bar, expected, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ad.jvp(f, (x, mask), (np.ones(5), None))[1], bar.sum(), rtol=1e-12)


@pytest.mark.parametrize("x", [0.3, np.array(0.3)])
def test_items_of_a_number(x):
    f = load(CHOSEN_BY_NUMBERS, "of_a_number")
    assert ad.grad(f)(x, None) == pytest.approx(4 * 0.3 + 1)
    assert ad.jvp(f, (x, None), (1.0, None))[1] == pytest.approx(4 * 0.3 + 1)
