"""Objects of which one of several is meant, and copies of objects with all that they hold."""

from __future__ import annotations

import copy

import numpy as np
from found_programs import Point, made


class Holder:
    def __init__(self, x, a, b):
        self.x = x
        self.a = a
        self.b = b


def three(x, m):
    return [Point(x[0, 0], m[0]), Point(x[1, 0], m[1]), Point(x[2, 0], m[2])]


def best_of_three(x: "float[n, 2]", m: "float[n]") -> float:
    ps = three(x, m)
    best = None
    for p in ps:
        if best is None or p.e < best.e:
            best = p
        best.x = best.x * 1.5
    for p in ps:
        if p is not best:
            p.x = p.x + 0.5 * (best.x - p.x)
    return best.x * best.e + sum(p.x * p.x for p in ps)


def the_one_or_the_other(x: "float[n, 2]", m: "float[n]") -> float:
    p, q = Point(x[0, 0], m[0]), Point(x[1, 0], m[1])
    r = p if m[0] > 1 else q
    p.x = 5.0 * p.x
    q.x = q.x * 2.0
    r.e = r.e * r.x
    return r.x * r.e + p.x * p.e + q.e


def exchanged(x: "float[n, 2]", m: "float[n]") -> float:
    p, q = Point(x[0, 0], m[0]), Point(x[1, 0], m[1])
    if p.e < q.e:
        lo, hi = p, q
    else:
        lo, hi = q, p
    lo.x += hi.x
    hi.e = 2.0 * lo.x
    return p.x * p.e + q.x * q.e * q.e


def in_turns(x: "float[n, 2]", m: "float[n]") -> float:
    p, q = Point(x[0, 0], m[0]), Point(x[1, 0], m[1])
    now = p
    for i in range(4):
        now.x = now.x * 1.1 + m[i]
        now = q if i % 2 == 0 else p
    return p.x * q.x


def arrays_of_one(x: "float[n, 2]", m: "float[n]") -> float:
    p, q = Point(x[0].copy(), m[0]), Point(x[1].copy(), m[1])
    best = p if m[2] > 1 else q
    best.x[0] = 7.0 * m[3]
    best.x[1] *= best.e
    return np.sum(p.x * q.x)


def greatest_and_least(x: "float[n, 2]", m: "float[n]") -> float:
    ps = three(x, m)
    best = max(ps, key=lambda p: p.e)
    best.x = best.x * 1.5
    worst = min(ps, key=lambda p: p.x)
    worst.x = worst.x + best.x
    ps.sort(key=lambda p: p.e)
    ps[0].x = 3.0 * ps[2].x
    return sum(p.x * p.x * (i + 1) for i, p in enumerate(ps))


def copied_and_changed(x: "float[n, 2]", m: "float[n]") -> float:
    ps = made(x, m)
    qs = copy.deepcopy(ps)
    for q in qs:
        q.x = q.x * q.e
    ps[1].e = 7.0
    return sum(p.x * p.e for p in ps) + sum(q.x * q.x for q in qs)


def history(x: "float[n, 2]", m: "float[n]") -> float:
    ps, history = made(x, m), []
    for _ in range(3):
        history.append(copy.deepcopy(ps))
        for p in ps:
            p.x = p.x * 1.1 + p.e
    return sum(h[0].x * h[1].x for h in history)


def the_old_ones(x: "float[n, 2]", m: "float[n]") -> float:
    ps = made(x, m)
    old = copy.deepcopy(ps)
    far = [p for p in ps if p.x > 0]
    for p in far:
        p.x = 2.0 * p.x
    return sum((p.x - 0.3 * o.x) ** 2 for p, o in zip(ps, old))


def on_one_path(x: "float[n, 2]", m: "float[n]") -> float:
    ps = made(x, m)
    qs = ps
    if m[0] > 1.0:
        qs = copy.deepcopy(ps)
    for q in qs:
        q.x = q.x * 2.0
    return sum(p.x * p.e for p in ps) + qs[1].x


def best_so_far(x: "float[n, 2]", m: "float[n]") -> float:
    ps = made(x, m)
    best = copy.deepcopy(ps[0])
    for p in ps:
        p.x = p.x * 2.0
        if p.e < best.e:
            best = copy.deepcopy(p)
        p.e = p.e + 1.0
    return best.x * best.e + sum(p.x * p.e for p in ps)


def one_in_two_attributes(x: "float[n, 2]", m: "float[n]") -> float:
    q = Point(x[0, 0], m[0])
    k = copy.deepcopy(Holder(x[1, 0], q, q))
    k.a.x = k.a.x * 3.0
    return k.b.x * q.x + k.x
