"""Attributes of arrays that no derivative reads: what can be read is said."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad
from adcompile.errors import RejectedError


@pytest.mark.parametrize("text", ["x * x.itemsize", "x / (x * 2.0).nbytes", "x[x.flags]"])
def test_what_can_be_read_is_said(text):
    f = load(f"def f(x):\n    return np.sum({text})\n")
    with pytest.raises(RejectedError, match=r"of arrays x\.shape, .* can be read") as caught:
        ad.grad(f)(np.array([0.7, 0.4]))
    assert caught.value.code == "ADC402"


def test_methods_are_to_be_called():
    f = load("def f(x):\n    return np.sum(x * x.sum)\n")
    with pytest.raises(RejectedError, match="call it"):
        ad.grad(f)(np.array([0.7, 0.4]))
