"""Elementwise operations, as operations on numbers."""

from __future__ import annotations

from collections.abc import Sequence

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.nodes import CHEAP, DEAR, Element, passed
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Block, If, Lit

SAME = {
    "operator.add": "operator.add", "numpy.add": "operator.add", "operator.sub": "operator.sub",
    "numpy.subtract": "operator.sub", "operator.mul": "operator.mul",
    "numpy.multiply": "operator.mul", "operator.neg": "operator.neg",
    "numpy.negative": "operator.neg", "operator.lt": "operator.lt", "operator.le": "operator.le",
    "operator.gt": "operator.gt", "operator.ge": "operator.ge", "operator.eq": "operator.eq",
    "operator.ne": "operator.ne", "numpy.less": "operator.lt", "numpy.less_equal": "operator.le",
    "numpy.greater": "operator.gt", "numpy.greater_equal": "operator.ge",
    "numpy.equal": "operator.eq", "numpy.not_equal": "operator.ne",
    "numpy.logical_and": "numpy.logical_and", "numpy.logical_or": "numpy.logical_or",
    "numpy.logical_not": "numpy.logical_not", "operator.and_": "numpy.logical_and",
    "operator.or_": "numpy.logical_or", "operator.invert": "numpy.logical_not",
    "numpy.maximum": "numpy.maximum", "numpy.minimum": "numpy.minimum",
    "numpy.isnan": "numpy.isnan", "numpy.isfinite": "numpy.isfinite", "numpy.isinf": "numpy.isinf",
    "numpy.abs": "numpy.abs", "numpy.absolute": "numpy.absolute", "builtins.abs": "builtins.abs",
    "numpy.sign": "numpy.sign", "numpy.floor": "numpy.floor", "numpy.ceil": "numpy.ceil",
    "numpy.trunc": "numpy.trunc",
}  # fmt: skip
COSTLY = {
    "operator.truediv": "operator.truediv", "numpy.divide": "operator.truediv",
    "numpy.true_divide": "operator.truediv",
} | {
    f"numpy.{name}": f"numpy.{name}"
    for name in (
        "sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan",
        "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
        "arctan2", "hypot", "logaddexp", "copysign",
    )
}  # fmt: skip
LOGICAL = ("numpy.logical_and", "numpy.logical_or", "numpy.logical_not")
ARITHMETIC = ("operator.add", "operator.sub", "operator.mul", "operator.neg")
POWERS = ("operator.pow", "numpy.power", "numpy.pow")


def element_of(
    op: str, args: Sequence[Atom], kinds: Sequence[k.Kind], dtype: str | None
) -> tuple[list[Atom], Element, int] | None:
    """The operands, the operation on their elements and its cost, of an elementwise operation."""
    dtypes = [k.dtype_of(kind) for kind in kinds]
    known = SAME.get(op) or COSTLY.get(op)
    if known is not None:
        if not all(d in ("bool", "int", "float") for d in dtypes) or dtype not in ("bool", "float"):
            return None
        if known in LOGICAL and (dtype != "bool" or set(dtypes) != {"bool"}):
            return None
        if known in ARITHMETIC and (dtype != "float" or set(dtypes) == {"bool"}):
            return None
        return list(args), _same(known), DEAR if op in COSTLY else CHEAP
    if dtype != "float":
        return None
    match op:
        case "numpy.square" if dtypes[0] == "float":
            return [args[0]], _square, CHEAP
        case "mem.copy" | "mem.same":
            return [args[0]], passed, CHEAP
        case "numpy.where" if len(args) == 3 and dtypes[0] == "bool" and _plain(dtypes[1:]):
            return list(args), _where, CHEAP
        case "numpy.clip" if len(args) == 3 and "float" in dtypes[:1] and _plain(dtypes):
            return list(args), _clip, CHEAP
    if op in POWERS:
        return _power(args, kinds)
    return None


def _plain(dtypes: Sequence[str | None]) -> bool:
    return all(d in ("int", "float") for d in dtypes)


def _same(op: str) -> Element:
    return lambda build, atoms: build.apply(op, *atoms)


def _square(build: Builder, atoms: Sequence[Atom]) -> Atom:
    return build.apply("operator.mul", atoms[0], atoms[0])


def choose(build: Builder, cond: Atom, first: Atom, second: Atom, kind: k.Kind) -> Atom:
    """first if cond else second."""
    out = build.var(kind)
    build.eqns.append(If((out,), cond, Block((), (first,)), Block((), (second,)), build.loc))
    return out


def _where(build: Builder, atoms: Sequence[Atom]) -> Atom:
    cond, *sides = (_as_float(atom) for atom in atoms)
    return choose(build, cond, sides[0], sides[1], k.number("float", True))


def _as_float(atom: Atom) -> Atom:
    """A number as the float that it becomes in an array of floats."""
    if isinstance(atom, Lit) and type(atom.value) is int:
        return Lit(float(atom.value))
    return atom


def _clip(build: Builder, atoms: Sequence[Atom]) -> Atom:
    low = build.apply("numpy.maximum", atoms[0], atoms[1])
    return build.apply("numpy.minimum", low, atoms[2])


def _power(args: Sequence[Atom], kinds: Sequence[k.Kind]) -> tuple[list[Atom], Element, int] | None:
    """A power; of the exponents that NumPy treats apart, as it does."""
    first, second = (k.dtype_of(kind) for kind in kinds)
    exponent = args[1].value if isinstance(args[1], Lit) else None
    if first == "float" and exponent == 2:
        return [args[0]], _square, CHEAP
    if first == "float" and exponent == 0.5:
        return [args[0]], _same("numpy.sqrt"), DEAR
    if first == "float" and exponent == -1:
        return [args[0]], lambda build, atoms: build.apply("operator.truediv", Lit(1.0), *atoms), 12
    if first in ("int", "float") and second in ("int", "float") and "float" in (first, second):
        return list(args), _same("operator.pow"), 2 * DEAR
    return None
