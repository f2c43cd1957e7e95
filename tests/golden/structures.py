"""Structured arguments: a dataclass, a tuple, a list."""

import math
from dataclasses import dataclass


@dataclass
class Body:
    mass: float
    speed: float


def momentum(body: Body, kick: tuple[float, float]) -> float:
    v = body.speed + kick[0]
    return body.mass * v * math.cos(kick[1])


def horner(coefficients: list[float], x: float) -> float:
    y = 0.0
    for c in reversed(coefficients):
        y = y * x + c
    return y
