"""Shapes, axes, and arrays put together or taken apart."""

from __future__ import annotations

from adcompile.rules import joined_kinds as jk
from adcompile.rules import joining
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import rank_known, rank_of, static
from adcompile.rules.table import RuleError, constant, family, general, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    _axes()
    _reversals()
    _repetition()
    _selection()
    _facts()
    joining.add_rows()


def _axes() -> None:
    linear("y = np.reshape(x, shape)", back, None, kind=sk.reshaped, view="maybe")
    linear("y = np.ravel(x)", back, kind=sk.raveled, view="maybe")
    linear("y = np.transpose(x, axes=None)", transpose_x, kind=jk.transposed, view="always")
    linear(
        "y = np.swapaxes(x, axis1, axis2)",
        "np.swapaxes(y_bar, axis1, axis2)",
        kind=jk.swapped,
        view="always",
    )
    linear(
        "y = np.moveaxis(x, source, destination)",
        "np.moveaxis(y_bar, destination, source)",
        kind=jk.moved,
        view="always",
    )
    linear(
        "y = np.matrix_transpose(x)",
        "np.matrix_transpose(y_bar)",
        kind=jk.matrix_transposed,
        view="always",
    )
    linear("y = np.expand_dims(x, axis)", squeezed_x, kind=jk.expanded, view="always")
    linear("y = np.squeeze(x, axis=None)", back, kind=jk.squeezed, view="always")
    linear("y = np.broadcast_to(x, shape)", broadcast_x, None, kind=jk.broadcasted, view="always")
    for rank in (1, 2, 3):
        linear(f"y = np.atleast_{rank}d(x)", back, kind=jk.at_least(rank), view="maybe")


def _reversals() -> None:
    linear("y = np.flip(x, axis=None)", "np.flip(y_bar, axis)", kind=sk.negated, view="always")
    for name in ("fliplr", "flipud"):
        linear(f"y = np.{name}(x)", f"np.{name}(y_bar)", kind=sk.same, view="always")
    linear(
        "y = np.lib.stride_tricks.sliding_window_view(x, window_shape, axis=None)",
        windows_x,
        None,
        kind=jk.windows,
        view="always",
    )
    linear("y = np.rot90(x, k=1)", "np.rot90(y_bar, -k)", kind=jk.rotated, view="always")
    linear("y = np.roll(x, shift, axis=None)", roll_x, None, kind=sk.same)


def _repetition() -> None:
    linear("y = np.repeat(x, repeats, axis=None)", repeat_x, None, kind=jk.repeated)
    linear("y = np.tile(x, reps)", tile_x, None, kind=jk.tiled)
    general(
        'y = np.pad(x, pad_width, mode="constant", constant_values=0)',
        (pad_tangent, pad_x),
        None,
        kind=jk.padded,
    )


def _selection() -> None:
    linear("y = np.take(x, indices, axis=None)", take_x, None, kind=jk.taken)
    linear("y = np.take_along_axis(x, indices, axis)", take_along_x, None, kind=jk.taken_along)


def _dtype(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    """What numbers, arrays and dtypes are made into together."""
    if len(kinds) == 1:
        return k.of_dtype(kinds[0])
    given = [
        k.Array(k.named_dtype(kind), ()) if isinstance(kind, k.Opaque) else sk.as_array(kind)
        for kind in kinds
    ]
    numbers = (k.Scalar, k.Array, k.Any_)
    if not all(isinstance(kind, numbers) for kind in given):
        return k.Opaque("dtype")
    return k.of_dtype(k.broadcast(given))


def _result_type(count: int) -> None:
    names = ", ".join(f"x{i}" for i in range(count))
    constant(f"y = np.result_type({names})", kind=_dtype)


def _facts() -> None:
    constant("y = np.shape(x)", kind=sk.shape)
    constant("y = np.size(x)", kind=sk.size)
    constant("y = np.ndim(x)", kind=sk.scalar("int"))
    for count in (1, 2):
        _result_type(count)
    family("numpy.result_type", _result_type)
    constant("y = np.iscomplexobj(x)", kind=sk.scalar("bool"))
    constant("y = np.isrealobj(x)", kind=sk.scalar("bool"))
    constant("y = np.isscalar(x)", kind=sk.scalar("bool"))


def back(build: Builder, names: Names) -> Atom:
    """y_bar in the shape of x."""
    if k.is_scalar(build.kind(names["x"])):
        return evaluate("np.sum(y_bar)", names, build)
    return evaluate("np.reshape(y_bar, np.shape(x))", names, build)


def squeezed_x(build: Builder, names: Names) -> Atom:
    if k.is_scalar(build.kind(names["x"])):
        return evaluate("np.sum(y_bar)", names, build)
    return evaluate("np.squeeze(y_bar, axis)", names, build)


def broadcast_x(build: Builder, names: Names) -> Atom:
    """y_bar summed over the axes that x was repeated along."""
    old, new = sk.dims_of(build.kind(names["x"])), sk.dims_of(build.kind(names["y"]))
    if old == ():
        return evaluate("np.sum(y_bar)", names, build)
    if old is None or new is None:
        return evaluate("mem.unbroadcast(y_bar, np.shape(x))", names, build)
    lead = len(new) - len(old)
    if not all(a == b or b.is_many or b.is_one for a, b in zip(new[lead:], old)):
        return evaluate("mem.unbroadcast(y_bar, np.shape(x))", names, build)
    ones = tuple(i for i, (a, b) in enumerate(zip(new[lead:], old)) if b.is_one and not a.is_one)
    text = f"np.sum(y_bar, axis={tuple(range(lead))})" if lead else "y_bar"
    return evaluate(f"np.sum({text}, axis={ones}, keepdims=True)" if ones else text, names, build)


def transpose_x(build: Builder, names: Names) -> Atom:
    axes = static(names, "axes", "np.transpose")
    if axes is None:
        return evaluate("np.transpose(y_bar)", names, build)
    assert isinstance(axes, tuple)
    order = [axis % len(axes) for axis in axes]
    inverse = tuple(order.index(axis) for axis in range(len(order)))
    return evaluate(f"np.transpose(y_bar, {inverse})", names, build)


def roll_x(build: Builder, names: Names) -> Atom:
    shift = names["shift"]
    if isinstance(shift, Lit):
        steps = shift.value
        back: Atom = Lit(tuple(-n for n in steps) if isinstance(steps, tuple) else -steps)
    else:  # one number, or one for each of the axes
        one = isinstance(build.kind(shift), k.Scalar)
        back = evaluate("-shift" if one else "np.negative(shift)", names, build)
    return evaluate("np.roll(y_bar, back, axis)", {**names, "back": back}, build)


def repeat_x(build: Builder, names: Names) -> Atom:
    """Each element's repetitions summed."""
    axis = static(names, "axis", "np.repeat")
    flat = axis is None and not rank_known(build, names, "x")
    rank = 0 if flat else rank_of(build, names, "x", "np.repeat")
    if not k.is_scalar(build.kind(names["repeats"])):
        return _uneven_repeat_x(build, names, rank, axis)
    if axis is None:
        summed = "np.sum(np.reshape(y_bar, (-1, repeats)), axis=1)"
        return evaluate(summed if rank == 1 else f"np.reshape({summed}, np.shape(x))", names, build)
    assert isinstance(axis, int)
    axis %= rank
    sizes = [f"np.shape(x)[{i}]" for i in range(axis + 1)] + ["repeats"]
    sizes += [f"np.shape(x)[{i}]" for i in range(axis + 1, rank)]
    return evaluate(
        f"np.sum(np.reshape(y_bar, ({', '.join(sizes)})), axis={axis + 1})", names, build
    )


def _uneven_repeat_x(build: Builder, names: Names, rank: int, axis: object) -> Atom:
    """Counts an element: the rows of y_bar added at the places they came from."""
    if axis is not None and (not isinstance(axis, int) or axis % rank):
        raise RuleError(
            "the derivative of np.repeat with counts is known along the first axis only"
        )
    flat = axis is None and rank != 1
    length = "np.size(x)" if axis is None else "len(x)"
    scope = {**names, "at": evaluate(f"np.repeat(np.arange({length}), repeats)", names, build)}
    zeros = "np.ravel(mem.zeros_like(x))" if flat else "mem.zeros_like(x)"
    text = f"mem.scatter_add({zeros}, y_bar, at)"
    return evaluate(f"np.reshape({text}, np.shape(x))" if flat else text, scope, build)


def tile_x(build: Builder, names: Names) -> Atom:
    """The tiles summed: each axis is split into tile and place."""
    rank = rank_of(build, names, "x", "np.tile")
    kind, reps = build.kind(names["reps"]), names["reps"]
    if k.is_scalar(kind):
        counts = ["reps"]
    elif isinstance(kind, k.Tuple):
        counts = (
            [str(n) for n in reps.value]
            if isinstance(reps, Lit)
            else [f"reps[{i}]" for i in range(len(kind.items))]
        )
    else:
        raise RuleError("the derivative of np.tile needs a number or a tuple of repetitions")
    lengths = ["1"] * (len(counts) - rank) + [f"np.shape(x)[{i}]" for i in range(rank)]
    counts = ["1"] * (rank - len(counts)) + counts
    pairs = ", ".join(f"{count}, {length}" for count, length in zip(counts, lengths))
    axes = tuple(range(0, 2 * len(counts), 2))
    text = f"np.sum(np.reshape(y_bar, ({pairs})), axis={axes})"
    return evaluate(
        text if len(lengths) == rank else f"np.reshape({text}, np.shape(x))", names, build
    )


COPYING = ("edge", "reflect", "symmetric", "wrap")


def _pad_mode(names: Names) -> object:
    mode = static(names, "mode", "np.pad")
    if mode not in ("constant", *COPYING):
        raise RuleError(
            f"np.pad has a derivative for the modes constant, {', '.join(COPYING)}, not {mode!r}"
        )
    return mode


def _pad_widths(build: Builder, names: Names, rank: int) -> list[tuple[str, str]]:
    """What np.pad adds before and after, one pair of texts an axis."""
    atom = names["pad_width"]
    if isinstance(atom, Lit):
        return [(str(low), str(high)) for low, high in jk.pad_widths(atom.value, rank)]
    kind = build.kind(atom)
    if isinstance(kind, k.Scalar):
        return [("pad_width", "pad_width")] * rank
    items = kind.items if isinstance(kind, k.Tuple) else ()
    if items and all(isinstance(item, k.Scalar) for item in items):
        return [("pad_width[0]", f"pad_width[{len(items) - 1}]")] * rank
    if not items or not all(isinstance(item, k.Tuple) for item in items):
        raise RuleError("the derivative of np.pad needs numbers, or pairs of them, as pad_width")
    lasts = [len(item.items) - 1 for item in items if isinstance(item, k.Tuple)]
    pairs = [(f"pad_width[{i}][0]", f"pad_width[{i}][{last}]") for i, last in enumerate(lasts)]
    return pairs * rank if len(pairs) == 1 else pairs


def pad_tangent(build: Builder, names: Names) -> Atom:
    """Padding by constants does not move."""
    _pad_mode(names)
    return evaluate("np.pad(x_dot, pad_width, mode)", names, build)


def pad_x(build: Builder, names: Names) -> Atom:
    """The part of y_bar that is not padding, or each element's copies added."""
    rank = rank_of(build, names, "x", "np.pad")
    widths = _pad_widths(build, names, rank)
    if _pad_mode(names) == "constant":
        index = ", ".join(f"{low}:{low} + np.shape(x)[{a}]" for a, (low, _) in enumerate(widths))
        return evaluate(f"y_bar[{index}]", names, build)
    scope = {**names, "bar": names["y_bar"]}
    for axis, pair in enumerate(widths):
        if pair == ("0", "0"):
            continue
        at = f"np.pad(np.arange(np.shape(x)[{axis}]), ({', '.join(pair)}), mode)"
        index = "mem.slice(None, None, None), " * axis
        scope["index"] = evaluate(f"({index}{at},)" if index else at, scope, build)
        sizes = [f"np.shape({'x' if i <= axis else 'bar'})[{i}]" for i in range(rank)]
        zeros = "mem.zeros_like(x)"
        if any(other != ("0", "0") for other in widths[axis + 1 :]):
            zeros = f"np.zeros(({', '.join(sizes)},), dtype=bar.dtype)"
        scope["bar"] = evaluate(f"mem.scatter_add({zeros}, bar, index)", scope, build)
    return scope["bar"]


def take_x(build: Builder, names: Names) -> Atom:
    axis = static(names, "axis", "np.take")
    rank = rank_of(build, names, "x", "np.take")
    if isinstance(build.kind(names["indices"]), k.Tuple):  # it is one index, not one an axis
        names = {**names, "indices": evaluate("np.asarray(indices)", names, build)}
    if rank == 0 or (axis is None and rank != 1):
        flat = "mem.scatter_add(np.ravel(mem.zeros_like(x)), y_bar, indices)"
        return evaluate(f"np.reshape({flat}, np.shape(x))", names, build)
    axes_before = axis % rank if isinstance(axis, int) else 0
    lead = "mem.slice(None, None, None), " * axes_before
    scope = {**names, "index": evaluate(f"({lead}indices,)" if lead else "indices", names, build)}
    return evaluate("mem.scatter_add(mem.zeros_like(x), y_bar, index)", scope, build)


def take_along_x(build: Builder, names: Names) -> Atom:
    """y_bar added at the indices of the axis, and at every place along the others."""
    rank = rank_of(build, names, "x", "np.take_along_axis")
    axis = static(names, "axis", "np.take_along_axis")
    if axis is None:
        flat = "mem.scatter_add(np.ravel(mem.zeros_like(x)), y_bar, indices)"
        return evaluate(f"np.reshape({flat}, np.shape(x))", names, build)
    assert isinstance(axis, int)
    places = []
    for i in range(rank):
        shape = tuple(-1 if j == i else 1 for j in range(rank))
        grid = f"np.reshape(np.arange(np.shape(x)[{i}]), {shape})"
        places.append("indices" if i == axis % rank else grid)
    scope = {**names, "index": evaluate(f"({', '.join(places)},)", names, build)}
    return evaluate("mem.scatter_add(mem.zeros_like(x), y_bar, index)", scope, build)


def windows_x(build: Builder, names: Names) -> Atom:
    """The windows overlap: each element takes what those that hold it have."""
    slide = "np.lib.stride_tricks.sliding_window_view"
    scope = {**names, "n": evaluate("np.arange(np.size(x))", names, build)}
    scope["at"] = evaluate(
        f"np.ravel({slide}(np.reshape(n, np.shape(x)), window_shape, axis))", scope, build
    )
    scope["zeros"] = evaluate("np.ravel(mem.zeros_like(x))", scope, build)
    text = "np.reshape(mem.scatter_add(zeros, np.ravel(y_bar), at), np.shape(x))"
    return evaluate(text, scope, build)
