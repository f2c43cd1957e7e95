"""A network of two layers that tells three species of iris apart.

    adcompile samples/iris/model.py --head "loss(W1, b1, W2, b2) > return" --mode adjoint -o samples/iris/model_adjoint.py

Then `python samples/iris/train.py` trains it: with NumPy and the emitted file, and nothing else.
"""

import numpy as np


def scores(
    W1: "Float[np.ndarray, '4 h']",
    b1: "Float[np.ndarray, 'h']",
    W2: "Float[np.ndarray, 'h 3']",
    b2: "Float[np.ndarray, '3']",
    x: "Float[np.ndarray, 'n 4']",
):
    """One row of three scores a flower."""
    return np.tanh(x @ W1 + b1) @ W2 + b2


def loss(
    W1: "Float[np.ndarray, '4 h']",
    b1: "Float[np.ndarray, 'h']",
    W2: "Float[np.ndarray, 'h 3']",
    b2: "Float[np.ndarray, '3']",
    x: "Float[np.ndarray, 'n 4']",
    y: "Float[np.ndarray, 'n 3']",
):
    """Mean cross entropy of the softmax of the scores, plus a little weight decay."""
    z = scores(W1, b1, W2, b2, x)
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    decay = 1e-4 * (np.sum(W1**2) + np.sum(W2**2))
    return -np.mean(np.sum(y * log_p, axis=1)) + decay
