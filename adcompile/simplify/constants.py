"""Operations on literals, computed when compiling where the result is the same bit for bit.

add(2, 3)             5
sub(2.0, 1)           1.0
builtins.len((1, 2))  2
truediv(1.0, 0)       left alone: it raises when the program runs
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from adcompile.trace.ir import UNDEFINED, Lit

LARGEST = 2**63
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "operator.add": operator.add, "operator.sub": operator.sub, "operator.mul": operator.mul,
    "operator.truediv": operator.truediv, "operator.floordiv": operator.floordiv,
    "operator.mod": operator.mod, "operator.neg": operator.neg, "operator.pos": operator.pos,
    "operator.lt": operator.lt, "operator.le": operator.le, "operator.gt": operator.gt,
    "operator.ge": operator.ge, "builtins.abs": abs,
    "builtins.float": float, "builtins.int": int,
}  # fmt: skip
LOGIC: dict[str, Callable[..., Any]] = {
    "operator.eq": operator.eq, "operator.ne": operator.ne, "operator.not_": operator.not_,
    "builtins.bool": bool,
}  # fmt: skip
IDENTITY: dict[str, Callable[..., Any]] = {
    "operator.is_": operator.is_,
    "operator.is_not": operator.is_not,
}


def evaluate(op: str, args: tuple[Any, ...]) -> Lit | None:
    """The literal op(*args), or None where it is not computed when compiling."""
    if any(arg is UNDEFINED for arg in args):
        return None
    if op in ARITHMETIC and all(isinstance(arg, (bool, int, float)) for arg in args):
        return _attempt(ARITHMETIC[op], args)
    if op == "operator.pow" and all(type(arg) is int for arg in args):
        base, exponent = args
        return Lit(base**exponent) if 0 <= exponent <= 64 and abs(base) <= 1000 else None
    if op in LOGIC and all(
        isinstance(arg, (bool, int, float, str, tuple, type(None))) for arg in args
    ):
        return _attempt(LOGIC[op], args)
    if op in IDENTITY and None in args:
        return Lit(IDENTITY[op](*args))
    if op == "builtins.len" and isinstance(args[0], (str, tuple)):
        return Lit(len(args[0]))
    if op == "mem.getitem":
        return _item(*args)
    return None


def _attempt(function: Callable[..., Any], args: tuple[Any, ...]) -> Lit | None:
    try:
        value = function(*args)
    except (ArithmeticError, ValueError, TypeError):
        return None
    if isinstance(value, bool):
        return Lit(value)
    return Lit(value) if math.isfinite(value) and abs(value) < LARGEST else None


def _item(box: Any, index: Any) -> Lit | None:
    if isinstance(box, (tuple, str)) and isinstance(index, int) and -len(box) <= index < len(box):
        return Lit(box[index])
    return None
