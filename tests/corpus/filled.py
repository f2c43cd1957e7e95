"""Containers that fill up and change as the program runs.

Objects in lists, dictionaries whose keys are data, lists inside lists, and iterators.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from corpus.cases import add_by_differences

X = np.array([0.3, 1.2, 0.7, 2.1, 0.9])
V = np.array([0.1, -0.4, 0.5, 0.2, -0.3])
A = np.arange(1.0, 13.0).reshape(4, 3) / 7.0
KEYS = [0, 2, 1, 0, 2]


# -- objects in lists


class Particle:
    def __init__(self, x, v=0.0):
        self.x = x
        self.v = v

    def step(self, dt):
        self.v += dt * -self.x
        self.x += dt * self.v

    def energy(self):
        return 0.5 * self.v**2 + 0.5 * self.x**2


class Swarm:
    def __init__(self, xs):
        self.particles = [Particle(x) for x in xs]
        self.time = 0.0

    def step(self, dt):
        for p in self.particles:
            p.step(dt)
        self.time += dt


@dataclass
class Node:
    value: float
    grad: float = 0.0
    children: list = field(default_factory=list)


class Field:
    def __init__(self, position, velocity):
        self.position = position
        self.velocity = velocity


def kicked(x):
    ps = [Particle(x[i]) for i in range(len(x))]
    for _ in range(4):
        for p in ps:
            p.v += 0.1 * (-p.x)
            p.x += 0.1 * p.v
    return sum(p.x**2 for p in ps)


def stepped(x):
    swarm = Swarm(x)
    for _ in range(3):
        swarm.step(0.1)
    return sum(p.energy() for p in swarm.particles) + swarm.time


def all_pairs(x, v):
    bodies = []
    for i in range(len(x)):
        bodies.append(Particle(x[i], v[i]))
    for _ in range(3):
        for i in range(len(bodies)):
            for j in range(len(bodies)):
                if i != j:
                    bodies[i].v += 0.05 * (bodies[j].x - bodies[i].x)
        for b in bodies:
            b.x += 0.05 * b.v
    return sum([b.x * b.x for b in bodies])


def each_pair_once(x):
    ps = [Particle(xi) for xi in x]
    for i, p in enumerate(ps):
        for q in ps[i + 1 :]:
            force = (q.x - p.x) * 0.1
            p.v += force
            q.v -= force
    return sum(p.v**2 for p in ps)


def neighbours(x):
    ps = [Particle(xi) for xi in x]
    for p, q in zip(ps[:-1], ps[1:]):  # noqa: RUF007
        d = q.x - p.x
        p.v += d
        q.v -= d
    return sum(p.v**2 for p in ps)


def fields(a, b):
    fs = [Field(a[i], b[i]) for i in range(len(a))]
    for _ in range(2):
        for f in fs:
            f.velocity = f.velocity - 0.1 * f.position
            f.position = f.position + 0.1 * f.velocity
    return sum(np.sum(f.position**2) for f in fs)


def fields_in_place(a, b):
    fs = [Field(a[i].copy(), b[i].copy()) for i in range(len(a))]
    for f in fs:
        f.velocity -= 0.1 * f.position
        f.position += 0.1 * f.velocity
    return sum(np.sum(f.position**2) for f in fs)


def bounced(x):
    ps = [Particle(xi, 1.0) for xi in x]
    for p in ps:
        if p.x > 1.0:
            p.v = -p.v
            p.x = 2.0 - p.x
    return sum(p.x * p.v for p in ps)


def by_index(x):
    ps = [Particle(xi) for xi in x]
    ps[0].x = ps[1].x * 2.0
    ps[-1].v += ps[0].x
    return sum(p.x + p.v**2 for p in ps)


def two_names(x, n):
    ps = [Particle(xi) for xi in x]
    p = ps[1]
    q = ps[n]
    p.x = 5.0 * x[2]
    return q.x * x[1] + p.x


def one_of_two(x):
    ps = [Particle(xi) for xi in x]
    if x[0] > 0.0:
        p = ps[0]
    else:
        p = ps[1]
    p.x = p.x * 7.0
    return sum(q.x for q in ps)


def carried_along(x):
    ps = [Particle(xi) for xi in x]
    p = ps[1]
    for i in range(len(x)):
        p.x = p.x + ps[i].x
        ps[i].v += p.x
    return sum(q.x * q.v for q in ps) + p.v


def thinned(x):
    ps = [Particle(xi) for xi in x]
    for _ in range(3):
        for p in ps:
            p.x += 0.3
        ps = [p for p in ps if p.x < 2.0]
    return sum(p.x**2 for p in ps)


def taken_and_put_back(x):
    ps = [Particle(xi) for xi in x]
    for _ in range(3):
        p = ps.pop(0)
        p.x = p.x * 2.0 + ps[0].x
        ps.append(p)
    return sum(p.x**2 for p in ps)


def until_large(x):
    ps = [Particle(xi) for xi in x]
    i = 0
    while ps[i].x < 5.0:
        ps[i].x = ps[i].x * 2.0 + 1.0
        i = (i + 1) % len(ps)
    return sum(p.x for p in ps)


def doubled(ps, i, n):
    if n == 0:
        return 0.0
    ps[i].x = ps[i].x * 2.0
    return doubled(ps, i, n - 1) + ps[i].x


def changed_by_recursion(x):
    ps = [Particle(xi) for xi in x]
    return doubled(ps, 1, 3) + ps[1].x


def with_lists(x):
    nodes = [Node(xi) for xi in x]
    for node in nodes:
        for j in range(3):
            node.children.append(x[j] * node.value)
        node.children.pop()
        node.grad = node.children[0]
    return sum(sum(node.children) * node.grad for node in nodes)


def counted_from_zero(x):
    ps = [Particle(xi, 0) for xi in x]
    for p in ps:
        p.v += p.x**2
    return sum(p.v for p in ps)


for one in (kicked, stepped, each_pair_once, neighbours, bounced, by_index, one_of_two,
            carried_along, thinned, taken_and_put_back, until_large, changed_by_recursion,
            with_lists, counted_from_zero):  # fmt: skip
    add_by_differences(one, X)
add_by_differences(all_pairs, X, V)
add_by_differences(two_names, X, 1)
add_by_differences(fields, A, 0.3 * A)
add_by_differences(fields_in_place, A, 0.3 * A)


# -- dictionaries whose keys are data


def memo(n, a):
    known = {}

    def f(n):
        if n in known:
            return known[n]
        found = a * n if n < 2 else f(n - 1) * a + f(n - 2)
        known[n] = found
        return found

    return f(n)


def alignment(x, v):
    known = {}

    def cost(i, j):
        if i == 0 or j == 0:
            return 0.0
        key = (i, j)
        if key not in known:
            step = min(cost(i - 1, j), cost(i, j - 1), cost(i - 1, j - 1))
            known[key] = (x[i - 1] - v[j - 1]) ** 2 + step
        return known[key]

    return cost(3, 4)


def legendre(n, x):
    known = {0: 1.0, 1: x}
    for k in range(2, n + 1):
        known[k] = ((2 * k - 1) * x * known[k - 1] - (k - 1) * known[k - 2]) / k
    return known[n]


def summed_by_key(keys, x):
    total = {}
    for i in range(len(keys)):
        total[keys[i]] = total.get(keys[i], 0.0) + x[i]
    return sum(value * key for key, value in sorted(total.items()))


def tested_first(keys, x):
    total = {}
    for key, value in zip(keys, x):
        if key not in total:
            total[key] = 0.0
        total[key] += value
    s = 0.0
    for key in total:
        s += total[key] ** 2 * (key + 1)
    return s * len(total)


def of_zeros(keys, x):
    count, total = Counter(keys), defaultdict(float)
    for key, value in zip(keys, x):
        total[key] += value / count[key]
    return sum(np.sin(value) for value in total.values())


def grouped(keys, x):
    groups = {}
    for key, value in zip(keys, x):
        groups.setdefault(key, []).append(value)
    return sum((sum(group) / len(group)) ** 2 for group in groups.values())


def of_arrays(keys, a):
    rows = defaultdict(lambda: np.zeros(3))
    for i in range(len(a)):
        rows[keys[i]] += a[i] ** 2
    return sum(np.sum(row) * key for key, row in rows.items())


def histogram(x, v):
    bins = {}
    for i in range(len(x)):
        place = int(np.floor(x[i]))
        bins[place] = bins.get(place, 0.0) + v[i] ** 2
    return sum(bins[place] * place for place in sorted(bins))


def means(labels, x):
    mean = {label: np.mean(x[labels == label]) for label in np.unique(labels)}
    return sum((x[i] - mean[labels[i]]) ** 2 for i in range(len(x)))


def removed(keys, x):
    d = dict(zip(keys, x))
    last = d.pop(keys[1])
    del d[keys[0]]
    return last * sum(d.values()) + len(d)


def dictionaries_inside(keys, x):
    d = {}
    for key in keys:
        if key not in d:
            d[key] = {}
        d[key][keys[1]] = x[key] ** 2
    return sum(inner[keys[1]] for inner in d.values())


def objects_by_key(keys, x):
    d = {}
    for key in keys:
        d[key] = Particle(x[key])
    for key in d:
        d[key].v += d[key].x ** 2
    return sum(p.v * key for key, p in d.items())


add_by_differences(memo, 6, 0.9)
add_by_differences(alignment, X, V)
add_by_differences(legendre, 5, 0.6)
for one in (summed_by_key, tested_first, of_zeros, grouped, removed, dictionaries_inside,
            objects_by_key):  # fmt: skip
    add_by_differences(one, KEYS, X)
add_by_differences(of_arrays, KEYS, A)
add_by_differences(histogram, X, V)
add_by_differences(means, np.array([1, 5, 1, 2, 5]), X)


# -- lists inside lists, and None


def sorted_into(x, keys):
    rows = [[] for _ in range(3)]
    for i in range(len(x)):
        rows[keys[i]].append(x[i])
    return sum(v * v * len(row) for row in rows for v in row)


def in_turn(x, n):
    rows = [[] for _ in range(n)]
    for i in range(len(x)):
        rows[i % n].append(x[i])
    return sum(sum(row) ** 2 for row in rows)


def linked(x):
    near = []
    for _ in range(len(x)):
        near.append([])
    for i in range(len(x)):
        for j in range(len(x)):
            if abs(i - j) == 1:
                near[i].append(j)
    return sum((x[i] - x[j]) ** 2 for i in range(len(x)) for j in near[i])


def shortened(x, n):
    rows = [[x[i], x[i + 1], 2.0 * x[i]] for i in range(n)]
    last = rows[0].pop()
    del rows[1][0]
    rows[2].insert(0, last * x[3])
    rows[1].append(x[0])
    return sum(sum(row) * row[0] * len(row) for row in rows)


def named_rows(x):
    cells = [[xi, 0.0] for xi in x]
    s = 0.0
    for c in cells:
        c[1] += c[0] ** 2
        c[0] = 3.0 * c[1]
        s += c[0] * c[1]
    return s + cells[0][0]


def named_dictionaries(x):
    cells = [{"x": xi, "n": 0.0} for xi in x]
    for c in cells:
        c["n"] += c["x"] ** 2
        c["x"] *= 2.0
    return sum(c["n"] * c["x"] for c in cells)


def integers_at_first(x, n):
    grid = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            grid[i][j] = x[i] * x[j]
    return sum(grid[i][i] for i in range(n))


def of_another_shape(x):
    y = x[0] * x[1]
    layers = [np.zeros(1) + y for _ in range(len(x))]
    for i in range(len(x)):
        layers[i] = layers[i] * x
    return sum(np.sum(layer**2) for layer in layers)


def pairs_or_none(x):
    tree = [None] * 7
    for i in range(len(x)):
        tree[i] = (x[i], i)
    s = 0.0
    for node in tree:
        if node is None:
            continue
        value, i = node
        s += value * i
    return s


def rows_or_none(a):
    tree = [None] * 7
    for i in range(len(a)):
        tree[i] = (a[i] * 2.0, i)
    s = 0.0
    for node in tree:
        if node is not None:
            s += np.sum(node[0] ** 2) * node[1]
    return s


add_by_differences(rows_or_none, A)
add_by_differences(sorted_into, X, KEYS)
for one in (in_turn, shortened, integers_at_first):
    add_by_differences(one, X, 3)
for one in (linked, named_rows, named_dictionaries, of_another_shape, pairs_or_none):
    add_by_differences(one, X)


# -- iterators


def differences(x):
    it = iter(x)
    before = next(it)
    s = 0.0
    for v in it:
        s += (v - before) ** 2
        before = v
    return s


def to_the_end(x):
    it = iter(x)
    s = 0.0
    while True:
        v = next(it, None)
        if v is None:
            break
        s += v**2
    return s


def first_large(x):
    return next(v for v in x if v > 1.0) ** 2 + next((v for v in x if v > 100.0), x[0])


def zipped(x, v):
    pairs = zip(x, v)
    a, b = next(pairs)
    s = a * b
    for p, q in pairs:
        s += 2.0 * p * q
    return s


def by_twos(x):
    it = iter(x)
    s = 0.0
    for a in it:
        s += a * next(it, 3.0)
    return s


def the_rest(x):
    it = iter(list(x))
    s = 0.0
    for i in range(3):
        s += next(it) * i
    return s * sum(it)


for one in (differences, to_the_end, first_large, by_twos, the_rest):
    add_by_differences(one, X)
add_by_differences(zipped, X, V)
