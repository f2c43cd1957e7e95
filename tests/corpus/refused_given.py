"""Functions that call themselves and change lists that they are given: what is refused of them."""

import numpy as np

from corpus.cases import refuse
from corpus.given import copies, even, pairs, rows_are_replaced, taken

X = np.array([1.3, 0.7, 2.1])


def put(tape, w, n):
    if n == 0:
        tape.append(w)
        return 0.0
    return put(tape, w, n - 1)


def put_with_number(tape, w, n):
    if n == 0:
        tape.append((w, 2.0))
        return 0.0
    return put_with_number(tape, w, n - 1)


def put_twice(tape, x, n):
    if n == 0:
        t = x * 2.0
        tape.append(t)
        tape.append(t)
        return 0.0
    return put_twice(tape, x, n - 1)


def put_in_both(a, b, x, n):
    if n == 0:
        t = x * 2.0
        a.append(t)
        b.append(t)
        return 0.0
    return put_in_both(a, b, x, n - 1)


def moved(a, b, n):
    if n == 0:
        b.append(a.pop())
        return 0.0
    return moved(a, b, n - 1)


def made_of_one(x, n):
    if n == 0:
        t = x * 2.0
        r = []
        for _ in range(2):
            r.append(t)
        return r
    return made_of_one(x, n - 1)


def last_pair(tape, n):
    if n == 0:
        return tape[-1]
    return last_pair(tape, n - 1)


def one_of_two(a, b, n):
    if n == 0:
        return a if a[0] > 1.0 else b
    return one_of_two(a, b, n - 1)


def array_that_was_read_is_changed(x):
    tape = pairs(x, 3)
    p, q = tape[-1]
    taken(tape, 2)
    p[0] = 9.0
    return np.sum(p**2) * q + np.sum(tape[-1][0])  # here


refuse("may share its memory", array_that_was_read_is_changed, X)


def row_is_replaced_then_changed(x):
    rows = copies(x, 4)
    keep = rows[2]
    s = rows_are_replaced(rows, x, 3)
    keep[0] = 5.0
    return s + np.sum(keep**2) + np.sum(rows[2] ** 3)  # here


refuse("may share its memory", row_is_replaced_then_changed, X)


def array_put_there_is_taken_and_changed(x):
    w = x * 1.0
    tape = copies(x, 2)
    put(tape, w, 2)
    r = tape.pop()
    r[0] = 5.0
    return np.sum(w**2) + len(tape)  # here


refuse("may share its memory", array_put_there_is_taken_and_changed, X)


def array_of_a_pair_is_taken_and_changed(x):
    w = x * 1.0
    tape = pairs(x, 2)
    put_with_number(tape, w, 2)
    r, _ = tape.pop()
    r[0] = 5.0
    return np.sum(w**2) + len(tape)  # here


refuse("may share its memory", array_of_a_pair_is_taken_and_changed, X)


def array_taken_by_a_callee_is_changed(x):
    w = x * 1.0
    tape = [x * 3.0, w]
    r = taken(tape, 2)
    r[0] = 5.0
    return np.sum(w**2) + np.sum(tape[0])  # here


refuse("may share its memory", array_taken_by_a_callee_is_changed, X)


def one_array_put_there_twice(x):
    tape = copies(x, 2)
    put_twice(tape, x, 2)
    a = tape.pop()
    a[0] = 5.0
    return np.sum(tape[-1] ** 2)  # here


refuse("may share its memory", one_array_put_there_twice, X)


def one_array_put_in_two_lists(x):
    a, b = copies(x, 2), copies(x, 2)
    put_in_both(a, b, x, 2)
    p = a.pop()
    p[0] = 5.0
    return np.sum(b[-1] ** 2)  # here


refuse("may share its memory", one_array_put_in_two_lists, X)


def array_moved_from_list_to_list(x):
    w = x * 2.0
    a, b = copies(x, 2), copies(x, 2)
    a.append(w)
    moved(a, b, 2)
    p = b.pop()
    p[0] = 5.0
    return np.sum(w**2)  # here


refuse("may share its memory", array_moved_from_list_to_list, X)


def list_of_one_array_is_returned(x):
    r = made_of_one(x, 2)
    a = r.pop()
    a[0] = 5.0
    return np.sum(r[-1] ** 2)  # here


refuse("may share its memory", list_of_one_array_is_returned, X)


def item_of_such_a_list_is_changed(x):
    r = made_of_one(x, 2)
    r[0][0] = 5.0
    return np.sum(r[-1] ** 2)  # here


refuse("other items of 'r' may be the same one", item_of_such_a_list_is_changed, X)


def pair_given_back_is_changed(x):
    tape = pairs(x, 3)
    p = last_pair(tape, 1)
    p[0][1] = 5.0
    return np.sum(tape[2][0] ** 2)  # here


refuse("may share its memory", pair_given_back_is_changed, X)


def one_of_the_list_is_given_back_and_changed(x):
    tape = copies(x, 2)
    r = even(tape, x, 4)
    r[1] = 0.0
    return np.sum([np.sum(t**2) for t in tape]) + np.sum(r)  # here


refuse("may share its memory", one_of_the_list_is_given_back_and_changed, X)


def one_of_two_arrays_is_changed(x):
    w, u = x * 1.0, x * 2.0
    r = one_of_two(w, u, 2)
    r[0] = 5.0
    return np.sum(w**2) + np.sum(u)  # here


refuse("may share its memory", one_of_two_arrays_is_changed, X)
