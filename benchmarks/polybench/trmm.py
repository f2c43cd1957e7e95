"""B = alpha A' B for a lower triangular A with ones in its diagonal, in place."""

import numpy as np

SIZE = 30


def trmm(alpha, A, B):
    B = B.copy()
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            B[i, j] += np.dot(A[i + 1 :, i], B[i + 1 :, j])
    B *= alpha
    return np.sum(B * B)


def arguments(n, rng):
    return 1.5, rng.uniform(size=(n, n)), rng.uniform(size=(n, n + 3))
