"""Tangents of early_return.py.

adcompile: option --mode=tangent
adcompile: digest 9a773cc26257b614
"""


def first_passage_tangent(x, level, x_dot, level_dot):
    """Tangent of first_passage with respect to x, level.

    x: float[n]
    level: float
    x_dot: float[n]
    level_dot: float

    Returns value, value_dot.
    """
    total = 0.0
    v3 = False
    total_dot = 0.0
    for i in range(len(x)):
        v4 = x[i]
        if v4 < 0.0:
            v5 = False
        else:
            total_dot = total_dot + 2.0 * (v4 * x_dot[i])
            total = total + v4 * v4
            if total > level:
                v6 = 1.0 + i
                v2 = total_dot / v6
                v1 = total / v6
                v5 = True
                v3 = True
            else:
                v5 = False
        if v5:
            break
    if not v3:
        v2 = total_dot - level_dot
        v1 = total - level
        v3 = True
    if not v3:
        v1 = None
        v2 = 0.0
    return v1, v2
