"""Straight-line scalar code: every value is used where it stands."""

import math


def pendulum(angle: float, speed: float) -> float:
    kinetic = 0.5 * speed**2
    potential = 9.81 * (1.0 - math.cos(angle))
    energy = kinetic + potential
    return energy
