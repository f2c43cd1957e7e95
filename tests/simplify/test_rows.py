"""Tapes as arrays: the traces mean what they meant, and numbers leave the tape."""

import math

import numpy as np
import pytest
from corpus import every
from corpus.by_trace import ByTrace
from corpus.cases import Case
from corpus.check import Check

from adcompile import pipeline
from adcompile.frontend.signature import of_arguments
from adcompile.frontend.sources import of_callable
from adcompile.rules.check import verify
from adcompile.simplify.rows import rows
from adcompile.targets import Target

CASES = list({case.name: case for case in every()}.values())[::2]


class ByRows(ByTrace):
    """The derivatives by traces in which tapes of numbers are arrays."""

    def trace(self, *modes):
        if modes not in self.made:
            found, outside = super().trace(*modes)
            changed = rows(found)
            verify(changed)
            self.made[modes] = changed, outside
        return self.made[modes]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_meaning(case):
    Check(case).adjoints(ByRows(case.function, case.args))


def text(function, *args, wrt=("x",)):
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    kinds = of_arguments(dict(zip(names, args)), wrt)
    made = pipeline.derivative(of_callable(function), kinds, (("adjoint", wrt),))
    return pipeline.emitted([made], target=Target("numba"))


def test_one_loop():
    def f(x, n):
        for i in range(n):
            x = math.sin(x)
        return x

    written = text(f, 0.3, 4)
    assert "x_rows = np.empty(max(n, 0))" in written
    assert "x_rows[i] = x" in written
    assert written.count("x_rows[i]") == 2
    assert ".pop()" not in written


def test_start_and_step():
    def f(x, n):
        for i in range(3, n, 2):
            x = math.sin(x) * i
        return x

    assert "x_rows[(i - 3) // 2] = x" in text(f, 0.3, 9)


def test_loops_in_loops():
    def f(x, n, m):
        total = 0.0
        for i in range(n):
            y = x
            for j in range(m):
                y = math.sin(y) * x
            total += y
            x = x * math.cos(total)
        return total

    written = text(f, 0.3, 4, 5)
    assert "y_rows = np.empty((" in written
    assert "y_rows[i, j] = y" in written
    assert ".pop()" not in written


def test_inner_loops_of_different_lengths_have_rows_as_long_as_the_longest():
    def f(x, n):
        total = 0.0
        for i in range(n):
            y = x
            for j in range(i):
                y = math.sin(y) * x
            total += y
            x = x * math.cos(total)
        return total

    written = text(f, 0.3, 4)
    assert "y_rows[i, j] = y" in written
    assert ".append(" not in written


def test_arrays():
    def f(x, n):
        for _ in range(n):
            x = np.sin(x)
        return x

    assert "x_rows = np.empty((max(n, 0), x.shape[0]))" in text(f, np.ones(3), 4)


def test_an_unknown_step_keeps_its_tape():
    def f(x, n, k):
        for _ in range(0, n, k):
            x = math.sin(x)
        return x

    assert ".append(" in text(f, 0.3, 4, 2)


def test_turns_that_are_not_counted_keep_their_tape():
    def f(x, n):
        for i in range(n):
            x = math.sin(x)
            if x > 0.9:
                break
        return x

    assert ".append(" in text(f, 0.3, 4)


def test_workspaces_of_the_shape_of_a_row():
    def f(x, picked, out):
        for i in range(len(picked)):
            row = x[picked[i]]
            part = np.zeros_like(row)
            part[0] = math.sin(row[1])
            out[2 * i : 2 * i + 2] = part
        return np.sum(out * out)

    x = np.array([[0.3, 0.4], [0.5, 0.6]])
    args = x, np.array([1, 0, 1]), np.zeros(6)
    written = text(f, *args)
    before, _, inside = written.partition("for i in range(")
    assert "part = np.empty((x.shape[1],))" in before
    assert "part[...] = 0.0" in inside
    assert "zeros_like(row)" not in written


def test_workspaces_of_the_size_of_what_the_loop_writes_to():
    def f(x, n):
        y, k = x * 1.0, np.zeros(len(x))
        for _ in range(n):
            k[0] = x[0]
            k[1:] = x[1:] * y[:-1]
            r = k * k
            r[0] = y[1]
            y += r + 0.5 * r[::-1]
        return y

    _, _, reverse = text(f, np.array([0.3, 0.4, 0.5]), 4).partition("# reverse sweep")
    before, _, inside = reverse.partition("for ")
    assert before.count("= np.empty(y_bar.shape[0])") == 2
    assert "np.empty" not in inside.partition("x_bar_1")[0]


def test_as_many_rows_as_the_longest_turn_needs_by_steps():
    def f(x):
        s, t = 0.0, 1.0
        for i in range(0, len(x), 2):
            for j in range(i):
                t = np.sin(t * x[j]) + x[i]
                s += t * t
        return s

    x = np.array([0.3, 0.7, 1.1, 0.5, 0.2, 0.9])
    Check(Case(f, (x,), 1e-9)).adjoints(ByRows(f, (x,)))
    assert "max(0, 0)" not in text(f, x)


@pytest.mark.parametrize("n", [2, -1, -3])
def test_no_rows_of_no_turns(n):
    """n + 1 turns, where n is no length, may be less than none."""

    def f(x, n):
        p, s = 1.0, 0.0
        for i in range(n + 1):
            p = np.sin(x[i] * p) + 0.5
            s += p * p
        return s + np.sum(x * x)

    Check(Case(f, (np.array([0.3, 0.7, 1.1]), n), 1e-9)).adjoints(ByRows(f, (np.ones(3), n)))
