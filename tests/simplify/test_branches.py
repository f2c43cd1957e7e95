"""What a branch has computed, read in a later branch on the same condition."""

import numpy as np
import pytest
from deriving import derive_adjoint, flat, load, trace_of
from interpreter import run
from traces import VECTOR, Maker

from adcompile.simplify.branches import branches
from adcompile.simplify.common import common
from adcompile.trace import kinds as k
from adcompile.trace.ir import Block, If
from adcompile.trace.show import show
from adcompile.trace.verify import verify


def pair(m, op="math.cos", cond=None):
    """Two branches on a condition, whose first sides compute the same of x."""
    x, y, flag = m.var("x"), m.var("y"), m.var("flag", k.BOOL)
    outs = []
    for which in (flag, cond or flag):
        outer = m.open()
        value = m.apply("operator.mul", m.apply(op, x), float(len(outs) + 2))
        then = m.close(outer, value)
        outs.append(m.var("a"))
        m.eqns.append(If((outs[-1],), which, then, Block((), (y,))))
    z = m.apply("operator.add", *outs)
    params = (x, y, flag) if cond is None else (x, y, flag, cond)
    return m.trace(params, z, (z,))


def test_it_leaves_the_first_branch():
    new = branches(pair(Maker()))
    verify(new)
    assert show(new).count("math.cos") == 1
    assert len(new.body.eqns[0].outs) == 2


def test_on_another_condition_it_is_computed_again():
    m = Maker()
    trace = pair(m, cond=m.var("other", k.BOOL))
    assert branches(trace) is trace


def test_arrays_are_computed_again():
    m = Maker()
    x, flag = m.var("x", VECTOR), m.var("flag", k.BOOL)
    for _ in range(2):
        outer = m.open()
        then = m.close(outer, m.apply("numpy.cos", x, kind=VECTOR))
        m.eqns.append(If((m.var("a", VECTOR),), flag, then, Block((), (x,))))
    trace = m.trace((x, flag), x, (x,))
    assert branches(trace) is trace


TURNED = """
def f(x, y):
    if x == 0.0:
        z = y
    else:
        z = y * math.sin(x) + math.cos(x)
    return z * z
"""
IN_BOTH = """
def f(x, y):
    a = y
    if x > y:
        a = math.exp(x) * a
    else:
        a = math.exp(y) + math.sqrt(x * x + 1.0)
    if x > 0.5:
        a = a * math.exp(x)
    return a * a
"""


@pytest.mark.parametrize("text", [TURNED, IN_BOTH])
@pytest.mark.parametrize("args", [(0.7, 1.3), (1.3, 0.7), (0.0, 0.4)])
def test_derivatives_keep_their_values(text, args):
    plain = common(derive_adjoint(trace_of(load(text), args), ("x", "y")))
    new = branches(plain)
    verify(new)
    np.testing.assert_array_equal(flat(run(new, *args)), flat(run(plain, *args)))


def test_partials_are_what_the_primal_has_computed():
    plain = common(derive_adjoint(trace_of(load(TURNED), (0.7, 1.3)), ("x", "y")))
    text = show(branches(plain))
    assert show(plain).count("math.cos(") == show(plain).count("math.sin(") == 2
    assert text.count("math.cos(") == text.count("math.sin(") == 1
