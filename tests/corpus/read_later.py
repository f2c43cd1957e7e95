"""Programs that are refused as what is read later has changed by then."""

import functools
from itertools import accumulate, chain, islice, starmap

import numpy as np

import adcompile as ad
from corpus.cases import refuse

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


def changed_ahead_of_enumerate(x, n):
    s = [x, 1.0, 2.0]
    total = 0.0
    for _, v in enumerate(s):  # here
        s[2] = v * x
        total += v
    return total * n


refuse("changes before it is gone through", changed_ahead_of_enumerate, 0.9, 3)


def changed_ahead_of_a_view(x, n):
    d = {"a": x, "b": 1.0}
    total = 0.0
    for v in d.values():  # here
        d["b"] = v * n
        total += v
    return total


refuse("changes before it is gone through", changed_ahead_of_a_view, 0.9, 3)


def view_kept_by_name(x, n):
    d = {"a": x}
    values = d.values()  # here
    d["b"] = x * n
    return sum(values)


refuse("may change before values is gone through", view_kept_by_name, 0.9, 3)


def zip_gone_through_twice(x, n):
    s = [x, 1.0]
    pairs = zip(s, s)  # here
    return sum(a * b for a, b in pairs) + n * sum(a for a, _ in pairs)


refuse("may be gone through more than once", zip_gone_through_twice, 0.9, 3)


def added_to_what_is_chained(x, n):
    s, t = [x], [x * x]
    total = 0.0
    for v in chain(s, t):  # here
        total = 0.5 * total + v
        if len(t) < n:
            t.append(v * 2.0)
    return total


refuse("changes before it is gone through", added_to_what_is_chained, 0.9, 3)


def added_to_the_first_ones(x, n):
    s = [x]
    total = 0.0
    for v in islice(s, n):  # here
        total += v
        s.append(v * x)
    return total


refuse("the bounds of islice", added_to_the_first_ones, 0.9, 3)


def added_to_the_first_three(x):
    s = [x]
    total = 0.0
    for v in islice(s, 3):  # here
        total += v
        s.append(v * x)
    return total


refuse("changes before it is gone through", added_to_the_first_three, 0.9)


def sums_of_what_changes(x, n):
    s = [x * i for i in range(n)]
    sums = accumulate(s)

    def change():
        s[1] = x * x

    change()
    return sum(v * v for v in sums)  # here


refuse("changes before it is gone through", sums_of_what_changes, 0.9, 3)


def grown_by_a_callee(x, n):
    s = [x * i for i in range(n)]
    total = 0.0
    for i, v in enumerate(s):  # here
        total += v * i
        if len(s) < 6:
            put_last(s, v)
    return total


def put_last(items, v):
    items.append(v)


refuse("changes before it is gone through", grown_by_a_callee, 0.9, 3)


def kept_in_a_list(x):
    s = [x, x * x]
    kept = [zip(s, s)]
    s[1] = 2.0 * x
    return sum(u * v for u, v in kept[0])  # here


refuse("changes before it is gone through", kept_in_a_list, 0.9)


def handed_to_a_callee(x):
    s = [x, x * x]

    def total_of(values):
        s.append(x)
        return sum(values)  # here

    return total_of(chain(s, [1.0]))


refuse("changes before it is gone through", handed_to_a_callee, 0.9)


def rows_that_change(x):
    rows = [[x, 2.0], [x * x, 3.0]]
    products = starmap(lambda u, v: u * v, rows)
    rows[1][0] = x
    return sum(products)  # here


refuse("changes before it is gone through", rows_that_change, 0.9)


def chained_by_turns(x, n):
    s = [x[i] for i in range(n)]
    t = [x[i] * 2.0 for i in range(n)]

    def change(i):
        t[i] = x[0] * x[1]

    total = 0.0
    for i, v in enumerate(chain(s, t)):  # here
        total = 0.5 * total + v
        if i < n:
            change(i)
    return total


refuse("changes before it is gone through", chained_by_turns, X, 3)


class Kept:
    def __init__(self, a):
        self.a = a

    @functools.cached_property
    def total(self):
        return np.sum(self.a**2)

    @functools.lru_cache  # noqa: B019
    def scaled(self, k):
        return self.a[0] * k


def kept_on_one_path(x):
    kept = Kept(x * 1.0)
    s = kept.total if x[0] > 0.0 else 2.0
    kept.a = x * 2.0  # here
    return s * kept.total


refuse("whose 'total' Python has kept as it was before", kept_on_one_path, X)


def kept_while_elements_change(x, n):
    kept = Kept(x * 1.0)
    s = 0.0
    for i in range(n):
        s += kept.total
        kept.a[i] = x[0]  # here
    return s


refuse("whose 'total' Python has kept as it was before", kept_while_elements_change, X, 3)


def remembered_method(x):
    kept = Kept(x * 1.0)
    s = kept.scaled(2.0)
    kept.a = x * 3.0  # here
    return s * kept.scaled(2.0)


refuse("whose 'scaled' Python has kept as it was before", remembered_method, X)


# arrays without axes, which other names stand for


def chosen_number(x):
    total = np.where(x[0] > 0, x[1], x[2])
    kept = total
    total += x[3]  # here
    return kept * total


refuse("may be an array without axes", chosen_number, X)


def rolled_number_in_a_list(x):
    total = np.roll(x[0], 1)
    kept = [total]
    total *= x[1]  # here
    return total * x[2] + kept[0]


refuse("may be an array without axes", rolled_number_in_a_list, X)


def function_of_a_map_changes(x):
    scale = 2.0

    def scaled(v):
        return v * scale

    values = map(scaled, [x, x * x])  # here
    scale = 3.0
    return sum(values)


refuse("'scale' may change before values is gone through", function_of_a_map_changes, 0.4)


def function_of_a_map_changes_in_its_loop(x):
    scale = 2.0

    def scaled(v):
        return v * scale

    total = 0.0
    for y in map(scaled, [x, x * x]):  # here
        total += y
        scale = 5.0
    return total


refuse("changes before it is gone through", function_of_a_map_changes_in_its_loop, 0.4)


def map_that_notes_what_it_sees(x):
    log = []

    def noted(v):
        log.append(v)
        return v * v

    values = map(noted, [x, 2 * x, 3 * x])  # here
    count = len(log)
    return sum(values) * (count + 1)


refuse("what computes the items of this changes something", map_that_notes_what_it_sees, 0.4)


def loop_that_reads_what_its_items_note(v):
    log = []

    def noted(u):
        log.append(u)
        return u * v[0]

    total = 0.0
    for y, z in zip((noted(u) for u in v), v):  # here
        total += y * z * len(log)
    return total


refuse("what computes the items of this changes something", loop_that_reads_what_its_items_note, X)


def strict_zip_in_a_try(v, w):
    total = 0.0
    try:
        for a, b in zip(v, w, strict=True):  # here
            total += a * b
    except ValueError:
        total = 100.0 * v[0] * total
    return total


refuse("raises after the items that all have", strict_zip_in_a_try, X, X[1:])


def another_map_on_one_path(x, n):
    if x > 0.5:
        values = map(lambda i: i * x, range(n))
    else:
        values = map(lambda i: i * x * x, range(n))
    return sum(values)  # here


refuse("'values' is something else on each of the paths", another_map_on_one_path, 0.4, 3)


def another_map_in_each_turn(v, n):
    values = map(lambda i: v[i], range(n))
    for _ in range(2):
        values = map(lambda i: v[i] * v[i], range(n))
    return sum(values)  # here


refuse("'values' is something else in each turn", another_map_in_each_turn, X, 3)


def reversed_under_a_generator(x):
    a = [x, x * x, 1.0]
    values = (v * i for i, v in enumerate(a))
    a.reverse()
    return sum(values)  # here


refuse("changes before it is gone through", reversed_under_a_generator, 0.4)


def _tripled(w):
    w *= 3.0


def changed_by_a_call_under_a_generator(v):
    w = v.copy()
    values = (u * 2.0 for u in w)
    _tripled(w)
    return sum(values)  # here


refuse("changes before it is gone through", changed_by_a_call_under_a_generator, X)


class _Box:
    def __init__(self, x):
        self.x = x

    def grow(self):
        self.x = self.x * 3.0


def object_that_changes_under_a_map(x):
    box = _Box(x)
    values = map(lambda u: box.x * u, [1.0, x])
    box.grow()
    return sum(values)  # here


refuse("changes before it is gone through", object_that_changes_under_a_map, 0.4)


@functools.cache
def _buffer(n):
    return np.zeros(n)


def buffer_of_a_cache(x):
    a = _buffer(3)
    a[0] = 1.0  # here
    b = _buffer(3)
    b[1] = 2.0
    return x * a.sum()


refuse("what _buffer returns, which its cache keeps", buffer_of_a_cache, 0.4)


def drawn_into_an_array(v):
    rng = np.random.default_rng(3)
    w = v * 1.0
    s = w.sum()
    rng.random(out=w)  # here
    return v * w * s


refuse("overwrites what it is given as out=", drawn_into_an_array, X)


def changed_before_its_pullback(v):
    w = v * 1.0
    y, pull = ad.vjp(lambda u: np.sum(u**3), w)
    w *= 2.0
    (g,) = pull(1.0)  # here
    return np.sum(g * v) * y


refuse("has changed before its pullback is called", changed_before_its_pullback, X)
