"""Programs for numbers and arrays alike: they try what arrays can do, or ask what is given."""

from __future__ import annotations

import numpy as np

from corpus.cases import add

X = np.array([0.3, 0.2, 0.5])
A = np.array([[0.2, 0.7, 0.4], [0.9, 0.1, 0.6]])


def small_ones_cut(e, n):
    try:
        e[abs(e) < 1e-3] = 0.0
        n[abs(n) < 1e-3] = 0.0
    except TypeError:
        if abs(e) < 1e-3:
            e = 0.0
        if abs(n) < 1e-3:
            n = 0.0
    return np.hypot(e, n) * e


def checked_range(s, az):
    try:
        if (np.asarray(s) < 0).any():
            raise ValueError("range is negative")
    except NameError:
        if s < 0:
            raise ValueError("range is negative") from None
    return s * np.cos(az)


def latitude(lat):
    lat = np.radians(lat)
    try:
        if (abs(lat) > 1.5).any() | (abs(lat) > 1.6).any():
            raise ValueError("latitudes are in [-90, 90]")
    except AttributeError:
        if abs(lat) > 1.5 or abs(lat) > 1.6:
            raise ValueError("latitudes are in [-90, 90]") from None
    try:
        i = abs(1.5 - abs(lat)) < 1e-10
        lat[i] = np.sign(lat[i]) * (1.5 - 1e-10)
    except TypeError:
        if abs(1.5 - abs(lat)) < 1e-10:
            lat = np.sign(lat) * (1.5 - 1e-10)
    return lat * lat


def pole_of_a_map(g):
    c = np.cos(g)
    s = np.sin(g) * c
    i = abs(c) <= 1e-9
    try:
        s[i] = np.sign(g[i]) * np.inf
    except TypeError:
        if i:
            s = np.sign(g) * np.inf
    try:
        return s.squeeze()[()]
    except AttributeError:
        return s


def how_many(x):
    try:
        n = len(x)
    except TypeError:
        return x * x
    t = 0.0
    for i in range(n):
        t += x[i] * x[i] * i
    return t


def gone_through(x):
    try:
        iter(x)
    except TypeError:
        return x**2
    return sum(v * v for v in x)


def by_axes(x):
    if x.ndim == 2:
        y = x.sum()
    elif x.ndim == 1:
        y = x * 2.0
        if len(x) == 1 and x > 0:
            y = x * x
    else:
        y = 3 * x
    return y * 2


def rows_of_any(x):
    stack = x.shape[:-1]
    t = np.einsum("ni->n", x.reshape(-1, 3))
    if stack:
        t = t.reshape(*stack)
    return t * t


AXES = {"sxyz": (0, 0, 0, 0), "syxz": (1, 1, 0, 0)}
FOLLOWING = [1, 2, 0, 1]


def turned(a, b, c, axes: str = "sxyz"):
    try:
        first, parity, _, frame = AXES[axes]
    except (AttributeError, KeyError):
        first, parity, _, frame = axes
    i = first
    j = FOLLOWING[i + parity]
    k = FOLLOWING[i - parity + 1]
    if frame:
        a, c = c, a
    m = np.eye(3)
    m[i, j] = a * b
    m[j, k] = c * c
    return m


def turned_by_either(a, b, c, axes):
    return turned(a, b, c, axes)


def negated_in_place(q):
    q = np.array(q, dtype=np.float64, copy=True)
    if q[0] > 0.0:
        np.negative(q, q)
    np.negative(q[1:], q[1:])
    return q * q[0]


for one in (small_ones_cut, checked_range):
    add(one, 0.3, 0.4)
    add(one, X, X + 1.0)
for another in (latitude, pole_of_a_map, how_many, gone_through):
    add(another, 0.3)
    add(another, X)
add(by_axes, A)
add(by_axes, X)
add(by_axes, X[:1])
add(rows_of_any, X)
add(rows_of_any, A)
add(turned, 0.1, 0.2, 0.3)
add(turned, 0.1, 0.2, 0.3, "syxz")
add(turned_by_either, 0.1, 0.2, 0.3, "syxz")
add(turned_by_either, 0.1, 0.2, 0.3, (1, 0, 0, 1))
add(negated_in_place, X)
