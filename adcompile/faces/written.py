"""Derivative functions written out as Python, so that they can be differentiated again."""

from __future__ import annotations

import itertools
import linecache
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcompile.errors import ArgumentError

if TYPE_CHECKING:
    from adcompile.faces.compiled import Program

_numbers = itertools.count(1)


def written(
    program: Program, face: str, function: Callable[..., Any], wrt: Any, of: Any
) -> types.FunctionType:
    """A derivative function as a function with source, so that it can be differentiated again."""
    if of is not None:
        raise ArgumentError(
            f"the {face} of {program.name} was made with of=, and has no derivatives"
        )
    wrt = tuple(wrt) if isinstance(wrt, list) else wrt
    plain = program.names[: len(program.names) - len(program.keywords)]
    name, star = f"{program.name}_{face}", ["*"] if program.keywords else []
    head = ", ".join([*plain, *star, *program.keywords])
    given = ", ".join([*plain, *(f"{keyword}={keyword}" for keyword in program.keywords)])
    if program.stars:
        head = given = "*args, **kwargs"
    text = f"def {name}({head}):\n    return {face}(primal, {wrt!r})({given})\n"
    scope: dict[str, Any] = {face: function, "primal": program.function, "__name__": __name__}
    made = run(text, name, f"<adcompile {name} {next(_numbers)}>", scope)
    if not program.stars:
        made.__defaults__ = program.function.__defaults__
        made.__kwdefaults__ = program.function.__kwdefaults__
    return made


def run(text: str, name: str, file: str, scope: dict[str, Any]) -> types.FunctionType:
    """The function that a text of ours defines; its source can be found again."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec", dont_inherit=True), scope)
    made = scope[name]
    assert isinstance(made, types.FunctionType)
    return made
