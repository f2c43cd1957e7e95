"""Integer arrays as indices: the edges of a graph pull at its nodes."""

import numpy as np


def stretch(
    x: "Float[np.ndarray, 'n']",
    tail: "Int[np.ndarray, 'e']",
    head: "Int[np.ndarray, 'e']",
    rest: "Float[np.ndarray, 'e']",
):
    d = x[head] - x[tail] - rest
    return 0.5 * np.sum(d * d)


def clip_low(x: "Float[np.ndarray, 'n']", low: float):
    y = x.copy()
    y[y < low] = low
    return np.sum(np.where(y > 1.0, np.log(y), y - 1.0) ** 2)
