"""Interpolation, quadrature, polynomials, convolution, and the methods of ufuncs."""

from __future__ import annotations

from adcompile.rules import product_kinds as pk
from adcompile.rules import reduced_kinds as rk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.complex_numbers import is_complex
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import as_wide, by_rank, dtype_text, rank_known, rank_of, static
from adcompile.rules.reductions import (
    extreme_adjoint,
    extreme_tangent,
    prod_adjoint,
    prod_tangent,
    spread,
    widened,
)
from adcompile.rules.table import RuleError, bilinear, general, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    _sampled()
    _convolutions()
    _outer_methods()
    _reduce_methods()


def _sampled() -> None:
    general(
        "y = np.interp(x, xp, fp)",
        (interp_slope("x_dot"), interp_slope("y_bar")),
        (interp_nodes_tangent, interp_nodes),
        (interp_values_tangent, interp_values),
        kind=pk.interpolated,
    )
    general(
        "z = np.trapezoid(y, x=None, dx=1.0, axis=-1)",
        (trapezoid_tangent, trapezoid_y),
        x=("np.sum(np.diff(x_dot) * (y[..., 1:] + y[..., :-1]), axis=-1) / 2", trapezoid_x),
        dx=("z / dx * dx_dot", "np.sum(z * z_bar) / dx"),
        kind=rk.quadrature,
    )
    general(
        "y = np.polyval(p, x)",
        (polyval_tangent, polyval_p),
        (slope_times("x_dot"), slope_times("y_bar")),
        kind=pk.evaluated,
    )
    general("y = np.roots(p)", (f"-np.polyval(p_dot, y) / {STEEPNESS}", roots_p), kind=pk.zeros)


# The slope of the piece that x lies in, 0 outside of all
PIECE = "np.clip(np.searchsorted(xp, x), 1, len(xp) - 1)"
SLOPE = (
    f"np.where((x < xp[0]) | (x > xp[-1]), 0, np.diff(fp)[{PIECE} - 1] / np.diff(xp)[{PIECE} - 1])"
)
# The same where xp may have one node alone, which is both ends of its piece
STEP = "np.where(xp[i] > xp[i - 1], xp[i] - xp[i - 1], 1)"
SLOPE_OR_NONE = "np.where((x < xp[0]) | (x > xp[-1]), 0, (fp[i] - fp[i - 1]) / step)"
STEEPNESS = "np.polyval(np.polyder(p), y)"  # at a root; 0 where roots are equal
POWERS = "np.expand_dims(x, -1) ** np.arange(len(p) - 1, -1, -1)"
WIDTHS = "(dx if x is None else np.diff(x))"


def _has_one_node(build: Builder, names: Names) -> bool:
    """Is it fp[0] everywhere, whatever x is?"""
    dims = sk.dims_of(build.kind(names["xp"]))
    return dims is not None and len(dims) == 1 and dims[0].is_one


def _has_pieces(build: Builder, names: Names) -> bool:
    """Are there two nodes or more?"""
    dims = sk.dims_of(build.kind(names["xp"]))
    return dims is not None and len(dims) == 1 and dims[0].is_many


def interp_slope(moved: str) -> CallableColumn:
    def column(build: Builder, names: Names) -> Atom:
        one = _has_one_node(build, names)
        slope = Lit(0.0) if one else _slope(build, names)
        return evaluate(f"slope * {moved}", {**names, "slope": slope}, build)

    return column


def _slope(build: Builder, names: Names) -> Atom:
    if _has_pieces(build, names):
        return evaluate(SLOPE, names, build)
    scope = {**names, "i": evaluate(PIECE, names, build)}
    scope["step"] = evaluate(STEP, scope, build)
    return evaluate(SLOPE_OR_NONE, scope, build)


def _weights(build: Builder, names: Names) -> dict[str, Atom]:
    """`i`, the right end of the piece of each x, and `w`, the share of its value there."""
    scope = {**names, "i": evaluate(PIECE, names, build)}
    step = "xp[i] - xp[i - 1]" if _has_pieces(build, names) else STEP
    scope["step"] = evaluate(step, scope, build)
    scope["w"] = evaluate("np.clip((x - xp[i - 1]) / step, 0, 1)", scope, build)
    return scope


def interp_values_tangent(build: Builder, names: Names) -> Atom:
    if _has_one_node(build, names):
        one = k.is_scalar(build.kind(names["x"]))
        text = "fp_dot[0]" if one else "np.broadcast_to(fp_dot[0], np.shape(x))"
        return evaluate(text, names, build)
    return evaluate("(1 - w) * fp_dot[i - 1] + w * fp_dot[i]", _weights(build, names), build)


def interp_values(build: Builder, names: Names) -> Atom:
    if _has_one_node(build, names):
        return evaluate("np.reshape(np.sum(y_bar), (1,))", names, build)
    scope = _weights(build, names)
    scope["left"] = evaluate(
        "mem.scatter_add(mem.zeros_like(fp), (1 - w) * y_bar, i - 1)", scope, build
    )
    return evaluate("mem.scatter_add(left, w * y_bar, i)", scope, build)


def interp_nodes_tangent(build: Builder, names: Names) -> Atom:
    if _has_one_node(build, names):
        return evaluate("mem.zeros_like(y)", names, build)
    scope = {**_weights(build, names), "slope": _slope(build, names)}
    return evaluate("-slope * ((1 - w) * xp_dot[i - 1] + w * xp_dot[i])", scope, build)


def interp_nodes(build: Builder, names: Names) -> Atom:
    if _has_one_node(build, names):
        return evaluate("mem.zeros_like(xp)", names, build)
    scope = _weights(build, names)
    scope["slope"] = _slope(build, names)
    scope["pull"] = evaluate("-slope * y_bar", scope, build)
    scope["left"] = evaluate(
        "mem.scatter_add(mem.zeros_like(xp), (1 - w) * pull, i - 1)", scope, build
    )
    return evaluate("mem.scatter_add(left, w * pull, i)", scope, build)


def _last_axis(names: Names) -> None:
    if static(names, "axis", "np.trapezoid") != -1:
        raise RuleError("np.trapezoid has a derivative along the last axis only")


def trapezoid_tangent(build: Builder, names: Names) -> Atom:
    _last_axis(names)
    return evaluate(
        f"np.sum({WIDTHS} * (y_dot[..., 1:] + y_dot[..., :-1]), axis=-1) / 2", names, build
    )


def trapezoid_y(build: Builder, names: Names) -> Atom:
    """Half the width of each piece to both of its ends."""
    _last_axis(names)
    asked = "y" if names["x"] == Lit(None) else "xy"
    known = all(rank_known(build, names, name) for name in asked)
    ranks = [rank_of(build, names, name, "np.trapezoid") for name in asked if known]
    alike = known and ranks[-1] == max(ranks)
    bar = "z_bar" if alike and ranks[-1] == 1 else "np.expand_dims(z_bar, -1)"
    half = f"{bar} * {WIDTHS} / 2 + np.zeros_like(y[..., 1:])"
    scope = {**names, "half": evaluate(half, names, build)}
    scope["end"] = evaluate(f"np.zeros_like({'y' if alike else 'half'}[..., :1])", scope, build)
    text = "np.concatenate((half, end), axis=-1) + np.concatenate((end, half), axis=-1)"
    return evaluate(text if alike else f"mem.unbroadcast({text}, np.shape(y))", scope, build)


def trapezoid_x(build: Builder, names: Names) -> Atom:
    _last_axis(names)
    known = all(rank_known(build, names, name) for name in "xy")
    x, y = (rank_of(build, names, name, "np.trapezoid") if known else 0 for name in "xy")
    if x not in (1, y):
        raise RuleError("np.trapezoid has a derivative for x of one axis, or of those of y")
    if (x, y) == (1, 1):
        scope = {**names, "half": evaluate("z_bar * (y[1:] + y[:-1]) / 2", names, build)}
        scope["end"] = evaluate("np.zeros_like(half[:1])", scope, build)
        return evaluate("np.concatenate((end, half)) - np.concatenate((half, end))", scope, build)
    half = "np.expand_dims(z_bar, -1) * (y[..., 1:] + y[..., :-1]) / 2"
    if x == 1:
        half = f"np.sum({half}, axis={tuple(range(y - 1))})"
    scope = {**names, "half": evaluate(half, names, build)}
    scope["end"] = evaluate("np.zeros_like(half[..., :1])", scope, build)
    text = "np.concatenate((end, half), axis=-1) - np.concatenate((half, end), axis=-1)"
    return evaluate(text if known else f"mem.unbroadcast({text}, np.shape(x))", scope, build)


def _powers(build: Builder, names: Names) -> dict[str, Atom]:
    """`powers`: those of x that belong to the coefficients, along a last axis."""
    text = as_wide(build.kind(names["x"]), POWERS)
    return {**names, "powers": evaluate(text, names, build)}


def slope_times(factor: str) -> CallableColumn:
    """The derivative of the polynomial at x, times a factor."""

    def column(build: Builder, names: Names) -> Atom:
        _must_be_one(build, names)
        derived = as_wide(build.kind(names["p"]), "np.polyder(p)").replace("x.dtype", "p.dtype")
        return evaluate(f"np.polyval({derived}, x) * {factor}", names, build)

    return column


def roots_p(build: Builder, names: Names) -> Atom:
    powers = "np.expand_dims(y, -1) ** np.arange(len(p) - 1, -1, -1)"
    text = f"-(y_bar / {STEEPNESS}) @ {powers}"
    real = not is_complex(build, names, "p")
    return evaluate(f"np.real({text})" if real else text, names, build)


def _must_be_one(build: Builder, names: Names) -> None:
    if rank_known(build, names, "p") and rank_of(build, names, "p", "np.polyval") != 1:
        raise RuleError("np.polyval has a derivative for one polynomial at a time")


def polyval_tangent(build: Builder, names: Names) -> Atom:
    _must_be_one(build, names)
    return evaluate("powers @ p_dot", _powers(build, names), build)


def polyval_p(build: Builder, names: Names) -> Atom:
    rank = rank_of(build, names, "x", "np.polyval")
    product = f"np.tensordot(y_bar, powers, {rank})" if rank else "y_bar * powers"
    _must_be_one(build, names)
    text = product if rank_known(build, names, "p") else f"np.reshape({product}, np.shape(p))"
    return evaluate(text, _powers(build, names), build)


# Convolutions: the transposes are correlations with what the full convolution would have had


def _convolutions() -> None:
    linear(
        "y = np.polyder(p)",
        "np.append(y_bar * np.arange(len(p) - 1, 0, -1), 0.0)",
        kind=rk.shortened,
    )
    bilinear('z = np.convolve(a, v, mode="full")', convolve_a, convolve_v, kind=pk.convolved(2))
    bilinear('z = np.correlate(a, v, mode="valid")', correlate_a, correlate_v, kind=pk.convolved(2))


def _full(build: Builder, names: Names, reversed_below: bool = False) -> dict[str, Atom]:
    """`full`: z_bar in the place that it has in the full convolution, zeros around it.

    np.correlate takes the longer array first and reverses its result: what "same" leaves out on
    the left, half of the items of the shorter array but one, it leaves out on the right there.
    """
    mode = static(names, "mode", "np.convolve")
    if mode == "full":
        return {**names, "full": names["z_bar"]}
    left = "min(len(a), len(v)) - 1"
    if mode == "same":
        left = f"({left}) // 2"
        if reversed_below and _is_longer(build, names) is not True:
            left = "(min(len(a), len(v)) - (len(a) >= len(v))) // 2"
    scope = {**names, "start": evaluate(left, names, build)}
    scope["end"] = evaluate("start + len(z_bar)", scope, build)
    dtype = dtype_text(build.kind(names["a"]))
    scope["zeros"] = evaluate(
        f"np.zeros(len(a) + len(v) - 1{dtype})".replace("x.dtype", "a.dtype"), scope, build
    )
    return {
        **names,
        "full": evaluate("mem.write(zeros, z_bar, mem.slice(start, end, None))", scope, build),
    }


def _is_longer(build: Builder, names: Names) -> bool | None:
    """Is a as long as v, or longer?  None where that is known only when it runs."""
    a, v = (sk.dims_of(build.kind(names[name])) for name in "av")
    if not a or not v or a[0].length is None or v[0].length is None:
        return None
    return a[0].length >= v[0].length


def _where_longer(build: Builder, names: Names, text: str, otherwise: str) -> Atom:
    longer = _is_longer(build, names)
    if longer is None:
        text = f"{text} if len(a) >= len(v) else {otherwise}"
    return evaluate(otherwise if longer is False else text, names, build)


def convolve_a(build: Builder, names: Names) -> Atom:
    return evaluate("np.correlate(full, v)", _full(build, names), build)


def convolve_v(build: Builder, names: Names) -> Atom:
    return evaluate("np.correlate(full, a)", _full(build, names), build)


def correlate_a(build: Builder, names: Names) -> Atom:
    if names["mode"] == Lit("valid"):
        whole, part = "np.convolve(z_bar, v)", 'np.convolve(z_bar, v, "valid")'
        return _where_longer(build, names, whole, part)
    return evaluate("np.correlate(full, np.flip(v))", _full(build, names, True), build)


def correlate_v(build: Builder, names: Names) -> Atom:
    if names["mode"] == Lit("valid"):
        part, whole = "np.correlate(a, z_bar)", 'np.correlate(a, z_bar, "full")'
        return _where_longer(build, names, part, whole)
    return evaluate("np.flip(np.correlate(full, a))", _full(build, names, True), build)


# np.add.outer and its like


def _outer_methods() -> None:
    linear(
        "z = np.add.outer(x, y)",
        outer_sum("x", "z_bar"),
        outer_sum("y", "z_bar"),
        kind=pk.outer_of_all,
    )
    linear(
        "z = np.subtract.outer(x, y)",
        outer_sum("x", "z_bar"),
        outer_sum("y", "-z_bar"),
        kind=pk.outer_of_all,
    )
    bilinear(
        "z = np.multiply.outer(x, y)",
        by_rank(
            "np.multiply.outer", "y", lambda y: f"np.tensordot(z_bar, y, {y})" if y else "z_bar * y"
        ),
        by_rank(
            "np.multiply.outer", "x", lambda x: f"np.tensordot(x, z_bar, {x})" if x else "x * z_bar"
        ),
        kind=pk.outer_of_all,
    )


def outer_sum(operand: str, bar: str) -> CallableColumn:
    """The sum over the axes of the other operand."""

    def column(build: Builder, names: Names) -> Atom:
        x, y = (rank_of(build, names, name, "outer") for name in "xy")
        axes = tuple(range(x, x + y)) if operand == "x" else tuple(range(x))
        return evaluate(f"np.sum({bar}, axis={axes})" if axes else bar, names, build)

    return column


def _reduce_methods() -> None:
    """Reductions along axis 0, unless told otherwise."""
    linear("y = np.add.reduce(x, axis=0, keepdims=False)", spread("y_bar"), kind=rk.reduced(1, 2))
    general(
        "y = np.multiply.reduce(x, axis=0, keepdims=False)",
        (prod_tangent, prod_adjoint),
        kind=rk.reduced(1, 2),
    )
    for name in ("maximum", "minimum"):
        general(
            f"y = np.{name}.reduce(x, axis=0, keepdims=False)",
            (extreme_tangent, extreme_adjoint),
            kind=rk.reduced(1, 2),
        )
    general(
        "y = np.logaddexp.reduce(x, axis=0, keepdims=False)",
        (softmax_tangent, softmax_adjoint),
        kind=rk.reduced(1, 2, floats=True),
    )
    linear(
        "y = np.add.accumulate(x, axis=0)",
        "np.flip(np.cumsum(np.flip(y_bar, axis), axis), axis)",
        kind=rk.scanned(1),
    )


def softmax_tangent(build: Builder, names: Names) -> Atom:
    text = f"np.sum(np.exp(x - {widened(build, names, 'y')}) * x_dot, axis, keepdims=keepdims)"
    return evaluate(text, names, build)


def softmax_adjoint(build: Builder, names: Names) -> Atom:
    y, bar = widened(build, names, "y"), widened(build, names, "y_bar")
    return evaluate(f"np.exp(x - {y}) * {bar}", names, build)
