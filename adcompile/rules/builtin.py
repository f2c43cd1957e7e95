"""The functions of Python itself."""

from __future__ import annotations

from adcompile.rules import joined_kinds as jk
from adcompile.rules import kinks
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import elements, like, repeated
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.table import constant, family, function, general, linear, pointwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

POSITIVE = (0.5, 2.0)


def add_rows() -> None:
    pointwise(
        "y = abs(x)",
        kinks.absolute("np.sign(x)"),
        scalar=(kinks.absolute(kinks.SIGN),),
        kind=sk.magnitude,
    )
    pointwise(
        "z = pow(x, y)",
        kinks.power_base,
        kinks.power_exponent("np.log"),
        scalar=(kinks.power_base, kinks.power_exponent("math.log")),
        domain=POSITIVE,
        kind=sk.power,
    )
    for name in ("max", "min"):
        general(f"y = {name}(x)", extreme(), kind=jk.item)
        for count in (2, 3):
            add_extreme(name, count)
    family("builtins.max", lambda count: add_extreme("max", count))
    family("builtins.min", lambda count: add_extreme("min", count))
    linear("y = sum(x)", repeated, kind=jk.total)
    linear("y = sum(x, start)", repeated, "y_bar", kind=jk.total)
    linear("y = float(x)", back_from_float, kind=sk.scalar("float"))
    linear("y = list(x)", back_from_list, kind=jk.listed)
    for name in ("any", "all"):
        constant(f"y = {name}(x)", kind=sk.scalar("bool"))
    for name, dtype in (("len", "int"), ("int", "int"), ("bool", "bool")):
        constant(f"y = {name}(x)", kind=sk.count if name == "len" else sk.scalar(dtype))
    constant("y = ord(x)", kind=sk.scalar("int"))
    constant("y = round(x, ndigits=None)", kind=jk.rounded)
    function(
        "z = divmod(x, y)",
        tangent=divmod_tangent,
        adjoint=divmod_adjoint,
        kind=jk.quotient,
        domain=((2.1, 2.9), (1.1, 1.9)),
    )


def add_extreme(name: str, count: int) -> None:
    """max or min of several numbers: all to the first winner, which is what Python returns.

    nan beats nothing, and nothing beats nan.
    """
    operands = [f"x{i}" for i in range(1, count + 1)] if count != 2 else ["x", "y"]
    loses = "<" if name == "max" else ">"
    columns = []
    for i, mine in enumerate(operands):
        best = operands[0] if i == 1 else f"{name}({', '.join(operands[:i])})"
        tests = [f"({best} {loses} {mine})"] if i else []
        tests += [f"(not {mine} {loses} {other})" for other in operands[i + 1 :]]
        columns.append(" & ".join(tests))
    pointwise(f"z = {name}({', '.join(operands)})", *columns, kind=sk.arithmetic)


def extreme() -> tuple[CallableColumn, CallableColumn]:
    """max or min of a list or array: the first of the winners; nan only where it comes first."""

    def place_in(build: Builder, names: Names) -> str:
        array = isinstance(build.kind(names["x"]), k.Array)
        return f"np.argmax(np.equal({'x' if array else 'np.asarray(x)'}, y))"

    def adjoint(build: Builder, names: Names) -> Atom:
        place = place_in(build, names)
        if isinstance(build.kind(names["x"]), k.Tuple):
            at = evaluate(place, names, build)
            items = range(len(elements(build, names["x"]) or ()))
            return build.apply(
                "mem.tuple",
                *[evaluate(f"(at == {i}) * y_bar", {**names, "at": at}, build) for i in items],
            )
        return evaluate(f"mem.write(mem.zeros_like(x), y_bar, {place})", names, build)

    def tangent(build: Builder, names: Names) -> Atom:
        kind, place = build.kind(names["x"]), place_in(build, names)
        if isinstance(kind, k.Tuple):
            scope = {**names, "at": evaluate(place, names, build)}
            last = len(kind.items) - 1
            sides = [f"x_dot[{i}] if at == {i} else " for i in range(last)]
            return evaluate("".join(sides) + f"x_dot[{last}]", scope, build)
        return evaluate(f"x_dot[{place}]", names, build)

    return tangent, adjoint


def back_from_float(build: Builder, names: Names) -> Atom:
    if k.is_scalar(build.kind(names["x"])):
        return names["y_bar"]
    return evaluate("np.full(np.shape(x), y_bar)", names, build)


def back_from_list(build: Builder, names: Names) -> Atom:
    kind = build.kind(names["x"])
    if isinstance(kind, k.List):
        return names["y_bar"]
    if isinstance(kind, k.Tuple):
        return build.apply(
            "mem.tuple",
            *[build.apply("mem.getitem", names["y_bar"], Lit(i)) for i in range(len(kind.items))],
        )
    return like(build, names["x"], evaluate("np.asarray(y_bar)", names, build))


def divmod_tangent(x, y, x_dot, y_dot):  # type: ignore[no-untyped-def]
    return 0.0, x_dot - x // y * y_dot


def divmod_adjoint(x, y, z, z_bar):  # type: ignore[no-untyped-def]
    return z_bar[1], -z[0] * z_bar[1]
