"""kmeans: {points, centroids} -> the cost, a Newton step."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, listed, number
from benchmarks.gradbench.primals import kmeans


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    return array(given["points"]), array(given["centroids"])


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "cost": Entry(arguments, compiler.primal(kmeans.cost), number),
        "dir": Entry(arguments, compiler.program(kmeans.direction), listed),
    }
