"""Writes through views that no slice gives, and reads through views that are read-only."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from corpus.cases import add, add_by_differences

X = np.array([0.3, -0.7, 1.2, 0.5])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])
T = np.arange(24.0).reshape(2, 3, 4) / 7.0


def diagonal_by_einsum(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    np.einsum("ii->i", b)[:] = a[0] ** 2
    d = np.einsum("ii->i", b)
    d *= a[1]
    b[0, 0] = 3.0 * a[1, 1]
    np.einsum("ii->i", b[1:, 1:])[0] += d[0]
    return np.sum(b * a) * d[2]


add_by_differences(diagonal_by_einsum, A)


def diagonal_in_a_loop(x: "Float[np.ndarray, '4']"):
    a = np.outer(x, x)
    d = np.einsum("ii->i", a)
    for i in range(len(x)):
        d[i] = d[i] * x[i] + a[0, i]
    v = d if x[0] > 0.0 else a[0]
    v *= 2.0
    return np.sum(a * x)


add_by_differences(diagonal_in_a_loop, X)


def axes_by_einsum(t: "Float[np.ndarray, '2 3 4']"):
    b = t.copy()
    np.einsum("ijk->kij", b)[0] = t[:, :, 1] * 2.0
    np.einsum("kji", b)[1] *= t[0, 0, 0]
    return np.sum(b * t)


add_by_differences(axes_by_einsum, T)


def diagonal_seen_after_a_write(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    d, e = b.diagonal(), np.diagonal(b, 1)
    b[1, 1] = a[0, 0] ** 2
    b[0, 1] = a[2, 0]
    return np.sum(d * a[0]) + np.sum(e * e)


add(diagonal_seen_after_a_write, A)


def diagonal_by_stride(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    b.flat[:: len(b) + 1] = a[0] ** 2
    b.ravel()[::4] *= a[0, 1]
    np.fill_diagonal(b[1:], a[2, 2])
    return np.sum(b * a)


add(diagonal_by_stride, A)


def windows(x: "Float[np.ndarray, '4']"):
    w = sliding_window_view(x, 2)
    return np.sum(w[:, 0] * w[:, 1] ** 2)


add_by_differences(windows, X)


def windows_seen_after_a_write(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    w = sliding_window_view(y, 3)
    y[1] = x[0] * x[3]
    return np.max(w, axis=1) @ np.sum(w, axis=1)


add_by_differences(windows_seen_after_a_write, X)


def windows_of_a_matrix(a: "Float[np.ndarray, '3 3']"):
    kernel = a[:2, :2]
    w = sliding_window_view(a, (2, 2))
    rows = sliding_window_view(a, 2, axis=1)
    return np.sum(np.sum(w * kernel, axis=(2, 3)) ** 2) + np.sum(rows[:, :, 1] ** 3)


add_by_differences(windows_of_a_matrix, A)


def broadcast_after_a_write(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    b = np.broadcast_to(y, (3, 4))
    y[0] = x[1] ** 2
    return np.sum(b * b[::-1])


add(broadcast_after_a_write, X)


def parts_of_a_split(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    a, b = np.split(y, 2)
    a *= x[2:]
    b[0] = a[1] ** 2
    for part in np.array_split(y, 3):
        part *= part[0]
    left, right = np.hsplit(y, 2)
    left += right
    return np.sum(y * x)


add_by_differences(parts_of_a_split, X)


def parts_of_a_matrix(a: "Float[np.ndarray, '3 3']", n: int):
    b = a.copy()
    rows = np.vsplit(b, 3)
    rows[0] *= 2.0
    columns = np.hsplit(b, [1, 2])
    columns[1][:] = columns[0]
    left, right = np.split(b, [1], axis=1)
    right *= left
    for part in np.array_split(b, n):
        part[0] += part[-1] ** 2
    return np.sum(b * a)


add_by_differences(parts_of_a_matrix, A, 2)


def one_array_by_other_names(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    np.asarray(b)[0] = a[1]
    np.asarray(b.T, dtype=float)[2] *= 2.0
    np.asanyarray(b)[1, 1] = a[0, 0] ** 2
    np.ascontiguousarray(b)[2] *= a[0]
    np.asfortranarray(b)[0] *= 5.0
    return np.sum(b * a)


add_by_differences(one_array_by_other_names, A)


def reshaped_from_a_stride(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    back = y[::-1]
    v = back.reshape(2, 2)
    v[0] *= x[0]
    y[::2].reshape(1, 2)[0, 1] *= x[3]
    back.reshape(-1)[1] *= 3.0
    return np.sum(y * x)


add(reshaped_from_a_stride, X)


def every_index(a: "Float[np.ndarray, '3 3']"):
    s = 0.0
    for (i, j), v in np.ndenumerate(a):
        s += v * v * (i + 2 * j)
    for place in np.ndindex(a.shape):
        s += a[place] ** 3
    for i, j in np.ndindex(2, 3):
        s += a[i, j] * a[j, i]
    return s


add_by_differences(every_index, A)


def copies_in_the_order_of_the_array(a: "Float[np.ndarray, '2 3']"):
    b = a.T.copy("K")
    c = a.T.copy(order="K")
    d = a.copy(order="C")
    first, second, third = b.reshape(-1), c.T.reshape(-1), d.reshape(-1)
    first[0] = 5.0
    second[1] = a[0, 1] ** 2
    third[2] = a[1, 1] ** 3
    return np.sum(b * a.T) + np.sum(c * a.T) + np.sum(d * a)


add_by_differences(copies_in_the_order_of_the_array, np.array([[1.3, 0.7, 0.4], [2.1, 0.4, 1.1]]))


def copies_by_columns(a: "Float[np.ndarray, '2 3']"):
    b, c = a.copy("F"), a[0].copy("F")
    b[0] = a[1] ** 2
    column = c.reshape(3, 1)
    column[0] = 5.0
    return np.sum(b * a) + np.sum(c * a[1])


add_by_differences(copies_by_columns, np.array([[1.3, 0.7, 0.4], [2.1, 0.4, 1.1]]))


# indices that give copies, of arrays of which nothing is known


def a_mask_gives_a_copy(x):
    y = x * 2.0
    z = y[y > 0.0]
    z[0] = x[1] ** 2
    return np.sum(y * y) + np.sum(z)


add(a_mask_gives_a_copy, X)


def a_mask_of_something_else_gives_a_copy(x):
    y = x * 2.0
    z = y[~(x < 0.4)]
    z *= 3.0
    z[0] = z[1] * x[0]
    return np.sum(y * y) + np.sum(z * z)


add(a_mask_of_something_else_gives_a_copy, X)


def an_order_gives_a_copy(x):
    y = x * 1.0
    w = y[np.argsort(x)]
    w[0] = x[1] ** 2
    return np.sum(y * w) + np.sum(w)


add(an_order_gives_a_copy, X)


def an_argument_as_index(x, i):
    y = x * 2.0
    z = y[i]
    y[0] = z * x[1]
    return np.sum(y * y) + z


add(an_argument_as_index, X, 0)


def joined_columns_lie_in_columns(a: "Float[np.ndarray, '3 3']"):
    b = np.zeros((3, 3))
    b[:] = a
    d = np.concatenate([b.T, b.T])
    s = d.ravel()
    s[1] = a[0, 0] ** 2
    e = np.concatenate((b, b * 2.0))
    t = e.ravel()
    t[1] = a[1, 1] ** 2
    return np.sum(d * d) + np.sum(e * e) + np.sum(s) * np.sum(t)


add(joined_columns_lie_in_columns, A)


def every_second(p):
    p[[0, 1, 1]] = np.full(3, p[1])
    p[0] = np.mean(p)


def first_two_places(p):
    p[1:3] = np.concatenate((np.ones(1), [np.mean(p)]))


def a_part_of_a_part_is_written(x):
    """The length of what is written is that of the part, not of the view that it is part of."""
    y = x * 2.0
    every_second(y[::2])
    first_two_places(y[:])
    y[1:][:2] += np.mean(y[1:]) * np.array([1.0, 2.0])
    return y


add(a_part_of_a_part_is_written, np.array([0.3, 0.7, -0.2, 1.1, 0.5]))


def a_mask_of_two_axes_and_a_column(x, hit, y):
    """A mask consumes two axes, so what stands behind it names the third."""
    z = x * 1.0
    z[hit, 1] = y * y
    return np.sum(z[:, 0] ** 2)


def a_mask_of_two_axes_in_a_loop(x, hit, y):
    """What later turns write through such a mask is not what was read."""
    s = 0.0
    x = x * 1.0
    for i in range(2):
        s += np.sum(np.sin(x[:, 0]) * y) + np.sum(x[i] ** 3)
        x[hit, 1] = np.sin(s * x[hit, 1])
    return s + np.sum(x**2)


CUBE = np.arange(8.0).reshape(2, 2, 2) / 7.0 + 0.2
add(a_mask_of_two_axes_and_a_column, CUBE, CUBE[:, :, 0] > 0.3, 0.3)
add(a_mask_of_two_axes_in_a_loop, CUBE, CUBE[:, :, 0] > 0.3, 0.3)


def what_a_repeated_index_holds(data, w):
    """Of what x[[0, 2, 0, 1]] = v writes, the last holds: what is read back is not v."""
    s = 0.0
    x, at = np.sin(data), data[0] % 4
    held = np.cos(data[0])
    for i in range(len(data)):
        row = x[i] * x[0]
        held[at] = row
        s += np.dot(held[at], w)
    return s


add(what_a_repeated_index_holds, np.array([[4, 6, 8, 5], [1, 2, 3, 7], [5, 1, 0, 2]] * 3), X)


def views_of_what_is_a_list(x):
    """NumPy makes an array of a list, and gives a view of that."""
    v = [t * t for t in x]
    y = np.flip(v)
    y[0] *= 2.0
    z = np.ravel(v)[1:] * np.squeeze(v)[:-1]
    w = np.broadcast_to(v, (2, len(x))) * np.expand_dims(v, 0)
    table = np.reshape(v, (-1, 1)) * np.transpose(v) + np.atleast_2d(v)
    return np.sum(y * x) + np.sum(z) + np.sum(w) + np.sum(table * x)


add(views_of_what_is_a_list, X)


def tuples_in_an_index(a):
    """A tuple inside of an index names elements one by one, as a list does, some of them twice."""
    first = a[(0, 0, 1),]
    middle = a[(0, 2, 2), (1, 1, 1)]
    at = ((0, 0, 1), 2)
    k = 1
    last = a[(k, k), :2]
    return np.sum(first**2) + np.sum(middle**3) + np.sum(a[at] ** 2) + np.sum(last**3)


def written_by_tuples_in_an_index(a):
    b = a * 2.0
    b[(0, 0, 1), (1, 1, 1)] = a[2] ** 2
    b[(2, 2),] += a[0] * a[1]
    row = b[(1, 1), :]
    row[0] = a[0]
    np.add.at(b, ((0, 0), (2, 2)), a[0, :2])
    return np.sum(b**2) + np.sum(row**3)


for function in (tuples_in_an_index, written_by_tuples_in_an_index):
    add(function, A)


def written_again_until_it_is_full(x: "float[:]", s: float):
    y = np.zeros((4, 2))
    y.flat = x
    z = np.zeros(7)
    z.flat[1:6] = x * s
    z.flat[[6, 0]] = x[:1] * x[1:2]
    w = np.zeros((1, 2))
    w.flat = x
    return np.sum(y * np.arange(8.0).reshape(4, 2)) + np.sum(z**2) * np.sum(w)


add_by_differences(written_again_until_it_is_full, np.array([0.3, -0.7, 1.2]), 0.6)
