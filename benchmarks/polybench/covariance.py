"""The covariances of the columns of a table."""

import numpy as np

SIZE = 60


def covariance(data):
    data = data.copy()
    n, m = data.shape
    data -= np.mean(data, axis=0)
    cov = np.zeros((m, m))
    for i in range(m):
        cov[i, i:] = data[:, i] @ data[:, i:] / (n - 1.0)
        cov[i:, i] = cov[i, i:]
    return np.sum(cov * cov)


def arguments(n, rng):
    return (rng.uniform(size=(n + 20, n)),)
