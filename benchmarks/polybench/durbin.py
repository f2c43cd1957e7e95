"""The equations of Yule and Walker, by Durbin's recursion."""

import numpy as np

SIZE = 200


def durbin(r):
    y = np.zeros(len(r))
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, len(r)):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(r[k - 1 :: -1], y[:k])) / beta
        y[:k] += alpha * y[k - 1 :: -1]
        y[k] = alpha
    return np.sum(y * y)


def arguments(n, rng):
    return (0.5 ** np.arange(1, n + 1) + 0.01 * rng.uniform(size=n),)
