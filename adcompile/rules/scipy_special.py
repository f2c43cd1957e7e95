"""scipy.special: of statistics, of gamma and Bessel functions, and of sums of exponentials.

An order, or a parameter that is not the argument, carries no derivative: it is data.
"""

from __future__ import annotations

import math

from adcompile.rules import reduced_kinds as rk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names, where
from adcompile.rules.ranks import static
from adcompile.rules.reductions import widened
from adcompile.rules.table import (
    Column,
    KindRule,
    RuleError,
    constant,
    elementwise,
    general,
    pointwise,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

POSITIVE = (0.5, 2.0)
SHARES = (0.1, 0.9)
HALF_ROOT = repr(math.sqrt(math.pi) / 2)
EIGHTH = repr(math.pi / 8)
PEAK = repr(1 / math.sqrt(2 * math.pi))  # of the normal distribution
REFLECTED = (
    "scipy.special.gamma(1 - x) * (np.cos(math.pi * x)"
    " - scipy.special.digamma(1 - x) * np.sin(math.pi * x) / math.pi)"
)
"""The derivative of rgamma at x <= 0, where digamma has poles."""
Domain = tuple[float, float] | tuple[tuple[float, float], ...] | None


def row(
    call: str, *columns: Column, domain: Domain = None, kind: KindRule = elementwise
) -> None:
    """A row; `s.` stands for scipy.special in its columns."""
    full = (c.replace("s.", "scipy.special.") if isinstance(c, str) else c for c in columns)
    pointwise(f"z = scipy.special.{call}", *full, domain=domain, kind=kind)


def of_last(call: str, column: str, kind: KindRule = elementwise) -> None:
    """A row of an argument, the last; what stands before it is data."""
    full, last = column.replace("s.", "scipy.special."), call.rstrip(")").split(", ")[-1]
    data = (None,) * call.count(",")
    pair = (f"({full}) * {last}_dot", f"({full}) * z_bar")
    general(f"z = scipy.special.{call}", *data, pair, kind=kind)


def add_rows() -> None:
    _statistics()
    _exponential()
    _gamma()
    _bessel()
    _sums()


def _complex(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    return sk.with_dtype(elementwise(kinds, atoms), "complex")


def by_share(text: str) -> CallableColumn:
    """A column with x / y, which is 0 where x is, whatever y is."""

    def column(build: Builder, names: Names) -> Atom:
        operands = {"x": names["x"], "y": names["y"]}
        scope = {**names, "d": where("x == 0", "1", "y")(build, operands)}
        return evaluate(text.format("x / d"), scope, build)

    return column


def _statistics() -> None:
    row("erf(x)", f"np.exp(-x * x) / {HALF_ROOT}")
    row("erfc(x)", f"-np.exp(-x * x) / {HALF_ROOT}")
    row("erfcx(x)", f"2 * x * z - 1 / {HALF_ROOT}")
    row("erfi(x)", f"np.exp(x * x) / {HALF_ROOT}")
    row("dawsn(x)", "1 - 2 * x * z")
    row("wofz(x)", f"1j / {HALF_ROOT} - 2 * x * z", kind=_complex)
    row("erfinv(x)", f"{HALF_ROOT} * np.exp(z * z)", domain=(-0.9, 0.9))
    row("erfcinv(x)", f"-{HALF_ROOT} * np.exp(z * z)", domain=(0.1, 1.9))
    row("ndtr(x)", f"{PEAK} * np.exp(-0.5 * x * x)")
    row("log_ndtr(x)", f"{PEAK} * np.exp(-0.5 * x * x - z)")
    row("ndtri(x)", f"np.exp(0.5 * z * z) / {PEAK}", domain=SHARES)
    row("entr(x)", "-np.log(x) - 1", domain=POSITIVE)
    row("rel_entr(x, y)", "np.log(x / y) + 1", by_share("-{}"), domain=POSITIVE)
    row("kl_div(x, y)", "np.log(x / y)", by_share("1 - {}"), domain=POSITIVE)


def _exponential() -> None:
    row("expit(x)", "z * (1 - z)")
    row("logit(x)", "1 / (x * (1 - x))", domain=SHARES)
    row("log_expit(x)", "s.expit(-x)")
    row("exp2(x)", "0.6931471805599453 * z")
    row("exp10(x)", "2.302585092994046 * z")
    row("expm1(x)", "z + 1")
    row("log1p(x)", "1 / (1 + x)", domain=POSITIVE)
    row("cbrt(x)", "1 / (3 * z * z)", domain=POSITIVE)
    row("xlogy(x, y)", "np.log(y)", where("x == 0", "0.0", "x / y"), domain=POSITIVE,
         kind=widening)  # fmt: skip
    row("xlog1py(x, y)", "np.log1p(y)", where("x == 0", "0.0", "x / (1 + y)"), domain=POSITIVE,
         kind=widening)  # fmt: skip


def _gamma() -> None:
    row("gamma(x)", "z * s.digamma(x)", domain=POSITIVE)
    for name in ("gammaln", "loggamma"):
        row(f"{name}(x)", "s.digamma(x)", domain=POSITIVE)
    row("rgamma(x)", where("x > 0", "-z * scipy.special.digamma(x)", REFLECTED), domain=POSITIVE)
    for name in ("digamma", "psi"):
        row(f"{name}(x)", "s.polygamma(1, x)", domain=POSITIVE)
    of_last("polygamma(n, x)", "s.polygamma(n + 1, x)", of_order)
    joint = "s.digamma(x + y)"
    row("beta(x, y)", *(f"z * (s.digamma({n}) - {joint})" for n in "xy"), domain=POSITIVE,
         kind=widening)  # fmt: skip
    row("betaln(x, y)", *(f"s.digamma({n}) - {joint}" for n in "xy"), domain=POSITIVE,
         kind=widening)  # fmt: skip
    density = "np.exp(s.xlogy(a - 1, x) - x - s.gammaln(a))"
    of_last("gammainc(a, x)", density, widening)
    of_last("gammaincc(a, x)", f"-{density}", widening)
    density = "np.exp(s.xlogy(a - 1, x) + s.xlog1py(b - 1, -x) - s.betaln(a, b))"
    of_last("betainc(a, b, x)", density)
    constant("y = scipy.special.gammasgn(x)", kind=sk.floats)


def of_order(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    """Of polygamma(n, x): float64, and for numbers an array without axes."""
    kind = k.broadcast([sk.as_array(kind) for kind in kinds], "float")
    return k.Array("float", ()) if k.is_scalar(kind) else kind


def widening(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    """Of ufuncs in which a number of Python's beside an array of float32 gives float64."""
    dtypes = [k.dtype_of(kind) for kind in kinds]
    if "float32" in dtypes and any(dtype != "float32" for dtype in dtypes):
        return k.broadcast(kinds, "float")
    return elementwise(kinds, atoms)


def _bessel() -> None:
    row("j0(x)", "-s.j1(x)")
    row("j1(x)", "0.5 * (s.j0(x) - s.jv(2, x))")
    row("y0(x)", "-s.y1(x)", domain=POSITIVE)
    row("y1(x)", "0.5 * (s.y0(x) - s.yv(2, x))", domain=POSITIVE)
    row("i0(x)", "s.i1(x)")
    row("i1(x)", "0.5 * (s.i0(x) + s.iv(2, x))")
    row("i0e(x)", "s.i1e(x) - np.sign(x) * z")
    row("i1e(x)", "0.5 * (s.i0e(x) + s.ive(2, x)) - np.sign(x) * z")
    row("k0(x)", "-s.k1(x)", domain=POSITIVE)
    row("k1(x)", "-0.5 * (s.k0(x) + s.kv(2, x))", domain=POSITIVE)
    for name, sign, middle in (("jv", "", "-"), ("jn", "", "-"), ("yv", "", "-"), ("iv", "", "+"),
                               ("kv", "-", "+")):  # fmt: skip
        column = f"{sign}0.5 * (s.{name}(v - 1, x) {middle} s.{name}(v + 1, x))"
        of_last(f"{name}(v, x)", column)
    of_last("ive(v, x)", "0.5 * (s.ive(v - 1, x) + s.ive(v + 1, x)) - np.sign(x) * z")
    row("ellipk(x)", f"{EIGHTH} * s.hyp2f1(1.5, 1.5, 2.0, x)", domain=SHARES)
    row("ellipe(x)", f"-{EIGHTH} * s.hyp2f1(0.5, 1.5, 2.0, x)", domain=SHARES)


# Sums of exponentials, of which none overflows


def _sums() -> None:
    general(
        "y = scipy.special.logsumexp(x, axis=None, b=None, keepdims=False)",
        (logsumexp_tangent, logsumexp_x),
        kind=rk.reduced(1, 3, floats=True),
    )
    general(
        "y = scipy.special.softmax(x, axis=None)",
        (centred("y * x_dot", "y"), centred("y * y_bar", "y")),
        kind=sk.floats,
    )
    general(
        "y = scipy.special.log_softmax(x, axis=None)",
        (
            "x_dot - np.sum(np.exp(y) * x_dot, axis, keepdims=True)",
            "y_bar - np.exp(y) * np.sum(y_bar, axis, keepdims=True)",
        ),
        kind=sk.floats,
    )


def centred(product: str, share: str) -> CallableColumn:
    """The product less its sum, shared out."""
    text = f"{product} - {share} * np.sum({product}, axis, keepdims=True)"
    return lambda build, names: evaluate(text, names, build)


def _shares(build: Builder, names: Names) -> dict[str, Atom]:
    """`p`: what each element has of the sum; nothing where the sum is 0."""
    if static(names, "b", "scipy.special.logsumexp") is not None:
        raise RuleError("scipy.special.logsumexp has a derivative without b: add its logarithm")
    if k.is_scalar(build.kind(names["y"])):
        scope = {**names, "top": evaluate("y if y > -math.inf else 0.0", names, build)}
    else:
        scope = {**names, "top": evaluate("np.where(y == -math.inf, 0, y)", names, build)}
    scope["p"] = evaluate(f"np.exp(x - {widened(build, names, 'top')})", scope, build)
    return scope


def logsumexp_tangent(build: Builder, names: Names) -> Atom:
    text = "np.sum(p * x_dot, axis, keepdims=keepdims)"
    return evaluate(text, _shares(build, names), build)


def logsumexp_x(build: Builder, names: Names) -> Atom:
    return evaluate(f"p * {widened(build, names, 'y_bar')}", _shares(build, names), build)


