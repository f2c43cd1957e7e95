"""z.real[i] = v, z.imag += v and the like write to the parts of complex numbers."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad

RNG = np.random.default_rng(6)
Z = RNG.normal(size=4) + 1j * RNG.normal(size=4)
V = RNG.normal(size=4)
WEIGHTS = RNG.normal(size=4) + 1j * RNG.normal(size=4)


def loss(z):
    return np.sum(np.abs(z * WEIGHTS + z[::-1]) ** 2)


def all_of_the_real_part(z, v):
    z = z.copy()
    z.real[:] = v * z.imag
    return loss(z)


def to_the_imaginary_part(z, v):
    z = z.copy()
    z.imag += v
    z.imag *= v
    return loss(z)


def elements(z, v):
    z = z.copy()
    z.real[1] = v[0]
    z.imag[-1] -= v[1] * v[2]
    for i in range(2):
        z.imag[i] *= v[i]
    return loss(z)


def slices(z, v):
    z = z.copy()
    z.real[1:] += v[1:]
    z.imag[[0, 2]] = v[:2] ** 2
    z.real[v > 0] /= 2.0
    return loss(z)


def through_a_view(z, v):
    z = z.copy()
    half = z[1:3]
    half.real[...] = v[:2]
    half.imag **= 2
    return loss(z)


def in_an_object(z, v):
    held = {"z": z.copy()}
    held["z"].imag[0] += v[3]
    held["z"].real -= v
    return loss(held["z"])


def of_real_numbers(z, v):
    x = v.copy()
    x.real[1:] *= v[0]
    x.real += v
    return np.sum(x**2) + loss(z)


FUNCTIONS = [
    all_of_the_real_part, to_the_imaginary_part, elements, slices, through_a_view, in_an_object,
    of_real_numbers,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_derivatives_are_those_of_differences(function):
    way, dot, step = RNG.normal(size=4) + 1j * RNG.normal(size=4), RNG.normal(size=4), 1e-5
    ends = [function(Z + sign * step * way, V + sign * step * dot) for sign in (1, -1)]
    value, slope = ad.jvp(function, (Z, V), (way, dot))
    assert value == pytest.approx(function(Z, V), rel=1e-14)
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-7)
    z_bar, v_bar = ad.grad(function, ("z", "v"))(Z, V)
    assert np.sum(z_bar * way).real + v_bar @ dot == pytest.approx(slope, rel=1e-12)
