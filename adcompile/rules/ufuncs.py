"""NumPy's elementwise functions."""

from __future__ import annotations

from adcompile.rules import kinks
from adcompile.rules import shape_kinds as sk
from adcompile.rules.complex_numbers import either
from adcompile.rules.special import bessel_1
from adcompile.rules.table import Column, constant, general, linear, pointwise

POSITIVE = (0.5, 2.0)
UNIT = (-0.9, 0.9)
LN2 = "0.6931471805599453"
DEGREE = "0.017453292519943295"  # in radians

# the derivative of np.sinc near 0, where the quotient cancels
SQUARE = "(math.pi * x) ** 2"
SERIES = f"1 - {SQUARE} / 10 * (1 - {SQUARE} / 28 * (1 - {SQUARE} / 54 * (1 - {SQUARE} / 88)))"
SINC = f"math.pi ** 2 / -3 * x * ({SERIES})"


def add_rows() -> None:
    _arithmetic()
    _powers()
    _trigonometric()
    _hyperbolic()
    _exponential()
    _extremes()
    _signs()
    _complex()
    _constant()


def _both(names: str, operands: str, *columns: Column, **facts: object) -> None:
    """One row a name for functions that have several."""
    result = "z" if "," in operands else "y"
    for name in names.split():
        pointwise(f"{result} = np.{name}({operands})", *columns, **facts)  # type: ignore[arg-type]


def _arithmetic() -> None:
    _both("add", "x, y", "1", "1", kind=sk.arithmetic)
    _both("subtract", "x, y", "1", "-1", kind=sk.arithmetic)
    _both("multiply", "x, y", "y", "x", kind=sk.arithmetic)
    _both("divide true_divide", "x, y", "1 / y", "-z / y", domain=POSITIVE,
          scalar=(*kinks.pole("1 / y", "y != 0"), "-z / y"))  # fmt: skip
    _both(
        "mod remainder",
        "x, y",
        "1",
        "-(x // y)",
        kind=sk.arithmetic,
        domain=((2.1, 2.9), (1.1, 1.9)),
        scalar=("1", *kinks.pole("-(x // y)", "y != 0", "math.nan")),
    )
    _both(
        "fmod", "x, y", "1", "-np.trunc(x / y)", kind=sk.arithmetic,
        domain=((2.1, 2.9), (1.1, 1.9)),
        scalar=("1", *kinks.pole("-np.trunc(x / y)", "y != 0", "math.nan")),
    )  # fmt: skip
    _both("reciprocal", "x", "-y * y", domain=POSITIVE, kind=sk.arithmetic)
    linear("y = np.negative(x)", "-y_bar", kind=sk.negated)
    linear("y = np.positive(x)", "y_bar", kind=sk.negated)
    constant("z = np.floor_divide(x, y)", kind=sk.arithmetic, domain=POSITIVE)


def _powers() -> None:
    for name, kind in (
        ("power", sk.arithmetic),
        ("pow", sk.arithmetic),
        ("float_power", sk.float_power),
    ):
        pointwise(
            f"z = np.{name}(x, y)",
            kinks.power_base,
            kinks.power_exponent("np.log"),
            domain=POSITIVE,
            kind=kind,
        )
    _both("square", "x", "2 * x", kind=sk.arithmetic)
    _both("sqrt", "x", "0.5 / y", domain=POSITIVE)
    _both("cbrt", "x", "1 / (3 * y * y)", domain=POSITIVE)
    _both(
        "hypot",
        "x, y",
        "x / np.where(z == 0, 1, z)",
        "y / np.where(z == 0, 1, z)",
        scalar=("x / z if z != 0 else 0.0", "y / z if z != 0 else 0.0"),
        domain=POSITIVE,
    )


def _trigonometric() -> None:
    _both("sin", "x", "np.cos(x)")
    _both("cos", "x", "-np.sin(x)")
    _both("tan", "x", "1 + y * y", domain=UNIT)
    _both("arcsin asin", "x", "1 / np.sqrt((1 - x) * (1 + x))", domain=UNIT)
    _both("arccos acos", "x", "-1 / np.sqrt((1 - x) * (1 + x))", domain=UNIT)
    _both("arctan atan", "x", "1 / (1 + x * x)")
    columns = ("x / (x * x + y * y)", "-y / (x * x + y * y)")
    at_origin = [kinks.pole(column, "x * x + y * y > 0", "math.nan")[0] for column in columns]
    for name in ("arctan2", "atan2"):
        pointwise(f"z = np.{name}(y, x)", *columns, scalar=at_origin, domain=POSITIVE)
    _both(
        "sinc",
        "x",
        f"np.where(abs(x) < 0.05, {SINC}, (np.cos(math.pi * x) - y) / np.where(x == 0, 1, x))",
    )
    for name in ("deg2rad", "radians"):
        linear(f"y = np.{name}(x)", f"{DEGREE} * y_bar", kind=sk.floats)
    for name in ("rad2deg", "degrees"):
        linear(f"y = np.{name}(x)", "57.29577951308232 * y_bar", kind=sk.floats)


def _hyperbolic() -> None:
    _both("sinh", "x", "np.cosh(x)")
    _both("cosh", "x", "np.sinh(x)")
    _both("tanh", "x", "1 - y * y")
    _both("arcsinh asinh", "x", either("1 / np.hypot(x, 1)", "1 / np.sqrt(1 + x * x)"))
    _both(
        "arccosh acosh",
        "x",
        either("1 / np.sqrt((x - 1) * (x + 1))", "1 / (np.sqrt(x - 1) * np.sqrt(x + 1))"),
        domain=(1.5, 3.0),
    )
    atanh = "1 / ((1 - x) * (1 + x))"
    _both("arctanh atanh", "x", atanh, domain=UNIT, scalar=kinks.pole(atanh, "x * x != 1"))


def _exponential() -> None:
    _both("exp", "x", "y")
    pointwise("y = np.i0(x)", bessel_1, kind=sk.at_least_array)
    _both("exp2", "x", f"{LN2} * y")
    _both("expm1", "x", "y + 1")
    _both("log", "x", "1 / x", domain=POSITIVE, scalar=kinks.pole("1 / x", "x != 0"))
    _both("log1p", "x", "1 / (1 + x)", domain=POSITIVE, scalar=kinks.pole("1 / (1 + x)", "x != -1"))
    log2 = f"{1 / 0.6931471805599453!r} / x"
    _both("log2", "x", log2, domain=POSITIVE, scalar=kinks.pole(log2, "x != 0"))
    log10 = "0.4342944819032518 / x"
    _both("log10", "x", log10, domain=POSITIVE, scalar=kinks.pole(log10, "x != 0"))
    # exp(x - z) never overflows, and is 0 where z is -inf together with x
    _both("logaddexp", "x, y", kinks.share("np.exp", "x"), kinks.share("np.exp", "y"))
    _both("logaddexp2", "x, y", kinks.share("np.exp2", "x"), kinks.share("np.exp2", "y"))


def _extremes() -> None:
    larger = kinks.winner("x", "y"), kinks.winner("y", "x")
    smaller = larger[::-1]
    _both("maximum", "x, y", *larger, kind=sk.arithmetic)
    _both("minimum", "x, y", *smaller, kind=sk.arithmetic)
    above = kinks.present("x", "y", last=False), kinks.present("y", "x", last=True)
    below = kinks.present("y", "x", last=False), kinks.present("x", "y", last=True)
    _both("fmax", "x, y", *above, kind=sk.arithmetic)
    _both("fmin", "x, y", *below, kind=sk.arithmetic)
    _both(
        "clip",
        "x, a_min, a_max",
        kinks.clipped,
        kinks.clipped_low,
        kinks.clipped_high,
        kind=sk.clipped,
        domain=((-1.0, 1.0), (-0.5, -0.4), (0.4, 0.5)),
    )
    linear(
        "z = np.where(c, x, y)",
        None,
        kinks.where("c", "z_bar", "0"),
        kinks.where("c", "0", "z_bar"),
        kind=sk.selected(1),
    )
    finite = kinks.where("np.isfinite(x)", "y_bar", "0")
    dot = kinks.where("np.isfinite(x)", "x_dot", "0")
    general(
        "y = np.nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None)",
        (dot, finite),
        kind=sk.negated,
    )


def _signs() -> None:
    _both("abs absolute", "x", kinks.absolute("np.sign(x)"), kind=sk.magnitude)
    _both("angle", "x", kinks.angle, kind=sk.angles)
    _both("fabs", "x", "np.sign(x)")
    _both("copysign", "x, y", "np.sign(x * np.sign(z))", None)
    constant("y = np.sign(x)", kind=sk.sign)
    pointwise("z = np.heaviside(x, y)", None, kinks.at_zero, kind=sk.floats)
    constant("y = np.signbit(x)", kind=sk.of_elements)


def _complex() -> None:
    linear("y = np.real(x)", "y_bar", kind=sk.real_part, view="maybe")
    linear("y = np.imag(x)", kinks.imaginary_part, kind=sk.real_part, view="maybe")
    for name in ("conj", "conjugate"):
        linear(f"y = np.{name}(x)", f"np.{name}(y_bar)", kind=sk.negated)


def _constant() -> None:
    for name in ("floor", "ceil", "trunc", "rint", "fix"):
        constant(f"y = np.{name}(x)", kind=sk.rounding)
    for name in ("round", "around"):
        constant(f"y = np.{name}(x, decimals=0)", kind=sk.rounding)
    for name in (
        "less",
        "less_equal",
        "greater",
        "greater_equal",
        "equal",
        "not_equal",
        "logical_and",
        "logical_or",
        "logical_xor",
    ):
        constant(f"z = np.{name}(x, y)", kind=sk.of_elements)
    for name in ("logical_not", "isnan", "isinf", "isfinite", "isneginf", "isposinf"):
        constant(f"y = np.{name}(x)", kind=sk.of_elements)
    constant("z = np.isclose(x, y, rtol=1e-05, atol=1e-08)", kind=sk.compared)
    for name in ("allclose", "array_equal"):
        options = ", rtol=1e-05, atol=1e-08" if name == "allclose" else ""
        constant(f"z = np.{name}(x, y{options})", kind=sk.scalar("bool"))
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
        constant(f"z = np.{name}(x, y)", kind=sk.bits)
    constant("y = np.invert(x)", kind=sk.negated)
    for name in ("left_shift", "right_shift", "gcd", "lcm"):
        constant(f"z = np.{name}(x, y)", kind=sk.arithmetic)
    constant("y = np.spacing(x)", kind=sk.floats)
    pointwise("z = np.nextafter(x, y)", "1", None, kind=sk.floats)
