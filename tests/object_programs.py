"""Objects that several lists hold, or others, and that are changed through one of them."""

from __future__ import annotations

import numpy as np


class Body:
    def __init__(self, x, m):
        self.x = x
        self.m = m
        self.v = np.zeros_like(x)


def made(x, m):
    return [Body(x[i].copy(), m[i]) for i in range(len(m))]


def kick(p, a):
    p.m = p.m * a


def far_cond(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = []
    for p in ps:
        if p.m > 1.0:
            far.append(p)
    for p in far:
        p.v += p.x * p.m
    return sum(p.v @ p.x for p in ps) + sum(p.m * p.v[0] for p in far)


def far_nocond(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = []
    for p in ps:
        far.append(p)
    for p in far:
        p.v += p.x * p.m
    return sum(p.v @ p.x for p in ps) + sum(p.m * p.v[0] for p in far)


def far_scalar(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = []
    for p in ps:
        if p.m > 1.0:
            far.append(p)
    for p in far:
        p.m = p.m * p.m
    for p in far:
        p.m *= 1.1
    return sum(p.m * p.x[0] for p in ps) + sum(p.m * p.x[1] for p in far)


def lr(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    left, right = [], []
    for p in ps:
        if p.x[0] > 0.0:
            right.append(p)
        else:
            left.append(p)
    for p in left:
        p.v += p.x * p.m
    for p in right:
        p.v -= p.x * p.m**2
    return sum(p.v @ p.x for p in ps)


def lr_item(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    left, right = [], []
    for p in ps:
        if p.x[0] > 0.0:
            right.append(p)
        else:
            left.append(p)
    for p in left:
        p.x[0] = p.m * p.x[1]
    for p in right:
        p.x[0] *= p.m**2
    return sum(p.x @ p.x * p.m for p in ps)


def rows(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    a = [x[i] * 2.0 for i in range(len(x))]
    big = []
    for row in a:
        if row[0] > 0.0:
            big.append(row)
    for row in big:
        row += row * row[1]
    return sum(np.sum(r**2) for r in a) + sum(r[0] for r in big)


def rows_item(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    a = [x[i] * 2.0 for i in range(len(x))]
    big = []
    for row in a:
        if row[0] > 0.0:
            big.append(row)
    for row in big:
        row[0] = row[1] ** 2
    return sum(np.sum(r**2) for r in a) + sum(r[0] for r in big)


def rows_elsewhere(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    a = [x[i] * 2.0 for i in range(len(x))]
    big = []
    for row in a:
        if row[0] > 0.0:
            big.append(row)
    for i in range(len(a)):
        a[i][0] = a[i][1] ** 2
    return sum(r[0] * r[1] for r in big)


def nbody_is(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    for _ in range(2):
        for a in ps:
            for b in ps:
                if a is b:
                    continue
                d = b.x - a.x
                a.v += 0.1 * b.m * d / (d @ d + 0.1) ** 1.5
        for p in ps:
            p.x += 0.1 * p.v
    return sum(p.v @ p.x for p in ps)


def nbody_isnot(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    for a in ps:
        for b in ps:
            if a is not b:
                d = b.x - a.x
                a.v = a.v + 0.1 * b.m * d / (d @ d + 0.1) ** 1.5
    return sum(p.v @ p.x for p in ps)


def nbody_enum(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    for i, a in enumerate(ps):
        for j, b in enumerate(ps):
            if i == j:
                continue
            d = b.x - a.x
            a.v += 0.1 * b.m * d / (d @ d + 0.1) ** 1.5
    for p in ps:
        p.x += 0.1 * p.v
    return sum(p.v @ p.x for p in ps)


def filtered(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = [p for p in ps if p.m > 1.0]
    for p in far:
        p.v += p.x * p.m
    return sum(p.v @ p.x for p in ps) + sum(p.m * p.v[0] for p in far)


def filtered_scalar(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = [p for p in ps if p.m > 1.0]
    for p in far:
        p.m = p.m * p.m
    return sum(p.m * p.x[0] for p in ps)


def filtered_rev(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    far = [p for p in ps if p.m > 1.0]
    for p in ps:
        p.v += p.x * p.m
    return sum(p.v @ p.x for p in far)


def inserted_then_appended(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    p = ps[0]
    ps.insert(0, Body(x[1] * 2.0, m[2]))
    ps.append(p)
    last = ps[-1]
    last.m = last.m * 3.0
    return sum(q.m * q.x[0] for q in ps)


def inserted_then_appended2(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    p = ps[0]
    ps.insert(0, Body(x[1] * 2.0, m[2]))
    ps.append(p)
    ps[-1].x *= m[1]
    return sum(q.m * q.x[0] for q in ps)


def one_of_two_appended(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    p, q = Body(x[0] * 2.0, m[0]), Body(x[1] * 2.0, m[1])
    r = p if m[0] > 1.0 else q
    ps.append(p)
    ps.append(r)
    ps[-1].m *= 3.0
    return sum(q.m * q.x[0] for q in ps)


def one_of_two_items(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    r = ps[0] if m[0] > 1.0 else ps[1]
    ps.append(r)
    ps[-1].m *= 3.0
    return sum(q.m * q.x[0] for q in ps)


def carried_append(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = []
    last = Body(x[0] * 2.0, m[0])
    for i in range(len(m)):
        ps.append(last)
        if m[i] > 1.0:
            last = Body(x[i] * 2.0, m[i])
    for p in ps:
        p.m *= 1.5
    return sum(q.m * q.x[0] for q in ps)


def pop_push(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    p = ps.pop(0)
    ps.append(p)
    ps.append(p)
    ps[-1].m *= 3.0
    return sum(q.m * q.x[0] for q in ps)


def pop_push2(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    p = ps.pop(0)
    ps.append(p)
    ps[-1].m *= 3.0
    p.m *= 2.0
    return sum(q.m * q.x[0] for q in ps)


def sorted_copy(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = sorted(ps, key=lambda p: p.m)
    qs[0].m *= 3.0
    return sum(q.m * q.x[0] for q in ps)


def sorted_and_more(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = sorted(ps, key=lambda p: p.m)
    for p in ps:
        qs.append(p)
    qs[0].m *= 3.0
    return sum(q.m * q.x[0] for q in qs)


def reversed_copy(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = list(reversed(ps)) + ps[:1]
    qs[-1].m *= 3.0
    return sum(q.m * q.x[0] for q in qs)


def slices_joined(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = ps[1:] + ps[:2]
    qs[0].m *= 3.0
    return sum(q.m * q.x[0] for q in qs)


def slice_assigned(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps[:2] = ps[2:]
    ps[0].m *= 3.0
    return sum(q.m * q.x[0] for q in ps)


def swap_then(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    a = ps[0]
    ps[0], ps[1] = ps[1], ps[0]
    a.m *= 3.0
    return sum(q.m * q.x[0] * (i + 1) for i, q in enumerate(ps))


def swap_half(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps[0] = ps[1]
    ps[1] = ps[0]
    ps[1].m *= 3.0
    return sum(q.m * q.x[0] * (i + 1) for i, q in enumerate(ps))


def pairs_of(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    pairs = []
    for i in range(1, len(ps)):
        pairs.append((ps[i - 1], ps[i]))
    for a, b in pairs:
        a.m += b.m * 0.1
    return sum(q.m * q.x[0] * (i + 1) for i, q in enumerate(ps))


def extend_generator(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = []
    qs.extend(p for p in ps)
    qs.extend(p for p in ps if p.m > 1.0)
    qs[-1].m *= 3.0
    return sum(q.m * q.x[0] for q in qs)


def list_plus(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = [p for p in ps if p.m > 1.0]
    qs += [p for p in ps if p.x[0] > 0.0]
    qs[0].m *= 3.0
    return sum(q.m * q.x[0] for q in qs)


def filter_of_double(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps.append(ps[0])
    qs = [p for p in ps if p.m > 1.0]
    qs[0].m *= 3.0
    return sum(q.m * q.x[0] for q in qs)


def filter_grows(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    for k in range(2):
        ps = [p for p in ps if p.m > 0.6] + ps[:1]
        ps[0].m *= 1.1
    return sum(q.m * q.x[0] for q in ps)


def nested_children(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    root = made(x, m)
    groups = []
    for i in range(2):
        groups.append([p for p in root if p.m > 1.0])
    for g in groups:
        for p in g:
            p.m *= 2.0
    return sum(p.m * p.x[0] for g in groups for p in g)


def dict_values(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = {i: Body(x[i].copy(), m[i]) for i in range(len(m))}
    qs = list(ps.values())
    qs[0].m *= 3.0
    return sum(q.m * q.x[0] for q in ps.values())


def dict_twice(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = {i: Body(x[i].copy(), m[i]) for i in range(len(m))}
    ps[7] = ps[0]
    ps[7].m *= 3.0
    return sum(q.m * q.x[0] for q in ps.values())
