"""What a live function sees, and whether that is still what it was when a derivative was made.

A path names a value as seen from a function: "K" in its closure or globals, "np.sin" through a
module, "g/K" as its callee g sees it, "g/=tol" the default of a parameter of g, "@m.K" what the
loaded module m holds.  Nothing here looks
at source text or at the rule table, so that a cached derivative is ready at once.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable
from typing import Any

from adcompile.frontend import signature
from adcompile.frontend.names import MISSING, Names, named, primal_of


def resolve(function: types.FunctionType, path: str) -> Any:
    """The value that a path names now, seen from a function; MISSING where there is none."""
    *callees, name = path.split("/")
    for callee in callees:
        function = primal_of(Names(function).read(callee))
        if not isinstance(function, types.FunctionType):
            return MISSING
    return Names(function).read(name)


def fingerprint(function: types.FunctionType) -> str:
    """A digest of what a function says: its code, names and constants, not its place in a file."""
    digest = hashlib.sha256()
    _feed(digest.update, function.__code__)
    digest.update(repr(sorted(function.__kwdefaults__ or ())).encode())
    digest.update(str(len(function.__defaults__ or ())).encode())
    return digest.hexdigest()[:20]


def _feed(update: Callable[[bytes], None], code: types.CodeType) -> None:
    update(code.co_code)
    update(
        repr(
            (code.co_name, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars,
             code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags,
             getattr(code, "co_exceptiontable", b""))
        ).encode()
    )  # fmt: skip
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _feed(update, constant)
        elif isinstance(constant, frozenset):
            update(repr(sorted(map(repr, constant))).encode())
        else:
            update(f"{type(constant).__name__}:{constant!r};".encode())


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
