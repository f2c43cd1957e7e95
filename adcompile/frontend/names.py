"""The names that a live function sees: its closure, globals and builtins."""

from __future__ import annotations

import ast
import builtins
import contextlib
import enum
import sys
import types
from collections.abc import Hashable, Iterable, Sequence
from typing import Any


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


class Names:
    """The closure, globals and builtins of a live function, read at the time of asking.

    `statics` are the functions, classes and modules among its arguments, in order.
    """

    def __init__(self, function: types.FunctionType, statics: Sequence[Any] = ()) -> None:
        self.function = function
        self.statics = statics
        self.cells: dict[str, types.CellType] = dict(
            zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        )
        self.globals: dict[str, Any] = function.__globals__

    def read(self, name: str) -> Any:
        """The value of a name now; MISSING where it has none.

        A dotted name is followed; "@m.K" is what the loaded module m calls K, "=tol" the default
        of the function's own parameter tol, "%0" a static argument; a part "#'k'" is an item.
        """
        if name.startswith("@"):
            return named(name[1:])
        if name.startswith("="):
            return default_of(self.function, name[1:])
        head, *rest = name.split(".")
        value = self._static(head) if head.startswith("%") else self._plain(head)
        return below(value, rest)

    def holder(self, name: str) -> Hashable:
        """What holds a plain or dotted name: one for all functions that find it there."""
        head = name.partition(".")[0]
        if head in self.cells:
            return id(self.cells[head])
        return id(self.globals) if head in self.globals else self

    def _static(self, name: str) -> Any:
        number = int(name[1:])
        return self.statics[number] if number < len(self.statics) else MISSING

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


TRANSPARENT = ("_lru_cache_wrapper", "CPUDispatcher", "PjitFunction")
"""The types of what functools.lru_cache, numba.njit and jax.jit make: only faster."""

ESCAPES = {"%": "%25", "/": "%2F", ".": "%2E"}


def primal_of(function: Any) -> Any:
    """The plain function behind what `differentiate` or functools.lru_cache and the like made."""
    function = getattr(function, "__adcompile_primal__", function)
    while (
        type(function).__name__ in TRANSPARENT or _is_silenced(function) or _is_manager(function)
    ):
        inner = getattr(function, "py_func", None) or getattr(function, "__wrapped__", None)
        if inner is None:
            break
        function = getattr(inner, "__adcompile_primal__", inner)
    return function


def _is_silenced(function: Any) -> bool:
    """Is this what the decorator np.errstate(...) makes?  The options are read from the text."""
    cells = getattr(function, "__closure__", None) if hasattr(function, "__wrapped__") else None
    kinds = [type(cell.cell_contents) for cell in cells or ()]
    return any(kind.__name__ == "errstate" and "numpy" in kind.__module__ for kind in kinds)


def _is_manager(function: Any) -> bool:
    """Is this what contextlib.contextmanager makes of a generator?"""
    code = getattr(function, "__code__", None)
    maker = contextlib.contextmanager.__code__
    return (
        code is not None
        and hasattr(function, "__wrapped__")
        and code.co_filename == maker.co_filename
        and code in maker.co_consts
    )


def part_of(key: Any) -> str:
    """The part of a path that means the item `key`."""
    text = f"*{key}" if isinstance(key, enum.Enum) else repr(key)
    return "#" + "".join(ESCAPES.get(char, char) for char in text)


def item(value: Any, part: str) -> Any:
    """The item of a value that a part of a path means; MISSING where there is none."""
    text = part[1:]
    for char, escaped in reversed(ESCAPES.items()):
        text = text.replace(escaped, char)
    if text.startswith("*") and isinstance(value, dict):
        members = (key for key in value if isinstance(key, enum.Enum) and str(key) == text[1:])
        return value.get(next(members, MISSING), MISSING)
    try:
        return value[ast.literal_eval(text)]
    except (LookupError, TypeError, ValueError, SyntaxError):
        return MISSING


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
            return below(value, parts[count:])
    return MISSING


def below(value: Any, parts: Iterable[str]) -> Any:
    """What is found along a path of attributes and items; MISSING where it ends before."""
    for part in parts:
        value = item(value, part) if part.startswith("#") else getattr(value, part, MISSING)
    return value


def number_type(value: Any) -> str | None:
    """The qualified name of numba.float64 and the like, which are objects."""
    numba = sys.modules.get("numba")
    if numba is None or not type(value).__module__.startswith("numba."):
        return None
    name = str(value)
    return f"numba.{name}" if getattr(numba, name, None) is value else None
