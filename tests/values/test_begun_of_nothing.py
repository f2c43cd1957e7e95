"""Of nothing a reduction with initial= is what it begins with, and so is its derivative."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = """
def largest(x: "float[:]", n: int):
    return np.max(x[:n], initial=x[1] ** 2) * x[0]


def smallest(x: "float[:]", n: int):
    return np.min(x[:n], initial=x[1] ** 2) * x[0]


def of_no_number(x: "float[:]", n: int):
    return np.nanmax(x[:n], initial=x[2]) * np.nanmin(x[:n], initial=x[0])


def of_rows(x: "float[:]", n: int):
    return np.sum(np.max(np.outer(x[:n], x), axis=0, initial=x[1]) * x)


def kept(x: "float[:]", n: int):
    return np.sum(x[:n].max(keepdims=True, initial=x[0]) * x)


def where(x: "float[:]", n: int):
    return np.min(x[:n], initial=x[0], where=x[:n] > 0.5)


def summed(x: "float[:]", n: int):
    return np.sum(x[:n], initial=x[0]) * np.prod(x[:n], initial=x[1])
"""
NAMES = ("largest", "smallest", "of_no_number", "of_rows", "kept", "where", "summed")
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 0.2, 1.1])


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("nothing"), NAMES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n", [0, 3])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_beginning(name, n, way, programs):
    programs.check(name, way, (X, n), DOT, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_as_wide_as_it_is_given(name, programs):
    value, bar = ad.value_and_grad(programs.function(name))(X.astype(np.float32), 0)
    assert (value.dtype, bar.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(bar, ad.grad(programs.function(name))(X, 0), rtol=1e-5)
