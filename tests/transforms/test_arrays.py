"""Programs over arrays, lists and dictionaries: reads, writes, shapes.  Orders one and two."""

import numpy as np
import pytest
from deriving import check_first, check_second, load, trace_of

RNG = np.random.default_rng(3)
X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])
A, B = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))
I = np.array([0, 2, 2, 1])
PARAMS = {"W1": RNG.normal(size=(3, 4)), "b1": X[:4], "W2": RNG.normal(size=(4, 2)), "b2": X[:2]}
PROGRAMS = {
    "heat": ("""
def f(u, k, steps):
    for t in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u
""", (np.sin(np.arange(8.0)), 0.1, 3), ("u", "k")),
    "loss": ("""
def f(params, x, y):
    h = np.tanh(x @ params["W1"] + params["b1"])
    out = h @ params["W2"] + params["b2"]
    err = out - y
    return np.mean(err ** 2)
""", (PARAMS, B[:, :3], B[:, 2:4]), ("params",)),
    "energy": ("""
def f(w, x):
    total = 0.0
    for row in x:
        total += np.sum(np.log1p(np.exp(w * row)))
    return total
""", (X[:3], B[:, :3]), ("w",)),
    "energy, both": ("""
def f(w, x):
    total = 0.0
    for row in x:
        total += np.sum(np.log1p(np.exp(w * row)))
    return total
""", (X[:3], B[:, :3]), ("w", "x")),
    "views of a storage": ("""
def f(A, k):
    A = A.copy()
    row = A[0]
    s = row[1] * k
    A[0, 1] = s * s
    A[1] += row
    return A[1, 1] + row[1] * A[2,2]
""", (A, 0.7), ("A", "k")),
    "recurrence in an array": ("""
def f(x, n):
    y = np.zeros(6)
    y[0] = x[0]
    for i in range(1, n):
        y[i] = y[i-1] * x[i] + math.sin(y[i-1])
    return y
""", (X, 6), ("x",)),
    "list grown and read": ("""
def f(x, n):
    out = []
    a = 1.0
    for i in range(n):
        a = a * math.sin(x[i])
        out.append(a * a)
    s = 0.0
    for v in out:
        s += v * v
    return s
""", (X, 6), ("x",)),
    "double buffering": ("""
def f(u, n):
    a = u.copy()
    b = np.zeros(6)
    for t in range(n):
        b[1:-1] = a[1:-1] * a[:-2] + 0.5 * a[2:]
        a, b = b, a
    return a
""", (X, 5), ("u",)),
    "elements of arrays in a loop": ("""
def f(x, w):
    s = 0.0
    for i in range(3):
        v = np.sin(w * x[i])
        if s < 0.5:
            v = v * v[0]
        s = s + v[1] * v[2]
    return s
""", (X[:3], X[3:]), ("x", "w")),
    "index array made inside": ("""
def f(x, w):
    i = np.array([0, 2, 2, 1])
    y = x[i] * w
    z = np.zeros(4)
    z[i] = y
    z[i] += y
    return z
""", (X[:4], X[2:]), ("x", "w")),
    "broadcasting with new axes": ("""
def f(x, w):
    y = x[:, None] * w
    y = y + 1.0
    y = y - x
    return y * w[:, None] / (1.0 + w * w)
""", (X[:3], X[3:]), ("x", "w")),
    "masks and whole updates": ("""
def f(x, s):
    y = x * s
    y[y > 0.5] = s * s
    y[1] *= s
    y /= s
    return np.sum(y) + s * np.sum(x * y)
""", (X[:4], 1.3), ("x", "s")),
    "only the scalar moves": ("""
def f(x, s):
    y = x + s
    return np.sum(np.where(y > 1.0, y * s, x))
""", (X[:4], 1.3), ("s",)),
    "a local array in a loop": ("""
def f(x, w, n):
    s = 0.0
    for i in range(n):
        tmp = np.zeros(3)
        tmp[0] = x[i] * s
        tmp[1] = x[i] ** 2
        tmp[2] = tmp[0] * tmp[1]
        s += np.sum(w * tmp) + tmp[1] * tmp[2]
    return s
""", (X, X[:3], 4), ("x", "w")),
    "gather and scattered writes": ("""
def f(x, w, i):
    y = x[i] * w
    z = np.zeros(4)
    z[i] = y
    z[i] += y * z[0]
    return z
""", (X[:4], X[2:], I), ("x", "w")),
    "add.at and last writes": ("""
def f(x, w, i):
    y = x[i] * w
    np.add.at(y, i, x * w)
    y[i] = x[2]
    s = 0.0
    for k in range(4):
        s += y[i[k]] * x[i[k]]
    return s
""", (X[:4], X[2:], I), ("x", "w")),
    "pairs of index arrays": ("""
def f(A, i, j):
    return A[i, j] * A[0, i] + np.sum(A[1:, j] ** 2)
""", (A, np.array([0, 1, 1]), np.array([2, 2, 0])), ("A",)),
    "list of pairs": ("""
def f(p, x):
    h = x
    for W, b in p:
        h = np.tanh(W @ h + b)
    return np.sum(h * h)
""", ([(B[:, :3], X[:3]), (B[:, 1:], X[3:])], X[:3]), ("p", "x")),
    "dictionaries": ("""
def f(d, x):
    s = 0.0
    for k in ["a", "b"]:
        s = s + d[k] * x
    d2 = {"a": s, "c": d["a"] * s}
    return d2
""", ({"a":1.5, "b":X[:3]}, 0.7), ("d", "x")),
    "list popped": ("""
def f(x):
    vs = []
    for i in range(4):
        vs.append(np.sin(x * i))
    s = x
    for v in vs:
        s = s + v * vs[0]
    while len(vs) > 1:
        u = vs.pop()
        s = s * u[0] + 1.0
    return s
""", (X[:3],), ("x",)),
    "argument overwritten": ("""
def f(C, a):
    C[0] = C[1] * a
    C *= a
    C[C > 0.2] -= a
    return np.sum(C ** 2)
""", (A, 1.2), ("C", "a")),
    "array replaced in a loop": ("""
def f(x, n):
    # array carried, replaced
    u = x
    for i in range(n):
        u = np.sin(u) + 0.5 * u[::-1]
        if u[0] > 0.5:
            u = u * u
    return u
""", (X, 4), ("x",)),
    "names that live on": ("""
def f(x, n):
    # temp defined in loop and used after
    for i in range(n):
        v = x * i
        w = v[0] * x
    return w + v
""", (X, 4), ("x",)),
    "cholesky in place": ("""
def f(M):
    L = M.copy()
    n = 3
    for j in range(n):
        for k in range(j):
            for i in range(j, n):
                L[i, j] -= L[i, k] * L[j, k]
        L[j, j] = math.sqrt(L[j, j])
        for i in range(j + 1, n):
            L[i, j] /= L[j, j]
            L[j, i] = 0.0
    return L
""", (B @ B.T + 3.0 * np.eye(3),), ("M",)),
    "shapes and reductions": ("""
def f(x, v):
    m = x.reshape(2, 3)
    t = m.T @ m
    s = np.concatenate([t[0], v, x[:2]])
    r = np.stack([v, v * x[0]])
    u = np.sum(np.exp(-s)) + np.sum(r[1]) + np.linalg.norm(v) + np.max(x)
    return u + np.mean(m, axis=0)[1] + np.dot(v, v) + np.var(x)
""", (X, X[:3]), ("x", "v")),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_first_order(name):
    text, args, wrt = PROGRAMS[name]
    check_first(trace_of(load(text), args), args, wrt)


@pytest.mark.parametrize("name", PROGRAMS)
def test_second_order(name):
    text, args, wrt = PROGRAMS[name]
    check_second(trace_of(load(text), args), args, wrt)


SHAPES = {
    "numbers": (1.2, 0.7), "array, number": (X, 0.7), "number, array": (0.7, X),
    "arrays": (X, X[::-1]),
    "column, row": (X[:3, None], X[:2]), "length one": (X[:3, None], X[:1]), "ranks": (A, X[:4]),
}  # fmt: skip
ELEMENTWISE = {
    "both move": """
def f(x, y):
    z = x * y + np.sin(x) / y
    return z * y
""",
    "sum": """
def f(x, y):
    z = x + 1.0
    w = y - z
    return np.sum(w * w)
""",
    "loop": """
def f(x, y):
    s = x + y
    for i in range(3):
        z = np.sin(s) * y
        s = z * x
        if i > 1:
            s = s + z
    return s
""",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("program", ELEMENTWISE)
@pytest.mark.parametrize("wrt", [("x", "y"), ("x",), ("y",)])
@pytest.mark.parametrize("known", [True, False])
def test_broadcasting(shape, program, wrt, known):
    """With known kinds, and with parameters of which nothing is known."""
    args = SHAPES[shape]
    trace = trace_of(load(ELEMENTWISE[program]), args, known=known)
    check_first(trace, args, wrt)
    check_second(trace, args, wrt)
