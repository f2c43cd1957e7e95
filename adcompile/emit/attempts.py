"""Attempts as try statements, each with the branch that follows it.

    try:                                    try:
        y = math.log(x)                         y = math.log(x)
        done = True                         except ValueError:
    except ValueError:              ->          y = 0.0
        done = False
    if not done:
        y = 0.0

What a path is known to take is written where the path begins.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.trace.ir import NOTHING, UNDEF, Atom, If, Lit, Var

if TYPE_CHECKING:
    from adcompile.emit.statements import Statements, Writer

ERROR = "error"


def attempt(writer: Writer, eqn: If) -> ast.Try:
    """The try statement of an If that catches; its flags say which path was taken."""
    with writer.unassigned.side(eqn, True):
        body = writer.block(eqn.then) + writer.edges(eqn.outs, eqn.then.results)
    handlers = [_handler(writer, eqn, number) for number in range(1, len(eqn.caught) + 1)]
    return ast.Try(body or [ast.Pass()], handlers, [], [])


def _handler(writer: Writer, eqn: If, number: int) -> ast.ExceptHandler:
    sources: list[Atom] = []
    outs: list[Var] = []
    body: Statements = []
    caught: str | None = None
    for out, result in zip(eqn.outs, eqn.orelse.results):
        if result == NOTHING:
            if writer.names.read(out):
                caught = _unused(writer)
                body.append(ast.Assign([writer.target(out)], ast.Name(caught, ast.Load())))
            continue
        known = isinstance(result, Lit) and result != UNDEF
        sources.append(Lit(number == result.value) if known else result)  # type: ignore[union-attr]
        outs.append(out)
    body += writer.edges(outs, sources)
    name = writer.expressions.libraries.name
    types = eqn.caught[number - 1]
    if types == "builtins.BaseException":
        types = writer.expressions.dialect.everything
    spelled: list[ast.expr] = [
        name(each) if "." in each else ast.Name(each, ast.Load()) for each in types.split()
    ]
    several = ast.Tuple(spelled, ast.Load()) if spelled else None
    kind = spelled[0] if len(spelled) == 1 else several
    return ast.ExceptHandler(kind, caught, body or [ast.Pass()])


def _unused(writer: Writer) -> str:
    taken = {*writer.names.names.values(), *writer.names.reserved}
    name = ERROR
    while name in taken:
        name += "_"
    return name


def joined(body: list[ast.stmt], raising: bool = True) -> list[ast.stmt]:
    """The statements of a function, with the branches after a try in its paths.

    Not where that would bring a `raise` into a handler, and handlers are not for `raising`.
    """
    if not _holds_try(body):
        return body
    body = _block(body, raising)
    read = {
        node.id for statement in body for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }  # fmt: skip
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Try):
                parts: list[ast.Try | ast.ExceptHandler] = [node, *node.handlers]
                for part in parts:
                    left = [s for s in part.body if (flag := _flag(s)) is None or flag in read]
                    part.body = left or [ast.Pass()]
    return body


def _holds_try(body: list[ast.stmt]) -> bool:
    """Is there a try among these statements, or inside one?"""
    left = list(body)
    while left:
        statement = left.pop()
        if isinstance(statement, ast.Try):
            return True
        for field in ("body", "orelse"):
            left += getattr(statement, field, None) or ()
    return False


def _raises(body: list[ast.stmt] | None) -> bool:
    return any(isinstance(node, ast.Raise) for each in body or () for node in ast.walk(each))


def _block(body: list[ast.stmt], raising: bool) -> list[ast.stmt]:
    result: list[ast.stmt] = []
    done: ast.Try | None = None
    for statement in body:
        for field in ("body", "orelse"):
            inner = getattr(statement, field, None)
            if inner:
                setattr(statement, field, _block(inner, raising))
        last = result[-1] if result else None
        if isinstance(last, ast.Try) and isinstance(statement, ast.If) and last is not done:
            bodies = [last.body, *(handler.body for handler in last.handlers)]
            sides = [_taken(statement, _flags(part)) for part in bodies]
            stays = not raising and any(map(_raises, sides[1:]))
            if all(side is not None for side in sides) and not stays:
                done, last.orelse = last, sides[0] or []
                for handler, side in zip(last.handlers, sides[1:]):
                    handler.body += side or []
                continue
        result.append(statement)
    return result


def _flags(body: list[ast.stmt]) -> dict[str, bool]:
    """The flags that a path ends with."""
    found: dict[str, bool] = {}
    for statement in reversed(body):
        name = _flag(statement)
        if name is None:
            break
        found.setdefault(name, statement.value.value)  # type: ignore[attr-defined]
    return found


def _flag(statement: ast.stmt) -> str | None:
    """The name, where the statement is `name = True` or `name = False`."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=bool())):
            return name
    return None


def _taken(statement: ast.If, flags: dict[str, bool]) -> list[ast.stmt] | None:
    """The side of a branch that is taken, where the flags tell."""
    match statement.test:
        case ast.Name(id=name) if name in flags:
            side = statement.body if flags[name] else statement.orelse
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)) if name in flags:
            side = statement.orelse if flags[name] else statement.body
        case _:
            return None
    match side:
        case [ast.If() as inner]:
            return side if (deeper := _taken(inner, flags)) is None else deeper
    return side
