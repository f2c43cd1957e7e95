"""Lists of run-time length whose items are objects or tuples, of which one part is shared."""

from __future__ import annotations

import itertools
from collections import deque

import numpy as np

from corpus.cases import add, add_by_differences

POSITIONS = np.array([[0.3, -0.7], [1.2, 0.5], [-0.4, 0.8], [0.9, -1.1]])
MASSES = np.array([1.25, 0.5, 1.75, 0.75])


class Body:
    def __init__(self, x, m):
        self.x = x
        self.m = m
        self.force = np.zeros_like(x)


def attracted(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = [Body(x[i], m[i]) for i in range(len(m))]
    for i in range(len(ps)):
        for j in range(i + 1, len(ps)):
            d = ps[j].x - ps[i].x
            f = ps[i].m * ps[j].m * d / (d @ d + 0.1) ** 1.5
            ps[i].force += f
            ps[j].force -= f
    return sum(p.force @ p.force + p.x[0] * p.m for p in ps)


add_by_differences(attracted, POSITIONS, MASSES)


def neighbours(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = [Body(x[i], m[i]) for i in range(len(m))]
    for i in range(1, len(ps)):
        a, b = ps[i - 1], ps[i]
        a.force += b.x * a.m
        b.force += a.force
    return sum(p.force @ p.x for p in ps)


add_by_differences(neighbours, POSITIONS, MASSES)


def in_tuples(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = []
    for i in range(len(m)):
        ps.append((x[i // 2], np.zeros(2) + m[i]))
    for a, b in ps:
        b += a
        b *= np.sin(a)
    return sum(np.sum(a * b) for a, b in ps)


add(in_tuples, POSITIONS, MASSES)


def in_a_dictionary(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = {i: Body(x[i], m[i]) for i in range(len(m))}
    for i in ps:
        for j in ps:
            if i != j:
                ps[i].force += ps[j].x * ps[j].m
    return sum(p.force @ p.x for p in ps.values())


add_by_differences(in_a_dictionary, POSITIONS, MASSES)


class Walker:
    def __init__(self, field, place):
        self.field = field
        self.place = place
        self.speed = np.zeros(2)

    def step(self):
        self.speed += self.field[self.place] * 0.1
        self.field[self.place] += np.tanh(self.speed)


def one_field(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    field = x.copy()
    walkers = [Walker(field, i) for i in range(len(m))]
    for _ in range(3):
        for each in walkers:
            each.step()
    return np.sum(field**2) + sum(np.sum(each.speed) * m[each.place] for each in walkers)


add_by_differences(one_field, POSITIONS, MASSES)


def rows_assigned(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    forces = x * m[:, None]
    ps = [Body(x[i].copy(), m[i]) for i in range(len(m))]
    for i in range(len(ps)):
        ps[i].force = forces[i]
    for p in ps:
        p.x += p.force * p.m
    return sum(p.force @ p.x for p in ps)


add(rows_assigned, POSITIONS, MASSES)


def those_that_are_heavy(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = [Body(x[i].copy(), m[i]) for i in range(len(m))]
    heavy = [p for p in ps if p.m > 1.0]
    for p in heavy:
        p.force += p.x * p.m
        p.x *= 2.0
    return sum(p.force @ p.x for p in heavy)


add_by_differences(those_that_are_heavy, POSITIONS, MASSES)


def turned_queue(x: Float[np.ndarray, "n"]):
    q = deque([x * 1.0], maxlen=2)
    q.appendleft(x[::-1] * 2.0)
    u = q[0]
    u *= 0.9
    q.rotate(1)
    return q[0] @ q[1]


add(turned_queue, MASSES)


def taken_together(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = [Body(x[i], m[i]) for i in range(len(m))]
    for _ in range(2):
        for p in ps:
            p.force = np.zeros_like(p.x)
        for number, (a, b) in enumerate(itertools.combinations(ps, 2)):
            f = (b.x - a.x) * a.m * number
            a.force += f
            b.force -= f
        for p in ps:
            p.x = p.x + 0.1 * p.force
    return sum(p.x @ p.x for p in ps)


add_by_differences(taken_together, POSITIONS, MASSES)


def each_with_another(x: Float[np.ndarray, "n 2"], m: Float[np.ndarray, "n"]):
    ps = [Body(x[i], m[i]) for i in range(len(m))]
    e = 0.0
    for a, b in itertools.permutations(ps, 2):
        e += a.m * b.m
        a.force += b.x * np.sin(a.m)
        b.m += 0.1 * a.force[0]
    return e + sum(p.x @ p.force for p in ps)


add_by_differences(each_with_another, POSITIONS, MASSES)


def rows_taken_together(x: Float[np.ndarray, "n 2"]):
    rows = [x[i] * 1.0 for i in range(len(x))]
    for a, b in itertools.combinations(rows, 2):
        a += 0.1 * b
        b *= np.cos(a)
    return sum(np.sum(row * row) for row in rows)


add(rows_taken_together, POSITIONS)
