"""Functions whose calls keep their arguments only."""

import math
from dataclasses import dataclass

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


# ad: checkpoint
def layers_layer(w, h):
    t = np.tanh(w * h)
    return np.sin(t) + h * t


def layers(x, n):
    h = x
    for i in range(n):
        h = layers_layer(x, h)
    return np.sum(h)


add(layers, X, 1)
add(layers, X, 4)


# ad: checkpoint
def two_results_layer(w, h, n):
    s = 0.0
    for i in range(n):
        h = np.tanh(w * h)
        s = s + h[i % 5] * w[0]
    return h, s


def two_results(x, n):
    h, s = two_results_layer(x, x, n)
    h, t = two_results_layer(h, x, 2)
    return np.sum(h) * s * t


add(two_results, X, 1)
add(two_results, X, 4)


# ad: checkpoint
def overwriting_step(u, k):
    u[1:-1] += k * u[2:] * u[:-2]


def overwriting(x, n):
    u = x * 1.0
    for i in range(n):
        overwriting_step(u, 0.1 + i * x[0])
    return np.sum(u * u)


add(overwriting, X, 1)
add(overwriting, X, 4)


def nested_function(x, n):
    a = x * x
    # ad: checkpoint
    def inner(p):
        q = math.sin(p) * a
        return q * p
    p = x
    for i in range(n):
        p = inner(p) + inner(p * 0.5)
    return p


add(nested_function, 0.7, 1)
add(nested_function, 0.7, 4)


# ad: checkpoint
def recursion_again_power(x, n):
    if n == 0:
        return 1.0
    return x * math.sin(recursion_again_power(x, n - 1))


def recursion_again(x, n):
    return recursion_again_power(x, n) * x


add(recursion_again, 0.7, 1)
add(recursion_again, 0.7, 4)


def calling_recursion_power(x, n):
    if n == 0:
        return 1.0
    return x * math.sin(calling_recursion_power(x, n - 1))


# ad: checkpoint
def calling_recursion_g(x, n):
    return calling_recursion_power(x, n) * calling_recursion_power(x * x, 2)


def calling_recursion(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        p = p + calling_recursion_g(p, i) * calling_recursion_power(x, i)
    return calling_recursion_g(p, n) * x


add(calling_recursion, 0.7, 1)
add(calling_recursion, 0.7, 4)


# ad: checkpoint
def returns_inside_g(x, n):
    if x > 0.5:
        return x * x
    # ad: checkpoint 2
    for i in range(n):
        x = math.sin(x) + x
        if x > 3.0:
            return x * 2
    return x


def returns_inside(x, n):
    if x > 0.1:
        x = returns_inside_g(x, n) * x
    return returns_inside_g(x, n) * x


add(returns_inside, 0.7, 4)
add(returns_inside, 0.3, 0)
add(returns_inside, 0.2, 4)
add(returns_inside, 0.2, 9)
add(returns_inside, 0.0, 3)


@dataclass
class Net:
    w: np.ndarray
    b: float

    # ad: checkpoint
    def layer(self, h):
        t = self.w * h
        return t * t * self.b + h * 0.5


def method(x, n):
    net = Net(x, 0.5)
    h = x
    for i in range(n):
        h = net.layer(h)
    return np.sum(h)


add(method, X, 1)
add(method, X, 4)


# ad: checkpoint
def records_layer(p, h):
    t = np.tanh(p["w"] * h)
    return {"h": np.sin(t) + h * p["b"][1], "s": t[0]}


def records(x, n):
    p = {"w": x * 2.0, "b": [x[0], x[1]]}
    h = x
    s = 0.0
    for i in range(n):
        r = records_layer(p, h)
        h = r["h"]
        s = s + r["s"]
    return np.sum(h) * s


add(records, X, 1)
add(records, X, 4)


# ad: checkpoint
def checked_callee_layer(h, i):
    assert i >= 0
    return math.sin(h) * h


def checked_callee(x, n):
    for i in range(n):
        x = checked_callee_layer(x, i)
    return x


add(checked_callee, 0.7, 1)
add(checked_callee, 0.7, 4)
