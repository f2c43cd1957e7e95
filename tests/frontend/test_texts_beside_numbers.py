"""Texts that stand beside numbers in tuples and lists, and are made of none of them."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import TwoFaces

import adcompile as ad

PROGRAMS = {
    "names of values": """
    pairs = []
    for k, v in enumerate(x):
        pairs.append((f"n{k}", v * k))
    d = {n: v for n, v in pairs}
    return d["n2"] * 2 + sum(len(n) * v for n, v in d.items())
""",
    "dictionaries in a dictionary": """
    d = {i: {j: v * i for j, v in enumerate(x)} for i in range(3)}
    return sum(d[i][1] * i for i in d) + d[2][0] ** 2
""",
    "dictionaries in a list": """
    d = [{j: v * k for j, v in enumerate(x)} for k in range(3)]
    s = 0.0
    for k in range(3):
        s += d[k][2] * d[k][0]
    return s
""",
    "a text by its pair": """
    rows = [("a" if k % 2 else "bb", v * v) for k, v in enumerate(x)]
    found = {name: len(name) for name, v in rows}
    return sum(found[name] * v for name, v in rows)
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_texts_beside_numbers_are_data(name, tmp_path):
    TwoFaces(tmp_path).check(f"def f(x):{PROGRAMS[name]}")


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
