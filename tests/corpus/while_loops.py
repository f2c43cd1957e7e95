"""Programs with while loops."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])


def kepler(mean, ecc):
    e = mean
    step = 1.0
    while abs(step) > 1e-13:
        step = (e - ecc * math.sin(e) - mean) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e


add(kepler, 0.8, 0.3)


def halving(x):
    n = 0
    while x > 1.0:
        x = x / 2.0
        n += 1
    return x * n


add(halving, 11.3)
add(halving, 0.3)


def babylonian(a):
    x = a
    while True:
        following = 0.5 * (x + a / x)
        if abs(following - x) < 1e-12:
            break
        x = following
    return x


add(babylonian, 2.3)


def while_with_else(x):
    i = 0
    while i < 5:
        x = x * 1.3
        if x > 4.0:
            break
        i += 1
    else:
        x = x + 10.0
    return x * i


add(while_with_else, 2.3)
add(while_with_else, 0.3)


def while_with_continue(x):
    i = 0
    total = 0.0
    while i < len(x):
        i += 1
        if x[i - 1] < 0.3:
            continue
        total += x[i - 1] * i
    return total


add(while_with_continue, X)


def return_inside(x, tol):
    y = x
    while y > tol:
        y = y * y
        if y < 0.2:
            return y * tol
    return y


add(return_inside, 0.8, 0.1)
add(return_inside, 0.8, 0.5)


def compound_condition(x):
    i = 0
    s = 0.0
    while i < len(x) and s < 2.0:
        s += x[i]
        i += 1
    return s**2


add(compound_condition, X)


def while_in_for(x):
    total = 0.0
    for value in x:
        y = value
        while y > 0.5:
            y = y * 0.6
        total += y**2
    return total


add(while_in_for, X)


def for_in_while(x):
    k = 0
    y = x
    while k < 3:
        for i in range(k):
            y = y + math.sin(y) * i
        k += 1
    return y


add(for_in_while, 0.7)


def array_in_while(u):
    u = u.copy()
    n = 0
    while np.max(u) > 0.5:
        u[1:-1] = 0.5 * (u[2:] + u[:-2])
        u *= 0.8
        n += 1
    return u.sum() + n


add(array_in_while, X)


def list_as_stack(x):
    todo = [x]
    total = 0.0
    while todo:
        y = todo.pop()
        total += y**2
        if y > 0.5:
            todo.append(y * 0.5)
            todo.append(y * 0.3)
    return total


add(list_as_stack, 1.3)


def count_down(x, n):
    y = 1.0
    while n:
        y *= x
        n -= 1
    return y


add(count_down, 1.3, 5)


def power_by_squaring(x, n):
    result = 1.0
    while n > 0:
        if n % 2 == 1:
            result = result * x
        x = x * x
        n //= 2
    return result


add(power_by_squaring, 1.1, 13)


def bisection(a):
    low, high = 0.0, 10.0
    while high - low > 1e-3:
        middle = 0.5 * (low + high)
        if middle**3 < a:
            low = middle
        else:
            high = middle
    return low * a


add(bisection, 4.7)


def never_entered(x):
    while x < 0.0:
        x = x + 1.0
    return x * x


add(never_entered, 1.3)


def gradient_descent(x, rate):
    norm = 1.0
    while norm > 0.1:
        g = 2.0 * (x - 1.0)
        norm = np.sqrt(np.sum(g**2))
        x = x - rate * g
    return x


add(gradient_descent, X, 0.3)


def complex_escape(x, y):
    a, b = 0.0, 0.0
    for n in range(20):
        a, b = a * a - b * b + x, 2.0 * a * b + y
        if a * a + b * b > 4.0:
            break
    return a * a + b * b


add(complex_escape, 0.4, 0.5)


def interleaved(x):
    a, b, i = x, 1.0, 0
    while i < 4:
        c = a
        if i % 2:
            a = a * b
        else:
            b = b + c
        i = i + 1
    return a * b


add(interleaved, 0.8)
