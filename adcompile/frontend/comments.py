"""The comments that are for the compiler: `# ad: checkpoint 20` above a loop, and others.

    # ad: checkpoint 20        above a for or while: at most 20 snapshots, the rest computed again
    # ad: checkpoint           above a def: its calls keep their arguments, the rest computed again
    # ad: independent          above a for: no turn reads what another made, but for sums

Each is noted at the node that it stands above, `node.pragma`.  What is none of these, or stands
above something else, is noted as `node.misplaced` at the function around it, and refused when that
is compiled; at every function of the file, where there is none around it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from adcompile.trace.ir import Pragma

MARK = re.compile(r"#+\s*ad\s*:")
FORMS = (
    "'# ad: checkpoint 20' above a loop, '# ad: checkpoint' above a def and '# ad: independent' "
    "above a for"
)
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A comment for the compiler that asks for nothing it can do."""

    lineno: int
    col_offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment for the compiler, and where the statement below it begins."""

    text: str
    place: tuple[int, int]
    below: tuple[int, int]
    alone: bool


def attach(tree: ast.Module, text: str) -> None:
    """Note the comments of a text at the nodes of its tree."""
    if MARK.search(text) is None:
        return
    found = _comments(text)
    if not found:
        return
    starts: dict[tuple[int, int], ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, (*DEFINITIONS, *LOOPS)):
            starts[node.lineno, node.col_offset] = node
            for decorator in getattr(node, "decorator_list", ()):
                starts[decorator.lineno, node.col_offset] = node
    for comment in found:
        message = _attached(comment, starts.get(comment.below) if comment.alone else None)
        if message:
            _misplaced(tree, Misplaced(*comment.place, message))


def _comments(text: str) -> list[Comment]:
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    found: list[Comment] = []
    below = (0, 0)
    for token in reversed(tokens):
        if token.type not in LAYOUT:
            below = token.start
        elif token.type == tokenize.COMMENT and MARK.match(token.string):
            alone = not token.line[: token.start[1]].strip()
            asked = MARK.sub("", token.string, count=1).strip()
            found.append(Comment(asked, token.start, below, alone))
    return found[::-1]


def _attached(comment: Comment, node: ast.AST | None) -> str:
    """Note the comment at its node; what is wrong, if something is."""
    word, *rest = comment.text.split() or [""]
    if word not in ("checkpoint", "independent") or len(rest) > (word == "checkpoint"):
        return f"'# ad: {comment.text}' says nothing to the compiler; there are {FORMS}"
    if not comment.alone:
        return f"'# ad: {word}' stands beside something; put it above the loop, on its own line"
    if node is None or comment.place[1] != comment.below[1]:
        return f"'# ad: {word}' stands above no loop and no def, in their column"
    if hasattr(node, "pragma"):
        return "two of these comments stand above one another; keep one"
    if isinstance(node, DEFINITIONS):
        if word == "independent" or rest:
            return f"'# ad: {comment.text}' is for loops; above a def write # ad: checkpoint"
        node.pragma = Pragma(word)  # type: ignore[union-attr]
        return ""
    if word == "independent":
        if not isinstance(node, ast.For):
            return "the turns of a while are not independent: each decides about the next"
        node.pragma = Pragma(word)  # type: ignore[attr-defined]
        return ""
    if not rest:
        return "say how many snapshots the loop may keep: # ad: checkpoint 20"
    if not re.fullmatch(r"[0-9]+", rest[0]) or int(rest[0]) < 1:
        return f"the number of snapshots is a whole number from 1 on, and not {rest[0]}"
    node.pragma = Pragma(word, int(rest[0]))  # type: ignore[attr-defined]
    return ""


def _misplaced(tree: ast.Module, comment: Misplaced) -> None:
    functions = [node for node in ast.walk(tree) if isinstance(node, DEFINITIONS)]
    around = [
        node for node in functions if node.lineno <= comment.lineno <= (node.end_lineno or 0)
    ]
    for node in [max(around, key=lambda node: node.lineno)] if around else functions:
        node.misplaced = [*getattr(node, "misplaced", ()), comment]  # type: ignore[union-attr]
