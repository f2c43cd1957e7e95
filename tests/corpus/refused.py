"""Programs that are refused, each with the words of the message; the line is marked by `# here`."""

import math
from dataclasses import dataclass
from functools import reduce

import numpy as np

from corpus.cases import refuse

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


@dataclass
class Body:
    mass: float
    speed: np.ndarray


def square(x):
    return x * x


def view_narrowed_in_loop(x):
    u = x.copy()
    v = u
    while len(v) > 2:
        v = v[1:] if v[0] > 0.0 else v[:-1]
        v[0] = v[1] * 1.5
    return u * v[0]  # here


refuse("may share its memory", view_narrowed_in_loop, X)


def items_that_are_one(x, n):
    rows = [np.zeros(2)] * n
    rows[0][0] = x[0] * x[1]
    return np.sum(rows[1])  # here


refuse("other items of 'rows' may be the same one", items_that_are_one, X, 3)


def array_kept_twice(x, n):
    u = x.copy()
    rows = []
    for i in range(n):
        rows.append(u)  # here
        u[i] = u[i] * 2.0
    return rows[0][1]


refuse("may share its memory", array_kept_twice, X, 3)


def einsum_view(a):
    b = np.einsum("ij->ji", a)
    b[0, 0] = 2.0
    return np.sum(a) * b[0, 1]  # here


refuse("may share its memory", einsum_view, np.eye(3))


def record_result(body, dt):
    return Body(body.mass, body.speed + dt * body.mass)  # here


refuse("cannot be returned", record_result, Body(2.0, X), 0.3)


def memo(x, n):
    table = {0: x, 1: x * x}
    for i in range(2, n):
        table[i] = table[i - 1] * table[i - 2] + x  # here
    return table[n - 1]


refuse("this key is not known when compiling", memo, 0.9, 6)


def mapped(x):
    return sum(map(square, x)) + reduce(lambda a, b: a * b + 1.0, x)  # here


refuse("is handed to functools.reduce", mapped, X)


def default_of_closure(x, n):
    functions = [lambda t, k=k: t * (k + 1.0) for k in range(n)]  # here
    total = 1.0
    for f in functions:
        total *= f(x)
    return total


refuse("is used as a number", default_of_closure, 0.7, 3)


def half_done(x, z):
    y = x
    try:
        y = y * z
        y = y + math.log(x)
    except ValueError:
        y = y * 2.0  # here
    return y


refuse("may have been changed by the try", half_done, -0.3, 1.2)


def half_written(x):
    u = x.copy()
    try:
        u[0] = u[1] * 2.0
        y = math.log(x[1])
    except ValueError:
        y = u[0]  # here
    return y


refuse("may have been changed by the try", half_written, X)


def written_before_raise(x):
    u = x.copy()
    try:
        if x[0] > 0.0:
            u[0] = 5.0
            raise ValueError("no")
        y = math.log(x[1])
    except ValueError:
        y = u.sum()  # here
    return y


refuse("may have been changed by the try", written_before_raise, X)


def finally_left(x):
    try:  # here
        return math.log(x)
    finally:
        x = 0.0


refuse("finally", finally_left, 0.3)


class OwnError(ValueError):
    pass


def own_exception(x):
    try:
        y = math.log(x)
    except OwnError:  # here
        y = x
    return y


refuse("can be caught", own_exception, 0.3)


def raising_errstate(x):
    with np.errstate(divide="raise"):  # here
        y = 1.0 / x
    return y


refuse("np.errstate", raising_errstate, X)


def other_context(x):
    with np.printoptions(precision=3):  # here
        y = x * 2.0
    return y


refuse("a with block", other_context, X)


def two_names_of_a_point(x):
    s = np.zeros(())
    t = s
    t += x  # here
    return s * t


refuse("an array without axes", two_names_of_a_point, 0.7)


def written_diagonal(a):
    b = a.copy()
    d = np.diagonal(b)
    d[0] = 2.0
    return np.sum(b)  # here


refuse("may share its memory", written_diagonal, np.eye(3))


def resized(x):
    y = x * 2.0
    y.resize(8)  # here
    return y


refuse("changes the size of an array", resized, X)


def generator_of_what_changes(x):
    k = 2.0
    g = (v * k for v in (x, x * x))  # here
    k = 3.0
    return sum(g) * k


refuse("'k' may change before the generator expression g is gone through",
       generator_of_what_changes, 0.8)


def function_made_in_a_loop(x, n):
    fs = []
    for i in range(n):
        fs.append(lambda t: t * i)  # here
    return sum(f(x) for f in fs)


refuse("is used as a number or array", function_made_in_a_loop, 0.8, 3)
