"""Adjoints of straight_line.py.

adcompile: option --mode=adjoint
adcompile: digest b768cf8361f38a55
"""

import math


def pendulum_adjoint(angle, speed, energy_bar=1.0):
    """Adjoint of pendulum with respect to angle, speed.

    angle: float
    speed: float
    energy_bar: float

    Returns value, (angle_bar, speed_bar).
    """
    # forward sweep
    energy = 0.5 * speed ** 2 + 9.81 * (1.0 - math.cos(angle))
    # reverse sweep
    speed_bar = 2 * speed * (0.5 * energy_bar)
    return energy, (math.sin(angle) * (9.81 * energy_bar), speed_bar)
