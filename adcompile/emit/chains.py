"""Long chains of branches as `elif`, which Python reads however long they are.

    if v1:                              if v1:
        a = x                               a = x
    else:                               elif (v2 := x > 1.0):
        v2 = x > 1.0           ->           a = y
        if v2:                          ...
            a = y
        ...

Indentation ends at a hundred levels; what stays well below it is left as it is.
"""

from __future__ import annotations

import ast

LONG = 60  # levels; Numba does not compile `:=` in a test
FIELDS = ("body", "orelse", "finalbody", "handlers")


def unchained(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements, in which no chain of branches is indented for more than LONG levels."""
    heads = list(body)
    while heads:
        head = heads.pop()
        links = _links(head)
        if sum(len(link.orelse) > 1 for link in links) > LONG:
            for link in links:
                _join(link)
        for link in links:
            heads += link.body
        last = links[-1] if links else head
        for field in FIELDS[bool(links) :]:
            heads += getattr(last, field, None) or ()
    return body


def _links(statement: ast.stmt) -> list[ast.If]:
    """A branch, the branch that its else side ends with, and so on."""
    links: list[ast.If] = []
    found: ast.stmt | None = statement
    while isinstance(found, ast.If):
        links.append(found)
        match found.orelse:
            case [ast.If() as inner]:
                found = inner
            case [ast.Assign(targets=[ast.Name(id=name)]), ast.If() as inner] if (
                _tested(inner) == name
            ):
                found = inner
            case _:
                found = None
    return links


def _tested(branch: ast.If) -> str | None:
    """The name that a branch tests."""
    match branch.test:
        case ast.Name(id=name) | ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return name
    return None


def _join(link: ast.If) -> None:
    """Move what the else side assigns into the test that follows it."""
    match link.orelse:
        case [ast.Assign(targets=[ast.Name() as target], value=value), ast.If() as inner]:
            named = ast.NamedExpr(target, value)
            negated = isinstance(inner.test, ast.UnaryOp)
            inner.test = ast.UnaryOp(ast.Not(), named) if negated else named
            link.orelse = [inner]
