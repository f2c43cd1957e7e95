"""Columns for operands that are lists, tuples or arrays: an adjoint has the form of its operand."""

from __future__ import annotations

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.table import Column
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def like(build: Builder, kind: k.Kind, values: Atom) -> Atom:
    """The rows of an array in a container of this kind."""
    match kind:
        case k.List(item):
            if isinstance(item, (k.List, k.Tuple)):
                raise NotImplementedError
            return build.apply("builtins.list", values)
        case k.Tuple(items):
            return build.apply(
                "mem.tuple", *[like(build, item, build.apply("mem.getitem", values, Lit(i)))
                               for i, item in enumerate(items)]
            )  # fmt: skip
    return values


def contained(operand: str, column: Column) -> CallableColumn:
    """The column, an array, in the form of the operand."""

    def wrapped(build: Builder, names: Names) -> Atom:
        return like(build, build.kind(names[operand]), evaluate(column, names, build))

    return wrapped


def repeated(build: Builder, names: Names) -> Atom:
    """y_bar for each item of x: the transpose of a sum over a list."""
    match build.kind(names["x"]):
        case k.Tuple(items):
            return build.apply("mem.tuple", *[names["y_bar"]] * len(items))
        case k.List():
            return evaluate("[y_bar] * len(x)", names, build)
    return evaluate("np.broadcast_to(y_bar, np.shape(x))", names, build)
