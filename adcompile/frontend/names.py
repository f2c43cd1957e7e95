"""The names that a live function sees: its closure, globals and builtins."""

from __future__ import annotations

import builtins
import sys
import types
from typing import Any


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


class Names:
    """The closure, globals and builtins of a live function, read at the time of asking."""

    def __init__(self, function: types.FunctionType) -> None:
        self.function = function
        self.cells: dict[str, types.CellType] = dict(
            zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        )
        self.globals: dict[str, Any] = function.__globals__

    def read(self, name: str) -> Any:
        """The value of a name now; MISSING where it has none.

        A dotted name is followed; "@m.K" is what the loaded module m calls K, and "=tol" the
        default of the function's own parameter tol.
        """
        if name.startswith("@"):
            return named(name[1:])
        if name.startswith("="):
            return default_of(self.function, name[1:])
        head, *rest = name.split(".")
        value = self._plain(head)
        for part in rest:
            value = getattr(value, part, MISSING)
        return value

    def _plain(self, name: str) -> Any:
        if name in self.cells:
            try:
                return self.cells[name].cell_contents
            except ValueError:
                return MISSING
        if name in self.globals:
            return self.globals[name]
        scope = self.globals.get("__builtins__", builtins)
        names = scope if isinstance(scope, dict) else vars(scope)
        return names.get(name, MISSING)


def primal_of(function: Any) -> Any:
    """The plain function behind what `differentiate` or functools.lru_cache and the like made."""
    function = getattr(function, "__adcompile_primal__", function)
    if not isinstance(function, (types.FunctionType, types.MethodType)):
        wrapped = getattr(function, "__wrapped__", None)
        if isinstance(wrapped, types.FunctionType):
            return wrapped
    return function


def default_of(function: types.FunctionType, parameter: str) -> Any:
    """The default of a parameter; MISSING where it has none."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    return (given | (function.__kwdefaults__ or {})).get(parameter, MISSING)


def named(qualified: str) -> Any:
    """The object of a qualified name among the loaded modules; MISSING where there is none."""
    parts = qualified.split(".")
    for count in range(len(parts), 0, -1):
        value: Any = sys.modules.get(".".join(parts[:count]), MISSING)
        if value is not MISSING:
            for part in parts[count:]:
                value = getattr(value, part, MISSING)
            return value
    return MISSING
