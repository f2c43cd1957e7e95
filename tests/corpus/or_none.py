"""Names that are None, or something else, by the path; and names of which only one path knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2])


def tuple_after_none(x, n):
    last = None
    s = 0.0
    for i in range(n):
        if last is None:
            s += x
        else:
            s += last[0] * last[1]
        last = (x * i, x)
    return s


def list_after_none(x, n):
    last = None
    s = 0.0
    for i in range(n):
        s += x if last is None else x * last[0]
        last = [x * i, x]
    return s


def dict_after_none(x, n):
    last = None
    s = 0.0
    for i in range(n):
        s += x if last is None else x * x + last["a"]
        last = {"a": x * i}
    return s


@dataclass
class Point:
    place: np.ndarray
    speed: float


def object_after_none(x, v, n):
    last = None
    s = 0.0
    for i in range(n):
        now = Point(x * (i + v), v * i)
        if last is not None:
            s += np.sum(now.place * last.place) * last.speed
        last = now
    return s


def none_again(x, n):
    last = None
    s = 0.0
    for i in range(n):
        if i % 2 == 0:
            last = None
        if last:
            s += last[0] * x
        else:
            s += x
        last = (x * i, x)
    return s


def tuple_or_none(x, n):
    t = (x, x * x) if n > 3 else None
    return x if t is None else t[0] * t[1]


def arrays_or_none(x, n):
    t = None
    if n > 3:
        t = (x[1:], x * 2.0)
    if t is None:
        t = x[:2], x * 3.0
    a, b = t
    return np.sum(a) * b


def written_or_none(x, n):
    x = x.copy()
    parts = {"head": x[:2], "tail": x[1:]} if n > 3 else None
    if parts:
        parts["head"][1] *= x[0]
        parts["tail"] += 1.0
    return x * x


def returns_none(x, n):
    def split(y):
        if y > n:
            return None
        return y * 0.5, y * y

    s = 0.0
    for i in range(4):
        found = split(x * i)
        if found is None:
            s += x
        else:
            a, b = found
            s += a * b
    return s


def none_in_a_tuple(x, n):
    tape = []
    for i in range(n):
        tape.append((None if i == 0 else x * i, x))
    s = 0.0
    for _ in range(n):
        a, b = tape.pop()
        s += b * b if a is None else a * b
    return s


def list_or_none_in_a_tuple(x, n):
    tape = []
    for i in range(n):
        kept = [x * x, x] if i % 2 else None
        tape.append((kept, x * i))
    s = 0.0
    for _ in range(n):
        kept, b = tape.pop()
        s += kept.pop() * b if kept else b * b
    return s


def tuple_or_none_in_a_tuple(x: float, n: int):
    tape = []
    t = None
    for i in range(n):
        if i % 2:
            t = (x * i, x)
        tape.append((t, x))
        t = None
    s = 0.0
    for _ in range(n):
        t, b = tape.pop()
        s += b if t is None else t[0] * t[1] * b
    return s


def other_things_by_the_same_name(x, n):
    s = 0.0
    for i in range(n):
        part = [(x[i], 2.0)]
        s += part[0][0] * part[0][1]
        if i > 0:
            part = []
            for j in range(i):
                part.append(x[j] * s)
            s += part.pop()
        else:
            part = (s, x[0], 1.0)
            s *= part[1]
    for i in range(n):
        part = x * i
        s += part[i]
    part = "done"
    return s


def other_things_then_broken_off(x, n):
    s = 0.0
    for i in range(n):
        step = []
        for v in x:
            step.append((v, s))
            if v > 1.0:
                s += step[0][0]
                break
        else:
            step = v, x[i], s
            s += step[0] * step[1]
        step = x[i]
        s *= step
    return s


for count in (2, 5):
    add(tuple_after_none, 1.3, count)
    add(list_after_none, 1.3, count)
    add(dict_after_none, 1.3, count)
    add(object_after_none, X, 0.7, count)
    add(none_again, 1.3, count)
    add(tuple_or_none, 1.3, count)
    add(arrays_or_none, X, count)
    add(written_or_none, X, count)
    add(returns_none, 1.3, count)
    add(none_in_a_tuple, 1.3, count)
    add(list_or_none_in_a_tuple, 1.3, count)
    add(tuple_or_none_in_a_tuple, 1.3, count)
add(other_things_by_the_same_name, X, 3)
add(other_things_then_broken_off, X, 2)


def none_is_popped(x, n):
    tape = []
    for i in range(n):
        tape.append(None if i == 1 else x[0] * i)
    s = 0.0
    for _ in range(n):
        t = tape.pop()
        s += x[1] if t is None else t * t
    return s


def popped_tuple_is_written(x, n):
    tape = []
    for i in range(n):
        tape.append((x * i, i * x[0]))
    s = 0.0
    for _ in range(n):
        v, w = tape.pop()
        v[0] = w
        s += np.sum(v * x)
    return s


def matched_or_none(x, n):
    t = (x[0], x[1] * n) if n > 3 else None
    match t:
        case (a, b):
            return a * b
        case None:
            return x[2] * x[2]


for count in (2, 5):
    add(none_is_popped, X, count)
    add(popped_tuple_is_written, X, count)
    add(matched_or_none, X, count)


def rows_of_a_tree_asked_twice(a):
    tree = [None] * 5
    for i in range(len(a)):
        tree[i] = (a[i] * 2.0, i)
    s = 0.0
    for node in tree:
        if node is not None:
            s += np.sum(node[0] ** 2) * node[1]
        if node is None:
            s += a[0, 0] ** 3
        else:
            s += node[1] * a[0, 1]
    return s


add(rows_of_a_tree_asked_twice, np.array([[1.3, 0.7], [2.1, 0.4], [0.6, 1.9]]))


def pair_for_each_row_or_none(a):
    tree = [None] * 5
    for i in range(len(a)):
        tree[i] = (a[i] * 2.0, i)
    s = 0.0
    for node in tree:
        if node is None:
            t = (a[0, 0], 1)
        else:
            t = (node[0][0], 2)
        if node is None:
            s += t[0] ** 2
        else:
            s += t[0] * node[1]
    return s


add(pair_for_each_row_or_none, np.array([[1.3, 0.7], [2.1, 0.4], [0.6, 1.9]]))


# lists of lists, and of arrays, with None in them


def every_second_row(x, n):
    rows = [None] * n
    for i in range(n):
        if i % 2:
            rows[i] = [x * i, x]
    return sum(row[0] * row[1] for row in rows if row is not None)


def every_second_row_by_append(x, n):
    rows = []
    for i in range(n):
        rows.append(None if i % 2 else [x * i, x])
    s = 0.0
    while rows:
        row = rows.pop()
        if row is not None:
            s += row[0] * row[1]
    return s


def made_where_there_is_none(x, n):
    rows = [None] * n
    for i in range(n):
        if rows[i] is None:
            rows[i] = []
        for j in range(i):
            rows[i].append(x * j)
    return sum(sum(row) ** 2 for row in rows)


def arrays_given_up(x, n):
    rows = [np.array([x * i, x]) for i in range(n)]
    s = 0.0
    for i in range(n):
        s += rows[i][0] * x + np.sum(rows[i])
        rows[i] = None
    return s


def rows_given_up_or_renewed(x, n):
    rows = [[x * i, x] for i in range(n)]
    s = 0.0
    for i in range(n):
        s += rows[i][0] * x + sum(rows[i])
        rows[i] = [x, x] if i % 2 else None
    return s + sum(row[0] * row[1] for row in rows if row is not None)


def pairs_given_up(x, n):
    rows = [(x * i, [x, x * x]) for i in range(n)]
    s = 0.0
    for i in range(n):
        s += rows[i][0] * rows[i][1][1]
        rows[i] = None
    return s


def stack_in_a_list(x, n):
    stack, size = [None] * 8, 0
    for i in range(n):
        stack[size] = [x * ((i * 3) % 5), x]
        size += 1
    s = 0.0
    while size:
        size -= 1
        row = stack[size]
        stack[size] = None
        s = s * x + row[0] * row[1]
    return s


def which_are_there(x: float, n):
    """None that stands in a list of known length, which goes into another list."""
    rows = [[None] * 3 for _ in range(n)]
    for i in range(n):
        if i % 2:
            rows[i][1] = x
    s = 0.0
    for row in rows:
        s += x if row[1] is None else 2 * x * x
    return s


def which_keys_are_there(x: float, n):
    rows = [{"a": None, "b": x * i} for i in range(n)]
    for i in range(n):
        if i % 2:
            rows[i]["a"] = x
    return sum(x if row["a"] is None else row["b"] * x for row in rows)


def which_are_there_in_pairs(x: float, n):
    rows = [(None, [x, None]) for i in range(n)]
    for i in range(n):
        if i % 2:
            rows[i][1][1] = x
    s = 0.0
    for first, row in rows:
        s += x if row[1] is None else 2 * x * x
        if first is not None:
            s += x * x
    return s


def table(x: float, n):
    grid = [[None] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if i == 0 or j == 0:
                grid[i][j] = x
            else:
                grid[i][j] = grid[i - 1][j] * x + grid[i][j - 1]
    return grid[n - 1][n - 1]


for one in (
    every_second_row, every_second_row_by_append, made_where_there_is_none, arrays_given_up,
    rows_given_up_or_renewed, pairs_given_up, stack_in_a_list, which_are_there,
    which_keys_are_there, which_are_there_in_pairs, table,
):  # fmt: skip
    add(one, 1.3, 5)


# Lists and dictionaries of pairs, or of None


def pairs_of_what_is_above(x: "float[:]"):
    pairs = [(v, 1) if v > 0 else None for v in x]
    s = 0.0
    for pair in pairs:
        if pair is not None:
            v, count = pair
            s += v * v * count
    return s


def squares_of_what_is_above(x: "float[:]"):
    pairs = {}
    for i in range(len(x)):
        pairs[i] = (x[i] * x[i], x[i]) if x[i] > 0 else None
    s = 0.0
    for pair in pairs.values():
        if pair is not None:
            s += pair[0] * pair[0] * pair[1]
    return s


def pairs_in_pairs(x: "float[:]"):
    pairs = [((v * v, v), "above") if v > 0 else None for v in x]
    s = 0.0
    for pair in pairs:
        if pair is not None:
            (square, v), name = pair
            s += square * square * v if name == "above" else v
    return s


def pairs_in_rows(x: "float[:]"):
    rows = [[(v, v * w) if v > w else None for v in x] for w in x]
    s = 0.0
    for row in rows:
        for pair in row:
            if pair is not None:
                s += pair[0] * pair[1]
    return s


def rows_of_pairs(x: "float[:]"):
    rows = [[(v, v * w) for v in x] if w > 0 else None for w in x]
    return sum(a * b for row in rows if row is not None for a, b in row)


def pairs_to_go_through(x: "float[:]"):
    left = [(x[0], 0), None]
    s = 0.0
    while left:
        pair = left.pop()
        if pair is None:
            s = s * x[1]
            continue
        v, depth = pair
        s += v * v
        if depth < 3:
            left += [(v * x[2], depth + 1), None]
    return s


for one in (
    pairs_of_what_is_above, squares_of_what_is_above, pairs_in_pairs, pairs_in_rows,
    rows_of_pairs, pairs_to_go_through,
):  # fmt: skip
    add(one, X)


def between_bounds_that_may_be_none(x, lo=None, hi=None):
    return np.sum(np.clip(x, lo, hi) ** 2)


add(between_bounds_that_may_be_none, X, -0.2, None)
add(between_bounds_that_may_be_none, X, None, 0.4)
add(between_bounds_that_may_be_none, X, -0.2, 0.4)


def below_a_bound_in_a_loop(x, hi=None):
    s = 0.0
    for i in range(3):
        s = s + np.sum(np.clip(x * i, None, hi) ** 2)
    return s


add(below_a_bound_in_a_loop, X, 0.8)
add(below_a_bound_in_a_loop, X, None)
