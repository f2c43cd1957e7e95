"""Tangents of newton.py.

adcompile: option --mode=tangent
adcompile: digest 16d67c729dd7127b
"""


def root_tangent(a, x, a_dot, x_dot):
    """Tangent of root with respect to a, x.

    a: float
    x: float
    a_dot: float
    x_dot: float

    Returns value, value_dot.
    """
    for _ in range(100):
        v1 = x * x
        v2 = x * (2.0 * (x * x_dot)) + v1 * x_dot - a_dot
        v3 = 3.0 * x
        v4 = v3 * x
        step = (v1 * x - a) / v4
        x_dot -= (v2 - step * (2.0 * (v3 * x_dot))) / v4
        x -= step
        if abs(step) < 1e-14:
            break
    return x, x_dot


def root_while_tangent(a, a_dot):
    """Tangent of root_while with respect to a.

    a: float
    a_dot: float

    Returns value, value_dot.
    """
    err = 1.0
    x = 1.0
    x_dot = 0.0
    while err > 1e-14:
        v1 = a / x
        x_dot = 0.5 * (x_dot + (a_dot - v1 * x_dot) / x)
        new = 0.5 * (x + v1)
        err = abs(new - x)
        x = new
    return x, x_dot
