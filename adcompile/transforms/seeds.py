"""What depends on the tangents that a function is given."""

from __future__ import annotations

from adcompile.trace.ir import (
    Apply,
    Atom,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    leaves,
    walk,
)


def tangents(trace: Trace) -> dict[Var, None]:
    """The variables that depend on the parameters that hold tangents."""
    found: dict[Atom, None] = {
        leaf: None
        for param in trace.params if param.name in trace.seeds
        for leaf in leaves(param.tree) if isinstance(leaf, Var)
    }  # fmt: skip
    count = -1
    while found and count < len(found):
        count = len(found)
        for eqn in walk(trace.body):
            _spread(eqn, found)
    return {var: None for var in found if isinstance(var, Var)}


def _spread(eqn: Equation, found: dict[Atom, None]) -> None:
    match eqn:
        case Apply() | Call():
            if any(atom in found for atom in eqn.args):
                found.update(dict.fromkeys(eqn.outs))
        case If():
            for out, *sides in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                if eqn.cond in found or any(side in found for side in sides):
                    found[out] = None
        case For() | While():
            for out, param, init, result in zip(eqn.outs, eqn.params, eqn.inits, eqn.body.results):
                if init in found or result in found or param in found:
                    found.update({out: None, param: None})
