"""Programs that write to arrays: by index, slice, mask and index list, through views, aliases."""

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
Y = np.array([1.1, 0.4, 0.8, 2.3, 0.6])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def heat(u, k, steps):
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u


add(heat, X, 0.1, 5)


def row_view(a, k):
    row = a[0]
    s = row[1] * k
    a[0, 1] = s * s
    a[1] += row
    return a[1, 1] + row[1]


add(row_view, A, 0.7)


def scan(x):
    for i in range(1, len(x)):
        x[i] = x[i] + x[i - 1] ** 2
    return x


add(scan, X)


def procedure(y, a, x):
    y += a * x


add(procedure, Y, 0.5, X)


def gemm(alpha, a, b, c):
    n = len(c)
    for i in range(n):
        for j in range(n):
            c[i, j] = alpha * np.dot(a[i], b[:, j]) + 0.5 * c[i, j]


add(gemm, 0.3, A, A.T * 2.0, A + 1.0)


def new_array(x, y):
    out = np.zeros(6)
    out[0] = x * y
    out[1] = out[0] * x
    out[2:4] = y
    out[4:] = out[2:4] * out[0]
    return out


add(new_array, 0.4, 1.3)


def mask_write(x):
    y = x.copy()
    y[y > 0.4] *= 2.0
    y[x < 0.0] = 0.1
    return y * x


add(mask_write, X)


def mask_with_values(x):
    y = np.zeros_like(x)
    m = x > 0.4
    y[m] = np.sin(x[m])
    y[~m] = x[~m] ** 2
    return y


add(mask_with_values, X)


def index_list(x):
    y = x * 2.0
    y[[0, 2]] = x[[3, 1]] ** 2
    y[[1, 3]] += 1.5
    return y * y


add(index_list, X)


def repeated_gather(x, idx):
    return np.sum(x[idx] ** 2) * x[idx][0]


add(repeated_gather, X, np.array([0, 0, 3, 1, 0]))


def repeated_write(x, idx, v):
    y = x.copy()
    y[idx] = v
    return y * x


add(repeated_write, X, np.array([0, 2, 0]), np.array([0.4, 0.6, 1.5]))


def repeated_accumulate(x, idx, v):
    y = x.copy()
    y[idx] += v * x[idx]
    return y


add(repeated_accumulate, X, np.array([0, 2, 0]), np.array([0.4, 0.6, 1.5]))


def add_at(x, idx, v):
    y = x * 3.0
    np.add.at(y, idx, v * x[idx])
    return y * y


add(add_at, X, np.array([0, 2, 0]), np.array([0.4, 0.6, 1.5]))


def two_names(x):
    a = x * 2.0
    b = a
    b[0] = b[1] * b[2]
    a[1] = b[0]
    return b


add(two_names, X)


def copy_is_apart(x):
    a = x * 2.0
    b = a.copy()
    b[0] = 5.0 * a[1]
    return a * b


add(copy_is_apart, X)


def view_of_view(x):
    u = x * 1.0
    v = u[1:]
    w = v[1:3]
    w *= 2.0
    v[0] = u[0] * u[2]
    return u


add(view_of_view, X)


def reversed_view(x):
    u = x.copy()
    r = u[::-1]
    r[0] = u[0] ** 2
    r[1:3] += u[0]
    return u


add(reversed_view, X)


def transposed_view(a):
    b = a.copy()
    t = b.T
    t[0] = a[1] * 2.0
    t[2, 1] *= t[0, 0]
    return b


add(transposed_view, A)


def reshaped_view(x):
    u = np.ones(6)
    v = u.reshape(2, 3)
    v[0] = x[:3]
    v[1, 1:] *= x[3:]
    return u * u


add(reshaped_view, X)


def raveled(a):
    b = np.zeros((3, 3))
    flat = b.ravel()
    flat[:] = a.ravel() ** 2
    flat[4] = a[0, 0]
    return b


add(raveled, A)


def diagonal_write(a):
    b = a @ a
    for i in range(3):
        b[i, i] += a[i, 0] * 2.0
    return b


add(diagonal_write, A)


def row_operations(a):
    a = a.copy()
    a[1] -= a[0] * (a[1, 0] / a[0, 0])
    a[2] -= a[0] * (a[2, 0] / a[0, 0])
    a[:, 2] = a[:, 1] * a[0, 2]
    return a


add(row_operations, A)


def swap_elements(x):
    x[0], x[1] = x[1], x[0] * 2.0
    return x[:2]


add(swap_elements, X)


def swap_rows(a):
    a[[0, 1]] = a[[1, 0]]
    return a * a[0]


add(swap_rows, A)


def elimination(a, b):
    a = a.copy()
    b = b.copy()
    n = len(b)
    for k in range(n - 1):
        for i in range(k + 1, n):
            m = a[i, k] / a[k, k]
            a[i, k:] -= m * a[k, k:]
            b[i] -= m * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - np.dot(a[i, i + 1 :], x[i + 1 :])) / a[i, i]
    return x


add(elimination, A + 3.0 * np.eye(3), X[:3])


def cholesky(a):
    n = a.shape[0]
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= low[i, k] * low[j, k]
            if i == j:
                low[i, j] = np.sqrt(s)
            else:
                low[i, j] = s / low[j, j]
    return low


add(cholesky, A @ A.T + np.eye(3))


def game_of_rows(u, steps):
    for _ in range(steps):
        v = u.copy()
        u[1:-1, 1:-1] = 0.25 * (v[2:, 1:-1] + v[:-2, 1:-1] + v[1:-1, 2:] + v[1:-1, :-2])
        u[0] = u[1] * v[0]
    return u


add(game_of_rows, np.outer(X, Y), 2)


def ping_pong(u, n):
    v = np.empty_like(u)
    for _ in range(n):
        v[:] = np.sin(u)
        u[:] = v * u
    return u + v


add(ping_pong, X, 3)


def rebinding_buffers(u, n):
    v = np.zeros_like(u)
    for _ in range(n):
        v[1:] = u[:-1] * 1.5
        u, v = v, u
    return u


add(rebinding_buffers, X, 3)


def history(x, n):
    h = np.zeros((n + 1, 2))
    h[0] = x
    for t in range(n):
        h[t + 1, 0] = h[t, 0] + 0.1 * h[t, 1]
        h[t + 1, 1] = h[t, 1] - 0.1 * np.sin(h[t, 0])
    return h[-1, 0] + h[:, 1].sum()


add(history, X[:2], 5)


def in_place_operators(x, y):
    x *= y
    x -= 0.5
    x /= y + 1.0
    x **= 2
    x += x
    return x


add(in_place_operators, X, Y)


def scalar_augmented(x, y):
    x *= y
    x -= 0.5
    x /= y + 1.0
    x **= 2
    x += x
    return x


add(scalar_augmented, 0.4, 1.3)


def filled(x):
    u = np.empty(4)
    u.fill(x)
    u[1] = x * x
    return u


add(filled, 0.4)


def self_overlap(x):
    x[1:] = x[:-1] * 2.0
    x[:-1] += x[1:]
    return x


add(self_overlap, X)


def value_kept_before_write(x):
    first = x[0]
    part = x[1:3].copy()
    x[0] = 7.0 * first
    x[1:3] = 0.0
    return x * first + part.sum()


add(value_kept_before_write, X)


def view_seen_after_write(x):
    part = x[1:3]
    x[1] = x[0] * 2.0
    return part * part


add(view_seen_after_write, X)


def return_view(x):
    x = x * 2.0
    return x[1:3], x


add(return_view, X)


def helper_writes(x):
    def scale(u, k):
        u *= k

    y = x.copy()
    scale(y, x[0])
    scale(y[1:], 2.0)
    return y


add(helper_writes, X)


def two_dimensional_slices(a):
    b = a.copy()
    b[1:, :2] = a[:2, 1:] * b[0, 0]
    b[..., -1] += b[:, 0]
    b[:, None, 0] *= 2.0
    return b


add(two_dimensional_slices, A)


def last_write_wins(x):
    y = np.zeros(3)
    y[0] = x[0]
    y[:] = x[1:4]
    y[0] = x[4]
    return y**2


add(last_write_wins, X)


def write_through_while(x):
    i = 0
    while x[i] < 1.0:
        x[i + 1] += x[i] ** 2
        i += 1
    return x


add(write_through_while, X)


def out_argument(x, y):
    z = np.empty_like(x)
    np.multiply(x, y, out=z)
    np.add(z, 1.0, z)
    return np.exp(z, out=z[::-1]) * z


add(out_argument, X, X)


def classic_swap_of_rows(a):
    a[0], a[1] = a[1], a[0]  # NumPy: both rows are the second one afterwards
    return a * np.arange(8.0).reshape(2, 4)


add(classic_swap_of_rows, np.arange(8.0).reshape(2, 4) + 0.5)


def through_flat(a):
    a.flat[3] = 2.0 * a[0, 0]
    a.flat[::2] *= 3.0
    return a * a


add(through_flat, np.arange(6.0).reshape(2, 3) + 0.5)


def shifted_and_reversed(x):
    x[1:] = x[:-1]
    x[:] = x[::-1] * x
    x *= 0.5
    y = x * 1.0
    x -= x
    return x + y


add(shifted_and_reversed, X)


def sorted_in_place(x):
    x.sort()
    return x * np.arange(float(len(x)))


add(sorted_in_place, X)


def filled_diagonal(a, v):
    np.fill_diagonal(a, v * v)
    return a @ a


add(filled_diagonal, np.arange(9.0).reshape(3, 3) + 0.5, 2.0)


def stored_with_more_axes(x, y):
    x[:] = np.sin(y)[None]
    x[1:] = (x[:-1] * y[1:])[None, None]
    return x * y


add(stored_with_more_axes, X, X * 0.7)


def stored_one_or_many(x, k):
    x[:] = np.minimum((x * np.arange(1.0, len(x) + 1))[None], 0.3 * x[:k])
    return np.cos(x)


add(stored_one_or_many, X, 1)
