"""The helpers of the dialect, as text: functions that numba specialises for the types it meets.

The files of `helpers` are read, never imported: Numba need not be there.  What Python runs too has
there the text that it has in modules without Numba.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from adcompile.rules import helpers

INTERPRETED = ("sharing",)
"""Helpers that drivers call, with lists of arrays of any kinds."""
DRIVING = ("made",)
"""Helpers that drivers alone call."""


def _read() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The text of each helper with its typed forms, and the other helpers that it calls."""
    found: dict[str, str] = {}
    for file in sorted((Path(__file__).parent / "helpers").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                typed = (d for d in node.decorator_list if isinstance(d, ast.Call))
                owner = next(map(_of, typed), node.name)
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                part = "\n".join(lines[first - 1 : node.end_lineno])
                if node.name in INTERPRETED:
                    part = helpers.SOURCES[node.name].strip("\n")
                found[owner] = f"{found[owner]}\n\n\n{part}" if owner in found else part
    found |= {name: helpers.SOURCES[name].strip("\n") for name in DRIVING}
    words = {name: set(re.findall(r"\b(\w+)\(", part)) for name, part in found.items()}
    calls = {
        name: tuple(other for other in found if other != name and other in words[name])
        for name in found
    }
    return found, calls


def _of(decorator: ast.Call) -> str:
    """The name of the function that a decorator @overload(function) gives a type's form of."""
    assert isinstance(decorator.args[0], ast.Name)
    return decorator.args[0].id


SOURCES, CALLED = _read()
