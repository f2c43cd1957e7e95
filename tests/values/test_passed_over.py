"""What NumPy passes over, nan or infinite data among it, takes part in no derivative."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
V = '"float[n]"'
ARGUMENTS = f"(x: {V}, y: {V})"
PROGRAMS = f'''
def added{ARGUMENTS}:
    return np.nansum(y * x)


def averaged{ARGUMENTS}:
    return np.nanmean((y - x) ** 2 * y)


def largest{ARGUMENTS}:
    return np.nanmax(y * x) * np.nanmin(y * x)


def multiplied{ARGUMENTS}:
    return np.nanprod(y * x)


def deviation{ARGUMENTS}:
    return np.nanstd(y * x) + np.nanvar(y * x)


def middle{ARGUMENTS}:
    return np.nanmedian(y * x) + np.nanquantile(y * x, 0.3)


def running{ARGUMENTS}:
    return np.sum(np.nancumsum(y * x)) + np.sum(np.nancumprod(y * x))


def selected{ARGUMENTS}:
    return np.sum(np.where(np.isnan(y), 0.0, y * x ** 2))


def given_a_mask(x: {V}, y: {V}, there: "bool[n]"):
    return np.sum(np.where(there, y * np.sin(x), 0.0))


def replaced{ARGUMENTS}:
    return np.sum(np.nan_to_num(y * x))


def read_by_a_mask{ARGUMENTS}:
    return np.sum((y * x)[~np.isnan(y)] ** 2)


def poles_by_a_mask(x: {V}, y: {V}):
    return np.sum(np.sqrt(x - y)[x > y])


def summed_where{ARGUMENTS}:
    there = ~np.isnan(y)
    return np.sum(y * x, where=there) + np.max(y * x, where=there, initial=0.0)


def written_by_a_mask{ARGUMENTS}:
    z = y * x
    z[np.isnan(z)] = 0.0
    return np.sum(z * x)


def the_larger{ARGUMENTS}:
    return np.sum(np.fmax(y * x, 0.5 * x) * np.fmin(y * x, x))
'''
X, Y = np.array([0.7, 1.2, 2.1, 0.4]), np.array([1.5, np.nan, 2.0, 0.3])
DOT = np.array([0.3, -0.7, 0.2, 1.1])
NAMES = (
    "added", "averaged", "largest", "multiplied", "deviation", "middle", "running", "selected",
    "given_a_mask", "replaced", "read_by_a_mask", "summed_where", "written_by_a_mask", "the_larger",
)  # fmt: skip
AT = {name: (X, Y) for name in NAMES}
AT["given_a_mask"] = (X, Y, ~np.isnan(Y))
AT["poles_by_a_mask"] = (X, np.array([0.2, 1.5, 0.5, 0.9]))


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("passed"), tuple(AT))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", AT)
def test_derivatives_are_finite(name, way, programs):
    programs.check(name, way, AT[name], DOT, atol=1e-9)
    assert np.all(np.isfinite(programs.adjoint(name, way, AT[name])))


@pytest.mark.parametrize("name", AT)
def test_so_are_the_second_ones(name, programs):
    function, (x, *rest) = programs.function(name), AT[name]
    product = ad.hvp(function)((x, *rest), (DOT, *(None for _ in rest)))
    wanted = [ad.grad(function)(x + step * DOT, *rest) for step in (1e-5, -1e-5)]
    np.testing.assert_allclose(product[0] if isinstance(product, tuple) else product,
                               (wanted[0] - wanted[1]) / 2e-5, 1e-5, 1e-8)  # fmt: skip


def test_what_loses_at_infinity_counts_for_nothing():
    y = np.array([np.inf, 2.0])

    def loss(x):
        return np.sum(np.maximum(y * x, 0.0))

    np.testing.assert_array_equal(ad.grad(loss)(np.array([-1.0, 3.0])), [0.0, 2.0])
    assert ad.jvp(loss, (np.array([-1.0, 3.0]),), (np.ones(2),))[1] == 2.0
