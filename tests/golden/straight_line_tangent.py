"""Tangents of straight_line.py.

adcompile: option --mode=tangent
adcompile: digest 7780ea6feae95214
"""

import math


def pendulum_tangent(angle, speed, angle_dot, speed_dot):
    """Tangent of pendulum with respect to angle, speed.

    angle: float
    speed: float
    angle_dot: float
    speed_dot: float

    Returns value, value_dot.
    """
    potential_dot = 9.81 * (math.sin(angle) * angle_dot)
    energy_dot = 0.5 * (2 * speed * speed_dot) + potential_dot
    energy = 0.5 * speed ** 2 + 9.81 * (1.0 - math.cos(angle))
    return energy, energy_dot
