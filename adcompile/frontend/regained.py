"""Lists that a try has only added to, cut back to the length they had before it.

    n = len(log)                    the items that there were are the ones that there are: where the
    try:                            try has raised, what it has added is gone, however far it came
        step(x, log)
    except ValueError:
        del log[n:]                 or:  while len(log) > n: log.pop()
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import expressions, references
from adcompile.frontend.values import Name, Num, Obj, Ref, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def length(low: Lowerer, value: Ref, name: str) -> Value:
    """The length of a list; noted of which version, and how often the list had been rebuilt."""
    version = references.plain(low, value)
    atom = low.build.apply("builtins.len", version, name=name)
    if not value.path:
        low.lengths[atom] = version, low.rebuilt.get(value.storage, 0)
    return Num(atom)


def is_done(low: Lowerer, node: ast.stmt) -> bool:
    """Is nothing left to be done?  Where a list is cut back to what it was, it is known again."""
    if isinstance(node, ast.Pass):
        return True
    found = _cut(low, node)
    if found is None:
        return False
    names = low.state.names[low.frame.number]
    base, length = names.get(found[0]), names.get(found[1])
    if isinstance(base, Obj) and base.identity.form == "list":
        if base.identity in low.state.stale:
            low.make_dynamic(base.identity)
        return False
    if not isinstance(base, Ref) or base.path or not isinstance(length, Num):
        return False
    storage = base.storage
    reason = low.state.stale.get(storage)
    if reason is not None and low.tried.get(storage) != reason:
        return False
    version = low.state.current.get(storage)
    if low.lengths.get(length.atom) != (version, low.rebuilt.get(storage, 0)):
        return False
    low.state.stale.pop(storage, None)
    return True


def _cut(low: Lowerer, node: ast.stmt) -> tuple[str, str] | None:
    """The list and the length that a statement names."""
    match node:
        case ast.Delete([ast.Subscript(ast.Name(base), ast.Slice(ast.Name(length), None, None))]):
            return base, length
        case ast.While(
            ast.Compare(ast.Call(ast.Name() as function, [ast.Name(base)], []), [ast.Gt()],
                        [ast.Name(length)]),
            [ast.Expr(ast.Call(ast.Attribute(ast.Name(other), "pop"), [], []))], [],
        ) if base == other:  # fmt: skip
            called = expressions.lower(low, function)
            is_len = isinstance(called, Name) and called.qualified == "builtins.len"
            return (base, length) if is_len else None
    return None
