"""Lowered programs compute what the programs compute, and refuse what they must, where it is."""

from __future__ import annotations

import copy

import front_programs as p
import numpy as np
import pytest
from interpreter import run

from adcompile.errors import RejectedError
from adcompile.frontend import sources
from adcompile.frontend.settling import lower
from adcompile.frontend.signature import of_arguments
from adcompile.rules.check import verify

X = np.array([0.9, 1.7, 0.2, 2.5])
A = np.arange(6.0).reshape(2, 3) + 0.25
PARAMS = {"W1": np.ones((3, 4)), "b1": np.ones(4), "W2": np.ones((4, 2)), "b2": np.ones(2)}

CASES = [
    (p.h, (X, 4)),
    (p.kepler, (0.8, 0.3)),
    (p.heat, (np.arange(8.0) ** 2, 0.1, 5)),
    (p.brk, (X,)),
    (p.brk, (X * 10,)),
    (p.brk, (X * 4 - 3,)),
    (p.loss, (PARAMS, np.ones((5, 3)), np.ones((5, 2)))),
    (p.swap, (np.arange(6.0), 3)),
    (p.swap, (np.arange(6.0), 0)),
    (p.g, (A, 2.0)),
    (p.early, (0.5,)),
    (p.early, (1.5,)),
    (p.early, (3.0,)),
    (p.raising, (2.0,)),
    (p.lists, (X,)),
    (p.comp, (X - 1,)),
    (p.static, (1.5, 2.5)),
    (p.closure, (1.1, 2.2)),
    (p.nested, (A,)),
    (p.nested, (A * 2,)),
    (p.nested, (-A,)),
    (p.alias, (X,)),
    (p.masks, (X - 1,)),
    (p.rec, (p.P(np.arange(4.0), 2.0), X)),
    (p.whilel, (20.0,)),
    (p.dictloop, ({"a": 1.0, "b": 2.0}, 3.0)),
    (p.order, (X,)),
    (p.maybe, (X,)),
    (p.enum, (X, X * 2)),
    (p.rr, (1.3, 4)),
    (p.rr, (5.3, 4)),
    (p.rtuple, (2.0,)),
    (p.rtuple, (0.5,)),
    (p.wl, (9.0,)),
    (p.wl, (0.3,)),
    (p.carry_tuple, (2.0,)),
    (p.dict_state, (1.0,)),
    (p.arrs, (2.0,)),
    (p.poly, (X, 2.0)),
    (p.shadow, (2.0, 3.0)),
    (p.callsit, (2.0,)),
    (p.cond_alias, (X, 1)),
    (p.cond_alias, (X, -1)),
    (p.good_hist, (X,)),
    (p.loopvar, (1.0,)),
    (p.boolops, (1.5, 0.5)),
    (p.boolops, (0.5, 3.0)),
    (p.boolops, (-1.0, 3.0)),
]


def lowered(function, args):
    names = function.__code__.co_varnames
    found = lower(sources.of_callable(function), of_arguments(dict(zip(names, args))))
    verify(found.trace)
    return found


@pytest.mark.parametrize(("function", "args"), CASES)
def test_the_trace_computes_what_the_program_computes(function, args):
    found = lowered(function, args)
    closure = {name: data.read() for name, data in found.closure.items()}
    got = run(found.trace, *copy.deepcopy(args), **closure)
    want = function(*copy.deepcopy(args))
    assert isinstance(got, type(want)) or np.isscalar(got)
    np.testing.assert_equal(got, want)


def test_a_procedure_leaves_its_result_in_an_argument():
    found = lowered(p.proc, (X.copy(), 2.0, X * 2))
    y = X.copy()
    p.proc(y, 2.0, X * 2)
    np.testing.assert_equal(run(found.trace, X.copy(), 2.0, X * 2), y)
    assert found.mutated == ("y",)


def test_memory_that_may_be_shared_is_refused():
    with pytest.raises(RejectedError, match="may share its memory") as error:
        lowered(p.bad_hist, (X,))
    assert error.value.filename == p.__file__


def test_kinds_are_found_by_use():
    find = lower(sources.of_callable(p.h), {})
    assert find.independents == ("x",)
    find = lower(sources.of_callable(p.loss), {})
    assert find.trace.params[0].tree.keys == ("W1", "b1", "W2", "b2")


def test_an_inactive_loop_variable_is_not_carried():
    from adcompile.pipeline import _improved

    found = lowered(p.heat, (np.arange(8.0), 0.1, 5))
    loop = _improved(found.trace, (), {}).body.eqns[-1]
    assert len(loop.params) == 1
