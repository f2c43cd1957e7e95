"""Decorators that enter what they are given in a table of the file, and give it back.

    def register(name):                     RULES["euler"] = euler
        def enter(f):
            RULES[name] = f          =>     stands behind the function, which is not decorated
            return f
        return enter

    @register("euler")
    def euler(x): ...
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

ENTERED = ("append", "add", "setdefault", "update")
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Maker:
    """A function whose call is such a decorator, or, without `outer`, which is one."""

    inner: ast.FunctionDef
    store: ast.stmt
    outer: ast.FunctionDef | None = None


def written_out(tree: ast.Module) -> ast.Module:
    """The file with what such decorators do in their place, where it has no other use for them."""
    makers = {each.name: made for each in tree.body if isinstance(each, ast.FunctionDef)
              for made in [_maker(each)] if made is not None}  # fmt: skip
    if not makers:
        return tree
    used = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    bound = Counter(node.name for node in tree.body if isinstance(node, DEFINITIONS))
    while True:
        entries = {place: _entries(makers, each) for place, each in enumerate(tree.body)}
        taken = Counter(name for found in entries.values() for name, _ in found)
        whole = {name: made for name, made in makers.items()
                 if 0 < used[name] == taken[name] and bound[name] == 1}  # fmt: skip
        if len(whole) == len(makers):
            break
        makers = whole
    body: list[ast.stmt] = []
    for place, each in enumerate(tree.body):
        found = entries[place]
        if found and isinstance(each, DEFINITIONS):
            each = copy(each)
            each.decorator_list = each.decorator_list[len(found) :]
        body += [each, *(entry for _, entry in reversed(found))]
    for made in makers.values():
        made.inner.enters = True  # type: ignore[attr-defined]
    return ast.Module(body, tree.type_ignores)


def _entries(makers: Mapping[str, Maker], definition: ast.stmt) -> list[tuple[str, ast.stmt]]:
    """What the outermost decorators of a definition do that are such, and their names."""
    found: list[tuple[str, ast.stmt]] = []
    if isinstance(definition, DEFINITIONS):
        for mark in definition.decorator_list:
            name = getattr(mark.func if isinstance(mark, ast.Call) else mark, "id", "")
            entry = _entry(makers[name], mark, definition.name) if name in makers else None
            if entry is None:
                break
            found.append((name, entry))
    return found


def only_enters(function: object) -> bool:
    """Is this the function of such a decorator, whose changes stand where it was used?"""
    return getattr(function, "enters", False)


def entered_by(
    module: Module, origin: Callable[[Module, str], tuple[Module, str] | None]
) -> Iterator[tuple[str, str]]:
    """The tables of other files, (file, name), that such decorators of theirs enter things in."""
    texts: dict[str, None] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            base: ast.expr = node
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name) and base.id in module.imports:
                texts[ast.unparse(node)] = None
    for text in texts:
        home, name = origin(module, text) or (module, "")
        function = home.functions.get(name)
        if home is not module and function is not None:
            made = _maker(function.node) if isinstance(function.node, ast.FunctionDef) else None
            for part in ast.walk(made.store) if made is not None else ():
                if isinstance(part, ast.Name) and part.id in home.constants:
                    yield home.file, part.id


def _maker(node: ast.FunctionDef) -> Maker | None:
    body = [each for each in node.body if not _is_text(each)]
    if node.decorator_list:
        return None
    match body:
        case [ast.FunctionDef() as inner, ast.Return(value=ast.Name(id=name))]:
            made = _maker(inner) if name == inner.name else None
            known = made is not None and made.outer is None and _params(node) is not None
            return Maker(inner, made.store, node) if made is not None and known else None
        case [store, ast.Return(value=ast.Name(id=given))] if _params(node) == [given]:
            return Maker(node, store) if _is_store(store) else None
    return None


def _params(node: ast.FunctionDef) -> list[str] | None:
    args = node.args
    if args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs:
        return None
    return [each.arg for each in args.args]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_store(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name())]):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr=name))):
            return name in ENTERED
    return False


def _entry(maker: Maker, mark: ast.expr, name: str) -> ast.stmt | None:
    """What a decorator does where it stands above a definition of this name."""
    values: dict[str, ast.expr] = {}
    if maker.outer is not None:
        if not isinstance(mark, ast.Call):
            return None
        params, defaults = maker.outer.args.args, maker.outer.args.defaults
        late = params[len(params) - len(defaults) :]
        values = {each.arg: default for each, default in zip(late, defaults)}
        values.update(zip((each.arg for each in params), mark.args))
        values.update((k.arg, k.value) for k in mark.keywords if k.arg is not None)
        if {*values} != {each.arg for each in params} or len(mark.args) > len(params):
            return None
        if not all(isinstance(each, ast.Constant) for each in values.values()):
            return None
    elif isinstance(mark, ast.Call):
        return None
    made = _Filled(maker.inner.args.args[0].arg, name, values).visit(deepcopy(maker.store))
    for node in ast.walk(made):
        ast.copy_location(node, mark)
    entry: ast.stmt = made
    return entry


class _Filled(ast.NodeTransformer):
    """The statement with what it is given in place of the names of it."""

    def __init__(self, given: str, name: str, values: Mapping[str, ast.expr]) -> None:
        self.given, self.name, self.values = given, name, values

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        own = isinstance(node.value, ast.Name) and node.value.id == self.given
        if own and node.attr in ("__name__", "__qualname__"):
            return ast.Constant(self.name)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == self.given:
            return ast.Name(self.name, ast.Load())
        return deepcopy(self.values.get(node.id, node))
