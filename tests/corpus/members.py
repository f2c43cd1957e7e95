"""Members of enumerations as arguments: which one it is, the run tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from corpus.cases import add


class Mode(Enum):
    A = 1
    B = 2
    C = 7


class Auto(Enum):
    X = auto()
    Y = auto()


def of_enum(m: Mode, x: float):
    if m is Mode.A:
        return x * x
    return x * 3.0


add(of_enum, Mode.A, 0.5)


def of_enum_eq(m: Mode, x: float):
    if m == Mode.B:
        return x * x
    return x * 3.0 * m.value


add(of_enum_eq, Mode.A, 0.5)


def of_enum_unannotated(m, x):
    if m == Mode.B:
        return x * x
    return x * 3.0 * m.value


add(of_enum_unannotated, Mode.C, 0.5)


def value_first(m, x):
    y = x * m.value
    if m == Mode.C:
        return y * x
    return y


add(value_first, Mode.C, 0.5)


def of_enum_match(m: Mode, x: float):
    match m:
        case Mode.A:
            return x * x
        case Mode.B:
            return x * 3.0
        case _:
            return x ** 3


add(of_enum_match, Mode.B, 0.5)


def of_enum_in(m: Mode, x: float):
    if m in (Mode.A, Mode.C):
        return x ** 2
    return x ** 3


add(of_enum_in, Mode.C, 0.5)


def of_dict(m: Mode, x: float):
    rates = {Mode.A: 1.0, Mode.B: 2.0 * x, Mode.C: x * x}
    return rates[m] * x


add(of_dict, Mode.C, 0.5)


def of_auto(m: Auto, n: Auto, x: float):
    y = 0.0
    for i in range(3):
        if m is Auto.X and n is not Auto.X:
            y = y + x ** 2
        elif m is n:
            y = y * x
    return y


add(of_auto, Auto.X, Auto.Y, 0.5)


@dataclass
class Conf:
    mode: Mode
    k: float


def of_conf(c: Conf, x: float):
    if c.mode is Mode.B:
        return c.k * x
    return c.k * x * x


add(of_conf, Conf(Mode.B, 0.3), 0.7)


def helper(x, m):
    return x * x if m is Mode.A else x


def passed_on(m: Mode, x: float):
    return helper(x, m) * helper(x + 1.0, Mode.A)


add(passed_on, Mode.A, 0.5)


def default(x: float, m: Mode = Mode.A):
    return x * x if m is Mode.A else x


add(default, 0.4)
