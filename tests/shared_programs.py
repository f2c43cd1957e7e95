"""Arrays and objects that two items of a list hold, and that one of them changes: refused."""

from __future__ import annotations

import numpy as np
from object_programs import Body, made


def item_shared(x, m):
    ps = made(x, m)
    for p in ps:
        p.v = ps[0].x
    ps[0].x += m[0]
    return sum(p.x @ p.v * p.m for p in ps)


def item_shared2(x, m):
    ps = made(x, m)
    ps[1].v = ps[0].x
    ps[0].x += m[0]
    return sum(p.x @ p.v * p.m for p in ps)


def item_shared3(x, m):
    ps = made(x, m)
    ps[1].v = ps[0].x
    ps[1].v *= m[0]
    return sum(p.x @ p.v * p.m for p in ps) + ps[0].x[0]


def own_shared(x, m):
    ps = made(x, m)
    for p in ps:
        p.v = p.x
    for p in ps:
        p.v *= p.m
    return sum(p.x @ p.v * p.m for p in ps)


def tuple_shared(x, m):
    ts = [(x[i] * 2.0, x[i] * m[i]) for i in range(len(m))]
    ts[1] = (ts[0][1], ts[1][1])
    ts[0][1][0] = m[0] ** 2
    return sum(np.sum(a * b) for a, b in ts)


def append_shared(x, m):
    ps = made(x, m)
    q = Body(ps[0].x, m[0])
    ps.append(q)
    ps[0].x *= m[1]
    return sum(p.x @ x[0] * p.m for p in ps)


def append_shared2(x, m):
    ps = made(x, m)
    q = Body(x[0] * 1.0, m[0])
    q.v = ps[0].x
    ps.append(q)
    ps[0].x *= m[1]
    return sum((p.x + p.v) @ x[0] * p.m for p in ps)


def arrays_in_groups(x, m):
    a = x[0] * 2.0
    groups = []
    for i in range(len(m)):
        groups.append([a, x[i] * m[i]])
    groups[0][0][1] = m[0] ** 2
    return sum(np.sum(r) * m[k] for k, g in enumerate(groups) for r in g)


def arrays_in_groups2(x, m):
    rows = [x[i] * 2.0 for i in range(len(m))]
    groups = []
    for i in range(len(m)):
        groups.append([rows[0], rows[i]])
    for g in groups:
        g[0] *= m[0]
    return sum(np.sum(r) * m[k] for k, g in enumerate(groups) for r in g)


def of_a_local_class(x, m):
    class Inner:
        def __init__(self, m):
            self.m = m

    ps = [Inner(m[i]) for i in range(len(m))]
    far = [ps[0]]
    for p in ps:
        if p.m > 1.0:
            far.append(p)
    for p in far:
        p.m *= 2.0
    return sum(p.m for p in ps)
