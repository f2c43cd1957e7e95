"""Tangents of structures.py.

adcompile: option --mode=tangent
adcompile: digest 2c1e1b566031c6e2
"""

import math


def momentum_tangent(body, kick, body_dot, kick_dot):
    """Tangent of momentum with respect to body, kick.

    body: (mass: float, speed: float)
    kick: (float, float)
    body_dot: (mass: float, speed: float)
    kick_dot: (float, float)

    Returns value, value_dot.
    """
    v = body.speed + kick[0]
    v1 = body.mass * v
    v2 = math.cos(kick[1])
    v3 = v2 * (v * body_dot.mass + body.mass * (body_dot.speed + kick_dot[0]))
    return v1 * v2, v3 - v1 * (math.sin(kick[1]) * kick_dot[1])


def horner_tangent(coefficients, x, coefficients_dot, x_dot):
    """Tangent of horner with respect to coefficients, x.

    coefficients: list[float]
    x: float
    coefficients_dot: list[float]
    x_dot: float

    Returns value, value_dot.
    """
    y = 0.0
    y_dot = 0.0
    for v1 in reversed(range(len(coefficients))):
        y_dot = x * y_dot + y * x_dot + coefficients_dot[v1]
        y = y * x + coefficients[v1]
    return y, y_dot
