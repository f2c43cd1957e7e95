"""A list and a dictionary that only say what has been seen are written as a set.

    names = []                                      seen = set()
    places = {}
    if key in places: ...                           if key in seen: ...
    count = len(names)                     ->
    place = places.setdefault(key, count)           seen.add(key)
    if place == count:
        names.append(key)
    len(names)                                      len(seen)
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from adcompile.emit.naming import PLACEHOLDER

Statements = list[ast.stmt]


@dataclass(slots=True)
class _Addition:
    """Where a key is added: the statements there, the place of the first, the key, its count."""

    statements: Statements
    first: ast.stmt
    second: ast.stmt
    key: ast.expr
    names: str
    place: str
    count: str | None


@dataclass(slots=True)
class _Uses:
    """How often each name stands in a function, and where it begins as an empty list or dict."""

    total: Counter[str] = field(default_factory=Counter)
    begun: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)  # key in it
    lengths: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)  # count = len(it)


def with_sets(body: Statements) -> None:
    """Write what is a set as one, in place: all of a function's, or none, so that they meet."""
    found: dict[str, list[_Addition]] = {}
    for addition, places in _additions(body):
        found.setdefault(places, []).append(addition)
    if not found:
        return
    uses = _uses(body)
    if all(_is_set(places, additions, uses) for places, additions in found.items()):
        for places, additions in found.items():
            _rewrite(body, places, additions, _unread(additions, uses))


def _additions(body: Statements) -> Iterator[tuple[_Addition, str]]:
    for statements in _blocks(body):
        for first, second in pairwise(statements):
            match first, second:
                case (
                    ast.Assign([ast.Name(place)], ast.Call(
                        ast.Attribute(ast.Name(places), "setdefault"), [key, count], [])),
                    ast.If(ast.Compare(ast.Name(asked), [ast.Eq()], [other]), [ast.Expr(ast.Call(
                        ast.Attribute(ast.Name(names), "append"), [item], []))], []),
                ) if asked == place and _same(count, other) and _same(key, item):  # fmt: skip
                    counted = count.id if isinstance(count, ast.Name) else None
                    if counted or isinstance(count, ast.Constant):
                        yield _Addition(
                            statements, first, second, key, names, place, counted
                        ), places


def _uses(body: Statements) -> _Uses:
    uses = _Uses()
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name):
                    uses.total[name] += 1
                case ast.Assign([ast.Name(name)], ast.List([]) | ast.Dict([], [])):
                    uses.begun[name] += 1
                case ast.Assign([ast.Name(name)], ast.Call(ast.Name("len"), [ast.Name()], [])):
                    uses.counts[name] += 1
                case ast.Compare(_, [ast.In() | ast.NotIn()], [ast.Name(name)]):
                    uses.asked[name] += 1
                case ast.Call(ast.Name("len"), [ast.Name(name)], []):
                    uses.lengths[name] += 1
    return uses


def _is_set(places: str, additions: list[_Addition], uses: _Uses) -> bool:
    """Does nothing else ask for the list, the dictionary or a place?"""
    names = additions[0].names
    count = len(additions)
    if not (places.startswith(PLACEHOLDER) and names.startswith(PLACEHOLDER)):
        return False
    if any(addition.names != names for addition in additions) or uses.begun[names] != 1:
        return False
    if uses.total[places] != uses.begun[places] + uses.asked[places] + count:
        return False
    if uses.total[names] != 1 + uses.lengths[names] + count or uses.begun[places] != 1:
        return False
    placed = Counter(addition.place for addition in additions)
    return all(uses.total[name] == 2 * times for name, times in placed.items())


def _unread(additions: list[_Addition], uses: _Uses) -> dict[str, None]:
    """The counts that nothing else asks for."""
    counted = Counter(each.count for each in additions if each.count is not None)
    return {
        name: None
        for name, times in counted.items()
        if uses.total[name] == uses.counts[name] + 2 * times
    }


def _rewrite(
    body: Statements, places: str, additions: list[_Addition], counts: dict[str, None]
) -> None:
    names = additions[0].names
    for addition in additions:
        add = ast.Attribute(ast.Name(places, ast.Load()), "add", ast.Load())
        where = addition.statements.index(addition.first)
        addition.statements[where] = ast.Expr(ast.Call(add, [addition.key], []))
        addition.statements.remove(addition.second)
    for statements in filter(None, _blocks(body)):
        for statement in list(statements):
            match statement:
                case ast.Assign([ast.Name(name)], ast.List([])) if name == names:
                    statements.remove(statement)
                case ast.Assign([ast.Name(name)]) if name in counts:
                    statements.remove(statement)
                case ast.Assign([ast.Name(name)], ast.Dict([], [])) if name == places:
                    statement.value = ast.Call(ast.Name("set", ast.Load()), [], [])
        statements[:] = statements or [ast.Pass()]
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id == names:
                node.id = places


def _blocks(body: Statements) -> Iterator[Statements]:
    stack = [body]
    while stack:
        statements = stack.pop()
        yield statements
        for each in list(statements):
            if isinstance(each, ast.Try):
                stack += each.body, each.orelse, each.finalbody, *(h.body for h in each.handlers)
            elif isinstance(each, (ast.For, ast.While, ast.If)):
                stack += each.body, each.orelse
            elif isinstance(each, ast.With):
                stack.append(each.body)


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)
