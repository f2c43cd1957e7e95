"""Adjoints of structures.py.

adcompile: option --mode=adjoint
adcompile: digest 8e78c4d241d7ef88
"""

import math


def momentum_adjoint(body, kick, momentum_bar=1.0):
    """Adjoint of momentum with respect to body, kick.

    body: (mass: float, speed: float)
    kick: (float, float)
    momentum_bar: float

    Returns value, (body_bar, kick_bar).
    """
    # forward sweep
    v = body.speed + kick[0]
    v1 = body.mass * v
    v2 = math.cos(kick[1])
    value = v1 * v2
    # reverse sweep
    v1_bar = v2 * momentum_bar
    kick_bar = -(math.sin(kick[1]) * (v1 * momentum_bar))
    mass_bar = v * v1_bar
    v_bar = body.mass * v1_bar
    return value, (type(body)(mass=mass_bar, speed=v_bar), (v_bar, kick_bar))


def horner_adjoint(coefficients, x, y_bar=1.0):
    """Adjoint of horner with respect to coefficients, x.

    coefficients: list[float]
    x: float
    y_bar: float

    Returns value, (coefficients_bar, x_bar).
    """
    # forward sweep
    tape = []
    y = 0.0
    for c in reversed(coefficients):
        tape.append(y)
        y = y * x + c
    value = y
    # reverse sweep
    coefficients_bar = [0.0] * len(coefficients)
    x_bar = 0.0
    for v1 in range(len(coefficients)):
        y = tape.pop()
        x_bar += y * y_bar
        coefficients_bar[v1] += y_bar
        y_bar = x * y_bar
    return value, (coefficients_bar, x_bar)
