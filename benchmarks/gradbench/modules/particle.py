"""particle: {w} -> the place of a charge, by each pair of modes."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, number
from benchmarks.gradbench.primals import particle


def arguments(given: dict[str, Any]) -> tuple[float]:
    return (float(given["w"]),)


def entries(compiler: Compiler) -> dict[str, Entry]:
    programs = (particle.rr, particle.ff, particle.fr, particle.rf)
    return {f.__name__: Entry(arguments, compiler.program(f), number) for f in programs}
