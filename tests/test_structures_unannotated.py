"""What is given without annotations and is no array: tuples, lists and dictionaries."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from corpus.again import with_derivatives
from deriving import flat, moved, random_like

PROGRAMS = '''
import numpy as np


def product(x):
    return x[0] * x[1]


def of_items(x):
    return (1.0 - x[0]) ** 2 + sum(x) * x[-1]


def of_arrays(x):
    return np.sum(x[0] ** 2) + np.sum(x[1] ** 3)


def both(x):
    return x[0] * product(x) + product(x[1:])


def made_an_array(x):
    return np.sum(np.array(x) ** 3)


def taken_as_an_array(x):
    y = np.asarray(x)
    return np.sum(y[1:] * y[:-1])


def stacked(x):
    return np.sum(np.stack(x) ** 2)


def by_names(x):
    total = 0.0
    for name in sorted(x):
        total = total * 0.5 + np.sum(x[name] ** 2)
    return total


def last_first(x):
    return sum(n * np.sum(x[name] ** 2) for n, name in enumerate(sorted(x, reverse=True)))


def gone_through(x):
    total = 0.0
    for value in x:
        total = total + np.sum(value ** 2)
    return total


def by_number(x):
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] ** 2
    return total


def written(x):
    x[0] = x[0] * x[1]
    return x[0] + x[1]


def written_in_turn(x):
    for i in range(len(x)):
        x[i] *= x[0]
    return x[0] + x[1]
'''
RNG = np.random.default_rng(4)
NUMBERS = [0.7, -0.4, 1.3]
ARRAYS = list(RNG.normal(size=(2, 3)))
NAMED = {"w": RNG.normal(size=3), "a": RNG.normal(size=(2, 2)), "b": 0.3}
NUMBERED = {2: 0.4, 0: RNG.normal(size=3)}
AS_ALL = [
    *((name, NUMBERS) for name in ("product", "of_items", "both", "made_an_array")),
    ("taken_as_an_array", NUMBERS), ("of_arrays", ARRAYS), ("made_an_array", ARRAYS),
    ("stacked", ARRAYS),
]  # fmt: skip


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("structures"))


@pytest.mark.parametrize("form", [list, tuple, np.array])
@pytest.mark.parametrize(("name", "given"), AS_ALL)
def test_items_are_those_of_a_list_a_tuple_or_an_array(name, given, form, emitted):
    agree(emitted, name, form(given))


@pytest.mark.parametrize("given", [NAMED, NUMBERED])
@pytest.mark.parametrize("name", ["by_names", "last_first"])
def test_the_names_of_a_dictionary_are_sorted(name, given, emitted):
    agree(emitted, name, given)


@pytest.mark.parametrize("name", ["gone_through", "by_number"])
def test_a_tuple_that_is_gone_through_is_refused_when_it_is_given(name, emitted):
    agree(emitted, name, list(NUMBERS))
    agree(emitted, name, np.array(NUMBERS))
    with pytest.raises(TypeError, match="annotate the argument: it is a tuple"):
        getattr(emitted[1], f"{name}_adjoint")(tuple(NUMBERS), 1.0)


@pytest.mark.parametrize("name", ["written", "written_in_turn"])
def test_a_list_that_is_changed_is_refused_when_it_is_given(name, emitted):
    agree(emitted, name, np.array(NUMBERS))
    for mode, more in (("adjoint", 1.0), ("tangent", list(NUMBERS))):
        with pytest.raises(TypeError, match="x is a list, which is changed in place: annotate it"):
            getattr(emitted[1], f"{name}_{mode}")(list(NUMBERS), more)


def agree(emitted, name, given):
    """The derivatives against differences; the gradient has the structure of the argument."""
    primal, derivatives, step = getattr(emitted[0], name), emitted[1], 1e-5
    way = random_like(given, np.random.default_rng(3))
    high, low = (primal(moved(copy.deepcopy(given), way, sign * step)) for sign in (1.0, -1.0))
    value, value_dot = getattr(derivatives, f"{name}_tangent")(given, way)
    np.testing.assert_allclose(value, primal(copy.deepcopy(given)), rtol=1e-14)
    np.testing.assert_allclose(value_dot, (high - low) / (2 * step), rtol=1e-7)
    _, bar = getattr(derivatives, f"{name}_adjoint")(given, 1.0)
    assert type(bar) is type(given) and len(bar) == len(given)
    if isinstance(given, dict):
        assert list(bar) == list(given)
    assert [np.shape(bar[key]) for key in keys(given)] == [np.shape(given[k]) for k in keys(given)]
    np.testing.assert_allclose(flat(bar) @ flat(way), value_dot, rtol=1e-13)


def keys(given):
    return list(given) if isinstance(given, dict) else range(len(given))
