"""ode: {x, s} -> the solution, the gradient of its last element."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, listed
from benchmarks.gradbench.primals import ode


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    return array(given["x"]), int(given["s"])


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "primal": Entry(arguments, compiler.primal(ode.primal), listed),
        "gradient": Entry(arguments, compiler.gradient(ode.last), listed),
    }
