"""Functions, and items, that data choose: by a flag, an index, a key."""

import functools
import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])


def square(x):
    return x * x


def cube(x):
    return x * x * x


def witch(x):
    return 1.0 / (1.0 + x * x)


TABLE = {"square": square, "cube": cube, "witch": witch}


def by_a_flag(x, flag):
    f = square if flag else cube
    return f(x) * f(2.0 * x)


add(by_a_flag, 0.8, True)
add(by_a_flag, 0.8, False)


def by_the_value(x):
    f = math.sin if x > 0.5 else math.cos
    return f(x) * f(2 * x)


add(by_the_value, 0.8)
add(by_the_value, 0.3)


def called_at_once(x, y):
    return (square if x > y else cube)(x) * y


add(called_at_once, 0.8, 0.5)
add(called_at_once, 0.3, 0.5)


def by_an_index(x, i):
    fs = [square, cube, math.sin]
    return fs[i](x)


add(by_an_index, 0.8, 1)
add(by_an_index, 0.8, -1)


def by_an_index_in_a_loop(x, n):
    fs = (square, cube, lambda t: t + x)
    s = 0.0
    for i in range(n):
        s += fs[i % 3](x) * (i + 1)
    return s


add(by_an_index_in_a_loop, 0.8, 5)
add(by_an_index_in_a_loop, 0.8, 0)


def by_a_computed_index(x, i):
    fs = (square, cube, math.sin)
    f = fs[int(i * x)]
    return f(x) + f(2 * x)


add(by_a_computed_index, 0.8, 2)
add(by_a_computed_index, 0.8, 0)


def by_a_key(x, key):
    return TABLE[key](x) * x


add(by_a_key, 0.8, "cube")
add(by_a_key, 0.8, "witch")


def defined_on_each_path(x, p):
    if p > 1.0:

        def f(t):
            return t * t * x
    else:

        def f(t):
            return t * t * t * p

    return f(x)


add(defined_on_each_path, 0.8, 1.5)
add(defined_on_each_path, 0.8, 0.5)


def of_three(x, n):
    if n > 2:
        f = square
    elif n > 1:
        f = cube
    else:
        f = lambda t: t
    return f(x) * f(f(x))


add(of_three, 0.8, 3)
add(of_three, 0.8, 2)
add(of_three, 0.8, 1)


def changes_from_turn_to_turn(x, n):
    f = square
    for _ in range(n):
        x = f(x) + 0.1
        f = cube if x > 0.6 else math.sin
    return x + f(x)


add(changes_from_turn_to_turn, 0.8, 4)
add(changes_from_turn_to_turn, 0.8, 0)


def partial_or_plain(x, flag):
    f = functools.partial(pow, 2.0) if flag > 0 else cube
    return f(x)


add(partial_or_plain, 0.8, 1)
add(partial_or_plain, 0.8, -1)


def of_numpy(x, flag):
    f = np.sin if flag else np.tanh
    return np.sum(f(x) * x)


add(of_numpy, X, True)
add(of_numpy, X, False)


def replaced_by_one_that_calls_it(x, n):
    def f(t):
        return t * t

    if n > 1:
        g = f

        def f(t):
            return g(t) * x

    return f(x)


add(replaced_by_one_that_calls_it, 0.8, 3)
add(replaced_by_one_that_calls_it, 0.8, 1)


def with_defaults(x, n):
    fs = [lambda t, k=k: t * k for k in (1.0, 2.0, 3.0)]
    s = 1.0
    for i in range(n):
        s = s * fs[i](x)
    return s


add(with_defaults, 0.8, 3)


def item_by_a_key(x, key):
    d = {"a": x, "b": x * x, 3: x**3}
    return d[key] * x


add(item_by_a_key, 0.8, "b")
add(item_by_a_key, 0.8, 3)


def item_by_a_key_in_a_loop(x, n):
    d = {0: x, 1: x * x, 2: x**3}
    s = 0.0
    for i in range(n):
        s += d[i % 3] * s + d[i % 2]
    return s


add(item_by_a_key_in_a_loop, 0.8, 4)


def item_of_no_key(x, n):
    d = {1: x, 2: x * x}
    try:
        return d[n]
    except KeyError:
        return x**4


add(item_of_no_key, 0.8, 2)
add(item_of_no_key, 0.8, 5)


def array_by_a_key(x, n):
    d = {1: x, 2: x * x}
    y = d[n] * 2.0
    return np.sum(y * y)


add(array_by_a_key, X, 2)
add(array_by_a_key, X, 1)


def bound_in_a_sum(x, n):
    s = sum((w := x * i) for i in range(n))
    return s * w


add(bound_in_a_sum, 0.8, 4)


def bound_in_a_list(x, n):
    v = [z := x**i for i in range(1, n)]
    return sum(v) * z


add(bound_in_a_list, 0.8, 4)


def bound_from_turn_to_turn(x, n):
    w = x
    s = 0.0
    for i in range(n):
        s += w * sum((w := x * i + j) for j in range(3))
    return s * w


add(bound_from_turn_to_turn, 0.8, 3)
add(bound_from_turn_to_turn, 0.8, 0)


def bound_where_any_stops(x):
    if any((last := v) > 1.0 for v in (x, 2 * x, 3 * x)):
        return last * x
    return x


add(bound_where_any_stops, 0.8)
add(bound_where_any_stops, 0.2)


def bound_where_any_stops_at_run_time(x, n):
    if any((last := i * x) > 1.0 for i in range(n)):
        return last * x
    return x + last


add(bound_where_any_stops_at_run_time, 0.8, 4)
add(bound_where_any_stops_at_run_time, 0.8, 1)


def bound_where_all_stops(x, n):
    ok = all((u := x * i) < 1.0 for i in range(n) if i > 0)
    return u if ok else u * u


add(bound_where_all_stops, 0.8, 2)
add(bound_where_all_stops, 0.8, 5)
