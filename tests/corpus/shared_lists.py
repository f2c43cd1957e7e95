"""Lists of run-time length whose items are views, or arrays that share storage."""

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def a_row_is_written(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = [b[i] for i in range(b.shape[0])]
    rows[1][:] = rows[0] * 2.0
    return np.sum(b * b * a)


add(a_row_is_written, A)


def rows_in_a_loop(a: "Float[np.ndarray, '3 3']"):
    b = a * 1.0
    rows = [b[i] for i in range(len(b))]
    for row in rows:
        row *= 2.0
    return np.sum(b * a)


add(rows_in_a_loop, A)


def rows_are_appended(a: "Float[np.ndarray, '3 3']"):
    b = a * 1.0
    rows = []
    for i in range(len(b)):
        rows.append(b[i])
    for i, row in enumerate(rows):
        row += rows[i - 1]
    return np.sum(b * a)


add(rows_are_appended, A)


def tails(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    parts = []
    for i in range(len(y)):
        parts.append(y[i:])
    for part in parts:
        part *= 2.0
    return np.sum(y * x)


add(tails, X)


def windows_overlap(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    points = [y[i : i + 2] for i in range(len(y) - 1)]
    for p in points:
        p[0] += p[1] ** 2
        p[1] *= 0.5
    return np.sum(y * x)


add(windows_overlap, X)


def rows_of_an_array_listed(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = list(b)
    rows[0][1] = rows[2][0] ** 2
    return np.sum(b * a)


add(rows_of_an_array_listed, A)


def one_array_many_times(x: "Float[np.ndarray, '4']"):
    z = x * 2.0
    items = [z for _ in range(len(x))]
    items[0][1] = x[2] ** 2
    return np.sum(items[3] * x)


add(one_array_many_times, X)


def one_array_in_two_lists(x: "Float[np.ndarray, '4']"):
    z = x * 2.0
    first = [z for _ in range(len(x))]
    second = [z for _ in range(len(x))]
    first[0][1] = x[2] ** 2
    return np.sum(second[3] * x)


add(one_array_in_two_lists, X)


def an_item_twice(x: "Float[np.ndarray, '4']"):
    items = [np.zeros(2) for _ in range(len(x))]
    for i in range(len(x)):
        items[i][0] = x[i] ** 2
    items[1] = items[0]
    items[1][1] = x[2] * 3.0
    return sum(np.sum(v) * x[0] for v in items)


add(an_item_twice, X)


def written_after_it_was_appended(a: "Float[np.ndarray, '3 3']"):
    items = []
    for i in range(len(a)):
        r = np.zeros(3)
        r[i] = a[i, 0]
        items.append(r)
        r[0] += a[0, 1]
    items[0][1] = a[2, 0] ** 2
    return np.sum(items[2] * a) + np.sum(items[0] * a)


add(written_after_it_was_appended, A)


def layers(a: "Float[np.ndarray, '3 3']"):
    values = [a[0] * 1.0]
    for _ in range(len(a)):
        h = np.tanh(a @ values[-1])
        values.append(h)
        h *= 0.5
        values[0][0] += h[1]
    return sum(np.sum(v * v) for v in values)


add(layers, A)


def history_of_one_array(a: "Float[np.ndarray, '3 3']"):
    u = a[0].copy()
    history = []
    for k in range(len(a)):
        u += 0.1 * a[k] ** 2
        history.append(u)
    return sum(np.sum(h * a[0]) for h in history)


add(history_of_one_array, A)


def blocks_of_a_matrix(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    blocks = [b[:i, i:] for i in range(1, len(b))]
    for block in blocks:
        block *= a[0, 0]
    blocks[0][...] += blocks[-1][0, -1]
    return np.sum(b * a)


add(blocks_of_a_matrix, A)


def gram_schmidt_by_columns(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    columns = [b[:, j] for j in range(b.shape[1])]
    for j, column in enumerate(columns):
        for q in columns[:j]:
            column -= np.dot(q, column) * q
        column /= np.sqrt(np.dot(column, column))
    return np.sum(b * np.arange(9.0).reshape(3, 3))


add(gram_schmidt_by_columns, A, tolerance=1e-11)


def rows_of_two_arrays(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    c = 2.0 * a
    rows = []
    for i in range(len(b)):
        if a[i, 0] > 0.4:
            rows.append(b[i])
        else:
            rows.append(c[i])
    for r in rows:
        r *= r[0]
    return np.sum(b * a) + np.sum(c * a)


add(rows_of_two_arrays, A)


def views_and_arrays_of_their_own(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = []
    for i in range(len(b)):
        r = b[i] if a[i, 0] > 0.4 else a[i] * 2.0
        rows.append(r)
        r[0] += 1.0
    for r in rows:
        r *= r[0]
    return np.sum(b * a) + np.sum(rows[0] * a)


add(views_and_arrays_of_their_own, A)


def swapped_and_sorted(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = list(b)
    rows[0], rows[1] = rows[1], rows[0]
    rows[0] *= a[0]
    b[0] += rows[0]
    rows.sort(key=lambda row: -row[0])
    rows[0] *= 2.0
    rows[1][:] = rows[0]
    return np.sum(b * a)


add(swapped_and_sorted, A)


def sorted_and_paired(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = sorted([b[i] for i in range(len(b))], key=lambda row: -row[0])
    for first, second in zip(rows, reversed(rows)):
        first += 0.5 * second
    return np.sum(b * a)


add(sorted_and_paired, A)


def the_best_row(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = [b[i] for i in range(len(b))]
    best = rows[0]
    for row in rows:
        if row[0] > best[0]:
            best = row
    best *= a[1]
    return np.sum(b * a)


add(the_best_row, A)


def taken_from_both_ends(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = [b[i] for i in range(len(b))]
    while rows:
        row = rows.pop()
        row *= 2.0
        if len(rows) > 1:
            other = rows.pop(0)
            other += row
    return np.sum(b * a)


add(taken_from_both_ends, A)


def every_method(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    v = [b[i] for i in range(len(b))]
    v.reverse()
    v.insert(1, v[0])
    v[1] += a[0]
    del v[0]
    v[0] *= a[1]
    u = v + v
    u[-1][0] = a[0, 0] ** 2
    w = v.copy()
    w.append(b[0])
    w[-1][1] *= 3.0
    t = v[1:]
    t[0] -= 2.0 * a[0]
    v.extend(w)
    v[-1] *= 3.0
    v += t
    v[-1] += a[1]
    return np.sum(b * a)


add(every_method, A)


def changed_by_a_function(a: "Float[np.ndarray, '3 3']"):
    def halve(rows):
        for r in rows:
            r *= 0.5
        rows[0] = rows[1]
        rows.append(a[0] * 1.0)

    b = a.copy()
    rows = [b[i] for i in range(len(b))]
    halve(rows)
    rows[0][1] = a[2, 2] ** 2
    rows[-1][0] *= 3.0
    return np.sum(b * a) + np.sum(rows[-1])


add(changed_by_a_function, A)


def stacked_before_and_after(a: "Float[np.ndarray, '3 3']"):
    b = a.copy()
    rows = [b[i] for i in range(len(b))]
    c = np.stack(rows)
    rows[0] *= 2.0
    d = np.array(rows)
    return np.sum(c * d) + np.sum(sum(rows) * a)


add(stacked_before_and_after, A)


def a_list_in_every_turn(a: "Float[np.ndarray, '3 3']"):
    s = 0.0
    b = a.copy()
    for k in range(3):
        rows = [b[i] for i in range(len(b))]
        rows[k] *= a[0, k]
        b[0, 0] += rows[-1][1]
        s += np.sum(rows[0] * rows[1])
    return s + np.sum(b * a)


add(a_list_in_every_turn, A)


def views_in_a_dictionary(x: "Float[np.ndarray, '4']"):
    y = x.copy()
    d = {"parts": [y[i:] for i in range(len(y))]}
    d["parts"][1][0] = x[2] ** 2
    d["parts"].append(y)
    d["parts"][-1][0] *= x[1]
    for v in d["parts"]:
        v *= 1.1
    return np.sum(y * x)


add(views_in_a_dictionary, X)


class Grid:
    def __init__(self, w):
        self.rows = [w[i] for i in range(len(w))]
        self.w = w

    def step(self):
        for row in self.rows:
            row *= 0.9
            row[0] += row[1] ** 2


def views_in_an_object(a: "Float[np.ndarray, '3 3']"):
    grid = Grid(a.copy())
    grid.step()
    grid.rows[0] += grid.rows[1]
    grid.step()
    return np.sum(grid.w * a)


add(views_in_an_object, A)


def elimination_with_pivots(a: "Float[np.ndarray, '3 3']", b: "Float[np.ndarray, '3']"):
    """Two rows of a list of lists change places: none is in it twice."""
    n = len(b)
    rows = [list(row) + [value] for row, value in zip(a, b)]
    det = 1.0
    for k in range(n):
        pivot = max(range(k, n), key=lambda r: abs(rows[r][k]))
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            det = -det
        det *= rows[k][k]
        for r in range(k + 1, n):
            factor = rows[r][k] / rows[k][k]
            for c in range(k, n + 1):
                rows[r][c] -= factor * rows[k][c]
    x = [0.0] * n
    for i in range(n - 1, -1, -1):
        x[i] = (rows[i][n] - sum(rows[i][j] * x[j] for j in range(i + 1, n))) / rows[i][i]
    return np.array(x) * det


add(elimination_with_pivots, A, X[:3])


def sorted_by_exchanges(a: "Float[np.ndarray, '3 3']"):
    rows = [[value * 1.0 for value in row] for row in a]
    for i in range(len(rows) - 1):
        for j in range(len(rows) - 1 - i):
            if rows[j][0] > rows[j + 1][0]:
                kept = rows[j]
                rows[j] = rows[j + 1]
                rows[j + 1] = kept
                kept[1] *= 1.5
                rows[j][2] += kept[1]
    return rows[0][1] * rows[1][1] - rows[2][1] * rows[0][2]


add(sorted_by_exchanges, A[::-1].copy())


class Body:
    def __init__(self, x, v):
        self.x, self.v = x, v


def objects_change_places(x: "Float[np.ndarray, '4']"):
    bodies = [Body(value, value**2) for value in x]
    for i in range(len(bodies)):
        for j in range(i + 1, len(bodies)):
            if bodies[j].x < bodies[i].x:
                bodies[i], bodies[j] = bodies[j], bodies[i]
                bodies[i].v *= 1.1
    for i, body in enumerate(bodies):
        body.x += i * body.v
    return sum(body.x * body.v for body in bodies)


add(objects_change_places, X)


def arrays_change_places(a: "Float[np.ndarray, '3 3']", i: int, j: int):
    rows = [row.copy() for row in a]
    for _ in range(3):
        rows[i], rows[j] = rows[j], rows[i]
        rows[i] *= 1.5
        rows[j][0] += rows[i][1] * rows[i][0]
    return rows[0] * rows[1] + rows[2]


add(arrays_change_places, A, 0, 1)
add(arrays_change_places, A, 2, -1)
def kept_and_then_written(a: "Float[np.ndarray, '3 3']"):
    """The list holds what is written after it, unless the turn has made another."""
    v = a[0].copy()
    kept = []
    for i in range(5):
        kept.append(v)
        if i % 2:
            v = v * a[1]
        v[0] += a[2, 1]
    return sum(k[0] * k[1] for k in kept)


add(kept_and_then_written, A)
