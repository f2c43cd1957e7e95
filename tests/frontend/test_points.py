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


def read_with_an_axis(x):
    s = x[1] ** 2
    return np.sum(s[None] * s[..., None]) * x[0]


def of_a_number(x):
    s = x[0] * 1.0
    t = s.copy()
    t += x[1]
    return t * s


class Held:
    def __init__(self, s):
        self.s = s


def both_changed(x):
    h = Held(np.array(x[0]))
    t = h.s[...]
    t += x[1]
    h.s *= 3.0
    return t * h.s


def written_as_a_whole(x):
    h = Held(np.array(x[0]))
    t = h.s[...]
    t[...] = x[1]
    h.s *= 2
    return t * h.s


def in_a_list(x):
    s = np.array(x[0])
    items = [s, s[...], s[None]]
    items[2][0] = x[1]
    items[1] += x[2]
    return items[0] * items[1] * items[2][0]


def changed_in_turns(x):
    h = Held(np.array(x[0]))
    t = h.s[...]
    for k in range(3):
        t += x[k]
        h.s *= 3.0
    return t * h.s


def held_by_two(x):
    h = Held(np.array(x[0]))
    g = Held(h.s[...])
    if x[1] < 0:
        g.s += x[1]
    else:
        h.s -= x[1]
    h.s *= 3
    return g.s * h.s
"""
NAMES = (
    "by_another_name", "in_turns", "of_an_object", "on_one_path", "with_an_axis",
    "read_with_an_axis", "of_a_number", "both_changed", "written_as_a_whole", "in_a_list",
    "changed_in_turns", "held_by_two",
)  # fmt: skip
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.7, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("points"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_the_whole_of_a_point(name, way, faces):
    faces.check(name, way, (X,), DOT)


NUMBER = """
def of_a_number(x):
    s = x[0]
    t = s[...]
    t += x[1]
    return t * s
"""


@pytest.mark.parametrize("way", WAYS)
def test_the_whole_of_a_number(way, tmp_path):
    """It is an array of its own; files, which do not know what it is the whole of, say so."""
    faces = TwoFaces(NUMBER, tmp_path)
    if way.startswith("files"):
        assert faces.raised("of_a_number", way, (X,)) == [TypeError, TypeError]
    else:
        faces.check("of_a_number", way, (X,), DOT)
