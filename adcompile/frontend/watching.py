"""Lists and dictionaries that change while a loop goes through them, by way of zip and the like.

    for i, v in enumerate(s):       the items of s are read turn by turn: what a turn changes of
        s[i + 1] = v * x            those that are still to come is refused
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NoReturn

from adcompile.frontend import expressions, liveness
from adcompile.frontend.generators import LAZY, VIEWS
from adcompile.frontend.values import Obj, Ref, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

SIZING = ("append", "extend", "insert", "pop", "remove", "clear")


def begin(low: Lowerer, node: ast.For) -> Callable[[int], None]:
    """What checks, before a turn of this number, that what is still to come is as it was."""
    _check_names(low, node)
    watched = []
    if isinstance(node.iter, (ast.Name, ast.Attribute, ast.Subscript)):
        return lambda turn: None  # a list itself, whose items are those that it has now
    for source, backward in _sources(node.iter, False):
        value = expressions.lower(low, source)
        if isinstance(value, Obj) and value.identity.form in ("list", "dict"):
            watched.append((value.identity, dict(low.state.items[value.identity]), backward))

    def check(turn: int) -> None:
        for identity, before, backward in watched:
            now = low.state.items.get(identity, before)
            keys = list(before)
            ahead = keys[: max(len(keys) - turn, 0)] if backward else keys[turn:]
            if list(now) != keys or any(now[key] != before[key] for key in ahead):
                refuse(low, node)

    return check


def refuse(low: Lowerer, node: ast.For) -> NoReturn:
    raise low.rejection(
        node.iter, "what this goes through changes before it is gone through; go through the "
        "indices, or through a list of its own: list(...)", "ADC121",
    )  # fmt: skip


def grows(low: Lowerer, node: ast.For) -> bool:
    """Does the body add items to the list that the loop goes through, or remove some?"""
    names = low.state.names[low.frame.number]
    kept: list[Value] = [
        names[source.id] for source, _ in _sources(node.iter, False)
        if isinstance(source, ast.Name) and isinstance(names.get(source.id), (Obj, Ref))
    ]  # fmt: skip
    same = [name for name, value in names.items() if value in kept]
    return any(
        isinstance(base, ast.Name) and base.id in same
        for statement in node.body for each in ast.walk(statement) for base in _sized(each)
    )  # fmt: skip


def _sized(node: ast.AST) -> list[ast.expr]:
    """The lists that get another length here."""
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr=name)) if name in SIZING:
            return [base]
        case ast.AugAssign(target=ast.Name() as target, op=ast.Add() | ast.Mult()):
            return [target]
        case ast.Delete(targets=targets):
            return [each.value for each in targets if isinstance(each, ast.Subscript)]
    return []


def _sources(node: ast.expr, backward: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What is read turn by turn, and whether from its end."""
    match node:
        case ast.Name() | ast.Attribute():
            yield node, backward
        case ast.Subscript(slice=ast.Constant() | ast.Name()):
            yield node, backward
        case ast.GeneratorExp(generators=[first, *_]):
            yield from _sources(first.iter, backward)
        case ast.Call(func=ast.Attribute(value=base, attr=name), args=[]) if name in VIEWS:
            yield from _sources(base, backward)
        case ast.Call(func=ast.Name(id=name), args=args) if name in LAZY:
            for arg in args[1:] if name in ("map", "filter") else args:
                yield from _sources(arg, backward != (name == "reversed"))


def _check_names(low: Lowerer, node: ast.For) -> None:
    """What computes the items must not read what the body changes."""
    match node.iter:
        case ast.GeneratorExp(elt=elt, generators=generators):
            parts = [elt, *(test for each in generators for test in each.ifs)]
            own = liveness.assigned([each.target for each in generators])
        case ast.Call(func=ast.Name(id="map" | "filter"), args=[ast.Lambda(body=body), *_]):
            parts, own = [body], {}
        case _:
            return
    changed = {**liveness.assigned(node.body), **liveness.written(node.body)}
    read = {name for part in parts for name in liveness.loads(part) if name not in own}
    if any(name in read for name in changed):
        refuse(low, node)
