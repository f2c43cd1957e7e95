"""Functions that call themselves, and change lists that they are given, or what these hold."""

import numpy as np

from corpus.cases import add

X = np.array([1.3, 0.7, 2.1])


def taken(tape: "list[np.ndarray]", n):
    if n == 0:
        return tape.pop()
    return taken(tape, n - 1)


def copies(x, n):
    tape = []
    for i in range(n):
        tape.append(x * (i + 1.0))
    return tape


def pairs(x, n):
    tape = []
    for i in range(n):
        tape.append((x * (i + 1.0), 2.0))
    return tape


# what may be what the list holds is read, while the list is changed


def products(tape: "list[np.ndarray]", w, n):
    if n == 0:
        return w.sum()
    a = tape.pop()
    b = a + 1.0
    b[0] = b[0] * w[0]
    return np.sum(a * w) + np.sum(b**2) + products(tape, w, n - 1)


def list_of_one_array_and_the_array(x: "Float[np.ndarray, 'n']"):
    w = x * 1.0
    tape = []
    for _ in range(3):
        tape.append(w)
    return products(tape, w, 3) + np.sum(w**3)


add(list_of_one_array_and_the_array, X)


def replaced_on_the_way(tape: "list[np.ndarray]", w, n):
    if n == 0:
        return w * 1.0
    a = tape.pop()
    a = a * 2.0
    a += w
    tape.append(a)
    return a * replaced_on_the_way(tape, w, n - 1)


def array_in_its_list_is_replaced(x):
    w = x * 1.0
    tape = [w]
    for _ in range(2):
        tape.append(w)
    s = replaced_on_the_way(tape, w, 3)
    return np.sum(s) + np.sum(w**3) + np.sum(tape[-1])


add(array_in_its_list_is_replaced, X)


def changed_by_turns(tape: "list[np.ndarray]", w, n):
    if n == 0:
        return 0.0
    w[0] += 1.0
    a = tape.pop()
    return np.sum(a * w) + changed_by_turns(tape, w, n - 1)


def another_array_is_changed(x):
    w, u = x * 1.0, x * 3.0
    tape = []
    for _ in range(4):
        tape.append(w)
    return changed_by_turns(tape, u, 2) + np.sum(u * w)


add(another_array_is_changed, X)


# what was read before the call stays what it was


def last_is_read_then_taken(x):
    tape = pairs(x, 3)
    a = tape[-1]
    taken(tape, 2)
    r, _ = taken(tape, 2)
    return np.sum(a[0] ** 2) + np.sum(r) * len(tape)


add(last_is_read_then_taken, X)


def rows_are_replaced(rows, x, n):
    if n == 0:
        return 0.0
    rows[n] = x * n
    return np.sum(rows[n - 1]) + rows_are_replaced(rows, x, n - 1)


def row_is_read_then_replaced(x):
    rows = copies(x, 4)
    keep = rows[2]
    s = rows_are_replaced(rows, x, 3)
    return s + np.sum(keep**2) + np.sum(rows[2] ** 3)


add(row_is_read_then_replaced, X)


def swapped(tape, n):
    if n == 0:
        t = tape[0]
        tape[0] = tape[1]
        tape[1] = t
        return 0.0
    return swapped(tape, n - 1)


def pair_is_read_then_swapped(x):
    tape = pairs(x, 3)
    p = tape[1]
    swapped(tape, 1)
    return np.sum(p[0] ** 2) + np.sum(tape[1][0] ** 3)


add(pair_is_read_then_swapped, X)


def read_back(tape: "list[np.ndarray]", n):
    if n == 0:
        return tape[0] * 1.0
    t = tape[-1]
    tape.pop()
    return read_back(tape, n - 1) + t**2


def last_of_each_level(x: "Float[np.ndarray, 'n']"):
    tape = copies(x, 4)
    r = read_back(tape, 3)
    r[0] = 8.0
    return np.sum(r**2) + np.sum(tape[0])


add(last_of_each_level, X)


# tuples of a list


def second_is_changed(pair, n):
    if n == 0:
        pair[0][1] = 7.0
        return 0.0
    return second_is_changed(pair, n - 1)


def array_of_a_pair_is_changed_by_a_callee(x):
    tape = pairs(x, 3)
    second_is_changed(tape[2], 1)
    return np.sum(tape[2][0] ** 2) + np.sum(tape[1][0])


add(array_of_a_pair_is_changed_by_a_callee, X)


def even(tape: "list[np.ndarray]", x, n):
    if n == 0:
        return x
    tape.append(x)
    return odd(tape, x * 1.5, n - 1)


def odd(tape: "list[np.ndarray]", x, n):
    if n == 0:
        return x
    tape.append(x * 2.0)
    return even(tape, tape[-1], n - 1)


def put_there_by_turns(x):
    tape = copies(x, 2)
    r = even(tape, x, 4)
    return np.sum([np.sum(t**2) for t in tape]) + np.sum(r)


add(put_there_by_turns, X)
