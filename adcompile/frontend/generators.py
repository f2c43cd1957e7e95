"""Generator expressions that are kept: they may be gone through once, as Python does.

So it is with map, zip and the like; they and the views of dictionaries compute their items when
they are gone through.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcompile.frontend import exceptions, liveness, statements
from adcompile.frontend.values import Closure, Name, Obj, Ref, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

LAZY = ("map", "filter", "zip", "enumerate", "reversed", "iter")
VIEWS = ("values", "items", "keys")
RAISING = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def check_kept(low: Lowerer, node: ast.Assign) -> None:
    """Refuse name = (... for ...) where the name may be read more than once."""
    target = node.targets[0]
    if not isinstance(target, ast.Name):
        return
    function = low.frame.function.node
    if isinstance(node.value, ast.GeneratorExp):
        check_reads(low, node.value, function, target.id, node)
        check_unchanged(low, node.value, function, target.id)
    elif isinstance(node.value, ast.Call) and _is_lazy(node.value):
        func = node.value.func
        once = isinstance(func, ast.Name) and func.id != "iter"
        if once and not _is_asked(function, target.id):
            check_reads(low, node.value, function, target.id, node)
        check_unchanged(low, node.value, function, target.id)


def is_lazy(node: ast.expr) -> bool:
    """Are the items of this computed when it is gone through?"""
    return isinstance(node, ast.GeneratorExp) or (isinstance(node, ast.Call) and _is_lazy(node))


def _is_lazy(node: ast.Call) -> bool:
    """Is this map(...), zip(...) and the like, or a view of a dictionary?"""
    match node.func:
        case ast.Name(id=name):
            return name in LAZY
        case ast.Attribute(attr=name):
            return name in VIEWS and not node.args
    return False


def _is_asked(function: ast.AST, name: str) -> bool:
    """Is there a next(name), or iter(name)?  It is known then how far the name has been read."""
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        and call.func.id in ("next", "iter") and bool(call.args)
        and isinstance(call.args[0], ast.Name) and call.args[0].id == name
        for call in ast.walk(function)
    )  # fmt: skip


def _what(node: ast.expr) -> tuple[str, str]:
    """What it is called, and the way out."""
    if isinstance(node, ast.GeneratorExp):
        return "the generator expression ", "[...]"
    return "", "list(...)"


def _last_read(function: ast.AST, node: ast.expr, name: str) -> tuple[int, int]:
    """Where a name is read last; in a loop that does not make it, the end of the loop."""
    end = node.end_lineno or node.lineno, node.end_col_offset or 0
    for each in ast.walk(function):
        reads = [
            n for n in ast.walk(each)
            if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        ] if isinstance(each, (ast.For, ast.While, ast.Name)) else []  # fmt: skip
        if reads and isinstance(each, ast.Name):
            end = max(end, (each.lineno, each.col_offset))
        elif reads and isinstance(each, (ast.For, ast.While)) and node not in ast.walk(each):
            again = [*each.body, *([each.test] if isinstance(each, ast.While) else [])]
            if any(read in ast.walk(part) for read in reads for part in again):
                end = max(end, (each.end_lineno or 0, each.end_col_offset or 0))
    return end


def _same_objects(low: Lowerer, used: Iterable[str]) -> dict[str, None]:
    """These names, and others for the same objects."""
    names = low.state.names[low.frame.number]
    kept = [names[name] for name in used if isinstance(names.get(name), (Obj, Ref))]
    return {**dict.fromkeys(used), **{name: None for name in names if names[name] in kept}}


def read_by(low: Lowerer, names: Iterable[str]) -> dict[str, None]:
    """These names, and what the functions among them read from around them."""
    found: dict[str, None] = dict.fromkeys(names)
    for name in list(found):
        value = low.state.names[low.frame.number].get(name)
        if isinstance(value, Closure) and value.frame == low.frame.number:
            found.update(liveness.free(value.function.node))
    return found


@contextmanager
def computed(low: Lowerer, node: ast.expr) -> Iterator[None]:
    """What is kept, or gone through by a loop, is computed here and later in Python: that must
    change nothing.
    """
    if not is_lazy(node) or not liveness.holds(node, ast.Call):
        yield
        return
    before = low.state.copy()
    yield
    if low.state.differs(before):
        raise low.rejection(
            node, "what computes the items of this changes something, and Python computes them one "
            f"by one, as they are gone through; make it a list: {_what(node)[1]}", "ADC121",
        )  # fmt: skip


@contextmanager
def kept(low: Lowerer, node: ast.Assign) -> Iterator[None]:
    """While what a name is set to is computed."""
    check_kept(low, node)
    with computed(low, node.value):
        yield


def check_unchanged(low: Lowerer, node: ast.expr, function: ast.AST, name: str) -> None:
    """Refuse what is gone through later than its names change."""
    begin = node.end_lineno or node.lineno, node.end_col_offset or 0
    end = _last_read(function, node, name)
    used = _same_objects(low, read_by(low, liveness.loads(node)))
    what, instead = _what(node)
    for statement in ast.walk(function):
        if not isinstance(statement, ast.stmt) or not hasattr(statement, "lineno"):
            continue
        if begin < (statement.lineno, statement.col_offset) < end:
            changed = {**liveness.assigned([statement]), **liveness.written([statement])}
            for other in changed:
                if other in used and other != name:
                    raise low.rejection(
                        node,
                        f"{other!r} may change before {what}{name} is gone through, and its "
                        f"items are computed only then; make it a list: {instead}",
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
    low: Lowerer, node: ast.expr, function: ast.AST, name: str, made: ast.AST | None
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
        what, instead = _what(node)
        raise low.rejection(
            node,
            f"{what}{name} may be gone through more than once, and is empty "
            f"after the first time; make it a list: {instead}",
            "ADC121",
        )


def stops_early(low: Lowerer, node: ast.Call, function: Value) -> bool:
    """Is this any(... for ...) or all(... for ...), which on its way binds names, calls functions,
    or may raise what it does not get to?
    """
    if not (
        isinstance(function, Name)
        and function.qualified in ("builtins.any", "builtins.all")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.GeneratorExp)
    ):
        return False
    return bool(liveness.walrus(node.args[0])) or any(
        isinstance(each, ast.Subscript)
        or (isinstance(each, ast.BinOp) and isinstance(each.op, RAISING))
        or (isinstance(each, ast.Call) and not exceptions.is_library(low, each.func))
        for part in (node.args[0].elt, *(test for g in node.args[0].generators for test in g.ifs))
        for each in ast.walk(part)
    )


def any_all(low: Lowerer, node: ast.Call) -> Value:
    """any(...) or all(...) as the loop that it is: it goes no further than it has to."""
    made = node.args[0]
    assert isinstance(made, ast.GeneratorExp) and isinstance(node.func, (ast.Name, ast.Attribute))
    decides = ast.unparse(node.func).endswith("any")
    found = f"%found{node.lineno}_{node.col_offset}"

    def flag(value: bool) -> ast.stmt:
        return ast.Assign([ast.Name(found, ast.Store())], ast.Constant(value))

    test = made.elt if decides else ast.UnaryOp(ast.Not(), made.elt)
    known = ast.Name(found, ast.Load())
    leave = ast.If(known if decides else ast.UnaryOp(ast.Not(), known), [ast.Break()], [])
    body: list[ast.stmt] = [ast.If(test, [flag(decides), ast.Break()], [])]
    for generator in reversed(made.generators):
        for condition in reversed(generator.ifs):
            body = [ast.If(condition, body, [])]
        loop = ast.For(generator.target, generator.iter, body, [])
        body = [loop, leave]
    whole = [flag(not decides), loop]
    for statement in whole:
        for inner in ast.walk(statement):
            if not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
    names = low.state.names[low.frame.number]
    targets = [generator.target for generator in made.generators]
    outer = {name: names.get(name) for name in liveness.assigned(targets)}
    low.frame.loads = {**(low.frame.loads or {}), found: 1}
    statements.block(low, whole)
    low.restore(outer)
    return low.state.names[low.frame.number].pop(found)
