"""The correlations of the columns of a table; a column that is constant counts as it is."""

import numpy as np

SIZE = 60


def correlation(data):
    data = data.copy()
    n, m = data.shape
    deviation = np.std(data, axis=0)
    deviation[deviation <= 0.1] = 1.0
    data -= np.mean(data, axis=0)
    data /= np.sqrt(float(n)) * deviation
    corr = np.eye(m)
    for i in range(m - 1):
        corr[i, i + 1 :] = data[:, i] @ data[:, i + 1 :]
        corr[i + 1 :, i] = corr[i, i + 1 :]
    return np.sum(corr * corr)


def arguments(n, rng):
    return (rng.uniform(size=(n + 20, n)),)
