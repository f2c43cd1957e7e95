"""Calls of other functions: defaults, keywords, a nested one, a constant of the module."""

import math

GAMMA = 1.4


def mach(p: float, gamma: float = GAMMA) -> float:
    return math.sqrt(2.0 / (gamma - 1.0) * (p ** ((gamma - 1.0) / gamma) - 1.0))


def thrust(p: float, area: float) -> float:
    def flow(m):
        return m / (1.0 + 0.5 * (GAMMA - 1.0) * m * m) ** 3

    m = mach(p)
    return area * flow(m) * p + mach(p, gamma=1.3)
