"""None in a list that is given: what is asked of its items is asked, and its adjoint is None.

A file, which does not see what is given, may have a zero there.
"""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

PROGRAMS = '''
def gone_through(rows, x):
    s = 0.0
    for row in rows:
        if row is not None:
            s += np.sum(row * x)
    return s


def said(rows: "list[np.ndarray | None]", x: float):
    s = 0.0
    for row in rows:
        s += x * x if row is None else np.sum(row * x)
    return s


def of_numbers(rows: "list[float | None]", x: float):
    s = 0.0
    for row in rows:
        if row is not None:
            s += row * row * x
    return s


def by_place(rows, x):
    return rows[0] * x if rows[1] is None else rows[1] * x * 3.0


def by_key(rows: "dict[str, float | None]", x: float):
    s = 0.0
    for key in rows:
        v = rows[key]
        if v is not None:
            s += v * x
    return s


def in_a_tuple(rows: "tuple[float, float | None]", x: float):
    return rows[0] * x if rows[1] is None else x * rows[1]
'''
ROW = np.array([1.0, 2.0])
CASES = [
    ("gone_through", [ROW, None, ROW], [[1.5, 1.5], None, [1.5, 1.5]]),
    ("gone_through", [2.0, None], [1.5, None]),
    ("said", [ROW, None, ROW], [[1.5, 1.5], None, [1.5, 1.5]]),
    ("of_numbers", [1.0, None, 2.0], [3.0, None, 6.0]),
    ("by_place", [2.0, None], [1.5, None]),
    ("by_place", [2.0, 3.0], [0.0, 4.5]),
    ("by_key", {"a": 1.0, "b": None}, {"a": 1.5, "b": None}),
    ("in_a_tuple", (1.5, None), (1.5, None)),
]


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("none_in_lists"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", range(len(CASES)))
def test_its_adjoint_is_none_or_zero(faces, number, way):
    name, given, wanted = CASES[number]
    found = faces.adjoint(name, way, (given, 1.5))
    assert type(found) is type(given)
    pairs = (
        [(found[key], wanted[key]) for key in wanted]
        if isinstance(given, dict)
        else zip(found, wanted, strict=True)
    )
    for one, other in pairs:
        if other is None:
            assert one is None or (one == 0.0 and way.startswith("files"))
        else:
            np.testing.assert_allclose(one, other)
