"""What the derivative is where there is none: the policy, and the columns that hold to it.

abs, fabs, sign at 0       0
maximum, minimum, fmax, fmin, where both operands are equal
                           half to each; fmax and fmin: all to the operand that is not nan
max, min over an array     divided evenly among the equal extremes
max, min of Python         all to the one that Python returns
clip                       1 inside and on the bounds; outside to the bound
floor, ceil, round, trunc, comparisons, argmax
                           0; `x % y` has the derivative of `x - y * floor(x / y)`, the floor fixed
sort, median, quantile     that of the order in which argsort puts equal elements
sqrt, x ** p with p < 1, cbrt, log, arcsin and arccos at the ends of their domain
                           infinite, as in calculus, of Python's numbers too
sqrt(x * x), sqrt(abs(x)) at 0
                           nan, inf times 0: write abs, hypot or norm
hypot, norm, std at 0      0
x ** 0                     0, also at x = 0
0 ** p, p > 1              0 in the base, 0 in the exponent
x ** y with x <= 0         0 in the exponent: only real powers are differentiated.  The second
                           derivative by base and exponent depends on which comes first there
prod                       exact, also with zeros among the factors: no division
arctan2 at the origin      nan: no value is better than another
where, select, piecewise, y[mask], y[mask] = v, operands that lose in maximum, minimum, clip,
max and min, conditional expressions
                           what is not selected receives exactly 0, whatever its partials are: no
                           0 * inf = nan, at no order, also through chains, sums, reshaping,
                           branches and what is written to an array (transforms/selections.py), nor
                           where nan or inf is in an array that is given.  Not so where an element
                           is left out by slicing, by the numbers of places or by a factor of 0,
                           through matrix products, what a loop carries or a tape holds, and
                           y[mask] = v and y[mask] need ranks that are known
nansum, nanmax and their like
                           0 for what they pass over, and for what it was made of, as of where
nan_to_num, where(isnan(y), c, y), where(isfinite(y), y, c)
                           0 where something is put in place of y, also where a part of an array
                           is, and through what a loop carries
warnings                   what NumPy warns of at a pole that is computed, if not selected, it warns
                           of in the derivative too: np.errstate around the call is the way to quiet
det                        exact for regular matrices; singular ones raise LinAlgError
eigh, eig, svd, roots      as if all eigenvalues, singular values or roots were different; vectors
                           of complex matrices turn no phase (rules/spectral.py), those of eig keep
                           the largest element real, as NumPy makes it
svd, full_matrices=True    one vector without a singular value is known but for its sign; that of
                           several, or of a complex one, is NaN
norms of other orders      0 where the norm is 0, where an element of a vector is 0, for singular
                           values that are 0; evenly among equal sums of rows or columns
pinv, lstsq                as if the rank stayed what it is; of pinv with rcond that of the
                           singular values that are kept, at order two as if all were different
heaviside                  0 in the argument, also at 0; 1 in the value at 0 there, 0 elsewhere
logsumexp of -inf alone    0
logaddexp of inf           1 to the operand that is inf, half to each where both are
rel_entr, kl_div           what flows to y at x = 0, y = 0 is that of x = 0: 0 of rel_entr
abs, angle of complex numbers
                           conj(x) / abs(x) and -1j / x, of which the tangent takes the real part
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

Names = Mapping[str, Atom]
CallableColumn = Callable[[Builder, Names], Atom]


def winner(first: str, second: str) -> CallableColumn:
    """The partial of maximum with respect to `first` (of minimum: the names the other way round).

    1 where first > second, 1/2 where they are equal.
    """

    def column(build: Builder, names: Names) -> Atom:
        kinds = [build.kind(names[first]), build.kind(names[second])]
        dtype = k.dtype_of(k.broadcast(list(kinds)))
        if dtype == "float" and all(k.is_scalar(kind) for kind in kinds):
            return evaluate(
                f"0.5 * ({first} > {second}) + 0.5 * ({first} >= {second})", names, build
            )
        if dtype == "float":
            return evaluate(f"np.where({first} == {second}, 0.5, {first} > {second})", names, build)
        # every operation here keeps float32
        return evaluate(f"0.5 + 0.5 * np.sign({_difference(first, second, names)})", names, build)

    return column


def present(first: str, second: str, last: bool) -> CallableColumn:
    """The partial of fmax with respect to `first` (of fmin: the names of the test swapped).

    An operand that is nan leaves all to the other; of two nans the first operand is the result.
    """

    def column(build: Builder, names: Names) -> Atom:
        mine, other = ("y", "x") if last else ("x", "y")
        alone = f"({other} != {other}) & ({mine} == {mine})" if last else f"{other} != {other}"
        kinds = [build.kind(names[first]), build.kind(names[second])]
        scope = {**names, "alone": evaluate(alone, names, build)}
        if all(k.is_scalar(kind) for kind in kinds):
            text = f"0.5 * (({first} > {second}) | alone) + 0.5 * (({first} >= {second}) | alone)"
            return evaluate(text, scope, build)
        scope["share"] = evaluate(
            f"np.where({first} == {second}, 0.5, ({first} > {second}) | alone)", scope, build
        )
        single = k.dtype_of(k.broadcast(list(kinds))) == "float32"
        text = 'np.astype(share, "numpy.float32")' if single else "share"
        return evaluate(text, scope, build)

    return column


def _difference(first: str, second: str, names: Names) -> str:
    if names[second] in (Lit(0), Lit(0.0)):
        return first
    return f"-{second}" if names[first] in (Lit(0), Lit(0.0)) else f"{first} - {second}"


def pole(partial: str, regular: str, value: str = "math.inf") -> tuple[CallableColumn]:
    """The scalar column of a function of NumPy, which has poles where Python's division raises."""

    def column(build: Builder, names: Names) -> Atom:
        if all(_of_numpy(build.kind(atom)) for atom in names.values()):
            return evaluate(partial, names, build)
        return evaluate(f"{partial} if {regular} else {value}", names, build)

    return (column,)


def _of_numpy(kind: k.Kind) -> bool:
    """Is it a number of NumPy's, or no number?"""
    return not isinstance(kind, k.Scalar) or kind.strong is True


POWERS = (  # the partial where y may be 0: of arrays, with y a number, and of numbers; y an integer
    ("y * x ** np.where((x == 0) & (y == 0), 1, y - 1)",
     "y * x ** (y - 1) if y != 0 else y * np.where(x == 0, 1, x) ** (y - 1)",
     "y * x ** (y - 1 if (True if y != 0 else x != 0) else 1)"),
    ("y * x ** np.where(y == 0, 0, y - 1)", *("y * x ** (y - 1 if y != 0 else 0)",) * 2),
)  # fmt: skip
GUARDED = "y * {} if (True if x != 0 else not y < 1) else 0.0 if y == 0 else math.inf"
"""The same of Python's numbers, whose 0.0 ** -0.5 raises."""


def power_base(build: Builder, names: Names) -> Atom:
    """The partial of x ** y with respect to x: where both are 0, and there alone, not by the rule.

    Its own derivative with respect to y is 1 / x at y = 0.
    """
    exponent = names["y"]
    if not isinstance(exponent, Lit):
        kind = build.kind(exponent)
        row = POWERS[k.dtype_of(kind) in ("int", "bool")]
        numbers = k.is_scalar(kind) and k.is_scalar(build.kind(names["x"]))
        if numbers and row is POWERS[0] and not any(map(_of_numpy, (kind, build.kind(names["x"])))):
            return evaluate(GUARDED.format("x ** (y - 1)"), names, build)
        return evaluate(row[k.is_scalar(kind) + numbers], names, build)
    value = exponent.value
    if value == 0:
        return Lit(0)
    if value == 1:
        return Lit(1)
    if value == 2:
        return evaluate("2 * x", names, build)
    base = build.kind(names["x"])
    open_ = isinstance(base, k.Any_)  # perhaps a number of Python's
    if value == 0.5:
        if k.is_scalar(base):
            return evaluate("0.5 / z if z != 0 else math.inf", names, build)
        return evaluate("np.divide(0.5, z)" if open_ else "0.5 / z", names, build)
    if value == -1:
        return evaluate("-z * z", names, build)
    scope = {**names, "e": Lit(value - 1)}
    if not isinstance(value, complex) and 0 < value < 1:
        if open_:
            return evaluate("y * np.power(x, e)", scope, build)
        if not _of_numpy(base):
            return evaluate("y * x ** e if x != 0 else math.inf", scope, build)
    return evaluate("y * x ** e", scope, build)


def power_of_math(build: Builder, names: Names) -> Atom:
    """The partial of math.pow(x, y) with respect to x."""
    exponent, power = names["y"], "math.pow(x, y - 1)"
    if not isinstance(exponent, Lit):
        return evaluate(GUARDED.format(power), names, build)
    if exponent.value == 0:
        return Lit(0.0)
    guard = " if x != 0 else math.inf" if 0 < exponent.value < 1 else ""
    return evaluate(f"y * {power}{guard}", names, build)


def power_exponent(log: str) -> CallableColumn:
    """The partial of x ** y with respect to y: log(x) * z, and 0 where x is not positive."""

    def column(build: Builder, names: Names) -> Atom:
        base = names["x"]
        kinds = [build.kind(base), build.kind(names["y"])]
        if any(k.dtype_of(kind) == "complex" for kind in kinds):
            return _complex_exponent(build, names, all(k.is_scalar(kind) for kind in kinds))
        if isinstance(base, Lit):
            return evaluate(f"{log}(x) * z" if base.value > 0 else "0", names, build)
        if log == "math.log":
            return evaluate("math.log(x) * z if x > 0 else 0.0", names, build)
        if k.is_scalar(build.kind(base)):
            return evaluate("(math.log(x) if x > 0 else 0.0) * z", names, build)
        return evaluate("np.log(np.where(x > 0, x, 1)) * z", names, build)

    return column


def _complex_exponent(build: Builder, names: Names, scalar: bool) -> Atom:
    """The partial of a complex power with respect to the exponent; 0 where the base is 0."""
    base = names["x"]
    if isinstance(base, Lit):
        log = Lit(cmath.log(base.value) if base.value else 0.0)
        return evaluate("log * z", {**names, "log": log}, build)
    if scalar:
        return evaluate("np.log(x + 0j) * z if x != 0 else 0.0", names, build)
    return evaluate("np.log(np.where(x == 0, 1, x) + 0j) * z", names, build)


def share(exp: str, operand: str) -> CallableColumn:
    """The partial of logaddexp: exp(x - z), which cannot overflow; 0 where both are -inf.

    1 where that operand is inf, half where both are.
    """
    other = "y" if operand == "x" else "x"

    def column(build: Builder, names: Names) -> Atom:
        if k.is_scalar(build.kind(names["z"])):
            above = f"0.5 if {other} == math.inf else 1.0"
            regular = f"{exp}({operand} - z) if {operand} != math.inf else {above}"
            return evaluate(f"0.0 if z == -math.inf else {regular}", names, build)
        regular = f"{exp}({operand} - np.where(z == -math.inf, 0, z))"
        above = f"np.where({operand} == math.inf, 1.0, {regular})"
        if isinstance(names[other], Lit) and names[other] != Lit(math.inf):
            return evaluate(above, names, build)
        both = "(x == math.inf) & (y == math.inf)"
        return evaluate(f"np.where({both}, 0.5, {above})", names, build)

    return column


def clipped(build: Builder, names: Names) -> Atom:
    """The partial of clip with respect to x: 1 inside and on the bounds."""
    above = None if names["a_min"] == Lit(None) else evaluate("x >= a_min", names, build)
    below = None if names["a_max"] == Lit(None) else evaluate("x <= a_max", names, build)
    if above is None or below is None:
        return above or below or Lit(1)
    return evaluate("above & below", {"above": above, "below": below}, build)


def clipped_low(build: Builder, names: Names) -> Atom:
    whole = names["a_max"] == Lit(None)
    return _mask(build, names, "x < a_min" if whole else "(x < a_min) & (a_min < a_max)")


def clipped_high(build: Builder, names: Names) -> Atom:
    whole = names["a_min"] == Lit(None)
    return _mask(build, names, "x > a_max" if whole else "(x > a_max) | (a_min >= a_max)")


def _mask(build: Builder, names: Names, text: str) -> Atom:
    """A condition as a factor: times the tangent of a number it must not give float64."""
    if k.dtype_of(build.kind(names["z"])) != "float32":
        return evaluate(text, names, build)
    number = k.is_scalar(build.kind(names["x"]))  # of which a comparison may be one of Python's
    wide = f"np.float32({text})" if number else f'np.astype({text}, "numpy.float32")'
    return evaluate(wide, names, build)


def at_zero(build: Builder, names: Names) -> Atom:
    """The partial of heaviside with respect to its value at 0."""
    return _mask(build, names, "x == 0")


SIGN = "1.0 if x > 0 else -1.0 if x < 0 else 0.0"


def absolute(sign: str) -> CallableColumn:
    """The partial of abs(x): its sign, of complex numbers conj(x) / abs(x); 0 at 0."""

    def column(build: Builder, names: Names) -> Atom:
        if k.dtype_of(build.kind(names["x"])) != "complex":
            return evaluate(sign, names, build)
        if k.is_scalar(build.kind(names["x"])):
            return evaluate("np.conj(x) / y if y != 0 else 0.0", names, build)
        return evaluate("np.conj(x) / np.where(y == 0, 1, y)", names, build)

    return column


def angle(build: Builder, names: Names) -> Atom:
    """The partial of np.angle: the imaginary part of x_dot / x; none for real numbers."""
    complex_ = k.dtype_of(build.kind(names["x"])) == "complex"
    return evaluate("-1j / x", names, build) if complex_ else Lit(0.0)


def imaginary_part(build: Builder, names: Names) -> Atom:
    """The transpose of np.imag: the real part of -1j * x_dot is the imaginary part of x_dot."""
    if k.dtype_of(build.kind(names["x"])) == "complex":
        return evaluate("-1j * y_bar", names, build)
    return evaluate("mem.zeros_like(x)", names, build)


def where(condition: str, x: str, y: str) -> CallableColumn:
    """x where the condition holds, else y; of numbers a number, which np.where would not give."""

    def column(build: Builder, names: Names) -> Atom:
        if all(k.is_scalar(build.kind(atom)) for atom in names.values()):
            return evaluate(f"{x} if {condition} else {y}", names, build)
        return evaluate(f"np.where({condition}, {x}, {y})", names, build)

    return column
