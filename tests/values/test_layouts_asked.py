"""Of an array made here is asked how it lies in memory, whatever that is made of."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

TEXT = """
def in_rows(a: "float[n, m]"):
    b = a * 1.0
    row = b.ravel()
    row[1] = 5.0 * row[0] ** 2
    return b


def turned(a: "float[n, m]"):
    b = a - 0.0
    b = b / 1.0
    g = np.asfortranarray(b)
    g[0, 0] = 5.0 * a[0, 1]
    return b + g * a


def unchanged(a: "float[n, m]"):
    b = -(-a)
    flat = b.reshape(-1)
    flat *= flat[0]
    return b * a
"""
ROWS = np.random.default_rng(4).normal(size=(3, 4))
TAKEN = {
    "by rows": lambda a: a,
    "by columns": lambda a: a,
    "every second row": lambda a: a[::2],
    "every second column": lambda a: a[:, ::2],
    "backwards": lambda a: a[::-1],
    "turned": lambda a: a[:, ::2].T,
}


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("layouts"))


def laid(values, like):
    """These values in memory as `like` lies there."""
    held = np.zeros(ROWS.shape, order="F" if like.flags.f_contiguous else "C")
    for take in TAKEN.values():
        part = take(held)
        if part.shape == like.shape and part.strides == like.strides:
            part[...] = values
            return part
    raise AssertionError("no such layout")


@pytest.mark.parametrize("layout", TAKEN)
@pytest.mark.parametrize("way", ("files", "files, no passes"))
@pytest.mark.parametrize("name", ("in_rows", "turned", "unchanged"))
def test_as_numpy_lays_it(name, way, layout, faces):
    assert way in WAYS
    a = TAKEN[layout](np.asfortranarray(ROWS) if layout == "by columns" else ROWS)
    function, dot = faces.function(name), np.cos(a)
    ends = [function(laid(a + step * dot, a)) for step in (1e-6, -1e-6)]
    slope = (ends[0] - ends[1]) / 2e-6
    off = int(way.endswith("no passes"))
    value, found = getattr(faces.made["tangent", off], f"{name}_tangent")(a, dot)
    np.testing.assert_array_equal(value, function(laid(a, a)))
    np.testing.assert_allclose(found, slope, rtol=1e-7, atol=1e-8)
    seed = np.sin(found)
    bar = getattr(faces.made["adjoint", off], f"{name}_adjoint")(a, seed)[1]
    np.testing.assert_allclose(np.vdot(bar, dot), np.vdot(seed, found), rtol=1e-12)
