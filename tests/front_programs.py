"""Programs for the tests of the front end: how people write things, a few lines each."""

import math
from dataclasses import dataclass

import numpy as np


def h(x, n):
    a = 1.0
    for i in range(n):
        if a < 2.0:
            a = a * math.sin(x[i])
        else:
            a = a / x[i]
    return a


def kepler(mean, ecc):
    e = mean
    step = 1.0
    while abs(step) > 1e-12:
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e


def heat(u, k, steps):
    for t in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u


def brk(x):
    s = 0.0
    for v in x:
        if v < 0:
            break
        if v > 10:
            continue
        s += v * v
        if s > 100:
            return s * 2
    return s


def loss(params, x, y):
    h = np.tanh(x @ params["W1"] + params["b1"])
    err = h @ params["W2"] + params["b2"] - y
    return np.mean(err**2)


def swap(u, n):
    new = u.copy()
    for t in range(n):
        new[1:-1] = u[1:-1] * 2 + u[2:]
        u, new = new, u
    return u


def g(A, k):
    row = A[0]
    s = row[1] * k
    A[0, 1] = s * s
    A[1] += row
    return A[1, 1] + row[1]


SCALE = 2.5
TABLE = np.array([1.0, 2.0, 3.0])


@dataclass
class P:
    w: object
    b: float


def early(x):
    if x > 2:
        return x * x
    if x > 1:
        y = x + 1
    else:
        return math.sin(x)
    return y * SCALE


def raising(x):
    if x < 0:
        raise ValueError(f"bad {x:.2f}")
    print("x is", x)
    assert x > 0, "no"
    return math.sqrt(x)


def lists(x):
    out = []
    for i in range(len(x)):
        out.append(x[i] ** 2)
    s = 0.0
    for v in out:
        s += v
    return s, out


def comp(x):
    ys = [v * v for v in x if v > 0]
    return sum(ys) + max(ys)


def static(a, b):
    p = [a, b]
    p[0] = p[0] * 2
    p.append(a * b)
    d = {"u": p[0], "v": p[2]}
    d["u"] += 1
    (q, r), t = (d["u"], d["v"]), p[1]
    q, r = r, q
    return {"q": q, "r": r + t}


def closure(x, y):
    k = 3.0

    def inner(z, w=2.0):
        return z * k + w * y

    f = lambda t: inner(t) + inner(t, w=t)
    return f(x) * TABLE[1]


def nested(A):
    n, m = A.shape
    s = 0.0
    for i in range(n):
        for j in range(m):
            if A[i, j] < 0:
                break
            if A[i, j] > 5:
                return s * 2
            s += A[i, j] ** 2
        else:
            s += 1
    return s


def axpy(y, a, x):
    y += a * x


def proc(y, a, x):
    axpy(y, a, x)
    y[0] = 0.0


def alias(x):
    a = x.copy()
    b = a
    b[0] = 5.0 * a[1]
    c = a.T
    c[1] = 2.0 * c[0]
    a *= 2
    return np.sum(a * b)


def masks(x):
    y = x * 1.0
    y[y < 0] = 0.0
    idx = np.array([0, 1, 0])
    y[idx] += x[1]
    return np.sum(y**2)


def rec(p, x):
    return p.w @ x + p.b


def whilel(x):
    n = 0
    while True:
        x = x / 2
        n += 1
        if x < 1 or n > 10:
            break
    return x * n


def dictloop(params, x):
    for i in range(3):
        params = {k: v * 0.9 for k, v in params.items()}
    return params["a"] * x + params["b"]


def order(x):
    t = x[0]
    x[0] = x[1]
    x[1] = t
    return x[0] - 2 * x[1]


def maybe(x):
    best = None
    for v in x:
        if best is None or v < best:
            best = v
    return best * 2


def enum(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s += a * b * i
    for a in reversed(x):
        s = s * a
    return s


def rr(x, n):
    for i in range(n):
        for j in range(n):
            if x * i > j + 3:
                return x * i * j
            if j > i:
                break
            if i == 2:
                continue
            x = x * 1.1
    return x


def rtuple(x):
    if x > 1:
        return x, x * 2
    return x * 3, 1.0


def wl(x):
    while x > 1:
        x = x / 2
        if x < 1.5:
            return x * 10
    return x


def carry_tuple(x):
    state = (x, 1.0)
    for i in range(5):
        a, b = state
        state = (b, a + b)
    return state[0]


def dict_state(x):
    s = {"p": x, "v": 0.0}
    for i in range(5):
        s["v"] = s["v"] - 0.1 * s["p"]
        s["p"] += 0.1 * s["v"]
    return s["p"]


def arrs(n):
    x = np.zeros(3)
    total = 0.0
    for i in range(3):
        row = x * 2 + n
        row[i] += i
        total = total + row
    return np.sum(total)


def poly(c, x):
    r = 0.0
    for a in c[::-1]:
        r = r * x + a
    return r


def shadow(np, x_bar):
    tape = np * x_bar
    v1 = math.sin(tape)
    return v1 + np


def deflt(x, k=2.0, *, m=3):
    return x**m * k


def callsit(x):
    return deflt(x) + deflt(x, 1.5, m=2) + deflt(k=x, x=3.0)


def cond_alias(x, c):
    a = x * 1.0
    if c > 0:
        b = a
    else:
        b = x * 3.0
    return np.sum(b * a)


def bad_hist(u):
    v = u
    for _ in range(2):
        v = v[1:]
        v[0] = v[0] * 2
    return np.sum(u)


def good_hist(u):
    hist = []
    for i in range(3):
        hist.append(u.copy())
        u[0] = u[0] * 2
    s = 0.0
    for h in hist:
        s += h[0]
    return s


def loopvar(x):
    for i in range(4):
        x = x + i
    return x * i


def boolops(x, y):
    if (x > 1 and y > 1) or not (x > 0):
        return 1 if x else 2
    if 0 < x < y <= 10:
        return x * y
    return x
