"""Lists of run-time length: items inserted and removed at any place, slices replaced."""

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


def first_item_deleted(x: "Float[np.ndarray, '4']"):
    v = [t * 2.0 for t in x]
    del v[0]
    return sum(t * t for t in v)


add(first_item_deleted, X)


def last_item_deleted(x: "Float[np.ndarray, '4']", i: int):
    v = [t * 2.0 for t in x]
    del v[-1]
    del v[i], v[-2]
    return v[0] * x[0]


add(last_item_deleted, X, 1)
add(last_item_deleted, X, -1)


def slices_deleted(x: "Float[np.ndarray, '4']"):
    v = [t * 2.0 for t in x]
    w = v[:]
    del v[1:3]
    del w[:2]
    w[1:] = [x[0], w[0] ** 2]
    v[:1] = []
    return sum(t * t for t in v) * sum(w)


add(slices_deleted, X)


def popped_anywhere(x: "Float[np.ndarray, '4']", i: int):
    v = [t * 2.0 for t in x]
    a = v.pop(0)
    b = v.pop(-2)
    c = v.pop(i)
    return a * b * c + sum(t * t for t in v)


add(popped_anywhere, X, 1)
add(popped_anywhere, X, -1)


def inserted_anywhere(x: "Float[np.ndarray, '4']", i: int):
    v = [t * 2.0 for t in x]
    v.insert(0, x[1] ** 2)
    v.insert(i, x[0])
    v.insert(-1, x[2])
    v.insert(100, x[3])
    return sum(t * t * (k + 1) for k, t in enumerate(v))


add(inserted_anywhere, X, 2)
add(inserted_anywhere, X, -3)


def queue_of_two(x: "Float[np.ndarray, '4']"):
    q = []
    for t in x:
        q.append(t * t)
        if len(q) > 2:
            q.pop(0)
    return q[0] * q[1]


add(queue_of_two, X)


def breadth_first(x: "Float[np.ndarray, '4']"):
    q = [x[0]]
    s = 0.0
    n = 0
    while len(q) > 0 and n < 6:
        t = q.pop(0)
        s += t * t
        n += 1
        if s < 2.0:
            q.append(t * 1.1)
            q.insert(0, t * x[1])
    return s


add(breadth_first, X)


def emptied_and_filled(x: "Float[np.ndarray, '4']"):
    v = [t * 2.0 for t in x]
    s = sum(v)
    v.clear()
    v.append(s)
    v.extend([s * s, x[0]])
    v.reverse()
    return v[0] * v[1] ** 2 * v[2] ** 3


add(emptied_and_filled, X)


def an_item_outlives_its_place(x: "Float[np.ndarray, '4']"):
    v = [x[i:] * 1.0 for i in range(len(x))]
    w = v[0]
    del v[0]
    w[0] = 3.0 * x[1]
    v[0][0] *= w[1]
    return np.sum(v[0]) + np.sum(w * w)


add(an_item_outlives_its_place, X)


def an_item_stays_where_the_list_is_sorted(a: "Float[np.ndarray, '3 3']"):
    v = [a[i] * 1.0 for i in range(len(a))]
    w = v[0]
    v.sort(key=lambda row: -row[0])
    return np.sum(w * a[0]) * v[0][0]


add(an_item_stays_where_the_list_is_sorted, A)


def a_sorted_item_is_written(a: "Float[np.ndarray, '3 3']"):
    v = [a[i] * 1.0 for i in range(len(a))]
    w = v[0]
    v.sort(key=lambda row: -row[0])
    w[0] = a[2, 2] ** 2
    return np.sum(w * a[0]) * v[0][0] + np.sum(v[1] * a) + np.sum(v[2])


add(a_sorted_item_is_written, A)


def keys_deleted(x: "Float[np.ndarray, '4']"):
    d = {"a": x * 2.0, "b": x[0], "c": x[1]}
    del d["b"], d["c"]
    d["b"] = np.sum(d["a"])
    return sum(np.sum(v) for v in d.values()) * d["b"]


add(keys_deleted, X)
