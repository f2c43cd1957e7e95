"""Arrays that a loop carries and overwrites, wholly or in part, before or after it reads them."""

import numpy as np

from corpus.cases import add

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6]])


def stages(x, n):
    y = np.zeros(len(x))
    k = np.zeros(len(x))
    s = np.ones(len(x))
    for _ in range(n):
        k[0] = x[0]
        k[1:] = x[1:] * y[:-1]
        s[:] = y + 0.5 * k
        k[0] = x[0] * s[1]
        k[1:] = x[1:] * s[:-1]
        y += 0.3 * k
    return y


add(stages, X, 3)
add(stages, X, 0)
add(stages, X[:1].copy() * 2, 0)


def stages_by_elements(x, n):
    y = np.zeros(len(x))
    k = np.zeros(len(x))
    for _ in range(n):
        k[0] = x[0]
        for i in range(1, len(x)):
            k[i] = x[i] * y[i - 1]
        for i in range(len(x)):
            y[i] += 0.5 * k[i] * k[i]
    return y


add(stages_by_elements, X, 3)


def seen_after_the_loop(x, n):
    k = x * 2.0
    total = 0.0
    for i in range(n):
        k[:] = x * (i + 1)
        total += k[0] * k[1]
    return total + k[2] * x[0]


add(seen_after_the_loop, X, 3)
add(seen_after_the_loop, X, 0)


def all_but_the_ends(x, n):
    k = x * 2.0
    u = x.copy()
    for _ in range(n):
        k[1:-1] = u[2:] * u[:-2]
        u = u + 0.1 * k
    return u


add(all_but_the_ends, X, 3)


def read_before_it_is_written(x, n):
    k = np.zeros(len(x))
    total = 0.0
    for _ in range(n):
        total += k[1] * x[1]
        k[:] = x * x
    return total


add(read_before_it_is_written, X, 3)


def written_on_one_path(x, n):
    k = x + 1.0
    total = 0.0
    for i in range(n):
        if i % 2:
            k[:] = x * i
        total += k[0] * k[3]
    return total


add(written_on_one_path, X, 4)


def ended_before_it_is_written(x, n):
    k = x + 1.0
    for i in range(n):
        if i == 2:
            break
        k[:] = x * (i + 2) * x
    return np.sum(k * x)


add(ended_before_it_is_written, X, 2)
add(ended_before_it_is_written, X, 5)


def rows_and_columns(a, n):
    w = np.zeros((2, 3))
    total = 0.0
    for _ in range(n):
        for i in range(2):
            for j in range(3):
                w[i, j] = a[i, j] * total + a[i, j] ** 2
        total += np.sum(w * a)
    return total


add(rows_and_columns, A, 3)


def an_array_of_shape(a, n):
    w = np.zeros(a.shape)
    total = 1.0
    for _ in range(n):
        for i in range(a.shape[0]):
            for j in range(a.shape[1]):
                w[i, j] = a[i, j] * total
        total = total + np.sum(w * w)
    return total


add(an_array_of_shape, A, 2)


def the_view_is_kept(x, n):
    k = np.zeros(len(x))
    v = k[1:]
    total = 0.0
    for i in range(n):
        k[:] = x * i
        total += v[0] * v[1]
    return total


add(the_view_is_kept, X, 3)


def swapped_buffers(x, n):
    u, v = x.copy(), np.zeros(len(x))
    for _ in range(n):
        v[0], v[-1] = u[0], u[-1]
        v[1:-1] = u[1:-1] + 0.1 * u[2:] * u[:-2]
        u, v = v, u
    return u


add(swapped_buffers, X, 3)


def parts_read_and_reset(x):
    b = x * x
    first = b[1:] * 2.0
    b[1:] = 0.0
    return first[0] + b[0] * x[2] + np.sum(first)


add(parts_read_and_reset, X)


def overwritten_twice(x):
    b = x * 1.0
    b[2] = x[0] * x[1]
    b[2] = x[3]
    b[-1] = x[4] * 3.0
    b[:] = b * x
    b[...] = 2.0 * b
    return b


add(overwritten_twice, X)


def part_by_part(x):
    b = np.zeros(6)
    b[0:2] = x[4:6]
    b[2:4] = x[0:2] * b[0]
    total = b[0] * b[3]
    b[4:] = x[2:4]
    return total + b[5] * b[1]


add(part_by_part, X)


def ends_that_meet_in_long_arrays(x, m):
    """In those of one or two elements, w[n - 3:] counts from the end and leaves the first."""
    n = len(x)
    w = x.copy()
    s = 0.0
    for t in range(m):
        for i in range(n - 3):
            w[i] = x[i] * t
        w[n - 3:] = x[n - 3:] * 2.0
        s += np.sum(w * w * x)
    return s


def slices_that_meet_in_long_arrays(x, m):
    n = len(x)
    w = x.copy()
    s = 0.0
    for t in range(m):
        w[:-3] = x[:-3] * t
        w[n - 3:] = x[n - 3:] * 2.0
        s += np.sum(w * w * x)
    return s


for short in (X, X[:3], X[:2], X[:1]):
    add(ends_that_meet_in_long_arrays, short, 3)
    add(slices_that_meet_in_long_arrays, short, 3)


def read_backwards_from_the_end(x):
    """In the last turn i is -1, and y[i::-1] is all of y."""
    y = x.copy()
    s = 0.0
    for i in range(len(x) - 2, -2, -1):
        s += np.sum(np.sin(y[i::-1]) * y[i::-1])
        y[i + 1] = 0.1 * s
    return s


add(read_backwards_from_the_end, X)
add(read_backwards_from_the_end, X[:2])
