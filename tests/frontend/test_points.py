"""Arrays without axes: what is written to the whole of one by another name, x[...]."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = """
def by_another_name(x):
    s = np.array(x.sum())
    u = s[...]
    u *= x[0]
    return s * s


def in_turns(x):
    s = np.zeros(())
    u = s[...]
    for k in range(3):
        u += x[k] * s
        s += x[k]
    return s * u


def of_an_object(x):
    class Held:
        def __init__(self, n):
            self.n = n

    c = Held(np.full((), 0.7))
    t = c.n[...]
    for k in range(3):
        c.n *= x[k]
        t += 1.0
    return c.n * t


def on_one_path(x):
    s = np.zeros(())
    u = s[...]
    if x[0] > 0:
        u += x[0]
        u *= x[1]
    else:
        s += 1.0
    return s * 2.0


def with_an_axis(x):
    s = np.array(x.sum())
    u = s[..., None]
    u[0] *= x[1]
    return s * 2.0
"""
NAMES = ("by_another_name", "in_turns", "of_an_object", "on_one_path", "with_an_axis")
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("points"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_the_whole_of_a_point(name, way, faces):
    faces.check(name, way, (X,), DOT)
