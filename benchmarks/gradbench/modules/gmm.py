"""gmm: alpha, mu, q, l and data -> the log posterior, its gradient by parameter."""

from __future__ import annotations

from typing import Any

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, number
from benchmarks.gradbench.primals import gmm

PARAMETERS = ("alpha", "mu", "q", "l")


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    d, k, n = int(given["d"]), int(given["k"]), int(given["n"])
    shapes = {"alpha": (k,), "mu": (k, d), "q": (k, d), "l": (k, d * (d - 1) // 2)}
    parameters = [array(given[name]).reshape(shapes[name]) for name in PARAMETERS]
    x = array(given["x"]).reshape(n, d)
    return (*parameters, x, int(given["m"]), float(given["gamma"]))


def named(gradient: Any) -> dict[str, Any]:
    return {name: bar.tolist() for name, bar in zip(PARAMETERS, gradient)}


def entries(compiler: Compiler) -> dict[str, Entry]:
    return {
        "objective": Entry(arguments, compiler.primal(gmm.objective), number),
        "jacobian": Entry(arguments, compiler.gradient(gmm.objective, PARAMETERS), named),
    }
