"""What is asked of an array that is None on the path taken raises what the program raises."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

ASKED = {
    "shape": "np.sum(x) * y.shape[0]",
    "axes": "np.sum(x) * y.ndim",
    "elements": "np.sum(x) * y.size",
    "dtype": "np.sum(np.ones(3, dtype=y.dtype) * x)",
    "turned": "np.sum(y.T * x)",
    "real": "np.sum(y.real * x)",
    "summed": "y.sum() + np.sum(x)",
    "reshaped": "np.sum(y.reshape(-1) * x)",
    "copied": "np.sum(y.copy() * x)",
    "multiplied": "y.dot(x)",
    "tested": "np.sum(x) if y.any() else np.sum(x * x)",
    "converted": "np.sum(y.astype(float) * x)",
    "length": "np.sum(x) * len(y)",
}
"""By the name of a program, what it returns of x and of y, which may be None."""
PROGRAMS = "\n\n".join(
    f"def {name}(x, there):\n    y = None\n    if there:\n        y = x * 2.0\n    return {text}\n"
    for name, text in ASKED.items()
) + '''

def by_default(x, y=None):
    return np.sum(x) * y.ndim


def by_annotation(x: np.ndarray, y: "np.ndarray | None"):
    return np.sum(x) * y.size


def of_a_turn_before(x, n):
    y, s = None, 0.0
    for i in range(n):
        s = s + np.sum(x) * y.size
        y = x * i
    return s + x[0]


def behind_no_turn(x, n):
    y, s = None, 0.0
    if n > 2:
        y = x * 2.0
    for i in range(n):
        s = s + np.sum(x) * y.ndim
    return s + y.ndim * x[0]


def pair_behind_no_turn(x, n):
    pair, s = None, 0.0
    if n > 2:
        pair = (x[0], 2.0)
    for i in range(n):
        s = s + pair[0]
    return s + pair[1] * x[1]


def caught(x, there):
    y = None
    if there:
        y = x * 2.0
    try:
        n = y.ndim
    except AttributeError:
        n = 5
    return np.sum(x) * n


def facts_of_none(x, there):
    y = None
    if there:
        y = x * 2.0
    return np.sum(x) * (np.ndim(y) + 1) * np.size(y) * (len(np.shape(y)) + 2)
'''
X = np.array([1.0, 2.0, 3.0])
RAISING = [
    *((name, False) for name in ASKED), ("of_a_turn_before", 1), ("of_a_turn_before", 3),
    ("behind_no_turn", 0), ("behind_no_turn", 1), ("pair_behind_no_turn", 0),
    ("pair_behind_no_turn", 1),
]  # fmt: skip
GOING = [
    *((name, True) for name in ASKED), ("by_default", X), ("by_annotation", X),
    ("of_a_turn_before", 0), ("behind_no_turn", 3), ("pair_behind_no_turn", 3), ("caught", True),
    ("caught", False), ("facts_of_none", True), ("facts_of_none", False),
]  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("none_there"))


def told(name, given):
    return f"{name}-{given if isinstance(given, (int, str)) else 'array'}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name, given", RAISING, ids=[told(*case) for case in RAISING])
def test_it_raises_what_the_program_raises(faces, name, given, way):
    with pytest.raises((AttributeError, TypeError)) as wanted:
        faces.function(name)(X, given)
    assert faces.raised(name, way, (X, given)) == [wanted.type] * 2


@pytest.mark.parametrize("way", WAYS[2:])
@pytest.mark.parametrize("name", ["by_default", "by_annotation"])
def test_it_raises_where_none_is_given(faces, name, way):
    """Where it is known to be None when compiling it is refused."""
    assert faces.raised(name, way, (X, None)) == [AttributeError] * 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name, given", GOING, ids=[told(*case) for case in GOING])
def test_elsewhere_the_derivative_is_as_ever(faces, name, given, way):
    dot = np.array([0.3, -0.4, 0.5])
    wanted = faces.slope(name, (X, given), dot)
    assert faces.tangent(name, way, (X, given), dot) == pytest.approx(wanted, rel=1e-7)
    assert faces.adjoint(name, way, (X, given)) @ dot == pytest.approx(wanted, rel=1e-7)
