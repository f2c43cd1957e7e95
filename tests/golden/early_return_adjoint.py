"""Adjoints of early_return.py.

adcompile: option --mode=adjoint
adcompile: digest b037d85ba87abe14
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
    v2 = False
    for i in range(len(x)):
        tape.append(total)
        v3 = x[i]
        if v3 < 0.0:
            v4 = False
        else:
            total = total + v3 * v3
            if total > level:
                v1 = total / (1.0 + i)
                v4 = True
                v2 = True
            else:
                v4 = False
        if v4:
            break
    if v2:
        v5 = v2
    else:
        v1 = total - level
        v5 = True
    # reverse sweep
    first_passage_bar = first_passage_bar if v5 else 0.0
    if v2:
        total_bar = 0.0
        level_bar = 0.0
    else:
        level_bar = -first_passage_bar
        total_bar = first_passage_bar
        first_passage_bar = 0.0
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(tape))):
        total = tape.pop()
        v6 = x[i]
        if v6 < 0.0:
            v7 = 0.0
        else:
            if total + v6 * v6 > level:
                total_bar = total_bar + first_passage_bar / (1.0 + i)
                first_passage_bar = 0.0
            v7 = 2.0 * (v6 * total_bar)
        x_bar[i] += v7
    return v1 if v5 else None, (x_bar, level_bar)
