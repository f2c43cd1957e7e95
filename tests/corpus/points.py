"""Arrays without axes, which change in place as numbers do not; lists that are taken for arrays."""

import csv
import itertools
import json

import numpy as np

from corpus.cases import add_by_differences as add

X = np.array([0.31, -0.72, 1.21, 0.55])
POINT = np.array(1.3)


def another_name(x):
    t = np.array(0.0)
    for v in x:
        t += v * v
    u = t
    u *= 2.0
    return t * u


add(another_name, X)


def filled_by_index(x):
    t = np.zeros(())
    u = t
    t[()] = x[0]
    u *= x[1]
    t[...] = t * x[2]
    return t * u


add(filled_by_index, X)


def argument(t, w):
    t += w
    u = t
    u *= w
    return t * u


add(argument, POINT, 0.7)


def copied_argument(t, w):
    s = t.copy()
    u = s
    u *= w
    return t * u + s


add(copied_argument, POINT, 0.7)


def held_twice(x):
    t = np.array(x[0])
    u = [t, t]
    u[0] *= 2.0
    return t * u[1] + x[0]


add(held_twice, X)


def appended_numbers(x):
    t = np.float64(1.0)
    history = []
    for v in x:
        t *= 1 + v
        history.append(t)
    return sum(history)


add(appended_numbers, X)


def element_by_ellipsis(x):
    p = x[1, ...]
    q = x[1:2]
    p += x[0]
    q *= 2.0
    return p * x[1] + q[0]


add(element_by_ellipsis, X)


def row_and_element(a):
    d = a[0, 0, ...]
    e = a[0]
    e *= 2.0
    d -= 1.0
    return d * e[0] * a[0, 0]


add(row_and_element, np.arange(1.0, 5.0).reshape(2, 2))


def reshaped_away(x):
    t = x[0:1].reshape(())
    t *= 2.0
    return t * x[0]


add(reshaped_away, X)


def with_axes_again(x):
    t = np.array(x.sum())
    u = t[None]
    u[0] = u[0] * x[0]
    w = t.reshape(1)
    w[0] *= x[1]
    return t + u.sum()


add(with_axes_again, X)


def written_by_out(x):
    out = np.empty(())
    np.add(x[0], x[1], out=out)
    v = out
    v -= x[2]
    np.multiply(out, x[3], out)
    return out * v


add(written_by_out, X)


def written_by_callee(x):
    def bump(total, v):
        total += v

    total = np.zeros(())
    for v in x:
        bump(total, v * v)
    return total * 2.0


add(written_by_callee, X)


class Account:
    def __init__(self):
        self.value = np.array(0.0)

    def add(self, w):
        self.value += w
        return self.value


def held_by_an_object(x):
    account = Account()
    first = account.add(x[0])
    account.add(x[1] * x[1])
    return first * account.value


add(held_by_an_object, X)


def one_of_two(x):
    t = np.array(2.0)
    s = t if x[0] > 0 else t.copy()
    s *= x[1]
    return t * s


add(one_of_two, X)
add(one_of_two, -X)


def in_a_dictionary(x):
    loss = np.array(1.0)
    d = {"loss": loss, "n": 0}
    while d["n"] < 3:
        d["loss"] *= x[d["n"]]
        d["n"] += 1
    return loss


add(in_a_dictionary, X)


def by_recursion(x):
    t = np.array(0.0)

    def visit(n):
        nonlocal t
        if n == 0:
            return t
        t += x[n] * n
        return visit(n - 1) * 2.0

    return visit(3) + t


add(by_recursion, X)


# lists that functions of NumPy take for arrays


def chosen_by_a_list(x):
    return np.choose([0, 1, 1, 0], [x, x**2])


add(chosen_by_a_list, X)


def compared_with_lists(x):
    m = x > [0.2, 0.2, 2.0, 0.0]
    n = np.logical_not([1, 0, 0, 0])
    y = x * np.greater([1, 0, 3, 0], 1)
    y[m] *= 3.0
    y[n] += x[n] ** 2
    return np.where(m, y, x * y)


add(compared_with_lists, X)


# what a library gives to go through has no items by number


def by_iterators(x: "float[:]", text: str):
    s = 0.0
    for v in np.nditer(np.arange(3)):
        s += x[int(v)] * int(v)
    for row in csv.reader([text]):
        s *= x[int(row[0])] ** float(row[1])
    return s


add(by_iterators, X, "2,3")


def by_items(x: "float[:]", text: str):
    s = 0.0
    table = json.loads(text)
    for key, value in table.items():
        s += x[int(key)] ** 2 * value
    for key in table:
        s *= x[int(key)]
    return s


add(by_items, X, '{"1": 2.0, "3": 0.5}')


def filled_like_what_is_differentiated(x, w):
    y = np.full_like(x, w)
    y[0] = x[1]
    return np.sum(y * x)


add(filled_like_what_is_differentiated, X, 0.4)


# an array without axes that is negated, and the like, is a number; of np.where it is an array


def negated(x):
    t = np.array(x[0])
    y = -t
    u = y
    u *= 2.0
    c = np.conj(t)
    d = c
    d += 1
    f = np.flip(t)
    g = f
    g *= 3
    return y * u + t + c * d + f * g


add(negated, X)


# a number and a list, a vector and a matrix


def number_and_list(x):
    return np.where(x[0] < [0.2, 0.4, 0.5, 0.1], x, x**2)


add(number_and_list, X)


def triangles_of_a_vector(x):
    return np.tril(x) + np.triu(x**2, 1)


add(triangles_of_a_vector, X)


def joined_shapes(a: "float[:, :]"):
    b = np.zeros(a.shape + (2,))
    b[..., 0] = a
    b[..., 1] = a**2
    c = np.broadcast_to(a[:, None], a.shape[:1] + (3,) + a.shape[1:])
    return b.reshape(a.shape[:-1] + (4,)), c.sum((0, 1))


add(joined_shapes, np.arange(4.0).reshape(2, 2) - 0.7)


def weighted_histogram(x):
    return np.histogram(x, bins=3, weights=x**2)[0]


add(weighted_histogram, X)


# complex numbers on the way, of elements of what nothing is known of


def complex_of_elements(x):
    z = x[0] + 2j * x[1]
    w = [z]
    w.append(w[-1] * z)
    return np.abs(z) ** 2 + w[1].imag * np.abs(x[1:3] + 1j * x[2:]).sum()


add(complex_of_elements, X)


def mandelbrot(x, n: int):
    z = 0j
    rest = 0.0
    for i in range(n):
        c = complex(x[i % 4], x[(i + 1) % 4])
        if i % 2:
            z = z * z + c
        else:
            rest = rest + z * c
    return abs(z) + rest.imag


add(mandelbrot, X, 4)


# made of numbers, or copied


def sum_of_rows_by_two_names(x):
    total = np.zeros_like(x[0])
    first = total
    for v in x:
        total += v * v
    return total + first


add(sum_of_rows_by_two_names, X)


def number_in_a_list(x):
    total = np.ones_like(x[0])
    kept = [total]
    total *= x[1]
    return total * x[2] + kept[0]


add(number_in_a_list, X)


def copied_number(x):
    total = np.copy(x[0])
    kept = total
    total += x[1]
    return kept * total


add(copied_number, X)


def reshaped_number(x):
    total = x[:1].reshape(()).copy()
    kept = total
    total += x[1]
    return kept * total


add(reshaped_number, X)


def sum_on_one_path(x, n):
    s = np.transpose(x[0, ...])
    if n > 0:
        s = s + x[1]
    return s * x[0]


add(sum_on_one_path, X, 1)


def sum_in_a_callee(x, n):
    def added(s, v):
        s = s + v
        return s * s

    return added(np.reshape(x[:1], ()), x[1]) * x[0] + n


add(sum_in_a_callee, X, 1)


def list_of_points(x: "float[:]"):
    held = [np.array(v) for v in x]
    for a, b in itertools.pairwise(held):
        b += a * a
    held[0], held[1] = held[1], held[0]
    held[0] *= 2
    return sum(held) * held[1]


add(list_of_points, X)


def divided_by_its_diagonal(a):
    b = a.copy()
    for i in range(2):
        e = b[i, i, ...]
        e *= 2.0
        b[i] /= e
    return b


add(divided_by_its_diagonal, np.arange(1.0, 5.0).reshape(2, 2))


def kept_axis(x):
    y = x.sum(keepdims=True)
    t = y[0]
    t += 1
    u = y[0, ...]
    u += 1
    return y * t * u


add(kept_axis, X)


def element_of_a_reshaped_view(x):
    a = np.zeros(4)
    p = a.reshape(2, 2)[0, 1, ...]
    p[...] = x[0]
    p += x[1]
    w = a[1:2]
    w *= x[2]
    return a * x


add(element_of_a_reshaped_view, X)


def gone_through_again(x, n: int):
    y = x.copy()
    t = np.array(1.0)
    # ad: checkpoint 2
    for i in range(n):
        y[i % 4] *= t
        t *= 1.1
        y[1:] += 0.1 * y[:-1]
    return y * t


add(gone_through_again, X, 5)


def packed_point(x):
    v = np.ascontiguousarray(x)
    return v * v


def pieces_of_a_point(x):
    return np.piecewise(x, [x < 0, x > 1], [lambda v: v * v, lambda v: v**3, 2.0]) * x


for one in (packed_point, pieces_of_a_point):
    add(one, 1.3)
    add(one, np.array(-0.7))


def kept_contraction(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    kept = []
    s = np.tensordot(x, y, 1)
    for i in range(3):
        kept.append(s)
        s = s + x[i]
    return kept[0] * kept[1] + s


def kept_roll(x, y):
    kept = []
    s = np.roll(x[0] * y[0], 1)
    for i in range(3):
        kept.append(s)
        s = s * y[i]
    return kept[0] * kept[1] + s


for one in (kept_contraction, kept_roll):
    add(one, X, 0.3 + X[::-1] ** 2)


def read_when_its_element_has_changed(x, z):
    s = np.array(z)
    s += x[0]
    u = x[1:2].reshape(())
    u *= s
    v = np.squeeze(x[2:3])
    y = v * z
    x[2] = y * v
    x[3] = y * u
    return (x * x).sum() * s * v


add(read_when_its_element_has_changed, X, 0.7)


def of_one_element(x, z):
    u = np.squeeze(x)
    x[0] = u * z
    return u * u * z


add(of_one_element, X[:1], 0.7)


def elements_without_axes(a, z):
    u = a[0, 2:3].reshape(())
    w = np.squeeze(a[1:2, 1:2])
    v = u.T
    for i in range(3):
        t = u * w * z
        a[0] = t * a[1]
        w += t
        v *= z
    return t * u * w


add(elements_without_axes, np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6]]), 0.7)


def squeezed_in_turns(x, k, z):
    v = np.squeeze(x)
    for i in range(k):
        x[0] = v * z + x[-1]
        z = z + np.sum(v * v)
        if z > 2:
            v = np.squeeze(x[:1])
    return np.sum(v * x[0]) + z


add(squeezed_in_turns, X[:1], 3, 0.7)


def where_the_layout_is_asked_for(x, a, y):
    u = x[np.argsort(x)]
    q = np.squeeze(u[2:3])
    q += 1.5 * y
    v = a.ravel()
    v[0] = u[2] * y
    a[1] *= y
    return v @ v + u @ u


add(where_the_layout_is_asked_for, X, np.arange(1.0, 7.0).reshape(2, 3), 0.7)


def element_read_in_turns(a, z):
    u = a[0, 2:3].reshape(())
    for _ in range(2):
        t = u * z
        a[0] = t * a[1]
    return t * u


add(element_read_in_turns, np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6]]), 0.7)
