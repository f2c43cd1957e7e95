"""Kind rules of reductions, running sums, order and counting."""

from __future__ import annotations

from adcompile.rules.shape_kinds import (
    Atoms,
    Kinds,
    array,
    as_array,
    dims_of,
    dtype_class,
    floating,
    literal,
    promoted,
    size_dim,
    unknown,
    with_dtype,
)
from adcompile.rules.table import KindRule, RuleError
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

# Reductions


def normal_axes(axis: object, rank: int) -> tuple[int, ...]:
    """Axis numbers, not negative and in order; None means all."""
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted({a % rank if rank else 0 for a in given if isinstance(a, int)}))


def reduced(
    axis_at: int,
    keepdims_at: int | None = None,
    dtype: str | None = None,
    *,
    dtype_at: int | None = None,
    floats: bool = False,
    keep_bool: bool = False,
) -> KindRule:
    """Of a reduction; `dtype` overrides the operand's, `floats` makes integers floats."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        result = dtype or k.dtype_of(kind)
        if dtype is None and result == "bool" and not (floats or keep_bool):
            result = "int"
        result = floating(result) if floats else result
        if dtype_at is not None:
            result = dtype_class(kinds[dtype_at], atoms[dtype_at], result)
        keepdims = False if keepdims_at is None else literal(atoms[keepdims_at])
        return reduced_kind(kind, result, (kinds[axis_at], atoms[axis_at]), keepdims)

    return rule


def reduced_kind(
    kind: k.Kind, dtype: str | None, along: tuple[k.Kind, Atom], keepdims: object
) -> k.Kind:
    """Of a reduction along an axis, given by its kind and what it is."""
    dims, (given, axis) = dims_of(kind), along
    if axis == Lit(None) and keepdims is False:
        return k.number(dtype, True)
    if dims is None or keepdims == "unknown":
        return k.Any_(dtype)
    if not isinstance(axis, Lit):
        if not isinstance(given, k.Scalar) and not keepdims:  # how many axes is not known
            return k.Any_(dtype)
        return array(dtype, unknown(len(dims) if keepdims else len(dims) - 1))
    gone = normal_axes(axis.value, len(dims))
    if keepdims:
        return array(dtype, tuple(k.ONE if i in gone else dim for i, dim in enumerate(dims)))
    return array(dtype, tuple(dim for i, dim in enumerate(dims) if i not in gone))


def scanned(axis_at: int, *, floats: bool = False) -> KindRule:
    """Of np.cumsum and its like: the operand's shape, flat where axis is None."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        dtype = "int" if k.dtype_of(kind) == "bool" and not floats else k.dtype_of(kind)
        if atoms[axis_at] == Lit(None):
            return k.Array(dtype, (size_dim(dims_of(kind)),))
        return with_dtype(kind, dtype)

    return rule


# Order and counting


def ordered(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.argsort(x, axis): an array, whatever x is."""
    kind = with_dtype(scanned(1)(kinds, atoms), "int")
    return k.Array("int", None) if isinstance(kind, k.Any_) else kind


def differences(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.diff(x, n, axis)."""
    kind = as_array(kinds[0])
    dims, times, axis = dims_of(kind), literal(atoms[3]), literal(atoms[4])
    dtype = promoted([kind for kind in kinds[:3] if kind != k.NONE])
    if not dims or not isinstance(times, int) or not isinstance(axis, int):
        return k.Array(dtype, None)
    shorter = list(dims)
    ends = [
        0 if atom == Lit(None) else 1 if dims_of(kind) == () else None
        for kind, atom in zip(kinds[1:3], atoms[1:3])
    ]
    shorter[axis] = k.Dim(object())
    if None not in ends:
        shorter[axis] = k.longer(dims[axis], sum(e or 0 for e in ends) - times)
    return k.Array(dtype, tuple(shorter))


def averaged(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.average(x, weights, axis)."""
    dtype = floating(promoted([kind for kind in kinds[:2] if kind != k.NONE]))
    return reduced_kind(as_array(kinds[0]), dtype, (kinds[2], atoms[2]), False)


def one_quantile(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.quantile(x, q, axis, keepdims) with one number q."""
    if not isinstance(kinds[1], k.Scalar):
        raise RuleError("several quantiles at once have no derivative: take one at a time")
    return reduced(2, 3, floats=True)(kinds, atoms)


def quadrature(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.trapezoid(y, x, dx, axis)."""
    dtype = floating(promoted([kind for kind in kinds[:2] if kind != k.NONE]))
    return reduced_kind(as_array(kinds[0]), dtype, (kinds[3], atoms[3]), False)


def shortened(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.polyder(p): one element less, never float32."""
    dim, dtype = size_dim(dims_of(kinds[0])), k.dtype_of(as_array(kinds[0]))
    return k.Array("float" if dtype == "float32" else dtype, (k.longer(dim, -1),))


def flat_differences(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dim = size_dim(dims_of(kinds[0]))
    return k.Array(k.dtype_of(as_array(kinds[0])), (k.longer(dim, -1),))


def searched(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return with_dtype(as_array(kinds[1]), "int")


def place(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.INT


def nonzero(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.nonzero(x): one array of indices an axis, all of one length."""
    dims, dim = dims_of(kinds[0]), k.Dim(object())
    if dims is None:
        return k.List(k.Array("int", (dim,)))
    return k.Tuple((k.Array("int", (dim,)),) * len(dims))


def argwhere(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims = dims_of(kinds[0])
    return k.Array(
        "int", (k.Dim(object()), k.Dim(object()) if dims is None else k.Dim(None, len(dims)))
    )


def flatnonzero(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array("int", unknown(1))


def bincount(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array("int" if atoms[1] == Lit(None) else "float", unknown(1))
