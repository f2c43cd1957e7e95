"""Queues of what is differentiated, and what itertools and NumPy take or write one by one."""

import collections
import itertools
from collections import deque
from itertools import dropwhile, filterfalse

import numpy as np

from corpus.cases import add_by_differences as add

X = np.array([0.31, -0.72, 1.21, 0.55])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6]])


def moving_average(x):
    window = deque(maxlen=2)
    s = 0.0
    for v in x:
        window.append(v)
        s += sum(window) / len(window) * v
    return s


add(moving_average, X)


def breadth_first(x):
    todo = collections.deque([(x[0], 0)])
    s = 0.0
    while todo:
        v, k = todo.popleft()
        s += v * (k + 1)
        if k < 3:
            todo.append((v * x[k], k + 1))
            if k % 2:
                todo.appendleft((v + x[k], k + 2))
    return s


add(breadth_first, X)


def turned(x):
    d = deque(x)
    d.rotate(1)
    d.rotate(-2)
    d.appendleft(d.pop() * 2)
    d.extend([x[0], x[1]])
    d.extendleft([x[2]])
    d[1] = d[0] * d[-1]
    d.reverse()
    return np.array(list(d))


add(turned, X)


def recurrence(x, n: int):
    h = deque([0.0, 0.0], maxlen=3)
    for i in range(n):
        h.append(0.5 * h[-1] + 0.2 * h[-2] + x[i % 4])
    return sum(h) * h[0]


add(recurrence, X, 6)


def queue_of_places(x):
    q = deque([0, 1])
    s = 0.0
    for i in range(5):
        k = q.popleft()
        s += x[k] * i
        q.append((k + i) % 4)
    return s


add(queue_of_places, X)


def queue_of_rows(x):
    rows = deque()
    for i in range(3):
        rows.append(x * i)
    rows[0][1] = x[0]
    a = rows.popleft()
    a += rows[-1]
    return a.sum() * rows[0][2]


add(queue_of_rows, X)


class Buffer:
    def __init__(self, n):
        self.held = deque(maxlen=n)

    def push(self, v):
        self.held.append(v)
        return np.mean(list(self.held))


def queue_of_an_object(x):
    b = Buffer(2)
    return sum(b.push(v) * v for v in x)


add(queue_of_an_object, X)


def gone_through_in_many_ways(x):
    d = deque(x[:3], maxlen=3)
    s = 0.0
    for v in x:
        d.append(v * d[0])
        s += max(d) * min(d) + sorted(d)[1]
        for i, u in enumerate(d):
            s += u * i
        for a, b in zip(d, x):
            s += a * b
        if any(u > 1 for u in d):
            s *= 0.9
    return s + np.sum(np.array(d)) * len(d) + np.mean(d)


add(gone_through_in_many_ways, X)


def peak(x):
    last = deque(maxlen=3)
    for v in x:
        last.append(v)
        if len(last) == 3 and last[1] > last[0] and last[1] > last[2]:
            return last[1] * last[0]
    return sum(v * v for v in last)


add(peak, X)
add(peak, X[1:])


def while_taken(x, w: float):
    s = 0.0
    for i, v in enumerate(itertools.takewhile(lambda t: abs(t) < w, (u * 2 for u in x))):
        s += v * i
    rest = list(dropwhile(lambda t: t < w, [x[0], x[1], x[2]]))
    return s + rest[0] * len(rest) + sum(filterfalse(lambda t: t > 0, x))


add(while_taken, X, 1.0)


def places_one_by_one(x):
    y = np.zeros(3)
    np.maximum.at(y, [0, 1, 1, 2], x)
    np.multiply.at(y, np.array([0, 0, 2]), x[1:])
    np.minimum.at(y, [1, 2], 0.4)
    np.divide.at(y, [0], x[3])
    return y


add(places_one_by_one, X)


def rows_one_by_one(a: "float[:, :]"):
    b = np.ones((3, 3))
    np.multiply.at(b, [0, 2, 2], a[0])
    np.maximum.at(b, [1, 1], a)
    return b


add(rows_one_by_one, A)


def quantiles_by_method(x, a: "float[:, :]"):
    low, high = np.quantile(x, 0.4, method="lower"), np.quantile(x, 0.4, method="higher")
    middle = np.percentile(x, 40, method="midpoint") ** 2
    nearest = np.quantile(x, 0.45, method="nearest") * x[0]
    return low * high + middle + nearest + np.quantile(a, 0.3, axis=1, method="higher")


add(quantiles_by_method, X, A)
