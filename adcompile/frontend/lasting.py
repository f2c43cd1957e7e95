"""Which names may still be read after a statement: the others need not be known there.

    for i in range(n):          after the loop, part is dead, and s is live
        part = [x[i], 1.0]
        s = s + part[0]
    part = s * s
    return part
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import NamedTuple

from adcompile.frontend.liveness import assigned, captured, exposed, holds, loads
from adcompile.syntax import walk

Names = dict[str, None]
MAKERS = (ast.Yield, ast.YieldFrom, ast.Await)
LATER = (ast.GeneratorExp, ast.ClassDef)
OUTSIDE = (ast.Nonlocal, ast.Global)


def after(function: ast.AST) -> dict[ast.stmt, Names] | None:
    """The names that may be read after each if and each loop; None where this is not known."""
    body = getattr(function, "body", None)
    if not isinstance(body, list) or holds(function, *MAKERS):
        return None
    found = _Lasting()
    found.block(body, _Ways({}, {}, {}, {}, _always(function, body)))
    return found.known


def _always(function: ast.AST, body: list[ast.stmt]) -> Names:
    """Names that functions, generators and classes made here read, perhaps later, or of others."""
    names = captured(body)
    if not holds(function, *LATER, *OUTSIDE):
        return names
    for node in walk(function):
        if isinstance(node, LATER):
            names.update(_read(node))
        elif isinstance(node, OUTSIDE):
            names.update(dict.fromkeys(node.names))
    return names


class _Ways(NamedTuple):
    """What is read on each way out of a statement; `always` on those of exceptions."""

    next: Names
    end: Names
    again: Names
    result: Names
    always: Names


class _Lasting:
    def __init__(self) -> None:
        self.known: dict[ast.stmt, Names] = {}

    def block(self, statements: Iterable[ast.stmt], ways: _Ways) -> Names:
        """The names that may be read from here on."""
        live = {**ways.next, **ways.always}
        for node in reversed(list(statements)):
            live = {**self.statement(node, ways._replace(next=live)), **ways.always}
        return live

    def note(self, node: ast.stmt, ways: _Ways) -> None:
        """The paths of all ways out of a statement meet after it."""
        found = {**ways.next, **ways.end, **ways.again, **ways.result, **ways.always}
        self.known.setdefault(node, {}).update(found)

    def statement(self, node: ast.stmt, ways: _Ways) -> Names:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                self.note(node, ways)
                return {**_read(test), **self.block(body, ways), **self.block(orelse, ways)}
            case ast.For(target=target, iter=sequence, body=body, orelse=orelse):
                bound = _bound([target])
                live = self.loop(node, lambda turn: _without(turn, bound), body, orelse, ways)
                return {**live, **_read(sequence), **_read(target)}
            case ast.While(test=test, body=body, orelse=orelse):
                read = _read(test)
                return self.loop(node, lambda turn: {**turn, **read}, body, orelse, ways)
            case ast.Return(value=value):
                return {**ways.result, **_read(value)}
            case ast.Break():
                return ways.end
            case ast.Continue():
                return ways.again
            case ast.Raise():
                return _read(node)
            case ast.With(items=items, body=body):
                return {**_read(*items), **self.block(body, _exposed(ways, ways.next))}
            case ast.Try():
                return self.attempt(node, ways)
            case ast.Match(subject=subject, cases=cases):
                live = {**_read(subject), **ways.next}
                for case in cases:
                    live |= {**_read(case.pattern, case.guard), **self.block(case.body, ways)}
                return live
            case ast.Assign(targets=targets):
                return {**_without(ways.next, _bound(targets)), **_read(node)}
            case ast.AnnAssign(target=target, value=ast.expr()):
                return {**_without(ways.next, _bound([target])), **_read(node)}
            case ast.AugAssign():
                return {**ways.next, **_read(node)}
        return {**ways.next, **_read(node), **assigned([node])}

    def loop(
        self,
        node: ast.For | ast.While,
        begin: Callable[[Names], Names],
        body: list[ast.stmt],
        orelse: list[ast.stmt],
        ways: _Ways,
    ) -> Names:
        """The names read from the head of a loop on; `begin` tells those of a turn before it.

        What a turn may read before it assigns it is among them: mostly, one look is enough then.
        """
        done = self.block(orelse, ways)
        self.note(node, ways._replace(next={**done, **ways.next}))
        head = begin({**done, **exposed(body)})
        while True:
            inside = ways._replace(next=head, end=ways.next, again=head)
            found = {**head, **done, **begin(self.block(body, inside))}
            if len(found) == len(head):
                return head
            head = found

    def attempt(self, node: ast.Try, ways: _Ways) -> Names:
        if node.finalbody:
            every = {**ways.next, **ways.end, **ways.again, **ways.result}
            last = self.block(node.finalbody, ways._replace(next=every))
            ways = _Ways(last, last, last, last, {**ways.always, **last})
        caught: Names = {}
        for handler in node.handlers:
            caught |= {**_read(handler.type), **self.block(handler.body, ways)}
        orelse = self.block(node.orelse, ways)
        inside = _exposed(ways, {**caught, **ways.next})._replace(next=orelse)
        return {**self.block(node.body, inside), **caught}


def _exposed(ways: _Ways, names: Names) -> _Ways:
    """The ways out of what may stop anywhere, where names are read next."""
    return ways._replace(always={**ways.always, **names})


def _bound(targets: Iterable[ast.expr]) -> Names:
    """The names that targets bind for certain."""
    found: Names = {}
    for target in targets:
        if isinstance(target, ast.Name):
            found[target.id] = None
        elif isinstance(target, (ast.Tuple, ast.List)):
            found |= _bound(target.elts)
        elif isinstance(target, ast.Starred):
            found |= _bound([target.value])
    return found


def _read(*nodes: ast.AST | None) -> Names:
    return {name: None for node in nodes if node is not None for name in loads(node)}


def _without(names: Names, bound: Names) -> Names:
    return {name: None for name in names if name not in bound}
