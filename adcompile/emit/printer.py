"""Syntax trees as text, by astor."""

from __future__ import annotations

import ast
import inspect
import warnings

from adcompile.emit.wrap import wrap

with warnings.catch_warnings():  # astor looks for what newer Pythons deprecate
    warnings.simplefilter("ignore", DeprecationWarning)
    from astor.code_gen import SourceGenerator, set_precedence
    from astor.op_util import Precedence

WIDTH = 99
INDENT = " " * 4


class Comment(ast.stmt):
    """A comment line among statements."""

    _fields = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Printer(SourceGenerator):
    """astor's generator, with comments and docstrings, and without what newer Pythons removed."""

    def visit_Comment(self, node: Comment) -> None:
        self.statement(node, node.text)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.write(quoted(node.value))
        else:
            super().visit_Constant(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.write(ast.unparse(node))

    def visit_ListComp(self, node: ast.ListComp) -> None:
        set_precedence(Precedence.Comma, node.elt)
        super().visit_ListComp(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            self.docstring(node.value.value)
        else:
            super().visit_Expr(node)

    def docstring(self, text: str) -> None:
        pad = INDENT * self.indentation
        first, *rest = (
            inspect.cleandoc(text).replace("\\", "\\\\").replace('"""', '\\"""').split("\n")
        )
        lines = [first, *(pad + line.rstrip() if line.strip() else "" for line in rest)]
        end = f"\n{pad}" if rest else ""
        self.newline()
        self.write('"""' + "\n".join(lines) + end + '"""')


def quoted(text: str) -> str:
    """A string literal, in double quotes where it has none inside."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal


def to_text(node: ast.AST) -> str:
    """The text of a tree, in lines of at most WIDTH columns where they can be broken."""
    generator = Printer(INDENT)
    generator.visit(node)
    lines = "".join([*generator.result, "\n"]).strip("\n").split("\n")
    if any(len(line) > WIDTH for line in lines):
        lines = _wrapped(lines)
    return "\n".join(lines) + "\n"


def _wrapped(lines: list[str]) -> list[str]:
    result: list[str] = []
    inside = False  # a docstring
    for line in lines:
        broken = [line] if inside else wrap(line, WIDTH)
        result += broken if len(broken) == 1 or _same(line, broken) else [line]
        inside ^= line.count('"""') % 2 == 1
    return result


def _same(line: str, broken: list[str]) -> bool:
    """Does a line mean the same in several?"""
    try:
        one, other = (ast.dump(ast.parse(_alone(text))) for text in (line, "\n".join(broken)))
    except SyntaxError:
        return False
    return one == other


def _alone(text: str) -> str:
    """A line of a program as a program of its own."""
    text = text.strip()
    text = text.removeprefix("el") if text.startswith("elif ") else text
    text = f"try: pass\n{text}" if text.startswith("except ") else text
    return f"{text} pass" if text.endswith(":") else text
