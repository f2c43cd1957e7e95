"""How the parts of a structure are written, whose own text is given.

    body.mass    pair[0]    params['W1']    [*rates.values()][2]    of a key that has no literal
    [(each.mass, each.x) for each in bodies]                        of objects, however many
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adcompile.trace.ir import Node, Tree

MANY = "many"
EACH = "each"
ALL = "each of many"  # where a path goes into each of these objects

WHICH = "f'{type(_0_).__name__}.{_0_.name}'"
"""Which member of an enumeration something is, as it is written."""
_ASKED = re.compile(r"\{[^{}]*\}\[f'\{type\([^']*'\]")

AMONG = "among "  # what a dictionary is made like that has these keys, and perhaps others


def asks_which(tree: Node) -> bool:
    """Do objects, however many, hold members of enumerations?"""
    return any(_ASKED.search(text) for text in tree.keys[2])


def at_rest(tree: Tree) -> Tree:
    """The structure of a direction, where members of enumerations are None."""
    if not isinstance(tree, Node):
        return tree
    if tree.form != MANY:
        return replace(tree, items=tuple(map(at_rest, tree.items)))
    form, pattern, texts, whole = tree.keys
    return replace(
        tree, keys=(form, pattern, tuple(_ASKED.sub("None", text) for text in texts), whole)
    )


def is_written(key: Any) -> bool:
    """Can a key of a dictionary be written as a literal?"""
    try:
        return bool(ast.literal_eval(repr(key)) == key)
    except (ValueError, SyntaxError):
        return False


def part(tree: Node, text: str, number: int) -> str:
    """One part of a structure, by its number."""
    if tree.form == MANY:
        return _collected(text, *tree.keys)
    key = tree.keys[number]
    if tree.form == "record":
        return f"{text}.{key}"
    return f"{text}[{key!r}]" if is_written(key) else f"[*{text}.values()][{number}]"


def parts(tree: Node, text: str) -> Iterator[tuple[Tree, str]]:
    """The parts of a structure, each with how it is written."""
    for number, item in enumerate(tree.items):
        yield item, part(tree, text, number)


def _collected(text: str, form: str, _: Tree, items: tuple[str, ...], whole: bool) -> str:
    """What the objects of a list or dictionary hold, as tuples."""
    item = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if form == "dict":
        return f"{{key: {item} for key, {EACH} in {text}.items()}}"
    return f"[{item} for {EACH} in {text}]"
