"""Programs over numbers: straight lines, branches, loops, exits.  Orders one and two."""

import numpy as np
import pytest
from deriving import check_first, check_second, load, trace_of

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])
PROGRAMS = {
    "straight line": ("""
def f(x, y):
    a = x * y
    b = np.sin(x)
    return a + b
""", (1.5, 0.5), ("x", "y")),
    "shared subexpressions": ("""
def f(x, y):
    return (math.sin(x / y) + x / y - math.exp(y)) * (x / y - math.exp(y))
""", (1.5, 0.5), ("x", "y")),
    "operators": ("""
def f(x, y):
    return x % y + x ** 3 + y ** x + (-x) / y - (2.0 / x) + (x if y > 1.0 else y)
""", (1.7, 1.3), ("x", "y")),
    "a parameter returned": ("""
def f(x, y):
    return x
""", (1.7, 1.3), ("x", "y")),
    "structured result": ("""
def f(x, y):
    return x * 2.0, (y, 3), {"a": x * y, "b": 1.0}
""", (1.7, 1.3), ("x", "y")),
    "branches": ("""
def f(x, y):
    if x > 1.0:
        u = math.sin(x * y)
        v = u * u * y
        if y < 2.0:
            w = math.exp(v * u)
        else:
            w = v
        z = w * u
    else:
        z = x
    return z * x
""", (1.7, 1.3), ("x", "y")),
    "linear loop": ("""
def f(x, n):
    total = 0.0
    for i in range(n):
        total += 3.0 * x[i]
    return total
""", (X, 6), ("x",)),
    "branch in a loop": ("""
def f(x, n):
    a = 1.0
    for i in range(n):
        if a < 2.0:
            a = a * math.sin(x[i])
        else:
            a = a / x[i]
    return a
""", (X, 6), ("x",)),
    "swap": ("""
def f(x, y):
    a = x
    b = y
    for i in range(5):
        a, b = b, math.sin(a) * b
    return a + b * x
""", (0.7, 1.3), ("x", "y")),
    "nested loops": ("""
def f(x, n):
    s = 0.0
    for i in range(n):
        b = 1.0
        for j in range(i, n):
            b = b * math.sin(x[j] * x[i]) + s
        s = s * b + x[i]
    return s
""", (X, 6), ("x",)),
    "loop in a branch in a loop": ("""
def f(x, n):
    s = 0.0
    for i in range(n):
        t = x[i]
        if t > 0.3:
            u = math.sin(t * s + 1.0)
            for j in range(3):
                u = 0.3 * u * t + math.cos(u)
            s += u * u
        elif t > 0.15:
            s = s * t
    return s
""", (X, 6), ("x",)),
    "break": ("""
def f(x, n):
    a = 1.0
    for i in range(n):
        a = a * math.sin(x[i])
        if a < 0.3:
            break
    return a
""", (X, 6), ("x",)),
    "break, downwards by a step": ("""
def f(x, n):
    a = 1.0
    for i in range(n - 1, 0, -1):
        a = a * math.sin(x[i]) + x[i - 1]
        if a > 2.3:
            return a * a
        if a < 0.1:
            continue
        a = a * 1.1
    return a
""", (X, 6), ("x",)),
    "break, reversed": ("""
def f(x, n):
    a = 1.0
    for i in reversed(range(n)):
        a = a * math.sin(x[i]) + x[i]
        if a > 1.3:
            break
    return a
""", (X, 6), ("x",)),
    "break, linear": ("""
def f(x, n):
    a = 1.0
    for i in range(1, n, 2):
        a = a + x[i]
        if i == 3:
            break
    return a
""", (X, 6), ("x",)),
    "return from nested loops": ("""
def f(x, y, n):
    s = x
    for i in range(n):
        for j in range(n):
            s = s * y + 0.1 * i
            if s > 3.0:
                return s * s
        if s > 2.5:
            break
    else:
        s = s * 2.0
    return s + y
""", (1.2, 1.1, 4), ("x", "y")),
    "while": ("""
def f(mean, ecc):
    e = mean
    step = 1.0
    while abs(step) > 1e-12:
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e
""", (0.8, 0.3), ("mean", "ecc")),
    "while, linear": ("""
def f(x, y):
    k = 0
    a = x
    while k < 4:
        a = a + 3.0 * y
        k += 1
        if k == 3:
            break
    return a
""", (1.7, 1.3), ("x", "y")),
    "while in a while": ("""
def f(x, n):
    s = 0.0
    k = 0
    while k < n:
        i = 0
        a = x[k]
        while i < 5:
            a = a * 0.9 + math.sin(a * x[i])
            if a > 1.0:
                break
            i += 1
        s += a * a
        k += 1
    return s
""", (X, 4), ("x",)),
    "no turn at all": ("""
def f(x, n):
    a = x[0]
    for i in range(n):
        a = a * x[i]
    return a
""", (X, 0), ("x",)),
    "effects": ("""
def f(x, y):
    assert x > 0.0, "x"
    if x > 100.0:
        raise ValueError("too large")
    return x * y
""", (1.3, 0.7), ("x", "y")),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_first_order(name):
    text, args, wrt = PROGRAMS[name]
    check_first(trace_of(load(text), args), args, wrt)


@pytest.mark.parametrize("name", PROGRAMS)
def test_second_order(name):
    text, args, wrt = PROGRAMS[name]
    check_second(trace_of(load(text), args), args, wrt)
