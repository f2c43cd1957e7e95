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
    a[1, x > 0.2] -= a[2, x < 0.9] * x
    return np.sum(a**2) + np.sum(b) + np.sum(a[x > 0.9]) + np.sum(a[True] ** 3)


add(one_bool_as_a_mask, 0.7, A)


def one_bool_in_a_loop(x: float, a: np.ndarray):
    for row in a:
        above = np.logical_not(np.sum(row) > 0.9)
        row[above] = np.sin(row[above]) * x
        row[~above] -= row[~above] * row[0]
    return a


add(one_bool_in_a_loop, 0.7, A)


T = np.linspace(-1.3, 1.7, 24).reshape(4, 3, 2) ** 3 + 0.4


def axes_as_lists(t: "float[n, m, o]", a: "float[n, m]"):
    b = np.tensordot(t, a, axes=([0, 1], [0, 1])) + np.tensordot(a, t, [[1, 0], [1, 0]])
    ends = [0, 2]
    c = np.tensordot(t, t, axes=[ends, ends])
    d = np.transpose(t, [2, 0, 1]) * t.transpose([2, 0, 1])
    e = np.tile(b, [2, 2]) + np.pad(np.outer(b, b), [[1, 1], [0, 2]])[:2]
    return np.sum(c @ c) + np.sum(e * e) + np.sum(np.expand_dims(a, [0, 3]) * d[0, 0, 0])


add(axes_as_lists, T, A)


def products_over_axes(t: "float[n, m, o]", a: "float[n, m]"):
    t[0, 1, 0] = 0.0
    b = np.prod(t, axis=(2, 0), keepdims=True) * t
    return np.prod(t, axis=(-1, 1)) * t.prod(axis=(0, 1, 2)) + np.sum(b) * np.prod(a, (0, 1))


add(products_over_axes, T, A)


def places_that_nobody_annotates(a, i, j, v):
    a[i, j] += v * a[0, 0]
    a[i,] -= a[j, 1][:, None] * 0.5
    for n in range(2):
        a[n, j] += np.sin(v)
    return a * v[0]


add(places_that_nobody_annotates, A, K, np.array([1, 2, 1, 1]), X[:4])


def places_of_a_range(a: "float[n, m]", labels: "int[n]"):
    n = len(a)
    e = np.exp(a - np.max(a, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    loss = -np.mean(np.log(p[range(n), labels]))
    p[range(n), labels] -= 1
    p[range(0, n, 2)] *= 0.5
    rows = range(n - 1, -1, -1)
    return loss + np.sum(p[rows] * a)


add(places_of_a_range, A, np.array([1, 2, 0, 1]))


def places_of_a_range_unannotated(a, labels):
    n = a.shape[0]
    a[range(n), labels] -= a[0, 0]
    return np.sum(a[range(n), labels] ** 2) * np.sum(a[range(1, n)])


add(places_of_a_range_unannotated, A, np.array([1, 2, 0, 1]))
