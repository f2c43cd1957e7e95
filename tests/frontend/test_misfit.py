"""A call that does not fit its function: refused, but where Python may not come to it."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad

LAYERS = {
    "scale": lambda x, k=1.0: x * k,
    "clip": lambda x, lo=-1.0, hi=1.0: np.clip(x, lo, hi),
    "soft": lambda x, beta=2.0: np.log1p(np.exp(beta * x)) / beta,
}
STEPS = [("scale", {"k": 1.5}), ("clip", {"hi": 2.0}), ("soft", {})]
SAME_KEYS = (("scale", {"k": 1.5}), ("scale", {"k": 0.5}))


def by_a_table(x):
    for name, options in STEPS:
        x = LAYERS[name](x, **options)
    return np.sum(x * x)


def by_a_table_of_one_kind(x):
    for name, options in SAME_KEYS:
        x = LAYERS[name](x, **options)
    return np.sum(x * x)


@pytest.mark.parametrize("function", [by_a_table, by_a_table_of_one_kind])
def test_only_the_chosen_function_must_fit(function):
    x, way = np.array([0.3, 0.9, -2.0]), np.array([0.4, -1.1, 0.7])
    around = (function(x + 1e-6 * way) - function(x - 1e-6 * way)) / 2e-6
    assert ad.grad(function)(x) @ way == pytest.approx(around, rel=1e-7)
    assert ad.jvp(function, (x,), (way,))[1] == pytest.approx(around, rel=1e-7)


def scaled(x, by, *, more=0.0):
    return x * by + more


def unknown_name(x):
    return x * x if x > 1.0 else scaled(x, 2.0, less=1.0)


def given_twice(x):
    return x * x if x > 1.0 else scaled(x, 2.0, by=1.0)


def too_many(x):
    return x * x if x > 1.0 else scaled(x, 2.0, 1.0)


def too_many_of_two(x):
    return x * x if x > 1.0 else LAYERS["soft"](x, 1.0, 1.0)


def too_few(x):
    return x * x if x > 1.0 else scaled(x)


def to_a_lambda(x):
    return x * x if x > 1.0 else (lambda y: y)(x, 1.0)


@pytest.mark.parametrize(
    "function", [unknown_name, given_twice, too_many, too_many_of_two, too_few, to_a_lambda]
)
def test_the_derivative_raises_where_the_program_does(function):
    assert ad.grad(function)(1.5) == pytest.approx(3.0)
    with pytest.raises(TypeError) as wanted:
        function(0.5)
    for derived in (ad.grad(function), lambda x: ad.jvp(function, (x,), (1.0,))):
        with pytest.raises(TypeError) as found:
            derived(0.5)
        assert str(found.value).split("()")[1] == str(wanted.value).split("()")[1]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: scaled(x, 2.0, less=1.0), "has no parameter 'less'"),
        (lambda x: scaled(x, 2.0, by=1.0), "gets the argument 'by' twice"),
        (lambda x: scaled(x, 2.0, 1.0), "takes 2 positional arguments, 3 given"),
        (lambda x: scaled(x), "needs the argument 'by'"),
    ],
)
def test_what_is_sure_to_come_is_refused(function, words):
    with pytest.raises(ad.RejectedError, match=words):
        ad.grad(function)(1.5)
