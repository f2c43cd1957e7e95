"""What an array still holds when its loop has ended is read there; what it does not, is kept."""

from __future__ import annotations

import random

import numpy as np
import pytest
from deriving import load

import adcompile as ad

N = 7
X = np.random.default_rng(3).uniform(0.5, 1.5, N)
A = np.random.default_rng(4).uniform(0.5, 1.5, (N, N)) + N * np.eye(N)


def derived(text, *args):
    """The emitted text; its derivative, which is that without the passes of this file."""
    function = load(text)
    made = ad.grad(function)
    plain = ad.grad(function, passes={"lasting": False, "updates": False, "products": False})
    found, want = made(*args), plain(*args)
    np.testing.assert_allclose(found, want, rtol=1e-11, atol=1e-11 * np.max(np.abs(want)))
    text = ad.adjoint(function)
    text(*args)
    return text.source.partition("# reverse sweep")


SOLVE = """
def f(b, A):
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - A[i, :i] @ x[:i]) / A[i, i]
    return np.sum(x * x)
"""
CHOLESKY = """
def f(A):
    A = A.copy()
    for i in range(len(A)):
        for j in range(i):
            A[i, j] -= np.dot(A[i, :j], A[j, :j])
            A[i, j] /= A[j, j]
        A[i, i] -= np.dot(A[i, :i], A[i, :i])
        A[i, i] = math.sqrt(A[i, i])
    return np.sum(np.tril(A) ** 2)
"""
BACKWARDS = """
def f(x):
    y = np.zeros(len(x))
    for i in range(len(x) - 2, -1, -1):
        y[i] = math.sin(y[i + 1] * x[i]) + x[i + 1]
    return np.sum(y * y)
"""
COLUMNS = """
def f(A):
    A = A.copy()
    Q = np.zeros((len(A), len(A)))
    for k in range(len(A)):
        Q[:, k] = np.sin(A[:, k])
        for j in range(k + 1, len(A)):
            A[:, j] -= Q[:, k] * A[k, j]
    return np.sum(Q * Q)
"""


@pytest.mark.parametrize(
    "text, args",
    [(SOLVE, (X, A)), (CHOLESKY, (A @ A.T,)), (BACKWARDS, (X,))],
    ids=["solve", "cholesky", "backwards"],
)
def test_what_is_written_once_is_on_no_tape(text, args):
    forward, _, reverse = derived(text, *args)
    assert "tape" not in forward + reverse
    assert "copy" not in reverse


def test_what_a_loop_inside_reads_of_an_array_from_outside():
    forward, _, _ = derived(COLUMNS, A)
    assert "Q.copy()" not in forward


@pytest.mark.parametrize("step", ["x[i] = x[i - 1] * x[i]", "x[i - 1] = x[i] * x[i]"])
def test_what_is_overwritten_is_kept(step):
    text = f"""
def f(x):
    x = x + 0.5
    for i in range(1, len(x)):
        {step}
        x[i] *= x[i]
    return np.sum(x * x)
"""
    forward, _, _ = derived(text, X)
    assert "tape" in forward


def test_an_index_that_may_count_from_the_end():
    """x[i - 1] is x[-1] in the first turn, which the last one overwrites."""
    text = """
def f(x):
    x = x.copy()
    for i in range(len(x)):
        x[i] = math.sin(x[i - 1] * x[i])
    return np.sum(x * x)
"""
    derived(text, X)


def test_an_array_that_is_changed_behind_its_loop():
    text = SOLVE.replace("    return", "    x *= 2.0\n    x[0] = 3.0\n    return")
    forward, _, _ = derived(text, X, A)
    assert "tape" not in forward


def test_two_versions_of_one_array():
    text = """
def f(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        z = y.copy()
        y[i] = math.sin(y[i - 1]) * x[i]
        z[i - 1] = y[i] * z[i - 1] * x[i]
        y[0] = z[i - 1] * z[i]
    return np.sum(y * y)
"""
    derived(text, X)


def generated(seed):
    """A nest of two loops that reads and writes parts of two arrays, each in range."""
    pick = random.Random(seed)
    outer = pick.choice(["range(2, n)", "range(n - 1, 1, -1)", "range(2, n, 2)"])
    inner = pick.choice(["range(i)", "range(1, i)", "range(i - 1, -1, -1)", "range(i, n)"])
    numbers = ["i", "i - 1", "i - 2", "0", "n - 1", "-1", "j", "j - 1", "i - j"]
    slices = [":i", "i:", ":i - 1", "i - 1:", "1:", ":-1", ":", ":j", "j:", "i:i + 1", "i - 1::-1"]

    def number(in_loop):
        return pick.choice([each for each in numbers if in_loop or "j" not in each])

    def part(in_loop):
        return pick.choice([each for each in slices if in_loop or "j" not in each])

    def term(in_loop):
        one, two, row = number(in_loop), number(in_loop), part(in_loop)
        return pick.choice([
            f"x[{one}]", f"M[{one}, {two}]", f"x[{one}] * w[{two}]", f"np.sum(M[{one}, {row}])",
            f"x[{row}] @ x[{row}]", f"M[{row}, {one}] @ M[{two}, {row}]",
        ])  # fmt: skip

    def line(in_loop):
        value = f"np.sin({term(in_loop)} * {term(in_loop)})"
        one, two, row = number(in_loop), number(in_loop), part(in_loop)
        return pick.choice([
            f"x[{one}] = {value}", f"M[{one}, {two}] = {value}", f"M[{one}, {two}] -= {value}",
            f"x[{one}] *= {value}", f"M[{one}, {row}] = {value} * w[{row}]",
            f"M[{row}, {one}] += {value}", f"if w[{one}] > 1.0:\n    x[{two}] = {value}",
        ])  # fmt: skip

    def body(count, in_loop, pad):
        return "".join(
            f"{pad}{text}\n" for _ in range(count) for text in line(in_loop).splitlines()
        )

    return (
        "def f(w):\n    n = len(w)\n"
        f"    x = {pick.choice(['w.copy()', 'np.zeros(n)'])}\n"
        f"    M = {pick.choice(['np.outer(w, w)', 'np.zeros((n, n))'])}\n"
        f"    for i in {outer}:\n{body(pick.randint(0, 2), False, ' ' * 8)}"
        f"        for j in {inner}:\n{body(pick.randint(1, 2), True, ' ' * 12)}"
        f"{body(pick.randint(0, 1), False, ' ' * 8)}"
        "    return np.sum(x * x) + np.sum(np.cos(M))\n"
    )


@pytest.mark.parametrize("seed", range(40))
def test_generated(seed):
    derived(generated(seed), X)


def test_what_a_turn_writes_on_the_other_side_of_a_branch_does_not_change_what_it_read():
    text = """
def f(x):
    y = x.copy()
    s = 0.5
    for i in range(1, len(x)):
        if s < 1.0:
            s = s + math.sin(y[i] * y[i]) * y[i - 1]
        else:
            y[i] = x[i] * s
            s = s / y[i - 1] ** 2
    return s + np.sum(y * y)
"""
    forward, _, _ = derived(text, X)
    assert "y.copy()" not in forward


TRIANGULAR = """
def f(B, A):
    B = B.copy()
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            B[i, j] += np.dot(A[i + 1 :, i], B[i + 1 :, j])
    return np.sum(B * B)
"""
OVERWRITTEN = """
def f(x):
    for i in range(len(x) - 1):
        x[i + 1] = x[i] * x[i + 1]
    return np.sum(x * x)
"""
BEFORE = """
def f(x):
    y = x.copy()
    y[0] = 2.0
    y *= x
    for i in range(len(y) - 1):
        y[i + 1] = y[i] * y[i + 1]
    return np.sum(y * y)
"""
TWICE = """
def f(x):
    y = x.copy()
    for k in range(3):
        for i in range(len(y) - 1):
            y[i + 1] = y[i] * y[i + 1]
    return np.sum(y * y)
"""


@pytest.mark.parametrize("text, args", [(TRIANGULAR, (A, A + 1.0)), (OVERWRITTEN, (X,))])
def test_what_no_turn_has_changed_yet_is_in_the_argument(text, args):
    forward, _, reverse = derived(text, *args)
    assert "tape" not in forward + reverse


@pytest.mark.parametrize("text", [BEFORE, TWICE])
def test_what_was_changed_before_is_not(text):
    forward, _, _ = derived(text, X)
    assert "tape" in forward


@pytest.mark.parametrize("seed", range(12))
def test_arguments_overwritten_in_any_order(seed):
    chance = random.Random(seed)
    index = lambda: chance.choice(["i", "i + 1", "-i - 1", "0", "len(y) - 1 - i"])
    lines = [
        f"        y[{index()}] {chance.choice(['=', '+='])} y[{index()}] * y[{index()}] * 0.3"
        for _ in range(chance.randint(1, 3))
    ]
    start, stop = chance.choice([(0, "len(y) - 1"), (1, "len(y) - 2")])
    text = "\n".join([
        "def f(x):", f"    y = {chance.choice(['x', 'x.copy()'])}",
        f"    for i in range({start}, {stop}):", *lines, "    return np.sum(y * y)", "",
    ])  # fmt: skip
    derived(text, X)


LIST_SOLVE = """
def f(b, A):
    x = [0.0] * len(b)
    for i in range(len(b)):
        s = b[i]
        for j in range(i):
            s -= A[i, j] * x[j] * x[j]
        x[i] = s / A[i, i]
    return sum(x)
"""
LIST_BACKWARDS = """
def f(b, A):
    x = [1.0] * (len(b) + 1)
    for i in range(len(b) - 1, -1, -1):
        x[i] = b[i] * x[i + 1] * x[i + 1]
    return sum(x) * A[0, 0]
"""


@pytest.mark.parametrize("text", [LIST_SOLVE, LIST_BACKWARDS])
def test_what_a_list_still_holds_is_read_there(text):
    forward, _, _ = derived(text, X, A)
    assert "tape" not in forward


@pytest.mark.parametrize("change", ["x[i:i + 1] = [b[i], x[0]]", "x[0] = x[i] * b[i]"])
def test_of_a_list_whose_items_move_or_change_it_is_kept(change):
    text = f"""
def f(b, A):
    x = [1.0] * (len(b) + 1)
    for i in range(1, len(b)):
        x[i] = b[i] * x[i - 1] * x[0]
        {change}
    return sum(x) * A[0, 0]
"""
    forward, _, _ = derived(text, X, A)
    assert "tape" in forward


@pytest.mark.parametrize("seed", range(12))
def test_lists_overwritten_in_any_order(seed):
    chance = random.Random(100 + seed)
    index = lambda: chance.choice(["i", "i + 1", "-i - 1", "0", "len(y) - 1 - i"])
    lines = [
        f"        y[{index()}] {chance.choice(['=', '+='])} y[{index()}] * y[{index()}] * 0.3"
        for _ in range(chance.randint(1, 3))
    ]
    start, stop = chance.choice([(0, "len(y) - 1"), (1, "len(y) - 2")])
    text = "\n".join([
        "def f(x):", "    y = [1.0 * v for v in x]",
        f"    for i in range({start}, {stop}):", *lines, "    return sum(v * v for v in y)", "",
    ])  # fmt: skip
    derived(text, X)
