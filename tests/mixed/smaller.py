"""Making a failed program smaller: statements and parts of expressions go while it fails alike."""

from __future__ import annotations

import ast
import copy
import re
import warnings
from collections.abc import Callable, Iterator

Change = Callable[[], None]


def smaller(text: str, fails: Callable[[str], str]) -> str:
    """The smallest program found that fails as this one does; `fails` gives the words, or ""."""
    words = fails(text)
    if not words:
        return "# this program does not fail\n"
    mark = _mark(words)
    done = False
    while not done:
        done = True
        for number in range(len(list(_changes(ast.parse(text))))):
            tree = ast.parse(text)
            changes = list(_changes(tree))
            if number >= len(changes):
                break
            changes[number]()
            other = _printed(tree)
            if other and len(other) < len(text) and _mark(fails(other)) == mark:
                text, done = other, False
    return text


def _mark(words: str) -> str:
    """What fails, without the numbers of this program."""
    return re.sub(r"[^a-zA-Z ]", "", words.split(":")[0] + words.partition(":")[2][:30])


def _printed(tree: ast.Module) -> str:
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<smaller>", "exec")
    except (SyntaxError, ValueError):
        return ""
    return text


def _changes(tree: ast.Module) -> Iterator[Change]:
    """Everything that can be tried, large pieces first."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "handlers", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield from _of_block(block, field)
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and not isinstance(node, ast.Module):
                yield from _of_expression(node, field, value)
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                yield from _of_items(value)


def _of_block(block: list[ast.stmt], field: str) -> Iterator[Change]:
    size = len(block)
    for length in sorted({size // 2, 1}, reverse=True):
        for start in range(0, size if length else 0, max(length, 1)):
            if length < size or field != "body":
                yield lambda start=start, length=length: block.__delitem__(
                    slice(start, start + length)
                )
    for place, statement in enumerate(block):
        inner = getattr(statement, "body", None)
        if isinstance(inner, list) and not isinstance(statement, ast.FunctionDef):
            yield lambda place=place, inner=inner: block.__setitem__(slice(place, place + 1), inner)
            rest = getattr(statement, "orelse", None)
            if rest:
                yield lambda place=place, rest=rest: block.__setitem__(
                    slice(place, place + 1), rest
                )


def _of_expression(node: ast.AST, field: str, value: ast.expr) -> Iterator[Change]:
    kept = isinstance(getattr(value, "ctx", None), (ast.Store, ast.Del))
    if kept or field in ("annotation", "returns"):
        return
    for part in ast.iter_child_nodes(value):
        if isinstance(part, ast.expr) and not isinstance(part, (ast.Slice, ast.Starred)):
            yield lambda part=part: setattr(node, field, copy.deepcopy(part))
    if not isinstance(value, (ast.Constant, ast.Slice)):
        yield lambda: setattr(node, field, ast.Constant(1.5))


def _of_items(items: list[ast.expr]) -> Iterator[Change]:
    for place, item in enumerate(items):
        yield lambda place=place: items.__delitem__(place)
        for part in ast.iter_child_nodes(item):
            if isinstance(part, ast.expr) and not isinstance(part, (ast.Slice, ast.Starred)):
                yield lambda place=place, part=part: items.__setitem__(place, copy.deepcopy(part))
