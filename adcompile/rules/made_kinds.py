"""Kind rules of constructors."""

from __future__ import annotations

from adcompile.rules.memory import length
from adcompile.rules.shape_kinds import (
    Atoms,
    Kinds,
    as_array,
    dims_of,
    dtype_class,
    given_dims,
    literal,
    size_dim,
    with_dtype,
)
from adcompile.rules.table import KindRule, RuleError
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

# Constructors


def retyped_to(dtype: str | None) -> KindRule:
    """The operand as an array, of this dtype if given."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        return kind if dtype is None else with_dtype(kind, dtype)

    return rule


def eye(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.eye(N, M, k, dtype)."""
    rows = length(kinds[0], atoms[0])
    columns = rows if atoms[1] == Lit(None) else length(kinds[1], atoms[1])
    return k.Array(dtype_class(kinds[3], atoms[3], "float"), (rows, columns))


def identity(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array(dtype_class(kinds[1], atoms[1], "float"), (length(kinds[0], atoms[0]),) * 2)


def arange(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.arange(start, stop, step, dtype): the length of range(n) is n; of float32, float64."""
    ends = kinds[:1] if atoms[1] == Lit(None) else kinds[:3]
    counted = k.dtype_of(k.broadcast(list(ends)))
    dtype = dtype_class(kinds[3], atoms[3], "float" if counted == "float32" else counted)
    if counted == "int":
        if atoms[1] == Lit(None):
            return k.Array(dtype, (length(kinds[0], atoms[0]),))
        if atoms[0] == Lit(0) and atoms[2] == Lit(1):
            return k.Array(dtype, (length(kinds[1], atoms[1]),))
        if all(isinstance(atom, Lit) for atom in atoms[:3]):
            turns = range(*(atom.value for atom in atoms[:3] if isinstance(atom, Lit)))
            return k.Array(dtype, (k.Dim(None, len(turns)),))
    return k.Array(dtype, (k.Dim(("arange", *atoms[:3])),))


def grid(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linspace(start, stop, num, endpoint) of numbers."""
    if any(isinstance(kind, (k.List, k.Tuple)) or getattr(kind, "rank", 0) for kind in kinds[:2]):
        raise RuleError(
            "np.linspace and its like have a rule for numbers; write a + (b - a) * t[:, None], "
            "with t = np.linspace(0, 1, n)"
        )
    return k.Array("float", (length(kinds[2], atoms[2]),))


def meshgrid(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = size_dim(dims_of(kinds[0])), size_dim(dims_of(kinds[1]))
    dims = (y, x) if literal(atoms[2]) == "xy" else (x, y)
    return k.Tuple(tuple(k.Array(k.dtype_of(as_array(kind)), dims) for kind in kinds[:2]))


def open_mesh(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = size_dim(dims_of(kinds[0])), size_dim(dims_of(kinds[1]))
    return k.Tuple((k.Array("int", (x, k.ONE)), k.Array("int", (k.ONE, y))))


def indices(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims = given_dims(kinds[0], atoms[0])
    return k.Array("int", None if dims is None else (k.Dim(None, len(dims)), *dims))


def two_indices(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dim = k.Dim(("indices", *atoms))
    return k.Tuple((k.Array("int", (dim,)), k.Array("int", (dim,))))
