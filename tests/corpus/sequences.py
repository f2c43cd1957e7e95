"""Lists and tuples where NumPy takes arrays: written, computed with, given to functions."""

import numpy as np

from corpus.cases import add_by_differences


def tuples_written(a: float, b: float):
    v = np.zeros((2, 2))
    v[0] = a, b
    v[:, 1] = (b, a)
    v[1, 0:1] = (a * b,)
    return (v**2).sum()


def a_row_for_all(a: float, b: float):
    v = np.zeros((3, 2))
    v[:] = a, b
    v[1:] += [b, a * b]
    return v[0, 0] * v[1, 1] * v[2, 0]


def tuples_of_tuples(a: float, b: float):
    v = np.zeros((2, 2))
    v[:] = (a, b), (b, a)
    v *= [a, b]
    return (v**3).sum()


def beside_arrays(a: float, b: float):
    v = np.array([[0.5, 2.0], [1.5, 0.7]])
    v = v * (a, b) + [b, a]
    return (v**2).sum() + (v - (1.0, a)).sum() / b


def products(a: float, b: float):
    return np.array((a, b)) @ (b, a) + np.dot([a, b], [a, 3.0]) + ([a, b] @ np.ones((2, 2))).sum()


def powers(a: float, b: float):
    v = np.array([a, b])
    return (v ** [2, a]).sum() + ([a, b] / v**2).sum()


def by_functions(a: float, b: float):
    v = np.zeros(3)
    np.add.at(v, [0, 0, 1], (a, b, a))
    w = np.empty(3)
    np.copyto(w, (a, b, a * b))
    w.put([1], (b * b,))
    return (v**3).sum() + (w**2).sum() + np.full(2, (a, b))[1]


def some_of_them(a: float, b: float):
    v = np.zeros(4)
    v[[0, 2]] = a, b
    v[v > 0.1] += 1.0, a
    return (v**3).sum()


def through_turns(a: float, b: float):
    t = (a, b)
    v = np.zeros(2)
    for _ in range(3):
        v[:] = t
        t = v[1] * a, v[0] * b
    return np.interp(0.3, (0.0, 1.0), t) + sum(t)


def state_set_by_a_method(a: float, b: float):
    state = np.zeros(2)

    def restart(angle):
        state[:] = angle, 0.0

    restart(a)
    for _ in range(4):
        state[1] += 0.1 * (-b * np.sin(state[0]))
        state[0] += 0.1 * state[1]
    return state[0] * state[1]


for function in (tuples_written, a_row_for_all, tuples_of_tuples, beside_arrays, products, powers,
                 by_functions, some_of_them, through_turns, state_set_by_a_method):  # fmt: skip
    add_by_differences(function, 0.7, 1.3)


def starred(x: "Float[np.ndarray, 'n']", y: float):
    ends = [*x, y, *x[::-1]]
    ends.append(y * ends[0])
    first, *more = [y, *x]
    return np.array(ends) ** 2, first * sum(more), np.stack([*x]) * y, max(*x)


def looked_for(x: "Float[np.ndarray, 'n']", y: float):
    v = list(x)
    best = v.index(max(v))
    w = [y, v[0], v[1]]
    v.remove(v[best])
    return v[0] * w[w.index(min(w))] + w.count(y) * y + best * v[1]


def largest_first(x: "Float[np.ndarray, 'n']", y: float):
    left, total = list(range(len(x))), 0.0
    while left:
        j = left[int(np.argmax([x[i] for i in left]))]
        left.remove(j)
        total = y * total + x[j]
    return total


for function in (starred, looked_for, largest_first):
    add_by_differences(function, np.array([0.31, 1.72, -0.6]), 1.3)


def of_other_lengths(a: "Float[np.ndarray, 'm']", x: "Float[np.ndarray, 'n']"):
    kept, grown = [a], a
    for i in range(2):
        kept.append(x[: i + 2])
        grown = np.append(grown, x[i])
    either = [a if i == 0 else x for i in range(2)]
    return np.sum(kept[0] * kept[2]) + np.sum(either[0] * either[1]) + np.sum(kept[0] * grown)


add_by_differences(of_other_lengths, np.array([2.0]), np.array([0.3, 0.8, 1.2]))


def tuples_of_any_length(x: "Float[np.ndarray, 'n']", y: float):
    squares = tuple(v * v for v in x)
    more = (y, *squares) + tuple(y * v for v in x if v > 0)
    first, *others = tuple(map(np.sin, more))
    windows = np.stack(tuple(x[i : i + 2] for i in range(len(x) - 1)))
    largest = max(squares) + squares[0] * squares[-1] + len(squares)
    return first * sum(others), windows * y, largest, sum(tuple(range(3))) * y


add_by_differences(tuples_of_any_length, np.array([0.31, 1.72, -0.6]), 1.3)


def tuples_returned(x: "Float[np.ndarray, 'n']", y: float):
    squares = tuple(v * v * y for v in x)
    kept = []
    kept.extend(squares)
    return {"all": squares, "last": squares[1:]}, tuple(kept), tuple(range(len(x)))


def tuples_sliced(x: "Float[np.ndarray, 'n']", y: float):
    squares, k = tuple(v * v for v in x), len(x) - 2
    known = (y, x[0] * y, x[1])
    return squares[k:] + (y,), known[k:], known[:k] + squares[::2], sum(squares[-k:]) * y


def tuples_repeated(x: "Float[np.ndarray, 'n']", y: float):
    n = len(x)
    return (y, x[0]) * n, tuple(x[i] * y for i in range(n)) * 2


def tuples_that_grow(x: "Float[np.ndarray, 'n']", y: float):
    path, best = (), (0.0,)
    for v in x:
        path = (*path, v * y)
        if v > 1.0:
            best = path
        path += (y,)
    return path, best


def tuples_on_two_paths(x: "Float[np.ndarray, 'n']", y: float):
    if y > 1.0:
        picked = tuple(v * y for v in x if v > 0.0)
    elif y > 0.5:
        picked = (y, x[0])
    else:
        picked = ()
    return picked, y * len(picked)


def tuples_in_lists(x: "Float[np.ndarray, 'n']", y: float):
    rows = []
    for i in range(len(x)):
        rows.append(tuple(v * y for v in x[: i + 1]))
    return rows, sum(rows[1]) * rows[-1][0], tuple(rows)


def tuples_compared(x: "Float[np.ndarray, 'n']", y: float):
    places = tuple(i for i in range(len(x)))
    total = y if places == (0, 1, 2) else x[0]
    if places != tuple(range(len(x))) or places == [0, 1, 2] or places < (0, 1):
        total = total * x[1]
    return total * (x[2] if isinstance(places, tuple) else y)


def tuples_as_keys(x: "Float[np.ndarray, 'n']", y: float):
    seen = {}
    for i in range(len(x)):
        seen[tuple(range(i + 1))] = y * x[i]
    return seen[(0, 1)] + seen[(0,)] ** 2


for function in (tuples_returned, tuples_sliced, tuples_repeated, tuples_that_grow,
                 tuples_on_two_paths, tuples_in_lists, tuples_compared,
                 tuples_as_keys):  # fmt: skip
    add_by_differences(function, np.array([0.31, 1.72, -0.6]), 1.3)


def tuples_given(t: "tuple[float, ...]", rows: "list[tuple[float, ...]]", y: float):
    more, total = t + (y,), 0.0
    for row in rows:
        total += sum(row) * row[0]
    return more[1:], total * y, rows[0] + t


add_by_differences(tuples_given, (0.3, 1.2), [(0.7, 1.1), (0.4,)], 1.3)


def tuples_of_arrays(x: "Float[np.ndarray, 'n']", y: float):
    rows = [x * y]
    for i in range(len(x)):
        rows.append(x[i] * rows[-1])
    kept = tuple(rows)
    return kept, kept[1:], rows, x


add_by_differences(tuples_of_arrays, np.array([0.31, 1.72, -0.6]), 1.3)
