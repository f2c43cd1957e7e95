"""Modules that hand on functions of libraries under names of their own."""

from __future__ import annotations

import math
import sys
import types

import pytest
from deriving import load

import adcompile as ad

TEXT = """
def f(x):
    return numeric.sin(numeric.radians(x)) + numeric.e ** x * numeric.pi
"""


@pytest.fixture
def numeric():
    """As pysolar.numeric: what its names stand for is set by a function, from math or numpy."""
    module = types.ModuleType("numeric_of_test")
    for name in ("sin", "radians", "pi", "e"):
        setattr(module, name, getattr(math, name))
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def test_functions_that_a_module_hands_on_have_their_rules(numeric):
    f = load(TEXT)
    f.__globals__["numeric"] = numeric
    expected = math.cos(math.radians(30.0)) * math.pi / 180 + math.pi * math.e**30.0
    assert ad.grad(f)(30.0) == pytest.approx(expected, rel=1e-12)
    numeric.sin = math.cos
    expected = -math.sin(math.radians(30.0)) * math.pi / 180 + math.pi * math.e**30.0
    assert ad.grad(f)(30.0) == pytest.approx(expected, rel=1e-12)
