"""hello: a bare number each way."""

from __future__ import annotations

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, number
from benchmarks.gradbench.primals import hello


def arguments(given: float) -> tuple[float]:
    return (float(given),)


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "square": Entry(arguments, compiler.primal(hello.square), number),
        "double": Entry(arguments, compiler.gradient(hello.square), number),
    }
