"""What is taken from the end of a list, and used once in the next line, is taken there.

    v1 = w_bar.pop()            x_bar += w[i] * w_bar.pop()
    x_bar += w[i] * v1    ->

That line does not name the list otherwise, and computes all that it holds, whatever the values.  In
a `try`, and of what the caller has given, it matters what has been taken where something raises.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from adcompile.emit.naming import PLACEHOLDER
from adcompile.syntax import walk

COLUMNS, INDENT = 92, 4
FIELDS = ("body", "orelse")
COMPUTED = (
    ast.BinOp, ast.UnaryOp, ast.Call, ast.Subscript, ast.Attribute, ast.Tuple, ast.List, ast.Slice,
    ast.keyword, ast.Name, ast.Constant,
)  # fmt: skip
Pair = tuple[list[ast.stmt], ast.Assign, ast.Assign | ast.AugAssign, int]


def popped(function: ast.FunctionDef) -> None:
    """Take such values in the lines that use them."""
    pairs = list(_pairs(function.body, 1))
    if not pairs:
        return
    counts = Counter(node.id for node in walk(function) if isinstance(node, ast.Name))
    given = {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)}
    for block, taken, user, depth in reversed(pairs):
        target = taken.targets[0]
        assert isinstance(target, ast.Name)
        if counts[target.id] == 2 and _list(taken) not in given:
            _move(block, taken, user, COLUMNS - INDENT * depth)


def _pairs(block: list[ast.stmt], depth: int) -> Iterator[Pair]:
    """Each line that takes a value without a name, with the assignment behind it."""
    for first, second in pairwise(block):
        if isinstance(first, ast.Assign) and isinstance(second, (ast.Assign, ast.AugAssign)):
            target = first.targets[0]
            unnamed = isinstance(target, ast.Name) and target.id.startswith(PLACEHOLDER)
            if unnamed and _list(first):
                yield block, first, second, depth
    for statement in block:
        if not isinstance(statement, ast.Try):
            for field in FIELDS:
                yield from _pairs(getattr(statement, field, None) or [], depth + 1)


def _list(taken: ast.Assign) -> str:
    """The name of the list that a value is taken from; "" if it is not taken so."""
    match taken.value:
        case ast.Call(func=ast.Attribute(ast.Name(name), "pop"), args=[], keywords=[]):
            return name
    return ""


def _move(
    block: list[ast.stmt], taken: ast.Assign, user: ast.Assign | ast.AugAssign, columns: int
) -> None:
    """Put what is taken into its use, where that is certain to be computed."""
    target = taken.targets[0]
    assert isinstance(target, ast.Name)
    names = [node.id for node in walk(user) if isinstance(node, ast.Name)]
    if _list(taken) in names:
        return
    parts = (*getattr(user, "targets", ()), getattr(user, "target", None), user.value, taken.value)
    size = sum(len(ast.unparse(part)) for part in parts if part is not None)
    if size > columns or not _put(user, "value", user.value, target.id, taken.value):
        return
    block.remove(taken)


def _put(parent: ast.AST, field: str, node: ast.AST, name: str, value: ast.expr) -> bool:
    """Put a value in the place of this name, if it stands here; was it put?"""
    if isinstance(node, ast.Name) and node.id == name:
        setattr(parent, field, value)
        return True
    if not isinstance(node, COMPUTED):
        return False
    for own, inner in ast.iter_fields(node):
        if isinstance(inner, list):
            for number, item in enumerate(inner):
                if isinstance(item, ast.Name) and item.id == name:
                    inner[number] = value
                    return True
                if isinstance(item, ast.AST) and _put(node, own, item, name, value):
                    return True
        elif isinstance(inner, ast.AST) and _put(node, own, inner, name, value):
            return True
    return False
