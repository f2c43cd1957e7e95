"""Functions of NumPy as the methods of the array that they are asked of.

    np.sum(x, axis=0)            x.sum(axis=0)
    np.reshape(x, (2, -1))       x.reshape((2, -1))
    np.expand_dims(x, 1)         x[:, None]

The function calls the method, or does what it does, after it has looked at what it was given: on
small arrays that takes longer than the sum.  The results are the same, bit for bit.  What may be
a number, or a list, has no such methods.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions

METHODS: Mapping[str, str] = {
    f"numpy.{function}": method
    for function, method in {
        "sum": "sum", "prod": "prod", "mean": "mean", "max": "max", "min": "min", "amax": "max",
        "amin": "min", "any": "any", "all": "all", "cumsum": "cumsum", "argmax": "argmax",
        "argmin": "argmin", "reshape": "reshape", "ravel": "ravel", "squeeze": "squeeze",
        "swapaxes": "swapaxes", "transpose": "transpose", "repeat": "repeat",
    }.items()
}  # fmt: skip
LOAD = ast.Load()


def method(write: Expressions, eqn: Apply, written: ast.expr) -> ast.expr:
    """`written`, the call of a function, as the call of a method where the array has it."""
    if not isinstance(written, ast.Call) or not eqn.args or "methods" not in write.passes:
        return written
    kind = write.kind(eqn.args[0])
    if not isinstance(kind, k.Array) or not kind.rank or eqn.args[0] in write.undefined:
        return written
    if eqn.op == "numpy.expand_dims":
        return _expanded(written, eqn.args[1], kind.rank)
    if eqn.op == "numpy.count_nonzero" and kind.dtype == "bool" and len(written.keywords):
        return _asked(written, "sum")  # along an axis
    return _asked(written, METHODS[eqn.op]) if eqn.op in METHODS else written


def _asked(written: ast.Call, name: str) -> ast.Call:
    array, *rest = written.args
    keywords = written.keywords
    if name == "transpose":
        rest, keywords = [*rest, *(keyword.value for keyword in keywords)], []
    return ast.Call(ast.Attribute(array, name, LOAD), rest, keywords)


def _expanded(written: ast.Call, axis: Atom, rank: int) -> ast.expr:
    """x[:, None] for an axis that is known."""
    if not isinstance(axis, Lit) or type(axis.value) is not int or not 0 <= axis.value <= rank:
        return written
    items: list[ast.expr] = [ast.Slice() for _ in range(axis.value)]
    return ast.Subscript(written.args[0], ast.Tuple([*items, ast.Constant(None)], LOAD), LOAD)
