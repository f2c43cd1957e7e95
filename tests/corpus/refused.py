"""Programs that are refused, each with the words of the message; the line is marked by `# here`."""

import contextlib
import functools
import itertools
import math
import threading
from collections import Counter

import numpy as np

from corpus.cases import refuse

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


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


def view_of_a_view_in_every_turn(x, n):
    u = x.copy()
    v = u
    for _ in range(n):
        v = v[1:]
        v[0] = v[0] * 2.0
    return u[1]  # here


refuse("may share its memory", view_of_a_view_in_every_turn, X, 2)


def list_kept_twice(x):
    row = [x[0], x[1]]
    rows = [row, row, [x[2], x[3]]]
    total = 0.0
    for i in range(3):
        rows[i][0] = rows[i][1] * x[i] + rows[0][0]
        total += rows[i][0]  # here
    return total


refuse("other items of 'rows' may be the same one", list_kept_twice, X)


def list_changed_where_it_is_an_item(x):
    row = [x[0], x[1]]
    rows = [row, [x[2], x[3]]]
    for i in range(2):
        rows[i][0] = rows[i][1] * x[i]
    return row[0] + rows[1][0]  # here


refuse("may share its memory", list_changed_where_it_is_an_item, X)


def memo(table, n):
    for i in range(2, n):
        table[i] = table[i - 1] * table[i - 2] + 1.0  # here
    return table[n - 1]


refuse("which is given, change or are not known", memo, {0: 0.9, 1: 0.8}, 6)


def half_done(x, z):
    y = x
    try:
        with threading.Lock():
            y = y * z
            y = y + math.log(x)
    except ValueError:
        y = y * 2.0  # here
    return y


refuse("may have been changed by the try", half_done, -0.3, 1.2)


def half_written(x):
    u = x.copy()
    try:
        with threading.Lock():
            u[0] = u[1] * 2.0
            y = math.log(x[1])
    except ValueError:
        y = u[0]  # here
    return y


refuse("may have been changed by the try", half_written, X)


class OwnError(ValueError):
    largest = X


def own_exception(x):
    try:
        y = math.log(x)
    except OwnError:  # here
        y = x
    return y


refuse("its text reads X", own_exception, 0.3)


def raising_errstate(x):
    with np.errstate(divide="raise"):  # here
        y = 1.0 / x
    return y


refuse("np.errstate", raising_errstate, X)


def other_context(x):
    with x:  # here
        y = x * 2.0
    return y


refuse("a with block", other_context, X)


@contextlib.contextmanager
def twice(x):
    for _ in range(1):
        yield x * 2.0


def yields_in_a_loop(x):
    with twice(x) as y:  # here
        z = y * y
    return z


refuse("cannot be put where it yields", yields_in_a_loop, 0.7)


def two_names_of_a_point(x):
    s = np.where(x > 0.5, x, 1.0)
    t = s
    t += x  # here
    return s * t


refuse("an array without axes", two_names_of_a_point, 0.7)


def grid_of_vectors(x):
    return np.linspace(x, 2 * x, 3)  # here


refuse("have a rule for numbers", grid_of_vectors, np.ones(3))


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


refuse(
    "'k' may change before the generator expression g is gone through",
    generator_of_what_changes,
    0.8,
)


class Weight:
    def __init__(self, a):
        self.a = a


def counted(a, x):
    def counter(k):
        n = 0.0

        def f(t):
            nonlocal n
            n += 1.0
            return n * k * t

        return f

    fs = []
    for c in a:
        fs.append(counter(c))  # here
    return sum(f(x) for f in fs) + fs[0](x)


refuse("reads 'n', which changes; write a class", counted, np.array([1.1, 2.3]), 1.3)


class Other:
    def __init__(self, a):
        self.a = a


def changed_in_its_list(a, x):
    qs = []
    for c in a:
        if c < 2.0:
            qs.append(Weight(c))
        else:
            qs.append(Other(c))
    for q in qs:
        q.a = q.a * x  # here
    return sum(q.a * x for q in qs)


refuse("changed here; put a new one in its place", changed_in_its_list, np.array([1.1, 2.3]), 1.3)


def of_two_classes(a, x):
    w = Weight(x) if x < 1.0 else Other(x)  # here
    return w.a * a[0]


TWO_SIDES = "the two sides of this expression are too different"
refuse(TWO_SIDES, of_two_classes, np.array([1.1, 2.3]), 1.3)


def functions_returned(a):  # here
    fs = [lambda t, c=c: c * t for c in a]
    return fs


refuse("are returned; return what they hold", functions_returned, np.array([1.1, 2.3]))


def diagonal_is_written(a):
    b = a.copy()
    np.diagonal(b)[:] = 2.0  # here
    return np.sum(b * a)


refuse("read-only", diagonal_is_written, np.ones((3, 3)))


def broadcast_is_written(x):
    b = np.broadcast_to(x.copy(), (3, 4))
    b[0] = 2.0  # here
    return np.sum(b)


refuse("read-only", broadcast_is_written, np.ones(4))


def windows_are_written(x):
    w = np.lib.stride_tricks.sliding_window_view(x.copy(), 2)
    w[0, 0] = 1.0  # here
    return np.sum(w)


refuse("read-only", windows_are_written, np.ones(4))


def popped_out_of_a_tuple(x, n):
    a = x * 2.0
    pairs = []
    for _ in range(n):
        pairs.append((a, 1.0))
    v, _ = pairs.pop()
    v[0] = 5.0
    return np.sum(a * x)  # here


refuse("may share its memory", popped_out_of_a_tuple, X, 3)


def halved(v, rows, n):
    if n == 0:
        return np.sum(rows[0] * v)
    v[0] *= 0.5
    return halved(v, rows, n - 1)


def held_by_a_list_of_the_same_call(x, n):
    v = x * 1.0
    rows = []
    for _ in range(n):
        rows.append(v)
    return halved(v, rows, 2)  # here


refuse("which it is given twice", held_by_a_list_of_the_same_call, X, 3)


def other_objects_meet_none(x, n):
    s = None
    for i in range(n):
        if s is not None and isinstance(s, tuple):  # here
            return s[0]
        s = x * i, x
    return x


refuse("that may be None", other_objects_meet_none, X, 3)


def popped_without_its_key(x):
    d = {"a": x}
    found = d.pop("k")  # here
    return x if found is None else found


refuse("the dictionary has no key 'k'", popped_without_its_key, 1.5)


def union_of_counts(keys, x):
    counts = Counter(keys) | Counter([1])  # here
    return x * counts[1]


refuse("| of a Counter is not known", union_of_counts, [1, 2, 1], 1.5)


def grown_beside_a_list_of_it(x, n):
    d = [x]
    held = [d for _ in range(2)]
    if n > 1:
        d.append(x * x)
    return d[-1] + held[1][-1]  # here


refuse("may share its memory", grown_beside_a_list_of_it, 0.9, 3)


def grown_list_of_arrays(x, n):
    d = [np.array([x, x])]
    held = [d for _ in range(2)]
    for _ in range(n):
        d.append(d[0] * x)
    return d[-1][0] + held[1][-1][0]  # here


refuse("may share its memory", grown_list_of_arrays, 0.9, 3)


class Held:
    def __init__(self, value):
        self.value = value


def object_of_an_earlier_turn_compared(x, n):
    p = Held(x)
    r = p
    for _ in range(n):
        r = Held(r.value * x)
    return r.value * (3.0 if r is p else 5.0)  # here


refuse("whether these are the same object", object_of_an_earlier_turn_compared, 0.9, 3)


def function_or_none_compared(x, n):
    f = np.sin if n > 1 else None
    return x * (3.0 if f is np.sin else 5.0)  # here


refuse("whether these are the same object", function_or_none_compared, 0.9, 3)


def row_of_a_copy_by_columns(a):
    b = a.copy("F")
    row = b.reshape(-1)
    row[0] = 5.0
    return np.sum(b * a)  # here


refuse("may share its memory", row_of_a_copy_by_columns, np.ones((2, 3)))


def groups_gone_through(x, n):
    s = 0.0
    for key, group in itertools.groupby(range(n), key=lambda i: i // 2):  # here
        s += sum(x * i for i in group) * key
    return s


refuse("there is no rule for itertools.groupby", groups_gone_through, 0.9, 5)

square_or_twice = np.vectorize(lambda v: v * v if v > 0 else 2.0 * v, excluded=[1])


def each_by_itself(x):
    return square_or_twice(x).sum()  # here


refuse("np.vectorize with signature= or excluded=", each_by_itself, X)



@functools.singledispatch
def area(shape):
    return shape * shape


@area.register(list)
def area_of_sides(shape):
    return shape[0] * shape[1]


def chosen_by_class(x):
    return area(x) + area([x, x])  # here


refuse("functools.singledispatch chooses a function by the class", chosen_by_class, 0.9)


def halved_each_time(p, n):
    q = np.sin(p)
    for _ in q:
        p *= 0.5
    if n <= 0:
        return 1.5
    return halved_each_time(q, n - 1)


def halved_under_two_names(u):
    v = u.reshape(2, 2)
    halved_each_time(v.reshape(-1), 1)
    return np.sum(u)  # here


refuse("may share its memory", halved_under_two_names, np.ones(4))


def one_bool_behind_a_slice(x: float, a: np.ndarray):
    return np.sum(a[1:, x > 0.1])  # here


refuse("no place", one_bool_behind_a_slice, 0.7, np.array([[0.3, 1.2], [0.8, -0.1]]))


def tree_of_any_depth(x):
    def grown(depth, v):  # here
        if depth == 0:
            return v, []
        return v, [grown(depth - 1, v * 0.5), grown(depth - 1, v + 1.0)]

    def total(tree):
        return tree[0] ** 2 + sum(total(each) for each in tree[1])

    return total(grown(3, x))


refuse("what grown returns holds what it returns itself", tree_of_any_depth, 0.7)
