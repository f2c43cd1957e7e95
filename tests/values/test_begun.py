"""What a reduction begins with, or a step, is of the type of its result, as NumPy has it."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.again import with_derivatives

import adcompile as ad

PROGRAMS = '''
import numpy as np


def total(x, begin):
    return np.sum(x, initial=begin) * np.sum(x, initial=np.float64(0.5))


def product(x, begin):
    return np.prod(x, initial=begin)


def largest(x, begin):
    return np.max(x, initial=begin)


def smallest(x, begin):
    return np.min(x, initial=begin, where=x < 1.0)


def numbers(x, begin):
    return np.nansum(x, initial=begin) + np.nanmax(x, initial=begin)


def rows(x, begin):
    return np.sum(np.sum(np.stack((x, x)), axis=0, initial=begin) ** 2)
'''
NAMES = ("total", "product", "largest", "smallest", "numbers", "rows")
SINGLE = np.array([0.5, 1.25, -0.75], np.float32)
BEGUN = [np.float64(0.3), 0.3, np.float32(0.3)]


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("begun"))


@pytest.mark.parametrize("begin", BEGUN, ids=lambda begin: type(begin).__name__)
@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_widen_the_result(name, begin, modules):
    primal = getattr(modules[0], name)
    wanted, double = primal(SINGLE, begin), SINGLE.astype(float)
    value, bar = ad.value_and_grad(primal)(SINGLE, begin)
    assert (type(value), value) == (np.float32, wanted)
    assert bar.dtype == np.float32
    np.testing.assert_allclose(bar, ad.grad(primal)(double, float(begin)), rtol=1e-6)
    value, dot = ad.jvp(primal, (SINGLE, begin), (np.ones_like(SINGLE), 0.0 * begin))
    assert (type(value), type(dot)) == (np.float32, np.float32)
    np.testing.assert_allclose(dot, np.sum(bar), rtol=1e-6)


@pytest.mark.parametrize("begin", BEGUN, ids=lambda begin: type(begin).__name__)
@pytest.mark.parametrize("name", ["total", "product", "rows"])
def test_it_does_not_widen_what_a_file_returns(name, begin, modules):
    value, bars = getattr(modules[1], f"{name}_adjoint")(SINGLE, begin, np.float32(1.0))
    wanted = getattr(modules[0], name)(SINGLE, begin)
    assert (type(value), value) == (np.float32, wanted)
    assert bars[0].dtype == np.float32


@pytest.mark.parametrize("name", ["total", "product", "largest"])
def test_of_integers_it_is_an_integer(name, modules):
    primal, x = getattr(modules[0], name), np.array([1, 2])
    value, dot = ad.jvp(lambda begin: primal(x, begin), (2.5,), (1.0,))
    assert (value, dot) == (primal(x, 2.5), None)


def stepped(x):
    return np.heaviside(0.0, x) * x + np.heaviside(2, x)


def test_a_number_of_python_as_a_step_does_not_widen():
    x = np.array([0.7, 0.2], np.float32)
    value, dot = ad.jvp(stepped, (x,), (np.ones_like(x),))
    assert (value.dtype, dot.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(dot, 2 * x, 1e-6)
    (bar,) = ad.vjp(stepped, x)[1](np.ones_like(x))
    assert bar.dtype == np.float32
    np.testing.assert_allclose(bar, 2 * x, 1e-6)
