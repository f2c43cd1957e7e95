"""Is the text at hand still what a live function was made from?

A file that was edited after it was imported would give derivatives of another program.  The text is
therefore compiled, never run, and its code held against the function's own.
"""

from __future__ import annotations

import ast
import types
import warnings
from collections.abc import Iterator
from functools import lru_cache

from adcompile.frontend.files import parse
from adcompile.frontend.fingerprints import digest_of

FUTURE = 0x1FF0000
"""The flags of a code object that `from __future__ import ...` sets."""

REWRITTEN = "@py"
"""The names that pytest puts in where it writes an assert in full begin so."""


def says(text: str, function: types.FunctionType) -> bool:
    """Does the text of a file still say this function, on its line?"""
    code = function.__code__
    found = _by_place(text, code.co_filename, code.co_flags & FUTURE)
    wanted = digest_of(code)
    return any(
        digest_of(other) == wanted or _rewritten(other, code)
        for other in found.get((code.co_firstlineno, code.co_name), ())
    )


@lru_cache(maxsize=64)
def _by_place(text: str, file: str, future: int) -> dict[tuple[int, str], list[types.CodeType]]:
    """The code objects of a text, by line and name."""
    flags = future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    found: dict[tuple[int, str], list[types.CodeType]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = compile(parse(text, file), file, "exec", flags, True)
        except (SyntaxError, ValueError):
            return found
    for code in _inside(made):
        found.setdefault((code.co_firstlineno, code.co_name), []).append(code)
    return found


def _inside(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _inside(constant)


def _rewritten(other: types.CodeType, code: types.CodeType) -> bool:
    """Is this the same function, but for the asserts that pytest has written in full?"""
    names = {*code.co_names, *code.co_varnames}
    if not any(name.startswith(REWRITTEN) for name in _every_name(code)):
        return False
    texts = {repr(constant) for constant in code.co_consts}
    kept = [c for c in other.co_consts if not isinstance(c, (types.CodeType, str))]
    return names.issuperset({*other.co_names, *other.co_varnames} - {"AssertionError"}) and all(
        repr(constant) in texts for constant in kept
    )


def _every_name(code: types.CodeType) -> Iterator[str]:
    yield from (*code.co_names, *code.co_varnames)
    for inner in _inside(code):
        yield from (*inner.co_names, *inner.co_varnames)
