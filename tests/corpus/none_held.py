"""Objects and functions, kept in lists, that hold None or something else by the path."""

from __future__ import annotations

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2])


class Layer:
    """Weights, and the function that follows, or none."""

    def __init__(self, w, act):
        self.w, self.act = w, act


def layers_some_with_functions(x: "float[:]", n: int):
    layers = []
    for i in range(n):
        layers.append(Layer(2.0 * x, np.tanh if i < n - 1 else None))
    s = 0.0
    for layer in layers:
        s += np.sum(layer.w if layer.act is None else layer.act(layer.w))
    return s


def objects_that_may_hold_an_array(x: "float[:]", n: int):
    held = []
    for i in range(n):
        held.append(Layer(2.0 * x, x if i < n - 1 else None))
    s = 0.0
    for one in held:
        s += np.sum(one.w if one.act is None else one.act * one.w)
    return s


def functions_that_may_hold_a_number(x: "float[:]", n: int):
    found = []
    for i in range(n):
        scale = x[i] if x[i] > 0 else None
        found.append(lambda z, scale=scale: z if scale is None else scale * z)
    s = x[1]
    for one in found:
        s = one(s) + 0.1
    return s


for one in (
    layers_some_with_functions, objects_that_may_hold_an_array, functions_that_may_hold_a_number,
):  # fmt: skip
    add(one, X, 3)


def numbers_beside_what_may_be_none(x: "float[:]", n: int):
    held = []
    for i in range(n):
        held.append(Layer(x[i], None if i % 2 else x[0]))
    total = 0.0
    for one in held:
        total += one.w * (2.0 if one.act is None else one.act)
        one.w += total
    return total + sum(one.w for one in held)


add(numbers_beside_what_may_be_none, X, 3)


def object_or_none_asked_by_a_try(x: float, n: int):
    one = Layer(x, 2.0)
    if n > 2:
        one = None
    try:
        return one.w * one.act
    except AttributeError:
        return x * 7.0


def pair_or_none_asked_by_a_try(x: float, n: int):
    pair = (x, 2.0)
    if n > 2:
        pair = None
    try:
        a, b = pair
        return a * b
    except TypeError:
        return x * 7.0


def list_or_none_asked_by_a_try(x: float, n: int):
    held = [x, 2.0 * x]
    if n > 2:
        held = None
    s = 0.0
    try:
        for v in held:
            s += v * v
    except TypeError:
        s = x * 9.0
    return s + (len(held) if held else 0)


for one in (
    object_or_none_asked_by_a_try, pair_or_none_asked_by_a_try, list_or_none_asked_by_a_try,
):  # fmt: skip
    add(one, 0.5, 1)
    add(one, 0.5, 3)
