"""Programs of masks, of index arrays, and of arrays of three axes."""

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9], [-0.3, 0.2, 1.1]])
K = np.array([0, 2, 0, -1])


def one_bool_as_a_mask(x: float, a: np.ndarray):
    a[x > 0.1] *= x
    a[x > 7.0] += x
    b = a[x > 0.3]
    b *= x
    a[x > 0.2, 0] = a[x < 0.9, 1] * x
    return np.sum(a**2) + np.sum(b) + np.sum(a[x > 0.9]) + np.sum(a[True] ** 3)


add(one_bool_as_a_mask, 0.7, A)


def one_bool_in_a_loop(x: float, a: np.ndarray):
    for row in a:
        above = np.logical_not(np.sum(row) > 0.9)
        row[above] = np.sin(row[above]) * x
        row[~above] -= row[~above] * row[0]
    return a


add(one_bool_in_a_loop, 0.7, A)
