"""The files that are read when a file is imported, it among them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

Find = Callable[[str, str], "Module | None"]
"""The file that a name of an import means, where it stands beside another one."""


def read_with(module: Module, find: Find) -> list[Module]:
    """A file and all that it imports, and that these import."""
    found, todo = {module.file: module}, [module]
    while todo:
        one = todo.pop()
        for qualified in _imported(one.tree):
            other = find(one.file, qualified)
            if other is not None and other.file not in found:
                found[other.file] = other
                todo.append(other)
    return list(found.values())


def _imported(tree: ast.Module) -> Iterator[str]:
    """What the imports of a file, and of its functions, may mean by files: a.b.c is in a and a.b.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _above(alias.name)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            yield from _above(source)
            dot = "" if source.endswith(".") else "."
            yield from (f"{source}{dot}{alias.name}" for alias in node.names)


def _above(qualified: str) -> Iterator[str]:
    dotted = qualified.lstrip(".")
    dots, parts = qualified[: len(qualified) - len(dotted)], dotted.split(".")
    if dots:
        yield dots
    yield from (dots + ".".join(parts[: n + 1]) for n in range(len(parts)) if dotted)
