"""The normal distribution of scipy.stats: its functions of a place, with loc and scale.

    z = scipy.stats.norm.cdf(x, loc, scale)      norm.pdf(x, loc, scale) in x
    z = scipy.stats.norm.ppf(p, loc, scale)      1 / norm.pdf(z, loc, scale) in p

They give float64, whatever the width of what they are given.  Where scale is not positive they are
nan, and so is the derivative.
"""

from __future__ import annotations

from adcompile.rules.table import pointwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

AT = "loc, scale)"
UNIT = "((x - loc) / scale)"


def add_rows() -> None:
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
