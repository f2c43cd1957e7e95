"""Functions and objects as data: kept in lists of any length, made by factories and local classes.

A list that a loop fills holds closures, partials, methods or objects; what they read late is read
late.
"""

import functools
import itertools
import math
import operator
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import NamedTuple

import numpy as np

from corpus.cases import add, add_by_differences

A = np.array([1.1, 2.3, 2.9])


def poly(t, a, b=2.0):
    return a * t**2 + b * t


def make(a):
    def f(t):
        return a * t * t

    return f


def make2(a, b):
    c = a * b
    return lambda t: c * t + a


class Spring:
    def __init__(self, k):
        self.k = k

    def energy(self, x):
        return 0.5 * self.k * x**2

    @property
    def twice(self):
        return 2 * self.k


class Pt(NamedTuple):
    x: float
    y: float

    def norm(self):
        return math.hypot(self.x, self.y)


@dataclass
class Q:
    a: float

    def __call__(self, t):
        return self.a * t

    def __add__(self, o):
        return Q(self.a + o.a)


class Spring2:
    def __init__(self, k):
        self.k = k
        self.m = 2 * k

    def __call__(self, t):
        return self.k * t**2 * self.m


def simpson(f, a, b, n):
    if n == 0:
        return (b - a) * (f(a) + 4 * f((a + b) / 2) + f(b)) / 6
    m = (a + b) / 2
    return simpson(f, a, m, n - 1) + simpson(f, m, b, n - 1)


def g(w, t):
    return np.sin(w * t)


def factory(scale):
    class S:
        def __init__(self, k):
            self.k = k

        def e(self, t):
            return scale * self.k * t**2

    return S


def total(*xs):
    s = 0.0
    for x in xs:
        s += x * x
    return s


def model(t, a, b, c):
    return a * t**2 + b * t + c


def ends(first, *rest, scale=2.0):
    return first * rest[0] * rest[-1] * scale + len(rest)


def timed(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return inner


def power(n):
    def deco(f):
        @functools.wraps(f)
        def inner(*args):
            return f(*args) ** n

        return inner

    return deco


@timed
@power(3)
def decorated(x, y):
    return x * y


@dataclass
class Particle:
    x: float
    v: float
    m: float = 1.0

    @property
    def energy(self):
        return 0.5 * self.m * self.v**2

    def step(self, dt, f):
        return replace(self, x=self.x + dt * self.v, v=self.v + dt * f / self.m)


class Vec(NamedTuple):
    x: float
    y: float

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)

    __rmul__ = __mul__

    def norm(self):
        return math.sqrt(self.x**2 + self.y**2)


class Layer:
    def __init__(self, w, b=0.0, act=np.tanh):
        self.w, self.b, self.act = w, b, act

    def __call__(self, h):
        return self.act(self.w * h + self.b)


class Net:
    def __init__(self, layers):
        self.layers = list(layers)

    def __call__(self, h):
        for l in self.layers:
            h = l(h)
        return h


def horner(coefs, t):
    return 0.0 if len(coefs) == 0 else coefs[0] + t * horner(coefs[1:], t)


def is_even(n, x):
    return x if n == 0 else is_odd(n - 1, x * 1.1)


def is_odd(n, x):
    return -x if n == 0 else is_even(n - 1, x * 0.9)


def adaptive(f, lo, hi, tol, depth):
    mid = 0.5 * (lo + hi)
    one = (hi - lo) * f(mid)
    two = 0.5 * (hi - lo) * (f(0.5 * (lo + mid)) + f(0.5 * (mid + hi)))
    if depth == 0 or abs(one - two) < tol:
        return two
    return adaptive(f, lo, mid, tol / 2, depth - 1) + adaptive(f, mid, hi, tol / 2, depth - 1)


class Poly:
    def __init__(self, *c):
        self.c = c

    def __call__(self, t):
        return sum(k * t**i for i, k in enumerate(self.c))

    def __add__(self, o):
        return Poly(*[p + q for p, q in itertools.zip_longest(self.c, o.c, fillvalue=0.0)])

    def deriv(self):
        return Poly(*[i * k for i, k in enumerate(self.c)][1:])

    def __getitem__(self, i):
        return self.c[i]

    def __len__(self):
        return len(self.c)

    def __iter__(self):
        return iter(self.c)

    def __neg__(self):
        return Poly(*(-k for k in self.c))


@dataclass
class P2:
    x: float
    v: float


def kept_late(a, x):
    fs = []
    for i in range(len(a)):
        fs.append(lambda t: a[i] * t)
    s = 0.0
    for f in fs:
        s += f(x)
    return s


add(kept_late, A, 1.3)


def kept_late2(a, x):
    s = 0.0
    fs = [lambda t: c * t for c in a]
    c = 7.0
    for f in fs:
        s += f(x) * c
    return s


add(kept_late2, A, 1.3)


def kept_factory(a, x):
    fs = []
    for i in range(len(a)):
        fs.append(make(a[i]))
    return sum(f(x) for f in fs)


add(kept_factory, A, 1.3)


def kept_factory2(a, x):
    fs = [make2(c, x) for c in a]
    return fs[0](x) * fs[-1](2.0) + fs[1](x)


add(kept_factory2, A, 1.3)


def kept_partial(a, x):
    fs = [partial(poly, a=c) for c in a]
    return sum(f(x) for f in fs)


add(kept_partial, A, 1.3)


def kept_partial2(a, x):
    fs = []
    for c in a:
        fs.append(partial(poly, a=c, b=c * x))
    return functools.reduce(lambda acc, f: acc + f(x), fs, 0.0)


add(kept_partial2, A, 1.3)


def kept_two(a, x):
    fs = []
    for i in range(len(a)):
        if i % 2 == 0:
            fs.append(lambda t, k=a[i]: k * t)
        else:
            fs.append(lambda t, k=a[i], m=x: k * t**2 + m)
    s = 0.0
    for f in fs:
        s += f(x)
    return s


add(kept_two, A, 1.3)


def kept_two2(a, x):
    fs = [np.sin, np.cos]
    for i in range(len(a)):
        fs.append(make(a[i]))
    s = 0.0
    for f in fs:
        s += f(x)
    return s


add(kept_two2, A, 1.3)


def kept_compose(a, x):
    def compose(f, g):
        return lambda t: f(g(t))

    fs = [compose(make(c), np.sin) for c in a]
    for f in fs:
        x = f(x)
    return x


add(kept_compose, A, 1.3)


def kept_names(a, x):
    fs = []
    for i in range(len(a)):
        fs.append((lambda t, k=a[i]: k * t, i * 1.0))
    s = 0.0
    for f, w in fs:
        s += w * f(x)
    return s


add(kept_names, A, 1.3)


def kept_rows(a, x):
    M = np.outer(a, a)
    fs = [lambda t, r=r: r @ a * t for r in M]
    s = 0.0
    for f in fs:
        s += f(x)
    return s


add(kept_rows, A, 1.3)


def kept_scale(a, x):
    scale = 2.0 * x
    fs = []
    for i in range(len(a)):
        fs.append(lambda t, k=a[i]: k * t * scale)
    scale = 3.0 * x
    return sum(f(x) for f in fs)


add(kept_scale, A, 1.3)


def kept_spring(a, x):
    ss = [Spring(k) for k in a]
    e = 0.0
    for s in ss:
        e += s.energy(x) * s.twice
    return e


add(kept_spring, A, 1.3)


def kept_pts(a, x):
    ps = [Pt(c, x * c) for c in a]
    total = 0.0
    for p in ps:
        total += p.norm()
    for u, v in ps:
        total += u * v
    for p, q in zip(ps[:-1], ps[1:]):  # noqa: RUF007
        total += (q.x - p.x) * p[1]
    return total


add_by_differences(kept_pts, A, 1.3)


def kept_best(a, x):
    ps = [Pt(c, x * c) for c in a]
    best = ps[0]
    for p in ps:
        if p.x * x > best.x:
            best = p
    return best.norm() + max(ps, key=lambda p: p.y).x


add_by_differences(kept_best, A, 1.3)


def kept_sum(a, x):
    qs = [Q(c) for c in a]
    tot = Q(x)
    for q in qs:
        tot = tot + q
    return tot(x)


add(kept_sum, A, 1.3)


def kept_bound(a, x):
    fs = [Spring(k).energy for k in a]
    return sum(f(x) for f in fs)


add(kept_bound, A, 1.3)


def kept_map(a, x):
    fs = [make(c) for c in a]
    vals = list(map(lambda f: f(x), fs))
    return sum(vals)


add(kept_map, A, 1.3)


def kept_mut(a, x):
    qs = []
    for c in a:
        q = Q(c)
        q.a = q.a * 2
        qs.append(q)
    return sum(q(x) for q in qs)


add(kept_mut, A, 1.3)


def kept_glob(a, x):
    def h(c):
        fs = []
        for i in range(len(a)):
            fs.append(lambda t: c * t * a[i])
            c = c * 2
        return fs

    return sum(f(x) for f in h(x))


add(kept_glob, A, 1.3)


def kept_poly2(a, x):
    shapes = [Q(c) for c in a]
    shapes += [Spring2(c) for c in a]
    return sum(q(x) for q in shapes)


add(kept_poly2, A, 1.3)


def kept_pop(a, x):
    fs = []
    for c in a:
        fs.append(make(c))
    f = fs.pop()
    return f(x) + fs[0](x)


add(kept_pop, A, 1.3)


def kept_arr(a, x):
    fs = []
    for i in range(len(a)):
        r = a * i
        fs.append(lambda t: r * t)
    return sum(np.sum(f(x)) for f in fs)


add(kept_arr, A, 1.3)


def kept_arrw(a, x):
    fs = []
    r = a * 1.0
    for i in range(len(a)):
        fs.append(lambda t, r=r, i=i: r[i] * t)
    r[1] = x
    return sum(f(x) for f in fs)


add(kept_arrw, A, 1.3)


def chosen_after(a, x):
    for i in range(len(a)):
        g = lambda t, k=a[i]: k * t
    return g(x)


add(chosen_after, A, 1.3)


def chosen_after2(a, x):
    g = lambda t: t
    for i in range(len(a)):
        if a[i] > 1.5:
            g = make(a[i])
    return g(x)


add(chosen_after2, A, 1.3)


def chosen_merge(a, x):
    if x > 1.0:
        f = make(a[0])
    else:
        f = lambda t: t * a[1]
    return f(x)


add(chosen_merge, A, 1.3)


def chosen_merge2(a, x):
    s = 0.0
    for i in range(len(a)):
        f = make(a[i]) if i % 2 else (lambda t, k=a[i]: k + t)
        s += f(x)
    return s


add(chosen_merge2, A, 1.3)


def chosen_empty(a, x):
    fs = []
    for i in range(len(a)):
        fs.append(lambda t: t * t)
    return sum(f(x) for f in fs if f)


add(chosen_empty, A, 1.3)


def chosen_rec(a, x):
    return simpson(lambda t: np.sin(x * t), 0.0, 1.0, 2)


add(chosen_rec, A, 1.3)


def chosen_rec2(a, x):
    return simpson(functools.partial(g, x), 0.0, a[1], 2)


add(chosen_rec2, A, 1.3)


def chosen_rec3(a, x):
    return sum(simpson(functools.partial(g, c), 0.0, x, 2) for c in a)


add(chosen_rec3, A, 1.3)


def chosen_dict(a, x):
    d = {"u": make(a[0]), "v": lambda t: t * a[1]}
    s = 0.0
    for i in range(len(a)):
        s += d["u" if i % 2 else "v"](x)
    return s


add(chosen_dict, A, 1.3)


def chosen_dict2(a, x):
    d = {"u": [], "v": []}
    for i in range(len(a)):
        d["u"].append(make(a[i]))
        d["v"].append(lambda t, i=i: t * a[i])
    return sum(f(x) for f in d["u"]) + sum(g(x) for g in d["v"])


add(chosen_dict2, A, 1.3)


def chosen_dict3(a, x):
    d = {i: (lambda t: c * t * i) for i, c in enumerate((1.0, 2.0, x))}
    return d[0](x) + d[2](x)


add(chosen_dict3, A, 1.3)


def chosen_walrus(a, x):
    fs = [(lambda t: c * t) for c in a if (last := c) > 1.5]
    return sum(f(x) for f in fs) * last


add(chosen_walrus, A, 1.3)


def chosen_nest(a, x):
    fs = [lambda t: c * d * t for c in a for d in a]
    return sum(f(x) for f in fs)


add(chosen_nest, A, 1.3)


def chosen_outer(a, x):
    total = 0.0
    for j in range(2):
        fs = [lambda t: c * t * j for c in a]
        total += sum(f(x) for f in fs)
    return total


add(chosen_outer, A, 1.3)


def chosen_outer2(a, x):
    keep = []
    for j in range(2):
        fs = [lambda t: c * t * j for c in a]
        keep.append(fs[0])
    return sum(f(x) for f in keep)


add(chosen_outer2, A, 1.3)


def chosen_outer3(a, x):
    keep = []
    for j in range(len(a)):
        fs = [lambda t: c * t * j for c in a]
        keep.append(fs[0])
    return sum(f(x) for f in keep)


add(chosen_outer3, A, 1.3)


def local_cls(a, x):
    k = 2.0 * x

    class Q:
        c = 3.0 * k

        def __init__(self, a, b=k):
            self.a = a
            self.b = b

        def f(self, t):
            return self.a * t * k * self.b + self.c

        @property
        def d(self):
            return self.a**2

        @staticmethod
        def h(t):
            return t * x

        @classmethod
        def unit(cls):
            return cls(1.0)

        __call__ = f

    q = Q(3.0)
    k = 5.0 * x
    return q.f(x) * q.d + Q.h(2.0) + Q.unit()(x) + Q.c


add(local_cls, A, 1.3)


def local_dc(a, x):
    @dataclass
    class P:
        a: float
        b: float = x * x
        v: list = field(default_factory=list)

        def norm(self):
            return math.hypot(self.a, self.b)

    p = P(x)
    p.v.append(x)
    return p.norm() + P(1.0, 2.0).norm() * p.v[0]


add_by_differences(local_dc, A, 1.3)


def local_nt(a, x):
    class V(NamedTuple):
        x: float
        y: float = 2.0

        def dot(self, o):
            return self.x * o.x + self.y * o.y

    u = V(x)
    v = V(x * x, 3.0)
    p, q = v
    return u.dot(v) * p + q * u[0]


add(local_nt, A, 1.3)


def local_inh(a, x):
    class B:
        def __init__(self, k):
            self.k = k

        def e(self, t):
            return self.k * t

    class D(B):
        def __init__(self, k):
            super().__init__(k * x)
            self.m = 1.0

        def e(self, t):
            return super().e(t) + self.m * x

    d = D(2.0)
    return d.e(x) * (1.0 if isinstance(d, B) else 0.0)


add(local_inh, A, 1.3)


def local_clsloop(a, x):
    class S:
        def __init__(self, k):
            self.k = k

        def e(self, t):
            return self.k * t**2 * x

    ss = [S(k) for k in a]
    return sum(s.e(x) for s in ss)


add(local_clsloop, A, 1.3)


def local_fac(a, x):
    S = factory(x)
    T = factory(2.0)
    return S(1.0).e(x) + T(x).e(3.0)


add(local_fac, A, 1.3)


def local_fac2(a, x):
    s = 0.0
    for i in range(len(a)):
        S = factory(a[i])
        s += S(2.0).e(x)
    return s


add(local_fac2, A, 1.3)


def local_opcls(a, x):
    class C:
        def __init__(self, v):
            self.v = v

        def __add__(self, o):
            return C(self.v + (o.v if isinstance(o, C) else o))

        __radd__ = __add__

        def __mul__(self, o):
            return C(self.v * o.v)

        def __lt__(self, o):
            return self.v < o.v

        def __eq__(self, o):
            return self.v == o.v

    c = sum([C(x), C(x * x)], C(0.0))
    return (c * C(2.0)).v + max(C(x), C(2.0)).v


add(local_opcls, A, 1.3)


def local_mutcls(a, x):
    class Acc:
        def __init__(self):
            self.s = 0.0
            self.n = 0

        def add(self, v):
            self.s += v
            self.n += 1

    acc = Acc()
    for i in range(len(a)):
        acc.add(a[i] * x)
    return acc.s / acc.n


add(local_mutcls, A, 1.3)


def local_clsattr(a, x):
    class R:
        rate = 2.0

        def f(self, t):
            return self.rate * t

    rate = 7.0
    r = R()
    r.rate = x
    return R().f(x) + r.f(x) * rate


add(local_clsattr, A, 1.3)


def spread_total(a, x):
    return total(*a) * x


add(spread_total, A, 1.3)


def spread_total2(a, x):
    return total(x, *[c * x for c in a])


add(spread_total2, A, 1.3)


def spread_model(a, x):
    return model(x, *a)


add(spread_model, A, 1.3)


def spread_model2(a, x):
    return model(x, *[c * x for c in a])


add(spread_model2, A, 1.3)


def spread_ends(a, x):
    return ends(*a, scale=x) + ends(x, *a)


add(spread_ends, A, 1.3)


def spread_part(a, x):
    return partial(model, x)(*a)


add(spread_part, A, 1.3)


def spread_unpack(a, x):
    u, *rest = a
    *first, v = a
    w, *mid, z = [c * x for c in a]
    return u * sum(rest) + v * first[0] + w * mid[0] + z


add(spread_unpack, A, 1.3)


def spread_zip(a, x):
    ps = [(c, c * x) for c in a]
    xs, ys = zip(*ps)
    return sum(u * v for u, v in zip(xs, ys))


add(spread_zip, A, 1.3)


def spread_max(a, x):
    return max(*a) * min(*[c * x for c in a])


add(spread_max, A, 1.3)


def spread_lam(a, x):
    return (lambda p, q, r: p * q * r)(*a) * x


add(spread_lam, A, 1.3)


def spread_meth(a, x):
    class M:
        def f(self, p, q, r):
            return p * q + r * x

    return M().f(*a)


add(spread_meth, A, 1.3)


def spread_tuple(a, x):
    ps = [(c, c * x) for c in a]
    return sum(math.hypot(*p) for p in ps)


add(spread_tuple, A, 1.3)


def spread_mut(a, x):
    def g(*xs):
        a[0] = 5.0
        return xs[0] * x

    b = [c * 1.0 for c in a]

    def h(*xs):
        b[0] = 7.0
        return xs[0] * x

    return h(*b) + b[0]


add(spread_mut, A, 1.3)


def spread_tail(a, x):
    first, *a = a
    return first * sum(a)


add(spread_tail, A, 1.3)


def everyday_layers(a, x):
    layers = []
    for k in range(len(a)):
        w = a[k]

        def layer(h, w=w, act=np.tanh if k % 2 == 0 else np.sin):
            return act(w * h)

        layers.append(layer)
    h = x
    for layer in layers:
        h = layer(h)
    return h


add(everyday_layers, A, 1.3)


def everyday_deco(a, x):
    return decorated(x, a[1])


add(everyday_deco, A, 1.3)


def everyday_particles(a, x):
    ps = [Particle(c, x) for c in a]
    for _ in range(3):
        ps = [p.step(0.1, -p.x) for p in ps]
    return sum(p.energy for p in ps)


add(everyday_particles, A, 1.3)


def everyday_vec(a, x):
    tot = reduce(operator.add, [Vec(c, x) for c in a])
    return (2.0 * tot).norm()


add_by_differences(everyday_vec, A, 1.3)


def everyday_vec2(a, x):
    vs = [Vec(c, x * i) for i, c in enumerate(a)]
    vs.sort(key=lambda v: -v.norm())
    return vs[0].x * vs[-1].y + max(vs, key=Vec.norm).x


add_by_differences(everyday_vec2, A, 1.3)


def everyday_methodcaller(a, x):
    ps = [Vec(c, x * c) for c in a]
    return sum(map(operator.methodcaller("norm"), ps))


add_by_differences(everyday_methodcaller, A, 1.3)


def everyday_starmap(a, x):
    return sum(map(lambda u, v: u * v * x, a, a[1:]))


add(everyday_starmap, A, 1.3)


def everyday_comb(a, x):
    return sum(u * v for u, v in itertools.combinations([x, a[0], a[1]], 2))


add(everyday_comb, A, 1.3)


def everyday_comb2(a, x):
    return sum(u * v * x for u, v in itertools.combinations(a, 2))


add(everyday_comb2, A, 1.3)


def everyday_accum(a, x):
    return list(itertools.accumulate(a, lambda s, t: s * x + t))[-1]


add(everyday_accum, A, 1.3)


def everyday_chain2(a, x):
    rows = [[c, c * x] for c in a]
    return sum(itertools.chain.from_iterable(rows))


add(everyday_chain2, A, 1.3)


def everyday_newton(a, x):
    def newton(f, df, x0, n=5):
        return reduce(lambda t, _: t - f(t) / df(t), range(n), x0)

    return newton(lambda t: t**3 - a[0] * x, lambda t: 3 * t**2, 2.0)


add(everyday_newton, A, 1.3)


def everyday_compose(a, x):
    compose = lambda *fs: reduce(lambda f, g: lambda t: g(f(t)), fs)
    return compose(np.sin, lambda t: t * x, partial(pow, exp=2) if False else (lambda t: t**2))(
        a[0]
    )


add(everyday_compose, A, 1.3)


def everyday_counter(a, x):
    def make():
        total = 0.0

        def add(v):
            nonlocal total
            total += v * x
            return total

        return add

    add = make()
    for v in a:
        add(v)
    return add(1.0)


add(everyday_counter, A, 1.3)


def everyday_net(a, x):
    return Net(Layer(w, x) for w in a)(x)


add_by_differences(everyday_net, A, 1.3)


def everyday_net2(a, x):
    return Net([Layer(a[0]), Layer(a[1], act=lambda t: t * t), Layer(a[2], x, np.sin)])(x)


add_by_differences(everyday_net2, A, 1.3)


def everyday_horner(a, x):
    return horner(a, x) + horner([1.0, x, a[0]], x)


add(everyday_horner, A, 1.3)


def everyday_tree(a, x):
    def ev(node):
        if isinstance(node, tuple):
            op, l, r = node
            return ev(l) + ev(r) if op == "add" else ev(l) * ev(r)
        return node

    return ev(("add", ("mul", x, a[0]), ("mul", ("add", x, 1.0), a[1])))


add(everyday_tree, A, 1.3)


def everyday_adaptive(a, x):
    return adaptive(lambda t: math.exp(-x * t * t) * a[1], 0.0, 1.0, 1e-4, 6)


add(everyday_adaptive, A, 1.3)


def everyday_kwargs(a, x):
    def f(*args, scale=1.0, **kw):
        return scale * sum(args) * kw.get("p", 1.0) * kw["q"]

    opts = {"q": x, "p": a[0]}
    return f(x, *a[:2], scale=2.0, **opts)


add(everyday_kwargs, A, 1.3)


def everyday_poly(a, x):
    p = Poly(x, 2.0, a[0])
    return p(x) + (p + Poly(1.0, x))(2.0) + p.deriv()(x) * p[1] + len(p) + sum(p) + (-p)(1.0)


add(everyday_poly, A, 1.3)


def everyday_poly2(a, x):
    q = Poly(*a)
    return q(x) + q.deriv()(x)


add(everyday_poly2, A, 1.3)


def everyday_springs(a, x):
    forces = [partial(lambda k, t: -k * t, k) for k in a]
    pos, vel = x, 0.0
    for _ in range(10):
        vel += 0.1 * sum(f(pos) for f in forces)
        pos += 0.1 * vel
    return pos


add(everyday_springs, A, 1.3)


def everyday_events(a, x):
    handlers = {}

    def on(name):
        def deco(f):
            handlers[name] = f
            return f

        return deco

    @on("grow")
    def grow(t):
        return t * a[0]

    @on("shift")
    def shift(t):
        return t + x

    t = x
    for e in ("grow", "shift", "grow"):
        t = handlers[e](t)
    return t


add(everyday_events, A, 1.3)


def data_late_i(a, x):
    fs = []
    for i in range(len(a)):
        fs.append(lambda t: a[i] * t + i)
    i = 1
    return sum(f(x) for f in fs)


add(data_late_i, A, 1.3)


def data_cell_list(a, x):
    acc = []
    fs = []
    for i in range(len(a)):
        acc.append(a[i] * x)
        fs.append(lambda t: acc[-1] * t + len(acc))
    acc.append(5.0 * x)
    return sum(f(x) for f in fs)


add(data_cell_list, A, 1.3)


def data_arr_cell(a, x):
    w = np.zeros(3)
    fs = []
    for i in range(len(a)):
        w[i] = a[i] * x
        fs.append(lambda t, i=i: w[i] * t)
    w[1] = 7.0 * x
    return sum(f(x) for f in fs)


add(data_arr_cell, A, 1.3)


def data_write_through(a, x):
    M = np.outer(a, a)

    def setter(i):
        def s(v):
            M[i, 0] = v

        return s

    fs = [setter(i) for i in range(len(a))]
    for f in fs:
        f(x)
    return np.sum(M)


add(data_write_through, A, 1.3)


def data_writer_default(a, x):
    out = np.zeros(3)
    fs = []
    for i in range(len(a)):

        def put(v, i=i, out=out):
            out[i] = v * a[i]

        fs.append(put)
    for f in fs:
        f(x)
    return np.sum(out**2)


add(data_writer_default, A, 1.3)


def data_appender(a, x):
    log = []
    fs = []
    for i in range(len(a)):
        fs.append(lambda v, i=i: log.append(v * a[i]))
    for f in fs:
        f(x)
    return sum(log)


add(data_appender, A, 1.3)


def data_nonlocal(a, x):
    total = 0.0

    def bump(k):
        def g(t):
            nonlocal total
            total += k * t
            return total

        return g

    gs = [bump(c) for c in a]
    s = 0.0
    for g in gs:
        s += g(x)
    return s * total


add(data_nonlocal, A, 1.3)


def data_shadow2(a, x):
    def outer(c):
        fs = []
        for i in range(2):
            fs.append(lambda t: c * t + i)
        return fs

    fs = []
    for c in a:
        fs += outer(c)
    return sum(f(x) for f in fs)


add(data_shadow2, A, 1.3)


def data_two_lists(a, x):
    fs = [make(c) for c in a]
    gs = fs
    gs.append(np.sin)
    return sum(f(x) for f in fs)


add(data_two_lists, A, 1.3)


def data_two_lists2(a, x):
    fs = [make(c) for c in a]
    gs = fs + [np.sin]
    gs[0] = np.cos
    return sum(f(x) for f in fs) + sum(g(x) for g in gs)


add(data_two_lists2, A, 1.3)


def data_cond(a, x):
    fs = [make(c) for c in a if c > 1.5]
    return fs[0](x) if fs else x


add(data_cond, A, 1.3)


def data_while(a, x):
    fs = []
    k = 0
    while k < len(a):
        fs.append(lambda t, k=k: a[k] * t)
        k += 1
    s = 0.0
    while fs:
        s += fs.pop()(x)
    return s


add(data_while, A, 1.3)


def data_early(a, x):
    fs = [make(c) for c in a]
    for f in fs:
        v = f(x)
        if v > 2.0:
            return v
    return x


add(data_early, A, 1.3)


def data_call_in_loop(a, x):
    s = 0.0
    for i in range(len(a)):
        fs = [lambda t, c=c: c * t for c in a]
        s += fs[i](x)
    return s


add(data_call_in_loop, A, 1.3)


def data_try(a, x):
    fs = [make(c) for c in a]
    s = 0.0
    for f in fs:
        try:
            s += math.log(f(x) - 1.0)
        except ValueError:
            s += x
    return s


add(data_try, A, 1.3)


def data_int_arg(a, x):
    fs = []
    for n in range(len(a)):
        fs.append(lambda t, n=n: t**n)
    return sum(c * f(x) for c, f in zip(a, fs))


add(data_int_arg, A, 1.3)


def data_basis(a, x):
    basis = [lambda t, n=n: t**n for n in range(len(a))]
    V = np.array([[f(t) for f in basis] for t in a])
    return np.sum(V) * x


add(data_basis, A, 1.3)


def data_objs_arr(a, x):
    class L:
        def __init__(self, W, b):
            self.W = W
            self.b = b

        def __call__(self, h):
            return np.tanh(self.W @ h + self.b)

    ls = []
    for i in range(len(a)):
        ls.append(L(np.outer(a, a) * 0.1 * a[i], a * x))
    h = a
    for l in ls:
        h = l(h)
    return np.sum(h)


add(data_objs_arr, A, 1.3)


def data_objs_upd(a, x):
    ps = [P2(c, x) for c in a]
    for i in range(len(ps)):
        ps[i] = P2(ps[i].x + 0.1 * ps[i].v, ps[i].v * 0.9)
    return sum(p.x * p.v for p in ps)


add(data_objs_upd, A, 1.3)


def data_objs_pair(a, x):
    ps = [P2(c, x * c) for c in a]
    e = 0.0
    for i in range(len(ps)):
        for j in range(i):
            e += 1.0 / abs(ps[i].x - ps[j].x) * ps[i].v
    return e


add(data_objs_pair, A, 1.3)


def data_objs_nest(a, x):
    @dataclass
    class S:
        p: P2
        w: float

    ss = [S(P2(c, x), c) for c in a]
    return sum(s.p.x * s.w * s.p.v for s in ss)


add(data_objs_nest, A, 1.3)


def data_fold(a, x):
    fs = [make(c) for c in a]
    return reduce(lambda t, f: f(t), fs, x * 0.3)


add(data_fold, A, 1.3)


def data_len(a, x):
    fs = [make(c) for c in a]
    return len(fs) * x + sum(f(x) for f in reversed(fs)) + fs[len(fs) - 1](x)


add(data_len, A, 1.3)


def data_enum(a, x):
    fs = [make(c) for c in a]
    out = np.zeros(len(fs))
    for i, f in enumerate(fs):
        out[i] = f(x * i)
    return out


add(data_enum, A, 1.3)


def data_np(a, x):
    ps = [P2(c, x * c) for c in a]
    X = np.array([p.x for p in ps])
    V = np.array([p.v for p in ps])
    return X @ V


add(data_np, A, 1.3)


def data_sortobj(a, x):
    ps = sorted([P2(c, x * c) for c in a], key=lambda p: -p.v)
    return ps[0].x * ps[1].v


add(data_sortobj, A, 1.3)


def data_tuplecap(a, x):
    fs = [partial(lambda p, t: p[0] * t + p[1], (c, x)) for c in a]
    return sum(f(x) for f in fs)


add(data_tuplecap, A, 1.3)


def data_dictcap(a, x):
    fs = [partial(lambda p, t: p["u"] * t + p["v"], {"u": c, "v": x}) for c in a]
    return sum(f(x) for f in fs)


add(data_dictcap, A, 1.3)


def data_mixed_kind(a, x):
    fs = []
    for i in range(len(a)):
        if i == 0:
            fs.append(lambda t, k=2: k * t)
        elif i == 1:
            fs.append(lambda t, k=a: (k @ k) * t)
        else:
            fs.append(make(x))
    return sum(f(x) for f in fs)


add(data_mixed_kind, A, 1.3)


def joined_pairs(a, x):
    ps = [(c, c * x) for c in a]
    qs = ps + [(1.0, x)]
    return sum(p * q * x for p, q in ps) + sum(p * q * x for p, q in qs)


add(joined_pairs, A, 1.3)


def none_or_made(a, x):
    f = make(x) if a[0] > 0 else None
    if f is not None:
        return f(x)
    return x


add(none_or_made, A, 1.3)


def made_or_none(a, x):
    f = make(x) if a[0] < 0 else None
    return f(x) if f else x


add(made_or_none, A, 1.3)


def made_where_none(a, x):
    f = None
    if a[0] > 0:
        f = make(x)
    if f is None:
        f = lambda t: t * a[1]
    return f(x)


add(made_where_none, A, 1.3)


def none_in_list(a, x):
    fs = [None] * len(a)
    for i in range(0, len(a), 2):
        fs[i] = a[i]
    s = 0.0
    for f in fs:
        if f is not None:
            s += f * x
        else:
            s += x
    return s


add(none_in_list, A, 1.3)


def none_replaced(a, x):
    fs = []
    for i in range(len(a)):
        fs.append(None)
    for i in range(0, len(a), 2):
        fs[i] = a[i]
    s = 0.0
    for f in fs:
        if f is not None:
            s += f * x
        else:
            s += x
    return s


add(none_replaced, A, 1.3)


def mapped(x):
    return sum(map(make(2.0), x)) + reduce(lambda a, b: a * b + 1.0, x)


add(mapped, A)


def default_of_closure(x, n):
    functions = [lambda t, k=k: t * (k + 1.0) for k in range(n)]
    total = 1.0
    for f in functions:
        total *= f(x)
    return total


add(default_of_closure, 0.7, 3)


def function_made_in_a_loop(x, n):
    fs = []
    for i in range(n):
        fs.append(lambda t: t * i)
    return sum(f(x) for f in fs)


add(function_made_in_a_loop, 0.8, 3)
