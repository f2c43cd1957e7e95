"""Generators under contextlib.contextmanager: the with block stands where they yield.

    @contextmanager                   with scaled(x) as y:  =>   y = x * 2
    def scaled(x):                        z = y * y              try:
        y = x * 2                                                    z = y * y
        try:                                                     finally:
            yield y                                                  print("done")
        finally:
            print("done")

The statements of the generator are lowered in a frame of their own, those of the block in theirs.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    assignment,
    binding,
    contexts,
    expressions,
    finals,
    refusing,
    statements,
)
from adcompile.frontend import sources as s
from adcompile.frontend.values import Closure, Frame, Name, Num, Partial, Value
from adcompile.trace.ir import NOTHING

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MAKER = "contextlib.contextmanager"


def is_manager(function: s.Function) -> bool:
    """Is this a generator under contextmanager?  Its call runs nothing of it yet."""
    marks = [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list
    found = [function.scope.lookup(ast.unparse(mark)) for mark in marks if _is_plain(mark)]
    return any(isinstance(each, s.Qualified) and each.name == MAKER for each in found)


def _is_plain(mark: ast.expr) -> bool:
    return isinstance(mark, (ast.Name, ast.Attribute))


def made(closure: Closure, positional: list[Value], keywords: dict[str, Value]) -> Value:
    """What the call of such a generator gives."""
    return Partial(Name(MAKER), (closure, *positional), tuple(keywords.items()))


def run(
    low: Lowerer, node: ast.With, value: Partial, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    """with generator(...) as target: body"""
    closure, *args = value.args
    assert isinstance(closure, Closure)
    function, outer = closure.function, low.frame
    here, loc = low.here, low.build.loc
    if any(frame.function.node is function.node for frame in low.stack):
        raise low.rejection(
            node, f"{function.name} is entered while it is entered already; write its statements "
            "out", "ADC102",
        )  # fmt: skip

    def block(given: ast.expr | None) -> None:
        item = Num(NOTHING) if given is None else expressions.lower(low, given)
        inner, low.frame = low.frame, outer
        try:
            low.at(node)
            if target is not None:
                assignment.assign(low, target, item)
            statements.block(low, body)
        finally:
            low.frame = inner

    hole = _Hole(low, block, body, outer.number)
    statements_ = hole.block(function.node.body)
    if hole.count != 1 or hole.count != _yields(function.node):
        raise low.rejection(
            node, f"the with block of {function.name} cannot be put where it yields: that has to "
            "be one statement, outside of loops and branches; write its statements out", "ADC102",
        )  # fmt: skip
    names = binding.bind(low, closure, args, dict(value.keywords))
    low.frames += 1
    frame = Frame(function, low.frames, closure.frame, low.loads_of(function.node))
    low.stack.append(frame)
    low.frame = frame
    low.state.names[frame.number] = statements.begun(function.node, names)
    try:
        contexts.decorated(low, function.node)
        statements.block(low, statements_)
    finally:
        low.stack.pop()
        low.frame, low.build.loc, low.here = outer, loc, here
        if not low.keeps(frame.number):
            low.state.names.pop(frame.number, None)


def _yields(function: ast.AST) -> int:
    return sum(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in refusing.own_nodes(function))


class _Hole:
    """Puts the with block where the generator yields: at its level, in a try, in a with block."""

    def __init__(self, low: Lowerer, action: Any, body: list[ast.stmt], frame: int) -> None:
        self.low, self.action, self.body, self.frame = low, action, body, frame
        self.count = 0

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self.statement(node) for node in body]

    def statement(self, node: ast.stmt) -> ast.stmt:
        match node:
            case ast.Expr(value=ast.Yield(value=value)):
                self.count += 1
                action = finals.Action(lambda: self.action(value), self.body, self.frame)
                return ast.copy_location(action, node)
            case ast.Try():
                made: ast.stmt = ast.Try(
                    self.block(node.body), node.handlers, node.orelse, node.finalbody
                )
                return ast.copy_location(made, node)
            case ast.With():
                return ast.copy_location(ast.With(node.items, self.block(node.body)), node)
        return node
