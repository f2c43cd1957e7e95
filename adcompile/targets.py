"""What emitted code is for: Python with NumPy, or a backend that compiles it."""

from __future__ import annotations

from dataclasses import dataclass

from adcompile.passes import ALL, Passes

BACKENDS = ("numba",)


@dataclass(frozen=True, slots=True)
class Target:
    """A backend, whether it keeps Python's arithmetic exactly, and the passes that run.

    Not `exact`, it may reorder sums, fuse products into them, forget the sign of a zero, and give
    inf and nan where Python raises ZeroDivisionError.  The backend "" is Python.
    """

    backend: str
    exact: bool = False
    passes: Passes = ALL

    @property
    def mark(self) -> str:
        return f"{self.backend}_exact" if self.exact else self.backend
