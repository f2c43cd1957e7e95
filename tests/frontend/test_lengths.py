"""Lengths of arguments that a backend compiles for: equal ones, and short ones."""

import numpy as np
import pytest

import adcompile as ad
from adcompile.faces import compiled
from adcompile.frontend import lengths, signature
from adcompile.trace import kinds as k


def test_equal_lengths_have_one_name():
    given = {"x": np.ones(9), "y": np.ones((9, 20)), "z": [np.ones(20)]}
    found = lengths.shared(signature.of_arguments(given), given)
    assert found["x"].dims[0] == found["y"].dims[0] == k.Dim("x.0")
    assert found["z"].items[0].dims == found["y"].dims[1:]
    assert lengths.pattern(given.values()) == (0, 0, 2, 2)


def test_short_lengths_behind_the_first_axis_are_known():
    given = {"x": np.ones((9, 3)), "y": np.ones(3), "z": np.ones(4)}
    found = lengths.shared(signature.of_arguments(given), given)
    assert found["x"].dims == (k.Dim("x.0"), k.Dim(None, 3))
    assert found["y"].dims == (k.Dim(None, 3),)
    assert found["z"].dims == (k.Dim("z.0"),)
    assert lengths.pattern(given.values()) == (0, -3, -3, 3)
    assert lengths.pattern(given.values(), known=False) == (0, 1, 1, 3)
    general = lengths.shared(signature.of_arguments(given), given, known=False)
    assert general["x"].dims[1] == general["y"].dims[0] == k.Dim("x.1")


def test_lengths_that_fill_vectors_are_not_known():
    """A loop over eight columns is one over vectors; eleven are taken one by one."""
    known = [n for n in range(1, 20) if lengths.holds_known(lengths.pattern([np.ones((3, n))]))]
    assert known == [2, 3, 4, 5, 6, 7, 10, 11]


def sizes(x):
    return np.sum(x * x)


def test_only_a_few_are_compiled_each_for_itself(monkeypatch):
    """From then on one function serves all lengths."""
    pytest.importorskip("numba")
    asked = []
    kept = compiled._obtain

    def obtain(program, derivation, of, values, known):
        asked.append(known)
        return kept(program, derivation, of, values, known)

    monkeypatch.setattr(compiled, "_obtain", obtain)
    monkeypatch.setattr(compiled, "FEW", 2)
    gradient = ad.grad(sizes, backend="numba")
    for n in (2, 3, 2, 4, 5, 3, 6):
        x = np.arange(7.0 * n).reshape(7, n)
        np.testing.assert_allclose(gradient(x), 2 * x)
    assert asked == [True, True, False]
