"""Flags and texts that decide what a function gives: it is compiled for their values."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

SOLVED = load("""
import numpy as np

def solved(a, b, full_output=False, method="direct"):
    if method == "direct":
        x = np.linalg.solve(a, b)
    elif method == "steps":
        steps = [b]
        for i in range(3):
            steps.append(b - a @ steps[-1])
        x = steps[-1]
    if full_output:
        return x, {"residual": a @ x - b, "method": method}
    return x
""", "solved")
A, B = np.array([[1.2, 0.3], [-0.1, 0.9]]), np.array([0.4, -0.7])


@pytest.mark.parametrize("method", ["direct", "steps", "direct"])
def test_a_flag_that_decides_the_structure(method):
    moved = np.array([0.2, 0.5])
    expected = (
        SOLVED(A, B + 1e-6 * moved, method=method) - SOLVED(A, B - 1e-6 * moved, method=method)
    ) / 2e-6
    for full in (False, True, False):
        value, value_dot = ad.jvp(SOLVED, (A, B, full, method), (None, moved, None, None))
        _, pull = ad.vjp(SOLVED, A, B, full, method)
        seed = np.array([1.0, -2.0])
        if full:
            assert value[1]["method"] == method
            residual = value_dot[1]["residual"]
            np.testing.assert_allclose(residual, A @ value_dot[0] - moved, atol=1e-12)
            value_dot = value_dot[0]
            bar = pull((seed, {"residual": np.zeros(2), "method": None}))[1]
        else:
            bar = pull(seed)[1]
        np.testing.assert_allclose(value_dot, expected, rtol=1e-6)
        np.testing.assert_allclose(bar @ moved, seed @ value_dot, rtol=1e-12)


def test_what_is_emitted_is_for_that_value_alone():
    adjoint = ad.adjoint(SOLVED, wrt="b")
    np.testing.assert_allclose(adjoint(A, B, False, "direct", np.ones(2))[0], np.linalg.solve(A, B))
    text = ad.differentiate(SOLVED, wrt="b").source("adjoint", A, B, False, "direct")
    names: dict = {}
    exec(text, names)
    with pytest.raises(ValueError, match="this derivative is that of full_output=False"):
        names["solved_adjoint"](A, B, True, "direct", np.ones(2))
    with pytest.raises(ValueError, match="this derivative is that of method='direct'"):
        names["solved_adjoint"](A, B, False, "steps", np.ones(2))


def test_what_no_flag_decides_is_refused_as_before():
    f = load("""
def f(x, n, flag=True):
    if n > 2:
        return x, x
    return x
""", "f")
    with pytest.raises(ad.RejectedError, match="on each of the paths"):
        ad.jvp(f, (0.3, 2, True), (1.0, None, None))
