"""Attributes of arrays that can be assigned: what is written is elements.

    z.real = v   =>   z[...] = v + 1j * z.imag          y.flat = v   =>   y.flat[:] = v
    x.real = v   =>   x[...] = v, where x is real
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import assignment, memory, misuse, operations, operators, subscripts
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
    if k.dtype_of(low.build.kind(memory.atom_of(low, value))) in (None, "complex"):
        value = operations.apply(low, "numpy.real", [value], {})
    if kind.dtype != "complex":
        if name == "imag":
            misuse.raised(low, "TypeError", "array does not have imaginary part to set")
        assignment.store(low, array, EVERYTHING, value, node)
        return name == "real"
    parts = {name: value, OTHER[name]: subscripts.attribute(low, array, OTHER[name])}
    turned = operators.binary(low, ast.Mult(), Num(Lit(1j)), parts["imag"])
    whole = operators.binary(low, ast.Add(), parts["real"], turned)
    assignment.store(low, array, EVERYTHING, whole, node)
    return True
