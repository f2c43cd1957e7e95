"""Products of matrices of which the rows are all one, or only their sum is asked for.

    t = a @ b                       s = sum(a, axis=0)
    t_sum = sum(t, axis=0)    ->    t_sum = s @ b

    t = (zeros_like(x) + v) @ b     s = (zeros_like(x[:1]) + v) @ b       the one row of t
    y = t + u                 ->    y = s + u

The one is the adjoint, the other the tangent of (x - v) @ b with respect to v.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.transforms.algebra import Algebra


def sum_of_rows(build: Algebra, x: Atom) -> Atom | None:
    """The sum of the rows of a product of two matrices: that of the first, times the second."""
    inner = build.parts(x, "neg")
    if inner:
        total = sum_of_rows(build, inner[0])
        return None if total is None else build.neg(total)
    factors = build.parts(x, "matmul")
    if not factors or not all(is_matrix(build, factor) for factor in factors):
        return None
    rows = build.call("numpy.sum", factors[0], axis=Lit(0))
    return build.apply("operator.matmul", rows, factors[1])


def product_of_row(build: Algebra, eqn: Apply, dot: Atom) -> Atom | None:
    """The one row of the product dot @ b, of an equation x @ b, where all rows of dot are one."""
    if eqn.op != "operator.matmul" or not all(is_matrix(build, arg) for arg in eqn.args):
        return None
    row = _row(build, dot)
    return None if row is None else build.apply(eqn.op, row, eqn.args[1])


def _row(build: Algebra, x: Atom) -> Atom | None:
    """The first row of a matrix that a vector was spread over, as a matrix.

    Where the matrix has no row it has none either.
    """
    added, taken = build.parts(x, "add"), build.parts(x, "sub")
    zeros, vector = added or taken or (x, x)
    made = build.made.get(zeros) if isinstance(zeros, Var) else None
    if made is None or made.op != "mem.zeros_like" or not is_matrix(build, made.args[0]):
        return None
    kind = build.kind(vector)
    if not isinstance(kind, k.Array) or kind.rank != 1:
        return None
    index = build.apply("mem.slice", Lit(None), Lit(1), Lit(None))
    first = build.apply("mem.getitem", made.args[0], index)
    nothing = build.apply("mem.zeros_like", first)
    return build.apply("operator.add" if added else "operator.sub", nothing, vector)


def is_matrix(build: Algebra, atom: Atom) -> bool:
    kind = build.kind(atom)
    return isinstance(kind, k.Array) and kind.dims is not None and kind.rank == 2
