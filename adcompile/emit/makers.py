"""Who makes each variable of a trace, and whose object it may be.

    x2 = write(x1, v, i)        x2 may be the object that x1 was        flows(trace, eqn, 0) = x1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from weakref import WeakKeyDictionary

from adcompile.emit.owners import NO_FACTS, known
from adcompile.rules import table
from adcompile.rules.memory import DESTRUCTIVE
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
    walk,
)

READ_ONLY = (
    "numpy.broadcast_to", "numpy.diagonal", "numpy.diag", "numpy.broadcast_arrays",
    "widths.broadcast_like",
)  # fmt: skip


def changes(trace: Trace) -> bool:
    """Is anything changed in place, here or by a callee?  Who shares memory matters only then."""
    return any(
        isinstance(eqn, Call) or (isinstance(eqn, Apply) and eqn.op in DESTRUCTIVE)
        for eqn in walk(trace.body)
    )


def definitions(trace: Trace) -> Mapping[Atom, tuple[Equation, int]]:
    """The equation that defines each variable, and its position; loops define their params."""
    found = _definitions.get(trace.body)
    if found is None:
        found = _definitions[trace.body] = {}
        for eqn in walk(trace.body):
            for i, out in enumerate(eqn.outs):
                found[out] = eqn, i
            if not isinstance(eqn, Apply) and isinstance(eqn, (For, While)):
                found.update((param, (eqn, i)) for i, param in enumerate(eqn.params))
    return found


_definitions: WeakKeyDictionary[Block, dict[Atom, tuple[Equation, int]]] = WeakKeyDictionary()
"""Of the bodies of traces."""


def exclusive(
    trace: Trace, immutable: Callable[[Atom], bool]
) -> tuple[dict[Var, bool], dict[int, bool]]:
    """The carried variables that are destroyed in the body, and the numbers of such inputs.

    True where their contents are destroyed, too.
    """
    result: dict[Var, bool] = {}
    destroyed: dict[int, bool] = {}
    seen: dict[tuple[Var, bool], None] = {}
    work: list[tuple[Atom, bool]] = []
    for eqn in walk(trace.body):
        if isinstance(eqn, Apply):
            if eqn.op in DESTRUCTIVE:
                work.append((eqn.args[0], _is_deep(eqn, trace.kinds)))
        elif isinstance(eqn, Call):
            facts = known(trace).get(eqn.function, NO_FACTS)
            work += [(eqn.args[n], deep) for n, deep in facts.destroyed.items()]
    if not work:
        return result, destroyed
    defined = definitions(trace)
    inputs = {var: number for number, var in enumerate(trace.inputs)}
    while work:
        var, deep = work.pop()
        if var in inputs and not immutable(var):
            number = inputs[var]
            destroyed[number] = deep or destroyed.get(number, False)
        if not isinstance(var, Var) or (var, deep) in seen or var not in defined:
            continue
        seen[var, deep] = None
        eqn, i = defined[var]
        work += [(source, deep) for source in flows(trace, eqn, i)]
        if isinstance(eqn, (For, While)) and not immutable(eqn.params[i]):
            result[eqn.params[i]] = deep or result.get(eqn.params[i], False)
    return result, destroyed


def _is_deep(eqn: Apply, kinds: Mapping[Var, k.Kind]) -> bool:
    if eqn.op not in ("mem.write", "mem.accumulate", "mem.scatter_add"):
        return False
    kind = kinds.get(eqn.args[0]) if isinstance(eqn.args[0], Var) else None
    return len(eqn.args) > 3 or isinstance(kind, k.Any_)


def _shows_whole(eqn: Apply) -> bool:
    """Is this another view of a whole array: x.T, x.reshape(...)?"""
    row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
    return row is not None and bool(row.view) and eqn.op not in READ_ONLY


def flows(trace: Trace, eqn: Equation, i: int) -> Iterable[Atom]:
    """The atoms whose object the i-th variable defined by an equation may be."""
    match eqn:
        case Apply():
            same = eqn.op == "mem.same" or (eqn.op in DESTRUCTIVE and i == len(eqn.outs) - 1)
            return eqn.args[:1] if same or _shows_whole(eqn) else ()
        case If():
            return eqn.then.results[i], eqn.orelse.results[i]
        case For() | While():
            return eqn.inits[i], eqn.body.results[i]
        case Call():
            facts = known(trace).get(eqn.function)
            parts = facts.results[i].own if facts is not None else ()
            return [eqn.args[n] for n, tag in sorted(parts) if not tag]
    return ()
