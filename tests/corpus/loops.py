"""Programs with for loops: break, continue, return, else, nesting."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6]])


def product_of_sines(x, n):
    a = 1.0
    for i in range(n):
        a = a * math.sin(x[i])
    return a


add(product_of_sines, X, 4)
add(product_of_sines, X, 0)


def branch_in_loop(x, n):
    a = 1.0
    for i in range(n):
        if a < 2.0:
            a = a * math.sin(x[i])
        else:
            a = a / x[i]
    return a


add(branch_in_loop, X, 6)
add(branch_in_loop, 3.0 * X, 6)


def over_elements(x):
    total = 0.0
    for value in x:
        total += value**2 * total + value
    return total


add(over_elements, 0.3 * X)


def over_rows(a, w):
    total = 0.0
    for row in a:
        total += math.tanh(np.dot(row, w))
    return total


add(over_rows, A, X[:3])


def with_enumerate(x):
    total = 0.0
    for i, value in enumerate(x):
        total += i * value**2
    return total


add(with_enumerate, X)


def with_zip(x, y):
    total = 0.0
    for a, b in zip(x, y):
        total += a * b
    return total


add(with_zip, X, X**2)


def zip_and_enumerate(x, y):
    total = 0.0
    for i, (a, b) in enumerate(zip(x, y), 1):
        total += a * b / i
    return total


add(zip_and_enumerate, X, X**2)


def with_break(x, limit):
    total = 0.0
    for value in x:
        total += value
        if total > limit:
            break
        total = total * 1.1
    return total * limit


add(with_break, X, 2.5)
add(with_break, X, 100.0)


def with_continue(x):
    total = 0.0
    for value in x:
        if value < 0.3:
            continue
        total += math.log(value)
    return total


add(with_continue, X)


def with_return(x, limit):
    total = 1.0
    for i in range(len(x)):
        total *= x[i] + 1.0
        if total > limit:
            return total * i
    return -total


add(with_return, X, 5.0)
add(with_return, X, 1000.0)


def with_else(x, limit):
    total = 0.0
    for value in x:
        total += value
        if total > limit:
            total = total * 2.0
            break
    else:
        total = total**2
    return total


add(with_else, X, 2.5)
add(with_else, X, 100.0)


def break_and_continue(x):
    total = 1.0
    for i in range(x.size):
        if x[i] < 0.15:
            continue
        if x[i] > 2.0:
            break
        total = total * x[i]
        if total > 1.5:
            total = math.sqrt(total)
    return total


add(break_and_continue, X)
add(break_and_continue, X[[0, 4, 1, 3, 2, 5]])


def nested(a):
    total = 0.0
    for i in range(a.shape[0]):
        part = 1.0
        for j in range(a.shape[1]):
            part = part * (1.0 + a[i, j] ** 2)
        total += math.sqrt(part)
    return total


add(nested, A)


def break_of_inner(a, limit):
    total = 0.0
    for row in a:
        for value in row:
            if total + value > limit:
                break
            total += value * value
        total *= 1.5
    return total


add(break_of_inner, A, 1.0)


def return_of_inner(a, limit):
    total = 0.1
    for i in range(len(a)):
        for j in range(len(a[i])):
            total += a[i, j] * total
            if total < limit:
                return total * limit
    return total


add(return_of_inner, A, -5.0)
add(return_of_inner, A, 0.12)


def triangular(x):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += 1.0 / (1.0 + (x[i] - x[j]) ** 2)
    return total


add(triangular, X)


def backwards(x):
    y = 0.0
    for i in range(len(x) - 1, -1, -1):
        y = y * 0.7 + x[i]
    return y


add(backwards, X)


def with_reversed(c, x):
    y = 0.0
    for value in reversed(c):
        y = y * x + value
    return y


add(with_reversed, X, 0.6)


def strided(x):
    total = 0.0
    for i in range(1, len(x), 2):
        total += x[i] * x[i - 1]
    return total


add(strided, X)


def index_after_loop(x):
    for i in range(3):
        x = x * (i + 1.5)
    return x * i


add(index_after_loop, 0.4)


def index_overwritten(x):
    total = 0.0
    for i in range(4):
        i = i * 2
        total += x * i
    return total + i


add(index_overwritten, 0.4)


def carried_pair(x, n):
    a, b = 0.0, 1.0
    for _ in range(n):
        a, b = b, a * x + b
    return b


add(carried_pair, 0.7, 6)


def unrolled(x):
    for k in (1.0, 2.0, 3.0):
        x = math.sin(k * x)
    return x


add(unrolled, 0.7)


def euler(y0, k, steps):
    y = y0
    dt = 1.0 / steps
    for _ in range(steps):
        y = y + dt * (-k * y)
    return y


add(euler, 1.0, 0.8, 10)


def runge_kutta(y, dt, n):
    def slope(u):
        return np.array([u[1], -math.sin(u[0])])

    for _ in range(n):
        k1 = slope(y)
        k2 = slope(y + 0.5 * dt * k1)
        k3 = slope(y + 0.5 * dt * k2)
        k4 = slope(y + dt * k3)
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return y


add(runge_kutta, np.array([1.0, 0.2]), 0.1, 4)


def matrix_product(a, b):
    n, m = a.shape
    p = b.shape[1]
    c = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            for k in range(m):
                c[i, j] += a[i, k] * b[k, j]
    return c


add(matrix_product, A, A.T)


def moving_average(x, width):
    out = np.zeros(len(x) - width + 1)
    for i in range(len(out)):
        out[i] = np.mean(x[i : i + width]) ** 2
    return out


add(moving_average, X, 3)


def recurrence(w, x):
    h = np.zeros(3)
    for t in range(len(x)):
        h = np.tanh(w @ h + x[t])
    return h.sum()


add(recurrence, np.array([[0.1, 0.5, -0.2], [0.4, -0.3, 0.2], [0.7, 0.1, 0.3]]), X)


def fixed_count(x):
    for _ in range(3):
        x = (x + 2.0 / x) / 2.0
    return x


add(fixed_count, 1.1)


def loop_of_zero_turns(x):
    y = x
    for _ in range(0):
        y = y * y
    return y * 2.0


add(loop_of_zero_turns, 1.1)


def last_value_kept(x):
    best = x[0]
    for value in x[1:]:
        if value > best:
            best = value
    return best**2


add(last_value_kept, X)


def flag_in_loop(x):
    found = False
    total = 0.0
    for value in x:
        if value > 2.0:
            found = True
        if found:
            total += value**2
    return total


add(flag_in_loop, X)


def counter(x):
    count = 0
    total = 0.0
    for value in x:
        if value > 0.3:
            total += value
            count += 1
    return total / count


add(counter, X)


def comprehension(x):
    return sum([math.sin(v) * i for i, v in enumerate(x)])


add(comprehension, X)


def generator(x, n):
    return sum(x[i] ** 2 for i in range(n) if i % 2 == 0) / max(v for v in x)


add(generator, X, 5)


def lagrange(xs, ys, x):
    total = 0.0
    for i in range(len(xs)):
        term = ys[i]
        for j in range(len(xs)):
            if j == i:
                continue
            term *= (x - xs[j]) / (xs[i] - xs[j])
        total += term
    return total


add(lagrange, X[:4], X[2:], 0.33)
