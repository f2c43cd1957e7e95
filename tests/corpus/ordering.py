"""Programs that put things in order: sorted, list.sort, min and max by a key, reversed."""

import operator

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
W = np.array([1.5, 0.4, -0.3, 0.8])
POINTS = np.array([[0.0, 0.3], [1.6, 0.9], [0.6, 2.0], [1.1, 1.4], [2.4, 0.1]])


def by_size(x):
    parts = [x[0], x[1] * x[2], x[3]]
    parts.sort(key=abs)
    return parts[0] * 2.0 + parts[1] * parts[2]


add(by_size, X)


def trimmed_mean(x):
    kept = sorted(x)[1:-1]
    return sum(kept) / len(kept)


add(trimmed_mean, X)


def median_of_list(values):
    v = sorted(values)
    n = len(v)
    if n % 2:
        return v[n // 2] ** 2
    return 0.5 * (v[n // 2 - 1] + v[n // 2]) * v[0]


add(median_of_list, X)
add(median_of_list, X[:3])


def ranked_pairs(x, w):
    ranked = sorted(zip(x, w), key=lambda p: p[0] * p[1])
    total = 0.0
    for rank, (xi, wi) in enumerate(ranked):
        total += (rank + 1) * xi * wi**2
    return total


add(ranked_pairs, X, W)


def places_in_order(x):
    total = 0.0
    for place, (i, v) in enumerate(sorted(enumerate(x), key=lambda t: t[1])):
        total += v * v * (place + 1) + 0.1 * i * v
    return total


add(places_in_order, X)


def order_of_indices(x):
    order = sorted(range(len(x)), key=lambda i: x[i], reverse=True)
    return x[order[0]] * 2.0 + x[order[-1]] ** 3 * x[order[1]]


add(order_of_indices, X)


def first_and_last_pair(x, w):
    pairs = sorted(zip(x, w))
    a, b = pairs[0]
    return a * b + pairs[-1][1] ** 2 + sum(p[0] * p[1] for p in pairs[:2]) * len(pairs)


add(first_and_last_pair, X, W)


def nearest_points(points, q, k):
    near = sorted(points, key=lambda p: np.sum((p - q) ** 2))
    total = 0.0
    for p in near[:k]:
        total += np.sum(p * q)
    return total / k


add(nearest_points, POINTS, np.array([0.4, 1.7]), 3)


def closest_value(x, target):
    best = min(range(len(x)), key=lambda i: (x[i] - target) ** 2)
    return x[best] ** 3 * target


add(closest_value, X, 0.45)


def farthest_point(x, q):
    points = [(x[0], x[1]), (x[2], x[3]), (x[1], x[2] * x[2])]
    far = max(points, key=lambda p: (p[0] - q) ** 2 + p[1] ** 2)
    return far[0] * far[1] + q


add(farthest_point, X, 0.3)


def smallest_pair(x):
    best = min((v * v, i) for i, v in enumerate(x))
    return best[0] * (best[1] + 1.0)


add(smallest_pair, X)


def largest_below(x, bound):
    return max((v * v for v in x if v < bound), default=0.5) * x[0]


add(largest_below, X, 0.6)
add(largest_below, X, -5.0)


def rows_by_column(x):
    rows = [{"w": x[0], "c": 1.0}, {"w": x[1], "c": x[2]}, {"w": x[3], "c": 2.0}]
    rows.sort(key=lambda row: row["w"])
    return rows[0]["c"] * rows[1]["w"] + rows[2]["c"] * rows[2]["w"]


add(rows_by_column, X)


def equal_keys_stay(x):
    rows = sorted([(x[0], 1), (x[1], 0), (x[2], 1), (x[3], 0)], key=lambda t: t[1], reverse=True)
    return rows[0][0] + 2.0 * rows[1][0] + 3.0 * rows[2][0] * rows[3][0]


add(equal_keys_stay, X)


def by_item(x):
    rows = sorted([(x[0], 1.0), (x[1], x[2]), (x[3], 3.0)], key=operator.itemgetter(1))
    return rows[0][0] * rows[2][1] + rows[1][0] ** 2


add(by_item, X)


def heap(x):
    held = sorted(x)
    while len(held) > 1:
        a = held.pop()
        b = held.pop()
        held.append(a * b + a)
        held.sort()
    return held[0]


add(heap, X)


def sorted_each_turn(x, n):
    held = list(x)
    for _ in range(n):
        held.sort(key=lambda v: -v)
        held[0] = held[0] * 0.3
    return held[0] + 2.0 * held[1] * held[2]


add(sorted_each_turn, X, 3)


def indexed_pairs(x):
    pairs = [(i, v) for i, v in enumerate(x)]
    total = 0.0
    for i, v in pairs:
        total += (i + 1) * v * v
    return total * pairs[2][1]


add(indexed_pairs, X)


def grown_while_read(x):
    queue = [x]
    total = 0.0
    for v in queue:
        total += v * v
        if len(queue) < 4:
            queue.append(v * 0.5 + 0.1)
    return total


add(grown_while_read, 0.4)
