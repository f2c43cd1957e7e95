"""Names and places of the parameters that a derivative adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adcompile.trace.ir import Param


def free_name(name: str, params: Iterable[Param]) -> str:
    """The name, with a number behind it if a parameter has it already."""
    taken = {param.name for param in params}
    number, result = 2, name
    while result in taken:
        result, number = f"{name}{number}", number + 1
    return result


def place_after_positional(params: tuple[Param, ...], new: tuple[Param, ...]) -> tuple[Param, ...]:
    """The parameters with new ones after the positional ones, whose defaults go if they must."""
    positional = tuple(param for param in params if param.place == "positional")
    others = tuple(param for param in params if param.place != "positional")
    if any(param.default is None for param in new):
        positional = tuple(replace(param, default=None) for param in positional)
    return positional + new + others
