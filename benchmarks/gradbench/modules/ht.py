"""ht: the pose of a hand and, where given, places in triangles -> residuals, their Jacobian."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, array, listed
from benchmarks.gradbench.primals import ht


def arguments(given: dict[str, Any]) -> tuple[Any, ...]:
    """The pose, the places (None where there are none), and the hand and the points."""
    data = given["data"]
    model = data["model"]
    us = given["us"]
    corners = np.array(data["correspondences"], dtype=np.int64)
    if us:
        corners = np.array(model["triangles"], dtype=np.int64)[corners]
    hand = (
        np.array(model["parents"], dtype=np.int64),
        array(model["base_relatives"]),
        array(model["inverse_base_absolutes"]),
        array(model["base_positions"]),
        array(model["weights"]),
        bool(model["is_mirrored"]),
        array(data["points"]),
        corners,
    )
    return array(given["theta"]), array(us) if us else None, hand


def entries(compiler: Compiler) -> dict[str, Entry]:
    plain = compiler.primal(ht.objective)
    on_triangles = compiler.primal(ht.objective_on_triangles)
    jacobian = compiler.forward_jacobian(ht.objective)
    jacobian_on_triangles = compiler.forward_jacobian(ht.shifted_on_triangles)

    def objective(theta: Any, us: Any, hand: tuple[Any, ...]) -> Any:
        return plain(theta, *hand) if us is None else on_triangles(theta, us, *hand)

    def all_partials(theta: Any, us: Any, hand: tuple[Any, ...]) -> Any:
        if us is None:
            return jacobian(theta, *hand)
        return jacobian_on_triangles(np.zeros(2 + len(theta)), theta, us, *hand)

    return {
        "objective": Entry(arguments, objective, listed),
        "jacobian": Entry(arguments, all_partials, listed),
    }
