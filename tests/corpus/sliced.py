"""Programs that take slices of lists and tuples, between places that are known at run time only."""

from dataclasses import dataclass

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
WEIGHTS = (0.5, 1.5, 2.5, 3.5)


@dataclass
class Body:
    mass: float
    speed: float


def gone_through_in_part(x: float, y: float, i: int, j: int):
    w = [x, x * y, y]
    s = 0.0
    for v in w[i:j]:
        s = s * x + v
    for v in WEIGHTS[j:]:
        s = s * x + v
    return s


add(gone_through_in_part, 0.7, 1.3, 1, 3)


def first_and_last(x: float, y: float, k: int):
    w = [x, x * y, y]
    return sum(w[:k]) * x + sum(w[-k:]) ** 2 + len(w[k:]) * w[0]


add(first_and_last, 0.7, 1.3, 2)


def put_between(x: float, y: float, i: int, j: int):
    w = [x, y, x * y, y * y]
    s = 0.0
    for low, high in ((i, j), (j, i), (-i, j), (j, -j), (-9, 9)):
        w[low:high] = [x * x, x]
        for v in w:
            s = s * x + v
        w.append(y)
        del w[low:high]
        for v in w:
            s = s * y + v
        w += [x, y, x * y]
    return s


add(put_between, 0.7, 1.3, 1, 3)


def slices_added_to(x: float, y: float, n: int):
    w = [x, y, x * y, y * y]
    w[1:2] += [y * y * y]
    w[:1] *= 2
    w[n:4] += [x * x]
    return w[0] * w[1] + w[2] * w[3] * len(w) + w[5] ** 2


add(slices_added_to, 0.7, 1.3, 3)


def of_tuples(x: float, y: float, k: int):
    t = (x, x * y, y)
    others = t[:k] + (x * x,) + t[k + 1 :]
    product = 1.0
    for v in others:
        product *= v
    return product + sum(t[k:]) ** 2


add(of_tuples, 0.7, 1.3, 1)


def rows_changed(x: float, y: float, k: int):
    rows = [[x, y], [x * y, x], [y, y * y]]
    for row in rows[k:]:
        row[0] = row[0] * row[1]
        row.append(x)
    for row in rows[:k]:
        del row[k:]
    return sum(rows[0]) ** 2 + sum(rows[1]) * sum(rows[2][:k])


add(rows_changed, 0.7, 1.3, 1)


def rows_put_meanwhile(x: float, y: float, k: int):
    rows = [[x, y], [x * y, x], [y, y * y]]
    s = 0.0
    for row in rows[k:]:
        rows[2] = [x * x, x]
        s = s * x + sum(row)
    return s + sum(rows[2]) ** 2


add(rows_put_meanwhile, 0.7, 1.3, 1)


def arrays_changed(x: float, v: "Float[np.ndarray, '4']", k: int):
    w = [v * 1.0, v * x, v**2]
    for a in w[k:]:
        a *= x
        a[0] = 2.0 * x
    kept = w[1]
    del w[k : k + 1]
    kept[1] = x
    w[:k] = [v, kept]
    return w[0] @ w[1] + w[-1].sum() + sum(w[:k]) @ v


add(arrays_changed, 0.7, X, 1)


def objects_changed(x: float, y: float, k: int):
    bodies = [Body(x, y), Body(y, x * y), Body(x * x, 1.0)]
    for body in bodies[k:]:
        body.speed += body.mass * x
    return sum(body.mass * body.speed for body in bodies[: k + 1])


add(objects_changed, 0.7, 1.3, 1)


def functions_chosen(x: float, k: int):
    steps = [np.sin, np.cos, np.exp]
    for step in steps[k:]:
        x = step(x) * 1.1
    return x


add(functions_chosen, 0.7, 1)


def moving_means(x: float, y: float, n: int):
    v = [x, y, x * y, y * y]
    means = [sum(v[i : i + n]) / n for i in range(len(v) - n + 1)]
    return sum(m**2 for m in means) + np.mean(v[:n]) * max(v[n:])


add(moving_means, 0.7, 1.3, 2)


def taken_from_the_front(x: float, y: float, n: int):
    v = [x, y, x * y, y * y]
    s = 0.0
    while len(v) > 0:
        s = s * x + sum(v[:n])
        del v[:n]
    return s


add(taken_from_the_front, 0.7, 1.3, 3)


def of_a_given_list(w: "list[float]", k: int, x: float):
    first, *rest = w[k:]
    w[:k] = [x]
    return first * sum(rest) + w[0] * w[1]


add(of_a_given_list, [0.3, 0.7, 1.2], 1, 0.5)
