"""The lower triangle of C = alpha A A' + beta C."""

import numpy as np

SIZE = 30


def syrk(alpha, beta, C, A):
    C = C.copy()
    for i in range(A.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += alpha * A[i, k] * A[: i + 1, k]
    return np.sum(C * C)


def arguments(n, rng):
    return 1.5, 1.2, rng.uniform(size=(n, n)), rng.uniform(size=(n, n - 2))
