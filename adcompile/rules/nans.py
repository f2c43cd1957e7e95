"""Reductions that leave out what is not a number: its derivative is zero."""

from __future__ import annotations

from adcompile.rules import reduced_kinds as rk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import as_wide
from adcompile.rules.reductions import (
    cumprod_adjoint,
    cumprod_tangent,
    cumsum_x,
    extreme_adjoint,
    extreme_tangent,
    prod_adjoint,
    prod_tangent,
    widened,
)
from adcompile.rules.statistics import at_place
from adcompile.rules.table import constant, general
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

DOT = "np.where(np.isnan(x), 0, x_dot)"


def add_rows() -> None:
    options = "axis=None, keepdims=False"
    for name in ("nanmax", "nanmin"):
        general(
            f"y = np.{name}(x, {options})",
            (extreme_tangent, extreme_adjoint),
            kind=rk.reduced(1, 2),
        )
    general(f"y = np.nanmean(x, {options})", (mean_tangent, mean_adjoint), kind=FLOATS)
    general(f"y = np.nanprod(x, {options})", (product_tangent, product_adjoint), kind=KEPT)
    for name, pair in (("var", (var_tangent, var_adjoint)), ("std", (std_tangent, std_adjoint))):
        general(
            f"y = np.nan{name}(x, axis=None, ddof=0, keepdims=False)",
            pair,
            kind=rk.reduced(1, 3, floats=True),
        )
    general("y = np.nancumsum(x, axis=None)", (running_tangent, running_adjoint), kind=SCANNED)
    general("y = np.nancumprod(x, axis=None)", (factors_tangent, factors_adjoint), kind=SCANNED)
    general(
        f"y = np.nanmedian(x, {options})", at_place("0.5 * (n - 1)", nans=True), kind=FLOATS
    )
    for name, place in (("nanquantile", "q * (n - 1)"), ("nanpercentile", "q * (n - 1) / 100")):
        general(
            f"y = np.{name}(x, q, {options})",
            at_place(place, nans=True),
            None,
            kind=rk.one_quantile,
        )
    for name in ("nanargmax", "nanargmin"):
        constant(f"y = np.{name}(x, {options})", kind=rk.reduced(1, 2, "int"))


FLOATS = rk.reduced(1, 2, floats=True)
KEPT = rk.reduced(1, 2)
SCANNED = rk.scanned(1)


def _masked(build: Builder, names: Names, fill: int) -> dict[str, Atom]:
    """The names with x filled in where it is not a number, and `nan`, where that is."""
    scope = {**names, "nan": evaluate("np.isnan(x)", names, build)}
    scope["x"] = evaluate(f"np.where(nan, {fill}, x)", scope, build)
    if "x_dot" in names:
        scope["x_dot"] = evaluate("np.where(nan, 0, x_dot)", scope, build)
    return scope


def _where_number(build: Builder, names: Names, value: Atom) -> Atom:
    return evaluate("np.where(nan, 0, value)", {**names, "value": value}, build)


def _number(build: Builder, names: Names) -> Atom:
    """How many numbers go into one of the result."""
    text = "np.count_nonzero(~np.isnan(x), axis, keepdims=keepdims)"
    if not k.is_scalar(build.kind(names["y"])):
        text = as_wide(build.kind(names["x"]), text)
    else:
        text = f"int({text})"
    return evaluate(text, names, build)


def mean_tangent(build: Builder, names: Names) -> Atom:
    scope = {**names, "n": _number(build, names)}
    return evaluate(f"np.sum({DOT}, axis, keepdims=keepdims) / n", scope, build)


def mean_adjoint(build: Builder, names: Names) -> Atom:
    scope = {**names, "n": _number(build, names)}
    scalar = k.is_scalar(build.kind(names["y"]))  # all of whose elements may be no numbers
    scope["share"] = evaluate("y_bar / max(n, 1)" if scalar else "y_bar / n", scope, build)
    text = f"np.where(np.isnan(x), 0, {widened(build, names, 'share')})"
    return evaluate(text, scope, build)


def product_tangent(build: Builder, names: Names) -> Atom:
    return prod_tangent(build, _masked(build, names, 1))


def product_adjoint(build: Builder, names: Names) -> Atom:
    scope = _masked(build, names, 1)
    return _where_number(build, scope, prod_adjoint(build, scope))


def running_tangent(build: Builder, names: Names) -> Atom:
    return evaluate(f"np.cumsum({DOT}, axis)", names, build)


def running_adjoint(build: Builder, names: Names) -> Atom:
    scope = _masked(build, names, 0)
    return _where_number(build, scope, cumsum_x(build, scope))


def factors_tangent(build: Builder, names: Names) -> Atom:
    return cumprod_tangent(build, _masked(build, names, 1))


def factors_adjoint(build: Builder, names: Names) -> Atom:
    scope = _masked(build, names, 1)
    return _where_number(build, scope, cumprod_adjoint(build, scope))


def _centred(build: Builder, names: Names, adjoint: bool = False) -> dict[str, Atom]:
    """`c`: the distance from the mean, in tangents zero for what is not a number; `n`: the degrees
    of freedom."""
    text = "np.where(np.isnan(x), 0, x - np.nanmean(x, axis, keepdims=True))"
    if adjoint:  # which leaves out what is no number
        text = "x - np.nanmean(x, axis, keepdims=True)"
    scope = {**names, "c": evaluate(text, names, build), "count": _number(build, names)}
    scope["n"] = evaluate("count - ddof", scope, build)
    return scope


def var_tangent(build: Builder, names: Names) -> Atom:
    text = f"2 * np.sum(c * {DOT}, axis, keepdims=keepdims) / n"
    return evaluate(text, _centred(build, names), build)


def var_adjoint(build: Builder, names: Names) -> Atom:
    scope = _centred(build, names, True)
    scalar = k.is_scalar(build.kind(names["y"]))  # which can be divided by no degrees of freedom
    text = "2 * y_bar / np.float64(n)" if scalar else "2 * y_bar / n"
    scope["share"] = evaluate(text, scope, build)
    return evaluate(f"np.where(np.isnan(x), 0, {widened(build, names, 'share')} * c)", scope, build)


def _slope(build: Builder, names: Names, adjoint: bool = False) -> dict[str, Atom]:
    """`d`: n times y, not zero."""
    scope = _centred(build, names, adjoint)
    scalar = k.is_scalar(build.kind(names["y"]))
    guard = "y if y != 0 else 1.0" if scalar else "np.where(y == 0, 1, y)"
    return {**scope, "d": evaluate(f"n * ({guard})", scope, build)}


def std_tangent(build: Builder, names: Names) -> Atom:
    text = f"np.sum(c * {DOT}, axis, keepdims=keepdims) / d"
    return evaluate(text, _slope(build, names), build)


def std_adjoint(build: Builder, names: Names) -> Atom:
    scope = _slope(build, names, True)
    scope["share"] = evaluate("y_bar / d", scope, build)
    return evaluate(f"np.where(np.isnan(x), 0, {widened(build, names, 'share')} * c)", scope, build)
