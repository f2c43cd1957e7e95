"""Complex numbers: the module cmath, the columns that differ, and which rows hold for them.

    df = real(x_bar * x_dot)

is what a real f of complex x changes by: x_bar is df/dx_re - 1j * df/dx_im, as in jax.grad.  With
it the column of a holomorphic function is its derivative, and a transpose has no conjugate.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcompile.rules import shape_kinds as sk
from adcompile.rules import table
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names, angle
from adcompile.rules.table import Row, constant, general, linear, pointwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

POSITIVE = (0.5, 2.0)
UNIT = (-0.9, 0.9)

# Rows that are neither linear nor bilinear, and hold for complex operands.
HOLD = frozenset(
    [f"operator.{name}" for name in ("add", "sub", "mul", "truediv", "pow")]
    + ["builtins.abs", "builtins.pow", "math.prod"]
    + [
        f"scipy.special.{name}"
        for name in ("erf", "erfc", "erfcx", "erfi", "dawsn", "wofz", "gamma", "loggamma")
    ]
    + [
        f"numpy.linalg.{name}"
        for name in (
            "inv", "solve", "det", "slogdet", "matrix_power", "multi_dot", "norm", "vector_norm",
            "pinv", "cholesky", "eigh", "eigvalsh", "svd", "svdvals", "qr", "eigvals", "eig",
        )
    ]
)
NUMPYS = frozenset(
    [
        "add", "subtract", "multiply", "divide", "true_divide", "reciprocal", "power", "pow",
        "float_power", "square", "sqrt", "sin", "cos", "tan", "arcsin", "asin", "arccos", "acos",
        "arctan", "atan", "sinh", "cosh", "tanh", "arcsinh", "asinh", "arccosh", "acosh",
        "arctanh", "atanh", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "abs",
        "absolute", "angle", "prod", "cumprod", "average", "trapezoid", "polyval",
        "multiply.reduce", "pad", "roots",
    ]
)  # fmt: skip
# Rows that are linear, but whose columns have no conjugate where one is needed.
FAIL = frozenset(["numpy.convolve", "numpy.correlate"])


def check(row: Row, operand: Atom, build: Builder) -> None:
    """Refuse a row that is known for real operands only, where this one is complex."""
    if k.dtype_of(build.kind(operand)) != "complex" or row.op in HOLD:
        return
    if row.op.removeprefix("numpy.") in NUMPYS:
        return
    if row.op.startswith(("cmath.", "numpy.fft.")) or row in table.users_rows():
        return
    if row.op in FAIL or row.form not in ("linear", "bilinear"):
        name = row.op.removeprefix("builtins.").replace("numpy.", "np.")
        raise table.RuleError(
            f"the derivative of {name} is known for real operands only, and this one is complex; "
            "write it with the real and imaginary parts"
        )


# Rows that ask whether an operand is complex: what they do for real ones is wrong for those.
ASK = frozenset(
    ["builtins.abs", "operator.pow", "builtins.pow", "numpy.linalg.norm"]
    + ["numpy.linalg.vector_norm", "numpy.vdot", "numpy.linalg.vecdot", "numpy.vecdot"]
    + [f"numpy.{name}" for name in ("abs", "absolute", "angle", "imag", "power", "pow")]
    + ["numpy.float_power"]
)


def is_for_reals(row: Row, args: Sequence[Atom]) -> bool:
    """Is the derivative that this row has for real numbers not the one for complex numbers?"""
    if row.op.rpartition(".")[2] in ("pow", "power", "float_power") and isinstance(args[1], Lit):
        return False
    holds = row.op in HOLD or row.op.removeprefix("numpy.") in NUMPYS
    if row.op.startswith("cmath.") or row in table.users_rows() or row.form == "constant":
        return False
    if row.op in ASK or row.op in FAIL or row.op.startswith("numpy.fft."):
        return True
    return not holds and row.form not in ("linear", "bilinear")


def add_rows() -> None:
    linear("y = complex(x)", "y_bar", kind=sk.scalar("complex"))
    linear("z = complex(x, y)", "z_bar", "1j * z_bar", kind=sk.scalar("complex"))
    _functions()
    _polar()
    for name in ("isnan", "isinf", "isfinite"):
        constant(f"y = cmath.{name}(x)", kind=sk.scalar("bool"))


def _functions() -> None:
    for name, column, domain in (
        ("exp", "y", None),
        ("log", "1 / x", POSITIVE),
        ("log10", "0.4342944819032518 / x", POSITIVE),
        ("sqrt", "0.5 / y", POSITIVE),
        ("sin", "cmath.cos(x)", None),
        ("cos", "-cmath.sin(x)", None),
        ("tan", "1 + y * y", UNIT),
        ("asin", "1 / cmath.sqrt((1 - x) * (1 + x))", UNIT),
        ("acos", "-1 / cmath.sqrt((1 - x) * (1 + x))", UNIT),
        ("atan", "1 / (1 + x * x)", None),
        ("sinh", "cmath.cosh(x)", None),
        ("cosh", "cmath.sinh(x)", None),
        ("tanh", "1 - y * y", None),
        ("asinh", "1 / cmath.sqrt(1 + x * x)", None),
        ("acosh", "1 / (cmath.sqrt(x - 1) * cmath.sqrt(x + 1))", (1.5, 3.0)),
        ("atanh", "1 / ((1 - x) * (1 + x))", UNIT),
    ):
        pointwise(f"y = cmath.{name}(x)", column, domain=domain, kind=sk.scalar("complex"))


def _polar() -> None:
    pointwise("y = cmath.phase(x)", angle, kind=sk.scalar("float"))
    pointwise("z = cmath.rect(r, phi)", "cmath.rect(1.0, phi)", "1j * z", kind=sk.scalar("complex"))
    general(
        "y = cmath.polar(x)",
        (
            "(np.real(np.conj(x) / y[0] * x_dot), np.real(-1j / x * x_dot))",
            "y_bar[0] * (np.conj(x) / y[0]) + y_bar[1] * (-1j / x)",
        ),
        kind=sk.tuple_of("float", "float"),
        domain=POSITIVE,
    )


def is_complex(build: Builder, names: Names, *operands: str) -> bool:
    """Is one of these operands complex?"""
    return any(k.dtype_of(build.kind(names[name])) == "complex" for name in operands)


def either(real: str, complex_: str, operand: str = "x") -> CallableColumn:
    """A column that reads otherwise where the operand is complex."""

    def column(build: Builder, names: Names) -> Atom:
        return evaluate(complex_ if is_complex(build, names, operand) else real, names, build)

    return column
