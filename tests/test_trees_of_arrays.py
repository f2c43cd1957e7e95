"""Objects that hold arrays and one another, in trees that a recursion makes, walks or changes."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

PROGRAMS = '''
class Arr:
    def __init__(self, w, left, right):
        self.w, self.left, self.right = w, left, right


def mod(n):
    if n is None:
        return
    n.w *= 2.0
    n.w[0] += 1.0
    mod(n.left)
    mod(n.right)


def sarr(n):
    if n is None:
        return 0.0
    return (n.w ** 2).sum() + sarr(n.left) * 2.0 + sarr(n.right)


def barr(x, d):
    if d == 0:
        return None
    return Arr(x * d, barr(x + 1.0, d - 1), barr(x * 0.5, d - 1))


def an_array_of_ours(x: "float[4]"):
    w = x * 2.0
    n = Arr(w, None, Arr(w + 1.0, None, None))
    mod(n)
    return w.sum() + sarr(n)


def an_array_changed(x: "float[4]"):
    w = x * 2.0
    n = Arr(w, None, Arr(w + 1.0, None, None))
    w[0] = 5.0 * x[1]
    mod(n)
    return sarr(n)


def a_view_of_it(x: "float[4]"):
    n = Arr(x * 2.0, None, Arr(x + 1.0, None, None))
    v = n.right.w
    mod(n)
    return v.sum() + sarr(n)


def a_view_of_one_made(x: "float[4]"):
    n = barr(x, 3)
    v = n.right.w
    mod(n)
    return v.sum() + sarr(n)


def under_two_names(x: "float[4]"):
    n = barr(x, 3)
    v = n.right
    m = v
    mod(n)
    v.w[1] = 7.0 * x[0]
    return m.w[1] * sarr(n)


def arrays_in_a_loop(x: "float[4]"):
    n = barr(x, 2)
    for i in range(3):
        n.left.w = n.left.w * 0.5 + n.w
        n = Arr(n.w * 0.5, n, None)
    return sarr(n)


def one_of_two(x: "float[4]"):
    n = barr(x, 2)
    if x[0] > 0:
        m = n.left
    else:
        m = n.right
    m.w = m.w * 3.0
    return sarr(n)


def longer(n, d):
    if d > 0:
        n.left = Arr(n.w * 0.5, None, None)
        longer(n.left, d - 1)


def longer_and_longer(x: "float[4]"):
    n = Arr(x * 1.0, None, None)
    m = n
    longer(n, 3)
    longer(m.left, 1)
    return sarr(m) + (n.left.w[0] if n.left is not None else 0.0)
'''
NAMES = [
    "an_array_of_ours", "an_array_changed", "a_view_of_it", "a_view_of_one_made",
    "under_two_names", "arrays_in_a_loop", "one_of_two", "longer_and_longer",
]  # fmt: skip
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.6, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("arrays"), NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    faces.check(name, way, (X,), DOT)


SHARED = """
class Arr:
    def __init__(self, w, left, right):
        self.w, self.left, self.right = w, left, right


def mod(n):
    if n is None:
        return
    n.w *= 2.0
    n.w[0] += 1.0
    mod(n.left)
    mod(n.right)


def sarr(n):
    if n is None:
        return 0.0
    return (n.w ** 2).sum() + sarr(n.left) * 2.0 + sarr(n.right)


def views(x):
    if len(x) < 2:
        return None
    m = len(x) // 2
    return Arr(x[m:], views(x[:m]), None)


def share(w, d):
    if d == 0:
        return None
    return Arr(w, share(w, d - 1), None)


def f(x):
    y = x * 1.0
    n = {}
    mod(n)
    return sarr(n) + y[3]
"""


@pytest.mark.parametrize("made", ["views(y)", "share(y, 3)"])
def test_arrays_that_share_memory_are_refused(made):
    with pytest.raises(RejectedError):
        ad.grad(load(SHARED.format(made)))(X)
