"""Lists that hold one thing twice, which is changed in place: what is refused of them."""

import itertools

import numpy as np

from corpus.cases import refuse
from corpus.parts_of_items import MASSES, POSITIONS, Body

TWICE = "may be the same one"


def same_part(x, m):
    ps = []
    for i in range(len(m)):
        ps.append((x[i // 2], np.zeros(2) + m[i]))
    for a, b in ps:  # here
        a += b
    return sum(np.sum(a * b) for a, b in ps)


refuse(TWICE, same_part, POSITIONS, MASSES)


def of_the_item_before(x, m):
    ps, last = [], np.zeros(2)
    for i in range(len(m)):
        p = Body(x[i].copy(), m[i])
        if i > 0:
            p.force = last
        last = p.x
        ps.append(p)
    for p in ps:
        p.force += p.m  # here
    return sum(p.force @ p.x for p in ps)


refuse(TWICE, of_the_item_before, POSITIONS, MASSES)


def one_for_two(x, m):
    ps, shared = [], np.zeros(2)
    for i in range(len(m)):
        if i % 2 == 0:
            shared = np.zeros(2) + m[i]
        ps.append((x[i] * 1.0, shared))
    for a, b in ps:  # here
        b += a
    return sum(np.sum(a * b) for a, b in ps)


refuse(TWICE, one_for_two, POSITIONS, MASSES)


def repeated_and_joined(x, m):
    rows = [x[0] * 1.0] * len(m)
    more = rows + [m[:2] * 1.0]
    more[0] += m[0]
    return np.sum(more[1] * x[0])  # here


refuse(TWICE, repeated_and_joined, POSITIONS, MASSES)


def slice_of_itself(x, m):
    rows = [[v * 1.0 for v in m] for _ in range(len(x))]
    rows[1:] = rows[:-1]
    rows[0][1] = m[0] ** 2 + x[1, 1]
    return rows[1][1] * x[0, 0]  # here


refuse(TWICE, slice_of_itself, POSITIONS, MASSES)


def extended_by_a_part(x, m):
    rows = []
    for i in range(len(x)):
        rows.append([v * x[i, 0] for v in m])
    rows.extend(rows[:1])
    rows[0][1] = m[0] ** 2 + x[1, 1]
    return rows[-1][1] * x[0, 0]  # here


refuse(TWICE, extended_by_a_part, POSITIONS, MASSES)


# -- items that are taken together, of a list that gets others

OTHERS = "changes before it is gone through"


def replaced_meanwhile(x, m):
    ps = [Body(x[i], m[i]) for i in range(len(m))]
    for a, b in itertools.combinations(ps, 2):
        ps[0] = Body(b.x, a.m)  # here
        a.force += b.x
    return sum(p.force @ p.x for p in ps)


refuse(OTHERS, replaced_meanwhile, POSITIONS, MASSES)


def turned_before(x, m):
    ps = [Body(x[i], m[i]) for i in range(len(m))]
    pairs = itertools.combinations(ps, 2)
    ps.reverse()  # here
    for a, b in pairs:
        a.force += b.x
    return sum(p.force @ p.x for p in ps)


refuse(OTHERS, turned_before, POSITIONS, MASSES)


# -- ever more ways to an array: refused at once


def halves_of_halves(x, c):
    stack, total = [x.copy()], 0.0
    while stack:
        part = stack.pop()
        if len(part) <= 1:
            total += np.sum(part) ** 2 * c
            continue
        half = len(part) // 2
        part[:half] *= c
        stack.append(part[:half])  # here
        stack.append(part[half:])
    return total


refuse("may share its memory", halves_of_halves, MASSES, 0.8)
