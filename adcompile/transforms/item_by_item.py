"""Adjoints that may be lists are added up item by item.

    x_bar = x_bar + v         ->      x_bar = added(x_bar, v)               + would join two lists
    x_bar[i] += v             ->      x_bar[i] = added(x_bar[i], v)         of a call: += might, too

So are zeros like parts of parameters of unknown kind, and what is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    everywhere,
    inside,
    walk,
)
from adcompile.trace.readers import reached

OF_OPERANDS = {"mem.accumulate": 1, "mem.scatter_add": 1, "operator.add": 2, "lists.add": 2}
"""How many operands may make a list of what this gives."""


def item_by_item(
    made: Trace, known: Mapping[Atom, None], parts: Mapping[Atom, None], seeds: Mapping[Atom, None]
) -> Trace:
    """The adjoint in which no two lists are joined.

    `known` is what the primal makes; zeros like one of `parts` may be lists, and so may `seeds`.
    """
    lists, of_calls = _lists(made, known, parts, seeds)

    def changed(trace: Trace) -> Trace:
        kinds = dict(trace.kinds)

        def equations(eqn: Equation) -> list[Equation]:
            if not isinstance(eqn, Apply):
                return [inside(eqn, block)]
            if eqn.op == "operator.add" and all(arg in lists for arg in eqn.args):
                return [Apply(eqn.outs, "lists.add", eqn.args, eqn.loc)]
            grows = eqn.op == "mem.accumulate" and len(eqn.args) > 2 and eqn.args[1] in of_calls
            return _grown(eqn, kinds) if grows and kinds[eqn.out] == k.ANY else [eqn]

        def block(old: Block) -> Block:
            return old.having([new for eqn in old.eqns for new in equations(eqn)], old.results)

        return replace(trace, body=block(trace.body), kinds=kinds)

    return everywhere(changed, made)


def _grown(eqn: Apply, kinds: dict[Var, k.Kind]) -> list[Equation]:
    """x[i] += v with an item that may be a list."""
    whole, value, *path = eqn.args
    made: list[Equation] = []
    for op, more in (*(("mem.getitem", index) for index in path), ("lists.add", value)):
        kinds[new := Var()] = k.ANY
        made.append(Apply((new,), op, (whole, more), eqn.loc))
        whole = new
    return [*made, Apply(eqn.outs, "mem.write", (eqn.args[0], whole, *path), eqn.loc)]


def _lists(
    made: Trace, known: Mapping[Atom, None], parts: Mapping[Atom, None], seeds: Mapping[Atom, None]
) -> tuple[dict[Atom, None], dict[Atom, None]]:
    """What may be a list, and those of it that a call gives."""
    found: dict[Atom, None] = dict(seeds)
    given: dict[Atom, None] = {}
    ways: dict[Atom, list[Atom]] = {}
    for trace in (made, *made.functions.values()):
        for eqn in walk(trace.body):
            zero = (
                isinstance(eqn, Apply) and eqn.op == "mem.zeros_like"
                and (eqn.args[0] in parts or trace is not made)
            )  # fmt: skip
            new = [out for out in eqn.outs if out not in known]
            found.update((out, None) for out in new if zero or _is_list(trace.kinds.get(out)))
            given.update((out, None) for out in new if isinstance(eqn, Call))
            for old, out in (*handed_on(eqn), *_through(eqn, made.functions)):
                ways.setdefault(old, []).append(out)
    lists = reached(found, ways)
    return lists, reached({out: None for out in given if out in lists}, ways)


def _is_list(kind: k.Kind | None) -> bool:
    return isinstance(kind, k.List)


def _through(eqn: Equation, functions: Mapping[str, Trace]) -> list[tuple[Atom, Atom]]:
    """What goes on through a call, or as a sum, and what it is there."""
    if isinstance(eqn, Call):
        callee = functions[eqn.function]
        return [*zip(eqn.args, callee.inputs), *zip(callee.body.results, eqn.outs)]
    if isinstance(eqn, Apply) and eqn.op in OF_OPERANDS:
        return [(arg, eqn.out) for arg in eqn.args[: OF_OPERANDS[eqn.op]]]
    return []


def handed_on(eqn: Equation) -> list[tuple[Atom, Var]]:
    """What goes on under another name, and that name."""
    match eqn:
        case Apply(op="mem.same" | "mem.copy" | "mem.write" | "mem.append"):
            return [(eqn.args[0], eqn.out)]
        case For() | While():
            ends = eqn.body.results
            into = [*zip(eqn.inits, eqn.params), *zip(eqn.inits, eqn.outs)]
            return [*zip(ends, eqn.params), *zip(ends, eqn.outs), *into]
        case If():
            return [*zip(eqn.then.results, eqn.outs), *zip(eqn.orelse.results, eqn.outs)]
    return []
