"""Trees, and other objects that hold one another, that a recursion makes, walks or changes."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad

PROGRAMS = '''
class Node:
    def __init__(self, v, left=None, right=None):
        self.v = v
        self.left = left
        self.right = right


def build(x):
    if len(x) == 0:
        return None
    m = len(x) // 2
    return Node(x[m], build(x[:m]), build(x[m + 1:]))


def depth(n):
    if n is None:
        return 0
    return 1 + max(depth(n.left), depth(n.right))


def inorder(n, out):
    if n is not None:
        inorder(n.left, out)
        out.append(n.v)
        inorder(n.right, out)


def scale(n, k):
    if n is None:
        return
    n.v = n.v * k
    scale(n.left, k * 0.5)
    scale(n.right, k * 2.0)


def walked(x: "float[4]"):
    t = build(x)
    out = []
    inorder(t, out)
    s = 0.0
    for i, v in enumerate(out):
        s += (i + 1) * v * v
    return s * depth(t)


def changed(x: "float[4]"):
    t = build(x)
    scale(t, x[0])
    out = []
    inorder(t, out)
    return out[0] * out[1] + out[-1] + t.v


def in_a_loop(x: "float[4]"):
    s = 0.0
    for k in range(3):
        t = build(x * (k + 1.0))
        scale(t, x[k])
        out = []
        inorder(t, out)
        s += out[k] * out[0]
    return s


def insert(n, v):
    if n is None:
        return Node(v)
    if v < n.v:
        n.left = insert(n.left, v)
    else:
        n.right = insert(n.right, v)
    return n


def total(n):
    if n is None:
        return 0.0
    return n.v * (1.0 + total(n.left)) + 2.0 * total(n.right)


def grown_turn_by_turn(x: "float[4]"):
    root = None
    for v in x:
        root = insert(root, v)
    return total(root)


def find(n, k):
    if n is None:
        return None
    if k == 0:
        return n
    return find(n.left, k - 1)


def one_of_it(x: "float[4]"):
    t = build(x)
    n = find(t, 1)
    if n is None:
        return x[0]
    n.v = n.v * n.v
    out = []
    inorder(t, out)
    return out[0] * out[1] + out[2]


def even(n):
    if n is None:
        return 0.0
    return n.v + odd(n.left) + odd(n.right)


def odd(n):
    if n is None:
        return 1.0
    return n.v * even(n.left) * even(n.right)


def mirror(n):
    if n is None:
        return None
    return Node(n.v * 2.0, mirror(n.right), mirror(n.left))


def rot(n):
    if n is None or n.left is None:
        return n
    l = n.left
    n.left = l.right
    l.right = n
    return l


def by_two_functions(x: "float[4]"):
    return even(build(x)) * odd(build(x * 0.5))


def mirrored(x: "float[4]"):
    out = []
    inorder(mirror(build(x)), out)
    return out[0] * out[1] + out[2]


def rotated(x: "float[4]"):
    t = rot(build(x))
    out = []
    inorder(t, out)
    return t.v * out[0] + out[1] * out[2]


class Cnt:
    def __init__(self):
        self.n = 0
        self.s = 0.0


def visit(n, c):
    if n is None:
        return
    c.n += 1
    c.s += n.v * c.n
    visit(n.left, c)
    visit(n.right, c)


def visited(x: "float[4]"):
    c = Cnt()
    visit(build(x), c)
    return c.s * c.n


class BH:
    def __init__(self, lo, hi):
        self.lo, self.hi = lo, hi
        self.mass = 0.0
        self.com = 0.0
        self.a = None
        self.b = None


def bh(xs, ms, lo, hi, d):
    if len(xs) == 0:
        return None
    n = BH(lo, hi)
    n.mass = ms.sum()
    n.com = (xs * ms).sum() / n.mass
    if len(xs) > 1 and d < 6:
        mid = 0.5 * (lo + hi)
        left = xs < mid
        n.a = bh(xs[left], ms[left], lo, mid, d + 1)
        n.b = bh(xs[~left], ms[~left], mid, hi, d + 1)
    return n


def force(n, p):
    if n is None:
        return 0.0
    d = n.com - p
    if n.hi - n.lo < 0.5 * abs(d) or (n.a is None and n.b is None):
        return n.mass * d / (abs(d) ** 3 + 0.01)
    return force(n.a, p) + force(n.b, p)


def barnes_hut(x: "float[4]"):
    ms = np.ones(len(x)) * 2.0
    t = bh(x, ms, -4.0, 4.0, 0)
    s = 0.0
    for p in x:
        s += force(t, p) ** 2
    return s


class Tree:
    def __init__(self, v):
        self.v = v
        self.l = None
        self.r = None

    def insert(self, v):
        if v < self.v:
            if self.l is None:
                self.l = Tree(v)
            else:
                self.l.insert(v)
        else:
            if self.r is None:
                self.r = Tree(v)
            else:
                self.r.insert(v)

    def total(self, d):
        s = self.v * d
        if self.l is not None:
            s += self.l.total(d + 1)
        if self.r is not None:
            s += self.r.total(d + 1) ** 2
        return s


def by_methods(x: "float[4]"):
    t = Tree(x[0])
    for v in x[1:]:
        t.insert(v)
    return t.total(1)


class Dec:
    def __init__(self, thr, lo, hi, val):
        self.thr, self.lo, self.hi, self.val = thr, lo, hi, val


def grow(xs, ys, d):
    if d == 0 or len(xs) < 2:
        return Dec(0.0, None, None, ys.mean())
    thr = xs.mean()
    left = xs <= thr
    if left.all():
        return Dec(0.0, None, None, ys.mean())
    return Dec(thr, grow(xs[left], ys[left], d - 1), grow(xs[~left], ys[~left], d - 1), 0.0)


def predict(t, x):
    if t.lo is None:
        return t.val
    if x <= t.thr:
        return predict(t.lo, x)
    return predict(t.hi, x)


def decisions(x: "float[4]"):
    t = grow(x, x ** 2, 2)
    return sum([(predict(t, v) - v) ** 2 for v in x])


class Link:
    def __init__(self, v, nxt):
        self.v, self.nxt = v, nxt


def chain(x, i):
    if i == len(x):
        return None
    return Link(x[i], chain(x, i + 1))


def walk(l):
    if l is None:
        return 1.0
    return l.v * walk(l.nxt) + 1.0


def linked(x: "float[4]"):
    return walk(chain(x, 0))


def along_the_links(x: "float[4]"):
    l = chain(x, 0)
    s = 0.0
    while l is not None:
        s = s * 0.5 + l.v ** 2
        l = l.nxt
    return s


class Expr:
    def __init__(self, op, a, b, c):
        self.op, self.a, self.b, self.c = op, a, b, c


def mk(x, i, d):
    if d == 0:
        return Expr(0, None, None, x[i % len(x)])
    return Expr(1 + (i % 2), mk(x, 2 * i, d - 1), mk(x, 2 * i + 1, d - 1), 0.0)


def ev(e, y):
    if e.op == 0:
        return e.c * y
    if e.op == 1:
        return ev(e.a, y) + ev(e.b, y)
    return ev(e.a, y) * ev(e.b, y)


def expressions(x: "float[4]"):
    e = mk(x, 1, 3)
    return ev(e, x[0]) + ev(e, 0.5)


class Kd:
    def __init__(self, p, axis):
        self.p = p
        self.axis = axis
        self.left = self.right = None


def kd(ps, axis):
    if len(ps) == 0:
        return None
    o = np.argsort(ps[:, axis])
    ps = ps[o]
    m = len(ps) // 2
    n = Kd(ps[m], axis)
    n.left = kd(ps[:m], 1 - axis)
    n.right = kd(ps[m + 1:], 1 - axis)
    return n


def near(n, q, best):
    if n is None:
        return best
    d = ((n.p - q) ** 2).sum()
    if d < best:
        best = d
    diff = q[n.axis] - n.p[n.axis]
    if diff < 0:
        best = near(n.left, q, best)
        if diff ** 2 < best:
            best = near(n.right, q, best)
    else:
        best = near(n.right, q, best)
        if diff ** 2 < best:
            best = near(n.left, q, best)
    return best


def nearest(x: "float[4]"):
    ps = np.stack([x, x ** 2], axis=1)
    t = kd(ps, 0)
    return near(t, np.array([x[0] * 0.5, x[1]]), 1e9)


class Quad:
    def __init__(self, v):
        self.v = v
        self.kids = []


def quad(x, d):
    q = Quad(x[0] * d)
    if d > 0:
        for i in range(3):
            q.kids.append(quad(x[i:] * 0.5, d - 1))
    return q


def qs(q):
    s = q.v
    for k in q.kids:
        s += 0.5 * qs(k) ** 2
    return s


def lists_of_children(x: "float[4]"):
    return qs(quad(x, 1))


class Par:
    def __init__(self, v, parent):
        self.v, self.parent = v, parent
        self.child = None


def up(n):
    if n is None:
        return 1.0
    return n.v * up(n.parent)


def down(n, x, i):
    if i < len(x):
        n.child = Par(x[i], n)
        return down(n.child, x, i + 1)
    return n


def parents(x: "float[4]"):
    r = Par(x[0], None)
    leaf = down(r, x, 1)
    return up(leaf) + r.child.v * up(r.child)
'''
NAMES = [
    "walked", "changed", "in_a_loop", "grown_turn_by_turn", "one_of_it",
    "by_two_functions", "mirrored", "rotated", "visited", "barnes_hut", "by_methods",
    "decisions", "linked", "along_the_links", "expressions", "nearest", "lists_of_children",
    "parents",
]  # fmt: skip
X, DOT = np.array([0.7, -1.2, 2.1, 0.4]), np.array([0.3, -0.6, 1.1, 0.2])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("trees"), NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    faces.check(name, way, (X,), DOT)


@pytest.mark.parametrize("name", ["walked", "changed"])
def test_of_order_two(faces, name):
    f = faces.function(name)
    second = ad.hvp(f)((X,), (DOT,))[0]
    h = 1e-6
    slope = (ad.grad(f)(X + h * DOT) - ad.grad(f)(X - h * DOT)) / (2 * h)
    np.testing.assert_allclose(second, slope, rtol=1e-5, atol=1e-6)


def test_a_list_of_all_is_not_copied(faces):
    assert ".copy()" not in ad.adjoint(faces.function("walked")).source
