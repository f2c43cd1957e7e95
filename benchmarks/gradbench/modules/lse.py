"""lse: {x} -> a number, its gradient."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, listed, number
from benchmarks.gradbench.primals import lse


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    return (array(given["x"]),)


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "primal": Entry(arguments, compiler.primal(lse.primal), number),
        "gradient": Entry(arguments, compiler.gradient(lse.primal), listed),
    }
