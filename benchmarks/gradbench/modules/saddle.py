"""saddle: {start} -> a saddle point, by each pair of modes."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry
from benchmarks.gradbench.primals import saddle


def arguments(given: dict[str, Any]) -> tuple[float, ...]:
    x, y = given["start"]
    return float(x), float(y)


def output(result: tuple[float, ...]) -> list[float]:
    return [float(item) for item in result]


def entries(compiler: Compiler) -> dict[str, Entry]:
    programs = (saddle.rr, saddle.ff, saddle.fr, saddle.rf)
    return {f.__name__: Entry(arguments, compiler.program(f), output) for f in programs}
