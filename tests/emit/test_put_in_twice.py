"""Equal tuples that are put into a list twice are two, where one of them changes."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

HEAD = """
class P:
    def __init__(self, a, v):
        self.a, self.v = a, v


def f(u, x):
    ps = [{made} for i in range(4)]
    {put}
    ps[int(u[0] > 0.5)]{array}[1] += 1.5
    ps[-1]{array}[0] *= x
    return sum(np.sum(p{array} ** 2) * (i + 1) for i, p in enumerate(ps))
"""
OBJECTS = ("P(i, u * x + i)", ".v", "P(1, u * x)")
TUPLES = ("(i, u * x + i)", "[1]", "(1, u * x)")
WAYS = {
    "append": "ps.append({0})\n    ps.append({0})",
    "replace": "ps[0] = {0}\n    ps[1] = {0}\n    ps[3] = {0}",
    "insert": "ps.insert(1, {0})\n    ps.append({0})",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("forms", [OBJECTS, TUPLES], ids=["objects", "tuples"])
def test_two_that_are_equal(forms, way):
    made, array, put = forms
    f = load(HEAD.format(made=made, array=array, put=way.format(put)))
    u = np.array([0.7, -0.2, 1.9])
    value, (u_bar, x_bar) = ad.value_and_grad(f, wrt=("u", "x"))(u, 0.6)
    assert value == pytest.approx(f(u, 0.6), rel=1e-14)
    ways = np.array([0.3, -0.4, 0.8])
    near = f(u + 1e-6 * ways, 0.6 + 5e-7) - f(u - 1e-6 * ways, 0.6 - 5e-7)
    assert u_bar @ ways + x_bar * 0.5 == pytest.approx(near / 2e-6, rel=1e-7)
    value_dot = ad.jvp(f, (u, 0.6), (ways, 0.5))[1]
    assert value_dot == pytest.approx(u_bar @ ways + x_bar * 0.5, rel=1e-12)
