"""Sparse matrices, masked arrays, np.matrix and classes below arrays compute in their own way.

As data they are kept; where a derivative would flow through them they are refused, in Python and on
the command line.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

import adcompile as ad
from adcompile import cli
from adcompile.errors import AdcompileError

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
POINT = np.array([0.5, 1.5])
MASKED = np.ma.array([1.0, 2.0], mask=[0, 1])
MATRIX = np.matrix([[1.0, 2.0], [3.0, 4.0]])
SPARSE = sp.csr_matrix(np.array([[1.0, 0.0], [2.0, 3.0]]))


def of_inner_product(x: "float[n]"):
    return np.sum(np.array(MATRIX.T * MATRIX) @ x)


def of_turned(x: "float[n]"):
    return x @ (MATRIX.A * 2.0) @ x + MATRIX[0, 1] * x[0]


def of_filled(x: "float[n]"):
    return MASKED.filled(0.5) @ x + MASKED.sum() * x[0] + MASKED.mean() * x[1] + MASKED.count()


def of_mask(x: "float[n]"):
    return np.sum(np.where(MASKED.mask, 0.0, x * x))


def of_laplacian(x: "float[n]"):
    step = sp.diags([1.0, -1.0], [0, 1], shape=(2, 2))
    return x @ (step.T @ step + 0.5 * sp.eye(2)).toarray() @ x


def of_assembled(x: "float[n]"):
    whole = sp.lil_matrix((2, 2))
    whole[0, 0] = 2.0
    for i in range(2):
        whole[i, 1] = 3.0 * i
    return x @ whole.tocsr().toarray() @ x + whole[1, 1] * x[0]


def of_entries(x: "float[n]"):
    total = 0.0
    rows, columns, values = sp.find(SPARSE)
    for i, j, v in zip(rows, columns, values):
        total += v * x[i] * x[j]
    return total


def of_own_part(x: "float[n]"):
    part = sp.eye(2).tocsr().data
    part[0] += x[0]
    return part @ x


def part_alone(x: "float[n]"):
    whole = sp.eye(2).tocsr()
    part = whole.data
    part += x
    return np.sum(part * x)


COMPILED = (
    of_inner_product, of_turned, of_filled, of_mask, of_laplacian, of_assembled, of_entries,
    of_own_part, part_alone,
)  # fmt: skip


def masked_sum(x: "float[n]"):
    return np.mean(MASKED * x)


def masked_here(x: "float[n]"):
    weights = np.ma.masked_less([1.0, 2.0], 1.5)
    return np.sum(weights * x)


def matrix_product(x: "float[n]"):
    return np.sum(MATRIX * x.reshape(2, 1))


def elementwise(x: "float[n]"):
    return np.sum(np.multiply(np.asmatrix(np.eye(2)), x))


def sparse_entry(x: "float[n]"):
    whole = sp.lil_matrix((2, 2))
    whole[0, 0] = x[0]
    return whole.sum()


def in_place(x: "float[n]"):
    total = np.ma.zeros(2)
    total += x
    return total.sum()


def through_a_part(x: "float[n]"):
    whole = sp.eye(2).tocsr()
    whole.data[:] = x
    return whole.sum()


def part_in_a_loop(x: "float[n]"):
    whole = sp.eye(2).tocsr()
    part = whole.data
    for i in range(2):
        part[i] = x[i]
    return whole.diagonal() @ x


def part_added_to(x: "float[n]"):
    whole = sp.eye(2).tocsr()
    part = whole.data
    part += x
    return np.sum(whole.toarray() * 2.0)


def part_as_out(x: "float[n]"):
    whole = sp.eye(2).tocsr()
    part = whole.data
    np.add(part, x, out=part)
    return np.sum(whole.data * 2.0)


REFUSED = (
    masked_sum, masked_here, matrix_product, elementwise, sparse_entry, in_place, through_a_part,
    part_in_a_loop, part_added_to, part_as_out,
)  # fmt: skip


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own_operators")
    source, target = folder / "programs.py", folder / "derivatives.py"
    text = Path(__file__).read_text()
    source.write_text(text[: text.index("\n\n@pytest")])
    cli.main([str(source), "--mode", "adjoint", "-o", str(target)])
    spec = importlib.util.spec_from_file_location("derivatives", target)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def differences(f):
    return [(f(POINT + 1e-6 * e) - f(POINT - 1e-6 * e)) / 2e-6 for e in np.eye(2)]


@pytest.mark.parametrize("f", COMPILED, ids=lambda f: f.__name__)
def test_as_data_they_are_kept(f, emitted):
    np.testing.assert_allclose(ad.grad(f)(POINT), differences(f), rtol=1e-7)
    value, found = getattr(emitted, f"{f.__name__}_adjoint")(POINT, 1.0)
    assert value == f(POINT)
    np.testing.assert_allclose(found, differences(f), rtol=1e-7)


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_no_derivative_flows_through_them(f, emitted):
    with pytest.raises(AdcompileError):
        ad.grad(f)(POINT)
    assert not hasattr(emitted, f"{f.__name__}_adjoint")


class Scaled(np.ndarray):
    def __mul__(self, other):
        return 1000.0 * np.asarray(self)


class Labelled(np.ndarray):
    def __array_finalize__(self, obj):
        self.label = getattr(obj, "label", "")


class Thousands(float):
    def __mul__(self, other):
        return 1000.0


class Offset(list):
    def __getitem__(self, place):
        return 7.0 * list.__getitem__(self, place)


def square(x):
    return np.sum(x * x)


def first_two(x):
    return x[0] * x[1]


GIVEN = {
    "a masked array": (square, MASKED), "a np.matrix": (square, MATRIX),
    "a class below arrays": (square, np.ones(2).view(Scaled)), "a number": (square, Thousands(2.0)),
    "a list": (first_two, Offset([1.0, 2.0])), "a sparse matrix": (square, SPARSE),
}  # fmt: skip


@pytest.mark.parametrize("f, value", GIVEN.values(), ids=GIVEN)
def test_there_is_no_derivative_by_them(f, value):
    with pytest.raises(AdcompileError):
        ad.grad(f)(value)


def test_a_class_that_computes_as_arrays_do_is_an_array(tmp_path):
    labelled = np.array([1.0, 2.0]).view(Labelled)
    np.testing.assert_array_equal(ad.grad(square)(labelled), [2.0, 4.0])
    mapped = np.memmap(tmp_path / "numbers", dtype=float, mode="w+", shape=2)
    mapped[:] = (1.0, 2.0)
    np.testing.assert_array_equal(ad.grad(square)(mapped), [2.0, 4.0])


def by_matrix(x, weights):
    return np.sum(weights * x)


def test_refused_as_the_other_argument():
    for weights in (MASKED, MATRIX, SPARSE):
        with pytest.raises(AdcompileError, match="computes in a way of its own"):
            ad.grad(by_matrix)(POINT, weights)
