"""Early returns, `continue`, and what belongs to a loop's end."""

import numpy as np


def first_passage(x: "Float[np.ndarray, 'n']", level: float) -> float:
    total = 0.0
    for i in range(len(x)):
        if x[i] < 0.0:
            continue
        total += x[i] * x[i]
        if total > level:
            return total / (1.0 + i)
    return total - level
