"""The distributions of scipy.stats: their functions of a place, with loc and scale.

    z = scipy.stats.norm.cdf(x, loc, scale)      norm.pdf(x, loc, scale) in x
    z = scipy.stats.norm.ppf(p, loc, scale)      1 / norm.pdf(z, loc, scale) in p
    z = scipy.stats.expon.logpdf(x, loc, scale)  -1 / scale in x; 0 where x is left of loc

They give float64, whatever the width of what they are given.  Where scale is not positive the
normal ones are nan, and so is the derivative.  What shapes a distribution, as a of gamma, carries
a derivative in pdf and logpdf (pmf and logpmf), and is data in the others.
"""

from __future__ import annotations

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names, where
from adcompile.rules.table import general, pointwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

AT = "loc, scale)"
UNIT = "((x - loc) / scale)"


MOVED = ("_dot", "_bar")
PSI = "scipy.special.digamma"
DENSITIES: dict[str, tuple[str, dict[str, str]]] = {
    "expon": ("-1.0", {}),
    "uniform": ("0.0", {}),
    "laplace": ("-np.sign(y)", {}),
    "logistic": ("-np.tanh(0.5 * y)", {}),
    "cauchy": ("-2 * y / (1 + y * y)", {}),
    "halfnorm": ("-y", {}),
    "rayleigh": ("np.divide(1, y) - y", {}),
    "gamma": ("np.divide(a - 1, y) - 1", {"a": f"np.log(y) - {PSI}(a)"}),
    "chi2": ("np.divide(0.5 * df - 1, y) - 0.5",
             {"df": f"0.5 * (np.log(0.5 * y) - {PSI}(0.5 * df))"}),
    "beta": ("np.divide(a - 1, y) - np.divide(b - 1, 1 - y)",
             {"a": f"np.log(y) - {PSI}(a) + {PSI}(a + b)",
              "b": f"np.log1p(-y) - {PSI}(b) + {PSI}(a + b)"}),
    "t": ("-(df + 1) * y / (df + y * y)",
          {"df": f"0.5 * ({PSI}(0.5 * (df + 1)) - {PSI}(0.5 * df) - 1 / df - np.log1p(y * y / df)"
                 " + (df + 1) / df * y * y / (df + y * y))"}),
    "lognorm": ("-np.divide(1 + np.log(y) / (s * s), y)",
                {"s": "np.log(y) ** 2 / s ** 3 - 1 / s"}),
    "weibull_min": ("np.divide(c - 1, y) - c * np.power(y, c - 1)",
                    {"c": "1 / c + np.log(y) * (1 - np.power(y, c))"}),
}  # fmt: skip
"""The derivative of logpdf by y = (x - loc) / scale, where scale is 1, and by what shapes it."""
MASSES: dict[str, dict[str, str]] = {
    "poisson": {"mu": "(k - loc) / mu - 1"},
    "bernoulli": {"p": "(k - loc - p) / (p * (1 - p))"},
    "geom": {"p": "1 / p - (k - loc - 1) / (1 - p)"},
}
"""The derivative of logpmf by what shapes it."""


def add_rows() -> None:
    _normal()
    for name, (score, shapes) in DENSITIES.items():
        _density(name, score, shapes)
    for name, partials in MASSES.items():
        _mass(name, ", ".join(partials), tuple(partials.values()))
    _mass("binom", "n, p", (None, "(k - loc - n * p) / (p * (1 - p))"))


def _density(name: str, score: str, shapes: dict[str, str]) -> None:
    """The rows of a distribution of numbers."""
    given = ", ".join(["x", *shapes])
    place = f"({score})"
    partials = [f"{place} / scale", *shapes.values()]
    of_scale = f"-(1 + y * {place}) / scale"
    for function, outside, factor in (("logpdf", "z == -math.inf", ""), ("pdf", "z == 0", "z * ")):
        columns = [_inside(outside, f"{factor}({partial})") for partial in partials]
        pointwise(
            f"z = scipy.stats.{name}.{function}({given}, loc=0, scale=1)", *columns,
            loc=_inside(outside, f"{factor}(-{partials[0]})"),
            scale=_inside(outside, f"{factor}({of_scale})"), kind=_number,
        )  # fmt: skip
    rest = "".join(f", {shape}" for shape in shapes)
    data = (None,) * len(shapes)
    at = f"scipy.stats.{name}.{{}}({{}}{rest}, {AT}"
    for function, sign in (("cdf", ""), ("sf", "-")):
        density = sign + at.format("pdf", "x")
        share = f"{sign}np.exp({at.format('logpdf', 'x')} - z)"
        for call, column in ((function, density), (f"log{function}", share)):
            general(
                f"z = scipy.stats.{name}.{call}({given}, loc=0, scale=1)", _pair("x", column),
                *data, loc=_pair("loc", f"-({column})"),
                scale=_pair("scale", f"-({column}) * {UNIT}"), kind=_number,
            )  # fmt: skip
    for function, sign in (("ppf", ""), ("isf", "-")):
        general(
            f"z = scipy.stats.{name}.{function}(p{rest}, loc=0, scale=1)",
            _pair("p", f"{sign}1 / {at.format('pdf', 'z')}"), *data,
            loc=_pair("loc", where("z == z", "1.0", "z")),
            scale=_pair("scale", "(z - loc) / scale"), kind=_number,
        )  # fmt: skip


def _pair(operand: str, partial: str | CallableColumn) -> tuple[CallableColumn, CallableColumn]:
    """A partial times what moves, and times what flows back."""

    def times(factor: str) -> CallableColumn:
        def column(build: Builder, names: Names) -> Atom:
            found = evaluate(partial, names, build) if isinstance(partial, str) else (
                partial(build, {name: names[name] for name in names if not name.endswith(MOVED)})
            )  # fmt: skip
            return evaluate(f"found * {factor}", {**names, "found": found}, build)

        return column

    return times(f"{operand}_dot"), times("z_bar")


def _mass(name: str, shapes: str, partials: tuple[str | None, ...]) -> None:
    """The rows of a distribution of counts, which are data."""
    for function, outside, factor in (("logpmf", "z == -math.inf", ""), ("pmf", "z == 0", "z * ")):
        pairs = [
            None if partial is None else _pair(shape, _inside(outside, f"{factor}({partial})"))
            for shape, partial in zip(shapes.split(", "), partials)
        ]
        general(
            f"z = scipy.stats.{name}.{function}(k, {shapes}, loc=0)", None, *pairs, kind=_number
        )


def _inside(outside: str, partial: str) -> CallableColumn:
    """A partial in terms of y, which is 0 outside of what the distribution gives numbers to."""

    def column(build: Builder, names: Names) -> Atom:
        scope = dict(names)
        if "scale" in names:
            scope["y"] = evaluate(UNIT, names, build)
        return where(outside, "0.0", partial)(build, scope)

    return column


def _normal() -> None:
    _row("pdf", f"-{UNIT} / scale * z", f"({UNIT} * {UNIT} - 1) / scale * z")
    _row("logpdf", f"-{UNIT} / scale", f"({UNIT} * {UNIT} - 1) / scale")
    for name, sign in (("cdf", ""), ("sf", "-")):
        density = f"{sign}scipy.stats.norm.pdf(x, {AT}"
        _row(name, density, f"-({density}) * {UNIT}")
        share = f"{sign}np.exp(scipy.stats.norm.logpdf(x, {AT} - z)"
        _row(f"log{name}", share, f"-({share}) * {UNIT}")
    for name, sign in (("ppf", ""), ("isf", "-")):
        pointwise(
            f"z = scipy.stats.norm.{name}(p, loc=0, scale=1)",
            f"{sign}1 / scipy.stats.norm.pdf(z, {AT}", kind=_number,
            loc="1.0", scale="(z - loc) / scale",
        )  # fmt: skip


def _row(name: str, of_place: str, of_scale: str) -> None:
    """A function of a place: a step of loc is one of the place back."""
    pointwise(
        f"z = scipy.stats.norm.{name}(x, loc=0, scale=1)",
        of_place, loc=f"-({of_place})", scale=of_scale, kind=_number,
    )  # fmt: skip


def _number(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    """float64; of numbers, one of NumPy's."""
    kind = k.broadcast(kinds, "float")
    return k.number("float", True) if k.is_scalar(kind) else kind
