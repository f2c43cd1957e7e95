"""More of SciPy: integrals, distributions, orthogonal polynomials, elliptic functions, losses.

    z = scipy.special.expi(x)              np.exp(x) / x
    y = scipy.special.sici(x)              of a tuple, a column for each of its parts
    y = scipy.interpolate.splev(x, tck)    the next derivative of the spline
"""

from __future__ import annotations

import math

from adcompile.rules import product_kinds as pk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.complex_numbers import is_complex
from adcompile.rules.kinks import CallableColumn, Names, where
from adcompile.rules.scipy_special import (
    PEAK,
    POSITIVE,
    REFLECTED,
    SHARES,
    of_last,
    of_order,
    row,
    widening,
)
from adcompile.rules.table import RuleError, elementwise, general, pointwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

SLOPE = "scipy.interpolate.splev(x, tck, der + 1, ext - 2 * (ext // 3))"
"""Of a spline: where that is held constant outside of its knots, by ext=3, it is zero there: 1."""
DEGREE = repr(math.pi / 180)
ROOT = repr(math.sqrt(math.pi))
ABOVE = (1.2, 3.0)
WITHIN = (-0.9, 0.9)


def add_rows() -> None:
    _integrals()
    _elementary()
    _losses()
    _gamma()
    _distributions()
    _bessel()
    _polynomials()
    _elliptic()
    _matrices()
    general(
        "y = scipy.interpolate.splev(x, tck, der=0, ext=0)",
        (f"{SLOPE} * x_dot", f"{SLOPE} * y_bar"),
        kind=spline,
    )  # fmt: skip


def spline(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    """Of splev: float64, and for a number an array without axes."""
    return of_order(kinds[:1], atoms[:1])


def wide(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    """Of what gives float64, whatever the width of what it is given."""
    return k.broadcast(kinds, "float")


def _tuple(call: str, *columns: str) -> None:
    """A row of an argument, the first, whose result is a tuple, with a column for each part."""
    full = [column.replace("s.", "scipy.special.") for column in columns]
    dots = ", ".join(f"({column}) * x_dot" for column in full)

    def kind(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
        return k.Tuple((widening(kinds, atoms),) * len(full))

    def bars(build: Builder, names: Names) -> Atom:
        made = build.definition(names["y_bar"])
        items = made.args if made is not None and made.op == "mem.tuple" else ()
        read = [n for n in range(len(full)) if not items or not _is_zero(build, items[n])]
        shares = [f"({full[n]}) * y_bar[{n}]" for n in read or (0,)]
        return evaluate(" + ".join(shares), names, build)

    general(f"y = scipy.special.{call}", (f"({dots})", bars), kind=kind)


def _is_zero(build: Builder, bar: Atom) -> bool:
    """Is this the adjoint of what nobody reads, which may have a pole?"""
    made = build.definition(bar)
    return bar == Lit(0.0) or (made is not None and made.op == "mem.zeros_like")


def _integrals() -> None:
    row("exp1(x)", "-np.exp(-x) / x", domain=POSITIVE)
    row("expi(x)", "np.exp(x) / x", domain=POSITIVE)
    pair = (_of_expn("x_dot"), _of_expn("z_bar"))
    general("z = scipy.special.expn(n, x)", None, pair, kind=widening)
    near = "-scipy.special.hyp2f1(1.0, 1.0, 2.0, 1 - x)"
    far = "np.log(x) / (1 - x + (x == 1))"
    row("spence(x)", where("np.abs(x - 1) < 0.5", near, far), domain=ABOVE)
    _tuple("sici(x)", "np.sinc(x / math.pi)", "np.cos(x) / x")
    _tuple("shichi(x)", "s.spherical_in(0, x)", "np.cosh(x) / x")
    _tuple("fresnel(x)", "np.sin(0.5 * math.pi * x * x)", "np.cos(0.5 * math.pi * x * x)")
    of_last("hyp0f1(v, x)", "s.hyp0f1(v + 1, x) / v")
    of_last("hyp1f1(a, b, x)", "a / b * s.hyp1f1(a + 1, b + 1, x)")
    of_last("hyp2f1(a, b, c, x)", "a * b / c * s.hyp2f1(a + 1, b + 1, c + 1, x)", widening)
    of_last("hyperu(a, b, x)", "-a * s.hyperu(a + 1, b + 1, x)")


def _of_expn(factor: str) -> CallableColumn:
    """What expn(n, x) is to x, which is not what cancels near 0, times this."""
    lower, first = "-scipy.special.expn(np.maximum(n - 1, 0), x)", "-(z + np.exp(-x)) / x"

    def column(build: Builder, names: Names) -> Atom:
        if k.is_scalar(build.kind(names["n"])):
            return evaluate(f"({lower} if n > 0 else {first}) * {factor}", names, build)
        return evaluate(f"np.where(n > 0, {lower}, {first}) * {factor}", names, build)

    return column


def _elementary() -> None:
    row("exprel(x)", "0.5 * s.hyp1f1(2.0, 3.0, x)")
    row("cosm1(x)", "-np.sin(x)")
    row("sindg(x)", f"{DEGREE} * s.cosdg(x)")
    row("cosdg(x)", f"-{DEGREE} * s.sindg(x)")
    row("tandg(x)", f"{DEGREE} * (1 + z * z)")
    row("cotdg(x)", f"-{DEGREE} * (1 + z * z)", domain=(20.0, 70.0))
    row("wrightomega(x)", "z / (1 + z)")
    row("softplus(x)", "s.expit(x)")
    row("powm1(x, y)", "y * np.power(x, np.where((x == 0) & (y == 0), 1, y - 1))",
        "np.log(np.where(x > 0, x, 1)) * (z + 1)", domain=POSITIVE)  # fmt: skip
    pointwise(
        "w = scipy.special.lambertw(x, k=0, tol=1e-08)", "np.exp(-w) / (1 + w)", domain=POSITIVE,
        kind=lambda kinds, atoms: k.broadcast(kinds[:1], "complex"),
    )  # fmt: skip


def _losses() -> None:
    row("huber(d, x)", where("np.abs(x) <= d", "0.0", "np.abs(x) - d"),
        where("np.abs(x) <= d", "x", "d * np.sign(x)"),
        domain=((0.9, 1.1), (-3.0, 3.0)))  # fmt: skip
    both, root = "(d == 0) & (x == 0)", "np.hypot(d, x)"
    row("pseudo_huber(d, x)", f"x ** 4 / np.where({both}, 1, (d + {root}) ** 2 * {root})",
        f"d * x / np.where({both}, 1, {root})", domain=POSITIVE)  # fmt: skip
    _of_first("boxcox(x, p)", "x ** (p - 1)")
    _of_first("boxcox1p(x, p)", "(1 + x) ** (p - 1)")
    _of_first("inv_boxcox(x, p)", "z ** (1 - p)")
    _of_first("inv_boxcox1p(x, p)", "(1 + z) ** (1 - p)")


def _of_first(call: str, column: str) -> None:
    """A row of the first argument; the parameter behind it is data."""
    pair = (f"({column}) * x_dot", f"({column}) * z_bar")
    general(f"z = scipy.special.{call}", pair, None, kind=elementwise)


def _gamma() -> None:
    low = f"scipy.special.rgamma(x) * scipy.special.digamma(x + y) + {REFLECTED}"
    row("poch(x, y)", where("(x <= 0) & (x + y > 0)", f"scipy.special.gamma(x + y) * ({low})",
        "z * (scipy.special.digamma(x + y) - scipy.special.digamma(x))"),
        "z * s.digamma(x + y)", domain=POSITIVE)  # fmt: skip
    row("binom(x, y)", "z * (s.digamma(x + 1) - s.digamma(x - y + 1))",
        "z * (s.digamma(x - y + 1) - s.digamma(y + 1))",
        domain=((2.5, 4.0), (0.5, 2.0)))  # fmt: skip
    of_last("zeta(v, x)", "-v * s.zeta(v + 1, x)")
    density = "np.exp(z + s.gammaln(a) - s.xlogy(a - 1, z))"
    of_last("gammaincinv(a, y)", density, widening)
    of_last("gammainccinv(a, y)", f"-{density}", widening)
    density = "np.exp(s.xlogy(a - 1, x) + s.xlog1py(b - 1, -x) - s.betaln(a, b))"
    of_last("betaincc(a, b, x)", f"-{density}")
    density = density.replace("x)", "z)")
    of_last("betaincinv(a, b, y)", f"1 / {density}")
    of_last("betainccinv(a, b, y)", f"-1 / {density}")
    column = "np.sum(scipy.special.digamma(np.expand_dims(x, -1) - 0.5 * np.arange(d)), axis=-1)"
    pair = (f"{column} * x_dot", f"{column} * y_bar")
    general("y = scipy.special.multigammaln(x, d)", pair, None, kind=wide)


def _distributions() -> None:
    row("ndtri_exp(x)", f"np.exp(x + 0.5 * z * z) / {PEAK}", domain=(-2.0, -0.2))
    row("owens_t(x, y)",
        f"-{PEAK} / 2 * np.exp(-0.5 * x * x) * s.erf({math.sqrt(0.5)!r} * x * y)",
        f"np.exp(-0.5 * x * x * (1 + y * y)) / (1 + y * y) / {2 * math.pi!r}")  # fmt: skip
    scale = f"np.exp(s.gammaln(0.5 * (v + 1)) - s.gammaln(0.5 * v)) / ({ROOT} * np.sqrt(v))"
    of_last("stdtr(v, x)", f"{scale} * (1 + x * x / v) ** (-0.5 * (v + 1))")
    of_last("stdtrit(v, p)", f"(1 + z * z / v) ** (0.5 * (v + 1)) / ({scale})")
    density = "0.5 * np.exp(s.xlogy(0.5 * v - 1, 0.5 * x) - 0.5 * x - s.gammaln(0.5 * v))"
    of_last("chdtr(v, x)", density)
    of_last("chdtrc(v, x)", f"-{density}")
    density = "np.exp(s.xlogy(np.floor(n), x) - x - s.gammaln(np.floor(n) + 1))"
    of_last("pdtr(n, x)", f"-{density}")
    of_last("pdtrc(n, x)", density)


def _bessel() -> None:
    row("k0e(x)", "z - s.k1e(x)", domain=POSITIVE)
    row("k1e(x)", "z - 0.5 * (s.k0e(x) + s.kve(2, x))", domain=POSITIVE)
    of_last("kn(v, x)", "-0.5 * (s.kv(v - 1, x) + s.kv(v + 1, x))", wide)
    of_last("yn(v, x)", "0.5 * (s.yv(v - 1, x) - s.yv(v + 1, x))", widening)
    of_last("kve(v, x)", "z - 0.5 * (s.kve(v - 1, x) + s.kve(v + 1, x))")
    for name in ("jve", "yve"):
        of_last(f"{name}(v, x)", f"0.5 * (s.{name}(v - 1, x) - s.{name}(v + 1, x))")
    last = f"np.exp(s.xlogy(v, 0.5 * x) - s.gammaln(v + 1.5)) / {ROOT}"
    for name, sign in (("struve", "-"), ("modstruve", "+")):
        both = f"s.{name}(v - 1, x) {sign} s.{name}(v + 1, x)"
        of_last(f"{name}(v, x)", f"0.5 * ({both} + {last})", widening)
    for name in ("ber", "bei", "ker", "kei"):
        row(f"{name}(x)", f"s.{name}p(x)", domain=POSITIVE)
    row("kerp(x)", "-s.kei(x) - z / x", domain=POSITIVE)
    row("keip(x)", "s.ker(x) - z / np.where(x == 0, 1, x)", domain=POSITIVE)
    for name, second, near in (
        ("ber", "-s.bei(x)", "-0.0625 * x * x"), ("bei", "s.ber(x)", "0.5 - x ** 4 / 384"),
    ):  # fmt: skip
        over = f"np.where(x == 0, {near}, z / np.where(x == 0, 1, x))"
        row(f"{name}p(x)", f"{second} - {over}", domain=POSITIVE)
    for name, sign in (("jn", "-"), ("yn", "-"), ("in", "+")):
        both = f"n * s.spherical_{name}(np.maximum(n - 1, 0), x) {sign} (n + 1) * z1"
        column = f"({both}) / (2 * n + 1)".replace("z1", f"s.spherical_{name}(n + 1, x)")
        of_last(f"spherical_{name}(n, x)", column, widening)
    _tuple("airy(x)", "y[1]", "x * y[0]", "y[3]", "x * y[2]")


def _polynomials() -> None:
    lower = "np.maximum(n - 1, 0)"
    of_last("eval_legendre(n, x)", "s.eval_gegenbauer(n - 1, 1.5, x)", widening)
    of_last("eval_chebyt(n, x)", "n * s.eval_chebyu(n - 1, x)", widening)
    of_last("eval_chebyu(n, x)", "2 * s.eval_gegenbauer(n - 1, 2.0, x)", widening)
    of_last("eval_hermite(n, x)", f"2 * n * s.eval_hermite({lower}, x)", widening)
    of_last("eval_hermitenorm(n, x)", f"n * s.eval_hermitenorm({lower}, x)", widening)
    of_last("eval_laguerre(n, x)", "-s.eval_genlaguerre(n - 1, 1, x)", widening)
    of_last("eval_genlaguerre(n, a, x)", "-s.eval_genlaguerre(n - 1, a + 1, x)", widening)
    of_last("eval_gegenbauer(n, a, x)", "2 * a * s.eval_gegenbauer(n - 1, a + 1, x)", widening)
    of_last("eval_jacobi(n, a, b, x)",
            "0.5 * (n + a + b + 1) * s.eval_jacobi(n - 1, a + 1, b + 1, x)",
            widening)  # fmt: skip


def _apart(difference: str) -> str:
    """(F - E) / y, of the integrals F and E of x and y: near y = 0, where both are x, a series."""
    whole = "(1 + y * (0.375 + y * (0.234375 + y * 0.1708984375)))"
    square = "np.sin(x) ** 2"
    rest = (
        f"(0.125 + y * (0.078125 + 0.0625 * {square} + y * "
        f"(0.056966145833333336 + {square} * (0.045572916666666664 + 0.0390625 * {square}))))"
    )
    half = "np.sin(2 * x)"
    series = f"(0.5 * x - 0.25 * {half}) * {whole} - 0.5 * y * {half} * {square} * {rest}"
    return f"np.where(np.abs(y) < 1e-3, {series}, ({difference}) / np.where(y == 0, 1, y))"


def _elliptic() -> None:
    row("ellipkm1(x)", "(z - s.ellipe(1 - x) / x) / (2 * (1 - x))", domain=SHARES)
    root = "np.sqrt(1 - y * np.sin(x) ** 2)"
    row("ellipkinc(x, y)", f"1 / {root}",
        f"(z - {_apart('z - s.ellipeinc(x, y)')} - np.sin(2 * x) / (2 * {root})) / (2 * (1 - y))",
        domain=SHARES, kind=widening)  # fmt: skip
    row("ellipeinc(x, y)", root, f"-0.5 * {_apart('s.ellipkinc(x, y) - z')}",
        domain=SHARES, kind=widening)  # fmt: skip
    _tuple("ellipj(x, m)", "y[1] * y[2]", "-y[0] * y[2]", "-m * y[0] * y[1]", "y[2]")


# Equations for matrices: X in  a X + X b = q,  a X + X a.T = q,  a X a.T - X + q = 0


def _matrices() -> None:
    _equation("solve_sylvester(a, b, q)", "scipy.linalg.solve_sylvester({a}, {b}, {q})",
              a=("-a_dot @ x", "-w @ x.T"), b=("-x @ b_dot", "-x.T @ w"))  # fmt: skip
    _equation("solve_continuous_lyapunov(a, q)",
              "scipy.linalg.solve_continuous_lyapunov({a}, {q})",
              a=("-a_dot @ x - x @ a_dot.T", "-w @ x.T - w.T @ x"))  # fmt: skip
    _equation("solve_discrete_lyapunov(a, q)", "scipy.linalg.solve_discrete_lyapunov({a}, {q})",
              a=("a_dot @ x @ a.T + a @ x @ a_dot.T", "w @ a @ x.T + w.T @ a @ x"))  # fmt: skip


def _equation(call: str, solved: str, **others: tuple[str, str]) -> None:
    """A row for x, which is linear in q; `others` move q by the first text, from w by the second.

    w is what x_bar is as a right side of the equation with transposed matrices.
    """
    w = solved.format(a="a.T", b="b.T", q="x_bar")

    def dot(text: str) -> CallableColumn:
        return _of_reals(call, solved.format(a="a", b="b", q=text))

    pairs = [(dot(there), _of_reals(call, back, w)) for there, back in others.values()]
    q = (dot("q_dot"), _of_reals(call, w))

    def kind(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
        found = pk.solved([kinds[0], kinds[-1]], [atoms[0], atoms[-1]])
        return k.broadcast([found], "float") if "discrete" in call else found

    general(f"x = scipy.linalg.{call}", *pairs, q, kind=kind)


def _of_reals(call: str, text: str, w: str = "") -> CallableColumn:
    def column(build: Builder, names: Names) -> Atom:
        if any(is_complex(build, names, name) for name in ("a", "b", "q") if name in names):
            name = call.partition("(")[0]
            raise RuleError(f"scipy.linalg.{name} has a derivative for real matrices only")
        scope = {**names, "w": evaluate(w, names, build)} if w else names
        return evaluate(text, scope, build)

    return column
