"""Constants of files that other statements change: by another name, in a function, elsewhere."""

import re
import sys

import pytest
from corpus.again import imported

from adcompile.cli import main

CHANGED = """
import numpy as np
A = np.zeros(3)
B = A
B[0] = 5.0
C = np.zeros((2, 2))
D = C[0]
D[:] = 7.0
L = [1.0, 2.0]
M = {"l": L}
M["l"].append(3.0)
P = [1.0, 2.0]
def more(q):
    q.append(3.0)
more(P)
Q = [1.0, 2.0]
def helper(q):
    more(q)
helper(Q)
R = np.ones(3)
S = np.ones(3)
np.add(S, 1.0, out=R)
T = np.ones(3)
for t in (T,):
    t[0] = 3.0
U = [3.0, 1.0]
V = sorted(U)
U.sort()
class Reg:
    items = []
    def add(self, v): self.items.append(v)
reg = Reg()
reg.add(4.0)
W = np.ones(3)
with np.errstate(all="ignore"):
    W /= 4.0
X = [1.0]
[X.append(i) for i in range(3)]
Y = [1.0]
list(map(Y.append, [2.0]))
Z = np.ones(2)
np.random.default_rng(0).shuffle(Z)
from operator import setitem
AA = [1.0]
setitem(AA, 0, 5.0)
BB = np.ones(2)
BB.__setitem__(0, 4.0)
CC = {"a": 1.0}
CC |= {"b": 2.0}
DD = np.array([3.0, 1.0])
DD.sort()
EE = np.array([3.0, 1.0])
EE.flat[0] = 9.0
FF = np.array([3.0, 1.0])
FF.T[0] = 9.0
GG = [0.0]
def fill():
    GG[0] = 2.0
fill()
II = [1.0]
JJ = [II, II]
JJ[0][0] = 5.0
KK = np.array([1.0, 2.0])
KK.shape = (2, 1)
"""
READ = [
    "A[0]", "C[0, 0]", "len(L)", "len(P)", "len(Q)", "R[0]", "T[0]", "U[0]", "V[0]",
    "len(Reg.items)", "W[0]", "len(X)", "len(Y)", "AA[0]", "BB[0]", "len(CC)", "DD[0]", "EE[0]",
    "FF[0]", "GG[0]", "II[0]", "KK[0, 0]",
]  # fmt: skip

CONSTS = """
import numpy as np
W = np.ones(3)
V = np.ones(3)
P = [1.0, 2.0]
Q = [1.0, 2.0]
R = {"a": 1.0}
S = [1.0]
T = [1.0]
U = [1.0]
X = np.ones(3)
Y = np.ones(3)
Z = [1.0]
_MEMO = {}
def table(n):
    if n not in _MEMO:
        _MEMO[n] = n * 2.0
    return _MEMO[n]
def fine(x): return x * X[0] + table(3)
def uses_v(x): return x * V[0]
"""
UTIL = """
import consts
def mutate(q): q[0] = 5.0
def deep(q):
    r = q
    mutate(r)
class Holder:
    def __init__(self, q):
        self.q = q
    def go(self):
        self.q.append(1.0)
        return self
class Taker:
    def __init__(self, q):
        q.append(3.0)
def maker(buf):
    def inner():
        buf[0] = 9.0
    return inner
"""
ELSEWHERE = """
import numpy as np
import consts
from consts import W, P, Q, R, S, T, U, X, fine
from util import mutate, deep, Holder, Taker, maker
import util as ut
consts.V[1] = 4.0
consts.V[0] = 4.0
deep(W)
h = Holder(P).go()
Taker(Q)
ut.mutate(S)
maker(T)()
(lambda q: q.append(1))(U)
TAB = consts.table(2)
LOCAL = [1.0]
for fn in (mutate, deep):
    fn(LOCAL)
M2 = [1.0]
{"m": mutate}["m"](M2)
A = [[1.0]]
list(map(mutate, A))
from functools import partial
B = [1.0]
partial(mutate, B)()
C = [1.0]
[C][0].append(2.0)
D, E = [1.0], 2
E2 = D if E else []
E2.append(2.0)
F = {"k": [1.0]}
for k, v in F.items():
    v.append(2.0)
G = [[1.0], [2.0]]
G2 = list(G)
G2[0][0] = 7.0
G3 = list(G)
class O:
    def __init__(self): self.b = I
    @property
    def w(self): return self.b
    @w.setter
    def w(self, v): self.b[0] = v
I = [1.0]
o = O()
o.w = 8.0
def gen():
    yield J
J = [1.0]
for j in gen():
    j[0] = 3.0
K = np.ones(4)
KV = K.reshape(2, 2)
KV[0] += 1
N = np.ones(2)
np.asarray(N)[0] = 7

def kept(x: float):
    return fine(x) * X[1] + TAB * R["a"]
def kept_too(x: float):
    return consts.fine(x) + consts.Y[0] + len(consts.Z)
"""
READ_ELSEWHERE = [
    "W[0]", "consts.V[0]", "consts.uses_v(1.0)", "len(P)", "len(Q)", "S[0]", "T[0]", "len(U)",
    "LOCAL[0]", "M2[0]", "A[0][0]", "B[0]", "len(C)", "len(D)", 'len(F["k"])', "G[0][0]", "I[0]",
    "J[0]", "K[0]", "N[0]",
]  # fmt: skip

RUN = """
A = [1.0, 2.0]
N = 3.0
exec("A[0] = 5.0")
"""
KEPT = r"""
import numpy as np, math, logging, sys
from functools import partial
from dataclasses import dataclass, field
log = logging.getLogger(__name__)
A = np.array([[4.0, 1.0], [1.0, 3.0]])
B = np.ones(2)
GRID = np.linspace(0, 1, 5)
H = GRID[1] - GRID[0]
W = np.zeros(5) + H
COEF = [1.0, 2.0, 3.0]
NAMES = ("a", "b")
TAB = {n: i + 1.0 for i, n in enumerate(NAMES)}
POW = [c ** 2 for c in COEF]
K = np.outer(GRID, GRID)
U0 = np.sin(GRID)
ROWS = [[1.0, 2.0], [3.0, 4.0]]
def solve(A, b):
    A = A.copy(); b = b.copy()
    n = len(b)
    for k in range(n):
        for i in range(k + 1, n):
            f = A[i, k] / A[k, k]
            A[i, k:] -= f * A[k, k:]
            b[i] -= f * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - A[i, i + 1:] @ x[i + 1:]) / A[i, i]
    return x
X0 = solve(A, B)
def build(g):
    out = np.empty(len(g))
    for i, v in enumerate(g):
        out[i] = v * v
    return out
SQ = build(GRID)
def step(u, dt):
    v = u + dt
    v[0] = 0.0
    v[1:-1] += dt * (u[2:] - u[:-2])
    w = np.asarray(u) * 2
    w += v
    return w
class Model:
    table = GRID * 2
    rate = 0.5
    names = ["a", "b"]
    def __init__(self, w):
        self.w = w
        self.hist = []
        self.n = 0
    def __call__(self, x):
        self.last = x * self.w
        self.hist.append(self.last)
        self.n += 1
        return self.last * self.rate
MODEL = Model(2.0)
def integrate(f, y, n):
    y = np.array(y)
    ys = [y]
    for i in range(n):
        k = f(y)
        k *= 0.1
        y = y + k
        ys.append(y)
    return ys[-1]
def main():
    rows2 = A.copy()
    rows2[0].sort()
    x = U0.copy()
    x[0] = 1
    for c in COEF:
        c += 1
        print(c)
    rows = list(ROWS)
    rows.append([1.0])
    s = W[0]
    s += 2
    t = sum(W)
    t += 1
    log.info("x %s", x)
    total = np.zeros(5)
    np.add(W, GRID, out=total)
    m = dict(TAB)
    m["c"] = 3.0
    q = COEF + [1.0]
    q[0] = 3
    z = W * 2; z[0] = 1; z.sort()
    p = sorted(COEF); p.reverse()
    g = GRID[GRID > 0.3]
    g2 = np.where(GRID > 0.2, GRID, 0); g2[0] = 3
    h = W.astype(float); h[0] = 1
    MODEL(3.0)
    return s
def f1(x: float):
    return x * (A @ B).sum() + x ** 2 * X0[0] + SQ[2] * x
def f2(x: float):
    return x * GRID[2] * H * W[1] + COEF[1] * POW[2] * TAB["b"]
def f3(x: float):
    return (x * step(U0, x)).sum() + K[1, 2] * x
def f4(x: float):
    return x * ROWS[1][0] + Model(x)(x) + Model.table[1] * x * Model.rate * len(Model.names)
def f5(x: float):
    return integrate(lambda y: y * x, U0, 3).sum()
def f6(x: float):
    return solve(A, B * x)[1] + max(COEF) * x + sorted(COEF)[0]
if __name__ == "__main__":
    COEF.append(2.0)
    main()
"""
BUILT = """
import numpy as np
W = [1.0]
def helper(): return W[0]
K = helper()
W[0] = 5.0
A = [1.0]
H = A[0]
A[0] = 5.0
B = np.ones(3)
B /= 2
B /= 2
C = B.sum()
B *= 10
for i in range(3):
    B[i] += i
x = 3.0
x = x + 1
y = x * 2
def g(q): return q * 2
D = [g(2.0), 1.0]
D[1] = g(3.0)
E = np.zeros((3, 3))
for r in range(3):
    for c in range(3):
        if r == c:
            E[r, c] = 2.0
        else:
            E[r, c] = -1.0 / (r + c)
F = []
for v in np.linspace(0, 1, 4):
    F.append(v ** 2)
F = np.array(F)
G = {}
for name in ("a", "b"):
    G[name] = len(G) + 1.0
total = 0.0
for w in [1.0, 2.0]:
    total += w
if total > 2:
    mode = 2.0
else:
    mode = 3.0
M = np.arange(6.0).reshape(2, 3)
M[0], M[1] = M[1].copy(), M[0].copy()
N = M.T
N[0, 0] = 100.0
class P:
    scale = 2.0
    def __init__(self): self.v = W[0]
obj = P()
Z = [P().v]
Z.append(3.0)
S = sorted([3.0, 1.0])
S.insert(0, 7.0)
T = (1.0, [2.0])
T[1].append(3.0)
with np.errstate(all="ignore"):
    U = np.ones(2)
    U[0] = 9.0
V = 1.0
def setv():
    global V
    V = 2.0
setv()
a, b = 1.0, 2.0
a, b = b, a
L1 = [0.0] * 3
L1[1] = 4.0
L2 = L1[:]
L2[0] = 7.0
f = lambda t: t * 2
f2_ = f
kk = 0
while kk < 3:
    kk += 1
"""
READ_BUILT = [
    "K", "H", "A[0]", "C", "B[1]", "x", "y", "D[1]", "(E @ E)[0, 1]", "F[2]", 'G["b"]', "total",
    "mode", "M[0, 0]", "N[1, 1]", "obj.v", "Z[0]", "S[0]", "len(T[1])", "U[0]", "V", "a", "b",
    "L1[0]", "L2[1]", "f2_(1.0)", "kk",
]  # fmt: skip



@pytest.fixture
def compiled(tmp_path, monkeypatch, capsys):
    """Compile prog.py, and give the emitted module, the primal one and what was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def compile_it(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.py").write_text(text)
        main(["prog.py", "--mode", "tangent", "-o", "derived.py"])
        made = tmp_path / "derived.py"
        return (
            imported(made) if made.exists() else None,
            imported(tmp_path / "prog.py"),
            capsys.readouterr().err,
        )

    yield compile_it
    for name in ("consts", "util"):
        sys.modules.pop(name, None)


def _reading(reads):
    return "".join(f"def of_{n}(t: float):\n    return t * {r}\n" for n, r in enumerate(reads))


REFUSED = {
    "changed": ["len(P)", "len(Q)", "len(Reg.items)", "AA[0]", "BB[0]", "GG[0]", "KK[0, 0]"],
    "built": ["K", "obj.v", "Z[0]", "V", "kk"],
    "elsewhere": [
        "W[0]", "consts.V[0]", "consts.uses_v(1.0)", "len(P)", "len(Q)", "S[0]", "T[0]", "len(U)",
        "LOCAL[0]", "M2[0]", "A[0][0]", "B[0]", "I[0]", "J[0]",
    ],
}  # fmt: skip
PROGRAMS = {
    "changed": (CHANGED, READ), "built": (BUILT, READ_BUILT),
    "elsewhere": (ELSEWHERE, READ_ELSEWHERE),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_statements_change_is_what_it_has_become_or_is_refused(compiled, name):
    (text, reads), refused = PROGRAMS[name], REFUSED[name]
    made, primal, said = compiled(consts=CONSTS, util=UTIL, prog=text + _reading(reads))
    not_compiled = [n for n in range(len(reads)) if re.search(rf"\bof_{n}\b.*not comp", said)]
    assert [reads[number] for number in not_compiled] == refused
    for number, read in enumerate(reads):
        if read not in refused:
            value, value_dot = getattr(made, f"of_{number}_tangent")(1.5, 1.0)
            assert value == getattr(primal, f"of_{number}")(1.5), read
            assert value_dot == pytest.approx(value / 1.5, rel=1e-14), read
    for name in ("kept", "kept_too"):
        if hasattr(primal, name):
            assert getattr(made, f"{name}_tangent")(1.5, 1.0)[0] == getattr(primal, name)(1.5)


def test_a_text_that_is_run_may_change_everything(compiled):
    made, primal, said = compiled(prog=RUN + _reading(["A[0]", "N"]))
    assert "of_0 not compiled" in said and "what 'A' is cannot be read from the file" in said
    assert made.of_1_tangent(2.0, 1.0) == (6.0, 3.0) and primal.of_0(2.0) == 10.0


@pytest.mark.parametrize("name", [f"f{n}" for n in range(1, 7)])
def test_what_only_copies_are_changed_of_is_read(compiled, name):
    made, primal, _ = compiled(prog=KEPT)
    f = getattr(primal, name)
    value, value_dot = getattr(made, f"{name}_tangent")(1.5, 1.0)
    assert value == pytest.approx(f(1.5), rel=1e-13)
    slope = (f(1.5 + 1e-6) - f(1.5 - 1e-6)) / 2e-6
    assert value_dot == pytest.approx(slope, rel=1e-7, abs=1e-8)
