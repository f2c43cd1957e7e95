"""Tangents of early_return.py.

adcompile: option --mode=tangent
adcompile: digest 71eefde7b1ec99a2
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
    v1 = False
    total_dot = 0.0
    for i in range(len(x)):
        v2 = x[i]
        if not v2 < 0.0:
            total_dot += 2.0 * (v2 * x_dot[i])
            total += v2 * v2
            if total > level:
                v3 = 1.0 + i
                value_dot = total_dot / v3
                value = total / v3
                v1 = True
                break
    if not v1:
        value_dot = total_dot - level_dot
        value = total - level
    return value, value_dot
