"""Functions that call themselves and change lists that they are given: what is refused of them."""

import math

import numpy as np

from corpus.cases import refuse, right_now
from corpus.given import copies, even, pairs, rows_are_replaced, taken
from corpus.raised import logged_step

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


# lists that a try has changed in another way, or that are not cut back to what they were


def popped_in_a_try(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    for i in range(n):
        mark = len(log)
        try:
            log.pop()
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]  # here
            s = 0.4 * s
    return s + sum(log) * len(log)


right_now(popped_in_a_try, 0.83, 4)


def item_replaced_in_a_try(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    for i in range(n):
        mark = len(log)
        try:
            log[0] = s * 2.0
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]  # here
            s = 0.4 * x
    return s + sum(log) * len(log)


right_now(item_replaced_in_a_try, 0.83, 4)


def cut_back_to_another_length(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    mark = len(log)
    for i in range(n):
        try:
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]  # here
            s = 0.4 * x
    return s + sum(log) * len(log)


right_now(cut_back_to_another_length, 0.83, 4)


def cut_back_further(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    for i in range(n):
        mark = len(log) - 1
        try:
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]  # here
            s = 0.4 * x
    return s + sum(log) * len(log)


right_now(cut_back_further, 0.83, 4)


def length_changed_in_a_try(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            mark = mark + 1
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            del log[mark:]  # here
            s = 0.4 * x
    return s + sum(log) * len(log)


right_now(length_changed_in_a_try, 0.83, 4)


def appended_behind_the_length(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        log.append(s)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            del log[mark:]  # here
            s = 0.4 * x
    return s + sum(log) * len(log)


right_now(appended_behind_the_length, 0.83, 4)


def read_before_it_is_cut_back(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            s = 0.4 * log[-1]  # here
            del log[mark:]
    return s + sum(log) * len(log)


right_now(read_before_it_is_cut_back, 0.83, 4)


def length_read_in_a_handler(x, n):
    log = []
    s = x
    k = 0
    for i in range(n):
        mark = len(log)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            k += len(log) - mark  # here
            del log[mark:]
            s = 0.4 * x
    return s * k + sum(log) * len(log)


right_now(length_read_in_a_handler, 0.83, 4)


def counted(x, n):
    calls = 0

    def squared(y):
        nonlocal calls
        calls += 1  # here
        return math.log(np.sum(y**2))

    for _ in range(n):
        try:
            x = x * squared(x)
        except ValueError:
            x = x * 0.5
    return x


right_now(counted, X, 2)
