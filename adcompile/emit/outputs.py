"""Operations that write their result where it is wanted, instead of a copy of it.

    x[1:] = a * b            np.multiply(a, b, out=x[1:])
    x[i] = np.tanh(a)        np.tanh(a, out=x[i])

Both compute the same numbers, to the sign of a zero, also where the operands share memory with x,
which NumPy looks for.  The places have to be a view of a float array, the value an array of floats
of no higher rank: then what one takes the other takes too.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Var

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions

UFUNCS = {
    "operator.add": "add", "operator.sub": "subtract", "operator.mul": "multiply",
    "operator.truediv": "divide", "operator.neg": "negative",
    **{f"numpy.{name}": name for name in ("exp", "log", "sqrt", "sin", "cos", "tanh")},
}  # fmt: skip


def output(write: Expressions, eqn: Apply, place: ast.expr) -> ast.stmt | None:
    """The write, where its value can be computed in its place."""
    value = write.nesting.inside.get(eqn.args[1]) if isinstance(eqn.args[1], Var) else None
    if "outputs" not in write.passes:
        return None
    if not isinstance(value, Apply) or value.op not in UFUNCS:
        return None
    whole, kind = write.kind(eqn.args[0]), write.kind(eqn.args[1])
    if len(eqn.args) != 3 or not _is_float(whole) or not _is_float(kind):
        return None
    rank = _rank(write, whole, eqn.args[2])
    if rank is None or not isinstance(kind, k.Array) or not 1 <= (kind.rank or 0) <= rank:
        return None
    view = ast.Subscript(place, write.index(eqn.args[2]), ast.Load())
    function = write.libraries.name(f"numpy.{UFUNCS[value.op]}")
    return ast.Expr(ast.Call(function, write.atoms(value.args), [ast.keyword("out", view)]))


def _is_float(kind: k.Kind | None) -> bool:
    return isinstance(kind, k.Array) and kind.dtype == "float" and kind.rank is not None


def _rank(write: Expressions, whole: k.Kind | None, index: Atom) -> int | None:
    """The rank of x[index] where that is a view."""
    kind = write.kind(index)
    items = kind.items if isinstance(kind, k.Tuple) else (kind,)
    numbers = [isinstance(item, k.Scalar) and item.dtype == "int" for item in items]
    views = [number or isinstance(item, k.Slice) for number, item in zip(numbers, items)]
    if not all(views) or not isinstance(whole, k.Array) or whole.rank is None:
        return None
    return whole.rank - sum(numbers)
