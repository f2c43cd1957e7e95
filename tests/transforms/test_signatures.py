"""Parameters and results of the derivative's trace."""

import numpy as np
import pytest
from deriving import derive_adjoint, derive_tangent, load, trace_of

from adcompile.trace.ir import Node

X = np.array([0.9, 1.7])


def names(trace):
    return [param.name for param in trace.params]


def test_names():
    trace = trace_of(load("def f(x, y):\n    z = x * y\n    return z\n"), (1.0, 2.0))
    there, back = derive_tangent(trace, ("x", "y")), derive_adjoint(trace, ("x",))
    assert (there.name, names(there)) == ("f_tangent", ["x", "y", "x_dot", "y_dot"])
    assert (back.name, names(back)) == ("f_adjoint", ["x", "y", "z_bar"])
    assert back.params[-1].default == "1.0"
    again = derive_adjoint(there, ("x",))
    assert (again.name, names(again)[-1]) == ("f_tangent_adjoint", "f_tangent_bar")
    assert names(derive_tangent(there, ("x",)))[-1] == "x_dot2"


def test_the_seed_of_an_array_has_no_default():
    trace = trace_of(load("def f(x, k=2.0):\n    return x * k\n"), (X, 2.0))
    back = derive_adjoint(trace, ("x",))
    assert names(back) == ["x", "k", "f_bar"]
    assert [param.default for param in back.params] == [None, None, None]


def test_one_result_an_independent():
    trace = trace_of(load("def f(x, y):\n    return x * y\n"), (1.0, 2.0))
    assert not isinstance(derive_adjoint(trace, ("x",)).result.items[1], Node)
    assert derive_adjoint(trace, ("x", "y")).result.items[1].form == "tuple"


@pytest.mark.parametrize("value", [[1.5, X], (1.5, (X, 2)), {"a": X, "b": 1}])
def test_structures(value):
    text = "def f(p):\n    return p\n"
    trace = trace_of(load(text), (value,))
    back = derive_adjoint(trace, ("p",))
    bars = back.result.items[1]
    assert (bars.form, bars.keys) == (trace.params[0].tree.form, trace.params[0].tree.keys)
    assert back.params[-1].default is None


def test_comments_mark_the_outermost_sweeps_alone():
    trace = trace_of(load("def f(x):\n    return x * x\n"), (1.0,))
    back = derive_adjoint(derive_adjoint(trace, ("x",)), ("x",))
    texts = [eqn.args[0].value for eqn in back.body.eqns if getattr(eqn, "op", "") == "mem.effect"]
    assert texts == ["# forward sweep", "# reverse sweep"]
