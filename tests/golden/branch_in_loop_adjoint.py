"""Adjoints of branch_in_loop.py.

adcompile: option --mode=adjoint
adcompile: digest 2cf14c62760d0e46
"""

import math

import numpy as np


def saturate_adjoint(x, level, s_bar=1.0):
    """Adjoint of saturate with respect to x, level.

    x: float[n]
    level: float
    s_bar: float

    Returns value, (x_bar, level_bar).
    """
    # forward sweep
    tape = []
    s = 0.0
    for i in range(len(x)):
        tape.append(s)
        if s < level:
            s += math.exp(x[i])
        else:
            s = s * math.cos(x[i])
    value = s
    # reverse sweep
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(x))):
        s = tape.pop()
        if s < level:
            x_bar[i] = math.exp(x[i]) * s_bar
        else:
            v1 = x[i]
            x_bar[i] = -(math.sin(v1) * (s * s_bar))
            s_bar = math.cos(v1) * s_bar
    return value, (x_bar, 0.0)
