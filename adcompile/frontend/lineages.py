"""The classes above one of a file, or of one made inside a function, in Python's order of names.

    class D(B, C)   =>   D, B, C, A   where B and C are below A: no class stands before one below it

K. Barrett et al., A Monotonic Superclass Linearization for Dylan, OOPSLA 1996 (C3).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from adcompile.frontend.entities import Qualified

PROTOCOL = ["Protocol", "Generic"]
Line = list[ast.ClassDef | str]  # of a class that is not read, its name


def names_above(cls: ast.ClassDef) -> Iterator[str]:
    """What the classes above one of a file are called, nearest first."""
    for base in cls.bases:
        yield ast.unparse(base)
        found = named(cls, base)
        if found is not None:
            yield from names_above(found)


def line_of(cls: ast.ClassDef) -> tuple[ast.ClassDef, ...]:
    """A class, and those above it that a file or a function makes, in the order of names."""
    return tuple(each for each in line(cls) if isinstance(each, ast.ClassDef))


def hidden_by(cls: ast.ClassDef) -> str | None:
    """A class that is not read and comes before others that are, if there is one."""
    names = line(cls)
    last = max(n for n, each in enumerate(names) if isinstance(each, ast.ClassDef))
    found = (each for each in names[:last] if isinstance(each, str))
    return next((name for name in found if name not in WITHOUT_NAMES), None)


WITHOUT_NAMES = ("ABC", "Generic", "Protocol", "NamedTuple")


def named(cls: ast.ClassDef, base: ast.expr) -> ast.ClassDef | None:
    """The class that a base of a class of a file is, if it is one of a file."""
    home = getattr(cls, "home", None)
    name = base.value if isinstance(base, ast.Subscript) else base
    found = None if home is None else home.lookup(ast.unparse(name))
    above = found.obj if isinstance(found, Qualified) else None
    return above if isinstance(above, ast.ClassDef) and above is not cls else None


def line(cls: ast.ClassDef) -> Line:
    """These, and the names of those that are not read."""
    place = getattr(cls, "place", None)
    if place is None:
        bases: Line = [named(cls, base) or name_of(base) for base in cls.bases]
    else:
        bases = list(place.bases)
    bases = [base for base in bases if base != "object"]
    lines = [_above(base) for base in bases]
    merged = _merged([*lines, bases])
    return [cls, *merged]


def name_of(base: ast.expr) -> str:
    """Generic, of typing.Generic[T]"""
    name = base.value if isinstance(base, ast.Subscript) else base
    return ast.unparse(name).rpartition(".")[2]


def _above(base: ast.ClassDef | str) -> Line:
    if isinstance(base, str):
        return [*PROTOCOL] if base == "Protocol" else [base]
    return line(base)


def _merged(lines: list[Line]) -> Line:
    """The first that stands behind no other, again and again; Python knows no other order."""
    found: Line = []
    left = [line for line in lines if line]
    while left:
        heads = [line[0] for line in left]
        behind = [each for line in left for each in line[1:]]
        head = next((each for each in heads if each not in behind), heads[0])
        found.append(head)
        left = [rest for line in left if (rest := [each for each in line if each != head])]
    return found


__all__ = ["hidden_by", "line", "line_of", "name_of", "named", "names_above"]
