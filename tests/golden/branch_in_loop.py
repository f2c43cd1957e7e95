"""A loop that overwrites its variable, with a branch on it."""

import math

import numpy as np


def saturate(x: "Float[np.ndarray, 'n']", level: float) -> float:
    s = 0.0
    for i in range(len(x)):
        if s < level:
            s = s + math.exp(x[i])
        else:
            s = s * math.cos(x[i])
    return s
