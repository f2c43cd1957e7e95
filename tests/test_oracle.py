"""The oracle against central differences."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import oracle
import pytest
from oracle_duals import BINARY, NUMPY, UNARY, Unknown

X = np.array([0.3, -0.7, 1.2, 0.5])
Y = np.array([1.1, 0.4, 0.9, 2.3])
A = np.array([[2.0, 0.3, -0.4], [0.1, 1.5, 0.6], [0.5, -0.2, 1.8]])
B = np.array([[0.4, 1.3, 0.2], [-0.6, 0.9, 1.1]])
WEIGHTS = np.array([0.2, 0.8, -0.5, 1.0])


def helper(a, b=2.0):
    return a * math.sin(b * a)


def loop(x, n):
    a = 1.0
    for i in range(n):
        if x[i] < 0.0:
            continue
        a = a * math.sin(x[i]) + helper(x[i])
        if a > 10.0:
            break
    return a


def newton(mean, ecc):
    e = mean
    step = 1.0
    while abs(step) > 1e-13:
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e


def in_place(x, k):
    u = x.copy()
    row = u[1:-1]
    for _ in range(3):
        row += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    u[u > 0.4] *= 2.0
    np.add.at(u, [0, 0, 1], row[0])
    return u


def own_array(x, y):
    out = np.zeros((2, 4))
    out[0] = x * y
    out[1, ::2] = y[:2]
    out[1, [1, 3]] += [x[0], 2.0]
    return out.T @ out


def containers(p, scale):
    total = 0.0
    parts = []
    for name, w in p["layers"].items():
        parts.append(np.tanh(w) * scale)
        total += parts[-1].sum()
    return {"total": total, "last": parts.pop(), "pair": (total * 2, len(parts))}


def closure(x, c):
    def inner(t):
        return t * c

    g = lambda t, k=3: inner(t) ** k
    return sum(g(v) for v in x) / float(c)


@dataclass
class Body:
    mass: float
    at: np.ndarray


def record(body, g):
    return Body(body.mass * g, body.at * body.mass)


def power(x, y):
    return x**2 + y**x + 2.0**x + x**-1.5, math.pow(x, y) + math.hypot(x, y) + math.log(x, y)


def reductions(x):
    return (
        x.max() * x.min() + x.std() + x.var(ddof=1) + np.prod(x) + np.median(x) + np.linalg.norm(x)
    )


def axes(b):
    return (
        b.max(axis=1),
        b.prod(axis=0),
        b.std(axis=0, keepdims=True),
        np.sort(b, axis=1),
        np.cumprod(b, axis=1),
        np.linalg.norm(b, axis=0),
        b.mean(0),
        b.sum(axis=(0, 1)),
    )


def algebra(a, b):
    s = a @ a.T + np.eye(3)
    return (
        np.linalg.solve(a, b.T),
        np.linalg.inv(a),
        np.linalg.det(a),
        np.linalg.slogdet(s)[1],
        np.linalg.cholesky(s + b.T @ b * a),
        np.linalg.eigh(s - a)[0],
        np.einsum("ij,kj->ik", a, b),
        np.dot(b, a),
        np.linalg.multi_dot([b, a, a.T]),
        np.linalg.matrix_power(a, 3),
        np.outer(a[0], b[1]),
        np.cross(a[0], a[1]),
        a.dot(b[0]),
    )


def shapes(x, y):
    s = np.stack([x, y])
    return (
        np.concatenate([s, s * 2], axis=1),
        np.where(x > 0, x, y),
        np.clip(x, -0.5, 0.6),
        np.roll(x, 1),
        np.diff(y),
        np.diff(y, prepend=1.5, append=[x[0], 2.0]),
        np.diff(s, axis=0, append=2.0),
        np.cumsum(s, axis=1),
        np.maximum(x, y),
        s.reshape(2, 2, 2),
        s.T.ravel(),
        np.array([x[0], 1.0, y[1]]),
        np.interp(x, [-1.0, 0.0, 2.0], y[:3]),
        np.full(2, x[0]),
        np.linspace(x[0], y[0], 5),
        np.outer(x, y),
        np.arctan2(x, y),
    )


def views(x):
    u = x.copy()
    v = u.reshape(2, 2)
    w = v[1]
    w[0] = u[0] * u[1]
    v.T[0] += 1.0
    u.sort()
    z = u[::-1]
    z *= x
    return u


CASES = {
    "loop": (loop, (X, 4)),
    "newton": (newton, (0.8, 0.3)),
    "in place": (in_place, (X, 0.1)),
    "own array": (own_array, (X, Y)),
    "containers": (containers, ({"layers": {"a": X, "b": Y}}, 0.7)),
    "closure": (closure, (X, 1.3)),
    "power": (power, (1.4, 2.2)),
    "reductions": (reductions, (X,)),
    "axes": (axes, (B,)),
    "algebra": (algebra, (A, B)),
    "shapes": (shapes, (X, Y)),
    "views": (views, (X,)),
    "globals": (lambda x: np.dot(WEIGHTS, x) * WEIGHTS, (X,)),
    "complex": (lambda x: np.abs(np.exp(1j * x) + x), (X,)),
    "record": (record, (Body(2.0, X), 9.81)),
}


def flat(tree: object) -> np.ndarray:
    """All numbers of a tree, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, Body):
        tree = [tree.mass, tree.at]
    if isinstance(tree, (list, tuple)):
        return np.concatenate([np.zeros(0), *(flat(item) for item in tree)])
    return np.ravel(np.asarray(tree, dtype=float))


def moved(tree: object, way: object, step: float) -> object:
    if way is None or isinstance(tree, int):
        return tree
    if isinstance(tree, dict):
        return {key: moved(item, way[key], step) for key, item in tree.items()}
    if isinstance(tree, Body):
        return Body(moved(tree.mass, way.mass, step), moved(tree.at, way.at, step))
    return tree + step * way


def random_way(tree: object, rng: np.random.Generator) -> object:
    if isinstance(tree, int):
        return None
    if isinstance(tree, dict):
        return {key: random_way(item, rng) for key, item in tree.items()}
    if isinstance(tree, Body):
        return Body(random_way(tree.mass, rng), random_way(tree.at, rng))
    return rng.normal(size=np.shape(tree))[()]


@pytest.mark.parametrize("name", CASES)
def test_central_differences(name):
    function, args = CASES[name]
    rng = np.random.default_rng(3)
    ways = [random_way(arg, rng) for arg in args]
    value, value_dot = oracle.derivative(function, args, ways)
    np.testing.assert_allclose(flat(value), flat(function(*args)), rtol=1e-12)
    step = 1e-6
    high = flat(function(*(moved(a, w, step) for a, w in zip(args, ways))))
    low = flat(function(*(moved(a, w, -step) for a, w in zip(args, ways))))
    assert np.any(flat(value_dot))
    np.testing.assert_allclose(flat(value_dot), (high - low) / (2 * step), rtol=1e-7, atol=1e-8)


ELEMENTWISE = [name for name in NUMPY if name in UNARY and name not in ("sign", "floor")]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_functions(name):
    shift = 1.5 if name in ("arccosh", "acosh") else 0.4
    function = eval(f"lambda x: np.{name}(x)", {"np": np})
    _, slope = oracle.derivative(function, (shift,), (1.0,))
    difference = (function(shift + 1e-6) - function(shift - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope, difference, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two(name):
    function = eval(f"lambda x, y: np.{name}(x, y)", {"np": np})
    for ways in ((1.0, None), (None, 1.0), (0.3, -0.8)):
        _, slope = oracle.derivative(function, (1.7, 0.6), ways)
        a, b = (way or 0.0 for way in ways)
        high, low = (function(1.7 + h * a, 0.6 + h * b) for h in (1e-6, -1e-6))
        np.testing.assert_allclose(slope, (high - low) / 2e-6, rtol=1e-7, atol=1e-8)


def test_arguments_are_left_alone():
    x, way = X.copy(), Y.copy()

    def overwrite(u):
        u *= u
        return u[0]

    _, (left,) = oracle.run(overwrite, (x,), (way,))
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(way, Y)
    np.testing.assert_allclose(left.value, X * X)
    np.testing.assert_allclose(left.slope, 2 * X * Y)


def test_what_is_not_known_raises():
    with pytest.raises(Unknown, match="i0"):
        oracle.derivative(lambda x: np.i0(x), (X,), (Y,))
    with pytest.raises(Unknown, match="float"):
        oracle.derivative(lambda x: complex(x), (0.5,), (1.0,))


def test_python_floats_raise_what_they_raise():
    with pytest.raises(ZeroDivisionError):
        oracle.derivative(lambda x: 1.0 / x, (0.0,), (1.0,))
    with pytest.raises(ValueError):
        oracle.derivative(lambda x: math.sqrt(x), (-1.0,), (1.0,))
