"""Lists whose items are replaced, removed and added while they are held by other names."""

from __future__ import annotations

from itertools import chain, pairwise

import numpy as np

from corpus.cases import add

X = np.array([1.3, 2.2, 3.1])


def swapped_items(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    for i in range(n - 1):
        s[i], s[i + 1] = s[i + 1], s[i]
    return s[0] * s[1] + s[n - 1]


def last_before_append(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    v = s[-1]
    s.append(x * x)
    return v * s[-1]


def last_before_pop(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    v = s[-1]
    s.pop()
    return v * s[-1]


def item_before_it_is_replaced(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    v = s[1]
    s[1] = x * x
    return v * s[1]


def replaced_in_each_turn(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    for i in range(n):
        v = s[i]
        w = v[0]
        s[i] = v * x
        s[i] = s[i] + v * w
    return s[1] * s[2]


def replaced_in_a_loop(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    v = s[1]
    for i in range(n):
        s[i] = x * x
    return v * s[1]


def replaced_in_a_branch(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    v = s[1]
    if x[0] > 0:
        s[1] = x * x
    return v * s[1]


def best_so_far(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    best = s[0]
    for i in range(1, n):
        if s[i][0] > best[0]:
            best = s[i]
        s[i] = x * 2.0
    return best * s[1]


def _replaces(s, v, x):
    s[1] = x * x
    return v * s[1]


def replaced_by_a_callee(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    return _replaces(s, s[1], x)


def popped_beside_a_read(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    return s[-1] * s.pop() + s[-1] - s.pop() * s[-1]


def written_after_append(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    r = s[0]
    s.append(x * x)
    r[1] = x[0] * 5.0
    return s[0] * s[-1]


def rows_of_lists(x, n):
    s = [[x * (i + 1.0) for i in range(n)] for _ in range(2)]
    r = s[0]
    v = r[1]
    r[1] = x * x
    s[0][2] = v * 2.0
    return s[0][1] * v * s[0][2]


def list_in_a_dict(x, n):
    s = {"a": [x * (i + 1.0) for i in range(n)]}
    v = s["a"][1]
    s["a"][1] = x * x
    return v * s["a"][1]


def copies_in_a_list(x, n):
    states = []
    for _ in range(n):
        states.append(x.copy())
    for i in range(1, n):
        states[i][0] = states[i - 1][1] * x[2]
        states[i] = states[i] * 1.5
    return states[-1] + states[0]


for program in (
    swapped_items, last_before_append, last_before_pop, item_before_it_is_replaced,
    replaced_in_each_turn, replaced_in_a_loop, replaced_in_a_branch, best_so_far,
    replaced_by_a_callee, popped_beside_a_read, written_after_append, rows_of_lists,
    list_in_a_dict, copies_in_a_list,
):  # fmt: skip
    add(program, X, 3)


def read_before_a_loop_that_writes(x):
    a = x.copy()
    v = a[1] * a[2]
    for i in range(3):
        a[i] = a[i] * 2.0
    return v * a[0] + a[1]


add(read_before_a_loop_that_writes, X)


def indices_from_the_end_of_a_range(x):
    r = range(len(x))
    return x[r[-1]] * x[r[0]] + sum([x[i] ** 2 for i in r[1:]])


add(indices_from_the_end_of_a_range, X)


def view_named_before_a_loop(x):
    v = x[1:]
    best = x[0]
    for value in v:
        if value > best:
            best = value
    return best * np.sum(v)


add(view_named_before_a_loop, X)


def known_where_it_was_done(x, z):
    y = x * z
    try:
        w = np.linalg.inv(np.diag(y))[0, 0]
        done = True
    except np.linalg.LinAlgError:
        done = False
    if done:
        return w * np.sum(y)
    return np.sum(x)


add(known_where_it_was_done, X, 2.0)


def list_on_one_path(x, n):
    if n == 0:
        items = None
    else:
        items = [x[0] * x[1]]
        for i in range(n):
            items.append(x[i] ** 2)
    total = 0.0
    if items is not None:
        for each in items:
            total += each
    return total + x[2]


add(list_on_one_path, X, 2)


def tape_in_a_branch_of_a_loop(x, n, b):
    x_bar = np.zeros_like(x)
    for i in range(n):
        if i % 2 == 1:
            tape = []
            part = 1.0
            for j in range(i + 1):
                tape.append(part)
                part = part * x[j]
        else:
            part = x[i]
        part_bar = part * b
        if i % 2 == 1:
            for j in reversed(range(i + 1)):
                part = tape.pop()
                x_bar[j] += part * part_bar
                part_bar = x[j] * part_bar
        else:
            x_bar[i] += part_bar
    return x_bar


add(tape_in_a_branch_of_a_loop, X, 3, 0.7)


@np.errstate(divide="ignore", invalid="ignore")
def silenced_by_decorator(x):
    safe = np.where(x > 2.0, x, 1.0)
    return np.sum(np.where(x > 2.0, np.log(safe), x * x))


add(silenced_by_decorator, X)


def slices_by_name(x, flag):
    part = slice(None, 2) if flag else slice(1, None)
    return np.sum(x[part] ** 2) * x[0]


add(slices_by_name, X, True)
add(slices_by_name, X, False)


def changed_where_another_name_stands(x, n):
    s = [x * (i + 1.0) for i in range(n)]
    v = s[1]
    s[1] *= 2.0
    return v * s[1]


add(changed_where_another_name_stands, np.array([0.3, -0.7, 1.2]), 3)


def changed_in_a_dict(x):
    d = {"a": x * 1.0, "b": x}
    v = d["a"]
    d["a"] *= x
    return v * d["a"] + d["b"]


add(changed_in_a_dict, np.array([0.3, -0.7, 1.2]))


def named_again_in_a_loop(x, n):
    d = {"a": x}
    held = [d]
    for i in range(n):
        d = d
        if i % 2:
            held[0]["a"] = x * d["a"]
    return d["a"]


def updated_by_two_names(x, n):
    d = {"a": x, "w": 0.0}
    inner = {"d": d}
    for i in range(n):
        d |= {"w": d["w"] * x + i}
        inner["d"] |= {"a": d["a"] * d["w"] + x}
    return d["a"] * d["w"]


class Counted:
    def __init__(self, value):
        self.value = value

    def times(self, factor):
        self.value = self.value * factor
        return self


def methods_that_give_back_the_object(x, n):
    p = Counted(x)
    same = p
    for _ in range(n):
        p = p.times(x)
        same.value = same.value + 1.0
    return p.value + same.value


def one_object_then_another(x, n):
    s = {"a": x}
    first = s
    for _ in range(n):
        s = dict(s)
        s["a"] = s["a"] * x
        first["a"] = first["a"] + 1.0
    return s["a"] + first["a"]


for count in (0, 1, 4):
    add(named_again_in_a_loop, 0.9, count)
    add(updated_by_two_names, 0.9, count)
    add(methods_that_give_back_the_object, 0.9, count)
    add(one_object_then_another, 0.9, count)


def slice_by_name(x, flag, n):
    values = [x * i for i in range(6)]
    if flag:
        m = n + 1
        part = slice(0, m)
    for _ in range(2):
        if flag:
            values[part] = [x * x, x]
    return sum([i * value for i, value in enumerate(values)])


add(slice_by_name, 0.7, True, 1)
add(slice_by_name, 0.7, False, 1)


def _one_more(values, n, x):
    if n > 0:
        values[n % 2] = values[0] * x
        _one_more(values, n - 1, x)


def lists_repeated_in_place(x, n):
    d = [x, 2.0 * x]
    held = {"k": d}
    d *= 2
    for _ in range(n):
        held["k"] += [d[0] * x]
    d *= n
    return x * len(held["k"]) + sum(d)


def added_to_an_item_on_one_path(x, n):
    d = [x, 2.0 * x]
    held = [d, [1.0]]
    if n > 1:
        held[0] += [x * x]
    return d[-1] * held[0][-1]


def array_in_a_list_twice_and_a_recursion(x, n):
    y = np.array([x, 2.0 * x])
    held = [y for _ in range(2)]
    first = held[0]
    _one_more(held[1], n, x)
    return first[0] * held[0][1] + y[0]


def named_again_beside_a_list_of_it(x, n):
    y = np.array([x, 2.0 * x])
    held = [y for _ in range(2)]
    for _ in range(n):
        y[0] += x
        y = y
    return y[0] * held[1][0]


for count in (0, 1, 4):
    add(lists_repeated_in_place, 0.9, count)
    add(added_to_an_item_on_one_path, 0.9, count)
    add(array_in_a_list_twice_and_a_recursion, 0.9, count)
    add(named_again_beside_a_list_of_it, 0.9, count)


def raise_that_is_never_reached(x, n):
    limit = 0
    y = x
    try:
        y = y * x
        if limit > 1:
            raise ValueError("limit", y)
        y = y + 1.0 / (n - 1)
    except ZeroDivisionError:
        y = y * 2.0
    except ValueError:
        y = y * 3.0
    return y


add(raise_that_is_never_reached, 0.9, 1)
add(raise_that_is_never_reached, 0.9, 2)


def _squared(x):
    return x * x


def _cubed(x):
    return x * x * x


def function_that_is_asked_for(x, n):
    f = _squared if n > 1 else _cubed
    return f(x) * (3.0 if f is _squared else 5.0)


def functions_in_turn(x, n):
    f = _squared
    for _ in range(n):
        x = f(x) * 1.1
        f = _cubed if f is not _cubed else _squared
    return f(x)


for count in (0, 1, 4):
    add(function_that_is_asked_for, 0.9, count)
    add(functions_in_turn, 0.9, count)


def grown_while_it_is_gone_through(x, n):
    s = [x * i for i in range(n + 1)]
    total = 0.0
    for v in s:
        if len(s) < 8:
            s.append(v + x)
        total += v * x
    return total


def changed_behind_enumerate(x, n):
    s = [x, 2.0 * x, 1.0]
    for i, v in enumerate(s):
        s[i] = v * x + n
        s[0] = s[0] + v
    return s[0] * s[2] - s[1]


for count in (0, 1, 4):
    add(grown_while_it_is_gone_through, 0.9, count)
    add(changed_behind_enumerate, 0.9, count)


def grown_by_a_callee(x, n):
    s = [x * i for i in range(n + 1)]

    def put_last(v):
        s.append(v)

    total = 0.0
    for v in s:
        if len(s) < 8:
            put_last(v + x)
        total += v * x
    return total


def shortened_by_a_callee(x, n):
    s = [x**i for i in range(n + 3)]

    def shorten():
        del s[0]

    total = 0.0
    for v in s:
        total = total * 2.0 + v
        shorten()
    return total + len(s)


def pairs_from_a_callee(x, n):
    s = [x**i for i in range(n + 2)]

    def pairs_of():
        return pairwise(s)

    total = 0.0
    for u, v in pairs_of():
        s[n + 1] += u
        total += u * v
    return total * sum(u - v * v for u, v in zip(s, s))


def lists_joined_by_sum(x, n):
    rows = [[x * i, x**i] for i in range(n + 1)]
    s = sum(rows, [3.0 * x])
    t = sum(([v, v * v] for v in s), start=[1.0])
    return s[-1] * t[1] + sum(t)


def kept_before_it_changes(x, n):
    s = [x, 2.0 * x]
    pairs, listed = tuple(zip(s, s)), list(chain(s, [x * n]))
    s[1] = x * x
    return sum(u * v for u, v in pairs) + listed[1] * s[1]


class Terms:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)

    def total(self):
        return sum(v * v for v in self)


def gone_through_by_its_own_iter(x, n):
    terms = Terms([x * i for i in range(n + 1)])
    first = terms.total()
    terms.items.append(first)
    for i in range(n):
        terms.items[i] = x * terms.total()
    return first * terms.total()


for count in (0, 1, 4):
    add(gone_through_by_its_own_iter, 0.4, count)
    add(grown_by_a_callee, 0.9, count)
    add(shortened_by_a_callee, 0.9, count)
    add(pairs_from_a_callee, 0.9, count)
    add(lists_joined_by_sum, 0.9, count)
    add(kept_before_it_changes, 0.9, count)
