"""What a global name of the user's text may stand for.

entity = Qualified(name) | Function | Data(name, read) | Constant(name, node, statement) | None
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Qualified:
    """A module, or something of a module, by qualified name: numpy, numpy.sin, builtins.abs.

    `obj` is the object itself where it is at hand: for live functions the module, class or
    function, for files the parsed `Module` of a neighbour file or the `ast.ClassDef` of a class.
    """

    name: str
    obj: Any = None


@dataclass(frozen=True, slots=True)
class Data:
    """A value of the globals or of the closure of a live function; read() gives the value now.

    `path` says where it is found, seen from the function that is compiled (frontend/live.py), and
    `local` where in its own `scope`.
    """

    name: str
    read: Callable[[], Any]
    path: str = ""
    scope: Scope | None = None
    local: str = ""

    def below(self, path: str) -> Entity:
        """What a part of it stands for."""
        return None if self.scope is None else self.scope.lookup(f"{self.local}.{path}")


@dataclass(frozen=True, slots=True)
class Constant:
    """A module-level name of a file, bound once to an expression; `statement` is its text.

    Where several statements make it what it is, `block` holds them, and `node` is the last that it
    is bound to by name.  A flag that is `asked` is known when the emitted module is loaded only.
    """

    name: str
    node: ast.expr
    statement: str
    scope: Scope | None = None
    block: tuple[ast.stmt, ...] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function with Python source.  Lines and columns of `node` are those of the user's file.

    `live` is the function object where there is one; a file that is only read has none.
    """

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    file: str
    text: str
    scope: Scope
    qualified: str
    live: Any = None

    def default(self, name: str) -> Entity:
        """The default of a live function's parameter, where the text does not say it outright."""
        if self.live is None or isinstance(self.default_node(name), ast.Constant):
            return None
        return self.scope.lookup(f"={name}")

    def default_node(self, name: str) -> ast.expr | None:
        arguments = self.node.args
        order = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        given: dict[str, ast.expr | None] = dict(
            zip(reversed(order), reversed(arguments.defaults), strict=False)
        )
        keywords = [a.arg for a in arguments.kwonlyargs]
        return (given | dict(zip(keywords, arguments.kw_defaults, strict=True))).get(name)

    @property
    def decorators(self) -> list[ast.expr]:
        return [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list

    @property
    def source(self) -> str:
        """The text of the function alone, decorators aside, as it stands in the file."""
        lines = lines_of(self.text)[self.node.lineno - 1 : self.node.end_lineno]
        return "\n".join(lines) + "\n"


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them: a form feed ends none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


Entity = Qualified | Function | Data | Constant | None


class Scope(Protocol):
    """The global names that a function sees."""

    def lookup(self, name: str) -> Entity:
        """What `name` stands for.  A dotted name is followed through modules and classes."""
        ...
