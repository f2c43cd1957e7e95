"""Tangents of branch_in_loop.py.

adcompile: option --mode=tangent
adcompile: digest 5d404baeddb47994
"""

import math


def saturate_tangent(x, level, x_dot, level_dot):
    """Tangent of saturate with respect to x, level.

    x: float[n]
    level: float
    x_dot: float[n]
    level_dot: float

    Returns value, value_dot.
    """
    s = 0.0
    s_dot = 0.0
    for i in range(len(x)):
        if s < level:
            v1 = math.exp(x[i])
            s_dot += v1 * x_dot[i]
            s += v1
        else:
            v2 = x[i]
            v3 = math.cos(v2)
            s_dot = v3 * s_dot - s * (math.sin(v2) * x_dot[i])
            s = s * v3
    return s, s_dot
