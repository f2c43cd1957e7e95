"""Which names of a file stand for objects that are changed after they were made."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from adcompile.frontend import liveness

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

IN_PLACE = ("shuffle", "fill_diagonal", "copyto", "put", "place", "putmask", "at",
            "put_along_axis", "setattr", "heapify", "heappush")  # fmt: skip
CHANGING = frozenset(
    [
        "append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "setdefault",
        "add", "discard", "sort", "reverse", "rotate", "appendleft", "extendleft", "popleft",
        "fill", "put", "resize", "__setitem__", "__delitem__",
    ]
)  # fmt: skip
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def changed(tree: ast.Module, module: Module) -> Iterator[str]:
    """The names whose object is changed when the file is imported, or when a function is called.

    A function of the file may have been called before: by a decorator, or by who uses it.
    """
    yield from _when_imported(tree, module)
    found = dict.fromkeys(_by_functions(tree, frozenset()))
    for name in found:
        if name in module.imports or (name in module.constants and not _is_memo(tree, name)):
            yield name


def _is_memo(tree: ast.Module, name: str) -> bool:
    """Do only functions use it that ask whether a key is there, and find the same?"""
    for statement in tree.body:
        functions = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for node in functions:
            uses = isinstance(node, FUNCTIONS) and name in liveness.loads(node)
            if uses and not any(map(_asks(name), ast.walk(node))):
                return False
    return True


def _asks(name: str) -> Callable[[ast.AST], bool]:
    """Is a node `key in name`, or `key not in name`?"""

    def asks(node: ast.AST) -> bool:
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=found)]):
                return found == name
        return False

    return asks


def _when_imported(tree: ast.Module, module: Module) -> Iterator[str]:
    """The names whose object is changed by statements that run when the file is imported."""
    for statement in top_level(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for node in ast.walk(statement):
            match node:
                case (
                    ast.Subscript(ctx=ast.Store() | ast.Del())
                    | ast.Attribute(ctx=ast.Store() | ast.Del())
                ):
                    yield from _base(node)
                case ast.Expr(value=ast.Call(func=function, args=args)):
                    if isinstance(function, ast.Attribute) and not _is_logger(function, module):
                        yield from _base(function)
                    for place, arg in enumerate(args):
                        if _overwrites(function, place, module):
                            yield from _base(arg)
                case ast.Call(func=ast.Attribute(attr=method) as function) if method in CHANGING:
                    yield from _base(function)


def _is_logger(function: ast.Attribute, module: Module) -> bool:
    """Is this a method of a logger, of which nothing is read?"""
    made = module.constants.get(ast.unparse(function.value))
    return (
        made is not None
        and isinstance(made.node, ast.Call)
        and ast.unparse(made.node.func).rpartition(".")[2] == "getLogger"
    )


def _overwrites(function: ast.expr, place: int, module: Module) -> bool:
    """May a call change the argument at this place?"""
    called = module.functions.get(function.id) if isinstance(function, ast.Name) else None
    if called is None:
        return place == 0 and ast.unparse(function).rpartition(".")[2] in IN_PLACE
    arguments = [*called.node.args.posonlyargs, *called.node.args.args]
    if place >= len(arguments):
        return False
    for node in ast.walk(called.node):
        store = isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(
            node.ctx, ast.Load
        )
        method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        inner: Any = node.func if method else node if store else None  # type: ignore[attr-defined]
        if isinstance(node, ast.AugAssign):
            inner = node.target
        if inner is not None and arguments[place].arg in _base(inner):
            return True
    return False


def _by_functions(node: ast.AST, local: frozenset[str]) -> Iterator[str]:
    """The names of the file whose object a function below this node changes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield from _in_function(child, local | _locals(child))
        else:
            yield from _by_functions(child, local)


def _in_function(node: ast.AST, local: frozenset[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield from _in_function(child, local | _locals(child))
            continue
        yield from (name for name in _base(_written(child)) if name not in local)
        yield from _in_function(child, local)


def _written(node: ast.AST) -> ast.AST:
    """What a piece of syntax writes to, or the piece itself."""
    match node:
        case ast.Call(func=ast.Attribute(attr=method) as written) if method in CHANGING:
            return written
        case ast.Call(func=function, args=[first, *_]):
            return first if ast.unparse(function).rpartition(".")[2] in IN_PLACE else node
        case ast.AugAssign(target=ast.Name()):
            return node.target
        case ast.Subscript(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()) | ast.Name():
            return ast.Pass()
    return node


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that are a function's own."""
    arguments = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    if isinstance(function, ast.Lambda):
        return frozenset(arguments)
    names = set(arguments).union(liveness.assigned(function.body))
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            names.difference_update(node.names)
    return frozenset(names)


def _base(node: ast.AST) -> Iterator[str]:
    """The name at the head of a.b[c]."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the file is imported, those in if and try blocks too."""
    for statement in body:
        yield statement
        match statement:
            case ast.If() if _is_main_guard(statement.test):
                pass
            case ast.If(body=inner, orelse=other):
                yield from top_level(inner + other)
            case ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=final):
                yield from top_level(inner + other + final)
                for handler in handlers:
                    yield from top_level(handler.body)
            case ast.With(body=inner):
                yield from top_level(inner)


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )
