"""copy.copy and copy.deepcopy of lists, dictionaries, objects and arrays."""

import copy
import dataclasses

import numpy as np

from corpus.cases import add_by_differences


@dataclasses.dataclass
class Body:
    mass: float
    speed: np.ndarray


def list_and_its_copy(a: float, b: float):
    xs = [a, b]
    ys = copy.copy(xs)
    ys[0] = 5.0
    xs[1] = a
    return xs[0] * ys[0] + ys[1] * xs[1]


def array_and_its_copies(a: float, b: float):
    v = np.array([a, b])
    w = copy.copy(v)
    u = copy.deepcopy(v)
    v[0] = 3.0
    return v @ w + u @ w


def what_a_copy_shares(a: float, b: float):
    d = {"v": np.array([a, b]), "l": [a, [b]]}
    s, t = copy.copy(d), copy.deepcopy(d)
    d["v"][0] = 7.0
    d["l"][1][0] = a
    s["l"][0] = b * b
    first = d["v"].sum() + s["v"][0] * a + t["v"][0] * b
    return first + t["l"][1][0] + d["l"][0] + s["l"][1][0]


def objects_and_their_copies(a: float, b: float):
    p = Body(a, np.array([a, b]))
    q, r = copy.copy(p), copy.deepcopy(p)
    p.mass = 2.0
    p.speed[1] = b * a
    return q.mass * q.speed[1] + r.mass * r.speed[1] + p.mass


def list_of_unknown_length(a: float, b: float, n: int):
    xs = []
    for i in range(n):
        xs.append(a * i)
    ys = copy.deepcopy(xs)
    ys.append(b)
    zs = copy.copy(ys)
    zs[0] = b
    return sum(xs) + sum(ys) * sum(zs)


def one_array_twice(a: float, b: float):
    shared = np.array([a, b])
    xs = [shared, shared]
    ys = copy.deepcopy(xs)
    ys[0][0] = 9.0
    return ys[1][0] * a + xs[0][0]


for function in (list_and_its_copy, array_and_its_copies, what_a_copy_shares,
                 objects_and_their_copies, one_array_twice):  # fmt: skip
    add_by_differences(function, 0.7, 1.3)
add_by_differences(list_of_unknown_length, 0.7, 1.3, 3)


def views_of_copies_in_their_order(a: "float[:, :]", s: float):
    b, c = copy.copy(a), copy.deepcopy([a])[0]
    flat, row = b.reshape(-1), c.ravel()
    flat[1] = s * s
    row[2] = s
    return np.sum(b * b) + np.sum(c * c * c) + flat[1] * row[2]


add_by_differences(views_of_copies_in_their_order, np.arange(6.0).reshape(2, 3) / 7.0, 0.4)


def copies_of_what_may_be_a_number(x):
    held = {"a": [x, x * 3.0]}
    kept = copy.deepcopy(held)
    held["a"][1] = x * 5.0
    y = copy.copy(x)
    y *= 3.0
    return held["a"][1] * kept["a"][1] * y


add_by_differences(copies_of_what_may_be_a_number, 0.7)
