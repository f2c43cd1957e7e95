"""Flags that tell whether a module is there: asked where the emitted module is, when it is loaded.

    try:                                try:
        import scipy                        import scipy
        HAVE_SCIPY = True                   HAVE_SCIPY = True
        plot = None                =>   except ImportError:
    except ImportError:                     HAVE_SCIPY = False
        HAVE_SCIPY = False
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from adcompile.frontend.entities import Constant

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

ERRORS = ("ImportError", "ModuleNotFoundError", "Exception")


def flags(
    module: Module, rebound: Mapping[str, int], is_near: Callable[[str], bool]
) -> dict[str, Constant]:
    """The flags of a file, each with the statement that sets it, and others like it, alone.

    What stands near the file may not be near the emitted module.
    """
    found: dict[str, Constant] = {}
    for statement in module.tree.body:
        if not isinstance(statement, ast.Try) or not _asks(statement):
            continue
        if any(map(is_near, _imported(statement))):
            continue
        blocks = _blocks(statement)
        set_: dict[str, list[ast.Constant]] = {}
        for node in (node for block in blocks for node in block):
            for name, value in _set(node):
                set_.setdefault(name, []).append(value)
        alone = {n: v[0] for n, v in set_.items() if len(v) == rebound.get(n)}
        text = ast.unparse(ast.fix_missing_locations(_alone(statement, alone)))
        for name, value in alone.items():
            found[name] = Constant(name, value, text, module, asked=True)
    return found


def _asks(statement: ast.Try) -> bool:
    """Is anything in the try imported, and nothing caught but that it is not there?"""
    named = [handler.type for handler in statement.handlers]
    kinds = [e for t in named for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
    known = all(isinstance(kind, ast.Name) and kind.id in ERRORS for kind in kinds)
    imports = any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in statement.body)
    plain = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass)
    return imports and known and all(isinstance(node, plain) for node in statement.body)


def _imported(statement: ast.Try) -> Iterator[str]:
    """The modules that a try asks for."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _blocks(statement: ast.Try) -> list[list[ast.stmt]]:
    handlers = [handler.body for handler in statement.handlers]
    return [statement.body, *handlers, statement.orelse, statement.finalbody]


def _set(node: ast.stmt) -> Iterator[tuple[str, ast.Constant]]:
    """The names that a statement sets to True or False."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    value = getattr(node, "value", None)
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        yield from ((t.id, value) for t in targets if isinstance(t, ast.Name))


def _alone(statement: ast.Try, names: Mapping[str, object]) -> ast.Try:
    """The statement with its imports and these flags, and nothing else."""

    def kept(body: list[ast.stmt]) -> list[ast.stmt]:
        left: list[ast.stmt] = []
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                left.append(_unnamed(node))
            else:
                found = [(n, v) for n, v in _set(node) if n in names]
                left += [ast.Assign([ast.Name(n, ast.Store())], v) for n, v in found]
        return left

    handlers = [
        ast.ExceptHandler(handler.type, None, kept(handler.body) or [ast.Pass()])
        for handler in statement.handlers
    ]
    return ast.Try(
        kept(statement.body), handlers, kept(statement.orelse), kept(statement.finalbody)
    )


def _unnamed(node: ast.Import | ast.ImportFrom) -> ast.stmt:
    """The import of the same, by its own name: nobody reads it there."""
    if isinstance(node, ast.ImportFrom):
        return node
    return ast.Import([ast.alias(alias.name) for alias in node.names])
