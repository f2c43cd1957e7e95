"""C = alpha A B + beta C, where only the lower triangle of the symmetric A is read."""

import numpy as np

SIZE = 30


def symm(alpha, beta, C, A, B):
    C = C.copy()
    C *= beta
    temp = np.zeros(C.shape[1])
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[:i, j] += alpha * B[i, j] * A[i, :i]
            temp[j] = B[:i, j] @ A[i, :i]
        C[i, :] += alpha * B[i, :] * A[i, i] + alpha * temp
    return np.sum(C * C)


def arguments(n, rng):
    B, C = rng.uniform(size=(2, n, n + 4))
    return 1.5, 1.2, C, rng.uniform(size=(n, n)), B
