"""Objects with methods, lists and other objects in them, in lists that others hold."""

from __future__ import annotations

import math

import numpy as np
from object_programs import Body, made


class Kept:
    total = 0.0

    def __init__(self, x, m):
        self.x = x
        self.m = m
        self.hist = []
        self.tag = "a"
        self.f = None

    def push(self, a):
        self.hist.append(self.m)
        self.m = self.m * a
        return self

    @property
    def e(self):
        return self.m * self.x @ self.x

    @e.setter
    def e(self, v):
        self.m = v / (self.x @ self.x)


def hist(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = [Kept(x[i].copy(), m[i]) for i in range(len(m))]
    far = []
    for p in ps:
        if p.m > 0.6:
            far.append(p)
    for p in far:
        p.push(2.0).push(p.m)
    for p in ps:
        p.push(0.5)
    return sum(p.m * sum(p.hist) for p in ps) + sum(p.hist[-1] for p in far)


def prop(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = [Kept(x[i].copy(), m[i]) for i in range(len(m))]
    far = [p for p in ps if p.e > 0.5]
    for p in far:
        p.e = p.e * p.m
    return sum(p.e * p.m for p in ps)


def views2(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = [p for p in ps if p.m > 0.6]
    v = far[0].x
    v *= m[2]
    far.append(Body(x[0] * 2, m[0]))
    v *= m[2]
    p = ps[0]
    p.m = v[0] * p.m
    v += p.x
    return sum(p.x @ p.x * p.m for p in ps) + v[0]


def breaks(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = []
    for p in ps:
        if p.m > 1.5:
            p.m *= 3.0
            break
        if p.x[0] < 0:
            continue
        far.append(p)
        p.m += 1.0
    else:
        far.append(ps[0])
    for q in far:
        q.m *= q.x[0]
    return sum(p.m * p.x[1] for p in ps) + p.m


def find_first(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)

    def find(t):
        for p in ps:
            if p.m < t:
                return p
        return None

    p = find(0.6)
    if p is not None:
        p.m *= m[0]
    q = find(0.01)
    if q is not None:
        q.m *= 100.0
    return sum(p.m * p.x[1] for p in ps)


def while_take(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    done = []
    cur = ps[0]
    k = 0
    while k < 5:
        best = None
        for p in ps:
            if p is not cur and (best is None or p.m > best.m):
                best = p
        best.m = best.m * 0.5 + cur.m * 0.1
        done.append(best)
        cur = best
        k += 1
    return sum(p.m * p.x[1] for p in ps) + sum(p.m * (i + 1) for i, p in enumerate(done))


class Disc:
    def __init__(self, r):
        self.r = r

    def area(self):
        return self.r**2

    def grow(self, a):
        self.r *= a


class Box:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def area(self):
        return self.a * self.b

    def grow(self, a):
        self.a *= a


def mixed(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ss = []
    for i in range(len(m)):
        if m[i] > 1.0:
            ss.append(Disc(m[i]))
        else:
            ss.append(Box(m[i], m[i] ** 2))
    big = [s for s in ss if s.area() > 1.0]
    for s in big:
        s.grow(m[0])
    return sum(s.area() for s in ss)


def steps_lists(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    hist = []
    for t in range(3):
        far = [p for p in ps if p.m > 0.6]
        for p in far:
            p.x += 0.1 * p.v
            p.v -= 0.1 * p.x * p.m
        ps.append(Body(far[0].x * 0.5, far[0].m * 0.7))
        hist.append(sum(p.x @ p.v for p in ps))
        ps = [p for p in ps if p.m > 0.55]
    return sum(hist) + sum(p.x[0] for p in ps)


def factory(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    def make(i, k):
        b = Body(x[i] * k, m[i])
        b.v = b.v + k
        return b

    ps = [make(i, 1.5) for i in range(len(m))]
    a = min(ps, key=lambda p: p.m)
    b = max(ps, key=lambda p: p.m)
    a.m, b.m = b.m, a.m
    ps.sort(key=lambda p: -p.m)
    ps[0].v *= 2.0
    return sum(p.m * p.v[0] * (i + 1) for i, p in enumerate(ps)) + a.v @ b.v * a.m


def bubble(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    orig = list(ps)
    for i in range(len(ps)):
        for j in range(len(ps) - 1 - i):
            if ps[j].m > ps[j + 1].m:
                t = ps[j]
                ps[j] = ps[j + 1]
                ps[j + 1] = t
                t.m += 0.01 * t.x[0]
    return sum(p.m * p.x[1] * (i + 1) for i, p in enumerate(ps)) + sum(
        p.m * (i + 2) for i, p in enumerate(orig)
    )


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __iadd__(self, o):
        self.x += o.x
        self.y += o.y
        return self

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)


class Particle:
    def __init__(self, pos, m):
        self.pos = pos
        self.m = m
        self.vel = Vec(0.0, 0.0)


def vec_attr(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = [Particle(Vec(x[i, 0], x[i, 1]), m[i]) for i in range(len(m))]
    for a in ps:
        for b in ps:
            if a is b:
                continue
            a.vel += b.pos * (0.1 * b.m)
    for p in ps:
        p.pos += p.vel * 0.1
    return sum(p.pos.x * p.vel.y * p.m for p in ps)


def vec_shared(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    o = Vec(m[0], m[1])
    ps = [Particle(o, m[i]) for i in range(len(m))]
    for p in ps:
        p.pos += Vec(p.m, 1.0)
    return o.x * o.y + sum(p.pos.x for p in ps)


def vec_shared2(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = [Particle(Vec(x[i, 0], x[i, 1]), m[i]) for i in range(len(m))]
    for i in range(1, len(ps)):
        ps[i].vel = ps[i - 1].pos
    for p in ps:
        p.pos += Vec(p.m, 1.0)
    return sum(p.vel.x * p.m + p.pos.y for p in ps)


def joined_with_itself(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    both = [p for p in ps] + [p for p in ps]
    for p in both:
        p.m *= math.sin(p.m)
    return sum(p.m for p in ps)


def extended_by_itself(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps += ps
    for p in ps:
        p.m *= math.sin(p.m)
    return sum(p.m for p in ps)


def repeated_in_place(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps *= 2
    for p in ps:
        p.m *= math.sin(p.m)
    return sum(p.m for p in ps)


def compared(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    first, total = ps[0], m[1]
    for p in ps:
        if p is first:
            total = total * 1.3 * p.m
        total += p.m * p.x[0]
    return total
