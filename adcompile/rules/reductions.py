"""Sums, means, extremes, products over axes; running sums; sorting and counting."""

from __future__ import annotations

from adcompile.rules import reduced_kinds as rk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import as_wide, length_text, rank_known, rank_of, static
from adcompile.rules.table import constant, general, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

ENDS = ("prepend", "append")
POSITIVE = (0.5, 2.0)
SUMMED = "axis=None, dtype=None, keepdims=False"


def add_rows() -> None:
    linear(f"y = np.sum(x, {SUMMED})", spread("y_bar"), kind=rk.reduced(1, 3, dtype_at=2))
    general(
        f"y = np.nansum(x, {SUMMED})",
        (
            "np.sum(np.where(np.isnan(x), 0, x_dot), axis, keepdims=keepdims)",
            spread("y_bar", "np.where(np.isnan(x), 0, spread)"),
        ),
        kind=rk.reduced(1, 3, dtype_at=2),
    )
    linear(f"y = np.mean(x, {SUMMED})", mean_x, kind=rk.reduced(1, 3, dtype_at=2, floats=True))
    for name in ("max", "amax", "min", "amin"):
        general(
            f"y = np.{name}(x, axis=None, keepdims=False)",
            (extreme_tangent, extreme_adjoint),
            kind=rk.reduced(1, 2, keep_bool=True),
        )
    general(
        "y = np.ptp(x, axis=None, keepdims=False)",
        (ptp_tangent, ptp_adjoint),
        kind=rk.reduced(1, 2),
    )
    general(
        f"y = np.prod(x, {SUMMED})", (prod_tangent, prod_adjoint), kind=rk.reduced(1, 3, dtype_at=2)
    )
    _running()
    _ordering()
    _constant()


def _running() -> None:
    linear("y = np.cumsum(x, axis=None)", cumsum_x, kind=rk.scanned(1))
    general("y = np.cumprod(x, axis=None)", (cumprod_tangent, cumprod_adjoint), kind=rk.scanned(1))
    linear(
        "y = np.diff(x, n=1, axis=-1, prepend=None, append=None)",
        diff_x,
        prepend=diff_prepend,
        append=diff_append,
        kind=rk.differences,
    )
    linear("y = np.ediff1d(x)", ediff1d_x, kind=rk.flat_differences)


def _ordering() -> None:
    general("y = np.sort(x, axis=-1)", (sort_tangent, sort_adjoint), kind=rk.scanned(1))


def _constant() -> None:
    for name in ("argmax", "argmin"):
        constant(f"y = np.{name}(x, axis=None, keepdims=False)", kind=rk.reduced(1, 2, "int"))
    constant("y = np.argsort(x, axis=-1, kind=None, stable=None)", kind=rk.ordered)
    for name in ("any", "all"):
        constant(f"y = np.{name}(x, axis=None, keepdims=False)", kind=rk.reduced(1, 2, "bool"))
    constant("y = np.count_nonzero(x, axis=None, keepdims=False)", kind=rk.reduced(1, 2, "int"))
    constant('y = np.searchsorted(x, v, side="left")', kind=rk.searched)
    for name in ("bisect", "bisect_left", "bisect_right"):
        constant(f"y = bisect.{name}(x, v, lo=0, hi=None)", kind=rk.place)
    for name in ("nonzero", "argwhere", "flatnonzero"):
        constant(f"y = np.{name}(x)", kind=getattr(rk, name))
    constant("y = np.where(c)", kind=rk.nonzero)
    linear(
        "y = np.bincount(x, weights=None, minlength=0)", None, weights="y_bar[x]", kind=rk.bincount
    )
    constant("y = np.digitize(x, bins, right=False)", kind=sk.integers)
    constant("y = np.isin(x, values)", kind=sk.first_compared)


# Back to the operand's shape


def widened(build: Builder, names: Names, result: str) -> str:
    """The text of a result with the reduced axes put back, as far as broadcasting needs."""
    keepdims = static(names, "keepdims", "a reduction") if "keepdims" in names else False
    axis = names["axis"]
    if keepdims or axis == Lit(None):
        return result
    dims = sk.dims_of(build.kind(names["x"]))
    if isinstance(axis, Lit) and dims is not None:
        gone = rk.normal_axes(axis.value, len(dims))
        if gone == tuple(range(len(gone))):
            return result
    return f"np.expand_dims({result}, axis)"


def spread(result: str, then: str = "spread") -> CallableColumn:
    """The result's adjoint at each element of x."""

    def column(build: Builder, names: Names) -> Atom:
        text = f"np.broadcast_to({widened(build, names, result)}, np.shape(x))"
        if k.is_scalar(build.kind(names["x"])):
            text = result
        return evaluate(then.replace("spread", text), names, build)

    return column


def number(build: Builder, names: Names) -> str:
    """The text of how many elements go into one of the result."""
    axis = names["axis"]
    if axis == Lit(None):
        dims = sk.dims_of(build.kind(names["x"]))
        size = sk.size_dim(dims).length
        return "np.size(x)" if size is None else str(size)
    if not isinstance(axis, Lit):
        several = not isinstance(build.kind(axis), k.Scalar)
        return "np.size(x) // max(np.size(y), 1)" if several else "np.shape(x)[axis]"
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    return " * ".join(length_text(build, names, "x", a) for a in axes) or "1"


def divisor(build: Builder, names: Names) -> str:
    """The same for an adjoint to be divided by: of no elements, where a number would raise, one."""
    text = number(build, names)
    dims = sk.dims_of(build.kind(names["x"]))
    known = dims is not None and all(dim.length or dim.is_several for dim in dims)
    return text if known or not k.is_scalar(build.kind(names["y"])) else f"max({text}, 1)"


def mean_x(build: Builder, names: Names) -> Atom:
    if k.is_scalar(build.kind(names["x"])):
        return names["y_bar"]
    scope = {**names, "share": evaluate(f"y_bar / ({divisor(build, names)})", names, build)}
    return evaluate(f"np.broadcast_to({widened(build, names, 'share')}, np.shape(x))", scope, build)


# Extremes: evenly among the equal ones


def _ties(build: Builder, names: Names) -> dict[str, Atom]:
    """`hit`, where x is the extreme, and `count`, how many such elements there are (kept axes)."""
    scope = dict(names)
    scope["hit"] = evaluate(f"x == {widened(build, names, 'y')}", names, build)
    count = "np.count_nonzero(hit, axis, keepdims=keepdims)"
    if k.is_scalar(build.kind(names["y"])):
        count = f"max(int({count}), 1)"  # nothing equals nan
    else:
        count = as_wide(build.kind(names["x"]), count)
    scope["count"] = evaluate(count, scope, build)
    return scope


def extreme_tangent(build: Builder, names: Names) -> Atom:
    return evaluate(
        "np.sum(np.where(hit, x_dot, 0), axis, keepdims=keepdims) / count",
        _ties(build, names),
        build,
    )


def extreme_adjoint(build: Builder, names: Names) -> Atom:
    scope = _ties(build, names)
    scope["share"] = evaluate("y_bar / count", scope, build)
    return evaluate(f"np.where(hit, {widened(build, names, 'share')}, 0)", scope, build)


def _ends(build: Builder, names: Names) -> list[dict[str, Atom]]:
    return [
        {**names, "y": evaluate(f"np.{end}(x, axis, keepdims=keepdims)", names, build)}
        for end in ("max", "min")
    ]


def ptp_tangent(build: Builder, names: Names) -> Atom:
    high, low = (extreme_tangent(build, scope) for scope in _ends(build, names))
    return build.apply("operator.sub", high, low)


def ptp_adjoint(build: Builder, names: Names) -> Atom:
    high, low = (extreme_adjoint(build, scope) for scope in _ends(build, names))
    return build.apply("operator.sub", high, low)


# Products: of all the others, without a division


def _others(build: Builder, names: Names) -> Atom:
    """For each element of x the product of the others along the axis."""
    axis = static(names, "axis", "a product")
    scope = dict(names)
    rank = sk.dims_of(build.kind(names["x"]))
    if rank == ():
        return Lit(1.0)
    if axis == ():
        return evaluate("np.ones_like(x)", scope, build)
    if rank is not None and len(rank) == 1:
        return _others_in_turn(build, scope, "x")
    if axis is None:
        scope["m"] = evaluate("np.ravel(x)", names, build)
        scope["others"] = _others_in_turn(build, scope, "m")
        return evaluate("np.reshape(others, np.shape(x))", scope, build)
    if isinstance(axis, tuple):
        return _others_of_several(build, scope, axis)
    scope["m"] = evaluate("np.moveaxis(x, axis, -1)", names, build)
    scope["others"] = _others_at_the_end(build, scope)
    return evaluate("np.moveaxis(others, -1, axis)", scope, build)


def _others_of_several(build: Builder, names: Names, axes: tuple[int, ...]) -> Atom:
    """Over several axes, which are made one at the end."""
    count, scope = len(axes), dict(names)
    ends = tuple(range(-count, 0))
    scope["moved"] = evaluate(f"np.moveaxis(x, {axes}, {ends})", scope, build)
    size = " * ".join(f"np.shape(moved)[{end}]" for end in ends)
    shape = f"np.shape(moved)[:{-count}] + ({size},)"
    scope["m"] = evaluate(f"np.reshape(moved, {shape})", scope, build)
    scope["others"] = _others_at_the_end(build, scope)
    text = f"np.moveaxis(np.reshape(others, np.shape(moved)), {ends}, {axes})"
    return evaluate(text, scope, build)


def _others_at_the_end(build: Builder, names: Names) -> Atom:
    """Along the last axis of m."""
    scope = {**names, "one": evaluate("np.ones_like(m[..., :1])", names, build)}
    before = "np.concatenate((one, np.cumprod(m[..., :-1], axis=-1)), axis=-1)"
    after = "np.concatenate((one, np.cumprod(np.flip(m[..., 1:], -1), axis=-1)), axis=-1)"
    return evaluate(f"{before} * np.flip({after}, -1)", scope, build)


def _others_in_turn(build: Builder, names: Names, x: str) -> Atom:
    """Of a vector: the products of all before, times the products of all after."""
    scope = {**names, "one": evaluate(f"np.ones_like({x}[:1])", names, build)}
    before = f"np.concatenate((one, np.cumprod({x}[:-1])))"
    after = f"np.concatenate((one, np.cumprod(np.flip({x}[1:]))))"
    return evaluate(f"{before} * np.flip({after})", scope, build)


def prod_tangent(build: Builder, names: Names) -> Atom:
    scope = {**names, "others": _others(build, names)}
    return evaluate("np.sum(others * x_dot, axis, keepdims=keepdims)", scope, build)


def prod_adjoint(build: Builder, names: Names) -> Atom:
    scope = {**names, "others": _others(build, names)}
    return evaluate(f"others * {widened(build, names, 'y_bar')}", scope, build)


def _triangle(build: Builder, names: Names) -> tuple[dict[str, Atom], str, str]:
    """`t[..., i, j]`: the product of x[..., :j + 1] without x[i]; to and from the last axis."""
    axis = static(names, "axis", "np.cumprod")
    to = "np.ravel({})" if axis is None else "np.moveaxis({}, axis, -1)"
    back = "np.reshape({}, np.shape(x))" if axis is None else "np.moveaxis({}, -1, axis)"
    scope = {**names, "m": evaluate(to.format("x"), names, build)}
    scope["eye"] = evaluate("np.eye(np.shape(m)[-1]) > 0", scope, build)
    without = "np.where(eye, 1, np.expand_dims(m, -2))"
    scope["t"] = evaluate(f"np.triu(np.cumprod({without}, axis=-1))", scope, build)
    return scope, to, back


def cumprod_tangent(build: Builder, names: Names) -> Atom:
    scope, to, back = _triangle(build, names)
    product = f"(np.expand_dims({to.format('x_dot')}, -2) @ t)[..., 0, :]"
    return evaluate(product if names["axis"] == Lit(None) else back.format(product), scope, build)


def cumprod_adjoint(build: Builder, names: Names) -> Atom:
    scope, to, back = _triangle(build, names)
    bar = "y_bar" if names["axis"] == Lit(None) else to.format("y_bar")
    return evaluate(back.format(f"(t @ np.expand_dims({bar}, -1))[..., 0]"), scope, build)


# Running sums and differences


def cumsum_x(build: Builder, names: Names) -> Atom:
    if static(names, "axis", "np.cumsum") is None:
        flat = "np.flip(np.cumsum(np.flip(y_bar)))"
        rank = sk.dims_of(build.kind(names["x"]))
        text = flat if rank is not None and len(rank) == 1 else f"np.reshape({flat}, np.shape(x))"
        return evaluate(text, names, build)
    return evaluate("np.flip(np.cumsum(np.flip(y_bar, axis), axis), axis)", names, build)


def diff_x(build: Builder, names: Names) -> Atom:
    """The part of the transpose that belongs to x, between what was put before and behind it."""
    axis = _axis_of_diff(build, names)
    start, stop = _ends_of_diff(build, names, axis)
    whole = _undiffed(build, names)
    if start == "" and stop == "":
        return whole
    return evaluate(f"b[{_along(axis, f'{start}:{stop}')}]", {**names, "b": whole}, build)


def _axis_of_diff(build: Builder, names: Names) -> int:
    """The axis, counted from the front where the rank is known."""
    axis = static(names, "axis", "np.diff")
    assert isinstance(axis, int)
    return axis % rank_of(build, names, "x", "np.diff") if rank_known(build, names, "x") else axis


def _along(axis: int, part: str) -> str:
    """The text of an index that takes a part along an axis."""
    return f"{':, ' * axis}{part}" if axis >= 0 else f"..., {part}{', :' * (-1 - axis)}"


def _ends_of_diff(build: Builder, names: Names, axis: int) -> tuple[str, str]:
    """Where x starts and stops in np.diff's operand with `prepend` and `append` around it."""
    before, after = (
        "" if names[end] == Lit(None) else _extent(build, names, end, axis)
        for end in ENDS
    )
    return before, f"-{after}" if after else ""


def _extent(build: Builder, names: Names, end: str, axis: int) -> str:
    if sk.dims_of(build.kind(names[end])) == ():
        return "1"
    rank_of(build, names, end, "np.diff")
    return f"np.shape({end})[{axis}]"


def diff_prepend(build: Builder, names: Names) -> Atom:
    return _diff_end(build, names, "prepend")


def diff_append(build: Builder, names: Names) -> Atom:
    return _diff_end(build, names, "append")


def _diff_end(build: Builder, names: Names, end: str) -> Atom:
    axis = _axis_of_diff(build, names)
    scope = {**names, "b": _undiffed(build, names)}
    extent = _extent(build, names, end, axis)
    text = f"b[{_along(axis, f':{extent}' if end == 'prepend' else f'-{extent}:')}]"
    return evaluate(
        f"np.sum({text})" if k.is_scalar(build.kind(names[end])) else text, scope, build
    )


def _undiffed(build: Builder, names: Names) -> Atom:
    """-y[0], y[0] - y[1], ..., y[-1] along the axis, n times; zeros where nothing was left."""
    axis, times = _axis_of_diff(build, names), static(names, "n", "np.diff")
    assert isinstance(times, int)
    dims = sk.dims_of(build.kind(names["x"]))
    length = dims[axis].length if dims else None
    if length is not None and length <= times and all(names[end] == Lit(None) for end in ENDS):
        return evaluate("mem.zeros_like(x)", names, build)
    if times > 1:
        return _undiffed_often(build, names, axis, times)
    first, last = _along(axis, ":1"), _along(axis, "-1:")
    text = f"np.concatenate((-b[{first}], -np.diff(b, axis=axis), b[{last}]), axis=axis)"
    return names["y_bar"] if not times else evaluate(text, {**names, "b": names["y_bar"]}, build)


def _undiffed_often(build: Builder, names: Names, axis: int, times: int) -> Atom:
    """As above where y may be empty: x may have no more than n elements along the axis."""
    scope = {**names, "b": names["y_bar"], "like": evaluate("mem.zeros_like(x)", names, build)}
    scope["zero"] = evaluate(f"like[{_along(axis, ':1')}]", scope, build)
    for _ in range(times):
        text = f"-np.diff(np.concatenate((zero, b, zero), axis={axis}), axis={axis})"
        scope["b"] = evaluate(text, scope, build)
    ends = [_extent(build, names, end, axis) for end in ENDS if names[end] != Lit(None)]
    length = " + ".join([f"np.shape(x)[{axis}]", *ends])
    return evaluate(f"b[{_along(axis, f':{length}')}]", scope, build)


def ediff1d_x(build: Builder, names: Names) -> Atom:
    dims = sk.dims_of(build.kind(names["x"]))
    if sk.size_dim(dims).length == 1:
        return evaluate("mem.zeros_like(x)", names, build)
    text = "np.concatenate((-y_bar[:1], -np.diff(y_bar), y_bar[-1:]))"
    flat = dims is not None and len(dims) == 1
    return evaluate(text if flat else f"np.reshape({text}, np.shape(x))", names, build)


# Order: the order of the moment is kept


def sort_tangent(build: Builder, names: Names) -> Atom:
    if names["axis"] == Lit(None):
        return evaluate("np.ravel(x_dot)[np.argsort(x, axis=None)]", names, build)
    return evaluate("np.take_along_axis(x_dot, np.argsort(x, axis=axis), axis)", names, build)


def sort_adjoint(build: Builder, names: Names) -> Atom:
    if names["axis"] == Lit(None):
        return evaluate(
            "np.reshape(y_bar[np.argsort(np.argsort(x, axis=None))], np.shape(x))", names, build
        )
    back = "np.argsort(np.argsort(x, axis=axis), axis=axis)"
    return evaluate(f"np.take_along_axis(y_bar, {back}, axis)", names, build)
