"""Parameters of unknown kind that may be tuples, or hold some.

    def net(params, x):
        for W, b in params:             params: a list of tuples, of lists, or an array
            x = np.tanh(x @ W + b)

Parts of their adjoints are added to in place: these are lists until they leave the derivative, and
numbers where there is None.
"""

from __future__ import annotations

from adcompile.rules.lists import may_hold_tuples
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Call,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    leaves,
    walk,
)
from adcompile.trace.partial import holding

OF_NUMBERS = (
    "operator.sub", "operator.truediv", "operator.floordiv", "operator.mod", "operator.pow",
    "operator.matmul", "operator.neg", "operator.pos", "builtins.abs",
)  # fmt: skip


def perhaps_tuples(trace: Trace) -> dict[Var, None]:
    """The leaves of parameters that may be tuples, as far as is seen from what is done to them, and
    lists in which there may be None.
    """
    given = [leaf for param in trace.params for leaf in leaves(param.tree)]
    unknown = {leaf for leaf in given if may_hold_tuples(_kind(leaf, trace))}
    lists = [each for each in given if isinstance(_kind(each, trace), (k.List, k.Dict))]
    none = holding(trace) if lists else {}
    found: dict[Var, None] = {leaf: None for leaf in lists if leaf in none}  # type: ignore[misc]
    arrays: set[Var] = set()
    is_leaf: dict[Atom, Var] = {leaf: leaf for leaf in unknown if isinstance(leaf, Var)}
    for eqn in walk(trace.body) if unknown else ():
        for old, new in _handed_on(eqn):
            if old in is_leaf:
                is_leaf[new] = is_leaf[old]
        found.update((is_leaf[arg], None) for arg in _gone_through(eqn) if arg in is_leaf)
        if isinstance(eqn, Apply) and _no_tuple(eqn, trace):
            seen = (arg for arg in eqn.args if isinstance(_kind(arg, trace), k.Any_))
            arrays.update(is_leaf[arg] for arg in seen if arg in is_leaf)
    return {leaf: None for leaf in found if leaf not in arrays}


def _handed_on(eqn: Equation) -> list[tuple[Atom, Var]]:
    """What goes on under another name, and that name."""
    match eqn:
        case Apply(op="mem.same"):
            return [(eqn.args[0], eqn.out)]
        case For() | While():
            return [*zip(eqn.inits, eqn.params), *zip(eqn.inits, eqn.outs)]
        case If():
            return [*zip(eqn.then.results, eqn.outs), *zip(eqn.orelse.results, eqn.outs)]
    return []


def _gone_through(eqn: Equation) -> tuple[Atom, ...]:
    """What items may be read of by this equation, or behind it."""
    match eqn:
        case Apply(op="mem.getitem"):
            return eqn.args[:1]
        case Apply(op="mem.tuple" | "mem.list" | "mem.dict") | Call():
            return eqn.args
    return ()


def _no_tuple(eqn: Apply, trace: Trace) -> bool:
    """Would this raise for a tuple?"""
    if eqn.op in ("operator.add", "operator.mul"):
        dtypes = ("float32", "float", "complex", *(("int",) if eqn.op == "operator.add" else ()))
        return any(
            isinstance(kind, k.Array) or (isinstance(kind, k.Scalar) and kind.dtype in dtypes)
            for kind in (_kind(arg, trace) for arg in eqn.args)
        )
    if eqn.op == "mem.getitem":
        return eqn.args[1] == Lit(...) or isinstance(_kind(eqn.args[1], trace), (k.Tuple, k.Array))
    return eqn.op in OF_NUMBERS or (eqn.op == "mem.write" and len(eqn.args) == 3)


def _kind(atom: Atom, trace: Trace) -> k.Kind:
    return trace.kinds[atom] if isinstance(atom, Var) else k.of_constant(atom.value)
