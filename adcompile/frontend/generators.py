"""Generator expressions that are kept: they may be gone through once, as Python does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import liveness
from adcompile.frontend.values import Closure, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def check_kept(low: Lowerer, node: ast.Assign) -> None:
    """Refuse name = (... for ...) where the name may be read more than once."""
    target = node.targets[0]
    if not isinstance(node.value, ast.GeneratorExp) or not isinstance(target, ast.Name):
        return
    function = low.frame.function.node
    check_reads(low, node.value, function, target.id, node)


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
