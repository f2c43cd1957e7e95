"""Arguments that share memory: asked at run time where one is written to and the other is used."""

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


@pytest.mark.parametrize("face", [ad.grad, ad.value_and_grad])
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
