"""Which names a piece of syntax assigns, and which it may read before it has assigned them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

FUNCTIONS = (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef)
CHANGING = ("append", "extend", "pop", "fill", "insert")
SCOPES = (*FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def assigned(statements: Iterable[ast.AST]) -> dict[str, None]:
    """The names that statements bind, in order; nested functions aside."""
    names: dict[str, None] = {}
    for statement in statements:
        _assigned(statement, names)
    return names


def _assigned(node: ast.AST, names: dict[str, None]) -> None:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        names[node.name] = None
        return
    if isinstance(node, SCOPES):
        names.update({} if isinstance(node, FUNCTIONS) else walrus(node))
        return
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names.update((a.asname or a.name.split(".")[0], None) for a in node.names)
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        names[node.id] = None
    if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and node.name:
        names[node.name] = None
    for child in ast.iter_child_nodes(node):
        _assigned(child, names)


def walrus(node: ast.AST) -> dict[str, None]:
    """The names that := binds in a comprehension: they are those of the function around it."""
    if isinstance(node, FUNCTIONS):
        return {}
    found: dict[str, None] = {}
    if isinstance(node, ast.NamedExpr):
        found[node.target.id] = None
    for child in ast.iter_child_nodes(node):
        found.update(walrus(child))
    return found


def written(statements: Iterable[ast.AST]) -> dict[str, None]:
    """The names whose memory statements seem to change: x[i] = v, x += v, x.append(v)."""
    names: dict[str, None] = {}
    for statement in statements:
        for node in ast.walk(statement):
            target: ast.AST | None = None
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                target = node.value
            elif isinstance(node, ast.AugAssign):
                target = node.target
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CHANGING
            ):
                target = node.func.value
            while isinstance(target, (ast.Subscript, ast.Attribute)):
                target = target.value
            if isinstance(target, ast.Name):
                names[target.id] = None
    return names


def loads(node: ast.AST, counts: dict[str, int] | None = None) -> dict[str, int]:
    """How often each name is read below a node, nested functions included."""
    counts = {} if counts is None else counts
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            counts[child.id] = counts.get(child.id, 0) + 1
        elif isinstance(child, ast.AugAssign) and isinstance(child.target, ast.Name):
            counts[child.target.id] = counts.get(child.target.id, 0) + 1
    return counts


def free(node: ast.AST) -> dict[str, None]:
    """The names that a function (or a piece of one) reads and does not bind itself."""
    parts: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, FUNCTIONS):
        parts = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
    own = bound(node)
    found: dict[str, None] = {}
    if isinstance(node, ast.Name):
        found[node.id] = None
    for part in parts:
        found.update(free(part))
    return {name: None for name in found if name not in own}


def bound(node: ast.AST) -> dict[str, None]:
    """The variables that a function or a comprehension has of its own."""
    if not isinstance(node, FUNCTIONS):
        return assigned(g.target for g in getattr(node, "generators", ()))
    arguments = node.args
    stars = [star for star in (arguments.vararg, arguments.kwarg) if star is not None]
    given = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars)
    found: dict[str, None] = {argument.arg: None for argument in given}
    if isinstance(node, ast.Lambda):
        return {**found, **assigned([node.body])}
    outer = [inner for inner in ast.walk(node) if isinstance(inner, (ast.Nonlocal, ast.Global))]
    names = [name for inner in outer for name in inner.names]
    return {n: None for n in {**found, **assigned(node.body)} if n not in names}


def captured(statements: Iterable[ast.AST]) -> dict[str, None]:
    """The names that functions made by statements read, perhaps later."""
    inner = (node for statement in statements for node in ast.walk(statement))
    return {n: None for node in inner if isinstance(node, FUNCTIONS) for n in free(node)}


def often(node: ast.AST, name: str) -> bool:
    """May a function bind a variable of its own more than once?"""
    if isinstance(node, ast.Lambda):
        return False
    if not isinstance(node, FUNCTIONS):
        return True
    count = 0
    for inner in ast.walk(node):
        if isinstance(inner, (ast.For, ast.While)) and name in assigned([inner]):
            return True
        if name in assigned([inner]) and isinstance(inner, ast.stmt) and inner is not node:
            count += 1
    given = node.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return count + (name in names) > 1


def exposed(statements: Iterable[ast.stmt]) -> dict[str, None]:
    """The names that statements may read before they assign them."""
    seen = _Exposure()
    seen.block(statements, {})
    return seen.names


class _Exposure:
    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def block(self, statements: Iterable[ast.stmt], known: dict[str, None]) -> dict[str, None]:
        """Names assigned for certain after the statements, `known` before them."""
        known = dict(known)
        for statement in statements:
            self.statement(statement, known)
        return known

    def reads(self, node: ast.AST | None, known: dict[str, None]) -> None:
        if node is not None:
            for name in loads(node):
                if name not in known:
                    self.names[name] = None

    def statement(self, node: ast.stmt, known: dict[str, None]) -> None:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                self.reads(test, known)
                first, second = self.block(body, known), self.block(orelse, known)
                if _leaves(body):
                    first = second
                if _leaves(orelse):
                    second = first
                known.update({name: None for name in first if name in second})
            case ast.For(target=target, iter=sequence, body=body, orelse=orelse):
                self.reads(sequence, known)
                inner = {**known, **assigned([target])}
                self.reads(target, inner)
                self.block(body, inner)
                self.block(orelse, known)
            case ast.While(test=test, body=body, orelse=orelse):
                self.reads(test, known)
                self.block(body, known)
                self.block(orelse, known)
            case ast.With(items=items, body=body):
                for item in items:
                    self.reads(item, known)
                known.update(self.block(body, known))
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                paths = [self.block([*body, *orelse], known)]
                for handler in handlers:
                    self.reads(handler.type, known)
                    caught = {handler.name: None} if handler.name else {}
                    paths.append(self.block(handler.body, {**known, **caught}))
                self.block(finalbody, known)
                known.update({name: None for name in paths[0] if all(name in p for p in paths)})
            case ast.AugAssign(target=target, value=value):
                self.reads(value, known)
                self.reads(target, known)
                if isinstance(target, ast.Name) and target.id not in known:
                    self.names[target.id] = None
            case _:
                self.reads(node, known)
                known.update(assigned([node]))


def _leaves(statements: list[ast.stmt]) -> bool:
    return bool(statements) and isinstance(
        statements[-1], (ast.Break, ast.Continue, ast.Return, ast.Raise)
    )


def contains(statements: Iterable[ast.AST], *types: type[ast.AST], loops: bool = True) -> bool:
    """Do statements hold one of these, outside nested functions (and loops, where loops=False)?"""
    for node in statements:
        if isinstance(node, types):
            return True
        if isinstance(node, SCOPES) or (not loops and isinstance(node, (ast.For, ast.While))):
            continue
        if contains(ast.iter_child_nodes(node), *types, loops=loops):
            return True
    return False
