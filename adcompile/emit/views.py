"""Slices of arrays that a loop only changes in place are taken once, before the loop.

    for _ in range(steps):                      v1 = u[1:]
        v1 = u[1:] - u[:-1]                     v2 = u[:-1]
        u[1:] -= v1                   ->        for _ in range(steps):
                                                    v3 = v1 - v2
                                                    v1 -= v3

A slice is a view: of the same array it has the same elements, whenever it was taken.  Only arrays
that have their name all through the loop are asked, and only for slices between numbers, which
cannot fail; a slice costs as much as a short operation on its elements.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from adcompile.emit.naming import PLACEHOLDER
from adcompile.trace import kinds as k
from adcompile.trace.ir import Param, Trace, Var

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions

Statements = list[ast.stmt]
Key = tuple[str, str]
VIEW = f"{PLACEHOLDER}view"
LOOPS = (ast.For, ast.While)


def views(definition: ast.FunctionDef, write: Expressions, trace: Trace) -> None:
    """Take them in this function."""
    ranks = _ranks(write, trace)
    for name in _nothing(definition):
        ranks.pop(name, None)
    if ranks:
        taker = _Taker(ranks)
        taker.block(definition.body, dict.fromkeys(_own(trace.params)))
        if taker.count:
            _straight(definition)


def _ranks(write: Expressions, trace: Trace) -> dict[str, int]:
    """The rank of what has a name, where that is an array whatever it is."""
    found: dict[str, int | None] = {}
    for var, name in write.names.names.items():
        kind = trace.kinds.get(var)
        known = isinstance(kind, k.Array) and kind.dtype is not None and var not in write.undefined
        rank = kind.rank if known and isinstance(kind, k.Array) else None
        found[name] = rank if found.get(name, rank) == rank else None
    return {name: rank for name, rank in found.items() if rank}


def _straight(definition: ast.FunctionDef) -> None:
    """Use views by the names that they were given before the loop alone."""
    bound = Counter(_bound(definition.body))
    second: dict[str, str] = {}
    for node in ast.walk(definition):
        match node:
            case ast.Assign([ast.Name(target)], ast.Name(source)):
                if source.startswith(VIEW) and target[0] == PLACEHOLDER and bound[target] == 1:
                    second[target] = source
    if second:
        _Rename(second).visit(definition)


class _Rename(ast.NodeTransformer):
    """Gives names to other names, and leaves out what then says nothing."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | None:
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in self.names:
            return None
        self.generic_visit(node)
        return node


def _nothing(definition: ast.FunctionDef) -> dict[str, None]:
    """The names that are None somewhere, and those made of them."""
    assigned = [node for node in ast.walk(definition) if isinstance(node, ast.Assign)]
    found: dict[str, None] = {}
    count = -1
    while count != len(found):
        count = len(found)
        for node in assigned:
            if any(_is_nothing(part, found) for part in ast.walk(node.value)):
                found.update(dict.fromkeys(_bound([node])))
    return found


def _is_nothing(node: ast.AST, found: Mapping[str, None]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in found
    return isinstance(node, ast.Constant) and node.value is None


def _own(params: tuple[Param, ...]) -> list[str]:
    return [param.name for param in params if isinstance(param.tree, Var)]


class _Taker:
    def __init__(self, ranks: Mapping[str, int]) -> None:
        self.ranks = ranks
        self.count = 0

    def block(self, statements: Statements, defined: dict[str, None]) -> None:
        """Take what the loops among these statements ask for; `defined` has the names so far."""
        position = 0
        while position < len(statements):
            statement = statements[position]
            if isinstance(statement, LOOPS):
                taken = self.taken(statement, defined)
                statements[position:position] = taken
                position += len(taken)
                defined.update(dict.fromkeys(_bound(taken)))
            for inner in _blocks(statement):
                self.block(inner, dict(defined))
            if isinstance(statement, (ast.Assign, ast.AugAssign)):
                defined.update(dict.fromkeys(_bound([statement])))
            position += 1

    def taken(self, loop: ast.For | ast.While, defined: Mapping[str, None]) -> Statements:
        """The statements that take the views that the loop asks for, which uses them from now."""
        rebound = dict.fromkeys(_bound([loop]))
        stay = {name for name in defined if name in self.ranks and name not in rebound}
        swap = _Swap({name: self.ranks[name] for name in stay}, self.count)
        for block in _blocks(loop):
            block[:] = [swap.visit(statement) for statement in block]
        self.count += len(swap.names)
        return [
            ast.Assign([ast.Name(swap.names[key], ast.Store())], view)
            for key, view in swap.found.items()
        ]


class _Swap(ast.NodeTransformer):
    """Puts names for the slices of these arrays."""

    def __init__(self, ranks: Mapping[str, int], count: int) -> None:
        self.ranks = ranks
        self.count = count
        self.names: dict[Key, str] = {}
        self.found: dict[Key, ast.Subscript] = {}

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        key = self.key(node)
        if key is None:
            self.generic_visit(node)
            return node.value if _is_whole(node) and _is_whole(node.value) else node
        name = self.name(key, node)
        if isinstance(node.ctx, ast.Store):
            return ast.Subscript(ast.Name(name, ast.Load()), ast.Constant(...), ast.Store())
        return ast.Name(name, ast.Load())

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        match node.target:
            case ast.Subscript(ast.Name(name), ast.Constant(value)) if value is ...:
                node.target = ast.Name(name, ast.Store())
        return node

    def name(self, key: Key, node: ast.Subscript) -> str:
        if key not in self.names:
            self.names[key] = f"{VIEW}{self.count + len(self.names)}"
            self.found[key] = ast.Subscript(node.value, node.slice, ast.Load())
        return self.names[key]

    def key(self, node: ast.Subscript) -> Key | None:
        """What tells the views apart, where this is one that can be taken before."""
        if not isinstance(node.value, ast.Name) or node.value.id not in self.ranks:
            return None
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not all(map(_is_fixed, parts)) or len(parts) > self.ranks[node.value.id]:
            return None
        return node.value.id, ast.dump(node.slice)


def _is_whole(node: ast.expr) -> bool:
    """x[...]"""
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and (
        node.slice.value is ...
    )


def _is_fixed(part: ast.expr) -> bool:
    """Is it a slice between numbers?"""
    if not isinstance(part, ast.Slice):
        return False
    bounds = [bound for bound in (part.lower, part.upper, part.step) if bound is not None]
    return all(_is_number(bound) for bound in bounds)


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def _blocks(statement: ast.stmt) -> Iterator[Statements]:
    """The statements inside a statement."""
    for field in ("body", "orelse", "finalbody"):
        inner = getattr(statement, field, None)
        if inner:
            yield inner
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def _bound(statements: Statements) -> Iterator[str]:
    """The names that these statements bind; an array that is changed in place keeps its name."""
    kept = {
        id(node.target)
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.AugAssign)
    }
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                if id(node) not in kept:
                    yield node.id
            elif isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
