"""ba: one camera, point, weight and observation, repeated -> residuals, their sparse Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array
from benchmarks.gradbench.primals import ba

CAMERA, POINT = 11, 3
ROW = CAMERA + POINT + 1
SHOWN = 30
"""Entries that are reported of each vector, besides the last."""


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    n, m, p = int(given["n"]), int(given["m"]), int(given["p"])
    each = np.arange(p)
    return (
        np.tile(array(given["cam"]), (n, 1)),
        np.tile(array(given["x"]), (m, 1)),
        np.full(p, float(given["w"])),
        np.tile(array(given["feat"]), (p, 1)),
        np.stack([each % n, each % m], axis=1),
    )


def residuals(result: Any) -> dict[str, Any]:
    errors, weight_errors = result
    p = len(errors)
    return {
        "reproj_error": {"elements": errors[0].tolist(), "repeated": p},
        "w_err": {"element": float(weight_errors[0]), "repeated": p},
    }


def sparse(partials: Callable[..., Any], structure: Callable[..., Any]) -> Callable[..., Any]:
    """The partials as a matrix in compressed rows."""

    def call(cams: Any, points: Any, weights: Any, feats: Any, observations: Any) -> Any:
        starts, columns = structure(len(cams), len(points), observations)
        return starts, columns, partials(cams, points, weights, feats, observations)

    return call


def shown(matrix: Any) -> dict[str, Any]:
    return {
        name: [*vector[:SHOWN].tolist(), vector[-1].item()]
        for name, vector in zip(("rows", "cols", "vals"), matrix)
    }


def entries(compiler: Compiler) -> dict[str, Entry]:
    made = sparse(compiler.program(ba.partials), ba.structure)
    return {
        "objective": Entry(arguments, compiler.primal(ba.objective), residuals),
        "jacobian": Entry(arguments, made, shown),
    }
