"""Texts that stand beside numbers in tuples and lists, and are made of none of them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = """def names_of_values(x):
    pairs = []
    for k, v in enumerate(x):
        pairs.append((f"n{k}", v * k))
    d = {n: v for n, v in pairs}
    return d["n2"] * 2 + sum(len(n) * v for n, v in d.items())


def dictionaries_in_a_dictionary(x):
    d = {i: {j: v * i for j, v in enumerate(x)} for i in range(3)}
    return sum(d[i][1] * i for i in d) + d[2][0] ** 2


def dictionaries_in_a_list(x):
    d = [{j: v * k for j, v in enumerate(x)} for k in range(3)]
    s = 0.0
    for k in range(3):
        s += d[k][2] * d[k][0]
    return s


def a_text_by_its_pair(x):
    rows = [("a" if k % 2 else "bb", v * v) for k, v in enumerate(x)]
    found = {name: len(name) for name, v in rows}
    return sum(found[name] * v for name, v in rows)
"""

X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.8, 0.5, 1.1])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("texts"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", re.findall(r"def (\w+)", PROGRAMS))
def test_texts_beside_numbers_are_data(faces, name, way):
    faces.check(name, way, (X,), DOT)


def shown_in_a_pair(x):
    pairs = [(f"{v}", v) for v in x]
    return sum(float(text) * v for text, v in pairs)


def shown_and_kept(x):
    pairs = [("", x[0])]
    for v in x:
        pairs.append((str(v), v))
    return sum(float(text or "1") for text, v in pairs)


@pytest.mark.parametrize("function", [shown_in_a_pair, shown_and_kept])
def test_texts_that_show_numbers_are_no_data(function):
    with pytest.raises(ad.RejectedError, match="ADC505"):
        ad.grad(function)(np.array([0.7, -1.2, 2.1]))
