"""Imports inside functions: the names that they bind.

A file that is compiled from the command line is read, never imported; where the function is live,
the module must have been imported before it is compiled, as compiling runs nothing.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from typing import TYPE_CHECKING

from adcompile.frontend import given
from adcompile.frontend.entities import Qualified
from adcompile.frontend.files import Module
from adcompile.frontend.values import Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def statement(low: Lowerer, node: ast.Import | ast.ImportFrom) -> None:
    """import a.b, import a as b, from a import b as c."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            head = alias.name.split(".")[0]
            bound, qualified = alias.asname or head, alias.name if alias.asname else head
        else:
            source = "." * node.level + (node.module or "")
            bound = alias.asname or alias.name
            qualified = f"{source}{'' if source.endswith('.') else '.'}{alias.name}"
        low.set(bound, _found(low, node, qualified, bound))


def _found(low: Lowerer, node: ast.AST, qualified: str, bound: str) -> Value:
    scope = low.frame.function.scope
    if isinstance(scope, Module):
        found = scope.imported(qualified)
        return given.looked_up(low, found, bound)
    package = scope.globals.get("__package__")
    if qualified.startswith(".") and package:
        qualified = importlib.util.resolve_name(qualified, package)
    loaded = qualified in sys.modules or qualified.rpartition(".")[0] in sys.modules
    if qualified.startswith(".") or qualified.endswith("*") or not loaded:
        raise low.rejection(
            node,
            f"{qualified} is not imported when this is compiled; import it at the top of the file",
            "ADC101",
        )
    entity = scope.member(qualified)
    name = {"np": "numpy"}.get(bound, bound)
    if isinstance(entity, Qualified) and entity.name == name:
        return low.of_entity(entity, bound)
    return given.looked_up(low, entity, bound)
