"""Columns for operands that are lists, tuples or arrays: an adjoint has the form of its operand."""

from __future__ import annotations

from collections.abc import Callable

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.shape_kinds import as_array
from adcompile.rules.table import Column, Row
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, For, Lit, Var


def elements(build: Builder, x: Atom) -> list[Atom] | None:
    """The items of a tuple or list, where they are known."""
    eqn = build.definition(x)
    if eqn is not None and eqn.op in ("mem.list", "mem.tuple"):
        return list(eqn.args)
    kind = build.kind(x)
    if isinstance(kind, k.Tuple):
        return [build.apply("mem.getitem", x, Lit(i)) for i in range(len(kind.items))]
    return None


JOINING = ("concatenate", "hstack", "vstack", "column_stack", "stack", "linalg.multi_dot")
KEEPING = ("array", "asarray", "ascontiguousarray", "copy")


def as_arrays(build: Builder, row: Row, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The arguments of a function of NumPy, with arrays for the lists that it would convert.

    Those that join arrays take lists, but of arrays.  An operator converts what stands beside an
    array.
    """
    module, _, name = row.op.partition(".")
    if module not in ("numpy", "operator") or name in KEEPING:
        return args
    converted = list(args)
    for position, (arg, column) in enumerate(zip(args, row.columns)):
        taken = isinstance(arg, Var) or module == "numpy"
        if column is not None and taken and _is_sequence(build.kind(arg)):
            convert = _of_arrays if name in JOINING else as_one
            converted[position] = convert(build, arg)
    return tuple(converted)


def as_one(build: Builder, x: Atom) -> Atom:
    """A list or tuple as the array that NumPy makes of it; what is none, as it is."""
    if not _is_sequence(build.kind(x)):
        return x
    result = build.apply("numpy.asarray", x)
    build.kinds[result] = as_array(_exact(build, x))
    return result


def refine(build: Builder, row: Row, args: tuple[Atom, ...], result: Var) -> None:
    """Give an array made of lists in sight the lengths that the kinds of lists do not tell."""
    module, _, name = row.op.partition(".")
    if module == "numpy" and name in JOINING + KEEPING and _is_sequence(build.kind(args[0])):
        kinds = [_exact(build, args[0]), *(build.kind(arg) for arg in args[1:])]
        build.kinds[result] = row.kind(kinds, list(args))


def _exact(build: Builder, x: Atom) -> k.Kind:
    """The kind of x, lists in sight as tuples."""
    is_var = isinstance(x, Var)
    items = elements(build, x) if is_var and _is_sequence(build.kind(x)) else None
    if items is None:
        return build.kind(x)
    return k.Tuple(tuple(_exact(build, item) for item in items))


def _of_arrays(build: Builder, x: Atom) -> Atom:
    """A list or tuple of arrays, in the place of one of lists."""
    items = elements(build, x)
    if items is None or not any(_is_sequence(build.kind(item)) for item in items):
        return x
    form = "mem.tuple" if isinstance(build.kind(x), k.Tuple) else "mem.list"
    return build.apply(form, *[as_one(build, item) for item in items])


def _is_sequence(kind: k.Kind) -> bool:
    return isinstance(kind, (k.List, k.Tuple))


def like(build: Builder, x: Atom, values: Atom) -> Atom:
    """The rows of an array in a container such as x is."""
    kind = build.kind(x)
    if not isinstance(kind, (k.List, k.Tuple)):
        return values
    items = elements(build, x)
    if items is not None:
        rows = [
            like(build, item, build.apply("mem.getitem", values, Lit(i)))
            for i, item in enumerate(items)
        ]
        return build.apply("mem.tuple" if isinstance(kind, k.Tuple) else "mem.list", *rows)
    assert isinstance(kind, k.List)
    row_kind = inner = kind.item
    if row_kind is None or not _is_sequence(row_kind):
        return build.apply("builtins.list", values)
    while isinstance(inner, k.List):
        inner = inner.item
    if isinstance(inner, k.Scalar):
        return build.apply("numpy.ndarray.tolist", values)

    def item(index: Atom) -> Atom:
        row = build.apply("mem.getitem", values, index)
        return like(build, build.apply("mem.getitem", x, index), row)

    return each(build, x, row_kind, item)


def contained(operand: str, column: Column) -> CallableColumn:
    """The column, an array, in the form of the operand."""

    def wrapped(build: Builder, names: Names) -> Atom:
        return like(build, names[operand], evaluate(column, names, build))

    return wrapped


def each(build: Builder, x: Atom, item_kind: k.Kind, make: Callable[[Atom], Atom]) -> Atom:
    """A loop over the list x that builds a list of make(index)."""
    count = evaluate("len(x)", {"x": x}, build)
    empty = build.apply("mem.list")
    index, bars = build.var(k.INT), build.var(k.List(item_kind))
    with build.block() as eqns:
        grown = build.apply("mem.append", bars, make(index))
    body = build.close(eqns, (grown,))
    out: Var = build.var(k.List(item_kind))
    build.eqns.append(
        For((out,), (empty,), (bars,), index, Lit(0), count, Lit(1), False, body, loc=build.loc)
    )
    return out


def repeated(build: Builder, names: Names) -> Atom:
    """y_bar for each item of x: the transpose of a sum over a list."""
    kind, bar = build.kind(names["x"]), names["y_bar"]
    match kind:
        case k.Tuple(items):
            return build.apply("mem.tuple", *[bar] * len(items))
        case k.List():
            if k.is_scalar(build.kind(bar)):
                return evaluate("lists.repeat([y_bar], len(x))", names, build)
            return each(
                build, names["x"], build.kind(bar), lambda index: build.apply("mem.copy", bar)
            )
    return evaluate("np.broadcast_to(y_bar, np.shape(x))", names, build)
