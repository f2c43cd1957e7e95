"""Matrix code over a dictionary of parameters."""

import numpy as np


def loss(
    params: dict[str, "Float[np.ndarray, '_ _']"],
    x: "Float[np.ndarray, 'n p']",
    y: "Float[np.ndarray, 'n q']",
):
    h = np.tanh(x @ params["inner"])
    r = h @ params["outer"] - y
    return np.mean(r * r)


def loss_with_bias(
    w: "Float[np.ndarray, 'p q']",
    b: "Float[np.ndarray, 'q']",
    x: "Float[np.ndarray, 'n p']",
    y: "Float[np.ndarray, 'n q']",
):
    r = np.tanh(x @ w + b) - y
    return np.sum(r**2)
