"""Rows that are two functions in the language: these are lowered into the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adcompile.frontend import settling, sources
from adcompile.rules.build import Builder
from adcompile.trace.ir import Atom, Var, leaves
from adcompile.trace.substitute import clone


def inline(function: Callable[..., Any], atoms: Sequence[Atom], build: Builder) -> tuple[Atom, ...]:
    """Append the equations of function(*atoms); the atoms of its result."""
    source = sources.of_callable(function)
    names = [arg.arg for arg in (*source.node.args.posonlyargs, *source.node.args.args)]
    kinds = {name: build.kind(atom) for name, atom in zip(names, atoms, strict=True)}
    trace = settling.lower(source, kinds).trace
    given = dict(zip(names, atoms))
    mapping: dict[Var, Atom] = {}
    for param in trace.params:
        for leaf in leaves(param.tree):
            if isinstance(leaf, Var):
                mapping[leaf] = given[param.name]
    build.kinds.update((var, kind) for var, kind in trace.kinds.items() if var not in build.kinds)
    block = clone(trace.body, mapping, build.kinds)
    build.eqns += block.eqns
    return block.results
