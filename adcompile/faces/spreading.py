"""Functions of *args and **kwargs: a call says how many arguments there are, and of which names.

    def f(x, *rest, **options)      called with (1.0, 2.0, 3.0, scale=4.0) is compiled as

    def f(x, rest_0, rest_1, *, scale):
        return primal(x, rest_0, rest_1, scale=scale)

Positions count the arguments of the call; "rest" means all of a tuple, "options" all of a dict.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from inspect import Parameter
from typing import Any

from adcompile.errors import ArgumentError
from adcompile.faces.compiled import Program
from adcompile.faces.delegates import made, name_of

KEPT = 64
"""Shapes of a call kept at hand."""


class Spread(Program):
    """The program of one shape of a call; `groups` are the parameters that a starred one became."""

    groups: dict[str, dict[str, str]]

    def independents(self, wrt: Any) -> tuple[str, ...]:
        """The names that a `wrt` means; a starred parameter means all of what it was given."""
        asked = wrt if isinstance(wrt, (tuple, list)) else (wrt,)
        names: list[str] = []
        for item in asked:
            group = self.groups.get(item)
            names += [self._independent(item)] if group is None else group.values()
        if not names:
            raise ArgumentError(f"wrt={wrt!r}: {self.name} was called with no such argument")
        return super().independents(tuple(names))

    def gathered(self, wrt: Any, parts: tuple[Any, ...]) -> Any:
        """What there is of each independent, in the structure of `wrt`."""
        rest = iter(parts)
        several = isinstance(wrt, (tuple, list))
        found = [self._part(item, rest) for item in (wrt if several else (wrt,))]
        return tuple(found) if several else found[0]

    def _part(self, item: Any, rest: Iterator[Any]) -> Any:
        group = self.groups.get(item) if isinstance(item, str) else None
        if group is None:
            return next(rest)
        if item == self.kwarg:
            return {key: next(rest) for key in group}
        return tuple(next(rest) for _ in group)

    kwarg = ""


def spread(program: Program, args: Any, kwargs: dict[str, Any]) -> Program:
    """The program for a call of this shape; the program itself where it takes no *args."""
    if not program.stars or not isinstance(args, (tuple, list)):
        return program
    table = program.shapes
    shape: Any = (len(args), *kwargs)
    if shape not in table:
        while len(table) >= KEPT:
            del table[next(iter(table))]
        table[shape] = _spread(program, len(args), kwargs)
    found: Program = table[shape]
    return found


def _spread(program: Program, count: int, kwargs: dict[str, Any]) -> Spread:
    signature = inspect.signature(program.function, follow_wrapped=False)
    signature.bind(*range(count), **kwargs)
    given = list(signature.parameters.values())
    plain = [p for p in given if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    only = [p for p in given if p.kind == p.KEYWORD_ONLY]
    vararg = next((p.name for p in given if p.kind == p.VAR_POSITIONAL), None)
    kwarg = next((p.name for p in given if p.kind == p.VAR_KEYWORD), "")
    known = {p.name for p in (*plain, *only) if p.kind != p.POSITIONAL_ONLY}
    others = [key for key in kwargs if key not in known]
    taken = {p.name for p in (*plain, *only)} | set(others)
    if len(taken) < len(plain) + len(only) + len(others) or not all(map(str.isidentifier, others)):
        raise ArgumentError(
            f"{program.name} is called with the keywords {', '.join(others)}, of which one is no "
            "name or that of a positional parameter; rename it"
        )
    starred: dict[str, str] = {}
    for number in range(max(0, count - len(plain))):
        name = f"{vararg}_{number}"
        while name in taken:
            name += "_"
        starred[str(number)] = name
        taken.add(name)
    if starred:
        plain = [p.replace(default=Parameter.empty) for p in plain]
    parameters = [
        *plain,
        *(Parameter(name, _kind(plain)) for name in starred.values()),
        *only,
        *(Parameter(key, Parameter.KEYWORD_ONLY) for key in others),
    ]
    function = made(program.given, name_of(program.given), parameters)
    found = Spread(function, program.given, program.target)
    found.groups = {vararg: starred} if vararg is not None else {}
    if kwarg:
        found.groups[kwarg] = {key: key for key in others}
    found.kwarg = kwarg
    return found


def _kind(plain: list[Parameter]) -> Any:
    """The kind of what follows: positional-only parameters come first."""
    return plain[-1].kind if plain else Parameter.POSITIONAL_OR_KEYWORD
