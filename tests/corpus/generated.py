"""Programs that generated programs came down to, when these were made smaller."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def add_at_a_part(x, v):
    y = x * 2.0
    np.add.at(y[1:], [0, 2, 0], v * x[:3])
    return y * y


add(add_at_a_part, X, np.array([0.4, 0.6, 1.5]))


def add_at_a_part_of_a_row(a, v):
    b = a * 2.0
    for row in b:
        np.add.at(row[1:], [0, 1, 0], v)
    np.add.at(b[:, ::-1][1], [0, 2], v[:2])
    return b * b


add(add_at_a_part_of_a_row, A, np.array([0.4, 0.6, 1.5]))


def squares_of_what_was_written(x, a):
    s = 1.5
    if np.sum(a @ x) < 99.0:
        a[2] = 1.5
        s = np.sum(a * a)
    return s * a[1]


add(squares_of_what_was_written, X[:3], A)


def closure_over_an_array(x, k):
    def total(z):
        return sum(e * z for e in x)

    def powers(z):
        return [z * e for e in x][1]

    return total(k) * total(x[0]) + powers(k)


add(closure_over_an_array, X[:4], 0.4)


def read_before_the_call(x, a):
    """The element is read before the call that changes it; the view is not."""
    y = x * 2.0

    def change(z):
        y[0] = z * x[1]
        y[2] = z * z
        a[0, 1] = z
        return z * x[2]

    y[0] += change(x[0])
    y[1:] *= change(x[1])
    y[[0, 2]] += change(x[2])
    a[0, 1] -= change(x[3])
    a[0] += change(y[1])
    y += change(a[0, 0])
    return np.sum(y * y) + np.sum(a * a)


add(read_before_the_call, X, A)


def item_read_before_the_call(x):
    items = [x, x * 2.0]

    def change(z):
        items[1] = z + 1.0
        return z * x

    items[1] *= change(x)
    items[0] += change(items[1])
    return items[0] * items[1]


add(item_read_before_the_call, 0.7)


def array_replaced_by_the_call(x):
    """The array that was there is the one that is changed, and it stands there again."""
    first = x * 2.0
    arrays = [first, x]

    def change(z):
        arrays[0] = z * x
        return z * z

    arrays[0] *= change(x[0])
    return arrays[0] * first + arrays[1]


add(array_replaced_by_the_call, X)


def known_before_a_loop_that_writes(x, a):
    """The total is that of before, though its name comes again in the loop."""
    s = np.sum(a[1] * x)
    total = s * s
    for _ in range(2):
        s = np.sum(a)
        a[a > 0.131] *= np.tanh(s)
    return total + a


def halved(a):
    for _ in range(2):
        s = np.mean(a)
        a[a > 0.131] *= s


def known_before_a_helper_that_writes(x, a):
    s = np.sum(a[1] * x)
    halved(a)
    return s + a


add(known_before_a_loop_that_writes, X[:3], A)
add(known_before_a_helper_that_writes, X[:3], A)


def condition_that_writes(x, n):
    y = x * 1.0
    count = 0.0

    def next_one(z):
        nonlocal count
        count += z
        y[2] = 0.5 * z
        return z

    i = 0
    while i < n and next_one(y[i]) < 0.9:
        i += 1
        j = 0
        while next_one(y[j]) < 0.6 and j < 3:
            j += 1
            if i == 2:
                break
            y[1] += y[2]
        else:
            y[0] *= 0.7
    return y * count


add(condition_that_writes, X, 3)


def number_read_on_one_path(x, a, c):
    """What is read is a number, which stays what it was when its place is written."""
    first = x[0] if c > 0.1 else x[1]
    other = x[2] if c > 0.1 else a[1][0]
    y = x[1]
    while c < 3.0:
        if c > 0.9:
            y = x[0]
        x[0] *= c
        c += 0.5
    x[0], x[3] = x[3], x[0]
    x[1] = 5.0 * c
    x[2] *= other
    a[1] = a[0]
    return c * first * y * other + np.sum(x**2) + np.sum(a**2)


add(number_read_on_one_path, X, A, 0.3)
add(number_read_on_one_path, X, A, -0.3)


def view_returned_from_a_loop(x, c):
    for i in range(3):
        if x[1] * i > c:
            return x[::-1]
        x[:2] *= c
    return x * x[0]


add(view_returned_from_a_loop, X * X, 0.3)
add(view_returned_from_a_loop, X * X, 1.3)


def whole_returned_from_a_loop(x, c):
    n = 0
    while n < 3:
        n += 1
        if n * c > 1.0:
            return x[:]
        x[1] *= c
    return x[:]


add(whole_returned_from_a_loop, X, 0.4)
add(whole_returned_from_a_loop, X, 0.3)


def view_made_before_the_break(x, c):
    for i in range(3):
        if x[1] * i > c:
            v = x[::-1]
            break
        x[:2] *= c
    else:
        return x * 2.0
    return v * c


add(view_made_before_the_break, X * X, 0.3)
add(view_made_before_the_break, X * X, 1.3)


def rebound_after_a_callee_changed_it(x, u):
    """The callee's name for the array is the newest when the second loop begins."""

    def lowered(a):
        n = 0
        while n < 2:
            n += 1
            a -= x

    lowered(u)
    n = 0
    while n < 4 and np.sin(u[0]) > 0.217:
        n += 1
        u = np.sin(u)
    return u * 2.0


add(rebound_after_a_callee_changed_it, 0.3, np.array([0.9, -0.3, 0.5]))
add(rebound_after_a_callee_changed_it, -0.4, np.array([0.9, -0.3, 0.5]))


def last_row_written_after_its_loop(x, a, c):
    for _ in range(3):
        if c > 0.9:
            for row in a:
                row[:2] *= c
                x *= np.sin(x)
            np.add.at(row, [2, 0, 1], x[[0, 1, 0]])
        else:
            x[1] += c
        x = x[:].copy()
    return np.sum(x**2) + np.sum(a**3)


add(last_row_written_after_its_loop, X, A, 0.8)
add(last_row_written_after_its_loop, X, A, 1.1)


def element_scaled_by_a_call_that_writes_it(x, y, u):
    """u[i] is read before the call, which writes u[0]."""

    def scale(z):
        u[0] = 0.5 * math.sin(x + u[0])
        return 0.5 * math.cos(z)

    for i in range(3):
        u[i] *= scale(x - y)
    return np.sum(u ** 2) + y


add(element_scaled_by_a_call_that_writes_it, 0.7, -0.4, np.array([0.9, -0.3, 0.5]))


def scaled_and_squared(a, x, n):
    for _ in range(2):
        a[0] *= 0.9
    if n == 0:
        return x + np.sum(a ** 2)
    return scaled_and_squared(a, x, n - 1)


def changed_after_a_recursion_that_records_it(x, u):
    """What the tape holds of u is not what the caller goes on with."""
    d = scaled_and_squared(u, x, 1)
    u[1] *= 0.5
    return d + np.sum(u ** 2)


add(changed_after_a_recursion_that_records_it, 0.7, np.array([0.9, -0.3, 0.5]))
