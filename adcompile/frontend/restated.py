"""Module-level statements that the emitted module needs, in the names that it gives them.

A statement of another file is written in that file's names; what these stand for may have other
names in the file that is compiled, or its names may stand for something else there.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from adcompile.frontend import liveness
from adcompile.frontend.entities import Constant, Qualified
from adcompile.frontend.files import Module
from adcompile.frontend.values import Num, Obj, Struct, Value
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

LIBRARIES = ("numpy", "math", "cmath")


def alias(low: Lowerer, module: str, name: str = "") -> str:
    """What the emitted text calls a module: as the file that is compiled does, else as usual."""
    root = low.function.scope
    if isinstance(root, Module):
        name = next((bound for bound, full in root.imports.items() if full == module), "")
    return name or {"numpy": "np"}.get(module, module)


def name_of(low: Lowerer, entity: Constant) -> str:
    """What the emitted module calls a constant: its name, where nothing else has it."""
    if entity in low.constant_names:
        return low.constant_names[entity]
    root, home = low.function.scope, getattr(entity.scope, "name", "module")
    taken = {*low.trees, *(param.name for param in low.extra), *low.constant_names.values()}
    if root.lookup(entity.name) is entity and entity.name not in taken:
        name = entity.name
    else:
        name, count = f"{home}_{entity.name}", 1
        while name in taken or root.lookup(name) is not None:
            count += 1
            name = f"{home}_{entity.name}_{count}"
    low.constant_names[entity] = name
    return name


def state(low: Lowerer, entity: Constant) -> bool:
    """Have the statement that binds a constant emitted, and those that it needs.

    False where it calls a function of the user's, or reads what is not known: it is computed in
    the functions that need it.
    """
    home = entity.scope
    assert isinstance(home, Module)
    tree = ast.parse(entity.statement)
    own = _bound_inside(tree)
    writer = _Renamed(low, home, own)
    changed = writer.visit(copy.deepcopy(tree))
    if writer.unsaid:
        return False
    bound = liveness.assigned(entity.block)
    for inner in writer.constants:
        other = inner.statement != entity.statement and not (entity.block and inner.name in bound)
        if other and inner not in low.stated and not state(low, inner):
            return False
    same = ast.dump(changed) == ast.dump(tree)
    low.constants |= writer.froms
    low.stated[entity] = None
    text = entity.statement if same else ast.unparse(ast.fix_missing_locations(changed))
    low.constants[name_of(low, entity)] = text
    return True


def _bound_inside(statement: ast.AST) -> frozenset[str]:
    """The names that comprehensions and lambdas in a statement bind."""
    found = [node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)]
    for node in ast.walk(statement):
        if isinstance(node, ast.comprehension):
            found += [inner.id for inner in ast.walk(node.target) if isinstance(inner, ast.Name)]
    return frozenset(found)


class _Renamed(ast.NodeTransformer):
    """Writes a statement of `home` in the emitted module's names.

    `constants` are those that it reads or binds, `froms` the imports that it needs, `unsaid` what
    cannot stand in the emitted module.
    """

    def __init__(self, low: Lowerer, home: Module, own: frozenset[str]) -> None:
        self.low = low
        self.home = home
        self.own = own
        self.constants: dict[Constant, None] = {}
        self.froms: dict[str, str] = {}
        self.unsaid: list[str] = []

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.own:
            return node
        return self.said(node, node.id, self.home.lookup(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """module.NAME of a file that is read."""
        if isinstance(node.value, (ast.Name, ast.Attribute)):
            path = ast.unparse(node)
            if path.replace(".", "").isidentifier() and path.partition(".")[0] not in self.own:
                entity = self.home.lookup(path)
                if isinstance(entity, Constant):
                    return self.said(node, path, entity)
        return self.generic_visit(node)

    def said(self, node: ast.expr, path: str, entity: object) -> ast.expr:
        """The name or attribute as the emitted module writes it."""
        root = self.low.function.scope
        if isinstance(entity, Constant) and isinstance(root, Module) and root.changes(entity):
            self.unsaid.append(path)
            return node
        if isinstance(entity, Constant):
            self.constants[entity] = None
            context = getattr(node, "ctx", ast.Load())
            return ast.Name(name_of(self.low, entity), context)
        if not isinstance(entity, Qualified) or entity.obj is not None:
            self.unsaid.append(path)
            return node
        if path in self.home.from_imports and path in self.home.imports:
            return ast.Name(self.imported(path, self.home.from_imports[path]), ast.Load())
        if path in self.home.imports:
            module = self.home.imports[path]
            name = self.low.imports.setdefault(module, alias(self.low, module))
            return ast.Name(name, ast.Load())
        library, _, name = entity.name.rpartition(".")
        if library in LIBRARIES:  # from numpy import *
            return ast.Name(self.imported(path, f"from {library} import {name}"), ast.Load())
        return node

    def imported(self, name: str, text: str) -> str:
        """The name under which an import from a module stands in the emitted module."""
        root = self.low.function.scope
        own = root is self.home or (
            isinstance(root, Module) and root.from_imports.get(name) == text
        )
        if not own:
            name = f"{self.home.name}_{name}"
            text = f"{text.partition(' as ')[0]} as {name}"
        self.froms[f"from {name}"] = text
        return name


def is_written_out(low: Lowerer, value: Value) -> bool:
    """Is this a constant, or a structure of constants and nothing else?"""
    if isinstance(value, Obj):
        return all(is_written_out(low, item) for item in low.state.items[value.identity].values())
    if isinstance(value, Struct):
        return all(is_written_out(low, item) for item in value.items)
    return isinstance(value, Num) and isinstance(value.atom, Lit)
