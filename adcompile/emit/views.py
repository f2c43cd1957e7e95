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
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from adcompile import syntax
from adcompile.emit.naming import PLACEHOLDER
from adcompile.trace import kinds as k
from adcompile.trace.ir import For, Param, Trace, Var, While, walk
from adcompile.trace.readers import reached

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions

Statements = list[ast.stmt]
Key = tuple[str, str]
VIEW = f"{PLACEHOLDER}view"
LOOPS = (ast.For, ast.While)
NONE: Mapping[str, None] = MappingProxyType({})


def views(definition: ast.FunctionDef, write: Expressions, trace: Trace) -> None:
    """Take them in this function."""
    looped = any(isinstance(eqn, (For, While)) for eqn in walk(trace.body))
    ranks = _ranks(write, trace) if looped else {}
    if not ranks or not any(map(_is_view, syntax.walk(definition))):
        return
    for name in _nothing(definition):
        ranks.pop(name, None)
    if ranks:
        taker = _Taker(ranks, definition.body)
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
    for node in syntax.walk(definition):
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

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if getattr(node, "body", None) == []:
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node

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
    found: dict[str, None] = {}
    makes: dict[str, list[str]] = {}
    for node in syntax.walk(definition):
        if isinstance(node, ast.Assign):
            made = list(_bound([node]))
            for part in syntax.walk(node.value):
                if isinstance(part, ast.Name):
                    makes.setdefault(part.id, []).extend(made)
                elif isinstance(part, ast.Constant) and part.value is None:
                    found.update(dict.fromkeys(made))
    return reached(found, makes)


def _own(params: tuple[Param, ...]) -> list[str]:
    return [param.name for param in params if isinstance(param.tree, Var)]


class _Taker:
    def __init__(self, ranks: Mapping[str, int], statements: Statements) -> None:
        self.ranks = ranks
        self.count = 0
        self.rebound: dict[ast.stmt, dict[str, None]] = {}  # by each loop
        self.find(statements)

    def find(self, statements: Statements) -> dict[str, None]:
        """What these statements bind."""
        found: dict[str, None] = {}
        for statement in statements:
            blocks = list(_blocks(statement))
            inside = [self.find(block) for block in blocks]
            bound = dict.fromkeys(_bound(_heads(statement) if blocks else [statement]))
            for names in inside:
                bound |= names
            if isinstance(statement, LOOPS):
                self.rebound[statement] = bound
            found |= bound
        return found

    def block(
        self, statements: Statements, defined: dict[str, None], done: Mapping[str, None] = NONE
    ) -> None:
        """Take what the loops among these statements ask for; `defined` has the names so far.

        What they ask of names that are `done` is taken.
        """
        position = 0
        while position < len(statements):
            statement = statements[position]
            inside = done
            if isinstance(statement, LOOPS):
                rebound = self.rebound[statement]
                stay = {n: None for n in defined if n in self.ranks and n not in rebound}
                if any(name not in done for name in stay):
                    taken = self.taken(statement, stay)
                    statements[position:position] = taken
                    position += len(taken)
                    defined.update(dict.fromkeys(_bound(taken)))
                inside = {**done, **stay}
            for inner in _blocks(statement):
                self.block(inner, dict(defined), inside)
            if isinstance(statement, (ast.Assign, ast.AugAssign)):
                defined.update(dict.fromkeys(_bound([statement])))
            position += 1

    def taken(self, loop: ast.For | ast.While, stay: Mapping[str, None]) -> Statements:
        """The statements that take the views that the loop asks for, which uses them from now."""
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
        if not _is_view(node) or len(_parts(node)) > self.ranks[node.value.id]:
            return None
        return node.value.id, ast.dump(node.slice)


def _parts(node: ast.Subscript) -> list[ast.expr]:
    """The indices of the axes."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _is_view(node: ast.AST) -> bool:
    """Is this the same part of an array whenever it is taken?"""
    return isinstance(node, ast.Subscript) and all(map(_is_fixed, _parts(node)))


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


def _heads(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement has besides the statements inside it."""
    for node in syntax.children(statement):
        if isinstance(node, ast.ExceptHandler):
            yield ast.ExceptHandler(node.type, node.name, [])
        elif not isinstance(node, ast.stmt):
            yield node


def _bound(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The names that these statements bind; an array that is changed in place keeps its name."""
    for statement in statements:
        kept: dict[ast.AST, None] = {}  # what is around a name is met before it
        for node in syntax.walk(statement):
            if isinstance(node, ast.AugAssign):
                kept[node.target] = None
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                if node not in kept:
                    yield node.id
            elif isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
