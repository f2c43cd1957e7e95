"""The operations on lists as Python: x + y, x * n, and comprehensions."""

from __future__ import annotations

import ast

from adcompile.emit.helpers import Helpers
from adcompile.emit.libraries import Libraries
from adcompile.trace import kinds as k

ADD_SCALARS = "[v + w for v, w in zip(_0_, _1_)]"
ADD_LISTS = "[[v + w for v, w in zip(x, y)] for x, y in zip(_0_, _1_)]"
NUMBERS = (k.Scalar, k.Array, k.Any_)
FOLD = "[sum(_0_[i::_1_]) for i in range(_1_)]"
FOLD_LISTS = "[_2_(_3_, _0_[i::_1_]) for i in range(_1_)]"


def list_operation(
    op: str, kind: k.Kind | None, args: list[ast.expr], helpers: Helpers, libraries: Libraries
) -> ast.expr | None:
    """The expression of an operation of rules/lists.py, None for any other."""
    match op:
        case "lists.concat":
            return ast.BinOp(args[0], ast.Add(), args[1])
        case "lists.repeat":
            return ast.BinOp(args[0], ast.Mult(), args[1])
        case "lists.formed" | "lists.opened" if isinstance(args[1], ast.Constant):
            return _formed(args[0], str(args[1].value), op == "lists.formed")
        case "lists.formed":
            return ast.Call(ast.Name(helpers.use("formed"), ast.Load()), args, [])
        case "lists.opened":
            return ast.Call(ast.Name(helpers.use("opened"), ast.Load()), args[:1], [])
        case "lists.span":
            return filled("len(range(_0_, _1_, _2_))", args)
        case "lists.keys":
            return ast.Call(ast.Name("list", ast.Load()), args, [])
        case "lists.positions":
            return ast.Subscript(filled("range(len(_0_))", args), _index(args[1]), ast.Load())
        case "lists.fold" if isinstance(kind, k.List) and isinstance(kind.item, NUMBERS):
            if isinstance(args[1], ast.Constant) and args[1].value == 1:
                return filled("[sum(_0_)]", args)
            return filled(FOLD, args)
        case "lists.fold":
            added = ast.Name(helpers.use("added"), ast.Load())
            return filled(FOLD_LISTS, [*args, libraries.name("functools.reduce"), added])
        case "lists.add":
            item = kind.item if isinstance(kind, k.List) else None
            if isinstance(item, NUMBERS):
                return filled(ADD_SCALARS, args)
            if isinstance(item, k.List) and isinstance(item.item, NUMBERS):
                return filled(ADD_LISTS, args)
            return ast.Call(ast.Name(helpers.use("added"), ast.Load()), args, [])
    return None


def _formed(x: ast.expr, form: str, formed: bool, depth: int = 0) -> ast.expr:
    """The list x as the tuple, or the list of tuples, that it stands for; or back."""
    is_tuple = form[0] == "t"
    if "t" in form[1:]:
        item = ast.Name("item" * (depth == 0) or f"item{depth}", ast.Load())
        each = [ast.comprehension(ast.Name(item.id, ast.Store()), x, [], 0)]
        inner = _formed(item, form[1:], formed, depth + 1)
        if not (formed and is_tuple):
            return ast.ListComp(inner, each)
        return ast.Call(ast.Name("tuple", ast.Load()), [ast.GeneratorExp(inner, each)], [])
    return ast.Call(ast.Name("tuple" if formed else "list", ast.Load()), [x], [])


def _index(index: ast.expr) -> ast.expr:
    """What stands between brackets: slice(1, None) as 1:."""
    if not isinstance(index, ast.Call) or ast.unparse(index.func) != "slice":
        return index
    parts = [None if ast.unparse(part) == "None" else part for part in index.args]
    return ast.Slice(*(parts if len(parts) > 1 else (None, *parts)))


def filled(template: str, args: list[ast.expr]) -> ast.expr:
    """The template with its holes `_0_`, `_1_` ... replaced."""
    holes = {f"_{i}_": arg for i, arg in enumerate(args)}

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return holes.get(node.id, node)

    result: ast.expr = Fill().visit(ast.parse(template, mode="eval").body)
    return result
