"""lstm: parameters, state and sequence -> the loss, its gradient in one list."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, number
from benchmarks.gradbench.primals import lstm

INPUT = ("main_params", "extra_params", "state", "sequence")


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(array(given[name]) for name in INPUT)


def flat(gradient: Any) -> list[float]:
    return [item for bar in gradient for item in bar.ravel().tolist()]


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "objective": Entry(arguments, compiler.primal(lstm.objective), number),
        "jacobian": Entry(arguments, compiler.gradient(lstm.objective, ("main", "extra")), flat),
    }
