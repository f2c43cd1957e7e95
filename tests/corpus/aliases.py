"""Programs in which a name is one array or another, which one being known at run time only."""

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9, -1.1])
Y = np.array([1.1, 0.4, 0.8, 2.3, 0.6, 0.7])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


# an alias made in one branch only


def copied_in_one_branch(x, c):
    if c > 0:
        v = x
    else:
        v = x.copy()
    v[0] = x[1] * c
    return np.sum(x * v)


add(copied_in_one_branch, X, 0.8)
add(copied_in_one_branch, X, -0.8)


def one_of_two(x, c):
    y = x * 2.0
    z = x * 3.0
    v = y if c > 0 else z
    v[1:3] *= x[0]
    return np.sum(y * y) + np.sum(z * x) + v[1] * c


add(one_of_two, X, 0.8)
add(one_of_two, X, -0.8)


def changed_through_the_base(x, c):
    y = x.copy()
    z = x**2
    v = y if c > 0 else z
    y[0] = c * x[3]
    return np.sum(v * x)


add(changed_through_the_base, X, 0.8)
add(changed_through_the_base, X, -0.8)


def one_of_two_slices(x, c):
    y = x.copy()
    v = y[1:] if c > 0 else y[-2::-1]
    v[0] = x[2] * c
    y[2] *= 2.0
    return np.sum(v * v) + y[1] * x[0]


add(one_of_two_slices, X, 0.8)
add(one_of_two_slices, X, -0.8)


def one_of_three(x, k):
    a = x.copy()
    b = x * 2.0
    if k == 0:
        v = a
    elif k == 1:
        v = b[::-1]
    else:
        v = a[2:]
    v[1] = x[0] * v[0]
    b[5] += 0.5
    return np.sum(a * b) + v[1]


add(one_of_three, X, 0)
add(one_of_three, X, 1)
add(one_of_three, X, 2)


def alias_of_an_alias(x, c, d):
    a = x.copy()
    b = x * 2.0
    v = a if c > 0 else b
    w = v if d > 0 else a[1:]
    w[0] = v[1] * c
    v[2] = w[0] * d
    return np.sum(a * b) + w[1]


add(alias_of_an_alias, X, 0.8, 0.4)
add(alias_of_an_alias, X, -0.8, 0.4)
add(alias_of_an_alias, X, -0.8, -0.4)


def of_a_handler(x, c):
    y = x.copy()
    try:
        if c < 0:
            raise ValueError("negative")
        v = y
    except ValueError:
        v = y * 2.0
    v[0] = x[1] * c
    return np.sum(y * v)


add(of_a_handler, X, 0.8)
add(of_a_handler, X, -0.8)


def of_a_match(x, k):
    y = x.copy()
    z = x * 3.0
    match k:
        case 1:
            v = y
        case 2:
            v = z
        case _:
            v = y[::-1]
    v[0] *= x[1]
    return np.sum(y * z)


add(of_a_match, X, 1)
add(of_a_match, X, 3)


def in_a_structure(x, c):
    d = {"a": x.copy()}
    e = d if c > 0 else {"a": x * 2.0}
    e["a"][0] = x[4] * x[3]
    return np.sum(d["a"] * e["a"])


add(in_a_structure, X, 0.8)
add(in_a_structure, X, -0.8)


def replaced_in_a_list(x, c):
    rows = [x.copy(), x * 2.0]
    v = rows[0]
    if c > 0:
        rows[0] = x * 3.0
    v[0] = 5.0 * x[1]
    return np.sum(rows[0] * rows[1])


add(replaced_in_a_list, X, 0.8)
add(replaced_in_a_list, X, -0.8)


def given_to_a_function(x, c):
    def scale(a, s):
        a *= s
        return a

    y = x.copy()
    v = scale(y if c > 0 else y.copy(), c)
    v[1] = y[0] ** 2
    return np.sum(v * y)


add(given_to_a_function, X, 0.8)
add(given_to_a_function, X, -0.8)


def the_argument_is_the_result(x, c):
    v = x if c > 0 else x * 2.0
    v *= c
    v[0] = v[1] ** 2
    return v


add(the_argument_is_the_result, X, 0.8)
add(the_argument_is_the_result, X, -0.8)


# names bound to other arrays in a loop


def buffers_by_parity(x, n):
    a = x.copy()
    b = np.zeros(6)
    for i in range(n):
        source, target = (a, b) if i % 2 == 0 else (b, a)
        target[:] = source * source[::-1] * 0.5
    return np.sum(a * b)


add(buffers_by_parity, X, 3)
add(buffers_by_parity, X, 0)


def the_better_one(x, n):
    a = x.copy()
    b = x * 2.0
    best = a
    for i in range(n):
        if np.sum(a) > np.sum(b):
            best = a
        else:
            best = b
        best[i] = best[i] * 0.1 + x[0]
    return np.sum(a * a) + np.sum(b) * best[0]


add(the_better_one, X, 4)


def view_that_moves(x):
    u = x.copy()
    v = u[:2]
    for i in range(3):
        v[0] = v[1] * 1.5 + i
        v = u[i : i + 2]
    return np.sum(u * v[0])


add(view_that_moves, X)


def last_of_the_rows(a, n):
    b = a * 1.0
    row = b[0]
    for i in range(n):
        row[1] += row[0] * b[i, 2]
        if row[1] > 0.5:
            row = b[i]
    row *= 2.0
    return np.sum(b * b) + row[0]


add(last_of_the_rows, A, 3)


def new_one_at_times(x, n):
    y = x.copy()
    v = y
    for i in range(n):
        if i == 1:
            v = v * 2.0
        v[i] = v[i + 1] ** 2
    return np.sum(v * y)


add(new_one_at_times, X, 1)
add(new_one_at_times, X, 3)


def swapped_and_seen(x, y, n):
    u = x.copy()
    v = y.copy()
    first = u
    for _ in range(n):
        v[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2]) * u[1:-1]
        u, v = v, u
    return np.sum(first * u) + v[1]


add(swapped_and_seen, X, Y, 3)
add(swapped_and_seen, X, Y, 0)


def until_it_is_small(x, c):
    a = x.copy()
    b = x * 0.5
    v = a
    while np.sum(v * v) > c:
        v *= 0.5
        v = b if v is None or v[0] > 0.1 else a
    return np.sum(a * b) + v[2]


add(until_it_is_small, X, 0.9)


# views where the layout in memory allows it


def flat_view_of_an_argument(a):
    v = a.reshape(-1)
    v[0] = v[1] * 2.0
    return np.sum(a * a) + v[0]


add(flat_view_of_an_argument, A)


def raveled_argument(a):
    v = a.ravel()
    v[1] = v[0] ** 2
    a[0, 0] *= 2.0
    return np.sum(a**3) + v[0]


add(raveled_argument, A)


def raveled_transpose(a):
    v = np.ravel(a.T)
    v *= 2.0
    return np.sum(a * a) + v[0]


add(raveled_transpose, A)


def flat_view_of_an_array_in_column_order(a):
    b = a.T * 2.0
    v = b.ravel()
    v[0] = 5.0 * a[0, 0]
    v[1] = a[1, 1] * 3.0
    return np.sum(b * b) + v[1]


add(flat_view_of_an_array_in_column_order, A)


def flat_view_of_a_copy(a):
    b = np.copy(a.T)
    v = b.reshape(-1)
    v[1] = 5.0 * a[0, 0]
    c = np.array(a)
    w = c.reshape(-1)
    w[1] = a[1, 1] ** 2
    return np.sum(b * a) + np.sum(c * a)


add(flat_view_of_a_copy, A)


def flat_view_of_zeros_alike(a):
    b = np.zeros_like(a.T)
    v = b.reshape(-1)
    v[1] = 5.0 * a[0, 0]
    b[0, 1] += a[1, 1] ** 2
    return np.sum(b * a) + v[1]


add(flat_view_of_zeros_alike, A)


def reshaped_part(a):
    b = a * 1.0
    v = b[:, 1:].reshape(-1)
    v[0] = 5.0 * a[0, 0]
    w = b[1:].reshape(-1)
    w[0] = 2.0 * a[1, 1]
    return np.sum(b * b) + v[1] * v[0]


add(reshaped_part, A)


def as_an_array_of_floats(x):
    v = np.asarray(x, dtype=float)
    v[0] = v[1] * v[0]
    return np.sum(x * v)


add(as_an_array_of_floats, X)


def contiguous_columns(a):
    b = a.copy()
    v = np.ascontiguousarray(b[:, 1])
    w = np.ascontiguousarray(b[1])
    v[0] = a[0, 0] ** 2
    w[0] = a[1, 1] ** 2
    return np.sum(b * b) + np.sum(v) * w[0]


add(contiguous_columns, A)


# other views, seen after the array they are views of has changed


def diagonals(a):
    b = a.copy()
    d, e = np.diag(b), b.diagonal()
    b[0, 0] = a[1, 1] ** 2
    return np.sum(d * e) + d[0]


add(diagonals, A)


def matrix_of_a_diagonal(a):
    d = a[0].copy()
    m = np.diag(d)
    d[0] = a[1, 1] ** 2
    m[0, 1] = d[0]
    return np.sum(m @ a) + np.sum(d)


add(matrix_of_a_diagonal, A)


def broadcast_view(x):
    y = x.copy()
    w = np.broadcast_to(y, (2, 6))
    y[2] = x[0] ** 2
    return np.sum(w[1] * x)


add(broadcast_view, X)


def turned_views(a):
    b = a.copy()
    u, v = np.flipud(b), np.fliplr(b)
    w, z = np.rot90(b), b.transpose(1, 0)
    b[0, 0] = a[2, 2] ** 2
    u[0] *= 2.0
    v[1] = a[1]
    w[0] += u[1] * v[2]
    z[2] -= w[1]
    return np.sum(b * a) + np.sum(u * v) + w[1, 1] * z[0, 2]


add(turned_views, A)


def with_more_axes(x):
    y = x[:3].copy()
    v, w = np.atleast_2d(y), y[None]
    v[0, 1] = x[1] * x[4]
    w[0, 2] = v[0, 1] ** 2
    return np.sum(v * y) + w[0, 1]


add(with_more_axes, X)


def product_moved_past_a_loop(x, n):
    b = x * 2.0
    w = b[::-1]
    a = w * x[1]
    for i in range(n):
        w[:] *= x[0]
        w = b.reshape(2, 3).reshape(-1) if i > 0 else b
    return np.sum(a * b) + w[3]


add(product_moved_past_a_loop, X, 2)


def known_on_one_path_only(x, c, n):
    a = x.copy()
    b = x * 2.0
    v = a
    w = b[::-1]
    if c > 0:
        v = b
        w = a.copy()
        v += 0.3 * v
        a[:] *= 0.9
    else:
        w[1] = v[0] * x[2]
    w[2] = b[2] * c
    w[0] = w[0] * 0.7
    for _ in range(n):
        b = b[::-1]
    for _ in range(n):
        w = v
    return np.sum(a * b) + np.sum(v * x) + w[1] * v[2] + w[3]


add(known_on_one_path_only, X, 0.8, 2)
add(known_on_one_path_only, X, -0.8, 2)
add(known_on_one_path_only, X, -0.8, 0)


def rows_of_one_of_two(a, b, c):
    """A loop goes through what is one of two arrays, both of which are written."""
    v = a if c > 0.0 else b
    total = 0.0
    for row in v:
        a[1] *= 0.5
        b[0] += row
        total += row[0] * row[1]
    for i, row in enumerate(v):
        row[0] = total * i
    return np.sum(v * 0.3) + np.sum(a * b) + total


add(rows_of_one_of_two, A, A * 0.3, 0.8)
add(rows_of_one_of_two, A, A * 0.3, -0.8)


def sum_with_one_of_two(x, c):
    y = x * 2.0
    v = x if c > 0.0 else y
    for i in range(2):
        if c * i > 0.5:
            v = y
        v[0] *= c
        y[1] += (x - v)[2] + np.sum(v @ x)
    return v * y + x


add(sum_with_one_of_two, X, 0.8)
add(sum_with_one_of_two, X, -0.8)


def item_or_array_replaced(x, c, n):
    """What may be an item of the list is an array of its own when the item is replaced."""
    s = [x * c, x + c]
    for _ in range(n):
        s.append(x * 3.0)
    y = x * 2.0
    v = s[0] if c > 0.1 else y
    s[0] = x * x
    return np.sum(s[0]) * c + v * v + np.sum(y)


add(item_or_array_replaced, X, 0.8, 2)
add(item_or_array_replaced, X, -0.8, 2)


def one_of_two_that_begins_with_a_write(x, u, a):
    """A loop takes over arrays that only the path which writes in place has made."""
    a -= 0.5
    u -= 0.2
    v = a if x > 0.3 else u
    if x > 0.1:
        for _ in u:
            if x > 0.9:
                break
            v[0] += x
            a *= -0.7
            u *= 0.3
    return np.sum(a**2) + np.sum(u)


add(one_of_two_that_begins_with_a_write, 0.71, X, A)
add(one_of_two_that_begins_with_a_write, 0.21, X, A)


def held_as_it_was_in_earlier_turns(x, c):
    """What the list holds of v is not written: each turn makes v anew."""
    v, w, kept = x.copy(), x * 2.0, []
    for i in range(3):
        u = v if c > 0.2 * i else w
        u[0] *= c
        kept.append((i, v))
        v = v * c
    return sum(i * np.sum(k * k) for i, k in kept) + np.sum(w)


add(held_as_it_was_in_earlier_turns, X, 0.3)
add(held_as_it_was_in_earlier_turns, X, 1.3)


def gone_through_twice(x):
    """What the loop inside gives another array has it twice in the tuple that is gone through."""
    s = 0.0
    for v in (x.copy(),) * 2:
        n = 0
        while n < 2:
            v[0] *= x[1]
            w = v if n else x
            v = w * 2.0 if n == 1 else v
            n += 1
        s = s + v[0] * v[1]
    return s


add(gone_through_twice, X)


# lists: one of several, changed in place


def rows_of(x):
    return [[x * i, x + i] for i in range(4)]


def largest_row_changed(x):
    rows = rows_of(x)
    hit = rows[0]
    for row in rows:
        if row[0] > hit[0]:
            hit = row
    hit[1] = x**3
    return sum(row[0] * row[1] for row in rows)


def largest_row_or_none_of_them(x: float):
    rows, best = rows_of(x), [0.0, 0.0]
    for row in rows:
        if row[0] > best[0]:
            best = row
        best[1] += x
    return sum(row[0] * row[1] for row in rows) + best[1]


def largest_two_changed(x):
    rows = rows_of(x)
    hit, second = rows[0], rows[1]
    for row in rows:
        if row[0] > hit[0]:
            second = hit
            hit = row
    hit[1] = x**3
    second[0] = hit[1] * x
    return sum(row[0] * row[1] * i for i, row in enumerate(rows))


def one_of_two_lists(x, n):
    a, b = [x * i for i in range(n)], [x for _ in range(n + 1)]
    c = a if x > 1 else b
    d = b if x > 1 else a
    c[0], d[0] = d[0] * x, c[0] + x
    a.append(x)
    return sum(a) * sum(c) + sum(d) * x


def lists_that_change_places(x):
    rows = rows_of(x)
    p, q = rows[0], rows[1]
    for i in range(3):
        p, q = q, p
        p[0] += x
        if i:
            q[1] *= x
    return sum(row[0] * row[1] for row in rows)


def taken_off_until_two_are_left(x):
    rows, other = rows_of(x), [x, 5.0]
    hit = other
    while len(rows) > 2:
        row = rows.pop()
        if row[0] > hit[0]:
            hit = row
    hit[1] = x**3
    return sum(row[0] * row[1] for row in rows) + other[1] + hit[1] * hit[0]


def larger_row_copied(x):
    rows, hit, larger = rows_of(x), [x, 5.0].copy(), 0.0
    while len(rows) > 2:
        row = rows.pop()
        larger = row[0] > hit[0]
        hit = (row if larger else hit).copy()
        hit[1] = hit[1] * x
    return rows[0][1] + hit[1] * hit[0]


for one in (
    largest_row_changed, largest_row_or_none_of_them, largest_two_changed,
    lists_that_change_places, taken_off_until_two_are_left, larger_row_copied,
):  # fmt: skip
    add(one, 1.3)
add(one_of_two_lists, 1.3, 4)
add(one_of_two_lists, 0.8, 4)
