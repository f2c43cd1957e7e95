"""What rules/written holds: each function stands in a program of the corpus."""

from __future__ import annotations

import pathlib
import re

import numpy as np
import pytest

import adcompile as ad
from adcompile.errors import RejectedError
from adcompile.rules.written import Written, functions

CORPUS = pathlib.Path(__file__).parents[1] / "corpus"
REFUSED = (
    "multiply.at", "divide.at", "maximum.at", "minimum.at",
    "power.at", "negative.at", "exp.at",
)  # fmt: skip
OLD = ("trapz", "row_stack")  # NumPy 2 has removed them, or warns
INDEXED = ("r_", "c_", "mgrid", "ogrid")


@pytest.mark.parametrize("op", sorted(functions()))
def test_each_function_stands_in_a_program(op):
    name = op.removeprefix("numpy.")
    name = re.sub(r"\.(several_\w+|by_method)", "", name)
    text = "".join((CORPUS / f"{group}.py").read_text() for group in ("written_out", "science"))
    opening = r"\[" if name in INDEXED else r"\("
    if name not in (*REFUSED, *OLD) and hasattr(np, name.split(".")[0]):
        assert re.search(rf"(np|\w)\.{re.escape(name)}{opening}", text), name


@pytest.mark.parametrize("op", sorted(functions("scipy")))
def test_each_function_of_scipy_stands_in_a_program(op):
    assert f"{op}(" in (CORPUS / "scipy_calls.py").read_text()


def test_an_entry_serves_calls_with_its_options_only():
    entry = Written(sum, ("where",), most=2)
    assert not entry.serves(1, ["axis"])
    assert entry.serves(1, ["where"]) and entry.serves(3, [])


def refused_at(x):
    y = x.copy()
    np.power.at(y, [0, 0], 2.0)
    return y.sum()


def where_without_out(x):
    return np.sum(np.log(x, where=x > 0))


def long_levels(x):
    return np.sum(np.block([[[x, x]]]))


@pytest.mark.parametrize(
    "function, words",
    [
        (refused_at, "use a loop"),
        (where_without_out, "give out="),
        (long_levels, "two levels"),
    ],
)
def test_refusals_stand_at_the_line_of_the_call(function, words):
    with pytest.raises(RejectedError, match=words) as error:
        ad.grad(function)(np.array([1.0, 2.0, 3.0]))
    assert error.value.filename == __file__
    assert "np." in (error.value.text or "")


def cov_of_complex(x):
    z = x + 1j * x[::-1] ** 2
    return np.sum(np.cov(np.stack([z, z * z])).real)


def test_covariance_of_complex_numbers():
    x, step = np.array([0.3, -0.4, 1.2]), 1e-6
    found = ad.grad(cov_of_complex)(x)
    for i, way in enumerate(np.eye(3) * step):
        slope = (cov_of_complex(x + way) - cov_of_complex(x - way)) / (2 * step)
        assert found[i] == pytest.approx(slope, rel=1e-7)


def average_twice(x):
    def inner(line):
        return np.apply_along_axis(np.sum, 0, np.outer(line, line)).sum()

    return np.sum(np.apply_along_axis(inner, 1, x))


def test_a_function_within_itself():
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    np.testing.assert_allclose(ad.grad(average_twice)(x), [[6.0, 6.0], [16.0, 16.0]])


def crossed(a, b):
    return np.sum(np.cross(a, b))


@pytest.mark.parametrize(("of_two", "other"), [((2,), (2,)), ((2,), (4, 3)), ((4, 2), (4, 2))])
def test_vectors_of_two_have_no_cross_product(of_two, other):
    with pytest.raises(TypeError, match="vectors of three"):
        ad.grad(crossed, wrt=("a", "b"))(np.ones(of_two), np.ones(other))


def crossed_in_the_plane(x, b):
    a = np.full(2, x)
    return np.sum(np.cross(a, b))


def test_vectors_of_two_are_refused_where_that_is_known():
    with pytest.raises(RejectedError, match="vectors of three"):
        _ = ad.adjoint(crossed_in_the_plane).source
