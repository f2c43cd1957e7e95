"""Which values compute in a way of their own, as sparse matrices, masked arrays and np.matrix do.

A masked array leaves elements out, * is a product of matrices for np.matrix, and a class of the
user's that is below np.ndarray, float or list may give operators and items any meaning.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from adcompile.trace import kinds as k

SPARSE = k.Opaque("sparse matrix")
MASKED = k.Opaque("masked array")
MATRIX = k.Opaque("np.matrix")
CLASSED = k.Opaque("array of a class of its own")
KINDS = (SPARSE, MASKED, MATRIX, CLASSED)

SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@", "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
}  # fmt: skip
OPERATORS = frozenset(
    [*(f"__{name.strip('_')}__" for name in SIGNS), "__neg__", "__pos__", "__array_ufunc__"]
)
ITEMS = frozenset(["__getitem__", "__iter__"])
ENOUGH = (np.memmap, np.recarray)  # they are arrays, and compute as arrays do
MAKING = frozenset(
    [
        "__new__", "__init__", "__repr__", "__str__", "__format__", "__hash__", "__reduce__",
        "__reduce_ex__", "__setstate__", "__copy__", "__deepcopy__", "__del__",
        "__array_finalize__", "__array_wrap__", "__array_prepare__", "__class_getitem__",
    ]
)  # fmt: skip
"""What a class may define without computing otherwise."""


def of_object(value: Any) -> k.Opaque | None:
    """The kind of a value that computes in a way of its own; None of arrays, numbers and lists."""
    cls = type(value)
    match value:
        case np.ma.MaskedArray():
            return MASKED
        case np.matrix():
            return MATRIX
        case np.ndarray():
            return CLASSED if _defines(cls, OPERATORS | vars(np.ndarray).keys()) else None
        case bool() | int() | float() | complex():
            return k.Opaque(cls.__name__) if _defines(cls, OPERATORS) else None
        case tuple() | list() | dict():
            return k.Opaque(cls.__name__) if _defines(cls, ITEMS) else None
    is_sparse = cls.__module__.startswith("scipy.sparse.") and hasattr(value, "toarray")
    return SPARSE if is_sparse else None


def _defines(cls: type, names: frozenset[str]) -> bool:
    """Does a class of the user's give these methods a meaning of its own?"""
    own = [base for base in cls.__mro__ if base not in ENOUGH and base.__module__ != "enum"]
    return any(
        isinstance(method, FunctionType) and name in names
        for base in own
        for name, method in vars(base).items()
        if name not in MAKING
    )
