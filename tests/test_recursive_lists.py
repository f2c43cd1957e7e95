"""Lists that a recursion returns: how long they are is not known by the path that ends it."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

TEXT = '''
def scanned(p):
    if len(p) == 1:
        return [p[0]]
    left = scanned(p[: len(p) // 2])
    right = scanned(p[len(p) // 2 :])
    return left + [left[-1] * math.sin(r) for r in right]


def second(x: "float[3]"):
    found = scanned([x[0], x[1], x[0] * x[2]])
    return found[1] + found[2] * found[0]


def told_apart(x: "float[3]"):
    one, other, last = scanned([x[0], x[1], x[0] * x[2]])
    return one * other + math.sin(last)


def powers(t, n):
    if n == 0:
        return [t]
    held = powers(t, n - 1)
    held.append(held[-1] * t)
    return held


def third(x: "float[3]"):
    found = powers(x[0], 3)
    found[1] = x[1] * found[2]
    return found[1] + found[3]


def rows(x, n):
    if n == 0:
        return []
    held = rows(x, n - 1)
    v = x[:2] * n
    held.append(v)
    held.append(v + 1.0)
    return held


def arrays(x: "float[3]"):
    held = rows(x, 2)
    held[0] += x[1:]
    return 3.0 * held[0].sum() + (held[1] ** 2).sum() + held[2][0] * held[3][1]


def nested(x, n):
    if n == 0:
        return []
    held = nested(x, n - 1)
    held.append([x[0] * n])
    return held


def lists(x: "float[3]"):
    held = nested(x, 2)
    held[0][0] += x[1]
    return 3.0 * held[0][0] + held[1][0] ** 2


def table(x, n):
    if n == 0:
        return {}
    held = table(x, n - 1)
    held[n] = x[:n] * n
    return held


def dictionary(x: "float[3]"):
    held = table(x, 3)
    held[2] *= x[1]
    return sum(v.sum() * k for k, v in held.items())


def split(x):
    if len(x) <= 1:
        return [x]
    middle = len(x) // 2
    return split(x[:middle]) + split(x[middle:])


def parts(x: "float[3]"):
    return sum((i + 1.0) * part.sum() ** 2 for i, part in enumerate(split(x)))


def orders(held):
    if len(held) == 0:
        return [[]]
    found = []
    for i in range(len(held)):
        for rest in orders(held[:i] + held[i + 1 :]):
            found.append([held[i]] + rest)
    return found


def permutations(x: "float[3]"):
    return sum(p[0] * p[1] ** 2 for p in orders([x[0], x[1], x[2]]))
'''
NAMES = (
    "second", "told_apart", "third", "arrays", "lists", "dictionary", "parts", "permutations",
)  # fmt: skip


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("recursive"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    x, dot = np.array([0.7, 0.4, 1.1]), np.array([0.3, -0.7, 1.9])
    faces.check(name, way, (x,), dot)
