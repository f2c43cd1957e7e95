"""The module math: functions of numbers."""

from __future__ import annotations

from adcompile.rules import joined_kinds as jk
from adcompile.rules import kinks
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import contained, repeated
from adcompile.rules.kinks import Names
from adcompile.rules.reductions import prod_adjoint, prod_tangent
from adcompile.rules.special import digamma, gamma_partial
from adcompile.rules.table import constant, family, general, linear, pointwise
from adcompile.trace.ir import Atom, Lit

POSITIVE = (0.5, 2.0)
UNIT = (-0.9, 0.9)
SQRT_PI = "1.772453850905516"


def add_rows() -> None:
    _trigonometric()
    _exponential()
    _arithmetic()
    _special()
    _constant()
    for count in (2, 3):
        hypot(count)
    family("math.hypot", hypot)


def _math(text: str, *columns: object, domain: object = None) -> None:
    pointwise(text, *columns, domain=domain, kind=sk.real_scalar)  # type: ignore[arg-type]


def _trigonometric() -> None:
    _math("y = math.sin(x)", "math.cos(x)")
    _math("y = math.cos(x)", "-math.sin(x)")
    _math("y = math.tan(x)", "1 + y * y", domain=UNIT)
    _math(
        "y = math.asin(x)",
        "1 / math.sqrt((1 - x) * (1 + x)) if abs(x) != 1 else math.inf",
        domain=UNIT,
    )
    _math(
        "y = math.acos(x)",
        "-1 / math.sqrt((1 - x) * (1 + x)) if abs(x) != 1 else -math.inf",
        domain=UNIT,
    )
    _math("y = math.atan(x)", "1 / (1 + x * x)")
    _math(
        "z = math.atan2(y, x)",
        "x / (x * x + y * y) if x * x + y * y > 0 else math.nan",
        "-y / (x * x + y * y) if x * x + y * y > 0 else math.nan",
        domain=POSITIVE,
    )
    _math("y = math.sinh(x)", "math.cosh(x)")
    _math("y = math.cosh(x)", "math.sinh(x)")
    _math("y = math.tanh(x)", "1 - y * y")
    _math("y = math.asinh(x)", "1 / math.hypot(x, 1)")
    _math(
        "y = math.acosh(x)",
        "1 / math.sqrt((x - 1) * (x + 1)) if x != 1 else math.inf",
        domain=(1.5, 3.0),
    )
    _math("y = math.atanh(x)", "1 / ((1 - x) * (1 + x))", domain=UNIT)
    linear("y = math.degrees(x)", "math.degrees(y_bar)", kind=sk.real_scalar)
    linear("y = math.radians(x)", "math.radians(y_bar)", kind=sk.real_scalar)


def _exponential() -> None:
    _math("y = math.exp(x)", "y")
    _math("y = math.exp2(x)", "0.6931471805599453 * y")
    _math("y = math.expm1(x)", "y + 1")
    _math("y = math.log(x)", "1 / x", domain=POSITIVE)
    _math(
        "y = math.log(x, base)",
        "1 / (x * math.log(base))",
        "-y / (base * math.log(base))",
        domain=((0.5, 2.0), (2.0, 3.0)),
    )
    _math("y = math.log1p(x)", "1 / (1 + x)", domain=POSITIVE)
    _math("y = math.log2(x)", "1.4426950408889634 / x", domain=POSITIVE)
    _math("y = math.log10(x)", "0.4342944819032518 / x", domain=POSITIVE)
    _math("y = math.sqrt(x)", "0.5 / y if y != 0 else math.inf", domain=POSITIVE)
    _math("y = math.cbrt(x)", "1 / (3 * y * y) if y != 0 else math.inf", domain=POSITIVE)
    _math(
        "z = math.pow(x, y)",
        kinks.power_of_math,
        "math.log(x) * z if x > 0 else 0.0",
        domain=POSITIVE,
    )


def _arithmetic() -> None:
    _math("y = math.fabs(x)", "1.0 if x > 0 else -1.0 if x < 0 else 0.0")
    _math("z = math.copysign(x, y)", "math.copysign(1.0, x) * math.copysign(1.0, y)", None)
    _math("z = math.nextafter(x, y)", "1", None)
    _math("z = math.fmod(x, y)", "1", "-int(x / y)", domain=((2.1, 2.9), (1.1, 1.9)))
    _math("z = math.remainder(x, y)", "1", "round((z - x) / y)", domain=((2.1, 2.4), (1.1, 1.4)))
    linear("y = math.fsum(x)", repeated, kind=sk.real_scalar)
    unit = "(np.asarray(x) - np.asarray(y)) / (z if z != 0 else 1.0)"
    general(
        "z = math.dist(x, y)",
        (f"np.dot({unit}, np.asarray(x_dot))", contained("x", f"z_bar * {unit}")),
        (f"-np.dot({unit}, np.asarray(y_dot))", contained("y", f"-z_bar * {unit}")),
        kind=sk.real_scalar,
    )
    general(
        "y = math.modf(x)",
        ("(x_dot, 0.0)", "y_bar[0]"),
        kind=sk.tuple_of("float", "float"),
        domain=POSITIVE,
    )
    general(
        "y = math.frexp(x)",
        ("(math.ldexp(x_dot, -y[1]), 0)", "math.ldexp(y_bar[0], -y[1])"),
        kind=sk.tuple_of("float", "int"),
        domain=POSITIVE,
    )
    linear("y = math.ldexp(x, i)", "math.ldexp(y_bar, i)", None, kind=sk.real_scalar)
    general("y = math.prod(x)", (product_tangent, contained("x", product_adjoint)), kind=jk.total)


def product_tangent(build: Builder, names: Names) -> Atom:
    return prod_tangent(build, _as_arrays(build, names, "x", "x_dot"))


def product_adjoint(build: Builder, names: Names) -> Atom:
    return prod_adjoint(build, _as_arrays(build, names, "x"))


def _as_arrays(build: Builder, names: Names, *lists: str) -> Names:
    whole = {"axis": Lit(None), "keepdims": Lit(False)}
    return {
        **names,
        **whole,
        **{name: evaluate(f"np.asarray({name})", names, build) for name in lists},
    }


def _special() -> None:
    _math("y = math.erf(x)", f"2 / {SQRT_PI} * math.exp(-x * x)")
    _math("y = math.erfc(x)", f"-2 / {SQRT_PI} * math.exp(-x * x)")
    _math("y = math.lgamma(x)", digamma, domain=POSITIVE)
    _math("y = math.gamma(x)", gamma_partial, domain=POSITIVE)


def _constant() -> None:
    for name in ("floor", "ceil", "trunc"):
        constant(f"y = math.{name}(x)", kind=sk.scalar("int"))
    for name in ("isfinite", "isinf", "isnan"):
        constant(f"y = math.{name}(x)", kind=sk.scalar("bool"))
    constant("z = math.isclose(x, y, rel_tol=1e-09, abs_tol=0.0)", kind=sk.scalar("bool"))
    for name in ("factorial", "isqrt"):
        constant(f"y = math.{name}(n)", kind=sk.scalar("int"))
    constant("z = math.comb(n, k)", kind=sk.scalar("int"))
    constant("z = math.perm(n, k=None)", kind=sk.scalar("int"))
    for name in ("gcd", "lcm"):
        constant(f"z = math.{name}(m, n)", kind=sk.scalar("int"))
    constant("y = math.ulp(x)", kind=sk.real_scalar)


def hypot(count: int) -> None:
    """math.hypot of `count` numbers; 0 at the origin."""
    operands = [f"x{i}" for i in range(1, count + 1)]
    columns = [f"{operand} / z if z != 0 else 0.0" for operand in operands]
    _math(f"z = math.hypot({', '.join(operands)})", *columns)
