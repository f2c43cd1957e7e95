"""What a function says, as a digest: its code, names, constants and the comments that the compiler
reads in it, not its place in a file.
"""

from __future__ import annotations

import hashlib
import linecache
import types
from collections.abc import Callable, Iterator

from adcompile.frontend.comments import MARK


def fingerprint(function: types.FunctionType) -> str:
    """A digest of what a function says: its code, names and constants, not its place in a file."""
    digest = hashlib.sha256()
    _feed(digest.update, function.__code__)
    digest.update(repr(sorted(function.__kwdefaults__ or ())).encode())
    digest.update(str(len(function.__defaults__ or ())).encode())
    for line, text in _comments(function):
        digest.update(f"{line}:{text}".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:20]


def _comments(function: types.FunctionType) -> Iterator[tuple[int, str]]:
    """The lines with comments for the compiler, in a function and right above it."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    if not _any_in(code.co_filename, lines):
        return
    start = min(code.co_firstlineno - 1, len(lines))
    first = start
    while first > 0 and lines[first - 1].lstrip()[:1] in ("", "#"):
        first -= 1
    for number in range(first, min(_last_line(code), len(lines))):
        if MARK.search(lines[number]):
            yield number - start, lines[number].strip()


_searched: dict[str, tuple[list[str], bool]] = {}


def _any_in(file: str, lines: list[str]) -> bool:
    """Is there a comment for the compiler in a file at all?"""
    known = _searched.get(file)
    if known is None or known[0] is not lines:
        known = _searched[file] = lines, any(map(MARK.search, lines))
    return known[1]


def _last_line(code: types.CodeType) -> int:
    own = [line for _, _, line in code.co_lines() if line is not None]
    inner = [_last_line(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return max([code.co_firstlineno, *own, *inner])


def digest_of(code: types.CodeType) -> str:
    """A digest of a code object alone."""
    digest = hashlib.sha256()
    _feed(digest.update, code)
    return digest.hexdigest()


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
