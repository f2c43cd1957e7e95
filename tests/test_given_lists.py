"""Lists, tuples and arrays given without annotations: adjoints have the form of what is given."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from corpus.again import with_derivatives
from deriving import flat, moved, random_like

PROGRAMS = '''
import math

import numpy as np


def summed(x):
    return np.sum(x) * np.mean(x)


def dotted(x, y):
    return np.dot(x, y) * np.sum(np.inner(x, y))


def product(x, A):
    return np.sum(A @ x)


def differences(x, y):
    return np.sum((x - y) ** 2)


def norm(x):
    return np.linalg.norm(x)


def multiplied(x, y):
    return np.sum(np.multiply(x, y))


def clipped(x):
    return np.sum(np.clip(x, 0.0, 1.0))


def beside_each_other(x, y):
    return np.sum(np.concatenate([x, y]) ** 2)


def extremes(x):
    return max(x) * min(x) + sum(x) * np.sum(x)


def in_a_loop(x):
    t = 1.0
    for _ in range(2):
        t = t * max(x) + min(x)
    return t


def ordered(x):
    y = sorted(x)
    return y[0] * y[1] + max(x) + sorted(x, reverse=True)[0]


def on_one_path(x):
    t = np.sum(x)
    for i in range(len(x)):
        t = t + x[i] ** 2
    if t > 100.0:
        t = t + sum(x[1:])
    else:
        t = t * np.mean(x)
    return t


def joined(x):
    y = np.concatenate(x)
    return np.sum(y ** 2) + x[0][0]


def on_top(x):
    return np.sum(np.vstack(x) * np.sum(x[0])) + np.sum(np.hstack(x) ** 3)


def unpacked(x):
    a, b, c = x
    return a * b ** 2 + c * x[0] + np.sum(x)


def unpacked_twice(x):
    (a, b), (c, d) = x
    return a * d - b * c


def helped(x):
    return unpacked(x) * x[1]


def tree(x):
    if isinstance(x, (list, tuple)):
        return sum(tree(each) for each in x)
    return x ** 2


def doubled(x):
    return 2 * x


def twice(x):
    return np.sum(2 * x)


def written(xs: list["float[n]"], y: "float[n]"):
    for x in xs:
        x[0] = y[0] * 2.0
    return np.sum(xs[0]) * y[1]


def returned(x):
    return x[0] * x[1] ** 2, x


def copied(x):
    y = x.copy()
    return sum(i * c for i, c in enumerate(x)), y


def returned_twice(x):
    return x, x


def to(x, v):
    return np.max(x, initial=v) ** 2 + np.min(x, initial=v)
'''
NUMBERS, OTHERS = [0.7, -0.4, 1.3], np.array([0.2, 1.1, -0.6])
PAIRS = [[0.7, -0.4], [1.3, 0.5]]
MATRIX = np.random.default_rng(2).normal(size=(2, 3))
FORMS = [list, tuple, np.array]
ONE = (
    "summed", "norm", "clipped", "extremes", "in_a_loop", "ordered", "on_one_path", "unpacked",
    "helped",
)  # fmt: skip
TWO = ("dotted", "differences", "multiplied", "beside_each_other")


def of_tuples(rows):
    return tuple(map(tuple, rows))


def of_arrays(rows):
    return list(map(np.array, rows))


def of_lists(rows):
    return rows


ROWS = [of_lists, of_tuples, of_arrays, np.array]


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("lists"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ONE)
def test_functions_that_make_arrays(name, form, emitted):
    agree(emitted, name, form(NUMBERS))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TWO)
def test_a_list_beside_an_array(name, form, emitted):
    agree(emitted, name, form(NUMBERS), OTHERS)
    agree(emitted, name, OTHERS, form(NUMBERS))


@pytest.mark.parametrize("form", FORMS)
def test_a_product_of_matrix_and_list(form, emitted):
    agree(emitted, "product", form(NUMBERS), MATRIX)


@pytest.mark.parametrize("form", ROWS)
@pytest.mark.parametrize("name", ["joined", "on_top", "unpacked_twice"])
def test_rows(name, form, emitted):
    agree(emitted, name, form(PAIRS))


def test_lists_in_lists_are_gone_through_by_recursion(emitted):
    agree(emitted, "tree", [0.3, [0.4, [0.5, -0.2]], 0.7])


@pytest.mark.parametrize(("name", "seed"), [("doubled", NUMBERS + NUMBERS), ("twice", 1.0)])
def test_a_list_that_is_repeated_is_refused_when_it_is_given(name, seed, emitted):
    agree(emitted, name, np.array(NUMBERS))
    with pytest.raises(TypeError, match="annotate the list: \\+ joins it"):
        getattr(emitted[1], f"{name}_adjoint")(list(NUMBERS), seed)


@pytest.mark.parametrize("form", [list, np.array])
@pytest.mark.parametrize("name", ["returned", "copied", "returned_twice"])
def test_a_list_that_is_returned(name, form, emitted):
    """Its seed is added to what else flows back, item by item."""
    agree(emitted, name, form(NUMBERS))


def test_initial_of_which_nothing_is_known(emitted):
    agree(emitted, "to", np.array(NUMBERS), 2.0)
    agree(emitted, "to", np.array(NUMBERS), 0.1)


AGAIN = [
    ("summed", NUMBERS), ("norm", NUMBERS), ("in_a_loop", NUMBERS), ("unpacked", NUMBERS),
    ("unpacked", np.array(NUMBERS)), ("joined", PAIRS), ("joined", np.array(PAIRS)),
    ("joined", of_arrays(PAIRS)), ("unpacked_twice", PAIRS),
]  # fmt: skip


@pytest.fixture(scope="module")
def again(tmp_path_factory, emitted):
    folder = tmp_path_factory.mktemp("again")
    return emitted[1], with_derivatives(Path(emitted[1].__file__).read_text(), folder)[1]


@pytest.mark.parametrize(("name", "given"), AGAIN)
def test_the_adjoint_of_the_adjoint(name, given, again):
    agree(again, f"{name}_adjoint", given, 1.2)


def test_lists_that_are_asked_whether_they_share_memory_are_compiled_again(again):
    agree(again, "written_adjoint", [OTHERS, OTHERS + 1.0], OTHERS + 2.0, 1.2)
    with pytest.raises(ValueError, match="arrays in xs share memory"):
        xs = [OTHERS, OTHERS]
        again[1].written_adjoint_tangent(xs, OTHERS, 1.0, xs, OTHERS, 1.0)


def agree(emitted, name, *given):
    """The derivatives against differences; each adjoint has the form of its argument."""
    primal, derivatives, step = getattr(emitted[0], name), emitted[1], 1e-5
    rng = np.random.default_rng(3)
    ways = [random_like(each, rng) for each in given]
    ends = []
    for sign in (1.0, -1.0):
        args = [moved(copy.deepcopy(x), way, sign * step) for x, way in zip(given, ways)]
        ends.append(flat(primal(*args)))
    value, value_dot = getattr(derivatives, f"{name}_tangent")(*given, *ways)
    np.testing.assert_allclose(flat(value), flat(primal(*copy.deepcopy(given))), rtol=1e-14)
    slopes = (ends[0] - ends[1]) / (2 * step)
    np.testing.assert_allclose(flat(value_dot), slopes, rtol=1e-6, atol=1e-8)
    bar = random_like(value, rng)
    _, bars = getattr(derivatives, f"{name}_adjoint")(*given, bar)
    bars = bars if len(given) > 1 else (bars,)
    for one, x in zip(bars, given, strict=True):
        assert form_of(one) == form_of(x)
    np.testing.assert_allclose(flat(bars) @ flat(ways), flat(bar) @ flat(value_dot), rtol=1e-11)


def form_of(tree):
    """The types and shapes in a tree."""
    if isinstance(tree, (list, tuple)):
        return type(tree), [form_of(each) for each in tree]
    return isinstance(tree, np.ndarray), np.shape(tree)
