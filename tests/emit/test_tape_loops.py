"""A tape of numbers that a reverse loop reads to its end is gone through, not taken apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deriving import derive_adjoint, load, trace_of

import adcompile as ad
from adcompile.emit.conflicts import Conflicts
from adcompile.emit.tapes import handed_on
from adcompile.trace import kinds as k
from adcompile.trace.ir import Block, For

OVER = "in reversed(tape):"
POWER = """
def f(x, n):
    for _ in range(n):
        x = math.sin(x) * 1.1 + 0.1
    return x
"""
NEWTON = """
def f(x, n):
    y = x
    step = 1.0
    while abs(step) > 1e-9:
        step = (y * y - x) / (2.0 * y)
        y = y - step
    return y * n
"""
PAIRS = """
def f(x, n):
    y = 1.0
    for _ in range(n):
        x, y = math.sin(x * y), math.cos(y) + x
    return x * y
"""
SHORT = """
def f(x, n):
    for _ in range(1, n):
        if x > 0.9:
            break
        x = math.sin(x) * 1.1 + 0.1
    return x
"""
INDEXED = """
def f(x, n):
    for i in range(n):
        x = math.sin(x) * (i + 1.0)
    return x
"""
SOMETIMES = """
def f(x, n):
    for i in range(n):
        if i % 2 == 0:
            x = math.sin(x) * 1.1
        else:
            x = x * x
    return x
"""
TWO = """
def f(x, n):
    for _ in range(n):
        x = math.sin(x)
    for _ in range(n):
        x = math.exp(-x) * x
    return x
"""
NESTED = """
def f(x, n):
    for _ in range(n):
        for _ in range(3):
            x = math.sin(x)
        x = x * x + 0.4
    return x
"""
ARRAYS = """
def f(x, n):
    y = x * np.ones(3)
    for _ in range(n):
        y = np.sin(y) * y
    return np.sum(y)
"""


def reverse(text, x=0.7, n=5):
    """The reverse sweep; the derivative is that of differences, of the text compiled again too."""
    function = load(text)
    made = ad.adjoint(function, wrt="x")
    value, bar = made(x, n)
    want = (function(x + 1e-6, n) - function(x - 1e-6, n)) / 2e-6
    np.testing.assert_allclose(value, function(x, n))
    np.testing.assert_allclose(bar, want, rtol=1e-7)
    source = made.source[made.source.index("def f_adjoint") :]
    assert made(x, n) == (value, bar)
    again = load(source, "f_adjoint")
    step = 1e-5
    curved = (again(x + step, n)[1] - again(x - step, n)[1]) / (2 * step)
    second = ad.grad(load(source + "\n\ndef g(x, n):\n    return f_adjoint(x, n)[1]\n", "g"), "x")
    np.testing.assert_allclose(second(x, n), curved, rtol=1e-5, atol=1e-7)
    return source.partition("# reverse sweep")[2]


@pytest.mark.parametrize("text", [POWER, NEWTON, PAIRS, TWO], ids=["for", "while", "pairs", "two"])
def test_entries_are_gone_through(text):
    swept = reverse(text)
    assert OVER in swept and "tape.pop()" not in swept
    reverse(text, n=1)


@pytest.mark.parametrize("text", [INDEXED, NESTED, ARRAYS], ids=["indexed", "nested", "arrays"])
def test_entries_are_taken_off(text):
    swept = reverse(text)
    assert "tape.pop()" in swept and OVER not in swept


@pytest.mark.parametrize("text", [SHORT, SOMETIMES], ids=["short", "sometimes"])
def test_the_derivative_is_right(text):
    for x, n in ((0.2, 5), (0.7, 4), (0.95, 3)):
        reverse(text, x, n)


def test_second_derivatives_through_the_compiler():
    function = load(POWER)
    step = 1e-5
    want = (ad.grad(function, "x")(0.7 + step, 6) - ad.grad(function, "x")(0.7 - step, 6)) / 2e-5
    np.testing.assert_allclose(ad.hessian(function, wrt="x")(0.7, 6), want, rtol=1e-7)


def adjoint_of(text, args):
    return derive_adjoint(trace_of(load(text), args), ("x",))


NESTED = """
def f(x, n):
    for i in range(n):
        x = x * math.sin(x)
        for j in range(i):
            x = x * math.cos(x)
    return x
"""
WRITTEN = """
def f(x, n):
    y = np.zeros(n)
    for i in range(n):
        x = math.sin(x)
        y[i] = x
    return np.sum(y * y)
"""


@pytest.mark.parametrize("text", [POWER, NEWTON, NESTED])
def test_tapes_that_are_handed_on_need_no_copies(text):
    trace = adjoint_of(text, (0.7, 3))
    assert handed_on(trace)
    assert not Conflicts(trace).copies


def test_what_is_changed_or_read_twice_is_looked_at_closely():
    assert not handed_on(adjoint_of(WRITTEN, (0.7, 3)))
    trace = adjoint_of(POWER, (0.7, 3))
    loops = [eqn for eqn in trace.body.eqns if isinstance(eqn, For)]
    twice = replace(trace, body=Block(trace.body.eqns, (*trace.body.results, loops[0].outs[-1])))
    kinds = [trace.kinds[out] for out in loops[0].outs]
    assert isinstance(kinds[-1], k.Tape)
    assert not handed_on(twice)
