"""Objects of libraries that compute in a way of their own: sparse matrices, masked arrays.

    S = scipy.sparse.diags([2.0, 3.0], 0)       S = outside scipy.sparse.diags([2.0, 3.0], 0)
    y = S * x                                   y = outside S * x      a product of matrices

What their operators and functions of them mean is theirs, so they are kept like calls without a
rule: data where they are given data, and refused where a derivative would flow through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import memory, misuse, operations, outside
from adcompile.frontend.own_kinds import KINDS, MASKED, MATRIX, SIGNS, SPARSE
from adcompile.frontend.values import Num, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MODULES = {"scipy.sparse.": SPARSE, "numpy.ma.": MASKED, "numpy.matlib.": MATRIX}
FUNCTIONS = dict.fromkeys(("numpy.matrix", "numpy.asmatrix", "numpy.bmat", "numpy.mat"), MATRIX)
OTHERS = ("scipy.sparse.linalg.", "scipy.sparse.csgraph.", "scipy.sparse.find", "scipy.sparse.is",
          "numpy.ma.is", "numpy.ma.getmask", "numpy.ma.getdata", "numpy.ma.filled",
          "numpy.ma.compressed", "numpy.ma.count")  # fmt: skip
"""What stands in the same modules and gives arrays, numbers or bools."""
ARRAYS = (
    "toarray", "data", "indices", "indptr", "row", "col", "A", "A1", "getA", "getA1", "filled",
    "compressed", "mask", "tolist", "item", "shape", "size", "ndim", "nnz", "dtype", "count",
    "getnnz", "nonzero",
)  # fmt: skip
"""Methods, attributes and functions that give arrays and numbers; others give an object again."""
REDUCED = ("sum", "mean", "max", "min", "prod", "std", "var", "trace", "any", "all", "ptp")
"""What gives one number, given nothing but the object."""
PLAIN = ("numpy.asarray", "numpy.array", "numpy.ascontiguousarray", "numpy.shape", "numpy.size",
         "numpy.ndim", "builtins.len", "builtins.float", "builtins.int",
         "builtins.bool")  # fmt: skip
UNARY = {"neg": "-", "pos": "+", "invert": "~", "not_": "not "}


def made_by(op: str) -> k.Opaque | None:
    """The kind of what a function of a library makes, where that computes in a way of its own."""
    if op.startswith(OTHERS):
        return None
    found = (kind for start, kind in MODULES.items() if op.startswith(start))
    return FUNCTIONS.get(op) or next(found, None)


def is_own(low: Lowerer, value: Value) -> bool:
    """Is this an object that computes in a way of its own?"""
    return isinstance(value, Num) and low.build.kind(value.atom) in KINDS


def operation(
    low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """An operator or a function of such objects, kept; None where there is none among them."""
    if not any(is_own(low, value) for value in (*args, *keywords.values())):
        return None
    name = op.removeprefix("operator.")
    if name in SIGNS:
        return _kept(low, f"(_0_ {SIGNS[name]} _1_)", args, _of_operator(low, name, args), hint)
    if name in UNARY:
        return _kept(low, f"({UNARY[name]}_0_)", args, _first(low, args), hint)
    made = outside.call(low, op, args, keywords, hint)
    alone = len(args) == 1 and not keywords and op.rpartition(".")[2] in REDUCED
    return made if op in PLAIN or alone else _as(low, made, _first(low, args))


def member(low: Lowerer, base: Atom, name: str, plain: bool, made: Value) -> Value:
    """What a method or an attribute of such an object gives, `plain` if asked for nothing else."""
    kind = low.build.kind(base)
    if kind not in KINDS or name in ARRAYS or (plain and name in REDUCED):
        return made
    return _as(low, made, kind)


def item(low: Lowerer, base: Value, index: Value, hint: str) -> Value | None:
    """base[index], kept; None where this is no such object."""
    if not is_own(low, base):
        return None
    kind = _first(low, [base])
    is_entry = isinstance(index, Struct) and len(index.items) == 2 and not any(
        isinstance(low.build.kind(operations.operand(low, part)), k.Slice) for part in index.items
    )  # fmt: skip
    is_number = is_entry and kind != MASKED
    return _kept(low, "_0_[_1_]", [base, index], None if is_number else kind, hint)


def store(low: Lowerer, base: Value, index: Value, value: Value) -> bool:
    """base[index] = value, kept; False where this is no such object."""
    if not is_own(low, base):
        return False
    assert isinstance(base, Num)
    outside.method(low, base.atom, "__setitem__", [index, value], {}, "")
    return True


def check_in_place(low: Lowerer, *operands: Value) -> None:
    """Refuse += and the like, which change some of these objects, and name others anew."""
    for value in operands:
        if is_own(low, value):
            assert isinstance(value, Num)
            kind = low.build.kind(value.atom)
            assert isinstance(kind, k.Opaque)
            raise low.rejection(
                None, f"whether this changes a {kind.what} in place is not known; write it as "
                "x = x + ..., or make an array of it: np.asarray(...), .toarray()", "ADC416",
            )  # fmt: skip


def _first(low: Lowerer, values: list[Value]) -> k.Kind:
    return next(low.build.kind(v.atom) for v in values if isinstance(v, Num) and is_own(low, v))


def _of_operator(low: Lowerer, name: str, args: list[Value]) -> k.Kind | None:
    """The kind of the result; None for a sparse matrix times an array, which is an array."""
    for value, other in zip(args, reversed(args)):
        dims = getattr(misuse.kind_of(low, other), "dims", None)
        sparse = is_own(low, value) and _first(low, [value]) == SPARSE
        if sparse and name in ("mul", "matmul") and (dims or (name == "matmul" and dims != ())):
            return None if not is_own(low, other) else SPARSE
    return _first(low, args)


def _kept(
    low: Lowerer, text: str, args: list[Value], kind: k.Kind | None, hint: str
) -> Value:
    atoms = [operations.operand(low, value) for value in args]
    result = low.build.apply("mem.outside", Lit(text), *atoms, name=hint)
    low.outside_calls[result] = "an operator of a library"
    if kind is None:
        return memory.wrap(low, result, hint, contiguous=False)
    low.build.kinds[result] = kind
    return Num(result)


def _as(low: Lowerer, made: Value, kind: k.Kind) -> Value:
    atom = memory.atom_of(low, made)
    assert isinstance(atom, Var)
    low.build.kinds[atom] = kind
    return Num(atom)
