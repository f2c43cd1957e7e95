"""Arrays put together from lists of arrays, and taken apart.

The adjoint of a list is a list.  Where the display that made it is in sight, its parts are cut out
one by one; else a loop over the list cuts them.
"""

from __future__ import annotations

from collections.abc import Callable

from adcompile.rules import joined_kinds as jk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import elements, like
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import rank_of, static
from adcompile.rules.table import RuleError, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, For, Lit


def add_rows() -> None:
    linear("y = np.concatenate(x, axis=0)", parts(_concatenated), kind=jk.concatenated(1))
    linear("y = np.hstack(x)", hstack_x, kind=jk.hstacked)
    linear("y = np.vstack(x)", parts(_on_top), kind=jk.vstacked)
    linear("y = np.column_stack(x)", parts(_columns), kind=jk.column_stacked)
    linear("y = np.append(x, values, axis=None)", append_x, append_values, kind=jk.appended)
    linear("y = np.delete(x, obj, axis=None)", delete_x, None, kind=jk.deleted)
    linear(
        "y = np.insert(x, obj, values, axis=None)", insert_x, None, insert_values, kind=jk.inserted
    )
    linear("y = np.stack(x, axis=0)", stack_x, kind=jk.stacked)
    for name in ("split", "array_split"):
        linear(
            f"y = np.{name}(x, indices_or_sections, axis=0)",
            split_x,
            None,
            kind=jk.split,
            view="always",
        )


# How a part is cut from y_bar: its length along an axis, that axis, and if it has another shape

Cut = Callable[[k.Kind, object], "tuple[str, int, bool]"]


def _concatenated(item: k.Kind, axis: object) -> tuple[str, int, bool]:
    if axis is None:
        return "np.size(part)", 0, True
    assert isinstance(axis, int)
    return ("len(part)" if axis == 0 else f"np.shape(part)[{axis}]"), axis, False


def _side_by_side(item: k.Kind, axis: object) -> tuple[str, int, bool]:
    rank = len(sk.dims_of(item) or ())
    return (
        ("1", 0, True)
        if rank == 0
        else ("len(part)", 0, False)
        if rank == 1
        else ("np.shape(part)[1]", 1, False)
    )


def _side_by_side_as_rows(item: k.Kind, axis: object) -> tuple[str, int, bool]:
    """Where not all ranks are known: of y_bar with two axes at least."""
    return "np.shape(np.atleast_2d(part))[1]", 1, True


def _on_top(item: k.Kind, axis: object) -> tuple[str, int, bool]:
    dims = sk.dims_of(item)
    if dims is None:
        return "len(np.atleast_2d(part))", 0, True
    return ("1", 0, True) if len(dims) < 2 else ("len(part)", 0, False)


def _columns(item: k.Kind, axis: object) -> tuple[str, int, bool]:
    dims = sk.dims_of(item)
    if dims is None:
        return "np.shape(np.atleast_2d(np.transpose(part)))[-2]", 1, True
    return ("1", 1, True) if len(dims) < 2 else ("np.shape(part)[1]", 1, False)


def hstack_x(build: Builder, names: Names) -> Atom:
    """Cut along the first axis or the second, which is known with the ranks of the parts."""
    items = elements(build, names["x"])
    each = sk.item_of(build.kind(names["x"])) or k.ANY
    kinds = [each] if items is None else [build.kind(item) for item in items]
    if None not in map(sk.dims_of, kinds):
        return parts(_side_by_side)(build, names)
    rows = evaluate("np.atleast_2d(y_bar)", names, build)
    return parts(_side_by_side_as_rows)(build, {**names, "y_bar": rows})


def parts(cut: Cut) -> CallableColumn:
    """The column that cuts y_bar into the parts that x was put together from."""

    def column(build: Builder, names: Names) -> Atom:
        axis = static(names, "axis", "np.concatenate") if "axis" in names else 0
        kind = build.kind(names["x"])
        if isinstance(kind, k.Array):
            return _rows(build, names, cut(sk.item_of(kind) or k.ANY, axis))
        items = elements(build, names["x"])
        if items is None:
            return _loop(build, names, cut, axis)
        offset: Atom = Lit(0)
        bars = []
        for item in items:
            bar, offset = _part(build, names, cut(build.kind(item), axis), item, offset)
            bars.append(bar)
        return build.apply("mem.tuple" if isinstance(kind, k.Tuple) else "mem.list", *bars)

    return column


def _rows(build: Builder, names: Names, how: tuple[str, int, bool]) -> Atom:
    """The adjoint of an array whose rows are the parts."""
    _, axis, reshaped = how
    if axis == 0:
        return evaluate("np.reshape(y_bar, np.shape(x))", names, build)
    text = f"np.stack(np.split(y_bar, len(x), axis={axis}))"
    return evaluate(f"np.reshape({text}, np.shape(x))" if reshaped else text, names, build)


def _part(
    build: Builder, names: Names, how: tuple[str, int, bool], item: Atom, offset: Atom
) -> tuple[Atom, Atom]:
    """The adjoint of one part, and where the next one starts."""
    length, axis, reshaped = how
    scope = {**names, "part": item, "start": offset}
    size = _known_length(build, item, length)
    first = "" if offset == Lit(0) else "start"
    scope["stop"] = _sum(
        build, offset, Lit(size) if size is not None else evaluate(length, scope, build)
    )
    lead, rest = _lead(axis), _rest(axis)
    kind = build.kind(item)
    if k.is_scalar(kind):
        dims = sk.dims_of(build.kind(names["y_bar"]))
        behind = ", 0" * ((2 if dims is None else len(dims)) - axis - 1)
        return evaluate(f"y_bar[{'0, ' * axis}start{behind}]", scope, build), scope["stop"]
    text = f"y_bar[{lead}{first}:stop{rest}]"
    return evaluate(
        f"np.reshape({text}, np.shape(part))" if reshaped else text, scope, build
    ), scope["stop"]


def _known_length(build: Builder, item: Atom, length: str) -> int | None:
    if length.isdigit():
        return int(length)
    dims = sk.dims_of(build.kind(item))
    if dims is None:
        return None
    if length == "np.size(part)":
        return sk.size_dim(dims).length
    axis = 0 if length == "len(part)" else int(length.partition("[")[2][:-1])
    return dims[axis].length if -len(dims) <= axis < len(dims) else None


def _sum(build: Builder, x: Atom, y: Atom) -> Atom:
    if isinstance(x, Lit):
        if isinstance(y, Lit):
            return Lit(x.value + y.value)
        if x.value == 0:
            return y
    return build.apply("operator.add", x, y)


def _loop(build: Builder, names: Names, cut: Cut, axis: object) -> Atom:
    """A loop over the list x that appends the part of each item."""
    item_kind = sk.item_of(build.kind(names["x"])) or k.ANY
    count = evaluate("len(x)", names, build)
    index = build.var(k.INT)
    offset, bars = build.var(k.INT), build.var(k.List(sk.as_array(item_kind)))
    with build.block() as eqns:
        item = build.apply("mem.getitem", names["x"], index)
        bar, stop = _part(build, names, cut(item_kind, axis), item, offset)
        grown = build.apply("mem.append", bars, bar)
    outs = build.var(k.INT), build.var(k.List(sk.as_array(item_kind)))
    body = build.close(eqns, (stop, grown))
    empty = build.apply("mem.list")
    build.eqns.append(
        For(
            outs,
            (Lit(0), empty),
            (offset, bars),
            index,
            Lit(0),
            count,
            Lit(1),
            False,
            body,
            loc=build.loc,
        )
    )
    return outs[1]


def stack_x(build: Builder, names: Names) -> Atom:
    axis = static(names, "axis", "np.stack")
    rows = names["y_bar"] if axis == 0 else evaluate("np.moveaxis(y_bar, axis, 0)", names, build)
    return like(build, names["x"], rows)


def split_x(build: Builder, names: Names) -> Atom:
    """The parts side by side; where places are not in order they overlap, and are too long."""
    places = names["indices_or_sections"]
    if k.is_scalar(build.kind(places)):
        return evaluate("np.concatenate(y_bar, axis=axis)", names, build)
    items = places.value if isinstance(places, Lit) else elements(build, places)
    given = [item.value if isinstance(item, Lit) else item for item in items or (None,)]
    known = [place for place in given if isinstance(place, int) and place >= 0]
    if len(known) == len(given):
        if known != sorted(known):
            raise RuleError("the derivative of np.split needs places in order: take slices")
        return evaluate("np.concatenate(y_bar, axis=axis)", names, build)
    return evaluate("np.reshape(np.concatenate(y_bar, axis=axis), np.shape(x))", names, build)


def delete_x(build: Builder, names: Names) -> Atom:
    """y_bar in the places that are kept."""
    axis = static(names, "axis", "np.delete")
    rank = rank_of(build, names, "x", "np.delete")
    if axis is None and rank != 1:
        scope = {**names, "index": evaluate("np.delete(np.arange(np.size(x)), obj)", names, build)}
        text = "mem.write(np.ravel(mem.zeros_like(x)), y_bar, index)"
        return evaluate(f"np.reshape({text}, np.shape(x))", scope, build)
    at = axis % rank if isinstance(axis, int) else 0
    scope = {
        **names,
        "kept": evaluate(f"np.delete(np.arange(np.shape(x)[{at}]), obj)", names, build),
    }
    index = "mem.slice(None, None, None), " * at
    scope["index"] = evaluate(f"({index}kept,)" if index else "kept", scope, build)
    return evaluate("mem.write(mem.zeros_like(x), y_bar, index)", scope, build)


def _place(build: Builder, names: Names) -> Names:
    """The names with `place`, where in the result the inserted values stand, and where several are
    inserted before one place of a vector, with `end`, where they end."""
    obj = static(names, "obj", "np.insert")
    axis = static(names, "axis", "np.insert")
    if not isinstance(obj, int) or (axis is None and rank_of(build, names, "x", "np.insert") != 1):
        raise RuleError("np.insert has a derivative for one constant place along an axis only")
    if jk.inserts_one(build.kind(names["x"]), build.kind(names["values"])):
        return {**names, "place": Lit(obj if obj >= 0 else obj - 1)}
    if rank_of(build, names, "x", "np.insert") != 1:
        raise RuleError("np.insert has a derivative for one row or column: annotate the values")
    scope = {**names, "place": Lit(obj)}
    if obj < 0:
        scope["place"] = evaluate(f"len(x) - {-obj}", names, build)
    return {**scope, "end": evaluate("len(y_bar) - len(x) + place", scope, build)}


def insert_x(build: Builder, names: Names) -> Atom:
    scope = _place(build, names)
    if "end" in scope:
        return evaluate("np.concatenate((y_bar[:place], y_bar[end:]))", scope, build)
    return evaluate("np.delete(y_bar, place, axis)", scope, build)


def insert_values(build: Builder, names: Names) -> Atom:
    scope = _place(build, names)
    if "end" in scope:
        return evaluate("y_bar[place:end]", scope, build)
    axis = names["axis"] if names["axis"] != Lit(None) else Lit(0)
    x, values = (sk.dims_of(build.kind(names[name])) for name in ("x", "values"))
    row = "np.take(y_bar, place, axis)"
    whole = x is not None and values is not None and len(x) == len(values)
    text = f"np.expand_dims({row}, axis)" if whole else row
    return evaluate(text, {**scope, "axis": axis}, build)


def append_x(build: Builder, names: Names) -> Atom:
    axis = static(names, "axis", "np.append")
    if axis is None:
        return evaluate("np.reshape(y_bar[:np.size(x)], np.shape(x))", names, build)
    return evaluate(f"y_bar[{_lead(axis)}:np.shape(x)[axis]{_rest(axis)}]", names, build)


def append_values(build: Builder, names: Names) -> Atom:
    axis = static(names, "axis", "np.append")
    if k.is_scalar(build.kind(names["values"])):
        return evaluate("y_bar[-1]", names, build)
    if axis is None:
        return evaluate("np.reshape(y_bar[np.size(x):], np.shape(values))", names, build)
    return evaluate(f"y_bar[{_lead(axis)}np.shape(x)[axis]:{_rest(axis)}]", names, build)


def _lead(axis: object) -> str:
    """The text of an index before this axis, counted from the front or, if negative, the end."""
    assert isinstance(axis, int)
    return ":, " * axis if axis >= 0 else "..., "


def _rest(axis: object) -> str:
    assert isinstance(axis, int)
    return ", :" * (-1 - axis) if axis < 0 else ""
