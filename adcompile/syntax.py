"""What a piece of Python's syntax is made of; operators and contexts, which name nothing, aside.

And facts about it, each found once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

Fact = TypeVar("Fact")
AST = ast.AST
LEAVES = {ast.Name, ast.Constant}  # the most of all, and without parts
FUNCTIONS = (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
NAMELESS = ("op", "ops", "ctx", "id", "attr", "arg")  # no parts, or texts
_parts: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}


def children(node: ast.AST) -> list[ast.AST]:
    """The parts of a node, in the order of the text."""
    found: list[ast.AST] = []
    names = _parts.get(type(node))
    if names is None:
        names = _parts[type(node)] = tuple(n for n in node._fields if n not in NAMELESS)
    for name in names:
        part = getattr(node, name, None)
        if type(part) is list:
            found += [each for each in part if isinstance(each, AST)]
        elif part is not None and isinstance(part, AST):
            found.append(part)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that it is made of, level by level."""
    level = [node]
    while level:
        yield from level
        level = [child for each in level if type(each) not in LEAVES for child in children(each)]


def remembered(find: Callable[[ast.AST], Fact]) -> Callable[[ast.AST], Fact]:
    """A fact about a node, found once.  A node that was asked about is never changed."""
    known: WeakKeyDictionary[ast.AST, Fact] = WeakKeyDictionary()

    @wraps(find)
    def found(node: ast.AST) -> Fact:
        fact = known.get(node)
        if fact is None:
            fact = known[node] = find(node)
        return fact

    return found
