"""complex64 in, complex64 out: adjoints of arguments, tangents of values."""

from __future__ import annotations

import numpy as np
import pytest

import adcompile as ad

W = np.linspace(0.5, 1.5, 3)
Z = np.array([0.3 + 0.4j, -0.7 + 0.2j, 1.1 - 0.5j], np.complex64)
A = (np.outer(Z, Z) + np.diag([2.0, 3.0, 4.0])).astype(np.complex64)


def weighted(z):
    return np.sum(np.abs(z * W) ** 2)


def wider(z):
    return z * W


def powers(z):
    return np.float_power(z, 2.5)


def trace_of(a):
    return np.trace(a)


def diagonal(a):
    return np.einsum("ii->i", a)


def roots(z):
    return np.roots(z)


def polynomial(z):
    return np.polyval(z, 0.5 + z)


def differences(z):
    return np.diff(z, prepend=0.0)


def between(z):
    return np.linspace(z[0], z[1], 4)


def area(z):
    return np.trapezoid(z, x=W)


def in_turns(z):
    total = 0.0
    for i in range(3):
        total = total + z[i] ** 2 * W[i]
    return total


def spectrum(z):
    return np.sum(np.abs(np.fft.fft(z)) ** 2)


def written(z):
    y = np.zeros(3, np.complex64)
    y[1:] = z[:-1] * W[0]
    return y


PROGRAMS = [
    (weighted, Z), (wider, Z), (powers, Z), (trace_of, A), (diagonal, A), (roots, Z),
    (polynomial, Z), (differences, Z), (between, Z), (area, Z), (in_turns, Z), (spectrum, Z),
    (written, Z), (wider, Z[0]), (weighted, Z[1]),
]  # fmt: skip


@pytest.mark.parametrize(
    "function, z", PROGRAMS, ids=lambda each: getattr(each, "__name__", str(np.ndim(each)))
)
def test_the_widths_of_derivatives(function, z):
    rng = np.random.default_rng(1)
    way = np.asarray(rng.normal(size=z.shape) + 1j * rng.normal(size=z.shape), np.complex64)[()]
    value, dot = ad.jvp(function, (z,), (way,))
    assert value.dtype == dot.dtype == np.asarray(function(z)).dtype
    seed = np.asarray(rng.normal(size=np.shape(value)), value.dtype)[()]
    again, pullback = ad.vjp(function, z)
    (bar,) = pullback(seed)
    assert again.dtype == value.dtype
    assert bar.dtype == np.complex64
    assert np.sum(seed * dot).real == pytest.approx(np.sum(bar * way).real, rel=1e-4, abs=1e-5)


def test_wide_ones_stay_wide():
    wide = Z.astype(complex)
    assert ad.vjp(wider, wide)[1](wide)[0].dtype == np.complex128
    assert ad.vjp(wider, Z)[1](wide)[0].dtype == np.complex64
    assert ad.jvp(weighted, (wide,), (wide,))[1].dtype == np.float64


def test_files_of_both_widths_are_two(tmp_path, monkeypatch):
    """Neither is taken for the other where derivatives are kept as files."""
    monkeypatch.setenv("ADCOMPILE_CACHE", str(tmp_path))

    def program(z):
        return z * W

    texts = [ad.differentiate(program).source("adjoint", z) for z in (Z, Z.astype(complex), Z)]
    assert texts[0] == texts[2] != texts[1]
