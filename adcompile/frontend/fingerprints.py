"""What a function says, as a digest: its code, names and constants, not its place in a file."""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable


def fingerprint(function: types.FunctionType) -> str:
    """A digest of what a function says: its code, names and constants, not its place in a file."""
    digest = hashlib.sha256()
    _feed(digest.update, function.__code__)
    digest.update(repr(sorted(function.__kwdefaults__ or ())).encode())
    digest.update(str(len(function.__defaults__ or ())).encode())
    return digest.hexdigest()[:20]


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
