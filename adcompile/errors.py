"""The errors that adcompile raises."""

from __future__ import annotations

import linecache
from collections.abc import Iterable
from typing import Any

from adcompile.trace.ir import Loc


class AdcompileError(Exception):
    """The base of all errors of adcompile."""


class RejectedError(AdcompileError, SyntaxError):
    """Source that cannot be differentiated.  Python draws the line and the caret under it.

    `adcompile explain` and its `code` print the page on what was met.  `others` are what else was
    refused in the same function.
    """

    others: tuple[RejectedError, ...] = ()

    def __init__(
        self, message: str, loc: Loc | None = None, text: str | None = None, *, code: str
    ) -> None:
        self.code = code
        message = f"{message} ({code})"
        if loc is None:
            super().__init__(message)
            return
        line = text if text is not None else linecache.getline(loc.file, loc.line)
        column = len(line.encode()[: loc.column].decode(errors="ignore")) if line else loc.column
        super().__init__(message, (loc.file, loc.line, column + 1, line or None))

    @property
    def place(self) -> tuple[Any, ...]:
        """Where it was refused, and under which code."""
        return self.filename or "", self.lineno or 0, self.offset or 0, self.code

    def joined(self, others: Iterable[RejectedError]) -> RejectedError:
        """This refusal with others, which a traceback shows below it."""
        self.others = tuple(others)
        for other in self.others:
            file = "" if other.filename == self.filename else f" of {other.filename}"
            self.add_note(f"also refused, line {other.lineno}{file}: {other.msg}")
        return self


class SourceError(AdcompileError, OSError):
    """The source of a function cannot be found."""


class ArgumentError(AdcompileError, ValueError):
    """A wrong request: `wrt` or `of` that names nothing, a mode that does not exist."""


class ResultError(AdcompileError, TypeError):
    """A result that the request cannot take, such as a gradient of something that is no scalar."""


class BackendError(AdcompileError, RuntimeError):
    """What the backend that was asked for cannot compile."""


class NotVector(AdcompileError):
    """A derivative that cannot be taken in many directions at once; one at a time it can."""


class CompilerError(AdcompileError, RuntimeError):
    """A fault of the compiler itself, not of the program it was given."""

    def __init__(self, message: str) -> None:
        super().__init__(
            f"{message}.  This is a fault of adcompile, not of your program; please report it"
        )
