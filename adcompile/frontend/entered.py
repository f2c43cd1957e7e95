"""What a try that is taken apart holds, and is known only where it is lowered: calls, with blocks,
match statements, and what runs on every way out of a block.

    with p as q:                    q = p.__enter__()               each of these taken apart
        y = f(q)            =>      caught1 = 0; y = f(q)
                                    if caught1 == 0: p.__exit__(None, None, None)
                                    else: p.__exit__(kind, error, None), and raised again
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import (
    classes,
    contexts,
    exceptions,
    expressions,
    finals,
    inside,
    noting,
    patterns,
    statements,
    thrown,
)
from adcompile.frontend.noting import (
    CAUGHT,
    Guard,
    assign,
    at,
    is_,
)
from adcompile.frontend.values import Num, TakeApart
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.stages import Apart


def call(apart: Apart, step: inside.Step, guards: list[Guard]) -> ast.stmt:
    """A call, the statements of what is called each an attempt of its own."""
    low, call = apart.low, step.call
    assert call is not None
    place = inside.place_of(low, step.node)
    whole = apart.tried(step.node, [], guards)

    def action() -> None:
        function = None if ("whole", place) in low.stages else inside.function_of(low, call)
        if function is None:
            statements.block(low, [whole])
            return
        outer = low.within
        low.within = inside.Within(function, lambda body: apart.block(body, guards))
        try:
            statements.block(low, [step.node])
            if low.within is not None:  # what was called is another one
                low.stages["whole", place] = None
                raise TakeApart
        finally:
            low.within = outer

    return thrown.found_out(apart, action, whole, guards)


def leaving(
    apart: Apart, node: ast.stmt, body: list[ast.stmt], last: list[ast.stmt], ends: list[ast.stmt],
    guards: list[Guard], name: str | None = None,
) -> ast.stmt:  # fmt: skip
    """A body with what runs on its ways out: `last`, or `ends` where an exception leaves."""
    low, outer, apart.parts = apart.low, apart.again, True
    handler = at(ast.ExceptHandler(None, name, ends), node)
    own = apart.begin(at(ast.Try(body, [handler], [], []), node), [exceptions.EVERY])
    number, apart.again = own[0].of, None
    inner = apart.block(body, own)
    apart.again = outer

    def nowhere() -> None:
        for flag in statements.FLAGS:
            low.set(flag, statements.FALSE)

    def action() -> None:
        low.set(f"{CAUGHT}{number}", Num(Lit(0)))
        statements.block(low, inner)
        if low.state.dead:
            return
        caught = low.truth(expressions.lower(low, is_(number, 0)))
        ways = apart.paths([handler], number, [], guards)

        def out() -> None:
            finals.on_the_way_out(low, lambda: statements.block(low, apart.block(last, guards)))
            stays = low.truth(expressions.lower(low, noting.uncaught(guards)))
            if stays != Lit(True) and not low.state.dead:  # an exception leaves in place of these
                statements.branch(low, stays, lambda: None, nowhere)

        def caught_here() -> None:
            nowhere()
            statements.block(low, ways)

        if caught == Lit(True):
            out()
        else:
            statements.branch(low, caught, out, caught_here)

    seen = [*inner, *apart.block(last, guards), *apart.paths([handler], number, [], guards)]
    return at(finals.Action(action, seen, low.frame.number), node)


def entered(
    apart: Apart, node: ast.With, rest: list[ast.stmt], guards: list[Guard]
) -> list[ast.stmt]:
    """A with block, of an object of the user's, and what follows it."""
    item, *others = node.items
    body: list[ast.stmt] = [at(ast.With(others, node.body), node)] if others else node.body
    low, apart.parts = apart.low, True
    after = apart.then(node, rest, guards)
    special = contexts.as_statements(low, node, body)
    if special is not None:
        return [*apart.block(special, guards), *after]
    if contexts.is_special(low, item.context_expr):
        return [apart.tried(node, rest, guards)]
    low.subjects += 1
    name = f"%context{low.subjects}"
    held = ast.copy_location(ast.Name(name, ast.Load()), node)
    known = [ast.withitem(held, item.optional_vars)]
    whole = apart.tried(at(ast.With(known, body), node), [], guards)

    def action() -> None:
        value = low.name(name, held)
        found = [classes.method_of(low, value, each) for each in ("__enter__", "__exit__")]
        if found[0] is None or found[1] is None:
            statements.block(low, [whole])
            return
        call = ast.Call(ast.Attribute(held, "__enter__", ast.Load()), [], [])
        enter: ast.stmt = at(ast.Expr(call), node)
        if item.optional_vars is not None:
            enter = at(ast.Assign([item.optional_vars], call), node)
        last, ends, error = contexts.left(low, node, name, found[1][0].function, True)
        left = leaving(apart, node, body, [last], ends, guards, error)
        statements.block(low, apart.stage(enter, [left], guards))

    given = at(assign(name, item.context_expr), node)
    return [*apart.stage(given, [thrown.found_out(apart, action, whole, guards)], guards), *after]


def matched(apart: Apart, node: ast.Match, guards: list[Guard]) -> list[ast.stmt]:
    """A match statement, whose ifs are known where it is lowered."""
    low, apart.parts = apart.low, True
    low.subjects += 1
    name = f"%kept{low.subjects}"
    apart.names.append(name)
    held = ast.copy_location(ast.Name(name, ast.Load()), node.subject)
    known = at(ast.Match(held, node.cases), node)
    assert isinstance(known, ast.Match)
    whole = apart.tried(known, [], guards)

    def action() -> None:
        statements.block(low, apart.block(patterns.chain(low, known), guards))

    given = at(assign(name, node.subject), node)
    return apart.stage(given, [thrown.found_out(apart, action, whole, guards)], guards)
