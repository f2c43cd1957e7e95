"""Elementwise operations, as operations on numbers."""

from __future__ import annotations

from collections.abc import Sequence

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.nodes import CHEAP, DEAR, FLOATS, NUMBERS, Element, passed
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
ASTYPE: dict[Atom, str] = {
    Lit("numpy.float32"): "numpy.float32", Lit("numpy.float64"): "builtins.float",
}  # fmt: skip
POWERS = ("operator.pow", "numpy.power", "numpy.pow")


def element_of(
    op: str, args: Sequence[Atom], kinds: Sequence[k.Kind], dtype: str | None
) -> tuple[list[Atom], Element, int] | None:
    """The operands, the operation on their elements and its cost, of an elementwise operation.

    Beside elements of float32 a number of Python's is one of float32, as NumPy has it.
    """
    found = _element_of(op, args, kinds, dtype)
    dtypes = [k.dtype_of(kind) for kind in kinds]
    if found is None or "float32" not in dtypes or dtype not in ("bool", "float32"):
        return found
    atoms, element, weight = found
    if len(atoms) != len(kinds) or op in POWERS:
        return found
    weak = tuple(
        isinstance(kind, k.Scalar) and kind.strong is False and kind.dtype in ("int", "float")
        for kind in kinds
    )
    return (atoms, _narrowed(element, weak), weight) if any(weak) else found


def _narrowed(element: Element, weak: Sequence[bool]) -> Element:
    def narrowed(build: Builder, atoms: Sequence[Atom]) -> Atom:
        given = [
            build.apply("numpy.float32", atom) if narrow else atom
            for atom, narrow in zip(atoms, weak, strict=True)
        ]
        return element(build, given)

    return narrowed


def _element_of(
    op: str, args: Sequence[Atom], kinds: Sequence[k.Kind], dtype: str | None
) -> tuple[list[Atom], Element, int] | None:
    dtypes = [k.dtype_of(kind) for kind in kinds]
    known = SAME.get(op) or COSTLY.get(op)
    if known is not None:
        if not all(d in NUMBERS for d in dtypes) or dtype not in ("bool", *FLOATS):
            return None
        if known in LOGICAL and (dtype != "bool" or set(dtypes) != {"bool"}):
            return None
        if known in ARITHMETIC and (dtype not in FLOATS or set(dtypes) == {"bool"}):
            return None
        return list(args), _same(known), DEAR if op in COSTLY else CHEAP
    if dtype not in FLOATS:
        return None
    match op:
        case "numpy.square" if dtypes[0] in FLOATS:
            return [args[0]], _square, CHEAP
        case "mem.copy" | "mem.same":
            return [args[0]], passed, CHEAP
        case "numpy.where" if len(args) == 3 and dtypes[0] == "bool" and _plain(dtypes[1:]):
            return list(args), _where(dtype), CHEAP
        case "numpy.clip" if len(args) == 3 and dtypes[0] in FLOATS and _plain(dtypes):
            return list(args), _clip, CHEAP
        case "numpy.astype" if len(args) == 2 and args[1] in ASTYPE and _plain(dtypes[:1]):
            return [args[0]], _same(ASTYPE[args[1]]), CHEAP
    if op in POWERS:
        return _power(args, kinds)
    return None


def _plain(dtypes: Sequence[str | None]) -> bool:
    return all(d in ("int", *FLOATS) for d in dtypes)


def _same(op: str) -> Element:
    return lambda build, atoms: build.apply(op, *atoms)


def _square(build: Builder, atoms: Sequence[Atom]) -> Atom:
    return build.apply("operator.mul", atoms[0], atoms[0])


def _inverse(dtype: str | None) -> Element:
    def inverse(build: Builder, atoms: Sequence[Atom]) -> Atom:
        one = build.apply("numpy.float32", Lit(1.0)) if dtype == "float32" else Lit(1.0)
        return build.apply("operator.truediv", one, *atoms)

    return inverse


def choose(build: Builder, cond: Atom, first: Atom, second: Atom, kind: k.Kind) -> Atom:
    """first if cond else second."""
    out = build.var(kind)
    build.eqns.append(If((out,), cond, Block((), (first,)), Block((), (second,)), build.loc))
    return out


def _where(dtype: str) -> Element:
    def where(build: Builder, atoms: Sequence[Atom]) -> Atom:
        cond, *sides = (_as_float(atom) for atom in atoms)
        return choose(build, cond, sides[0], sides[1], k.number(dtype, True))

    return where


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
    if first in FLOATS and exponent == 2:
        return [args[0]], _square, CHEAP
    if first in FLOATS and exponent == 0.5:
        return [args[0]], _same("numpy.sqrt"), DEAR
    if first in FLOATS and exponent == -1:
        return [args[0]], _inverse(first), DEAR
    if _plain((first, second)) and (first in FLOATS or second in FLOATS):
        return list(args), _same("operator.pow"), 2 * DEAR
    return None
