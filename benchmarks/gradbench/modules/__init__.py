"""The problems as GradBench asks for them: input to arguments, call, result to output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.gradbench.derive import Compiler

NAMES = (
    "hello", "llsq", "lse", "ode", "det", "gmm", "lstm", "ba", "ht", "kmeans", "particle", "saddle",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A function of a problem; only `call` is timed."""

    arguments: Callable[[Any], tuple[Any, ...]]
    call: Callable[..., Any]
    output: Callable[[Any], Any]

    def __call__(self, given: Any) -> Any:
        return self.output(self.call(*self.arguments(given)))


def entries(problem: str, compiler: Compiler) -> dict[str, Entry]:
    """The functions of a problem by name; KeyError where there is no such problem."""
    if problem not in NAMES:
        raise KeyError(f"there is no module {problem}")
    made: dict[str, Entry] = import_module(f"{__name__}.{problem}").entries(compiler)
    return made


def array(given: Any) -> Any:
    """Numbers of an input as an array of floats."""
    return np.array(given, dtype=float)


def number(result: Any) -> float:
    """A number as JSON has it."""
    return float(result)


def listed(result: Any) -> Any:
    """An array as nested lists."""
    return result.tolist()
