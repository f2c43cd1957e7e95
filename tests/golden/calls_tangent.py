"""Tangents of calls.py.

adcompile: option --mode=tangent
adcompile: digest 99584863e57213d2
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
    v4 = (gamma_dot - v3 * gamma_dot) / gamma
    v5 = p ** v3
    v6 = v3 * p ** (v3 - 1 if v3 != 0 else 1) * p_dot
    v7 = v5 - 1.0
    v8 = v2 * (v6 + (math.log(p) * v5 if p > 0 else 0.0) * v4)
    value = math.sqrt(v2 * v7)
    value_dot = (0.5 / value if value != 0 else math.inf) * (v8 - v7 * (v2 * gamma_dot / v1))
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
    v4 = (0.5 / v3 if v3 != 0 else math.inf) * (5.000000000000001 * v2)
    v5 = 0.19999999999999996 * v3
    v6 = 1.0 + v5 * v3
    v7 = v6 ** 3
    v8 = v3 / v7
    v9 = area * ((v4 - v8 * (3 * v6 ** 2 * (2.0 * (v5 * v4)))) / v7)
    v10 = area * v8
    v11 = (0.23076923076923078 * p ** -0.7692307692307692 if v1 else math.inf) * p_dot
    v12 = math.sqrt(6.666666666666666 * (p ** 0.23076923076923078 - 1.0))
    v13 = (0.5 / v12 if v12 != 0 else math.inf) * (6.666666666666666 * v11)
    value_dot = p * (v8 * area_dot + v9) + v10 * p_dot + v13
    return v10 * p + v12, value_dot
