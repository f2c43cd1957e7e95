"""Adjoints that a reverse loop adds up column by column lie in memory by columns."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad

RNG = np.random.default_rng(21)
A = RNG.uniform(size=(6, 4))
V = RNG.uniform(size=4)
TURNED = ", shape=("

GRAM = """
def f(A):
    n = A.shape[1]
    gram = np.zeros((n, n))
    for i in range(n):
        gram[i, i:] = A[:, i] @ A[:, i:]
    return np.sum(np.sin(gram))
"""
AFTERWARDS = """
def f(A):
    B = np.exp(A.reshape(-1)[:24] + 0.1).reshape((6, 4))
    n = A.shape[1]
    gram = np.zeros((n, n))
    for i in range(n - 1):
        gram[i, i + 1:] = B[:, i] @ B[:, i + 1:]
    return np.sum(np.sin(gram)) + np.sum(A[1] ** 2)
"""


def reverse(text, *args, off=()):
    """The emitted reverse sweep; the derivative is the same without the pass, in every layout."""
    function = load(text)
    want = ad.grad(function, passes={"columns": False})(*args)
    for layout in (np.ascontiguousarray, np.asfortranarray):
        found = ad.grad(function)(*map(layout, args))
        assert found.dtype == want.dtype and found.shape == want.shape
        np.testing.assert_allclose(found, want, rtol=1e-12)
    made = ad.adjoint(function, passes=dict.fromkeys(off, False))
    made(*args)
    return made.source.partition("# reverse sweep")[2]


@pytest.mark.parametrize("text", [GRAM, AFTERWARDS], ids=["gram", "afterwards"])
def test_columns_that_outer_products_are_added_to(text):
    swept = reverse(text, A)
    assert swept.count(TURNED) == 1 and "[None]).T" in swept
    assert TURNED not in reverse(text, A, off=["columns"])


def test_numbers_of_half_the_width_stay_so():
    function = load(GRAM)
    assert ad.grad(function)(A.astype(np.float32)).dtype == np.float32


def test_integers_have_a_real_derivative():
    function = load(GRAM.replace("    n =", "    A = A * 1.0\n    n =", 1))
    whole = np.arange(12).reshape(4, 3) % 5
    want = ad.grad(function)(whole.astype(float))
    np.testing.assert_allclose(ad.grad(function)(whole), want)


@pytest.mark.parametrize(
    "line",
    [
        "gram[i, i:] = A[:, i] @ A[:, i:] + np.sum(A)",
        "gram[i, i:] = A[:, i] @ A[:, i:] + A[i, 0]",
        "gram[i, i:] = A[:, i] @ A[:, i:] + A[1, i]",
        "gram[i, i:] = A[1:, i] @ A[1:, i:]",
        "gram[i] = A[i] @ A[:n]",
        "gram[i] = A[i] * A[:, i].sum()",
    ],
)
def test_what_is_not_all_columns_stays_as_it_is(line):
    swept = reverse(GRAM.replace("gram[i, i:] = A[:, i] @ A[:, i:]", line), A)
    assert TURNED not in swept


def test_second_derivatives():
    function = load(AFTERWARDS)
    direction = RNG.uniform(size=A.shape)
    found = ad.hvp(function)((A,), (direction,))[0]
    step = 1e-5
    ahead, behind = (ad.grad(function)(A + way * direction) for way in (step, -step))
    np.testing.assert_allclose(found, (ahead - behind) / (2 * step), rtol=1e-7)


def test_the_emitted_text_compiles_again():
    made = ad.adjoint(load(AFTERWARDS))
    made(A)
    assert TURNED in made.source
    again = load(made.source[made.source.index("def ") :], "f_adjoint")
    np.testing.assert_allclose(again(A)[1], made(A)[1])
    directions = RNG.uniform(size=A.shape)
    tangent = ad.jvp(again, (A, 1.0), (directions, 0.0))[1][1]
    want = ad.hvp(load(AFTERWARDS))((A,), (directions,))[0]
    np.testing.assert_allclose(tangent, want, rtol=1e-10)
