"""Which names a piece of syntax assigns, and which it may read before it has assigned them.

What is inside several loops or branches is asked about by each of them: the facts of a statement
are found once, from those of the statements inside it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from adcompile import syntax
from adcompile.syntax import FUNCTIONS, SCOPES, remembered

CHANGING = ("append", "extend", "pop", "fill", "insert")
PASSING = ("catch_warnings", "closing", "errstate", "nullcontext", "open", "printoptions")
"""Managers that let every exception pass."""
Names = dict[str, None]
Types = frozenset[type[ast.AST]]
Kinds = tuple[type[ast.AST], ...]


def assigned(statements: Iterable[ast.AST]) -> dict[str, None]:
    """The names that statements bind, in order; nested functions aside."""
    names: Names = {}
    for statement in statements:
        if isinstance(statement, ast.stmt):
            names.update(_bound_by(statement))
        else:
            _assigned(statement, names)
    return names


@remembered
def _bound_by(statement: ast.AST) -> Names:
    names: Names = {}
    _assigned(statement, names)
    return names


def _assigned(node: ast.AST, names: Names) -> None:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        names[node.name] = None
        return
    if isinstance(node, SCOPES):
        names.update({} if isinstance(node, FUNCTIONS) else walrus(node))
        return
    if isinstance(node, ast.Name):
        names.update({} if isinstance(node.ctx, ast.Load) else {node.id: None})
        return
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names.update((a.asname or a.name.split(".")[0], None) for a in node.names)
    if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and node.name:
        names[node.name] = None
    if isinstance(node, ast.MatchMapping) and node.rest:
        names[node.rest] = None
    for child in syntax.children(node):
        if isinstance(child, ast.stmt):
            names.update(_bound_by(child))
        else:
            _assigned(child, names)


def walrus(node: ast.AST) -> dict[str, None]:
    """The names that := binds in a comprehension: they are those of the function around it."""
    if isinstance(node, FUNCTIONS):
        return {}
    found: dict[str, None] = {}
    if isinstance(node, ast.NamedExpr):
        found[node.target.id] = None
    for child in syntax.children(node):
        found.update(walrus(child))
    return found


def written(statements: Iterable[ast.AST]) -> dict[str, None]:
    """The names whose memory statements seem to change: x[i] = v, x += v, x.append(v)."""
    names: Names = {}
    for statement in statements:
        for _, found in sorted(_written(statement).items()):
            names.update(found)
    return names


@remembered
def _written(statement: ast.AST) -> dict[int, Names]:
    return _levels(statement)


def _levels(node: ast.AST) -> dict[int, Names]:
    """The names that are written in a piece of syntax, by how far inside: near ones come first."""
    name = _changed(node)
    found: dict[int, Names] = {} if name is None else {0: {name: None}}
    for child in syntax.children(node):
        inside = _written(child) if isinstance(child, ast.stmt) else _levels(child)
        for depth, names in inside.items():
            found.setdefault(depth + 1, {}).update(names)
    return found


def _changed(node: ast.AST) -> str | None:
    """The name whose memory a piece of syntax seems to change."""
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
    return target.id if isinstance(target, ast.Name) else None


@remembered
def loads(node: ast.AST) -> dict[str, int]:
    """How often each name is read below a node, nested functions included."""
    counts: dict[str, int] = {}
    for child in syntax.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            counts[child.id] = counts.get(child.id, 0) + 1
        elif isinstance(child, ast.AugAssign) and isinstance(child.target, ast.Name):
            counts[child.target.id] = counts.get(child.target.id, 0) + 1
    return counts


def counted(statements: Iterable[ast.stmt]) -> dict[str, int]:
    """How often each name is read in statements, in whatever order."""
    counts: dict[str, int] = {}
    for statement in statements:
        for name, count in _counted(statement).items():
            counts[name] = counts.get(name, 0) + count
    return counts


@remembered
def _counted(statement: ast.AST) -> dict[str, int]:
    """`loads` of a statement, of those inside it where there are any."""
    if not isinstance(statement, (ast.If, ast.For, ast.While)):
        return loads(statement)
    head = [statement.test] if not isinstance(statement, ast.For) else [
        statement.target, statement.iter
    ]  # fmt: skip
    counts = counted([*statement.body, *statement.orelse])
    for part in head:
        for name, count in loads(part).items():
            counts[name] = counts.get(name, 0) + count
    return counts


def free(node: ast.AST) -> dict[str, None]:
    """The names that a function (or a piece of one) reads and does not bind itself."""
    parts = syntax.children(node)
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
    outer = [inner for inner in syntax.walk(node) if isinstance(inner, (ast.Nonlocal, ast.Global))]
    names = [name for inner in outer for name in inner.names]
    return {n: None for n in {**found, **assigned(node.body)} if n not in names}


def captured(statements: Iterable[ast.AST]) -> dict[str, None]:
    """The names that functions made by statements read, perhaps later."""
    making = [each for each in statements if holds(each, *FUNCTIONS)]
    inner = (node for statement in making for node in syntax.walk(statement))
    return {n: None for node in inner if isinstance(node, FUNCTIONS) for n in free(node)}


@remembered
def _everywhere(node: ast.AST) -> Types:
    """The types of a node and of what is inside it."""
    return _types(node, (), _everywhere)


@remembered
def _outside(node: ast.AST) -> Types:
    """The types of a node and of what is inside it, nested functions aside."""
    every = _everywhere(node)
    return every if every.isdisjoint(SCOPES) else _types(node, SCOPES, _outside)


def _types(node: ast.AST, closed: Kinds, of_statement: Callable[[ast.AST], Types]) -> Types:
    """The types of a node and of those inside it, but not of what is inside `closed` ones."""
    found: set[type[ast.AST]] = {type(node)}
    stack = [] if isinstance(node, closed) else [node]
    while stack:
        for child in syntax.children(stack.pop()):
            if isinstance(child, ast.stmt):
                found |= of_statement(child)
                continue
            found.add(type(child))
            if type(child) not in syntax.LEAVES and not isinstance(child, closed):
                stack.append(child)
    return frozenset(found)


def often(node: ast.AST, name: str) -> bool:
    """May a function bind a variable of its own more than once?"""
    if isinstance(node, ast.Lambda):
        return False
    if not isinstance(node, FUNCTIONS):
        return True
    count = 0
    for inner in syntax.walk(node):
        if isinstance(inner, (ast.For, ast.While)) and name in assigned([inner]):
            return True
        if name in assigned([inner]) and isinstance(inner, ast.stmt) and inner is not node:
            count += 1
    given = node.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return count + (name in names) > 1


def exposed(statements: Iterable[ast.stmt]) -> dict[str, None]:
    """The names that statements may read before they assign them."""
    return _block(statements).read


@dataclass(slots=True)
class Exposure:
    """The names that syntax may read before it assigns them, and those it assigns for certain."""

    read: Names = field(default_factory=dict)
    made: Names = field(default_factory=dict)
    broken: list[Names] = field(default_factory=list)
    """What is assigned for certain at each `break`."""
    ends: bool = True
    """Does what stands behind it ever run?"""

    def reads(self, node: ast.AST | None) -> None:
        """An expression is computed, and binds what it binds."""
        if node is not None:
            self.read.update((name, None) for name in _loaded(node) if name not in self.made)
            self.made.update(_certainly(node))

    def enters(self, inner: Exposure, given: Iterable[str] = ()) -> None:
        """What may be run here, with what is `given` there, is."""
        self.read.update(
            (name, None) for name in inner.read if name not in self.made and name not in given
        )
        self.broken += [{**self.made, **dict.fromkeys(given), **made} for made in inner.broken]

    def then(self, part: Exposure) -> None:
        """And this is run."""
        self.enters(part)
        self.made.update(part.made)
        self.ends = self.ends and part.ends

    def chooses(self, paths: list[Exposure]) -> None:
        """One of these is run."""
        for path in paths:
            self.enters(path)
        self.joins([path.made for path in paths if path.ends])

    def joins(self, ways: list[Names]) -> None:
        """What is behind it is reached by one of these ways."""
        self.ends = bool(ways)
        if ways:
            self.made.update((n, None) for n in ways[0] if all(n in way for way in ways))

    def turns(self, turn: Exposure, orelse: Exposure, given: Iterable[str] = ()) -> None:
        """There are turns, with what is given to each, and one of them breaks, or none does."""
        outside, self.broken = self.broken, []
        self.enters(turn, given)
        broken, self.broken = self.broken, outside
        self.enters(orelse)
        self.joins([*([orelse.made] if orelse.ends else []), *broken])


def _block(statements: Iterable[ast.stmt]) -> Exposure:
    whole = Exposure()
    for statement in statements:
        whole.then(_exposure(statement))
        if not whole.ends:
            break
    return whole


@remembered
def _exposure(node: ast.AST) -> Exposure:
    """What a statement reads and assigns."""
    found = Exposure()
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            found.reads(test)
            found.chooses([_block(body), _block(orelse)])
        case ast.For(target=target, iter=sequence, body=body, orelse=orelse):
            bound = assigned([target])
            found.reads(sequence)
            found.read.update((name, None) for name in loads(target) if name not in bound)
            found.turns(_block(body), _block(orelse), bound)
        case ast.While(test=test, body=body, orelse=orelse):
            found.reads(test)
            endless = isinstance(test, ast.Constant) and bool(test.value)
            found.turns(_block(body), Exposure(ends=False) if endless else _block(orelse))
        case ast.With(items=items, body=body):
            for item in items:
                found.reads(item)
            passing = all(_lets_pass(item.context_expr) for item in items)
            (found.then if passing else found.enters)(_block(body))
        case ast.Try() | ast.TryStar():
            _attempt(node, found)
        case ast.AugAssign(target=target, value=value):
            found.reads(value)
            found.read.update((name, None) for name in loads(target) if name not in found.made)
            if isinstance(target, ast.Name):
                found.read[target.id] = None
        case ast.AnnAssign(value=None):
            pass
        case ast.Match(subject=subject, cases=cases):
            found.reads(subject)
            found.chooses(list(_cases(cases)))
        case ast.Break() | ast.Continue():
            found.broken = [{}] if isinstance(node, ast.Break) else []
            found.ends = False
        case _:
            found.reads(node)
            found.ends = not isinstance(node, (ast.Return, ast.Raise))
    return found


def _loaded(node: ast.AST) -> dict[str, int] | Names:
    """The names that a piece of syntax reads, but for those that functions in it have of their own.
    """
    if not holds(node, *FUNCTIONS):
        return loads(node)
    parts = syntax.children(node)
    found: Names = {node.id: None} if isinstance(node, ast.Name) else {}
    if isinstance(node, FUNCTIONS):
        found = free(node)
        parts = [node.args, *getattr(node, "decorator_list", ())]
    for part in parts:
        found.update((name, None) for name in _loaded(part))
    return found


def _cases(cases: Iterable[ast.match_case]) -> Iterator[Exposure]:
    for case in cases:
        path = Exposure(made=assigned([case.pattern]))
        path.reads(case.pattern)
        path.reads(case.guard)
        path.then(_block(case.body))
        yield path
        if case.guard is None and _takes_all(case.pattern):
            return
    yield Exposure()


def _takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and (
        pattern.pattern is None or _takes_all(pattern.pattern)
    )


def _certainly(node: ast.AST) -> Names:
    """The names that a piece of syntax binds, whatever its conditions and comprehensions find."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name: None}
        case ast.Name():
            return {node.id: None} if isinstance(node.ctx, ast.Store) else {}
        case ast.Import() | ast.ImportFrom():
            return assigned([node])
        case ast.IfExp(test=first) | ast.BoolOp(values=[first, *_]):
            return _certainly(first)
        case ast.Compare(left=left, comparators=[right, *_]):
            return {**_certainly(left), **_certainly(right)}
    found: Names = {}
    for child in () if isinstance(node, SCOPES) else syntax.children(node):
        found.update(_certainly(child))
    return found


def _attempt(node: ast.Try | ast.TryStar, found: Exposure) -> None:
    paths = [_block([*node.body, *node.orelse])]
    for handler in node.handlers:
        found.reads(handler.type)
        path = Exposure(made={handler.name: None} if handler.name else {})
        path.then(_block(handler.body))
        path.made.pop(handler.name or "", None)  # it is deleted at the end
        paths.append(path)
    last = _block(node.finalbody)
    found.enters(last)
    found.chooses(paths)
    found.made.update(last.made)
    found.ends = found.ends and last.ends


def _lets_pass(manager: ast.expr) -> bool:
    """Is it known that a manager stops no exception?"""
    function = manager.func if isinstance(manager, ast.Call) else None
    last = getattr(function, "attr", getattr(function, "id", ""))
    return last in PASSING


def holds(node: ast.AST, *types: type[ast.AST]) -> bool:
    """Is one of these inside a node, in functions inside it too?"""
    return not _everywhere(node).isdisjoint(types)


def contains(statements: Iterable[ast.AST], *types: type[ast.AST]) -> bool:
    """Do statements hold one of these, outside nested functions?"""
    return any(issubclass(each, types) for node in statements for each in _outside(node))
