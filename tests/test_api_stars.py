"""Derivatives of functions of *args and **kwargs, by the arguments of the call."""

import functools
import math

import numpy as np
import pytest

import adcompile as ad


def f(x, *rest, scale=2.0, **options):
    total = x * scale
    for i, r in enumerate(rest):
        total = total + r * r * (i + 1)
    for value in options.values():
        total = total * value
    return total


def ends(*xs):
    return xs[0] * xs[-1] + len(xs)


def only(a, b=1.0, /, *c, **d):
    return a * b + sum(c) * d.get("z", 1.0)


def squares(**p):
    return sum(np.sum(v * v) for v in p.values()) + np.sum(p["w"])


@pytest.mark.parametrize(
    ("wrt", "gradient"),
    [
        (0, 4.0), ("x", 4.0), (1, 8.0), (2, 24.0), ("rest", (8.0, 24.0)), ("options", {"a": 24.0}),
        ("a", 24.0), ("scale", 2.0), (("rest", "x"), ((8.0, 24.0), 4.0)), ((1,), (8.0,)),
        (["options", 2], ({"a": 24.0}, 24.0)), ((0, 1), (4.0, 8.0)),
    ],
)  # fmt: skip
def test_what_wrt_means(wrt, gradient):
    assert ad.grad(f, wrt)(1.0, 2.0, 3.0, a=2.0) == gradient
    assert ad.value_and_grad(f, wrt)(1.0, 2.0, 3.0, a=2.0) == (48.0, gradient)


def test_calls_of_several_shapes():
    slope = ad.grad(f)
    assert slope(1.0) == 2.0
    assert slope(1.0, 2.0, a=3.0) == 6.0
    assert slope(1.0, a=3.0, b=0.5) == 3.0
    assert slope(x=1.0, scale=5.0) == 5.0
    assert ad.grad(ends)(3.0) == 6.0 and ad.grad(ends)(3.0, 4.0) == 4.0
    assert ad.grad(ends, wrt="xs")(2.0, 3.0, 4.0) == (4.0, 0.0, 2.0)
    assert ad.grad(ends, wrt=-1)(2.0, 3.0, 4.0) == 2.0


def test_positional_only_parameters():
    assert ad.grad(only)(2.0) == 1.0
    assert ad.grad(only, wrt=2)(1.0, 2.0, 3.0, z=4.0) == 4.0
    assert ad.grad(only, wrt="d")(1.0, 2.0, 3.0, z=4.0) == {"z": 3.0}


def test_arrays():
    w = np.array([1.0, 2.0])
    found = ad.grad(squares, wrt="p")(w=w, b=2.0)
    np.testing.assert_array_equal(found["w"], 2 * w + 1)
    assert found["b"] == 4.0


def test_the_other_faces():
    assert ad.jvp(f, (1.0, 2.0, 3.0), (0.0, 1.0, None)) == (24.0, 4.0)
    value, pullback = ad.vjp(f, 1.0, 2.0)
    assert value == 6.0 and pullback(1.0) == (2.0, 4.0)
    assert ad.hvp(f)((1.0, 2.0), (1.0, 1.0)) == (0.0, 2.0)
    assert ad.hvp(f, wrt="rest")((1.0, 2.0), (1.0, 1.0)) == (None, 2.0)
    assert ad.jacobian(f, wrt=("x", "rest"))(1.0, 2.0, 3.0) == (2.0, (4.0, 12.0))
    assert ad.hessian(f, wrt="rest")(1.0, 2.0, 3.0, q=2.0) == ((4.0, 0.0), (0.0, 8.0))
    assert ad.grad(ad.grad(f, wrt=1), wrt=1)(1.0, 2.0, 3.0) == 2.0
    both = ad.differentiate(ends)
    assert both(2.0, 3.0) == 8.0 and both.grad(2.0, 3.0) == 3.0
    assert "def ends_adjoint(xs_0, xs_1, ends_bar=1.0):" in both.source("adjoint", 2.0, 3.0)


class Model:
    def __init__(self):
        self.w = 3.0

    def loss(self, *xs):
        return self.w * xs[0] * xs[1]

    def __call__(self, *xs, **k):
        return self.w * xs[0] * k["z"]


def test_methods_objects_and_partials():
    assert ad.grad(Model().loss, wrt=1)(2.0, 5.0) == 6.0
    assert ad.grad(Model(), wrt="z")(2.0, z=3.0) == 6.0
    assert ad.grad(functools.partial(f, scale=3.0))(1.0, 2.0) == 3.0
    assert ad.grad(functools.partial(f, 1.0))(2.0, 3.0) == 4.0


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        (lambda: ad.adjoint(ends)(1.0, 2.0, 1.0), ad.RejectedError, "ADC202"),
        (lambda: ad.tangent(ends)(1.0, 2.0, 1.0), ad.RejectedError, "ADC202"),
        (lambda: ad.grad(ends)(), ad.ArgumentError, "wrt=0 names no parameter"),
        (lambda: ad.grad(ends, wrt="q")(1.0), ad.ArgumentError, "wrt='q' names no parameter"),
        (lambda: ad.grad(ends, wrt="xs")(), ad.ArgumentError, "no such argument"),
        (lambda: ad.grad(ends, wrt=("xs", 0))(1.0), ad.ArgumentError, "twice"),
        (lambda: ad.grad(f)(), TypeError, "missing a required argument"),
        (lambda: ad.grad(f)(1.0, x=2.0), TypeError, "multiple values"),
        (lambda: ad.grad(only)(1.0, a=2.0), ad.ArgumentError, "rename"),
    ],
)
def test_what_is_refused(asked, error, words):
    with pytest.raises(error, match=words):
        asked()


T = np.linspace(0.0, 1.0, 5)


def decay(t, a, b, c=2.0):
    return a * np.exp(-b * t) + c


def fitted(p):
    return np.sum(decay(T, *p) ** 2)


def length(p):
    return math.hypot(*p)


def with_one(p):
    return math.hypot(*p, 1.0)


def test_an_array_is_spread_over_what_has_defaults():
    for p in (np.array([0.3, 0.8]), np.array([0.3, 0.8, 1.2]), np.array([1.0, 0.1])):
        steps = 1e-6 * np.eye(len(p))
        wanted = [(fitted(p + step) - fitted(p - step)) / 2e-6 for step in steps]
        np.testing.assert_allclose(ad.grad(fitted)(p), wanted, rtol=1e-7)
        np.testing.assert_allclose(ad.hvp(fitted)((p,), (p,))[0], ad.hessian(fitted)(p) @ p)
    with pytest.raises(ad.RejectedError, match="decay takes 4"):
        ad.grad(fitted)(np.ones(5))


def test_short_arrays_are_spread_over_what_takes_any_number():
    for n in (2, 5, 32, 3):
        p = np.arange(1.0, n + 1)
        np.testing.assert_allclose(ad.grad(length)(p), p / np.linalg.norm(p))
        np.testing.assert_allclose(ad.jacobian(length, mode="forward")(p), p / length(p))
    assert ad.cost(length)(np.ones(3)).lines
    np.testing.assert_allclose(ad.grad(with_one)(np.ones(8)), 1 / 3)
    with pytest.raises(ad.RejectedError, match="ADC408"):
        ad.grad(with_one)(np.ones(33))
    with pytest.raises(ad.RejectedError, match="ADC408"):
        _ = ad.adjoint(with_one).source


def over_rows(rows, p):
    return np.sum(decay(rows, *p) ** 2)


def test_short_lengths_are_known_to_a_backend_too():
    pytest.importorskip("numba")
    gradient = ad.grad(over_rows, wrt="p", backend="numba")
    for columns in (3, 2, 4, 5, 6):
        rows = np.arange(3.0 * columns).reshape(3, columns) / 10
        for p in (np.array([0.3, 0.8]), np.array([0.3, 0.8, 1.2])):
            np.testing.assert_allclose(gradient(rows, p), ad.grad(over_rows, wrt="p")(rows, p))
