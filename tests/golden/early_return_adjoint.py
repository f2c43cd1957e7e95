"""Adjoints of early_return.py.

adcompile: option --mode=adjoint
adcompile: digest 5faafbde5357cb2a
"""

import numpy as np


def first_passage_adjoint(x, level, first_passage_bar=1.0):
    """Adjoint of first_passage with respect to x, level.

    x: float[n]
    level: float
    first_passage_bar: float

    Returns value, (x_bar, level_bar).
    """
    # forward sweep
    tape = []
    total = 0.0
    v1 = False
    for i in range(len(x)):
        tape.append(total)
        v2 = x[i]
        if not v2 < 0.0:
            total += v2 * v2
            if total > level:
                value = total / (1.0 + i)
                v1 = True
                break
    if not v1:
        value = total - level
    # reverse sweep
    if v1:
        total_bar = 0.0
        level_bar = 0.0
    else:
        level_bar = -first_passage_bar
        total_bar = first_passage_bar
        first_passage_bar = 0.0
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(tape))):
        total = tape.pop()
        v3 = x[i]
        if v3 < 0.0:
            v2_bar = 0.0
        else:
            if total + v3 * v3 > level:
                total_bar += first_passage_bar / (1.0 + i)
                first_passage_bar = 0.0
            v2_bar = 2.0 * (v3 * total_bar)
        x_bar[i] = v2_bar
    return value, (x_bar, level_bar)
