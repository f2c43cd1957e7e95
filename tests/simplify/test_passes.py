"""Every pass keeps what traces made by chance compute, bit for bit, and makes no trace longer."""

from __future__ import annotations

import interpreter
import numpy as np
import pytest
from counting import calls_of
from traces import Chance, Maker

from adcompile.simplify.common import common
from adcompile.simplify.dead import dead
from adcompile.simplify.fold import fold
from adcompile.trace.ir import For, Lit, Trace, Var, walk
from adcompile.trace.show import show
from adcompile.trace.verify import verify

PASSES = {"fold": fold, "common": common, "dead": dead}
ARGUMENTS = [(0.7, -1.3, 3, [0.1, -0.0, 2.0, 3.0]), (-0.0, 2.0, 0, [0.5, 0.25, -1.0, 0.0])]


def everything(trace: Trace) -> Trace:
    return dead(common(fold(trace)))


def evaluated(trace: Trace) -> list[bytes]:
    """The bits of the results and of what the effects saw, signs of zeros and all."""
    bits = []
    for x, y, n, u in ARGUMENTS:
        seen: list[float] = []
        with np.errstate(all="ignore"):
            interpreter.NAMESPACE["seen"] = seen
            values = [*interpreter.run(trace, x, y, n, np.array(u)), seen]
        bits += [np.asarray(value, dtype=float).tobytes() for value in values]
    return bits


def test_effects_are_seen():
    assert any(len(evaluated(Chance(seed).trace(20))[3]) > 8 for seed in range(20))


def size(trace: Trace) -> int:
    return sum(1 for _ in walk(trace.body))


@pytest.mark.parametrize("name", [*PASSES, "everything"])
def test_keeps_the_meaning_of_traces_made_by_chance(name):
    run = PASSES.get(name, everything)
    shortened = 0
    for seed in range(200):
        trace = Chance(seed).trace(4 + seed % 25)
        verify(trace)
        before = show(trace)
        new = run(trace)
        verify(new)
        assert show(trace) == before, "the operand was changed"
        assert evaluated(new) == evaluated(trace), f"seed {seed}\n{show(trace)}\n{show(new)}"
        assert size(new) <= size(trace)
        shortened += size(new) < size(trace)
    assert shortened > 50


def test_twice_is_once():
    for seed in range(100):
        trace = Chance(seed).trace(20)
        for run in (common, dead):
            once = run(trace)
            assert show(run(once)) == show(once)


def long_trace(count: int) -> Trace:
    m = Maker()
    x = m.var("x")
    value = x
    for number in range(count):
        if number % 4 == 3:
            m.apply("math.sin", value)
        value = m.apply("operator.mul", value, Lit(1.0) if number % 3 == 0 else x)
    return m.trace((x,), value, (value,))


def nested_trace(depth: int, width: int) -> Trace:
    m = Maker()
    x = m.var("x")

    def nest(depth: int, value: Var) -> Var:
        if depth == 0:
            return value
        param, index, out = m.var("a"), m.var("i"), m.var("a")
        outer = m.open()
        inner = param
        for _ in range(width):
            inner = m.apply("operator.mul", inner, x)
        inner = nest(depth - 1, inner)
        body = m.close(outer, inner)
        m.eqns.append(For((out,), (value,), (param,), index, Lit(0), Lit(2), Lit(1), False, body))
        return out

    value = nest(depth, x)
    return m.trace((x,), value, (value,))


SHAPES = {
    "long": [long_trace(n) for n in (1000, 2000, 4000)],
    "wide": [nested_trace(6, n) for n in (50, 100, 200)],
    "nested": [nested_trace(n, 20) for n in (5, 10, 20)],
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", PASSES)
def test_work_is_linear(name, shape):
    one, two, four = (calls_of(PASSES[name], trace) for trace in SHAPES[shape])
    assert four - two <= 2.2 * (two - one)
