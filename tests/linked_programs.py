"""Objects that lists of lists, tuples, objects and names hold, and that one of them changes."""

from __future__ import annotations

import copy
import itertools
from collections import defaultdict

import numpy as np
from object_programs import Body, kick, made


class Node:
    def __init__(self, value, following=None):
        self.value = value
        self.next = following


class Tree:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


class Spring:
    def __init__(self, a, b, k):
        self.a = a
        self.b = b
        self.k = k

    def apply(self):
        f = self.k * (self.b.x - self.a.x)
        self.a.v += f
        self.b.v -= f


def cells(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    cells = [[] for _ in range(2)]
    for p in ps:
        k = 0 if p.x[0] > 0.0 else 1
        cells[k].append(p)
    for c in cells:
        for p in c:
            p.m *= 2.0
    return sum(p.m * p.x[0] for c in cells for p in c)


def cells_read(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    cells = [[] for _ in range(2)]
    for p in ps:
        k = 0 if p.x[0] > 0.0 else 1
        cells[k].append(p)
    for c in cells:
        for p in c:
            for q in c:
                p.v += q.m * q.x
    return sum(p.v @ p.x for p in ps)


def cells_overlap(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    cells = [[] for _ in range(2)]
    for p in ps:
        for k in range(2):
            cells[k].append(p)
    for c in cells:
        for p in c:
            p.m *= 2.0
    return sum(p.m * p.x[0] for c in cells for p in c)


def copies_in_list(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    qs = [copy.copy(p) for p in ps]
    for q in qs:
        q.m *= 3.0
    return sum(p.x @ q.x + p.m * q.m for p, q in zip(ps, qs))


def self_in_list(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)

    def heaviest():
        best = ps[0]
        for p in ps:
            if p.m > best.m:
                best = p
        return best

    h = heaviest()
    h.m = h.m * x[0, 0]
    return sum(p.m * p.x[1] for p in ps)


def best_read(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    best = ps[0]
    for p in ps:
        if p.m > best.m:
            best = p
    ps[0].m *= 2.0
    return best.m * best.x[0]


def shared_attr2(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    acc = np.zeros(2)
    ps = []
    for i in range(len(m)):
        p = Body(x[i].copy(), m[i])
        p.v = acc
        ps.append(p)
    for p in ps:
        p.v += p.x * p.m
    return sum(p.v @ p.x for p in ps)


def prev_pointer(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    prev = None
    for p in ps:
        if prev is not None:
            prev.m += p.m * p.x[0]
        prev = p
    return sum(p.m * p.x[1] for p in ps)


def swap_names(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    a, b = Body(x[0].copy(), m[0]), Body(x[1].copy(), m[1])
    for i in range(3):
        a.x += 0.1 * b.x * b.m
        a, b = b, a
    a.m *= 3.0
    return a.x @ x[2] + b.m * b.x[0] + a.m


def zip_self(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    for p, q in itertools.pairwise(ps):
        p.x += q.m * q.x
        q.m = p.x[0] * q.m
    return sum(p.x @ p.x * p.m for p in ps)


def linked(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    head = None
    for v in m:
        head = Node(v * v, head)
    s = 0.0
    node = head
    while node is not None:
        s = s * 0.5 + node.value
        node = node.next
    return s


def linked_changed(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    head = None
    for v in m:
        head = Node(v * v, head)
    node = head
    while node is not None:
        node.value = np.sin(node.value)
        if node.next is not None:
            node.next.value += node.value
        node = node.next
    s = 0.0
    node = head
    while node is not None:
        s = s * 0.5 + node.value
        node = node.next
    return s


def linked_reversed(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    head = None
    for v in m:
        head = Node(v * v, head)
    prev = None
    while head is not None:
        nxt = head.next
        head.next = prev
        prev = head
        head = nxt
    s, node = 0.0, prev
    while node is not None:
        s = s * 0.5 + node.value
        node = node.next
    return s


def tree_iter(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    root = Tree(m[0])
    for i in range(1, len(m)):
        node = root
        while True:
            if m[i] < node.key:
                if node.left is None:
                    node.left = Tree(m[i])
                    break
                node = node.left
            else:
                if node.right is None:
                    node.right = Tree(m[i])
                    break
                node = node.right
    stack = [root]
    s = 0.0
    while stack:
        n = stack.pop()
        s = 0.5 * s + n.key**2
        if n.left is not None:
            stack.append(n.left)
        if n.right is not None:
            stack.append(n.right)
    return s


def springs(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ss = [Spring(ps[i], ps[i + 1], m[i]) for i in range(len(ps) - 1)]
    for _ in range(2):
        for s in ss:
            s.apply()
        for p in ps:
            p.x += 0.1 * p.v / p.m
    return sum(p.x @ p.x for p in ps)


def temp_arg(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    kick(ps[0], m[1] if m[0] > 1.0 else m[2])
    return sum(p.m * p.x[1] for p in ps)


def temp_aug(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps[0].m *= m[1] if m[0] > 1.0 else m[2]
    return sum(p.m * p.x[1] for p in ps)


def temp_aug_arr(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    ps[0].x *= m[1] if m[0] > 1.0 else m[2]
    return sum(p.m * p.x[1] for p in ps)


def maybe_branch(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    prev = None
    if m[1] < 1.0:
        prev = ps[0]
    y = m[2] if m[0] > 1.0 else m[3]
    if prev is not None:
        prev.m = prev.m * y
    return sum(p.m * p.x[1] for p in ps)


def maybe_loop(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    prev = None
    for p in ps:
        w = m[2] if p.m > 1.0 else m[3]
        if prev is not None:
            prev.m = prev.m * w
        prev = p
    return sum(p.m * p.x[1] for p in ps)


def tuple_temp(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    a, y = ps[0], (m[1] if m[0] > 1.0 else m[2])
    a.m *= y
    return sum(p.m * p.x[1] for p in ps)


def list_temp(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    for a, y in [(ps[0], m[1] if m[0] > 1.0 else m[2]), (ps[1], m[0])]:
        a.m *= y
    return sum(p.m * p.x[1] for p in ps)


def max_if(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    (ps[0] if m[0] > 1.0 else ps[1]).m *= m[2] if m[0] > 1.0 else m[3]
    return sum(p.m * p.x[1] for p in ps)


def choose_and_loop(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)

    def total():
        s = 0.0
        for q in ps:
            s += q.m if q.m > 1.0 else 2.0
        return s

    ps[1].m *= total()
    kick(ps[2], total())
    return sum(p.m * p.x[1] for p in ps)


def groups_dict(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    groups = {}
    for p in ps:
        k = 1 if p.x[0] > 0.0 else 0
        groups.setdefault(k, []).append(p)
    for g in groups.values():
        for p in g:
            p.m *= len(g)
    return sum(p.m * p.x[1] for p in ps)


def groups_default(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    groups = defaultdict(list)
    for i, p in enumerate(ps):
        groups[i % 2].append(p)
    for k in groups:
        for p in groups[k]:
            p.v += p.x * (k + 1)
    return sum(p.v @ p.x for p in ps)


def del_item(x: "Float[np.ndarray, 'n 2']", m: "Float[np.ndarray, 'n']"):
    ps = made(x, m)
    q = ps[2]
    del ps[2]
    q.m *= 3.0
    ps[2].m *= 2.0
    return sum(p.m * p.x[1] for p in ps) + q.m
