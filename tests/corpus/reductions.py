"""Loops joined by sums only, or nearly so: what may run together turn by turn, and what may not."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9, 1.7])
A = np.array([[1.3, 0.2, -0.4], [0.8, 2.1, 0.6], [0.5, 0.7, 1.9]])


def two_sums(x, k):
    s, c = 0.0, 0.0
    for v in x:
        s += math.sin(k * v)
        c += math.cos(k * v) * v
    return s * c


add(two_sums, X, 0.8)


def sum_read_in_the_loop(x):
    s = 0.0
    for v in x:
        s += v * v
        if s > 2.0:
            s += v
    return s


add(sum_read_in_the_loop, X)


def sum_that_scales(x, k):
    s = 1.0
    for v in x:
        s = s * k + v
    return s


add(sum_that_scales, X, 0.8)


def sum_and_running_product(x):
    s, p = 0.0, 1.0
    for v in x:
        p *= v
        s += p
    return s


add(sum_and_running_product, X)


def differences(x):
    s = 0.0
    for i in range(1, len(x)):
        s -= (x[i] - x[i - 1]) ** 2
    return s


add(differences, X)


def array_sum(x, w):
    g = np.zeros(3)
    for i in range(len(x)):
        g += np.tanh(w[i % 3] * x[i]) * w[0]
    return g


add(array_sum, X, A)


def independent_writes(x, k):
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = math.exp(-k * x[i] ** 2)
    return y


add(independent_writes, X, 0.8)


def independent_writes_then_sum(x, k):
    y = np.empty(len(x))
    for i in range(len(x)):
        t = k * x[i]
        y[i] = t * math.sin(t)
    return y.sum() * y[0]


add(independent_writes_then_sum, X, 0.8)


def independent_updates(x, k):
    for i in range(len(x)):
        x[i] *= k + x[i]
    return x


add(independent_updates, X, 0.8)


def writes_that_overlap(x):
    y = np.zeros(len(x) + 1)
    for i in range(len(x)):
        y[i] += x[i] ** 2
        y[i + 1] = y[i] * x[i]
    return y


add(writes_that_overlap, X)


def scattered_sum(x, idx):
    y = np.zeros(3)
    for i in range(len(x)):
        y[idx[i]] += x[i] ** 2
    return y * y[0]


add(scattered_sum, X, np.array([0, 2, 1, 0, 0, 2]))


def sum_with_break(x, limit):
    s = 0.0
    for v in x:
        if v > limit:
            break
        s += v**3
    return s


add(sum_with_break, X, 1.0)
add(sum_with_break, X, 9.0)


def sum_with_continue_and_return(x, limit):
    s = 0.0
    for i in range(len(x)):
        if x[i] < 0.0:
            continue
        if x[i] > limit:
            return s * x[i]
        s += x[i] ** 2
    return s


add(sum_with_continue_and_return, X, 1.0)
add(sum_with_continue_and_return, X, 9.0)


def nested_sums(a, k):
    s = 0.0
    for i in range(len(a)):
        t = 0.0
        for j in range(len(a)):
            t += a[i, j] * math.sin(k * a[j, i])
        s += t * t
    return s


add(nested_sums, A, 0.8)


def sum_used_after_and_again(x):
    s = 0.0
    for v in x:
        s += v * v
    t = 0.0
    for v in x:
        t += math.sin(s * v)
    return t / s


add(sum_used_after_and_again, X)


def last_value_and_sum(x):
    s = 0.0
    for v in x:
        last = math.sin(v)
        s += last * v
    return s * last


add(last_value_and_sum, X)


def maximum_of_terms(x):
    best = -1e9
    for i, v in enumerate(x):
        best = max(best, v * v - 0.3 * i)
    return best


add(maximum_of_terms, X)


def sum_in_a_list(x):
    s = [0.0, 0.0]
    for v in x:
        s[0] += v * v
        s[1] += v**3
    return s[0] * s[1]


add(sum_in_a_list, X)


def sum_in_a_dict(x):
    s = {"a": 0.0, "b": 1.0}
    for v in x:
        s["a"] += v * s["b"]
        s["b"] += v
    return s["a"]


add(sum_in_a_dict, X)


def sum_into_an_element(x):
    y = np.zeros(2)
    for v in x:
        y[0] += v * v
        y[1] += v
    return y


add(sum_into_an_element, X)


def sum_into_a_row(a):
    y = np.zeros((2, 3))
    for i in range(3):
        y[0] += a[i] ** 2
        y[1, i] = a[i].sum()
    return y


add(sum_into_a_row, A)


def while_inside_a_sum(x):
    s = 0.0
    for v in x:
        y = v * v
        while y > 0.4:
            y = y * 0.5
        s += math.sqrt(y)
    return s


add(while_inside_a_sum, X)


def sum_of_solves(a, b):
    s = 0.0
    for i in range(3):
        y = np.linalg.solve(a + i * np.eye(3), b[i])
        s += y @ y
    return s


add(sum_of_solves, A, A.T * 0.3)


def mean_and_variance(x):
    n = 0
    mean = 0.0
    m2 = 0.0
    for v in x:
        n += 1
        d = v - mean
        mean += d / n
        m2 += d * (v - mean)
    return mean, m2 / (n - 1)


add(mean_and_variance, X)


def arguments_in_turns(x, w):
    s = 0.0
    for i in range(len(x)):
        w = w * 0.9
        s += w * x[i]
    return s


add(arguments_in_turns, X, 1.4)


def printing_in_turns(x):
    s = 0.0
    for v in x:
        assert v < 100.0, "too large"
        s += v * v
    return s


add(printing_in_turns, X)


def sum_of_views(a):
    s = np.zeros(2)
    for row in a:
        s += row[1:] * row[0]
    return s


add(sum_of_views, A)


def sum_and_write_to_the_read(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** 2
        x[i] = 0.0
    return s


add(sum_and_write_to_the_read, X)


def sum_and_write_ahead(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += x[i] ** 2
        x[i + 1] += 0.5 * x[i]
    return s


add(sum_and_write_ahead, X)


def product_of_a_number(x: "Float[np.ndarray, '6']"):
    return np.prod(x[0], axis=0) * np.prod(x[1] * x) + np.prod(x[2])


add(product_of_a_number, X)
