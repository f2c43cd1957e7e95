"""Tangents of calls.py.

adcompile: option --mode=tangent
adcompile: digest de3125a1e8056564
"""

import math


def mach_tangent(p, gamma, p_dot, gamma_dot):
    """Tangent of mach with respect to p, gamma.

    p: float
    gamma: float
    p_dot: float
    gamma_dot: float

    Returns value, value_dot.
    """
    v1 = gamma - 1.0
    v2 = 2.0 / v1
    v3 = v1 / gamma
    v3_dot = (gamma_dot - v3 * gamma_dot) / gamma
    v4 = p ** v3
    if p != 0 or not v3 < 1:
        v5 = v3 * p ** (v3 - 1)
    else:
        v5 = 0.0 if v3 == 0 else math.inf
    v6 = v4 - 1.0
    v7 = v2 * (v5 * p_dot + (math.log(p) * v4 if p > 0 else 0.0) * v3_dot)
    value = math.sqrt(v2 * v6)
    value_dot = (0.5 / value if value != 0 else math.inf) * (v7 - v6 * (v2 * gamma_dot / v1))
    return value, value_dot


def thrust_tangent(p, area, p_dot, area_dot):
    """Tangent of thrust with respect to p, area.

    p: float
    area: float
    p_dot: float
    area_dot: float

    Returns value, value_dot.
    """
    v1 = p != 0
    v2 = (0.28571428571428564 * p ** -0.7142857142857144 if v1 else math.inf) * p_dot
    v3 = math.sqrt(5.000000000000001 * (p ** 0.28571428571428564 - 1.0))
    v3_dot = (0.5 / v3 if v3 != 0 else math.inf) * (5.000000000000001 * v2)
    v4 = 0.19999999999999996 * v3
    v5 = 1.0 + v4 * v3
    v6 = v5 ** 3
    v7 = v3 / v6
    v8 = area * ((v3_dot - v7 * (3 * v5 ** 2 * (2.0 * (v4 * v3_dot)))) / v6)
    v9 = area * v7
    v10 = (0.23076923076923078 * p ** -0.7692307692307692 if v1 else math.inf) * p_dot
    v11 = math.sqrt(6.666666666666666 * (p ** 0.23076923076923078 - 1.0))
    v11_dot = (0.5 / v11 if v11 != 0 else math.inf) * (6.666666666666666 * v10)
    value_dot = p * (v7 * area_dot + v8) + v9 * p_dot + v11_dot
    return v9 * p + v11, value_dot
