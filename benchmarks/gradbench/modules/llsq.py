"""llsq: {x, n} -> a number, its gradient."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, listed, number
from benchmarks.gradbench.primals import llsq


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    return array(given["x"]), int(given["n"])


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "primal": Entry(arguments, compiler.primal(llsq.primal), number),
        "gradient": Entry(arguments, compiler.gradient(llsq.primal), listed),
    }
