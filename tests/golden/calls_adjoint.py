"""Adjoints of calls.py.

adcompile: option --mode=adjoint
adcompile: digest 55bfcbbdda610d4c
"""

import math


def mach_adjoint(p, gamma, mach_bar=1.0):
    """Adjoint of mach with respect to p, gamma.

    p: float
    gamma: float
    mach_bar: float

    Returns value, (p_bar, gamma_bar).
    """
    # forward sweep
    v1 = gamma - 1.0
    v2 = 2.0 / v1
    v3 = v1 / gamma
    v4 = p ** v3
    v5 = v4 - 1.0
    value = math.sqrt(v2 * v5)
    # reverse sweep
    v6 = (0.5 / value if value != 0 else math.inf) * mach_bar
    v5_bar = v2 * v6
    if p != 0 or not v3 < 1:
        v7 = v3 * p ** (v3 - 1)
    else:
        v7 = 0.0 if v3 == 0 else math.inf
    p_bar = v7 * v5_bar
    v1_bar = (math.log(p) * v4 if p > 0 else 0.0) * v5_bar / gamma
    gamma_bar = v1_bar - v2 * (v5 * v6 / v1) - v3 * v1_bar
    return value, (p_bar, gamma_bar)


def thrust_adjoint(p, area, thrust_bar=1.0):
    """Adjoint of thrust with respect to p, area.

    p: float
    area: float
    thrust_bar: float

    Returns value, (p_bar, area_bar).
    """
    # forward sweep
    v1 = math.sqrt(5.000000000000001 * (p ** 0.28571428571428564 - 1.0))
    v2 = 0.19999999999999996 * v1
    v3 = 1.0 + v2 * v1
    v4 = v3 ** 3
    v5 = v1 / v4
    v6 = area * v5
    v7 = math.sqrt(6.666666666666666 * (p ** 0.23076923076923078 - 1.0))
    value = v6 * p + v7
    # reverse sweep
    v8 = p != 0
    v9 = 0.23076923076923078 * p ** -0.7692307692307692 if v8 else math.inf
    p_bar = v9 * (6.666666666666666 * ((0.5 / v7 if v7 != 0 else math.inf) * thrust_bar))
    v6_bar = p * thrust_bar
    p_bar += v6 * thrust_bar
    area_bar = v5 * v6_bar
    v1_bar = area * v6_bar / v4
    v10 = 3 * v3 ** 2 * (v5 * v1_bar)
    v1_bar = v1_bar - v2 * v10 - 0.19999999999999996 * (v1 * v10)
    v11 = 0.28571428571428564 * p ** -0.7142857142857144 if v8 else math.inf
    v12 = v11 * (5.000000000000001 * ((0.5 / v1 if v1 != 0 else math.inf) * v1_bar))
    p_bar += v12
    return value, (p_bar, area_bar)
