"""Programs in which something ordinary meets something else that is ordinary."""

import math
from collections import deque

import numpy as np

from corpus.cases import add, add_by_differences

RNG = np.random.default_rng(17)
A = RNG.normal(size=(4, 3))
V = RNG.normal(size=4)


# what is the same in every turn, in a loop over what another turn knows the length of


def same_in_every_turn(x, k, n):
    s = 0.0
    for _ in range(n):
        for j in range(len(x)):
            s = s + x[j] * math.exp(k)
    return s


add(same_in_every_turn, V, 0.3, 2)


def same_in_every_turn_of_half(x, k, n):
    s = 0.0
    for i in range(n):
        m = x.size // 2 + i
        for j in range(m):
            s += x[j] * math.exp(k)
        for row in x.reshape(2, 2).T:
            s += row[0] * math.sqrt(k)
    return s


add(same_in_every_turn_of_half, V, 0.3, 2)


ROWS = np.ones((4, 3))


def constant_condition_in_two_loops(x, u, n):
    turns = 0
    while turns < n:
        turns += 1
        for _ in ROWS.T:
            if 0.31**2:
                u[0] = u[0] * x
            else:
                u[1] *= 0.5
    return u


add(constant_condition_in_two_loops, 0.7, V, 2)


# indices that are broadcast along the other axes


def sorted_rows_written(a: "Float[np.ndarray, '4 3']", v: "Float[np.ndarray, '4']"):
    order = np.argsort(a[:, 0])
    b = np.zeros_like(a)
    np.put_along_axis(b, order[:, None], v[:, None], axis=0)
    c = a * 1.0
    np.put_along_axis(c, np.array([[1]]), 2.0 * v[0], axis=1)
    return b, c


add_by_differences(sorted_rows_written, A, V)


def sorted_rows_taken(a: "Float[np.ndarray, '4 3']"):
    order = np.argsort(a[:, 0])
    b = np.take_along_axis(a, order[:, None], axis=0)
    return b * np.arange(12.0).reshape(4, 3), np.take_along_axis(a, np.array([[2, 0]]), axis=1)


add_by_differences(sorted_rows_taken, A)


# complex numbers made of arguments of which nothing is said


def turned(a, b):
    z = a
    for _ in range(3):
        z = z * (1 + 1j * b)
    w = np.abs(z) * (2 + 1j)
    return w.imag + w.real


add_by_differences(turned, 0.7, 0.3)


def real_part_in_the_end(a, b):
    z = a
    for _ in range(3):
        z = z * (1 + 1j * b)
    w = z.real * (2 + 1j)
    return w.imag + w.real


add_by_differences(real_part_in_the_end, 0.7, 0.3)


def turned_in_a_list(a, b):
    z = [a, b]
    for _ in range(3):
        z[0] = z[0] * (1 + 1j * b)
        z[1] = z[1] + np.abs(z[0]) * (2 + 1j)
    return z[1].imag + z[1].real


add_by_differences(turned_in_a_list, 0.7, 0.3)


def complex_on_one_path(a, b):
    z = a if b > 1.0 else a * (1 + 1j * b)
    size = np.abs(z)
    w = size * (1 + 2j)
    return w.imag * b


add_by_differences(complex_on_one_path, 0.7, 0.3)


def decay(g, t):
    rho = np.zeros((2, 2), dtype=np.complex128)
    rho[0, 0] = 1.0

    def slope(r):
        return -1j * r + g * r

    for _ in range(2):
        rho += t * slope(rho)
    return rho[0, 0].imag + np.real(rho[0, 0])


add_by_differences(decay, 0.7, 0.3)


# numbers in arrays without axes


def array_of_a_number(x, a):
    s = np.array(x * a)
    t = s[()] * 2.0
    s[()] = s[()] * a
    s[...] += x
    for _ in range(2):
        s[...] = s * a
        t += s[()]
    return t * s[...]


add(array_of_a_number, 0.7, 0.3)


# returned in a loop in a loop, or not


def returned_from_two_loops(x, u, s):
    for e in s:
        for _ in u:
            u[0] = x * u[1]
            if e < -1.0:
                return u * 2.0
        if e > 1.0:
            u = u * e
    return u * s[0]


add(returned_from_two_loops, 0.7, V, RNG.normal(size=3))


# trees of names and numbers

TREE = ("+", ("*", "x", ("sin", ("+", "x", "y"))), ("*", 2, "y", "y"), 1.5)


def expression(x, y):
    def evaluated(node, env):
        if isinstance(node, (int, float)):
            return node
        if isinstance(node, str):
            return env[node]
        op, *rest = node
        values = [evaluated(each, env) for each in rest]
        if op == "+":
            return sum(values)
        if op == "*":
            return math.prod(values)
        if op == "sin":
            return math.sin(values[0])
        raise ValueError(f"unknown {op!r}")

    return evaluated(TREE, {"x": x, "y": y})


add(expression, 0.4, 1.1)


# a view that is taken in a try, and not read


class Held:
    def __init__(self, array):
        self.array = array


def without_first(u):
    return u[1:]


def looked_at_in_vain(x, v):
    u = v * 1.0
    held = Held(u)
    try:
        for _ in range(3):
            without_first(u)
    finally:
        for _ in range(2):
            held.array *= x
    return np.sum(u * u)


add(looked_at_in_vain, 0.7, V)


# NumPy's own exception, raised by the program


def factorised(K: "Float[np.ndarray, '3 3']", y: "Float[np.ndarray, '3']"):
    jitter = 0.0
    for _ in range(4):
        try:
            L = np.linalg.cholesky(K + jitter * np.eye(3))
            break
        except np.linalg.LinAlgError:
            jitter = 0.5 if jitter == 0.0 else 10 * jitter
    else:
        raise np.linalg.LinAlgError("not positive definite")
    return np.linalg.solve(L, y), np.log(np.diag(L)).sum()


add_by_differences(factorised, A[:3] @ A[:3].T - 0.3 * np.eye(3), V[:3], tolerance=1e-7)


def raised_by_itself(x, y):
    try:
        if x > y:
            raise np.linalg.LinAlgError("no")
        z = x
    except np.linalg.LinAlgError:
        z = y * y
    return z * x


add(raised_by_itself, 1.4, 0.6)


# what finally does after a part of the body that is never run


def bump(a, k):
    a[0] += k


def never_run(y, v):
    u = v * 1.0
    held = Held(y)
    try:
        if 1.3 > 1.4:
            u[0] = 1.0
    finally:
        bump(u, held.array)
    return u[0] * y


add(never_run, 0.7, V)


# a loop twice alike in what is tried


def searched_twice(table, xs):
    def above(x):
        place = 0
        while table[place] < x:
            place = place + 1
        if place == 0:
            raise ValueError("below the table")
        return table[place] * x

    out = []
    for x in xs:
        try:
            out.append(above(x) + 0.1 * above(x))
        except ValueError:
            out.append(0.0)
    return np.array(out)


add(searched_twice, np.array([0.2, 0.9, 1.7, 2.4]), np.array([0.5, 0.1, 2.0]))


# the last few of a list, where how many is not known


def window(x, n):
    last = deque(maxlen=n)
    for each in x:
        if each > -1.0:
            last.append(each * each)
    return sum(last)


add(window, V, 2)


def parts_of_a_list(x, n):
    powers = [x, x * x, 3.0 * x, x**3]
    some = powers[1:n] + powers[n:] + [x] * n
    del powers[:n]
    return sum(some) * powers[0]


add(parts_of_a_list, 0.7, 2)


# what stands outside of all functions, read in two of them

WEIGHTS = np.array([0, 1, 0, -1])


def spread(v):
    wide = np.zeros((4, len(v)))
    for i in range(4):
        wide[i] = WEIGHTS[i] * v
    return wide


def spread_twice(v, n):
    wide = spread(v)
    for _ in range(n):
        wide -= spread(np.tensordot(WEIGHTS, wide, axes=1))
    return wide


add_by_differences(spread_twice, V, 2)


# what may be an array on one path, and has no value on another


def with_momentum(w, b, x, rate, mu):
    params = [w.copy(), b.copy()]
    velocity = [np.zeros_like(p) for p in params]
    for _ in range(3):
        weights, shift = params
        grads = [x.T @ weights, shift.mean()]
        for p, v, g in zip(params, velocity, grads):
            v *= mu
            v -= rate * g
            p += v
    return params[0], params[1]


add_by_differences(with_momentum, V, V[:1], RNG.normal(size=(4, 4)), 0.1, 0.9)


# what is tried in a try, and raises there


def tried_in_a_try(x, v, limit):
    u = v * 1.0
    scale = x
    try:
        if v[0] < limit:
            raise ValueError("below")
    except ValueError:
        scale = x * u[1]
    finally:
        u *= u[2]
    try:
        try:
            for each in u:
                assert each < limit
        except AssertionError:
            scale = scale * x
        if scale > 100.0:
            raise ArithmeticError
    except ArithmeticError:
        u[0] = scale
    return u * scale


add(tried_in_a_try, 1.7, V, 0.4)


# lists beside arrays, joined


def edges_and_middle(x: "Float[np.ndarray, '4']"):
    steps = np.concatenate([[0.0], np.cumsum(x), [np.linalg.norm(x)]])
    rows = np.vstack([x[:2], (x[0], 1.0)])
    return np.hstack([steps, x[0], [x[1], 2.0]]), np.stack([x[1:3], [x[0], x[1]]]) @ rows


add_by_differences(edges_and_middle, V)
