"""How the parts of a structure are written, whose own text is given.

    body.mass    pair[0]    params['W1']    [*rates.values()][2]    of a key that has no literal
    [(each.mass, each.x) for each in bodies]                        of objects, however many
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adcompile.trace.ir import Lit, Node, Tree

MANY = "many"
EACH = "each"
ALL = "each of many"  # (ALL, 1): where a path goes into each of these of the second class
ONE = "one"  # an object that is of one of several classes: a list of it alone

WHICH = "f'{type(_0_).__name__}.{_0_.name}'"
"""Which member of an enumeration something is, as it is written."""
_ASKED = re.compile(r"\{[^{}]*\}\[f'\{type\([^']*'\]")

SELF = "\0"  # an object, in a text about it
AMONG = "among "  # what a dictionary is made like that has these keys, and perhaps others
LIKE = "like "  # what a tuple is made like that may have been given as a list or an array


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


def is_each(key: Any) -> bool:
    """Does a step of a path go into each of many objects?"""
    return isinstance(key, tuple) and key[:1] == (ALL,)


@dataclass(frozen=True, slots=True)
class Held:
    """What objects of one class hold: where each attribute stands in a tuple, what stands there
    besides, and the name of the class, where there may be others.
    """

    pattern: Tree
    fillers: tuple[str, ...]
    name: str = ""

    def item(self, text: str) -> str:
        """The tuple of what an object holds that is written so."""
        texts = [filler.replace(SELF, text) for filler in self.fillers]
        for number, below in _numbered(self.pattern, text):
            texts[number] = below
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def asks_which(tree: Tree) -> bool:
    """Do objects, however many, hold members of enumerations?"""
    return at_rest(tree) != tree


def at_rest(tree: Tree) -> Tree:
    """The structure of a direction, where members of enumerations are None."""
    if not isinstance(tree, Node):
        return tree
    if tree.form != MANY:
        return replace(tree, items=tuple(map(at_rest, tree.items)))
    form, classes, whole = tree.keys
    still = (
        replace(
            held, pattern=at_rest(held.pattern),
            fillers=tuple(_ASKED.sub("None", text) for text in held.fillers),
        )
        for held in classes
    )  # fmt: skip
    return replace(tree, keys=(form, tuple(still), whole))


def _numbered(tree: Tree, text: str) -> Iterator[tuple[int, str]]:
    if isinstance(tree, Node):
        for item, below in parts(tree, text):
            yield from _numbered(item, below)
    elif isinstance(tree, Lit) and tree.value is not None:
        yield tree.value, text


def class_is(text: str, name: str) -> str:
    """How it is asked whether an object is of a class of this name."""
    return f"type({text}).__name__ == {name!r}"


def _collected(text: str, form: str, classes: tuple[Held, ...], whole: bool) -> str:
    """What the objects of a list or dictionary hold, as tuples."""
    each = text if form == ONE else EACH
    item = " else ".join(
        f"{held.item(each)} if {class_is(each, held.name)}" if held.name else held.item(each)
        for held in classes
    )
    if classes[-1].name:
        item = f"{item} else None"
    if form == ONE:
        return f"[{item}]"
    if form == "dict":
        return f"{{key: {item} for key, {EACH} in {text}.items()}}"
    return f"[{item} for {EACH} in {text}]"
