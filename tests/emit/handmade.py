"""Traces written by hand, and running what is emitted for them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from interpreter import run

from adcompile.emit import module
from adcompile.rules.build import Builder
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Atom,
    Block,
    For,
    If,
    Lit,
    Node,
    Param,
    Trace,
    Tree,
    Var,
    While,
    leaves,
)
from adcompile.trace.verify import verify

IMPORTS = {"numpy": "np", "math": "math"}
MATRIX = k.Array("float", (k.Dim("A.0", 0, True), k.Dim("A.1", 0, True)))


def vector(name: str) -> k.Array:
    return k.Array("float", (k.Dim(f"{name}.0", 0, True),))


class Hand(Builder):
    """A builder with loops and branches whose blocks are Python functions."""

    def __init__(self) -> None:
        super().__init__()
        self.params: list[Param] = []

    def param(self, name: str, kind: k.Kind | None = None, default: str | None = None) -> Var:
        var = self.var(vector(name) if kind is None else kind, name)
        self.params.append(Param(name, var, default))
        return var

    def do(self, op: str, *args: Any, name: str = "") -> Var:
        atoms = [arg if isinstance(arg, (Var, Lit)) else Lit(arg) for arg in args]
        if "." not in op:
            op = f"mem.{op}"
        return self.apply(op, *atoms, name=name)

    def add(self, a: Any, b: Any, name: str = "") -> Var:
        return self.do("operator.add", a, b, name=name)

    def mul(self, a: Any, b: Any, name: str = "") -> Var:
        return self.do("operator.mul", a, b, name=name)

    def slice(self, start: Any, stop: Any = None, step: Any = None) -> Var:
        return self.do("slice", start, stop, step)

    def say(self, text: str, *args: Atom) -> None:
        self.apply_many("mem.effect", (Lit(text), *args), ())

    def carried(self, carry: dict[str, Any]) -> tuple[list[Atom], list[Var], list[Var]]:
        inits: list[Atom] = [x if isinstance(x, (Var, Lit)) else Lit(x) for x in carry.values()]
        make = [[self.var(self.kind(init), name) for name, init in zip(carry, inits)] for _ in "po"]
        return inits, make[0], make[1]

    def loop(
        self, carry: dict[str, Any], stop: Any, turn: Callable[..., Sequence[Atom]], *,
        index: str = "i", start: Any = 0, step: int = 1, backward: bool = False, exits: bool = False
    ) -> list[Var]:  # fmt: skip
        inits, params, outs = self.carried(carry)
        var = self.var(k.INT, index)
        with self.block() as eqns:
            results = turn(var, *params)
        bounds = [x if isinstance(x, Var) else Lit(x) for x in (start, stop, step)]
        body = self.close(eqns, [x if isinstance(x, (Var, Lit)) else Lit(x) for x in results])
        ends = (tuple(outs), tuple(inits), tuple(params))
        self.eqns.append(For(*ends, var, *bounds, backward, body, exits))
        return outs

    def repeat(
        self, carry: dict[str, Any], test: Callable[..., Atom], turn: Callable[..., Sequence[Atom]]
    ) -> list[Var]:
        inits, params, outs = self.carried(carry)
        with self.block() as test_eqns:
            cond = test(*params)
        with self.block() as eqns:
            results = turn(*params)
        blocks = self.close(test_eqns, [cond]), self.close(eqns, list(results))
        self.eqns.append(While(tuple(outs), tuple(inits), tuple(params), *blocks))
        return outs

    def branch(
        self, cond: Atom, then: Callable[[], Sequence[Atom]], orelse: Callable[[], Sequence[Atom]],
        names: Sequence[str],
    ) -> list[Var]:  # fmt: skip
        blocks = []
        for side in (then, orelse):
            with self.block() as eqns:
                results = [x if isinstance(x, (Var, Lit)) else Lit(x) for x in side()]
            blocks.append(self.close(eqns, results))
        kinds = [k.join(*(self.kind(b.results[i]) for b in blocks)) for i in range(len(names))]
        outs = [self.var(kind, name) for kind, name in zip(kinds, names)]
        self.eqns.append(If(tuple(outs), cond, *blocks))
        return outs

    def trace(self, *results: Tree, name: str = "f", functions: Sequence[Trace] = ()) -> Trace:
        tree: Tree = results[0] if len(results) == 1 else tuple_of(*results)
        body = Block(tuple(self.eqns), tuple(leaves(tree)))
        trace = Trace(name, tuple(self.params), body, tree, self.kinds)
        trace = replace(trace, functions={function.name: function for function in functions})
        verify(trace)
        return trace


def tuple_of(*items: Tree) -> Node:
    return Node("tuple", tuple(range(len(items))), items)


def text_of(trace: Trace, **options: Any) -> str:
    return module([(trace, "")], **{"imports": IMPORTS, **options})


def body_of(trace: Trace, **options: Any) -> str:
    """The emitted statements, without imports and header."""
    lines = text_of(trace, **options).split(f"def {trace.name}(")[1].split("\n")[1:]
    return "\n".join(line.removeprefix("    ") for line in lines).strip() + "\n"


def load(text: str, name: str = "f") -> Callable[..., Any]:
    namespace: dict[str, Any] = {}
    exec(compile(text, "<emitted>", "exec"), namespace)
    return namespace[name]


def check(trace: Trace, *args: Any, **options: Any) -> str:
    """The emitted text computes what the trace means and leaves its arguments alone."""
    text = text_of(trace, **options)
    before = copy.deepcopy(args)
    expected = run(trace, *copy.deepcopy(args))
    actual = load(text, trace.name)(*args)
    equal(actual, expected)
    np.testing.assert_equal(args, before)
    return body_of(trace, **options)


def equal(actual: Any, expected: Any) -> None:
    if isinstance(expected, (tuple, list)):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected):
            equal(a, e)
    else:
        assert np.shape(actual) == np.shape(expected)
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)
