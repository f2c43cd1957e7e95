"""Programs that were found by reading what the front end assumes, and asking when that is false."""

import contextlib
import math
from dataclasses import dataclass

import numpy as np

from corpus.cases import add, add_by_differences

V = np.array([0.3, -0.7, 1.1, 0.4])
ROWS = [[1.0, 2.0], [3.0, 4.0]]


# what a try has changed and put back


class Model:
    def __init__(self, k):
        self.k = k

    def run(self, x):
        saved = self.k
        self.k = self.k * 2.0
        y = math.sqrt(x) * self.k
        self.k = saved
        return y


class Doubled:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.old = self.model.k
        self.model.k = 2.0 * self.old

    def __exit__(self, *error):
        self.model.k = self.old


def put_back_by_a_manager(x):
    m = Model(x)
    y = 0.0
    try:
        with Doubled(m):
            y = math.sqrt(-x) * m.k
    except ValueError:
        y = x * x
    return y * m.k


add(put_back_by_a_manager, 0.7)


def put_back_by_finally(x, zs):
    m = Model(x)

    def work(z):
        old = m.k
        m.k = 3.0 * x
        try:
            return math.log(z) * m.k
        finally:
            m.k = old

    y = 0.0
    for z in zs:
        try:
            y += work(z)
        except ValueError:
            y = y + 0.5
    return y + m.k * x


add(put_back_by_finally, 0.7, [1.5, -1.0, 0.4])


# what an exception leaves undone, where a manager stops it


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return True


def suppressed_in_a_turn(x, zs):
    s = 0.0
    y = x
    for z in zs:
        with contextlib.suppress(ValueError):
            y = math.log(z) * x
        s += y
    return s


add(suppressed_in_a_turn, 0.7, [2.0, -1.0, 3.0])


def stopped_in_a_turn(x, zs):
    s = 0.0
    y = x
    for z in zs:
        with Quiet():
            y = math.log(z) * x
        s += y
    return s


add(stopped_in_a_turn, 0.7, [2.0, -1.0, 3.0])


# loops in a try that is lowered a statement at a time


def else_of_a_loop_breaks(x, n):
    s = x
    for _ in range(n):
        k = 0
        try:
            while math.sqrt(s - 0.1 * k) > 0.3:
                k += 1
                if k > 7:
                    break
                s = s * 1.01
            else:
                break
        except ValueError:
            s = s * 2.0
        s = s + 0.1
    return s


add(else_of_a_loop_breaks, 0.7, 3)
add(else_of_a_loop_breaks, 0.05, 3)
add(else_of_a_loop_breaks, 3.0, 3)


def else_of_a_loop_continues(x, n):
    s = x
    for _ in range(n):
        try:
            while math.log(s + 1.5) > 0.5:
                s = s - 0.4 * s
            else:
                s = s * 1.5
                continue
        except ValueError:
            s = s + 2.0
        s = s * 0.9
    return s


add(else_of_a_loop_continues, 0.7, 4)


def pairs_that_are_none(pairs: "list[list[float]]"):
    s = 0.0
    try:
        for a, b in pairs:
            s = s + a * b
    except ValueError:
        s = s * 10.0
    return s


add(pairs_that_are_none, [[1.0, 2.0], [3.0, 4.0]])


def shapes_that_do_not_fit(x):
    a = np.array([x, x, x])
    try:
        a[1:] += np.array([1.0, 2.0]) * x
        a += np.array([1.0, 2.0]) * x
    except ValueError:
        a = a * 2
    return a


add(shapes_that_do_not_fit, 0.7)


# lists of lists of which nothing is said


def item_of_an_item(x):
    return x[0][1] * x[1][0] + x[0][0]


add(item_of_an_item, ROWS)
add(item_of_an_item, np.array(ROWS))


def items_of_items(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x[i])):
            s += x[i][j] ** 2 * (i + j)
    return s


add(items_of_items, ROWS)
add(items_of_items, np.array(ROWS))


def rows_gone_through(x):
    s = 0.0
    for row in x:
        for v in row:
            s += v**2
        s += row[0]
    return s


add(rows_gone_through, ROWS)
add(rows_gone_through, np.array(ROWS))


def product_of_a_pair(p):
    return p[0] * p[1]


def rows_given_to_a_function(x):
    return product_of_a_pair(x[0]) * product_of_a_pair(x[1])


add(rows_given_to_a_function, ROWS)
add(rows_given_to_a_function, np.array(ROWS))


def best_row(ps):
    best = ps[0]
    for p in ps:
        if p[0] > best[0]:
            best = p
    return best[0] * best[1]


add(best_row, [[1.0, 2.0], [3.0, 4.0], [2.0, 1.0]])
add(best_row, np.array([[1.0, 2.0], [3.0, 4.0], [2.0, 1.0]]))


def steps_between(ps):
    s = 0.0
    prev = ps[0]
    for p in ps[1:]:
        s += (p[0] - prev[0]) * p[1]
        prev = p
    return s


add(steps_between, [[1.0, 2.0], [3.0, 4.0], [2.0, 1.0]])


def chosen_row(x, k):
    p = x[0] if k > 0 else x[1]
    return p[0] * p[1]


add(chosen_row, ROWS, 1)
add(chosen_row, ROWS, 0)
add(chosen_row, np.array(ROWS), 0)


def first_and_others(xs):
    first, others = xs[0], xs[1:]
    return first * sum(others) * len(others)


add(first_and_others, [0.3, -0.7, 1.1])
add(first_and_others, V)


def extremes(xs):
    return max(xs) * min(xs)


add(extremes, [0.3, -0.7, 1.1])
add(extremes, V)


# what is None where it is not given


def number_or_none(x: float, y: float = None):  # noqa: RUF013
    if y is None:
        y = x * x
    return x * y


add(number_or_none, 0.7, 0.3)
add(number_or_none, 0.7)


def weights_or_none(x: np.ndarray, w: np.ndarray = None):
    if w is None:
        w = np.ones(len(x))
    return np.sum(w * x**2)


add(weights_or_none, V, V * 2)
add(weights_or_none, V)


@dataclass
class Settings:
    a: float
    k: float = None


def field_or_none(x: float, c: Settings):
    s = x * c.a
    if c.k is None:
        s = s * 2
    return s


add(field_or_none, 0.7, Settings(0.3, 1.0))


# names for the items of what is as long as it happens to be


def unpacked_twice(v, m):
    a, b, c, d = v
    s = a * b - c
    for x, y in m:
        s += x * y * d
    return s


add(unpacked_twice, V, np.arange(6.0).reshape(3, 2))


def unpacked_in_turns(v, n):
    s = 0.0
    for i in range(n):
        a, b = np.sin(v[i : i + 2])
        a, b = b, a * s + 1.0
        s = s + a * b
    return s


add(unpacked_in_turns, V, 3)


def unpacked_in_place(m: "float[:, :]"):
    first, last = m
    first *= 2.0
    last[0] = first[1] * last[1]
    return m * last[0]


add(unpacked_in_place, np.arange(4.0).reshape(2, 2) + 1.0)


def counted_by_a_notion_of_its_own(v, k):
    a, *rest = v * k
    (b,) = rest[:1]
    return a * b + sum(rest)


add_by_differences(counted_by_a_notion_of_its_own, V, 0.3)
