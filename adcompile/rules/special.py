"""The derivatives of the gamma function and of a Bessel function, in elementary operations."""

from __future__ import annotations

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import as_wide
from adcompile.trace.ir import Atom

SHIFT = 8
# The coefficients of 1/s**2, 1/s**4, ... in log(s) - 1/(2 s) - digamma(s), last first.
SERIES = (1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12)


def digamma(build: Builder, names: Names) -> Atom:
    """digamma(x), to rounding: mirrored for x <= 0, shifted up by 8, then the asymptotic series."""
    scope = dict(names)
    scope["t"] = evaluate("x if x > 0 else 1 - x", scope, build)
    scope["s"] = evaluate(f"t + {SHIFT}", scope, build)
    scope["r"] = evaluate("1 / (s * s)", scope, build)
    series = repr(SERIES[0])
    for coefficient in SERIES[1:]:
        series = f"({series}) * r + {coefficient!r}"
    steps = " + ".join(["1 / t", *(f"1 / (t + {i})" for i in range(1, SHIFT))])
    scope["p"] = evaluate(f"math.log(s) - 0.5 / s - r * ({series}) - ({steps})", scope, build)
    return evaluate("p if x > 0 else p - math.pi / math.tan(math.pi * x)", scope, build)


def gamma_partial(build: Builder, names: Names) -> Atom:
    """The derivative of gamma(x): gamma(x) * digamma(x)."""
    return evaluate("y * digamma", {**names, "digamma": digamma(build, names)}, build)


def bessel_1(build: Builder, names: Names) -> Atom:
    """i1(x), to rounding for all x whose i0(x) is finite: the mean of sinh(x * c) * c over cosines
    c of 64 angles in a quarter of the circle."""
    cosines = as_wide(build.kind(names["y"]), "np.cos(np.arange(0.5, 64.0) * (math.pi / 128))")
    scope = {**names, "c": evaluate(cosines, names, build)}
    return evaluate("np.mean(np.sinh(np.expand_dims(x, -1) * c) * c, axis=-1)", scope, build)
