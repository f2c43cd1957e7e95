"""Programs and what they are called with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """A program with arguments.  Floats, arrays and structures of them move, the rest is data."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    tolerance: float
    differences: float | None = None
    """How exact differences of the primal are, where the oracle does not know all of it."""

    @property
    def name(self) -> str:
        return f"{self.group}.{self.function.__name__}"

    @property
    def group(self) -> str:
        return self.function.__module__.rpartition(".")[2]


@dataclass(frozen=True)
class Refusal:
    """A program that is refused, with words of the message."""

    words: str
    function: Callable[..., Any]
    args: tuple[Any, ...]


CASES: list[Case] = []
REFUSALS: list[Refusal] = []


def add_by_differences(function: Callable[..., Any], *args: Any, tolerance: float = 1e-8) -> None:
    """Check this function, of which the oracle does not know all, by differences of order six.

    They are exact to `tolerance`; the dot product is held as tightly as everywhere.
    """
    CASES.append(Case(function, args, 1e-12, tolerance))


def add(function: Callable[..., Any], *args: Any, tolerance: float = 1e-12) -> None:
    """Check this function at these arguments, to `tolerance` in the dot product."""
    CASES.append(Case(function, args, tolerance))


def refuse(words: str, function: Callable[..., Any], *args: Any) -> None:
    """Check that this function is refused with these words, at the line marked by `# here`."""
    REFUSALS.append(Refusal(words, function, args))
