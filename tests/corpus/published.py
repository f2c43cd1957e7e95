"""Reduced from published packages: what they do with arrays that programs at a desk seldom do."""

import typing
from collections.abc import Callable, Iterable

import numpy as np

from corpus.cases import add, add_by_differences

X = np.array([0.3, -0.7, 1.2])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.53, 0.7, 1.9]])
T = np.array([[[0.3, 1.2], [0.8, -0.1], [0.5, 0.7]], [[1.4, 0.2], [-0.6, 0.9], [0.1, -1.1]]])


# -- np.float64(x) of an array of this dtype is that array


def a_double_that_is_changed(v):
    w = np.double(v)
    w[0] = 3.0 * v[1]
    return v * w


add_by_differences(a_double_that_is_changed, X)


def a_double_of_a_double(v: "Float[np.ndarray, '3']"):
    w = np.float64(np.sin(v))
    u = np.double(w)
    u[1:] *= w[0]
    return w


add_by_differences(a_double_of_a_double, X)


def unit_vectors(v):
    v = np.double(np.atleast_2d(v)).copy()
    length = np.linalg.norm(v, axis=1)
    v[length != 0] = (v[length != 0].T / length[length != 0]).T
    return v.ravel()


add_by_differences(unit_vectors, X)
add_by_differences(unit_vectors, A)


def places_of_a_dtype(v, i: "Int[np.ndarray, '3']"):
    j = i + 0
    k = np.int64(j)
    k[0] = 2
    m = v > 0
    n = np.bool_(m)
    n[2] = False
    return v[j] * np.where(m, v, v * v)


add_by_differences(places_of_a_dtype, X, np.arange(3))


# -- an array as the list of its rows


def rows_beside_each_other(a):
    return np.hstack(a) * np.concatenate(a, axis=1) + np.concatenate(a, axis=-1) * a[0, 0, 1]


add(rows_beside_each_other, T)


def rows_as_columns(a, v):
    return np.column_stack(a) @ np.column_stack(v)[0] * np.column_stack([v[0], v[1]])[0, 1]


add(rows_as_columns, A, X)


# -- classes that an array is no instance of


SCALARS = (int, np.integer, float, np.floating)


def a_vector(v):
    if isinstance(v, SCALARS):
        v = [v]
    if isinstance(v, (list, tuple)):
        return np.array(v, dtype=np.float64)
    return v.flatten()


def of_scalars_and_arrays(x: float, v: "Float[np.ndarray, '3']"):
    return a_vector(x) * a_vector(v) + a_vector([x, x, v[0]]) * a_vector(v[0] * 2)


add_by_differences(of_scalars_and_arrays, 0.7, X)


def scaled(method: Callable | Iterable, a):
    if isinstance(method, typing.Iterable):
        return np.array([each(row) for each, row in zip(method, a)])
    return np.array([method(row) for row in a])


def by_functions(a):
    return scaled(np.sum, a) + scaled([np.sum, max, lambda v: v[0] ** 2], a) * scaled(sum, a)


add_by_differences(by_functions, A)


def of_what_can_be_gone_through(v: "Float[np.ndarray, '3']", x: float):
    total = x
    for each in (v, x, [x, x]):
        if isinstance(each, Iterable):
            for item in each:
                total = total * 0.5 + item**2
        else:
            total = total + each
    return total


add_by_differences(of_what_can_be_gone_through, X, 0.4)


# -- one of several functions, more than one of which raises


def doubled(x: float):
    return x * 2.0


def no_number(x: float):
    raise TypeError("this takes an array")


def no_law(x: float):
    raise ValueError("there is no such law")


LAWS = {"A": doubled, "Z": no_number, "": no_law}


def by_a_law(x: float, kind: str):
    return LAWS[kind](x) * x


add(by_a_law, 0.7, "A")


def by_a_number(x: float, n: int):
    y = x if n > 2 else (no_number(x) if n > 1 else no_law(x))
    return y * x


add(by_a_number, 0.7, 3)


# -- objects that hold their own methods


class Law:
    def __init__(self, rate):
        self.rate = rate
        self.apply = self._grow

    def _grow(self, x):
        self.rate = self.rate * 1.5
        return self.rate * x


class Chain:
    def __init__(self, law, rate):
        self.law = law
        self.rate = rate
        self.whole = self
        law.outer = self.scaled

    def scaled(self, x):
        return self.rate * x * self.law.rate


def held_further_in(x, chain: Chain):
    return chain.law.outer(x) * chain.whole.rate


def made_and_called(x):
    chain = Chain(Law(x), x * 2.0)
    return held_further_in(x, chain) + chain.law.apply(x)


add(made_and_called, 0.6)
