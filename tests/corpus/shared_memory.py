"""What shares memory and what does not: results in tuples, x.flat, indices of several forms."""

import numpy as np

from corpus.cases import add, add_by_differences

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9, -0.4])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.53, 0.7, 1.9]])
S = A @ A.T + np.diag([2.3, 3.1, 4.2])


# -- the items of a tuple that a library gives


def eigenvalues_are_changed(a: "Float[np.ndarray, '3 3']"):
    found = np.linalg.eigh(a + a.T)
    w = found[0]
    w[0] = a[0, 0] ** 2
    return np.sum(found[0] * a[0])


add_by_differences(eigenvalues_are_changed, S)


def a_factor_is_changed(a: "Float[np.ndarray, '3 3']"):
    found = np.linalg.qr(a)
    found[0][0] *= 2.0
    found[1][1] = a[2]
    return np.sum(found[0] * a) + np.sum(found[1] * a)


add_by_differences(a_factor_is_changed, A)


def a_grid_is_changed(x):
    grid = np.meshgrid(x, x)
    first = grid[1]
    first[0] *= 2.0
    for i in range(3):
        grid[0][i] *= grid[1][i + 1]
    if x[0] > 0:
        grid[0][1] += first[0]
    return np.sum(grid[0] * grid[1])


add(a_grid_is_changed, X)
add(a_grid_is_changed, -X)


# -- x.flat


def flat_parts_are_copies(a):
    b = a.copy()
    v = b.flat[:4]
    v[0] = 5.0 * a[1, 1]
    v *= 2.0
    b.flat[1] *= 3.0
    w = b.T.flat[[0, 4]]
    w *= a[0, 1]
    return np.sum(b * a) + np.sum(v) + np.sum(w)


add_by_differences(flat_parts_are_copies, A)


def flat_is_kept(a):
    b = a.copy()
    elements = b.flat
    b[0, 1] *= 3.0
    elements[2] = elements[1] ** 2
    part = elements[1:3]
    elements[1] = a[2, 2]
    return np.sum(b * a) + np.sum(part * part)


add_by_differences(flat_is_kept, A)


# -- an array without axes is an index that copies, a number one that does not


def rows_by_arrays_without_axes(a):
    b = a.copy()
    copied = b[np.array(1)]
    copied *= 100.0
    seen = b[np.argmax(a[:, 0])]
    seen *= 2.0
    part = b[np.asarray(2), 1:]
    part *= 3.0
    b[np.array(0)] += 1.0
    return np.sum(b * a) + np.sum(copied) + np.sum(part)


add_by_differences(rows_by_arrays_without_axes, A)


# -- the layout of what copy() gives


def reshaped_copies(a):
    b = a.copy()
    r = b.T.reshape(9)
    r[1] = 3.0 * a[1, 1]
    c = np.asfortranarray(a).copy()
    s = c.T.ravel()
    s[1] = a[1, 1] ** 2
    t = c.ravel()
    t[2] *= a[0, 0]
    return np.sum(b * a) + np.sum(c * a)


add_by_differences(reshaped_copies, A)
add_by_differences(reshaped_copies, np.asfortranarray(A))


# -- views by indices of several forms


def row_or_column(a):
    u = a[:, None] if a[0, 0] > 5 else a[None]
    return np.sum(u[0] * u[0] * a)


add(row_or_column, A)
add(row_or_column, A + 6.0)


def row_or_matrix(a):
    b = a.copy()
    u = b[0] if a[0, 0] > 5 else b[None]
    u *= 2.0
    v = b[1] if a[0, 0] > 5 else b[1:]
    v *= a[0]
    return np.sum(b * a) + np.sum(u * a) + np.sum(v)


add(row_or_matrix, A)
add(row_or_matrix, A + 6.0)


def slices_of_several_axes(a):
    b = a.copy()
    u = b[..., 0] if a[0, 0] > 5 else b[:, 1]
    u *= a[1]
    v = b[:, ::-1] if a[0, 0] > 5 else b[::-1]
    v[0] += a[2]
    w = b[...] if a[0, 0] > 5 else b[:2]
    w += 1.0
    return np.sum(b * a) + np.sum(u * v[2]) + np.sum(w)


add(slices_of_several_axes, A)
add(slices_of_several_axes, A + 6.0)


def axis_before_or_behind(x):
    u = x[..., None] if x[0] > 0 else x[None, ...]
    return np.sum(u * u * x)


add(axis_before_or_behind, X)
add(axis_before_or_behind, -X)


def column_where_it_is_asked(x):
    def pick(v, is_column):
        if is_column:
            return v[:, None]
        return v[None]

    y = x.copy()
    s = 0.0
    for i in range(2):
        u = pick(y, i == 0)
        s += np.sum(u * x * u)
        u *= 2.0
    return s + np.sum(y)


add(column_where_it_is_asked, X)


def place_or_places(x):
    at = 2 if x[0] > 0 else slice(1, 3)
    u = x[at]
    return np.sum(u * u * x[0])


add(place_or_places, X)
add(place_or_places, -X)


# -- functions that give what they are given


def a_real_array_is_its_own_conjugate(x: "Float[np.ndarray, '6']"):
    y = x.copy()
    v = y.conj()
    v[1] = 5.0 * x[0]
    w = np.diff(y, n=0)
    w[2] *= x[1]
    u = np.conj(y)
    u *= 3.0
    return np.sum(y * x) + np.sum(u)


add_by_differences(a_real_array_is_its_own_conjugate, X)


def a_first_power(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    c = np.linalg.matrix_power(b, 1)
    c[0] *= 2.0
    d = np.apply_along_axis(lambda row: row, 0, b[1])
    d *= 3.0
    return np.sum(b * a) + np.sum(d)


add_by_differences(a_first_power, A)


# -- masks that are copied and changed


def masks_are_copied(x, mask):
    m = mask.copy()
    m[0] = False
    n = x > 0.4
    k = n.copy()
    k[3] = False
    n[1] = True
    s = np.sum(x[m] ** 2) + 2.0 * np.sum(x[n] ** 3)
    for i in range(3):
        s += np.sum(x[k])
        k[i] = not k[i]
    return s


add(masks_are_copied, X, X > 0.0)
