"""What is written through a view of a part is written to that part: one index for several."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = '''
class Grid:
    def __init__(self, n):
        self.data = np.zeros((n, n))

    def __setitem__(self, place, value):
        self.data[place] = value

    def __getitem__(self, place):
        return self.data[place]


def by_methods(x: "float[4]"):
    g = Grid(3)
    for i in range(3):
        g[i, i] += x[i]
        g[i, :i] *= x[3]
        g[:, i] -= x[0]
    g[0:2, 1:] /= x[1]
    return (g[1:, :] ** 2).sum() + g[0, 2]


def columns(x: "float[4]"):
    a = np.outer(x, x)
    for row in a:
        row -= row.mean()
        row[1:] *= x[2]
    for j in range(4):
        c = a[:, j]
        c /= np.sqrt(c @ c + 1.0)
        c[0] = x[j]
    return (a * a.T).sum()


def parts_of_parts(x: "float[4]"):
    a = np.zeros((2, 3, 4))
    for k in range(2):
        s = a[k]
        s[...] = x
        s[0][...] *= x[k]
        t = s[1:, ::2]
        t += t[:, ::-1] * x[0]
        t[:, :] = t * t
    b = a[..., 1:3]
    b[...] = b[::-1] * 2
    return (a ** 2).sum()


def overlapping(x: "float[4]"):
    y = x.copy()
    v = y[1:]
    v[:] = v[::-1]
    w = v[:2]
    w += y[:2]
    w[...] = np.sin(w)
    y[:2] = y[:2]
    return (y * y).sum() * v[0]
'''
NAMES = ("by_methods", "columns", "parts_of_parts", "overlapping")


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("joined"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    x, dot = np.array([0.93, -0.32, 0.52, 0.17]), np.array([0.3, -0.7, 1.1, 0.2])
    faces.check(name, way, (x,), dot)


@pytest.mark.parametrize("name", ["by_methods", "columns"])
@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_nothing_is_copied_for_it(faces, name, mode):
    text = ad.differentiate(faces.function(name)).source(mode, np.ones(4))
    assert "][...]" not in text
    assert ".copy()" not in text.partition("# reverse sweep")[2]


def column(a: "float[:, :]", j: int):
    c = a[:, j]
    c *= 2.0
    return a


def test_the_text():
    text = ad.differentiate(column, wrt="a").source("adjoint", np.ones((2, 2)), 1)
    assert "np.multiply(2.0, a_bar[:, j], out=a_bar[:, j])" in text
