"""particle and saddle without the compiler: slopes by hand and by complex steps."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gradbench.reference import STEP, Vector


def descent(f: Callable[[Vector], Any], x: Vector) -> Vector:
    """Where f is least, near x; f and x may be complex, and the real parts decide."""

    def slopes(x: Vector) -> Vector:
        return np.array([f(x + 1j * STEP * way).imag / STEP for way in np.eye(len(x))])

    value, slope, eta, good = f(x).real, slopes(x), 1e-5, 0
    while np.linalg.norm(slope) > 1e-5:
        if good == 10:
            eta, good = 2 * eta, 0
        moved = x - eta * slope
        if np.linalg.norm(moved - x) <= 1e-5:
            break
        if f(moved).real < value:
            x, value, slope, good = moved, f(moved).real, slopes(moved), good + 1
        else:
            eta, good = eta / 2, 0
    return x


def landing(w: Vector) -> Any:
    """particle: the forces by hand, the plane as two complex numbers of which the reals count."""
    x, y, vx, vy = 0 + 0j, 8 + 0j, 0.75 + 0j, 0j
    height = complex(10 - w[0])
    while (y + 0.1 * vy).real > 0:
        upper = ((x - 10) ** 2 + (y - height) ** 2) ** -1.5
        lower = ((x - 10) ** 2 + y**2) ** -1.5
        ax, ay = (x - 10) * (upper + lower), (y - height) * upper + y * lower
        x, y, vx, vy = x + 0.1 * vx, y + 0.1 * vy, vx + 0.1 * ax, vy + 0.1 * ay
    return (x - y / vy * vx) ** 2


@functools.cache
def lowest(w: float) -> float:
    """particle: where the landing is nearest to the origin."""
    return float(descent(landing, np.array([w]))[0])


def particle(given: Any) -> list[float]:
    return [lowest(given["w"])]


def saddle(given: Any) -> list[float]:
    """The gradient of q.q is 2 q, whatever p is."""
    start = np.array(given["start"])
    q = descent(lambda q: (q**2).sum(), start)
    p = descent(lambda p: (p**2).sum() - (q**2).sum(), start)
    return [*p.tolist(), *q.tolist()]

