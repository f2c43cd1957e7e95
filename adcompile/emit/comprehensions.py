"""Lists that a loop fills, and does nothing else, are written as comprehensions.

    x = []                                  x = [2.0 * v for v in y if v > 0]
    for v in y:
        if v > 0:                    ->
            x.append(2.0 * v)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

COLUMNS = 96
INDENT = 4

Statements = list[ast.stmt]


def comprehended(body: Statements) -> None:
    """Write such loops of a function anew, in place; those in a `try` stay as they are."""
    stack = [(body, 1)]
    seen: set[str] | None = None
    while stack:
        statements, depth = stack.pop()
        for loop in [each for each in statements if isinstance(each, ast.For) and _filled(each)]:
            seen = _seen_outside(body) if seen is None else seen
            if seen.isdisjoint(_names(loop.target)):
                _rewrite(statements, statements.index(loop), depth)
        for each in statements:
            if isinstance(each, (ast.For, ast.While, ast.If)):
                stack += (each.body, depth + 1), (each.orelse, depth + 1)
            elif isinstance(each, ast.With):
                stack.append((each.body, depth + 1))


def _seen_outside(body: Statements) -> set[str]:
    """The names that stand outside of loops over them, which may be read there."""
    found: set[str] = set()
    stack: list[tuple[ast.AST, frozenset[str]]] = [(each, frozenset()) for each in body]
    while stack:
        node, inside = stack.pop()
        if isinstance(node, ast.Name) and node.id not in inside:
            found.add(node.id)
        if isinstance(node, ast.For):
            own = inside.union(_names(node.target))
            stack += ((node.iter, inside), (node.target, own), *((each, own) for each in node.body))
            stack += ((each, inside) for each in node.orelse)
            continue
        if isinstance(node, ast.ListComp):
            inside = inside.union(*(_names(each.target) for each in node.generators))
        stack += ((each, inside) for each in ast.iter_child_nodes(node))
    return found


def _rewrite(statements: Statements, place: int, depth: int) -> None:
    loop = statements[place]
    assert isinstance(loop, ast.For)
    filled = _filled(loop)
    if filled is None:
        return
    name, item, tests = filled
    begun = next((n for n in range(place - 1, -1, -1) if name in _names(statements[n])), None)
    if begun is None or not _is_empty_list(statements[begun], name):
        return
    turns = ast.comprehension(loop.target, loop.iter, tests, 0)
    if any(name in _names(part) for part in (item, loop.iter, *tests)):
        return
    value: ast.expr = ast.ListComp(item, [turns])
    if not tests and isinstance(item, ast.Name) and _is_named(loop.target, item.id):
        value = ast.Call(ast.Name("list", ast.Load()), [loop.iter], [])
    made = ast.Assign([ast.Name(name, ast.Store())], value)
    if INDENT * depth + len(ast.unparse(ast.fix_missing_locations(made))) <= COLUMNS:
        statements[place] = made
        del statements[begun]


def _filled(loop: ast.For) -> tuple[str, ast.expr, list[ast.expr]] | None:
    """The list that a loop appends to, what it appends, and on which conditions."""
    body, tests = loop.body, []
    while len(body) == 1 and isinstance(body[0], ast.If) and not body[0].orelse:
        tests.append(body[0].test)
        body = body[0].body
    match body:
        case [ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [item], []))]:
            return (name, item, tests) if not loop.orelse else None
    return None


def _is_named(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _is_empty_list(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign([ast.Name(target)], ast.List([])):
            return target == name
    return False


def _names(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
