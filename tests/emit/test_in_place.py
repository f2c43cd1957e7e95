"""What is written in place: views taken before a loop, values computed where they are wanted."""

from __future__ import annotations

import ast
import pathlib
import sys

import numpy as np
import pytest

import adcompile as ad

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from deriving import load

N = 7
U = np.sin(np.arange(1.0, N + 1.0))


def text(source: str, mode: str, *args, off=()) -> str:
    made = ad.differentiate(load(source), passes=dict.fromkeys(off, False))
    return made.source(mode, *args)


def loops(source: str) -> list[ast.For | ast.While]:
    """The loops of the function, the outer ones."""
    found = []
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef):
            found += [each for each in function.body if isinstance(each, (ast.For, ast.While))]
    return found


def slices(node: ast.AST) -> int:
    return sum(isinstance(part, ast.Slice) for part in ast.walk(node))


def arrays_made(node: ast.AST) -> int:
    """The operations of a loop that make an array: neither in place nor into one."""
    made = sum(isinstance(part, ast.BinOp) for part in ast.walk(node))
    made += sum(isinstance(p, ast.UnaryOp) and isinstance(p.op, ast.USub) for p in ast.walk(node))
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    return made + sum(_makes(call) for call in calls)


def _makes(call: ast.Call) -> bool:
    if any(keyword.arg == "out" for keyword in call.keywords):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
    return name not in ("range", "reversed", "len", "append", "pop", "vdot", "sum")


def same(source: str, *args) -> None:
    """The derivatives with and without the passes, bit for bit, and unchanged arguments."""
    names = ("views", "outputs", "methods")
    function = load(source)
    rng = np.random.default_rng(1)
    dots = [rng.normal(size=np.shape(a)) if isinstance(a, (float, np.ndarray)) else None
            for a in args]  # fmt: skip
    before = [np.copy(arg) for arg in args]
    results = []
    for off in ((), names):
        passes = dict.fromkeys(off, False)
        tangent = ad.jvp(function, args, dots, passes=passes)
        value, pull = ad.vjp(function, *args, passes=passes)
        results.append((tangent, value, pull(np.ones_like(value))))
    for one, other in zip(_leaves(results[0]), _leaves(results[1]), strict=True):
        np.testing.assert_array_equal(one, other)
    for arg, old in zip(args, before):
        np.testing.assert_array_equal(arg, old)


def _leaves(tree):
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in _leaves(item)]
    return [] if tree is None else [np.asarray(tree)]


HEAT = """
def f(u, k, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)
"""


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_slices_are_taken_before_the_loop(mode):
    with_views = loops(text(HEAT, mode, U, 0.1, 3))
    assert with_views and sum(map(slices, with_views)) == 0
    without = loops(text(HEAT, mode, U, 0.1, 3, off=("views",)))
    assert sum(map(slices, without)) > 3


def test_heat_makes_what_is_needed():
    assert sum(map(arrays_made, loops(text(HEAT, "tangent", U, 0.1, 3)))) == 8
    assert sum(map(arrays_made, loops(text(HEAT, "adjoint", U, 0.1, 3)))) == 6
    same(HEAT, U, 0.1, 4)
    same(HEAT, U, 0.1, 0)


NESTED = """
def f(u, n):
    total = 0.0
    for i in range(n):
        v = u * float(i)
        for j in range(3):
            v[1:] += u[:-1] * v[:-1]
            u = u + 1.0
            total += np.sum(v[1:] * u[1:])
    return total
"""


def test_slices_of_what_is_bound_in_the_loop_stay():
    """v has another array in each turn of the outer loop, u in each turn of the inner one."""
    outer = loops(text(NESTED, "tangent", U, 2))[0]
    inner = next(each for each in outer.body if isinstance(each, ast.For))
    assert {ast.unparse(part) for part in ast.walk(inner) if isinstance(part, ast.Subscript)} >= {
        "u[1:]", "u[:-1]",
    }  # fmt: skip
    assert "v[1:]" not in ast.unparse(inner)
    assert "v[1:]" in ast.unparse(outer)
    same(NESTED, U, 2)


PROGRAMS = {
    "an array that is there in one branch": """
def f(u, n):
    s = 0.0
    if n > 1:
        w = u * 2.0
    for i in range(n - 1):
        w[1:] *= u[:-1]
        s += np.sum(w[2:])
    return s
""",
    "a turn that is not there": """
def f(u, n):
    w = u.copy()
    for i in range(n - 3):
        w[0:2] = w[2:4] * w[1:3]
        w[1:3] = w[0:2] + u[0:2]
    return w
""",
    "two names that change places": """
def f(u, n):
    a, b = u.copy(), 2.0 * u
    for i in range(n):
        a[1:-1] = b[2:] * b[:-2]
        a, b = b, a
    return np.sum(a * b)
""",
    "a view that is kept": """
def f(u, n):
    w = u.copy()
    kept = []
    for i in range(n):
        kept.append(w[1:])
        w[1:] *= u[:-1]
    s = 0.0
    for k in kept:
        s += np.sum(k * k)
    return s
""",
    "operands that share memory": """
def f(u, n):
    w = u.copy()
    for i in range(n):
        w[1:] = w[:-1] + w[1:] * u[1:]
        w[:-1] = -w[1:]
        w[2:] = np.sin(w[:-2])
        w[::2] = w[1] * w[::2]
    return w
""",
    "rows": """
def f(u, n):
    m = np.zeros((n, len(u)))
    m[0] = u * u
    for i in range(1, n):
        m[i] = m[i - 1] * u
        m[i, 1:] = m[i, :-1] / u[1:]
        m[:, 0] = m[:, 1] * 0.5
    return m
""",
    "a value that is broadcast": """
def f(u, n):
    m = np.ones((n, len(u)))
    for i in range(n):
        m[:, :] = u + float(i)
        m[:, 1:] = m[0, 1:] * u[0]
    return np.sum(m)
""",
    "a while loop": """
def f(u, n):
    w = u.copy()
    while np.sum(w[1:] * w[1:]) > 1e-3:
        w[1:] = w[:-1] * 0.3
        w[0] *= 0.5
    return w
""",
    "a loop in a branch": """
def f(u, n):
    w = u.copy()
    if n > 2:
        for i in range(n):
            w[:-1] *= w[1:]
    else:
        w = w * 2.0
    for i in range(n):
        w[1:] += w[:-1] * w[1:]
    return w
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("n", [1, 2, 4])
def test_the_same_bits(name, n):
    if (name, n) != ("an array that is there in one branch", 1):
        same(PROGRAMS[name], U, n)


def test_integers_and_narrow_floats_are_written_as_they_were():
    source = """
def f(x, y, n):
    w = np.zeros(4, dtype=np.float32)
    k = np.zeros(4, dtype=int)
    for i in range(n):
        w[1:] = x[1:] * 2.0
        k[1:] = k[:-1] + 1
    return np.sum(w * y) + np.sum(k * y)
"""
    assert "out=" not in text(source, "tangent", np.ones(4, np.float32), np.ones(4), 2)
    same(source, np.arange(4.0), np.ones(4), 2)


METHODS = """
def f(x, rows, n):
    y = np.reshape(x, (2, 3))
    s = np.sum(y, axis=1, keepdims=True) + np.max(rows) * np.prod(x)
    t = np.transpose(np.expand_dims(y, 0), (1, 0, 2))
    return np.sum(s * y) + np.mean(t) + np.sum([n * x[0], x[1]]) + np.sum((x[2], x[3])) + np.sum(n)
"""


def test_methods_of_arrays_alone():
    args = np.arange(1.0, 7.0), np.ones((2, 2)), 2.0
    same(METHODS, *args)
    written = text(METHODS, "tangent", *args)
    assert "np.sum(n)" in written or "np.sum" not in written
    assert "np.reshape" not in written and "np.max" not in written
    assert "np.reshape" in text(METHODS, "tangent", *args, off=("methods",))
