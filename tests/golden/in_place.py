"""Arrays updated in place."""

import numpy as np


def diffuse(u: "Float[np.ndarray, 'n']", k: float, steps: int):
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u


def recurrence(x: "Float[np.ndarray, 'n']", a: float):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = a * y[i - 1] * x[i] + x[i - 1]
    return np.sum(y)
