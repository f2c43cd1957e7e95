"""Loops that look for the best turn, and recurrences that are gone through again."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])
P = np.array([[0.3, 1.2], [0.8, -0.1], [-0.7, 0.5], [1.4, 0.2]])
C = np.array([[0.1, 0.9], [1.1, 0.3], [-0.4, -0.6]])


def nearest(points, centroids):
    total = 0.0
    for i in range(len(points)):
        best = np.inf
        for j in range(len(centroids)):
            d = 0.0
            for a in range(points.shape[1]):
                e = points[i, a] - centroids[j, a]
                d += e * e
            if d < best:
                best = d
        total += best
    return total


add(nearest, P, C)


def best_and_where(x, w):
    best, where = x[0] * w[0], 0
    for i in range(1, len(x)):
        v = math.sin(x[i]) * w[i]
        if v > best:
            best = v
            where = i
    return best * w[where]


add(best_and_where, X, X[::-1].copy())
add(best_and_where, -X, X)


def nothing_is_better(x):
    best = 10.0 * x[0]
    for i in range(len(x)):
        if x[i] > best:
            best = x[i]
    return best


add(nothing_is_better, X)


def steps_down(x):
    top = x[5]
    for i in range(4, -1, -2):
        if x[i] * x[i] >= top:
            top = x[i] * x[i]
    return top


add(steps_down, X)


def runs_of_any_step(x, start, stop, step):
    low, high = x[start], 0.0
    for i in range(start, stop, step):
        if x[i] < low:
            low, high = x[i], x[i] ** 2
    return low + high


add(runs_of_any_step, X, 1, 6, 2)
add(runs_of_any_step, X, 5, 0, -1)
add(runs_of_any_step, X, 3, 3, 1)


def kept_in_the_branch(x):
    best = x[0]
    for i in range(1, len(x)):
        if x[i] <= best:
            pass
        else:
            best = math.exp(x[i])
    return best


add(kept_in_the_branch, X)


def a_weight_that_goes_along(x):
    best, at = x[0], 1
    for i in range(len(x)):
        v = x[i] * at
        at += 2 + i
        if v > best:
            best = v * at
    return best


add(a_weight_that_goes_along, X)


def replaced_by_more_of_itself(x):
    best = x[0]
    for i in range(1, len(x)):
        if x[i] > best:
            best = x[i] + 0.1 * best
    return best


add(replaced_by_more_of_itself, np.sort(X))


def best_and_a_sum(x):
    best, total = x[0], 0.0
    for i in range(1, len(x)):
        total += best * x[i]
        if x[i] > best:
            best = x[i]
    return best * total


add(best_and_a_sum, X)


def best_with_an_inner_best(a):
    best = 0.0
    for i in range(len(a)):
        row = a[i, 0]
        for j in range(1, a.shape[1]):
            if a[i, j] < row:
                row = a[i, j]
        if row * row > best:
            best = row * row
    return best


add(best_with_an_inner_best, P)


def best_of_an_array_that_changes(x):
    y = x.copy()
    best = 0.0
    for i in range(len(y)):
        y[i] = y[i] * y[i - 1]
        if y[i] > best:
            best = 2.0 * y[i]
    return best


add(best_of_an_array_that_changes, X)


def best_by_a_function(x):
    def score(v):
        return v * math.cos(v)

    best = -1.0
    for v in x:
        s = score(v)
        if s > best:
            best = s
    return best


add(best_by_a_function, X)


def last_positive(x):
    found = 1.0
    for i in range(len(x)):
        if x[i] > 0.5:
            found = x[i] ** 3
    return found


add(last_positive, X)


def polynomial_residuals(x, n):
    total = 0.0
    for i in range(n):
        t = -1 + 2 * i / (n - 1)
        p, s = 1.0, 0.0
        for j in range(len(x)):
            s += x[j] * p
            p *= t
        total += (0.3 - s) ** 2
    return total


add(polynomial_residuals, X[:4], 5)


def packed_triangle(low, x, d):
    total = 0.0
    for a in range(d):
        z, at = x[a], a - 1
        for b in range(a):
            z += low[at] * x[b]
            at += d - b - 2
        total += z * z * math.sin(z)
    return total


add(packed_triangle, X, X[:4], 4)


def recurrence_twice(x, t):
    p, q, s = 1.0, 2, 0.0
    for j in range(len(x)):
        s += x[j] * p * q
        p = p * t - q
        q = q + j
    return s * s


add(recurrence_twice, X, 0.7)


def recurrence_that_moves(x, t):
    p, s = 1.0, 0.0
    for j in range(len(x)):
        s += x[j] * p
        p *= t
    return s * s


add(recurrence_that_moves, X, 0.7)


def recurrence_of_what_is_overwritten(x):
    y = x.copy()
    p, s = 1.0, 0.0
    for j in range(len(y) - 1):
        s += x[j] * p
        p *= 0.5
        y[j] = s
        p += 0.1
    y *= 2.0
    return s * s + y[2]


add(recurrence_of_what_is_overwritten, X)
