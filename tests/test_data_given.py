"""Slices, ranges and namespaces that are arguments, constants of the module, or held by one.

What a slice shows is a part, and no copy.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from deriving import check_by_differences, load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

TEXT = '''
from dataclasses import dataclass
from types import SimpleNamespace
from numpy import mgrid, r_, s_

INNER = slice(1, 3)
CORNER = (slice(None), slice(0, 2))
HALVES = [slice(0, 2), slice(2, 4)]
NAMED = {"a": slice(0, 2), "b": slice(1, 4)}
MIXED = [0, slice(1, 3), [0, 2], Ellipsis]
WHERE = np.s_[1:-1, 1:-1]


@dataclass
class Part:
    at: slice
    factor: float = 1.0


STEPS = range(1, 3)
GIVEN = SimpleNamespace(at=1, s=slice(1, 3), a=np.array([1.0, 2.0, 3.0, 4.0]))
PARTS = [Part(slice(0, 2)), Part(slice(2, 4), 2.0)]


def given(x: "float[4]", s: slice):
    y = x.copy()
    y[s] *= 2.0
    z = y[s]
    z += x[s]
    return np.sum(y ** 2)


def constant(x: "float[4]"):
    y = x.copy()
    y[INNER] *= 2.0
    z = y[INNER]
    z += x[INNER]
    return np.sum(y ** 2)


def squared(x: "float[4]"):
    y = x.copy()
    y[INNER] = y[INNER] ** 2
    y[INNER] = y[INNER] * x[INNER]
    return np.sum(y * np.arange(4.0))


def in_a_tuple(x: "float[4]"):
    a = np.outer(x, x)
    a[CORNER] *= 2.0
    z = a[CORNER]
    z += z.sum()
    return np.sum(a[..., 0] * x)


def of_several(x: "float[4]"):
    y = x.copy()
    for s in HALVES:
        y[s] *= y[s].sum()
    z = y[HALVES[0]]
    z *= 3.0
    return np.sum(y ** 2)


def by_name(x: "float[4]"):
    y = x.copy()
    for name in NAMED:
        y[NAMED[name]] = y[NAMED[name]][::-1] * 2.0
    z = y[NAMED["b"]]
    z *= x[0]
    return np.sum(y ** 2)


def of_different_kinds(x: "float[4]"):
    y = x.copy()
    for i in (0, 1, 2):
        y[MIXED[i]] *= 2.0
    z = y[MIXED[3]]
    z += y.sum()
    return np.prod(y)


def held(x: "float[4]"):
    y = x.copy()
    for part in PARTS:
        y[part.at] *= part.factor * y[part.at].sum()
        z = y[part.at]
        z -= 1.0
    return np.prod(y)


def written_as_an_index(x: "float[4]"):
    a = np.outer(x, x)
    inner = np.s_[1:-1, 1:-1]
    a[inner] *= 2.0
    a[WHERE] += 1.0
    a[np.index_exp[0] + (1,)] = 0.0 if len(np.index_exp[0]) == 1 else 5.0
    return np.sum(a[np.s_[::2]] * x)


def by_other_names(x: "float[4]"):
    rows, columns = mgrid[0:2, 0:2]
    joined = r_[x, 2.0 * x[s_[1:3]]]
    return np.prod(joined) + np.sum(rows * x[:2] + columns * x[2:])


def from_words(x: "float[4]"):
    factors = {}
    for name, value in zip("k m c d".split(), x):
        factors[name] = value
    key, _, power = "m=2".partition("=")
    terms = "k*m + c*d".replace(" ", "").split("+")
    total = factors[key] ** int(power)
    for term in terms:
        first, second = term.split("*")
        total += factors[first] * factors[second]
    return total


def by_ranges(x: "float[4]", rows: dict[str, range]):
    y = x.copy()
    y[STEPS] *= 2.0
    z = y[STEPS]
    z += 5.0
    total = sum(x[i] for row in rows.values() for i in reversed(row))
    return total * np.prod(y) * len(STEPS) * (2 in STEPS) + z[0] + y[STEPS[-1]]


def of_a_namespace(x: "float[4]"):
    y = x.copy()
    y[GIVEN.s] *= GIVEN.a[GIVEN.s]
    z = y[GIVEN.s]
    z += x[GIVEN.at]
    return np.prod(y)


def in_a_row(x: "float[4]", rows: list[slice]):
    a = np.outer(x, x)
    for i, s in enumerate(rows):
        a[i, s] *= 2.0
        z = a[:, s]
        z += a[s, i].sum()
    return np.sum(a * x)


def bounds(x: "float[4]", s: slice):
    y = x.copy()
    for i in range(*s.indices(len(x))):
        y[i] *= x[i - 1]
    y[s.start] += 1.0
    y[s.start : s.stop] *= y[0]
    return np.sum(y ** 2)


def exchanged(x: "float[4]", s: slice):
    y = x.copy()
    t = slice(2, 4) if x[0] > 0.0 else INNER
    y[s], y[t] = y[t].copy(), y[s].copy()
    a, b = y[s], y[t]
    a *= 2.0
    b += a
    return np.prod(y)
'''
ARGS = {
    "given": (slice(1, 3),), "bounds": (slice(1, 3),), "exchanged": (slice(0, 2),),
    "in_a_row": ([slice(0, 2), slice(1, 3)],), "by_ranges": ({"a": range(2), "b": range(1, 4)},),
}  # fmt: skip
NAMES = (
    "given", "constant", "squared", "in_a_tuple", "of_several", "by_name", "of_different_kinds",
    "held", "written_as_an_index", "by_other_names", "from_words", "by_ranges", "of_a_namespace",
    "in_a_row", "bounds", "exchanged",
)  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("slices"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    x, dot = np.array([0.7, -0.4, 1.1, 0.6]), np.array([0.3, -0.7, 1.9, 0.8])
    faces.check(name, way, (x, *ARGS.get(name, ())), dot)


@pytest.mark.parametrize("place", [slice(1, 3), 2, [0, 2], np.array([1, 3]), np.int64(2), ...])
def test_an_argument_of_any_kind(place):
    f = load("def f(x, s):\n    y = x.copy()\n    y[s] *= x[0]\n    return np.sum(y ** 2)\n")
    x, dot = np.array([0.7, -0.4, 1.1, 0.6]), np.array([0.3, -0.7, 1.9, 0.8])
    check_by_differences(lambda x: f(x, place), x, dot)
    gradient = ad.grad(f)(x, place)
    slope = (f(x + 1e-6 * dot, place) - f(x - 1e-6 * dot, place)) / 2e-6
    np.testing.assert_allclose(gradient @ dot, slope, rtol=1e-8)


def test_a_slice_without_a_start_has_none():
    f = load("def f(x, s):\n    return x[s.start] ** 2\n")
    assert ad.grad(f)(np.arange(3.0), slice(1, 2))[1] == 2.0
    with pytest.raises(TypeError, match="the slice has no start"):
        ad.grad(f)(np.arange(3.0), slice(None, 2))


def test_a_part_of_a_list_that_is_not_known():
    f = load("def f(x, s):\n    y = list(x)\n    y[s] = [y[0], y[0]]\n    return y[1]\n")
    with pytest.raises(RejectedError, match="which items this slice of a list leaves"):
        ad.grad(f)(np.arange(3.0), slice(1, 2))


def test_a_namespace_is_changed_as_an_object_is():
    f = load("def f(x, held):\n    held.k = x[0]\n    held.a += x\n    return held.k * held.a\n")
    x, held = np.array([0.7, -0.4]), SimpleNamespace(k=2.0, a=np.array([1.0, 3.0]))
    gradient = ad.jacobian(f)(x, held)
    np.testing.assert_allclose(gradient, x[0] * np.eye(2) + np.outer(held.a + x, [1.0, 0.0]))
    assert held.k == 2.0 and held.a[0] == 1.0
