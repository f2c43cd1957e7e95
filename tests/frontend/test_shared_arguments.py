"""Arguments that share memory: asked at run time where one is written to and the other is used."""

import copy
from dataclasses import dataclass

import numpy as np
import pytest

import adcompile as ad

X = np.array([0.3, -0.7, 1.2, 0.5])


def scaled(x, y):
    x[0] = x[1] * y[1]
    return np.sum(x * y)


def lengths(x, y):
    x[0] = x[1] * len(y)
    return np.sum(x)


def read_only(x, y):
    return np.sum(x * y[::-1])


@dataclass
class Pair:
    a: np.ndarray
    b: np.ndarray


def fields(pair):
    pair.a[0] = pair.b[1] ** 2
    return np.sum(pair.a * pair.b)


def items(d):
    d["a"][0] = d["b"][1] ** 2
    return np.sum(d["a"] * d["b"])


def pulled_back(function, wrt):
    return lambda *args: ad.vjp(function, *args)[1](1.0)


@pytest.mark.parametrize("face", [ad.grad, ad.value_and_grad, pulled_back])
def test_the_same_array_twice(face):
    x = X.copy()
    with pytest.raises(ValueError, match="x and y share memory, and scaled writes to x"):
        face(scaled, wrt=(0, 1))(x, x)


def test_overlapping_views():
    x = X.copy()
    with pytest.raises(ValueError, match="share memory"):
        ad.grad(scaled)(x[:3], x[1:])


def test_views_side_by_side_are_apart():
    a = np.stack([X, 2.0 * X], axis=1)
    x, y = a[:, 0], a[:, 1]
    np.testing.assert_array_equal(ad.grad(scaled)(x, y), ad.grad(scaled)(x.copy(), y.copy()))


def test_what_is_not_written_or_not_read_may_be_shared():
    x = X.copy()
    np.testing.assert_allclose(ad.grad(read_only)(x, x), x[::-1])
    np.testing.assert_allclose(ad.grad(lengths)(x, x), [0.0, 5.0, 1.0, 1.0])


def test_structures():
    x = X.copy()
    with pytest.raises(ValueError, match=r"pair\.a and pair\.b share memory"):
        ad.grad(fields)(Pair(x, x))
    with pytest.raises(ValueError, match="share memory"):
        ad.grad(items)({"a": x, "b": x})


def rows_scaled(x, rows):
    for row in rows:
        row *= 2.0
    return np.sum(rows[0] * x) + sum(np.sum(row) for row in rows)


def x_written(x, rows):
    x[0] = x[1] ** 2
    return sum(np.sum(row * x) for row in rows)


def rows_appended(x, rows):
    s = sum(np.sum(row * x) for row in rows)
    rows.append(x)
    return s


MANY = 20  # a list of more is one at run time


def test_items_of_a_list():
    x = X.copy()
    with pytest.raises(ValueError, match="arrays in rows share memory, and rows_scaled writes"):
        ad.grad(rows_scaled)(X, [x] * MANY)
    apart = [X * number for number in range(MANY)]
    with pytest.raises(ValueError, match="rows and x share memory, and rows_scaled writes to rows"):
        ad.grad(rows_scaled)(x, [x, *apart])
    np.testing.assert_allclose(ad.grad(rows_scaled)(X, [x, *apart]), 2.0 * X)


def test_an_array_and_items_of_a_list():
    x = X.copy()
    apart = [X * number for number in range(MANY)]
    with pytest.raises(ValueError, match="x and rows share memory, and x_written writes to x"):
        ad.grad(x_written)(x, [*apart, x[1:]])
    assert np.all(np.isfinite(ad.grad(x_written)(x, apart)))


def test_items_that_are_only_read_may_be_shared():
    x = X.copy()
    np.testing.assert_allclose(ad.grad(rows_appended)(x, [x] * MANY), MANY * X)


W = 2.0 * X


def with_a_global(x):
    x[0] = x[1] ** 2
    return np.sum(x * W)


class Model:
    def __init__(self, w):
        self.w = w

    def loss(self, x):
        x *= self.w
        return np.sum(x)


MODEL = Model(W)


def with_an_attribute(x):
    x *= MODEL.w
    return np.sum(x * MODEL.w)


def closing_over(w):
    def f(x):
        x[0] = x[1] ** 2
        return np.sum(x * w)

    return f


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (with_a_global, "W"),
        (with_an_attribute, r"MODEL\.w"),
        (MODEL.loss, r"self\.w"),
        (closing_over(W), "w"),
    ],
)
def test_what_is_read_from_outside(function, name):
    with pytest.raises(ValueError, match=f"x and {name} share memory"):
        ad.grad(function)(W)
    before = W.copy()
    found = ad.grad(function)(W.copy())
    np.testing.assert_array_equal(W, before)
    assert np.all(np.isfinite(found))


def first_doubled(a, b):
    a[0] = a[0] * 2.0
    return b[0] * b[0] + a[1]


def weight_doubled(p, q):
    p["w"] = p["w"] * 2.0
    return q["w"] ** 2


def swapped_and_back(a, b):
    a[0], a[1] = a[1], a[0]
    total = b[0] * a[0]
    a[0], a[1] = a[1], a[0]
    return total


def only_read(a, b):
    return a[0] * b[1]


@dataclass
class Box:
    w: float


def attribute_doubled(p, q):
    p.w = p.w * 2.0
    return q.w**2


@pytest.mark.parametrize(
    "function, argument, other",
    [
        (first_doubled, [1.0, 2.0], [1.0, 2.0]),
        (swapped_and_back, [1.0, 2.0], [1.0, 2.0]),
        (weight_doubled, {"w": 3.0}, {"w": 3.0}),
        (attribute_doubled, Box(3.0), Box(3.0)),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_one_object_twice(function, argument, other):
    with pytest.raises(ValueError, match=r"are one .*; pass a copy"):
        ad.vjp(function, argument, argument)
    value, _ = ad.vjp(function, argument, other)
    assert value == function(copy.deepcopy(argument), copy.deepcopy(other))


def test_a_pullback_has_its_arguments_as_they_share_memory():
    x = np.arange(12.0).reshape(3, 4).T[::2, ::-1]
    _, pullback = ad.vjp(lambda a, b, c: np.sum(a * b.T) * c["d"][0, 0], x, x.T, {"d": x[1:, 1:]})
    want = ad.grad(lambda a, b, c: np.sum(a * b.T) * c["d"][0, 0])(x, x.T, {"d": x[1:, 1:]})
    again = x.copy()
    x *= 0.0
    np.testing.assert_allclose(pullback(1.0)[0], want)
    with pytest.raises(ValueError, match="share memory"):
        ad.vjp(scaled, X[:3], X[1:])[1](1.0)
    assert again.any()


def test_one_object_twice_that_is_only_read():
    a = [2.0, 3.0]
    assert ad.grad(only_read, wrt=(0, 1))(a, a) == ([3.0, 0.0], [0.0, 2.0])
