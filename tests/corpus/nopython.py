"""Programs as they are written for Numba: loops over numbers, states, and places in arrays."""

from __future__ import annotations

import math

import numpy as np

from corpus.cases import add, add_by_differences

RNG = np.random.default_rng(7)


def average_price(s0, sigma, draws, strike):
    """A number that is multiplied in place, of an argument that might be an array."""
    dt = 1.0 / draws.shape[1]
    payoff = 0.0
    for p in range(draws.shape[0]):
        s = s0
        total = 0.0
        for t in range(draws.shape[1]):
            s *= math.exp(-0.5 * sigma * sigma * dt + sigma * math.sqrt(dt) * draws[p, t])
            total += s
        mean = total / draws.shape[1]
        if mean > strike:
            payoff += mean - strike
    return payoff / draws.shape[0]


add(average_price, 10.0, 0.3, RNG.normal(size=(4, 3)), 9.8)


def cloud_in_cell(positions, weights, n, h):
    """A histogram whose items go to two cells each."""
    grid = np.zeros(n)
    for k in range(len(positions)):
        xi = positions[k] / h
        i = int(np.floor(xi))
        f = xi - i
        grid[i % n] += weights[k] * (1.0 - f)
        grid[(i + 1) % n] += weights[k] * f
    return grid


add(cloud_in_cell, 5.0 * RNG.random(6), RNG.random(6), 4, 0.7)


def along_a_path(steps, seen, states):
    """Places of two axes, both read from data."""
    total = seen[states[0], 0]
    for t in range(1, len(states)):
        total += steps[states[t - 1], states[t]] * seen[states[t], t]
    return total


add(along_a_path, RNG.normal(size=(3, 3)), RNG.normal(size=(3, 4)), np.array([0, 2, 2, 1]))


def charged_and_emptied(x, signs, gains):
    """A machine with states."""
    state, level, out = 0, 0.0, 0.0
    for k in range(len(signs)):
        sign = signs[k]
        if state == 0:
            if sign > 0:
                state = 1
            elif sign < 0:
                state = 2
        elif state == 1:
            level += gains[0] * x[k]
            if sign < 0:
                state = 2
        else:
            level -= gains[1] * x[k] ** 2
            if sign == 0:
                state = 0
                out += level
                level = 0.0
    return out + level


SIGNS = np.array([1, 0, 2, -1, -1, 0, 1, 1])
add(charged_and_emptied, RNG.normal(size=8), SIGNS, np.array([0.3, 0.7]))


def solved(a, b):
    """Equations with a vector, or a matrix, on their right side."""
    x = np.linalg.solve(a, b)
    return x * x


add(solved, RNG.normal(size=(3, 3)) + 4.0 * np.eye(3), RNG.normal(size=3))


def iterated(re, im, n):
    """A complex number made of two arguments."""
    c, z = complex(re, im), 0j
    for _ in range(n):
        z = z * z + c
    return abs(z)


add_by_differences(iterated, -0.3, 0.2, 5)


def weighted_spectrum(x):
    """Complex sums of an array of real numbers."""
    total = 0.0
    for k in range(len(x)):
        s = 0.0 + 0.0j
        for t in range(len(x)):
            s += x[t] * np.exp(-2j * np.pi * k * t / len(x))
        total += (s * s.conjugate()).real * k
    return total


add_by_differences(weighted_spectrum, RNG.normal(size=5))


def layer(w, b, x):
    """A sum in place that starts from an element."""
    h = np.zeros(b.size)
    for i in range(b.size):
        s = b[i]
        for j in range(x.size):
            s += w[i, j] * x[j]
        h[i] = s if s > 0 else 0.01 * s
    return h


add(layer, RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=3))


def sorted_by_insertion(x):
    """Elements that move up until there is a smaller one."""
    a = x.copy()
    for i in range(1, len(a)):
        key = a[i]
        j = i - 1
        while j >= 0 and a[j] > key:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = key
    s = 0.0
    for i in range(len(a)):
        s += a[i] * (i + 1) ** 2
    return s


add(sorted_by_insertion, RNG.normal(size=6))


def turned_by_reflections(a):
    """A matrix as an orthogonal one and a triangle."""
    m, n = a.shape
    r = a.copy()
    q = np.eye(m)
    for k in range(n):
        x = r[k:, k]
        e = np.zeros_like(x)
        e[0] = np.sqrt(np.sum(x * x)) * (1.0 if x[0] >= 0 else -1.0)
        v = x + e
        v = v / np.sqrt(np.sum(v * v))
        r[k:, :] -= 2.0 * np.outer(v, v @ r[k:, :])
        q[:, k:] -= 2.0 * np.outer(q[:, k:] @ v, v)
    return q, r


def largest_factor(a, n):
    """A product of vectors, whose adjoint is a number."""
    v = np.ones(a.shape[0])
    for _ in range(n):
        w = a @ v
        v = w / np.linalg.norm(w)
    return v @ (a @ v)


def solved_by_directions(a, b, n):
    """Products of vectors in a loop."""
    x = np.zeros_like(b)
    r = b - a @ x
    p = r.copy()
    rs = r @ r
    for _ in range(n):
        ap = a @ p
        alpha = rs / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        new = r @ r
        p = r + (new / rs) * p
        rs = new
    return x


M = RNG.normal(size=(4, 4))
add(turned_by_reflections, M)
add(largest_factor, M @ M.T + 4.0 * np.eye(4), 3)
add(solved_by_directions, M @ M.T + 4.0 * np.eye(4), RNG.normal(size=4), 3)
