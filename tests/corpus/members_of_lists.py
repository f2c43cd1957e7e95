"""Members of enumerations in lists, tuples and dictionaries that are given."""

from __future__ import annotations

import math
from enum import Enum

from corpus.cases import add, add_by_differences


class Act(Enum):
    TANH = "tanh"
    RELU = "relu"
    SQUARE = 3


EACH = [Act.TANH, Act.RELU, Act.SQUARE, Act.TANH]


def one_by_one(x: float, layers: list[Act]) -> float:
    for a in layers:
        if a is Act.TANH:
            x = math.tanh(x)
        elif a == Act.RELU:
            x = max(x, 0.1 * x)
        else:
            x = x * x + 0.1
    return x * x


def by_number(x: float, layers: list[Act]) -> float:
    t = 0.0
    for i in range(len(layers)):
        match layers[i]:
            case Act.TANH:
                t += math.tanh(x) * i
            case Act.SQUARE:
                t += x * x
            case _:
                t += x
    return t


def among_some(x: float, layers: tuple[Act, ...]) -> float:
    for i, a in enumerate(layers):
        if a in (Act.TANH, Act.SQUARE):
            x = x * x
        if a not in [Act.TANH]:
            x = x * (i + 1.5)
    return x * x


def in_a_dictionary(x: float, layers: dict[str, Act]) -> float:
    if layers["first"] is Act.SQUARE:
        return x * x
    return x**3 * sum(1 for a in layers.values() if a is Act.TANH)


def counted_and_named(x: float, layers: list[Act]) -> float:
    return x**2 * sum(len(a.name) for a in layers)


def without_annotation(x, a):
    if a in (Act.TANH, Act.SQUARE):
        x = x * x
    return x * 3.0


add(one_by_one, 0.3, EACH)
add(by_number, 0.3, EACH)
add(among_some, 0.3, tuple(EACH))
add(in_a_dictionary, 0.3, {"first": Act.TANH, "second": Act.SQUARE})
add(counted_and_named, 0.3, EACH)
add(without_annotation, 0.3, Act.SQUARE)
add(without_annotation, 0.3, Act.RELU)


FUNCTIONS = {Act.TANH: math.tanh, Act.RELU: abs, Act.SQUARE: lambda v: v * v}


def by_a_table(x: float, layers: list[Act]) -> float:
    for a in layers:
        x = FUNCTIONS[a](x)
    return x * x


add_by_differences(by_a_table, 0.3, EACH)
