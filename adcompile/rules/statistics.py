"""Means with weights, medians, variances and deviations."""

from __future__ import annotations

from adcompile.rules import reduced_kinds as rk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import as_wide, rank_of, static
from adcompile.rules.reductions import divisor, mean_x, number, widened
from adcompile.rules.table import general
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    for name, place in (("quantile", "q * (n - 1)"), ("percentile", "q * (n - 1) / 100")):
        general(
            f"y = np.{name}(x, q, axis=None, keepdims=False)",
            at_place(place),
            None,
            kind=rk.one_quantile,
        )
    general(
        "y = np.average(x, axis=None, weights=None)",
        (average_tangent, average_x),
        weights=(average_weights_tangent, average_weights),
        kind=rk.averaged,
    )
    general(
        "y = np.median(x, axis=None, keepdims=False)",
        at_place("0.5 * (n - 1)"),
        kind=rk.reduced(1, 2, floats=True),
    )
    general(
        "y = np.var(x, axis=None, ddof=0, keepdims=False)",
        (var_tangent, var_adjoint),
        kind=rk.reduced(1, 3, floats=True),
    )
    general(
        "y = np.std(x, axis=None, ddof=0, keepdims=False)",
        (std_tangent, std_adjoint),
        kind=rk.reduced(1, 3, floats=True),
    )


# Averages, with weights or without


def _shares(build: Builder, names: Names) -> dict[str, Atom]:
    """`w`: the weights in a shape that broadcasts with x; `total`: their sum, as the result is."""
    scope = {**names, "keepdims": Lit(False)}
    x, w = (rank_of(build, names, name, "np.average") for name in ("x", "weights"))
    if w == 1 and x > 1:
        axis = static(names, "axis", "np.average")
        assert isinstance(axis, int)
        lengths = tuple(-1 if i == axis % x else 1 for i in range(x))
        scope["w"] = evaluate(f"np.reshape(weights, {lengths})", names, build)
        scope["total"] = evaluate("np.sum(weights)", names, build)
    else:
        scope["w"] = names["weights"]
        scope["total"] = evaluate("np.sum(weights, axis)", names, build)
    return scope


def average_tangent(build: Builder, names: Names) -> Atom:
    if names["weights"] == Lit(None):
        return evaluate("np.mean(x_dot, axis)", names, build)
    return evaluate("np.sum(w * x_dot, axis) / total", _shares(build, names), build)


def average_x(build: Builder, names: Names) -> Atom:
    if names["weights"] == Lit(None):
        return mean_x(build, names)
    scope = _shares(build, names)
    return evaluate(f"w * {widened(build, scope, '(y_bar / total)')}", scope, build)


def average_weights_tangent(build: Builder, names: Names) -> Atom:
    scope = _shares(build, names)
    scope["v"] = _shares(build, {**names, "weights": names["weights_dot"]})["w"]
    return evaluate(f"np.sum((x - {widened(build, scope, 'y')}) * v, axis) / total", scope, build)


def average_weights(build: Builder, names: Names) -> Atom:
    scope = _shares(build, names)
    text = f"(x - {widened(build, scope, 'y')}) * {widened(build, scope, '(y_bar / total)')}"
    x, w = (rank_of(build, names, name, "np.average") for name in ("x", "weights"))
    if w == 1 and x > 1:
        axis = static(names, "axis", "np.average")
        assert isinstance(axis, int)
        text = f"np.sum({text}, axis={tuple(i for i in range(x) if i != axis % x)})"
    return evaluate(text, scope, build)


# Medians


def _hats(build: Builder, names: Names, place: str, nans: bool) -> dict[str, Atom]:
    """`w`: the share of each element in the value at a place, from 0, in the sorted order.

    With `nans` those are left out that are no numbers; in the order they stand last.
    """
    axis = static(names, "axis", "np.median")
    if axis == ():
        return {**names, "w": evaluate("np.ones_like(x)", names, build)}
    scope, back = _lines(build, names, axis)
    scope["rank"] = evaluate("np.argsort(np.argsort(m, axis=-1), axis=-1)", scope, build)
    number = "np.sum(~np.isnan(m), axis=-1, keepdims=True)" if nans else "np.shape(m)[-1]"
    scope["place"] = evaluate(place, {**scope, "n": evaluate(number, scope, build)}, build)
    share = as_wide(build.kind(names["x"]), "np.maximum(1 - np.abs(rank - place), 0)")
    scope["w"] = evaluate(back.format(share), scope, build)
    return scope


def _lines(build: Builder, names: Names, axis: object) -> tuple[dict[str, Atom], str]:
    """`m`: x with what makes one of the result along the last axis; the text of the way back."""
    scope = dict(names)
    if axis is None:
        scope["m"] = evaluate("np.ravel(x)", names, build)
        return scope, "np.reshape({}, np.shape(x))"
    if not isinstance(axis, tuple):
        scope["m"] = evaluate("np.moveaxis(x, axis, -1)", names, build)
        return scope, "np.moveaxis({}, -1, axis)"
    ends = tuple(range(-len(axis), 0))
    scope["moved"] = evaluate(f"np.moveaxis(x, axis, {ends})", scope, build)
    size = " * ".join(f"np.shape(moved)[{end}]" for end in ends)
    shape = f"np.shape(moved)[:{ends[0]}] + ({size},)"
    scope["m"] = evaluate(f"np.reshape(moved, {shape})", scope, build)
    return scope, f"np.moveaxis(np.reshape({{}}, np.shape(moved)), {ends}, axis)"


def at_place(place: str, nans: bool = False) -> tuple[CallableColumn, CallableColumn]:
    """The pair of columns of an order statistic."""

    def tangent(build: Builder, names: Names) -> Atom:
        scope = _hats(build, names, place, nans)
        dot = "np.where(np.isnan(x), 0, x_dot)" if nans else "x_dot"
        return evaluate(f"np.sum(w * {dot}, axis, keepdims=keepdims)", scope, build)

    def adjoint(build: Builder, names: Names) -> Atom:
        scope = _hats(build, names, place, nans)
        text = f"w * {widened(build, names, 'y_bar')}"
        return evaluate(f"np.where(np.isnan(x), 0, {text})" if nans else text, scope, build)

    return tangent, adjoint


# Variance and deviation


CENTRED = "x - np.mean(x, axis, keepdims=True)", "x - np.mean(x)"


def _centred(build: Builder, names: Names, adjoint: bool = False) -> dict[str, Atom]:
    """`c`: the distance from the mean; `n`: the degrees of freedom, of which none is below zero."""
    scope = {**names, "c": evaluate(CENTRED[names["axis"] == Lit(None)], names, build)}
    text, ddof = number(build, names), names["ddof"]
    if ddof == Lit(0):
        text = divisor(build, names) if adjoint else text
    elif text.isdigit() and isinstance(ddof, Lit) and int(text) > ddof.value:
        text = f"{text} - ddof"
    else:
        text = f"max({text} - ddof, 0)"
        if adjoint and k.is_scalar(build.kind(names["y"])):
            text = f"np.float64({text})"  # by which a number can be divided where it is zero
    scope["n"] = evaluate(text, names, build)
    return scope


def var_tangent(build: Builder, names: Names) -> Atom:
    return evaluate(
        "2 * np.sum(c * x_dot, axis, keepdims=keepdims) / n", _centred(build, names), build
    )


def var_adjoint(build: Builder, names: Names) -> Atom:
    return evaluate(
        f"{widened(build, names, '(2 * y_bar / n)')} * c", _centred(build, names, True), build
    )


def _slope(build: Builder, names: Names) -> dict[str, Atom]:
    """`n` times y, but not zero: where y is zero, so is every element of c."""
    scope = _centred(build, names)
    guard = (
        "y if y != 0 else 1.0" if k.is_scalar(build.kind(names["y"])) else "np.where(y == 0, 1, y)"
    )
    scope["d"] = evaluate(f"n * ({guard})", scope, build)
    return scope


def std_tangent(build: Builder, names: Names) -> Atom:
    return evaluate("np.sum(c * x_dot, axis, keepdims=keepdims) / d", _slope(build, names), build)


def std_adjoint(build: Builder, names: Names) -> Atom:
    return evaluate(f"{widened(build, names, '(y_bar / d)')} * c", _slope(build, names), build)
