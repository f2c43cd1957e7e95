"""Kind rules of products, diagonals and numpy.linalg."""

from __future__ import annotations

from adcompile.rules.factor_kinds import factor, magnitudes, svdvals
from adcompile.rules.reduced_kinds import reduced
from adcompile.rules.shape_kinds import (
    Atoms,
    Dims,
    Kinds,
    array,
    as_array,
    dims_of,
    floating,
    item_of,
    literal,
    promoted,
    size_dim,
    unknown,
    with_dtype,
)
from adcompile.rules.table import KindRule
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

# Products


def matmul(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if not x or not y:
        return k.Any_(dtype)
    batch = k.broadcast_dims(x[:-2], y[:-2]) or ()
    rows = x[-2:-1]
    columns = y[-1:] if len(y) > 1 else ()
    return array(dtype, (*batch, *rows, *columns))


def dot(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None:
        return k.Any_(dtype)
    if not x or not y:
        return array(dtype, x + y)
    return array(dtype, (*x[:-1], *y[:-2], *(y[-1:] if len(y) > 1 else ())))


def inner(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None:
        return k.Any_(dtype)
    return array(dtype, x[:-1] + y[:-1] if x and y else x + y)


def outer(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array(promoted(kinds[:2]), (size_dim(dims_of(kinds[0])), size_dim(dims_of(kinds[1]))))


def vdot(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return array(promoted(kinds[:2]), ())


def tensordot(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None or not isinstance(atoms[2], Lit):
        return k.Any_(dtype)
    left, right = contracted(atoms[2].value, len(x), len(y))
    rest = [dim for i, dim in enumerate(x) if i not in left]
    return array(dtype, (*rest, *(dim for i, dim in enumerate(y) if i not in right)))


def contracted(axes: object, rank_x: int, rank_y: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of x and of y that tensordot(x, y, axes) sums over, in pairs."""
    if isinstance(axes, int):
        return tuple(range(rank_x - axes, rank_x)), tuple(range(axes))
    assert isinstance(axes, tuple)
    left, right = (side if isinstance(side, tuple) else (side,) for side in axes)
    return tuple(a % rank_x for a in left), tuple(a % rank_y for a in right)


def kron(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None:
        return k.Any_(dtype)
    rank = max(len(x), len(y))
    x, y = (k.ONE,) * (rank - len(x)) + x, (k.ONE,) * (rank - len(y)) + y
    lengths = [
        None if a.length is None or b.length is None else a.length * b.length for a, b in zip(x, y)
    ]
    return array(dtype, tuple(k.Dim(object()) if n is None else k.Dim(None, n) for n in lengths))


def cross(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.broadcast([as_array(kind) for kind in kinds[:2]])


# Diagonals


def trace(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    return k.Any_(dtype) if dims is None else array(dtype, dims[2:])


def diag(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    if dims is None:
        return k.Array(dtype, None)
    if len(dims) == 1:
        offset = atoms[1].value if isinstance(atoms[1], Lit) else None
        dim = k.Dim(object()) if offset is None else k.longer(dims[0], abs(offset))
        return k.Array(dtype, (dim, dim))
    return k.Array(dtype, (_diagonal_dim(dims, atoms[1]),))


def diagonal(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    if dims is None or len(dims) < 2:
        return k.Array(dtype, None)
    return k.Array(dtype, (*dims[2:], _diagonal_dim(dims[:2], atoms[1])))


def _diagonal_dim(dims: Dims, offset: Atom) -> k.Dim:
    if dims[0] == dims[1] and isinstance(offset, Lit):
        return k.longer(dims[0], -abs(offset.value))
    return k.Dim(("diagonal", dims, offset))


# Convolutions


def convolved(mode_at: int) -> KindRule:
    """Of np.convolve(a, v, mode)."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        dims, mode = (dims_of(kinds[0]), dims_of(kinds[1])), literal(atoms[mode_at])
        a, v = (dim[0].length if dim else None for dim in dims)
        dim = k.Dim(object())
        if a is not None and v is not None:
            lengths = {"full": a + v - 1, "same": max(a, v), "valid": max(a, v) - min(a, v) + 1}
            dim = k.Dim(None, lengths[str(mode)]) if mode in lengths else dim
        return k.Array(promoted(kinds[:2]), (dim,))

    return rule


def outer_of_all(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.add.outer and its like: all axes of x, then all of y."""
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    return (
        k.Any_(promoted(kinds[:2])) if x is None or y is None else array(promoted(kinds[:2]), x + y)
    )


def interpolated(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.interp(x, xp, fp)."""
    return with_dtype(as_array(kinds[0]), "float")


def evaluated(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.polyval(p, x)."""
    return with_dtype(as_array(kinds[1]), promoted(kinds[:2]))


def zeros(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.roots(p): they may be complex."""
    return k.Array("complex", (k.Dim(object()),))


# numpy.linalg


def chain(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.multi_dot(x): rows of the first, columns of the last."""
    items = kinds[0].items if isinstance(kinds[0], k.Tuple) else (item_of(kinds[0]) or k.ANY,)
    dims = [dims_of(item) for item in items]
    dtype = promoted([as_array(item) for item in items])
    if not isinstance(kinds[0], k.Tuple) and dims[0] is not None and len(dims[0]) == 2:
        return k.Array(dtype, unknown(2))
    if not isinstance(kinds[0], k.Tuple) or dims[0] is None or dims[-1] is None:
        return k.Any_(dtype)
    return array(dtype, (*dims[0][:-1], *dims[-1][1:]))


def power(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.matrix_power(x, n): integers stay integers, but for their inverses."""
    n = literal(atoms[1])
    if isinstance(n, int) and n >= 0:
        return with_dtype(kinds[0], k.dtype_of(as_array(kinds[0])))
    return factor(kinds, atoms)


def solved(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.solve(a, b)."""
    a, b = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = floating(promoted(kinds[:2]))
    if a is None or b is None:
        return k.Array(dtype, None)
    if len(b) == 1:
        return k.Array(dtype, a[:-1])
    return k.Array(dtype, (*(k.broadcast_dims(a[:-2], b[:-2]) or ()), *b[-2:]))


def determinant(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    return k.Any_(dtype) if dims is None else array(dtype, dims[:-2])


def slogdet(kinds: Kinds, atoms: Atoms) -> k.Kind:
    sign = determinant(kinds, atoms)
    return k.Tuple((sign, with_dtype(sign, magnitudes(kinds[0]))))


def eigvalsh(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), magnitudes(kinds[0])
    return k.Array(dtype, None if dims is None else dims[:-1])


def eigh(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Tuple((eigvalsh(kinds, atoms), factor(kinds, atoms)))


def svd(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.svd(x, full_matrices, compute_uv)."""
    if atoms[2] == Lit(False):
        return svdvals(kinds, atoms)
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    values = magnitudes(kinds[0])
    if dims is None or len(dims) < 2 or not isinstance(atoms[1], Lit):
        return k.Tuple(tuple(k.Array(d, None) for d in (dtype, values, dtype)))
    *stack, m, n = dims
    short = n if m == n else k.Dim(("min", m, n))
    left, right = (m, n) if atoms[1].value else (short, short)
    shapes = (*stack, m, left), (*stack, short), (*stack, right, n)
    return k.Tuple(tuple(k.Array(d, shape) for d, shape in zip((dtype, values, dtype), shapes)))


def pinv(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    turned = None if dims is None or len(dims) < 2 else (*dims[:-2], dims[-1], dims[-2])
    return k.Array(dtype, turned)


def normed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.norm(x, ord, axis, keepdims)."""
    return reduced(2, 3, magnitudes(kinds[0]))(kinds, atoms)


def vector_normed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.vector_norm(x, axis, keepdims, ord)."""
    return reduced(1, 2, magnitudes(kinds[0]))(kinds, atoms)


def of_matrices(op: str, kinds: Kinds) -> bool:
    """Is this a product of vectors and matrices?  It broadcasts nothing, unlike one of stacks."""
    if op not in ("operator.matmul", "numpy.matmul", "numpy.dot"):
        return False
    return all(len(dims_of(kind) or ()) in (1, 2) for kind in kinds[:2])
