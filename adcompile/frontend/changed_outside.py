"""What is made outside of a program, has no rule, and is changed by it and read, is refused.

    SEEN = set()                        each run of the program changes it again, and a derivative
    def f(x):                           may run it more than once: value and derivative would be of
        SEEN.add(len(SEEN))             different states
        return x * len(SEEN)

A random generator draws on, and what is read only to be shown changes nothing that is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from adcompile.errors import RejectedError
from adcompile.frontend import stateful
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Param,
    Trace,
    Var,
    While,
    leaves,
    operands,
    walk,
)

DRAWING = ("Generator", "RandomState", "Random", "SystemRandom")
TAKING = ("pop", "popleft", "popitem", "get_nowait", "readline", "readlines")
"""Methods that give what they take away."""


def check(
    params: Iterable[Param], block: Block, functions: Mapping[str, Trace],
    kinds: Mapping[Var, k.Kind],
) -> None:  # fmt: skip
    """Refuse the first change of such an object, where something read of it reaches the result."""
    eqns = [eqn for each in (block, *(f.body for f in functions.values())) for eqn in walk(each)]
    changes = [eqn for eqn in eqns if isinstance(eqn, Apply) and _changes(eqn)]
    if not changes:
        return
    names = stateful.Names(eqns)
    for eqn in eqns:
        if isinstance(eqn, Call):
            names.unite(functions[eqn.function].inputs, eqn.args)
    inputs = [leaf for param in params for leaf in leaves(param.tree) if isinstance(leaf, Var)]
    given = {names.root(var): var for var in inputs if _is_unknown(kinds[var])}
    _with_parts(names, given, eqns, kinds)
    found = {names.root(eqn.args[1]): eqn for eqn in reversed(changes)}
    needed = _needed(block.results, eqns, functions)
    for eqn in eqns:
        if isinstance(eqn, Apply) and eqn.op != "mem.same":
            read = eqn.args[: stateful.HELD.get(eqn.op)] if needed.intersection(eqn.outs) else ()
            for root in map(names.root, read):
                if root in given and root in found:
                    raise _refusal(given[root], found[root])


def _with_parts(
    names: stateful.Names, given: dict[Atom, Var], eqns: Iterable[Equation],
    kinds: Mapping[Var, k.Kind],
) -> None:  # fmt: skip
    """Add the attributes of what is given, each of which is one object wherever it is read."""
    made: dict[tuple[Atom, Atom], Var] = {}
    for eqn in eqns:
        if isinstance(eqn, Apply) and stateful.is_attribute(eqn):
            owner = names.root(eqn.args[1])
            first = made.setdefault((owner, eqn.args[0]), eqn.outs[0])
            names.unite(eqn.outs, (first,))
            if owner in given and _is_unknown(kinds[first]):
                given[names.root(first)] = eqn.outs[0]


def _changes(eqn: Apply) -> bool:
    """Is this a method that is called for what it does, or for what it takes away?"""
    if not stateful.is_method(eqn) or not isinstance(eqn.args[0], Lit):
        return False
    method = str(eqn.args[0].value).partition("(")[0].rpartition(".")[2]
    return not eqn.outs or method in TAKING


def _is_unknown(kind: k.Kind) -> bool:
    return isinstance(kind, k.Any_) or (isinstance(kind, k.Opaque) and kind.what not in DRAWING)


def _needed(
    results: Iterable[Atom], eqns: Iterable[Equation], functions: Mapping[str, Trace]
) -> set[Atom]:
    """What the results depend on, data and conditions."""
    below: dict[Atom, list[Atom]] = {}
    for eqn in eqns:
        for outs, atoms in _flows(eqn, functions):
            for out in outs:
                below.setdefault(out, []).extend(atoms)
    found, stack = set[Atom](), list(results)
    while stack:
        atom = stack.pop()
        if isinstance(atom, Var) and atom not in found:
            found.add(atom)
            stack += below.get(atom, ())
    return found


def _flows(
    eqn: Equation, functions: Mapping[str, Trace]
) -> Iterator[tuple[Iterable[Atom], Iterable[Atom]]]:
    """Pairs of variables, and what they are made of."""
    match eqn:
        case If():
            for out, *made in zip(eqn.outs, eqn.then.results, eqn.orelse.results, strict=True):
                yield (out,), (eqn.cond, *made)
        case For() | While():
            limits = operands(eqn)[len(eqn.inits) :]
            limits += eqn.cond.results if isinstance(eqn, While) else ()
            limits += eqn.body.results[len(eqn.params) :]
            if isinstance(eqn, For):
                yield (eqn.index,), limits
            rows = zip(eqn.outs, eqn.params, eqn.inits, eqn.body.results, strict=False)
            for out, param, *made in rows:
                yield (out,), (param, *limits)
                yield (param,), (*made, *limits)
        case Call():
            yield eqn.outs, functions[eqn.function].body.results
            for param, arg in zip(functions[eqn.function].inputs, eqn.args, strict=True):
                yield (param,), (arg,)
        case _:
            yield eqn.outs, operands(eqn)


def _refusal(var: Var, change: Apply) -> RejectedError:
    name = var.name or "an object"
    return RejectedError(
        f"this changes {name}, which is made outside of the program and has no rule, and what "
        f"{name} tells reaches the result: value and derivative may be of different states, as "
        "each run changes it again; make it in the function, change a copy of it, or keep the "
        "numbers in a list, an array or a dictionary", change.loc, code="ADC504",
    )  # fmt: skip
