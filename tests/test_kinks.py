"""Kinks and poles: the table of expected derivatives follows from the policy in rules/kinks.py.

Every row is an expression, its arguments and the derivative with respect to each of them, of the
sum of what it gives.  All are checked in the forward and in the reverse mode, and at order two:
where the first derivative is finite the second must be finite too, in every combination of modes.
"""

import math
import warnings

import numpy as np
import pytest
from deriving import load

from adcompile import pipeline
from adcompile.frontend import signature, sources

INF, NAN = math.inf, math.nan
X = np.array([-1.0, 0.0, 2.0])
ZEROS = np.zeros(3)

POWERS = [
    ("x ** 0", {"x": 0.0}, {"x": 0.0}),
    ("x ** 0.0", {"x": 0.0}, {"x": 0.0}),
    ("x ** 0", {"x": X}, {"x": [0.0, 0.0, 0.0]}),
    ("x ** 0.0", {"x": X}, {"x": [0.0, 0.0, 0.0]}),
    ("x ** p", {"x": 0.0, "p": 0.0}, {"x": 0.0, "p": 0.0}),
    ("x ** p", {"x": 0.0, "p": 2.0}, {"x": 0.0, "p": 0.0}),
    ("0 ** p", {"p": 2.0}, {"p": 0.0}),
    ("0.0 ** p", {"p": 0.5}, {"p": 0.0}),
    ("0.0 ** p", {"p": np.array([0.5, 1.0, 2.0])}, {"p": ZEROS}),
    ("math.pow(x, 2.0)", {"x": 0.0}, {"x": 0.0}),
    ("math.pow(x, p)", {"x": 0.0, "p": 2.0}, {"x": 0.0, "p": 0.0}),
    ("x ** 1", {"x": X}, {"x": [1.0, 1.0, 1.0]}),
    ("x ** 2", {"x": X}, {"x": [-2.0, 0.0, 4.0]}),
    ("x ** 2.0", {"x": X}, {"x": [-2.0, 0.0, 4.0]}),
    ("x ** 3", {"x": X}, {"x": [3.0, 0.0, 12.0]}),
    ("x ** 3", {"x": -2.0}, {"x": 12.0}),
    ("x ** 2.0", {"x": -3.0}, {"x": -6.0}),
    ("x ** -1", {"x": -2.0}, {"x": -0.25}),
    ("x ** -2", {"x": -2.0}, {"x": 0.25}),
    ("x ** -2.0", {"x": np.array([-2.0, 2.0])}, {"x": [0.25, -0.25]}),
    ("x ** 0.5", {"x": 0.0}, {"x": INF}),
    ("x ** 0.25", {"x": 0.0}, {"x": INF}),
]
FIRST_ORDER = [  # where the second derivative has a pole, or depends on the order of the modes
    ("x ** p", {"x": 0.0, "p": 1.0}, {"x": 1.0, "p": 0.0}),
    ("x ** p", {"x": 0.0, "p": 1.5}, {"x": 0.0, "p": 0.0}),
    ("x ** p", {"x": -2.0, "p": 2.0}, {"x": -4.0, "p": 0.0}),
    ("x ** p", {"x": ZEROS, "p": np.array([0.0, 1.0, 2.0])}, {"x": [0.0, 1.0, 0.0], "p": ZEROS}),
    ("x ** p", {"x": ZEROS[:1], "p": np.array([0.5])}, {"x": [INF], "p": [0.0]}),
    (
        "np.power(x, p)",
        {"x": X[:2], "p": np.array([2.0, 2.0])},
        {"x": [-2.0, 0.0], "p": [0.0, 0.0]},
    ),
    ("x ** 1.5", {"x": 0.0}, {"x": 0.0}),
    ("x ** p", {"x": 0.0, "p": 0.5}, {"x": INF, "p": 0.0}),
    ("math.pow(x, p)", {"x": 0.0, "p": 0.5}, {"x": INF, "p": 0.0}),
    ("math.pow(x, 0.5)", {"x": 0.0}, {"x": INF}),
    ("math.pow(x, p)", {"x": 0.0, "p": 0.0}, {"x": 0.0, "p": 0.0}),
    ("scipy.special.powm1(x, y)", {"x": 0.0, "y": 1.0}, {"x": 1.0, "y": 0.0}),
    (
        "scipy.special.powm1(x, y)",
        {"x": np.array([0.0, -2.0]), "y": np.array([2.0, 2.0])},
        {"x": [0.0, -4.0], "y": [0.0, 0.0]},
    ),
]
ROOTS = [
    ("math.sqrt(x)", {"x": 0.0}, {"x": INF}),
    ("np.sqrt(x)", {"x": 0.0}, {"x": INF}),
    ("np.sqrt(x)", {"x": np.array([0.0, 4.0])}, {"x": [INF, 0.25]}),
    ("math.cbrt(x)", {"x": 0.0}, {"x": INF}),
    ("np.cbrt(x)", {"x": np.array([-8.0, 0.0])}, {"x": [1 / 12, INF]}),
    ("abs(x)", {"x": 0.0}, {"x": 0.0}),
    ("abs(x)", {"x": X}, {"x": [-1.0, 0.0, 1.0]}),
    ("np.abs(x)", {"x": 0.0}, {"x": 0.0}),
    ("math.fabs(x)", {"x": -0.0}, {"x": 0.0}),
    ("np.fabs(x)", {"x": X}, {"x": [-1.0, 0.0, 1.0]}),
    ("math.hypot(x, y)", {"x": 0.0, "y": 0.0}, {"x": 0.0, "y": 0.0}),
    ("math.hypot(x, y)", {"x": 0.0, "y": 2.0}, {"x": 0.0, "y": 1.0}),
    ("np.hypot(x, y)", {"x": 0.0, "y": 0.0}, {"x": 0.0, "y": 0.0}),
    ("np.hypot(x, y)", {"x": X[1:], "y": ZEROS[1:]}, {"x": [0.0, 1.0], "y": [0.0, 0.0]}),
    ("np.linalg.norm(x)", {"x": ZEROS}, {"x": ZEROS}),
    ("np.linalg.norm(x, 1)", {"x": X}, {"x": [-1.0, 0.0, 1.0]}),
    ("np.linalg.norm(x, 2)", {"x": ZEROS}, {"x": ZEROS}),
    ("np.linalg.norm(x, 3)", {"x": ZEROS}, {"x": ZEROS}),
    ("np.linalg.norm(x, np.inf)", {"x": np.array([2.0, -2.0])}, {"x": [0.5, -0.5]}),
    ("np.linalg.norm(x, np.inf)", {"x": ZEROS}, {"x": ZEROS}),
    ("np.linalg.norm(x, 'fro')", {"x": np.zeros((2, 2))}, {"x": np.zeros((2, 2))}),
    ("np.linalg.norm(x, axis=1)", {"x": np.array([[0.0, 0.0], [3.0, 4.0]])},
     {"x": [[0.0, 0.0], [0.6, 0.8]]}),
    ("np.linalg.norm(x, axis=0, keepdims=True)", {"x": np.array([[0.0, 3.0], [0.0, 4.0]])},
     {"x": [[0.0, 0.6], [0.0, 0.8]]}),
    ("np.std(x)", {"x": np.full(3, 2.0)}, {"x": ZEROS}),
    ("x.std()", {"x": np.full(3, 2.0)}, {"x": ZEROS}),
    ("np.std(x, axis=1)", {"x": np.array([[1.0, 1.0], [1.0, 3.0]])},
     {"x": [[0.0, 0.0], [-0.5, 0.5]]}),
    ("np.std(x, axis=0, keepdims=True, ddof=1)", {"x": np.ones((2, 2))}, {"x": np.zeros((2, 2))}),
    ("np.var(x)", {"x": np.full(3, 2.0)}, {"x": ZEROS}),
]  # fmt: skip
TIES = [
    ("np.maximum(x, y)", {"x": 1.0, "y": 1.0}, {"x": 0.5, "y": 0.5}),
    ("np.minimum(x, y)", {"x": 1.0, "y": 1.0}, {"x": 0.5, "y": 0.5}),
    ("np.fmax(x, y)", {"x": np.array([1.0, NAN]), "y": np.array([1.0, 1.0])},
     {"x": [0.5, 0.0], "y": [0.5, 1.0]}),
    ("np.fmin(x, y)", {"x": 1.0, "y": 1.0}, {"x": 0.5, "y": 0.5}),
    ("np.maximum(x, 0)", {"x": X}, {"x": [0.0, 0.5, 1.0]}),
    ("np.minimum(x, 0)", {"x": X}, {"x": [1.0, 0.5, 0.0]}),
    ("np.maximum(x, y)", {"x": np.array([-INF]), "y": np.array([-INF])}, {"x": [0.5], "y": [0.5]}),
    ("max(x, y)", {"x": 1.0, "y": 1.0}, {"x": 1.0, "y": 0.0}),
    ("min(x, y)", {"x": 1.0, "y": 1.0}, {"x": 1.0, "y": 0.0}),
    ("max(x, 0.0)", {"x": 0.0}, {"x": 1.0}),
    ("max(0.0, x)", {"x": 0.0}, {"x": 0.0}),
    ("max(x, y, key=abs)", {"x": -1.0, "y": 1.0}, {"x": 1.0, "y": 0.0}),
    ("max([x, y, x * y])", {"x": 1.0, "y": 1.0}, {"x": 1.0, "y": 0.0}),
    ("np.max(x)", {"x": np.array([2.0, 1.0, 2.0])}, {"x": [0.5, 0.0, 0.5]}),
    ("np.min(x)", {"x": ZEROS}, {"x": [1 / 3, 1 / 3, 1 / 3]}),
    ("np.max(x, axis=1)", {"x": np.array([[1.0, 1.0], [1.0, 2.0]])},
     {"x": [[0.5, 0.5], [0.0, 1.0]]}),
    ("np.max(x, axis=0, keepdims=True)", {"x": np.ones((2, 2))}, {"x": np.full((2, 2), 0.5)}),
    ("np.ptp(x)", {"x": np.ones(2)}, {"x": [0.0, 0.0]}),
    ("np.sort(x)[0]", {"x": np.array([2.0, 1.0, 1.0])}, {"x": [0.0, 1.0, 0.0]}),
    ("np.median(x)", {"x": np.array([1.0, 1.0, 1.0])}, {"x": [0.0, 1.0, 0.0]}),
    ("x[np.argmax(x)]", {"x": np.ones(2)}, {"x": [1.0, 0.0]}),
    ("np.clip(x, 0.0, 2.0)", {"x": X}, {"x": [0.0, 1.0, 1.0]}),
    ("np.clip(x, a, b)", {"x": 0.0, "a": 0.0, "b": 1.0}, {"x": 1.0, "a": 0.0, "b": 0.0}),
    ("np.clip(x, a, b)", {"x": 2.0, "a": 0.0, "b": 1.0}, {"x": 0.0, "a": 0.0, "b": 1.0}),
    ("np.sign(x) * x", {"x": X}, {"x": [-1.0, 0.0, 1.0]}),
    ("np.heaviside(x, 0.5) * x", {"x": X}, {"x": [0.0, 0.5, 1.0]}),
    ("np.floor(x) + x", {"x": X}, {"x": [1.0, 1.0, 1.0]}),
    ("x % 1.0", {"x": 2.0}, {"x": 1.0}),
    ("x % y", {"x": 4.0, "y": 2.0}, {"x": 1.0, "y": -2.0}),
]  # fmt: skip
PRODUCTS = [
    ("np.prod(x)", {"x": np.array([2.0, 0.0, 3.0])}, {"x": [0.0, 6.0, 0.0]}),
    ("np.prod(x)", {"x": np.array([2.0, 0.0, 0.0])}, {"x": ZEROS}),
    ("np.prod(x, axis=1)", {"x": np.array([[2.0, 0.0], [0.0, 0.0]])},
     {"x": [[0.0, 2.0], [0.0, 0.0]]}),
    ("np.prod(x, axis=0, keepdims=True)", {"x": np.array([[2.0, 0.0], [5.0, 3.0]])},
     {"x": [[5.0, 3.0], [2.0, 0.0]]}),
    ("math.prod([x, y, y])", {"x": 2.0, "y": 0.0}, {"x": 0.0, "y": 0.0}),
    ("np.cumprod(x)", {"x": np.array([2.0, 0.0, 3.0])}, {"x": [1.0, 8.0, 0.0]}),
    ("np.cumprod(x)", {"x": ZEROS}, {"x": [1.0, 0.0, 0.0]}),
]  # fmt: skip
OTHERS = [
    ("np.log(x)", {"x": 0.0}, {"x": INF}),
    ("np.log(x)", {"x": np.array([0.0, 2.0])}, {"x": [INF, 0.5]}),
    ("np.divide(1.0, x)", {"x": np.array([2.0])}, {"x": [-0.25]}),
    ("np.arctan2(y, x)", {"y": 0.0, "x": 0.0}, {"y": NAN, "x": NAN}),
    ("math.atan2(y, x)", {"y": 0.0, "x": 0.0}, {"y": NAN, "x": NAN}),
    ("np.arctan2(y, x)", {"y": 0.0, "x": -1.0}, {"y": -1.0, "x": -0.0}),
    ("math.acos(x)", {"x": 1.0}, {"x": -INF}),
    ("np.arccos(x)", {"x": 1.0}, {"x": -INF}),
    ("np.arcsin(x)", {"x": np.array([1.0, 0.0])}, {"x": [INF, 1.0]}),
    ("np.sinc(x)", {"x": np.array([0.0, 1.0])}, {"x": [0.0, -1.0]}),
    ("np.tan(x)", {"x": 0.0}, {"x": 1.0}),
    ("np.logaddexp(x, y)", {"x": -INF, "y": 1.0}, {"x": 0.0, "y": 1.0}),
    ("np.logaddexp(x, y)", {"x": np.array([-INF]), "y": np.array([-INF])},
     {"x": [0.0], "y": [0.0]}),
    ("np.logaddexp(x, y)", {"x": INF, "y": 1.0}, {"x": 1.0, "y": 0.0}),
    ("np.logaddexp(x, y)", {"x": np.array([INF, 1.0]), "y": np.array([INF, INF])},
     {"x": [0.5, 0.0], "y": [0.5, 1.0]}),
    ("np.logaddexp2(x, y)", {"x": INF, "y": INF}, {"x": 0.5, "y": 0.5}),
    ("scipy.special.rgamma(x)", {"x": np.array([0.0, -1.0, -2.0])}, {"x": [1.0, -1.0, 2.0]}),
    ("scipy.special.rgamma(x)", {"x": 0.0}, {"x": 1.0}),
    ("scipy.special.poch(x, y)", {"x": 0.0, "y": 2.0}, {"x": 1.0, "y": 0.0}),
    ("scipy.special.poch(x, y)", {"x": np.array([-1.0, 2.0]), "y": np.array([2.0, 1.0])},
     {"x": [-1.0, 1.0], "y": [-0.0, 1.8455686701969342]}),
    ("scipy.special.pseudo_huber(x, y)", {"x": 0.0, "y": 0.0}, {"x": 0.0, "y": 0.0}),
    ("scipy.special.pseudo_huber(x, y)", {"x": 0.0, "y": -2.0}, {"x": 2.0, "y": 0.0}),
    ("scipy.special.keip(x)", {"x": np.array([0.0])}, {"x": [INF]}),
    ("np.log(np.sum(np.exp(x - np.max(x))))", {"x": np.array([-INF, 0.0])}, {"x": [0.0, 0.0]}),
    ("np.sum(np.exp(x) * np.array([1.0, 2.0]))", {"x": np.array([-INF, 0.0])}, {"x": [0.0, 2.0]}),
    ("np.interp(x, np.arange(3.0), np.array([0.0, 1.0, 3.0]))", {"x": np.array([-1.0, 0.5, 3.0])},
     {"x": [0.0, 1.0, 0.0]}),
    ("np.abs(x) * x", {"x": X}, {"x": [2.0, 0.0, 4.0]}),
]  # fmt: skip

SAFE = [  # around a pole: x is -1, 0 and 2
    ("np.where(x > 0, np.log(x), 0.0)", [0.0, 0.0, 0.5]),
    ("np.where(x <= 0, 0.0, np.log(x))", [0.0, 0.0, 0.5]),
    ("np.where(x > 0, np.sqrt(x), 0.0)", [0.0, 0.0, 0.5 / math.sqrt(2)]),
    ("np.where(x > 0, np.sqrt(np.log(np.sqrt(x)) + 1), 0.0)", [0.0, 0.0, 0.10771966]),
    ("np.where(x != 0, 1.0 / x, 0.0)", [-1.0, 0.0, -0.25]),
    ("np.where(x != 0, np.sin(x) / x, 1.0)", [0.30116868, 0.0, -0.43539777]),
    ("np.where(x > 0, x ** 0.5, x)", [1.0, 1.0, 0.5 / math.sqrt(2)]),
    ("np.where(x > 0, x ** -1.5, x)", [1.0, 1.0, -1.5 * 2.0**-2.5]),
    ("-np.where(x > 0, -np.log(x), 0.0)", [0.0, 0.0, 0.5]),
    ("np.where(x > 0, x * np.log(x), 0.0)", [0.0, 0.0, 1 + math.log(2)]),
    ("np.where(x > 0, np.log(x) + np.sqrt(x), x)", [1.0, 1.0, 0.5 + 0.5 / math.sqrt(2)]),
    ("np.where(x > 0, np.where(x > 1, np.log(x), 1.0), 0.0)", [0.0, 0.0, 0.5]),
    ("np.where(x > 1, 1.0, np.where(x > 0, np.log(x), 0.0))", [0.0, 0.0, 0.0]),
    ("np.where(x > 0, np.log(x), 0.0) + np.where(x > 1, 2 * np.log(x), 0.0)", [0.0, 0.0, 1.5]),
    ("np.where(x[:, None] > np.zeros(2), np.log(x)[:, None], 0.0)", [0.0, 0.0, 1.0]),
    ("np.where(x > np.zeros((2, 3)), np.log(x), 0.0)", [0.0, 0.0, 1.0]),
    ("np.where(x.reshape(3, 1) > 0, np.log(x).reshape(3, 1), 0.0)", [0.0, 0.0, 0.5]),
    ("np.where(x > 0, np.log(x)[::-1][::-1], 0.0)", [0.0, 0.0, 0.5]),
    ("np.where(x[1:] > 0, np.log(x[1:]), 0.0)", [0.0, 0.0, 0.5]),
    ("np.where(np.min(x) > 0, np.sum(np.log(x)), 0.0)", [0.0, 0.0, 0.0]),
    ("np.select([x > 1, x > 0], [np.log(x - 1), np.sqrt(x)], 0.0)", [0.0, 0.0, 1.0]),
    ("np.piecewise(x, [x > 0], [lambda t: np.log(t), lambda t: 0.0 * t])", [0.0, 0.0, 0.5]),
    ("np.log(x, where=x > 0, out=np.zeros_like(x))", [0.0, 0.0, 0.5]),
    ("np.nan_to_num(np.log(x), nan=0.0, neginf=0.0)", [0.0, 0.0, 0.5]),
    ("np.maximum(np.log(np.abs(x)), -3.0)", [-1.0, 0.0, 0.5]),
    ("np.max(np.log(np.maximum(x, 0.0)))", [0.0, 0.0, 0.5]),
    ("np.sqrt(np.maximum(x, -0.5) + 0.5)", [0.0, 0.5 / math.sqrt(0.5), 0.5 / math.sqrt(2.5)]),
    ("np.maximum(x - 1, 0) ** 0.5", [0.0, 0.0, 0.5]),
    ("np.sqrt(np.clip(x, 1.0, 4.0) - 1)", [0.0, 0.0, 0.5]),
    ("np.sqrt(-np.minimum(x, 0.5) + 0.5)", [-0.5 / math.sqrt(1.5), -0.5 / math.sqrt(0.5), 0.0]),
    ("np.sqrt(np.maximum(x - 1, 0)[1:])", [0.0, 0.0, 0.5]),
    ("np.where(np.linalg.norm(0.0 * x) > 0, 1.0 / np.linalg.norm(0.0 * x), 0.0)", [0.0, 0.0, 0.0]),
]  # fmt: skip
NUMBERS = [  # the same with numbers
    ("np.where(x > 0, np.log(x), 0.0)", 0.0, 0.0),
    ("np.where(x > 0, np.log(x), 0.0)", 2.0, 0.5),
    ("np.where(x > 0, x ** 0.75, 0.0)", 0.0, 0.0),
    ("np.where(x > 0, np.log10(np.sqrt(x)), x)", 0.0, 1.0),
    ("np.where(x < 1, np.arctanh(x), 1.0)", 1.0, 0.0),
    ("math.log(x) if x > 0 else 0.0", 0.0, 0.0),
    ("math.log(x) if x > 0 else 0.0", 2.0, 0.5),
    ("1.0 / x if x else x", 0.0, 1.0),
    ("math.sqrt(max(x, 0.0))", -1.0, 0.0),
    ("max(x, 0.0) ** abs(0.5 * x)", -1.0, 0.0),
    ("(x if x > 0 else 0.0) ** (x + 1.25)", -1.0, 0.0),
    ("math.sqrt(x if x > 0 else 0.0)", -1.0, 0.0),
    ("math.sqrt(min(1.0, max(x, 0.0)))", -1.0, 0.0),
    ("np.nan_to_num(np.log(x) * x)", -1.0, 0.0),
]

PROGRAMS = {
    "a mask written over": ("""
def f(x):
    t = np.log(x)
    t[x <= 0] = 0.0
    return t
""", [0.0, 0.0, 0.5]),
    "a mask written into": ("""
def f(x):
    y = np.zeros(3)
    m = x > 0
    y[m] = np.log(x[m])
    return y
""", [0.0, 0.0, 0.5]),
    "selected in a branch": ("""
def f(x):
    t = np.log(x)
    if len(x) > 2:
        s = np.sum(np.where(x > 0, t, 0.0))
    else:
        s = np.sum(np.where(x > 1, 2 * t, 0.0))
    return s
""", [0.0, 0.0, 0.5]),
    "selected in a loop": ("""
def f(x):
    s = 0.0
    for i in range(3):
        s = s + np.where(x[i] > 0, np.log(x[i]), 0.0) * i
    return s
""", [0.0, 0.0, 1.0]),
    "of a number that a loop carries": ("""
def f(x):
    s = 0.0 * x
    for i in range(3):
        s = np.where(x > 0, np.sqrt(x) + s, 0.0)
    return s
""", [0.0, 0.0, 1.5 / math.sqrt(2)]),
    "all in one branch": ("""
def f(x):
    t = np.sqrt(np.maximum(x - 2.0, 0.0))
    s = 0.0
    if x[0] > 0:
        s = np.sum(t)
    return s
""", [0.0, 0.0, 0.0]),
    "an attempt": ("""
def f(x):
    s = 0.0
    for i in range(3):
        try:
            s += 1.0 / float(x[i])
        except ZeroDivisionError:
            s += 0.0
    return s
""", [-1.0, 0.0, -0.25]),
}  # fmt: skip


ORDER_TWO = (("adjoint", "tangent"), ("tangent", "adjoint"), ("adjoint", "adjoint"))


def compiled(f, args, derivation):
    kinds = signature.of_arguments(args, ())
    derived = pipeline.derivative(sources.of_callable(f), kinds, derivation)
    names = {}
    exec(compile(pipeline.emitted([derived]), "<emitted>", "exec"), names)
    return names[derived.name]


def units(args):
    """The directions along the elements of each argument, as lists."""
    for name, value in args.items():
        for place in np.ndindex(np.shape(value)):
            yield name, place, [_unit(v, place if n == name else None) for n, v in args.items()]


def _unit(value, place):
    if not np.ndim(value):
        return 0.0 if place is None else 1.0
    direction = np.zeros(np.shape(value))
    if place is not None:
        direction[place] = 1.0
    return direction


def together(values, args):
    """Derivatives of all arguments as one vector."""
    values = values if len(args) > 1 else (values,)
    return np.concatenate([np.ravel(np.asarray(value, float)) for value in values])


def check(f, args, expected, modes=ORDER_TWO):
    """Both modes give what is expected; at order two all combinations agree, and are finite."""
    wrt, given = tuple(args), list(args.values())
    expected = together(
        tuple(expected.values()) if len(args) > 1 else next(iter(expected.values())), args
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        forward = compiled(f, args, (("tangent", wrt),))
        reverse = compiled(f, args, (("adjoint", wrt),))
        directions = [direction for _, _, direction in units(args)]
        found = [forward(*given, *direction)[1] for direction in directions]
        if np.isinf(expected).any():  # of which a direction that leaves it still makes nan
            found = [forward(*given, *(np.ones_like(v) for v in given))[1]]
            expected_found = [np.sum(expected)]
        else:
            expected_found = expected
        np.testing.assert_allclose(found, expected_found, rtol=1e-7, atol=1e-12, err_msg="forward")
        np.testing.assert_allclose(
            together(reverse(*given, 1.0)[1], args),
            expected,
            rtol=1e-7,
            atol=1e-12,
            err_msg="reverse",
        )
        if not np.isfinite(expected).all() or not all(np.isfinite(v).all() for v in given):
            return
        second = []
        seed = [np.ones_like(v) if np.ndim(v) else 1.0 for v in given]
        whole = seed[0] if len(seed) == 1 else tuple(seed)
        for first, last in modes:
            derivative = compiled(f, args, ((first, wrt), (last, wrt)))
            if last == "tangent":
                second.append(together(derivative(*given, 1.0, *seed)[1][1], args))
            elif first == "tangent":
                second.append(together(derivative(*given, *seed, (0.0, 1.0))[1], args))
            else:
                second.append(together(derivative(*given, 1.0, (0.0, whole))[1], args))
    assert np.isfinite(second).all(), f"order two: {second}"
    for other in second[1:]:
        np.testing.assert_allclose(other, second[0], rtol=1e-9, atol=1e-12)


def imports(expression):
    return "import scipy.special\n" if "scipy" in expression else ""


def function(expression, names):
    head = f"{imports(expression)}def f({', '.join(names)}):"
    return load(f"{head}\n    return np.sum({expression})\n")


def number(expression, names):
    return load(f"{imports(expression)}def f({', '.join(names)}):\n    return {expression}\n")


ROWS = [*POWERS, *ROOTS, *TIES, *PRODUCTS, *OTHERS]


@pytest.mark.parametrize(
    ("expression", "args", "expected"), ROWS, ids=[f"{r[0]} at {[*r[1].values()]}" for r in ROWS]
)
def test_kink(expression, args, expected):
    scalar = not any(map(np.ndim, args.values()))
    check((number if scalar else function)(expression, args), args, expected)


@pytest.mark.parametrize(
    ("expression", "args", "expected"),
    FIRST_ORDER,
    ids=[f"{r[0]} at {[*r[1].values()]}" for r in FIRST_ORDER],
)
def test_kink_of_the_first_order(expression, args, expected):
    scalar = not any(map(np.ndim, args.values()))
    check((number if scalar else function)(expression, args), args, expected, modes=())


@pytest.mark.parametrize(("expression", "expected"), SAFE, ids=[row[0] for row in SAFE])
def test_finite_where_the_pole_is_not_selected(expression, expected):
    check(function(expression, ["x"]), {"x": X}, {"x": expected})


@pytest.mark.parametrize(
    ("expression", "x", "expected"), NUMBERS, ids=[f"{r[0]} at {r[1]}" for r in NUMBERS]
)
def test_finite_where_the_pole_is_not_selected_of_numbers(expression, x, expected):
    check(number(expression, ["x"]), {"x": x}, {"x": expected})


@pytest.mark.parametrize(("text", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_finite_in_statements(text, expected):
    text = text.replace("    return ", "    return np.sum(").rstrip() + ")\n"
    carried = "+ s, 0.0" in text  # a tape knows nothing of selections
    check(load(text), {"x": X}, {"x": expected}, ORDER_TWO[: 2 if carried else 3])
