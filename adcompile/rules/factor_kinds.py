"""Kind rules of least squares and of the factors of matrices."""

from __future__ import annotations

from adcompile.rules.shape_kinds import Atoms, Kinds, as_array, dims_of, floating, promoted
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit


def _short(m: k.Dim, n: k.Dim) -> k.Dim:
    if m.length is not None and n.length is not None:
        return k.Dim(None, min(m.length, n.length))
    return n if m == n else k.Dim(("min", m, n))


def is_real(kind: k.Kind) -> bool:
    return k.dtype_of(as_array(kind)) in ("float", "float32", "int", "bool")


def least_squares(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.lstsq(a, b): solution, squares of the residuals, rank, singular values."""
    a, b = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = floating(promoted(kinds[:2]))
    solution = None if a is None or b is None or len(a) != 2 else (a[1], *b[1:])
    values = (_short(*a),) if a is not None and len(a) == 2 else (k.Dim(object()),)
    return k.Tuple((
        k.Array(dtype, solution), k.Array(dtype, (k.Dim(object()),)), k.INT, k.Array(dtype, values),
    ))  # fmt: skip


def qr(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    mode = atoms[1].value if isinstance(atoms[1], Lit) else None
    if dims is None or len(dims) < 2 or mode not in ("reduced", "r", "complete"):
        return k.Array(dtype, None) if mode == "r" else k.Tuple((k.Array(dtype, None),) * 2)
    *stack, m, n = dims
    short = m if mode == "complete" else _short(m, n)
    upper = k.Array(dtype, (*stack, short, n))
    return upper if mode == "r" else k.Tuple((k.Array(dtype, (*stack, m, short)), upper))


def factor(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.inv and cholesky: a matrix like the operand, never of integers."""
    return k.Array(floating(k.dtype_of(as_array(kinds[0]))), dims_of(kinds[0]))


def magnitudes(kind: k.Kind) -> str | None:
    """The dtype of the eigenvalues of a Hermitian matrix, of norms and singular values."""
    dtype = floating(k.dtype_of(as_array(kind)))
    return "float" if dtype == "complex" else dtype


def svdvals(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), magnitudes(kinds[0])
    if dims is None or len(dims) < 2:
        return k.Array(dtype, None)
    return k.Array(dtype, (*dims[:-2], _short(*dims[-2:])))


def eigvals(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """They may be complex; NumPy gives real ones where all of them are real."""
    dims = dims_of(kinds[0])
    return k.Array("complex", None if dims is None else dims[:-1])


def eig(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Tuple((eigvals(kinds, atoms), k.Array("complex", dims_of(kinds[0]))))


def rank(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims = dims_of(kinds[0])
    if dims is None:
        return k.Any_("int")
    return k.INT if len(dims) <= 2 else k.Array("int", dims[:-2])
