"""det: {A, ell} -> a determinant, its gradient."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, listed, number
from benchmarks.gradbench.primals import det


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    return array(given["A"]), int(given["ell"])


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "primal": Entry(arguments, compiler.primal(det.primal), number),
        "gradient": Entry(arguments, compiler.gradient(det.primal), listed),
    }
