"""What a live function sees, and whether that is still what it was when a derivative was made.

A path names a value as seen from a function: "K" in its closure or globals, "np.sin" through a
module, "g/K" as its callee g sees it, "g/=tol" the default of a parameter of g, "@m.K" what the
loaded module m holds, "%0/K" what the first function among the arguments sees, "d.#'f'" an item.
Nothing here looks at source text or at the rule table, so that a cached derivative is ready at
once.
"""

from __future__ import annotations

import types
from typing import Any

from adcompile.frontend import signature
from adcompile.frontend.fingerprints import fingerprint
from adcompile.frontend.names import MISSING, Names, named, primal_of


def resolve(names: Names, path: str) -> Any:
    """The value that a path names now, seen from a function; MISSING where there is none."""
    *callees, name = path.split("/")
    for callee in callees:
        function = primal_of(names.read(callee))
        if not isinstance(function, types.FunctionType):
            return MISSING
        names = Names(function)
    return names.read(name)


def rooted(names: Names, path: str) -> tuple[Names, str]:
    """The same value, seen from an argument that is a function where the path begins there."""
    head, slash, rest = path.partition("/")
    if slash and head.startswith("%"):
        function = primal_of(names.read(head))
        if isinstance(function, types.FunctionType):
            return Names(function), rest
    return names, path


__all__ = [
    "Fact", "data_key", "data_text", "fact_of", "fingerprint", "holds", "resolve", "rooted",
]  # fmt: skip

Fact = tuple[str, str, str]
"""What a path stood for when a derivative was made: (path, sort, text)."""


def fact_of(path: str, value: Any, sort: str, name: str = "") -> Fact:
    """The fact that `path` stood for `value`: sort is "function", "name", "data" or "missing"."""
    match sort:
        case "function":
            return path, sort, fingerprint(primal_of(value))
        case "data":
            return path, sort, data_text(value)
    return path, sort, name


def data_text(value: Any) -> str:
    """What a derivative depends on of a value from outside: its kind, or the value itself.

    Integers, strings, bools and None take part in compiling by their value.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return f"{type(value).__name__}: {value!r}"
    return repr(signature.of_value(value, ""))


def data_key(value: Any) -> Any:
    """The same, cheap and hashable, for comparing within a process."""
    if value is None or isinstance(value, (bool, int, str)):
        return type(value), value
    return signature.key(value)


def holds(fact: Fact, value: Any) -> bool:
    """Does the value still stand for what the fact says?"""
    _, sort, text = fact
    match sort:
        case "missing":
            return value is MISSING
        case "function":
            primal = primal_of(value)
            return isinstance(primal, types.FunctionType) and fingerprint(primal) == text
        case "data":
            return value is not MISSING and data_text(value) == text
    return named(text) is value if value is not MISSING else False
