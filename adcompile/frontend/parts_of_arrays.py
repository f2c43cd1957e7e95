"""Attributes of arrays that can be assigned: what is written is elements.

    z.real = v   =>   z[...] = v + 1j * z.imag          y.flat = v   =>   y.flat[:] = v
    x.real = v   =>   x[...] = v, where x is real        z.imag[i] += v  =>  z[i] = z[i] + 1j * v
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import (
    assignment,
    expressions,
    liveness,
    memory,
    misuse,
    operations,
    operators,
    subscripts,
)
from adcompile.frontend.values import Num, Ref, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OTHER = {"real": "imag", "imag": "real"}
EVERYTHING, ALL = Num(Lit(...)), Num(Lit(slice(None)))


def store(low: Lowerer, array: Value, name: str, value: Value, node: ast.AST | None) -> bool:
    """Assign such an attribute; False where this is none."""
    if not isinstance(array, Ref) or node is None:
        return False
    kind = low.build.kind(memory.atom_of(low, array))
    if not isinstance(kind, k.Array):
        return False
    if name == "flat":
        dims = getattr(low.build.kind(memory.atom_of(low, value)), "dims", ())
        if dims is None or len(dims) > 1:
            value = operations.apply(low, "numpy.ravel", [value], {})
        assignment.store(low, subscripts.attribute(low, array, name), ALL, value, node)
        return True
    if name not in OTHER or kind.dtype is None:
        return False
    value = _real(low, value)
    if kind.dtype != "complex":
        if name == "imag":
            misuse.raised(low, "TypeError", "array does not have imaginary part to set")
        assignment.store(low, array, EVERYTHING, value, node)
        return name == "real"
    other = subscripts.attribute(low, array, OTHER[name])
    assignment.store(low, array, EVERYTHING, _whole(low, name, value, other), node)
    return True


def store_item(
    low: Lowerer, part: ast.expr, index: ast.expr, value: Value | ast.AugAssign, node: ast.expr
) -> bool:
    """z.real[index] = value, or += and the like; False where `part` is no part of an array."""
    if not _is_part(low, part):
        return False
    assert isinstance(part, ast.Attribute)
    array, place = subscripts.base_and_index(low, part.value, index)
    item = subscripts.subscript(low, array, place)
    of_item = {name: operations.apply(low, f"numpy.{name}", [item], {}) for name in OTHER}
    if isinstance(value, ast.AugAssign):
        more = expressions.lower(low, value.value)
        value = operators.binary(low, value.op, of_item[part.attr], more)
    whole = _whole(low, part.attr, _real(low, value), of_item[OTHER[part.attr]])
    assignment.store(low, array, place, whole, node)
    return True


def augmented(low: Lowerer, node: ast.AugAssign) -> bool:
    """z.real += v, or z.real[i] += v; False where this is something else."""
    match node.target:
        case ast.Subscript(value=part, slice=index):
            return store_item(low, part, index, node, node.target)
        case ast.Attribute(value=base, attr=name) if _is_part(low, node.target):
            array = expressions.lower(low, base)
            old, more = subscripts.attribute(low, array, name), expressions.lower(low, node.value)
            return store(low, array, name, operators.binary(low, node.op, old, more), node.target)
    return False


def _is_part(low: Lowerer, node: ast.expr) -> bool:
    """Is this z.real or z.imag, of a complex array?"""
    if not isinstance(node, ast.Attribute) or node.attr not in OTHER:
        return False
    if liveness.contains([node], ast.Call, ast.NamedExpr):
        return False
    array = expressions.lower(low, node.value)
    kind = low.build.kind(memory.atom_of(low, array)) if isinstance(array, Ref) else None
    return isinstance(kind, k.Array) and kind.dtype == "complex"


def _real(low: Lowerer, value: Value) -> Value:
    if k.dtype_of(low.build.kind(memory.atom_of(low, value))) in (None, "complex"):
        return operations.apply(low, "numpy.real", [value], {})
    return value


def _whole(low: Lowerer, name: str, value: Value, other: Value) -> Value:
    """The complex numbers of which these are the part of this name, and the other one."""
    parts = {name: value, OTHER[name]: other}
    turned = operators.binary(low, ast.Mult(), Num(Lit(1j)), parts["imag"])
    return operators.binary(low, ast.Add(), parts["real"], turned)
