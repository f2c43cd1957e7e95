"""Programs with lists, dictionaries, tuples and records."""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])
A = np.array([[0.3, 1.2, -0.4, 0.2], [0.8, -0.1, 0.6, 1.1]])
PARAMS = {"w1": A, "b1": A[:, 0], "w2": A[0, :2]}
Point = namedtuple("Point", "x y")


@dataclass
class Body:
    mass: float
    speed: np.ndarray


def layers(params, x):
    h = np.tanh(params["w1"] @ x + params["b1"])
    return np.dot(params["w2"], h)


add(layers, PARAMS, X)


def over_items(params):
    total = 0.0
    for name, value in params.items():
        if name.startswith("w"):
            total += np.sum(value**2)
    return total + sum(v.sum() for v in params.values())


add(over_items, PARAMS)


def dict_result(params, k):
    return {name: k * value for name, value in params.items()}


add(dict_result, PARAMS, 0.3)


def dict_updates(x, y):
    state = {"a": x, "b": y}
    state["a"] = state["a"] * state["b"]
    state["c"] = state["a"] + 1.0
    state["b"] += state["c"] ** 2
    return state["b"] * state["a"]


add(dict_updates, 0.4, 1.2)


def updated_by_names_and_pairs(x):
    d = {"a": x}
    d.update(w=2.0 * x, a=x * x)
    d.update([("b", x * x), ("w", d["w"] + 1.0)])
    d.update({"c": x}, a=d["a"] * 3.0)
    d.update()
    return d["w"] * d["a"] * d["b"] + d["c"]


def missing_keys(x):
    d = {"a": x, "b": x * x}
    absent = d.setdefault("k")
    s = d.pop("z", 3.0 * x) * d.setdefault("c", x) * d.setdefault("a", 5.0)
    key, last = d.popitem()
    if absent is None and key == "c":
        s += last * d.pop("b") ** 2
    d.clear()
    d["only"] = s * x
    return sum(d.values()) + len(d)


def unions(x, y):
    d = {"a": x, "b": x * y}
    same = d
    other = {"z": y} | d | {"b": 3.0 * y, "c": x**3}
    d |= {"b": y * y, "n": x}
    d |= [("m", y)]
    return other["a"] * other["b"] + other["z"] * same["b"] * d["n"] + d["m"] * len(other)


def unions_in_loops(x, n):
    d = {"a": x, "w": 0.0}
    inner = {"d": d}
    for i in range(n):
        d |= {"w": d["w"] * x + i}
        if i % 2:
            inner["d"] |= {"a": d["a"] * d["w"]}
    return d["a"] * d["w"]


def unions_of_arrays(x):
    d = {"a": x * 2.0}
    e = d | {"b": x + 0.0}
    e["a"][0] = 5.0 * x[1]
    e["b"] = e["b"] * 3.0
    return (d["a"] * e["b"]).sum()


def unions_with_unknown_keys(keys, x):
    d = {}
    for key in keys:
        d[key] = x * key
    e = {"first": x} | d
    d |= {2: x}
    d.update([(5, x * x)])
    d.update(zip(keys, [x * x, x]))
    left = d.pop(100, x**2)
    return sum((d | {9: x}).values()) * sum(e.values()) * left


class Amount:
    def __init__(self, value):
        self.value = value

    def __or__(self, other):
        return Amount(self.value + 2.0 * other.value)

    def __and__(self, number):
        return self.value * number

    def __rxor__(self, number):
        return self.value**2 * number

    def __ior__(self, other):
        self.value = self.value * other.value
        return self


def bit_operators_of_a_class(x):
    a, b = Amount(x), Amount(2.0 * x)
    c = a | b
    c |= a
    return c.value * (a & 3.0) * (2.0 ^ b)


add(updated_by_names_and_pairs, 0.4)
add(missing_keys, 0.7)
add(unions, 0.4, 1.2)
add(unions_in_loops, 0.9, 4)
add(unions_of_arrays, X)
add(unions_with_unknown_keys, [1, 3, 2], 0.8)
add(bit_operators_of_a_class, 0.6)


def list_of_parts(x, n):
    parts = []
    for i in range(n):
        parts.append(np.sin(x * i))
    return sum(parts)


add(list_of_parts, 0.4, 4)
add(list_of_parts, X, 4)


def list_updates(x):
    values = [x, x * x, 3.0]
    values[1] = values[0] + values[2]
    values[0] *= 2.0
    values += [values[1]]
    return values[0] * values[3] + values[-2]


add(list_updates, 0.4)


def trajectory(x, n):
    states = [x]
    for _ in range(n):
        states.append(states[-1] * 1.1 - 0.1 * states[-1] ** 2)
    return states[n] + states[1]


add(trajectory, 0.4, 4)


def list_read_back(x):
    values = []
    for v in x:
        values.append(v * v)
    total = 0.0
    for i in range(len(values)):
        total += values[i] * values[len(values) - 1 - i]
    return total


add(list_read_back, X)


def to_array(x):
    return np.array([x, x**2, 1.0]) * np.array([[1.0], [x]])


add(to_array, 0.4)


def list_to_array(x, n):
    values = []
    for i in range(n):
        values.append(x ** (i + 1))
    return np.array(values)


add(list_to_array, 0.4, 4)


def list_of_arrays(ws, x):
    for w in ws:
        x = np.tanh(w * x)
    return x.sum()


add(list_of_arrays, [X, X * 2.0, 1.0 - X], X)


def tuple_argument(pair):
    a, (b, c) = pair
    return a * b + c


add(tuple_argument, (0.4, (1.2, 2.1)))


def nested_results(x, y):
    return {"sum": x + y, "pair": (x * y, [x, y**2])}


add(nested_results, 0.4, 1.2)


def tuple_of_tuples(x):
    grid = ((x, 1.0), (2.0, x * x))
    total = 0.0
    for row in grid:
        for value in row:
            total += value * x
    return total


add(tuple_of_tuples, 0.4)


def record(body, k):
    return 0.5 * body.mass * np.sum(body.speed**2) * k


add(record, Body(2.0, X), 0.3)


def named_tuple(p):
    q = Point(p.y, p.x * p.y)
    return q.x * q.y


add(named_tuple, Point(0.4, 1.3))


def nested_dict(tree):
    total = 0.0
    for layer in tree["layers"]:
        total += layer["w"] * tree["scale"]
    return total


add(nested_dict, {"layers": [{"w": 0.4}, {"w": 1.3}], "scale": 2.0})


def alias_in_list(x):
    u = x.copy()
    pair = [u, u * 2.0]
    pair[0][0] = 3.0 * x[1]
    pair[1][1:] *= u[0]
    return u.sum() * pair[1]


add(alias_in_list, X)


def arrays_in_dict(x):
    state = {"u": x.copy(), "v": np.zeros(4)}
    for i in range(3):
        state["v"][i] = state["u"][i] * 2.0
        state["u"] += state["v"]
    return state["u"]


add(arrays_in_dict, X)


def popped(x):
    values = [x, x * 2.0, x * x]
    last = values.pop()
    first = values.pop(0)
    return last * first + values[0]


add(popped, 0.4)


def slices_of_lists(x):
    values = [x * i for i in range(1, 6)]
    return sum(values[1:4]) * values[::2][1] * len(values[1:])


add(slices_of_lists, 0.4)


def comprehension_of_arrays(a, x):
    rows = [row * x for row in a]
    return np.stack(rows).sum(axis=0)


add(comprehension_of_arrays, A, X)


def nested_comprehension(x):
    grid = [[x * i + j for j in range(3)] for i in range(2)]
    return sum(sum(v**2 for v in row) for row in grid)


add(nested_comprehension, 0.4)


def optimizer_state(w, g, steps):
    m = {k: np.zeros_like(v) for k, v in w.items()}
    for _ in range(steps):
        for k in w:
            m[k] = 0.9 * m[k] + g[k] * w[k]
            w[k] = w[k] - 0.1 * m[k]
    return sum(np.sum(v**2) for v in w.values())


add(optimizer_state, {"a": X, "b": 1.5}, {"a": X + 1.0, "b": 0.3}, 2)


def zipped_with_letters(x):
    d = dict(zip("ab", (x, x * x)))
    s = 0.0
    for letter in "aab":
        s += d[letter] * x
    return s * d["b"]


add(zipped_with_letters, 0.8)


def constants_among_tuples(x, n):
    pairs = [(0, (2, x))]
    for i in range(n):
        pairs.append((i, (3, x * i)))
    pairs.append((1, (4, 0.5)))
    pairs[1] = 3, (5, 0.25)
    return sum(count * value * x + more for count, (more, value) in pairs)


add(constants_among_tuples, 0.8, 4)
