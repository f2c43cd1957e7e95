"""The printed trace, the invariants, substitution and copies."""

from __future__ import annotations

from dataclasses import replace

import interpreter
import numpy as np
import pytest
from traces import VECTOR, Chance, Maker

from adcompile.errors import CompilerError
from adcompile.rules.check import verify as verify_operations
from adcompile.trace import kinds as k
from adcompile.trace.holds import TRIES, holds
from adcompile.trace.ir import Apply, Block, For, If, Lit, Node, Param, Trace, Var, walk
from adcompile.trace.show import names, show
from adcompile.trace.substitute import clone, substitute
from adcompile.trace.verify import verify


def product() -> Trace:
    """The loop of the documentation: a = a * math.sin(x[i])."""
    m = Maker()
    x, n, index = m.var("x", VECTOR), m.var("n", k.INT), m.var("i", k.INT)
    param, out = m.var("a"), m.var("a")
    outer = m.open()
    sine = m.apply("math.sin", m.apply("mem.getitem", x, index))
    body = m.close(outer, m.apply("operator.mul", param, sine, name="a"))
    bounds = (Lit(0), n, Lit(1))
    m.eqns.append(For((out,), (Lit(1.0),), (param,), index, *bounds, False, body))
    return m.trace((x, n), out, (out,))


def test_show():
    assert show(product()) == (
        "trace f(x: float[u.0], n: int)\n"
        "  for i in range(n) carry a.0 = (1.0, a.1) -> a.2:\n"
        "    v1 = getitem(x, i)\n"
        "    v2 = math.sin(v1)\n"
        "    a.1 = mul(a.0, v2)\n"
        "  return a.2\n"
    )


def test_show_with_locations():
    assert "    v2 = math.sin(v1)  # line 3\n" in show(product(), locations=True)


def test_show_structured_parameters_and_results():
    m = Maker()
    a, b, c = m.var("w"), m.var("mass"), m.var("v1")
    params = (
        Param("params", Node("dict", ("w", "k"), (a, c))),
        Param("body", Node("record", ("mass",), (b,), "Body"), default="Body(1.0)"),
    )
    z = m.apply("operator.mul", a, b)
    result = Node("tuple", (0, 1), (z, Node("dict", ("w",), (a,))))
    trace = Trace("f", params, Block(tuple(m.eqns), (z, a)), result, m.kinds)
    verify(trace)
    assert show(trace) == (
        "trace f(params = {'w': w: float, 'k': v1: float}, "
        "body = Body(mass=mass: float) = Body(1.0))\n"
        "  v2 = mul(w, mass)\n"
        "  return v2, {'w': w}\n"
    )


def test_names_differ():
    for seed in range(50):
        given = names(Chance(seed).trace(30))
        assert len(set(given.values())) == len(given)


def test_traces_by_chance_are_valid():
    for seed in range(50):
        verify(Chance(seed).trace(30))


def broken(change: object) -> str:
    """The message for the loop of `product` after change(loop, trace) -> trace."""
    trace = product()
    with pytest.raises(CompilerError) as caught:
        verify(change(trace.body.eqns[0], trace))  # type: ignore[operator]
    return str(caught.value)


def with_loop(trace: Trace, loop: For) -> Trace:
    return replace(trace, body=replace(trace.body, eqns=(loop,)))


def with_body(trace: Trace, loop: For, *eqns: Apply, results: tuple = ()) -> Trace:
    body = Block(eqns or loop.body.eqns, results or loop.body.results)
    return with_loop(trace, replace(loop, body=body))


def test_read_before_definition():
    text = broken(lambda loop, trace: with_body(trace, loop, *reversed(loop.body.eqns)))
    assert "before it is defined" in text
    assert "operator.mul (line 4 of program.py)" in text


def test_read_outside_its_block():
    def change(loop, trace):
        inner = loop.body.results[0]
        return replace(trace, body=replace(trace.body, results=(inner,)), result=inner)

    assert "is read outside its block" in broken(change)


def test_defined_twice():
    def change(loop, trace):
        return with_body(trace, loop, *loop.body.eqns, loop.body.eqns[0])

    assert "is defined twice" in broken(change)


def test_no_kind():
    def change(loop, trace):
        kinds = dict(trace.kinds)
        del kinds[loop.index]
        return replace(trace, kinds=kinds)

    assert "Var('i') has no kind" in broken(change)


def test_counts_of_carried_variables():
    assert "2 inits, 1 params, 1 outs" in broken(
        lambda loop, trace: with_loop(trace, replace(loop, inits=loop.inits * 2))
    )
    assert "1 results where 2 are needed" in broken(
        lambda loop, trace: with_loop(trace, replace(loop, exits=True))
    )


def test_counts_of_branches():
    def change(loop, trace):
        branch = If((Var("b"),), Lit(True), Block((), (Lit(1.0),)), Block((), ()))
        return replace(trace, body=replace(trace.body, eqns=(*trace.body.eqns, branch)))

    assert "0 results where 1 are needed" in broken(change)


def test_literals_are_not_defined():
    def change(loop, trace):
        return with_loop(trace, replace(loop, params=(Lit(1.0),)))

    assert "is defined, but is no variable" in broken(change)


def test_results_and_parameters():
    assert "leaves of the result" in broken(lambda loop, trace: replace(trace, result=Lit(1.0)))

    def change(loop, trace):
        return replace(trace, params=(*trace.params, Param("x", Var("x"))))

    assert "two parameters are called 'x'" in broken(change)


def test_operations_have_the_arguments_of_their_rows():
    verify_operations(product())
    m = Maker()
    x = m.var("x")
    for op, args, message in (
        ("operator.mul", (x,), "1 arguments for"),
        ("no.such", (x,), "no row"),
        ("mem.getitem", (x,), "1 arguments"),
        ("mem.effect", (x,), "no text"),
        ("mem.unpush", (x,), "no tape"),
    ):
        out = m.var()
        outs = () if op == "mem.effect" else (out,)
        body = Block((Apply(outs, op, args),), (x,))
        with pytest.raises(CompilerError, match=message):
            verify_operations(Trace("f", (Param("x", x),), body, x, m.kinds))


def test_substitute():
    trace = product()
    x = trace.params[0].tree
    new = Var("y")
    assert isinstance(x, Var)
    block = substitute(trace.body, {x: new})
    item = next(eqn for eqn in walk(block) if isinstance(eqn, Apply))
    assert item.args[0] is new
    assert [eqn.outs for eqn in walk(block)] == [eqn.outs for eqn in walk(trace.body)]


def test_clone_defines_everything_anew():
    for seed in range(30):
        trace = Chance(seed).trace(20)
        kinds = dict(trace.kinds)
        body = clone(trace.body, {}, kinds)
        old = {var for eqn in walk(trace.body) for var in eqn.outs}
        new = {var for eqn in walk(body) for var in eqn.outs}
        assert not old & new
        twice = Block(trace.body.eqns + body.eqns, body.results)
        both = replace(
            trace, body=twice, result=Node("tuple", (0, 1, 2), body.results), kinds=kinds
        )
        verify(both)
        copy = replace(both, body=body)
        args = (0.3, 0.4, 2, [1.0, 2.0, 3.0, 4.0])
        interpreter.NAMESPACE["seen"] = []
        with np.errstate(all="ignore"):
            for a, b in zip(
                interpreter.run(trace, *args[:3], np.array(args[3])),
                interpreter.run(copy, *args[:3], np.array(args[3])),
                strict=True,
            ):
                np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("value", [1, 1.0, True, None, "a", 0.0, -0.0, float("nan"), (1, 2.0), ...])
def test_the_same_literal_is_the_same_object(value):
    assert Lit(value) is Lit(value)


@pytest.mark.parametrize(
    "one, other", [(1, 1.0), (1, True), (0.0, -0.0), ((1, 2), (1, 2.0)), ("1", 1), (0, None)]
)
def test_other_literals_are_other_objects(one, other):
    assert Lit(one) is not Lit(other) and Lit(one) != Lit(other)
    assert type(Lit(one).value) is type(one)


def test_a_trace_holds_what_is_in_its_loops_and_callees():
    trace = product()
    found = {"For", "mem.getitem", "math.sin", "operator.mul"}
    assert holds(trace) == found
    branch = If((), Lit(True), Block((), ()), Block((), ()), None, ("ValueError",))
    callee = replace(trace, name="g", body=Block((branch,), ()))
    assert holds(replace(trace, functions={"g": callee})) == {*found, "If", TRIES}
