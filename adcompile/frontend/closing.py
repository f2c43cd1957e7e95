"""Callees as functions of their own: what they take from outside is passed to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    callee,
    free,
    walk,
)
from adcompile.trace.substitute import substitute

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def closed(
    block: Block, functions: Mapping[str, Trace], kinds: dict[Var, k.Kind]
) -> tuple[Block, dict[str, Trace]]:
    """A block and the callees, with a parameter for whatever a callee takes from outside."""
    extra: dict[str, dict[Var, None]] = {}
    for name, function in functions.items():
        inside = dict.fromkeys(function.inputs)
        extra[name] = {var: None for var in free(function.body) if var not in inside}
    for _ in functions:
        for name, function in functions.items():
            for eqn in walk(function.body):
                if isinstance(eqn, Call):
                    extra[name].update(extra[eqn.function])
    if not any(extra.values()):
        return block, dict(functions)
    result: dict[str, Trace] = {}
    for name, function in functions.items():
        if not extra[name]:
            result[name] = function
            continue
        new: dict[Var, Atom] = {}
        for var in extra[name]:
            new[var] = made = Var(var.name)
            kinds[made] = kinds[var]
        body = substitute(_passing(function.body, extra), new)
        inputs = (*function.inputs, *(var for var in new.values() if isinstance(var, Var)))
        result[name] = callee(name, inputs, body, kinds, function.doc, function.loc)
    return _passing(block, extra), result


def _passing(block: Block, extra: Mapping[str, dict[Var, None]]) -> Block:
    """The block with what the callees take from outside passed to them."""
    return calls_changed(block, lambda eqn: replace(eqn, args=(*eqn.args, *extra[eqn.function])))


def calls_changed(block: Block, change: Callable[[Call], Call]) -> Block:
    """The block with every call in it changed."""
    eqns: list[Equation] = []
    for eqn in block.eqns:
        match eqn:
            case Call():
                eqn = change(eqn)
            case If():
                then, orelse = calls_changed(eqn.then, change), calls_changed(eqn.orelse, change)
                eqn = replace(eqn, then=then, orelse=orelse)
            case For():
                eqn = replace(eqn, body=calls_changed(eqn.body, change))
            case While():
                cond, body = calls_changed(eqn.cond, change), calls_changed(eqn.body, change)
                eqn = replace(eqn, cond=cond, body=body)
        eqns.append(eqn)
    return Block(tuple(eqns), block.results)


def called(low: Lowerer, block: Block) -> dict[str, Trace]:
    """The callees that a block comes to call."""
    known, found = low.recursion.functions, dict[str, Trace]()
    stack = [block]
    while stack:
        for eqn in walk(stack.pop()):
            if isinstance(eqn, Call) and eqn.function not in found:
                if eqn.function not in known:
                    raise low.rejection(
                        None, f"{eqn.function} calls itself and takes its own derivative", "ADC213"
                    )
                found[eqn.function] = known[eqn.function]
                stack.append(known[eqn.function].body)
    return found


def adopt(low: Lowerer, block: Block, functions: Mapping[str, Trace]) -> Block:
    """The block of a derivative, whose callees become callees of this program."""
    known = low.recursion.functions
    names: dict[str, str] = {}
    for name in functions:
        new, number = name, 1
        while new in known or new in names.values():
            number += 1
            new = f"{name}_{number}"
        names[name] = new

    def renamed(eqn: Call) -> Call:
        return replace(eqn, function=names[eqn.function])

    for name, function in functions.items():
        body = calls_changed(function.body, renamed)
        known[names[name]] = replace(function, name=names[name], body=body)
    return calls_changed(block, renamed)
