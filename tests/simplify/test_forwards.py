"""Reverse loops whose turns only add up go forwards; the others stay as they are."""

import numpy as np
import pytest
from corpus import every
from corpus.by_trace import ByTrace
from corpus.check import Check
from deriving import derive_adjoint, load, trace_of

from adcompile.rules.check import verify
from adcompile.simplify.forwards import forwards
from adcompile.trace.ir import For, walk

CASES = list({case.name: case for case in every()}.values())[::6]
X = np.array([0.3, -0.7, 1.2])


class Forwards(ByTrace):
    """The derivatives by traces with such loops turned round."""

    def trace(self, *modes):
        if modes not in self.made:
            found, outside = super().trace(*modes)
            changed = forwards(found)
            verify(changed)
            self.made[modes] = changed, outside
        return self.made[modes]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_meaning(case):
    Check(case).adjoints(Forwards(case.function, case.args))


TURNED = """
def f(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
    return total
"""
RECURRENCE = """
def f(x):
    total = 0.5
    for i in range(len(x)):
        total = math.sin(total) * x[i]
    return total
"""
STATE = """
def f(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = y[i - 1] * 0.5 + x[i]
    return y[-1]
"""


@pytest.mark.parametrize(("text", "left"), [(TURNED, 0), (RECURRENCE, 1), (STATE, 1)])
def test_loops_that_go_backwards(text, left):
    trace = derive_adjoint(trace_of(load(text), (X,)), ("x",))
    found = [eqn for eqn in walk(trace.body) if isinstance(eqn, For) and eqn.backward]
    changed = [eqn for eqn in walk(forwards(trace).body) if isinstance(eqn, For) and eqn.backward]
    assert (len(found), len(changed)) == (1, left)
