"""Objects that are compared, and looked for in lists: one is equal to itself, or by its fields."""

from __future__ import annotations

from dataclasses import dataclass


class Point:
    def __init__(self, x, e):
        self.x = x
        self.e = e


class Heavy(Point):
    pass


class Level:
    def __init__(self, x, e):
        self.x = x
        self.e = e

    def __eq__(self, other):
        return self.e == other.e


@dataclass
class Pair:
    x: float
    e: float


@dataclass(eq=False)
class Apart:
    x: float
    e: float


def made(x, m):
    return [Point(x[i, 0] * 1.0, m[i]) for i in range(len(m))]


def in_another_list(x, m):
    ps = made(x, m)
    far = [p for p in ps if p.x > 0.5]
    return sum(p.x * p.e for p in ps if p in far)


def not_in_and_changed(x, m):
    ps, far, s = made(x, m), [], 0.0
    for p in ps:
        if p.x > 0.5:
            far.append(p)
    for p in ps:
        if p not in far:
            s += p.x * p.e
            p.e = p.e * 2.0
    return s + sum(p.e**2 for p in ps)


def each_with_the_others(x, m):
    ps, s = made(x, m), 0.0
    for p in ps:
        for q in ps:
            if p == q:
                continue
            s += (p.x - q.x) * p.e * p.e
    return s


def one_twice_in_a_list(x, m):
    ps, s = made(x, m), 0.0
    ps.append(ps[0])
    for p in ps:
        for q in ps:
            if p == q:
                s += p.x * q.e
    return s


def others_alike(x, m):
    ps, q = made(x, m), Point(x[0, 0], m[0])
    s = 1.0 if q in ps else 2.0
    ps.append(q)
    s += 10.0 if q in ps else 20.0
    return s * q.x


def of_two(x, m):
    ps, s = [Point(x[0, 0], m[0]), Heavy(x[1, 0], m[1])], 0.0
    a = ps[1]
    for i, p in enumerate(ps):
        s += p.x * (i + 1) if p == a else p.e
    if a in ps:
        s += a.e
    return s + 100.0 * a.e if Point(x[1, 0], m[1]) in ps else s


def names_of_one(x, m):
    p, r = Point(x[0, 0], m[0]), Point(x[0, 0], m[0])
    q, s = p, 0.0
    if p == q:
        s += p.x * 2.0
    if p == r:
        s += 100.0
    if p != r:
        s += r.e
    return s + 5.0 if p == None else s + 3.0 * p.e  # noqa: E711


def removed(x, m):
    ps, gone = made(x, m), []
    while len(ps) > 1:
        w = max(ps, key=lambda p: p.e)
        ps.remove(w)
        gone.append(w)
        for p in ps:
            p.e = p.e * 1.1 + w.x
    return sum((i + 1) * g.e for i, g in enumerate(gone)) + ps[0].e


def place_of_the_least(x, m):
    ps = made(x, m)
    best = ps[0]
    for p in ps:
        if p.e < best.e:
            best = p
    i = ps.index(best)
    return ps[i].x * (i + 1) + best.e


def drawn_to_the_best(x, m):
    ps = made(x, m)
    best = None
    for p in ps:
        if best is None or p.e > best.e:
            best = p
    for p in ps:
        if p != best:
            p.x = p.x + best.x
        else:
            best.x = best.x * 2.0
    return sum(p.x * p.x for p in ps)


def seen_on_a_stack(x, m):
    ps = made(x, m)
    seen, stack, s = [], [ps[0], ps[1], ps[0], ps[2]], 0.0
    while stack:
        p = stack.pop()
        if p in seen:
            continue
        seen.append(p)
        s += p.x * p.e
        p.x = p.x * 2.0
    return s + sum(p.x for p in ps)


def by_the_fields(x, m):
    ps, q, s = [Pair(x[i, 0], m[i]) for i in range(len(m))], Pair(x[2, 0], m[2]), 0.0
    if q in ps:
        s += q.x * 3.0
    i = ps.index(q)
    ps.remove(q)
    return s + i * ps[0].x + sum(p.e * p.x for p in ps)


def by_a_method(x, m):
    ps, q = [Level(x[i, 0], m[i]) for i in range(len(m))], Level(x[0, 0], m[2])
    i = ps.index(q)
    return i * ps[i].x + (q.x * 3.0 if q in ps else 0.0)


def by_no_fields(x, m):
    ps, q = [Apart(x[i, 0], m[i]) for i in range(len(m))], Apart(x[2, 0], m[2])
    s = 5.0 if q in ps else 7.0
    return s * q.x + (ps[0].x if ps[0] == ps[0] else 1.0)
