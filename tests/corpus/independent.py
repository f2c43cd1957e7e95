"""Loops whose turns do not depend on one another."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


def sums(x, n):
    s = 0.0
    # ad: independent
    for i in range(n):
        t = math.sin(x[i % 5]) * i
        if t > 0.3:
            t = t * t
        s = s + t * x[0]
    return s * s


add(sums, X, 4)
add(sums, X, 12)


def elements(x, n):
    y = np.zeros(5)
    z = x * x
    w = x * 2.0
    # ad: independent
    for i in range(5):
        t = 0.0
        for j in range(n):
            t = t + math.sin(x[i] * j) * t + w[j % 5]
        y[i] = t
        z[i] = y[i] * t + z[i] * z[i]
    return np.sum(y * y * z)


add(elements, X, 1)
add(elements, X, 4)


def work_array(x, n):
    y = np.zeros(n)
    w = np.zeros(3)
    # ad: independent
    for i in range(n):
        w[0] = x[i % 5] * i
        w[1] = math.sin(w[0]) * w[0]
        w[:2] *= 2.0
        y[i] = w[1] * w[0]
    return np.sum(y * y) * w[1]


add(work_array, X, 4)
add(work_array, X, 12)


def rows(x, n):
    A = np.outer(x, x)
    # ad: independent
    for i in range(5):
        row = A[i]
        row[:] = np.sin(row) * row[i]
        A[i, 2] *= row[1]
    return np.sum(A * A)


add(rows, X, 0)
add(rows, X, 1)


def pairs(x, n):
    A = np.zeros(5)
    e = 0.0
    # ad: independent
    for i in range(n):
        for j in range(i):
            d = x[i % 5] - x[j % 5]
            v = d * d * math.exp(-d * d)
            A[i % 5] += v
            A[j % 5] -= v
            e += v
    return np.sum(A * A) + e


add(pairs, X, 1)
add(pairs, X, 7)


# ad: checkpoint
def callees_inside_energy(p, q):
    r = math.sin(p) * q
    # ad: checkpoint 2
    for i in range(3):
        r = math.sin(r) + p
    return r * r


def callees_inside(x, n):
    e = 0.0
    # ad: independent
    for i in range(n):
        e += callees_inside_energy(x[i % 5], x[0])
    return e * e


add(callees_inside, X, 1)
add(callees_inside, X, 7)


def list_items(x, n):
    out = []
    for i in range(n):
        out.append(x[i % 5])
    # ad: independent
    for i in range(n):
        out[i] = out[i] * math.sin(out[i])
    s = 0.0
    for v in out:
        s = s + v * v
    return s


add(list_items, X, 1)
add(list_items, X, 7)
