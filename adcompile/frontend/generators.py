"""Generator expressions that are kept: they may be gone through once, as Python does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import liveness, statements
from adcompile.frontend.values import Closure, Name, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def check_kept(low: Lowerer, node: ast.Assign) -> None:
    """Refuse name = (... for ...) where the name may be read more than once."""
    target = node.targets[0]
    if not isinstance(node.value, ast.GeneratorExp) or not isinstance(target, ast.Name):
        return
    function = low.frame.function.node
    check_reads(low, node.value, function, target.id, node)
    check_unchanged(low, node.value, function, target.id)


def check_unchanged(
    low: Lowerer, node: ast.GeneratorExp, function: ast.AST, name: str
) -> None:
    """Refuse a generator expression whose names change before it is gone through."""
    reads = [
        n for n in ast.walk(function)
        if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    ]  # fmt: skip
    begin = node.end_lineno or node.lineno, node.end_col_offset or 0
    end = max(((n.lineno, n.col_offset) for n in reads), default=begin)
    used = liveness.loads(node)
    for statement in ast.walk(function):
        if not isinstance(statement, ast.stmt) or not hasattr(statement, "lineno"):
            continue
        if begin < (statement.lineno, statement.col_offset) < end:
            changed = {**liveness.assigned([statement]), **liveness.written([statement])}
            for other in changed:
                if other in used and other != name:
                    raise low.rejection(
                        node,
                        f"{other!r} may change before the generator expression {name} is gone "
                        "through, and its items are computed only then; make it a list: [...]",
                        "ADC121",
                    )


def check_handed(low: Lowerer, node: ast.Call, function: Value) -> None:
    """Refuse g(... for ...) where g may read its parameter more than once."""
    if not isinstance(function, Closure):
        return
    arguments = function.function.node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    given = [*zip(names, node.args), *((word.arg, word.value) for word in node.keywords)]
    for name, value in given:
        if isinstance(value, ast.GeneratorExp) and name is not None:
            check_reads(low, value, function.function.node, name, None)


def check_reads(
    low: Lowerer, node: ast.GeneratorExp, function: ast.AST, name: str, made: ast.AST | None
) -> None:
    repeated = [
        loop
        for loop in ast.walk(function)
        if isinstance(loop, (ast.For, ast.While)) and made not in list(ast.walk(loop))
    ]
    inside = any(
        liveness.loads(part).get(name) for loop in repeated for part in [*loop.body, *loop.orelse]
    )
    if liveness.loads(function).get(name, 0) > 1 or inside:
        raise low.rejection(
            node,
            f"the generator expression {name} may be gone through more than once, and is empty "
            "after the first time; make it a list: [...]",
            "ADC121",
        )


def stops_early(node: ast.Call, function: Value) -> bool:
    """Is this any(... for ...) or all(... for ...), which binds names on its way?"""
    return (
        isinstance(function, Name)
        and function.qualified in ("builtins.any", "builtins.all")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.GeneratorExp)
        and bool(liveness.walrus(node.args[0]))
    )


def any_all(low: Lowerer, node: ast.Call) -> Value:
    """any(...) or all(...) as the loop that it is: it goes no further than it has to."""
    made = node.args[0]
    assert isinstance(made, ast.GeneratorExp) and isinstance(node.func, (ast.Name, ast.Attribute))
    if len(made.generators) > 1:
        raise low.rejection(
            node, "a name is bound by := inside a generator of several loops, which any and all "
            "leave early; write the loops out", "ADC121",
        )  # fmt: skip
    generator = made.generators[0]
    decides = ast.unparse(node.func).endswith("any")
    found = f"%found{node.lineno}_{node.col_offset}"

    def flag(value: bool) -> ast.stmt:
        return ast.Assign([ast.Name(found, ast.Store())], ast.Constant(value))

    test = made.elt if decides else ast.UnaryOp(ast.Not(), made.elt)
    body: ast.stmt = ast.If(test, [flag(decides), ast.Break()], [])
    for condition in reversed(generator.ifs):
        body = ast.If(condition, [body], [])
    loop = ast.For(generator.target, generator.iter, [body], [])
    whole = [flag(not decides), loop]
    for statement in whole:
        for inner in ast.walk(statement):
            if not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
    names = low.state.names[low.frame.number]
    outer = {name: names.get(name) for name in liveness.assigned([generator.target])}
    low.frame.loads = {**(low.frame.loads or {}), found: 1}
    statements.block(low, whole)
    low.restore(outer)
    return low.state.names[low.frame.number].pop(found)
