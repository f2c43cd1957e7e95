"""The operators of Python."""

from __future__ import annotations

from adcompile.rules import kinks
from adcompile.rules import product_kinds as pk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.products import matmul_x, matmul_y
from adcompile.rules.table import bilinear, constant, linear, pointwise

POSITIVE = (0.5, 2.0)


def add_rows() -> None:
    pointwise("z = x + y", "1", "1", kind=sk.shifted(1))
    pointwise("z = x - y", "1", "-1", kind=sk.shifted(-1))
    pointwise("z = x * y", "y", "x", kind=sk.arithmetic)
    pointwise("z = x / y", "1 / y", "-z / y", domain=POSITIVE)
    pointwise(
        "z = x ** y",
        kinks.power_base,
        kinks.power_exponent("np.log"),
        scalar=(kinks.power_base, kinks.power_exponent("math.log")),
        domain=POSITIVE,
        kind=sk.power,
    )
    pointwise("z = x % y", "1", "-(x // y)", domain=((2.1, 2.9), (1.1, 1.9)), kind=sk.arithmetic)
    constant("z = x // y", kind=sk.arithmetic, domain=POSITIVE)
    bilinear("z = x @ y", matmul_x, matmul_y, kind=pk.matmul)
    linear("y = -x", "-y_bar", kind=sk.negated)
    linear("y = +x", "y_bar", kind=sk.negated)
    for comparison in ("<", "<=", ">", ">=", "==", "!="):
        constant(f"z = x {comparison} y", kind=sk.comparison)
    for test in ("is", "is not", "in", "not in"):
        constant(f"z = x {test} y", kind=sk.scalar("bool"))
    constant("y = not x", kind=sk.scalar("bool"))
    constant("y = ~x", kind=sk.negated)
    for bits in ("&", "|", "^"):
        constant(f"z = x {bits} y", kind=sk.bits)
    constant("z = x << y", kind=sk.arithmetic)
    constant("z = x >> y", kind=sk.arithmetic)
