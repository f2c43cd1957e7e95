"""Functions that are kept, and made of an integer here and of a real number there: each computes
with its own.
"""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = """
def appended_in_a_try(x: "float[:]"):
    fs = []
    try:
        for z in (len(x), x[1], 3):
            fs.append(lambda t, z=z: z * t * x[0])
        y = fs[7](1.0)
    except IndexError:
        y = fs[1](2.0) * fs[0](x[2])
    return y


def by_keys_in_a_try(x: "float[:]"):
    fs = {}
    try:
        for name, z in (("p", len(x)), ("q", x[1])):
            fs[name] = lambda t, z=z: z * t
    except ZeroDivisionError:
        pass
    return fs["p"](x[0]) + fs["q"](x[2])


def one_key_of_two(x: "float[:]"):
    fs = {}
    try:
        for z in (len(x), x[1]):
            fs[1.5] = lambda t, z=z: z * t
    except ZeroDivisionError:
        pass
    return x[0] * fs[1.5](x[2])


def an_index_or_a_factor(x: "float[:]"):
    fs = []
    for k in range(len(x)):
        if x[k] > 0:
            fs.append(lambda t, z=k: x[z] * t)
        else:
            fs.append(lambda t, z=x[k]: z * t)
    return sum(g(v) for g, v in zip(fs, x))


def made(z):
    return lambda t: z * t


def by_a_maker(x: "float[:]", n: int):
    fs = []
    for k in range(n):
        fs.append(made(k))
        fs.append(made(x[k]))
    return sum(fs[j](x[j % 4]) * j for j in range(len(fs)))
"""
NAMES = (
    "appended_in_a_try", "by_keys_in_a_try", "one_key_of_two", "an_index_or_a_factor", "by_a_maker",
)  # fmt: skip
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("ints_and_floats_kept"), NAMES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name, way, faces):
    faces.check(name, way, (X, 3) if name == "by_a_maker" else (X,), DOT)
