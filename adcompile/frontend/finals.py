"""What runs on every way out of a block: finally, and the ends of with blocks.

    try:                        the body sets flags: it returns, breaks, continues, or none of it
        return f(x)      =>     the flags are put aside, finally runs,
    finally:                    and they are set again where finally has not left by itself
        n = n + 1

The value of a return is computed before finally runs.  Where what finally does is seen although an
exception leaves, the body is an attempt that has a handler: finally, and the exception again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import attempts, liveness, statements
from adcompile.frontend import sources as s
from adcompile.frontend.entities import Scope
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

RESULT = "%retval"
QUIET = ("time.",)


class Action(ast.stmt):
    """A statement that is lowered by calling; `body` are the statements that this lowers."""

    _fields = ("body",)

    def __init__(self, action: Callable[[], None], body: list[ast.stmt], frame: int) -> None:
        super().__init__()
        self.action, self.body, self.frame = action, body, frame


def finally_statement(low: Lowerer, node: ast.Try) -> None:
    """try with finally."""
    body: list[ast.stmt] = [*node.body, *node.orelse]
    if node.handlers:
        inner = ast.Try(node.body, node.handlers, node.orelse, [])
        body = [ast.copy_location(inner, node)]
    uncaught: list[ast.stmt] = []
    if low.raising is not None or is_seen(low.frame.function.scope, node.finalbody):
        raised = ast.copy_location(ast.Raise(), node.finalbody[-1])
        uncaught = [*node.finalbody, raised]
    leaving(low, node, body, lambda: statements.block(low, node.finalbody), uncaught)


def leaving(
    low: Lowerer,
    node: ast.stmt,
    body: list[ast.stmt],
    last: Callable[[], None],
    uncaught: list[ast.stmt],
    name: str | None = None,
) -> None:
    """Lower a body, and `last` on its ways out; `uncaught` where an exception leaves."""
    if not uncaught:
        statements.block(low, body)
        on_the_way_out(low, last)
        return
    handler = ast.copy_location(ast.ExceptHandler(None, name, uncaught), uncaught[0])
    whole = ast.copy_location(ast.Try(body, [handler], [], []), node)
    attempts.Attempt(low, whole, lambda: on_the_way_out(low, last)).lower([])


def is_seen(scope: Scope, body: list[ast.stmt]) -> bool:
    """Is it seen where an exception leaves: a call, a raise, a jump that stops the exception?"""
    if liveness.contains(body, ast.Raise, ast.Assert, ast.With, *attempts.JUMPS):
        return True
    return any(
        isinstance(node, ast.Call) and not _is_quiet(scope, node)
        for statement in body
        for node in ast.walk(statement)
    )


def _is_quiet(scope: Scope, node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in liveness.CHANGING:
        return True
    head, _, rest = ast.unparse(node.func).partition(".")
    entity = scope.lookup(head)
    full = f"{entity.name}.{rest}" if isinstance(entity, s.Qualified) else ""
    return full.startswith(QUIET) and not full.startswith("time.sleep")


def on_the_way_out(low: Lowerer, last: Callable[[], None]) -> None:
    """Lower `last`, whichever way control goes on."""
    if low.state.dead:
        return
    names = low.state.names[low.frame.number]
    flags = {flag: names[flag] for flag in statements.FLAGS}
    if all(value == statements.FALSE for value in flags.values()):
        last()
        return
    low.subjects += 1
    prefix = f"%left{low.subjects}"
    kept = {**flags, **({RESULT: names.pop(RESULT)} if RESULT in names else {})}
    for name, value in kept.items():
        low.set(prefix + name, value)
    for flag in flags:
        low.set(flag, statements.FALSE)

    def restore() -> None:
        names = low.state.names[low.frame.number]
        for name in kept:
            low.set(name, names[prefix + name])

    last()
    if low.state.dead:
        return
    skip = low.flag("%skip")
    if skip == Lit(False):
        restore()
    elif skip != Lit(True):
        statements.branch(low, skip, lambda: statements.stay(low, skip), restore)
    names = low.state.names[low.frame.number]
    for name in kept:
        names.pop(prefix + name, None)


