"""Loops that keep some snapshots only."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


def heat(x, n):
    u = x * 1.0
    # ad: checkpoint 3
    for i in range(n):
        u[1:-1] += 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2]) * np.cos(u[1:-1])
    return np.sum(u * u)


add(heat, X, 5)
add(heat, X, 17)


def several_carried(x, n):
    a, b = x, 1.0
    v = np.ones(3)
    # ad: checkpoint 2
    for i in range(2, n):
        a, b = b * math.sin(a), a + b * x
        v[i % 3] = a * v[0]
    return a + b * np.sum(v)


add(several_carried, 0.7, 4)
add(several_carried, 0.7, 9)


def snapshots_in_snapshots(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        q = p
        # ad: checkpoint 2
        for j in range(n):
            q = math.sin(q) + p * x
        p = p * q + 0.1
    return p


add(snapshots_in_snapshots, 0.7, 4)
add(snapshots_in_snapshots, 0.7, 6)


def snapshots_in_a_plain_loop(x, n):
    p = x
    for i in range(n):
        q = p
        # ad: checkpoint 2
        for j in range(n):
            q = math.sin(q) + p * x
        p = p * q + 0.1
    return p


add(snapshots_in_a_plain_loop, 0.7, 4)
add(snapshots_in_a_plain_loop, 0.7, 6)


def plain_loop_in_snapshots(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        q = p
        for j in range(n):
            q = 0.5 * math.sin(q) + p * x
            if q > 0.5:
                q = 0.3 * q * q
        p = 0.5 * p * q + 0.1
    return p


add(plain_loop_in_snapshots, 0.7, 4)
add(plain_loop_in_snapshots, 0.7, 6)


def while_loop(x, n):
    p = x
    k = 0
    # ad: checkpoint 3
    while k < n and p < 100.0:
        p = p * p * 0.3 + math.sin(p) + x
        k = k + 1
    return p


add(while_loop, 0.7, 4)
add(while_loop, 0.7, 16)


def left_by_break(x, n):
    p = x
    # ad: checkpoint 3
    for i in range(n):
        p = p + math.sin(p) * x
        if p > 2.0:
            break
        p = p * 1.01
    return p


add(left_by_break, 0.7, 4)
add(left_by_break, 0.7, 16)


def left_by_return(x, n):
    p = x
    # ad: checkpoint 3
    for i in range(1, n, 2):
        p = p + math.sin(p) * x * i
        if p > 3.0:
            return p * x
        p = p * 1.01
    return p


add(left_by_return, 0.7, 4)
add(left_by_return, 0.7, 16)


def ranges(x, n):
    p = x[0]
    # ad: checkpoint 3
    for i in range(n, 0, -3):
        p = p + math.sin(p) * x[i % 5]
    # ad: checkpoint 3
    for i in reversed(range(n)):
        p = p + math.sin(p) * x[i % 5]
    # ad: checkpoint 3
    for v in reversed(x):
        p = p * math.sin(v)
    # ad: checkpoint 3
    for i, v in enumerate(x):
        p = p * math.sin(v) + i
    return p


add(ranges, X, 4)
add(ranges, X, 16)


def ranges_left(x, n):
    p = x[0]
    # ad: checkpoint 3
    for i in range(n, 0, -3):
        p = p + math.sin(p) * x[i % 5]
        if p > 1.4:
            break
    # ad: checkpoint 3
    for i in reversed(range(n)):
        p = p + math.sin(p) * x[i % 5]
        if p > 1.7:
            break
    return p


add(ranges_left, X, 4)
add(ranges_left, X, 16)


def in_a_branch(x, n):
    p = x
    if x > 0.5:
        # ad: checkpoint 3
        for i in range(n):
            p = p + math.sin(p) * x
    else:
        p = p * p
    return p


add(in_a_branch, 0.7, 4)
add(in_a_branch, 0.2, 4)
add(in_a_branch, 0.8, 11)


def unassigned_at_first(x, n):
    s = 0.0
    # ad: checkpoint 2
    for i in range(n):
        if i > 0:
            s = s + math.sin(last * s)
        last = x * i + s  # noqa: F841
    return s


add(unassigned_at_first, 0.7, 4)
add(unassigned_at_first, 0.8, 11)


def growing_list(x, n):
    values = [x]
    # ad: checkpoint 2
    for i in range(n):
        values.append(math.sin(values[-1]) * values[i // 2])
    return values[-1]


add(growing_list, 0.7, 4)
add(growing_list, 0.8, 11)


def structures(x, n):
    s = {"a": x, "b": [x * x, 1.0]}
    # ad: checkpoint 2
    for i in range(n):
        s["a"] = math.sin(s["a"]) * s["b"][0]
        s["b"][1] = s["a"] + s["b"][1]
    return s["a"] * s["b"][1]


add(structures, 0.7, 4)
add(structures, 0.8, 11)


def loop_in_a_function_step(p, x, n):
    # ad: checkpoint 2
    for j in range(n):
        p = math.sin(p) * x + p
    return p


def loop_in_a_function(x, n):
    p = x
    for i in range(3):
        p = loop_in_a_function_step(p, x, n) * 0.9
    return loop_in_a_function_step(p, p, 3)


add(loop_in_a_function, 0.7, 4)
add(loop_in_a_function, 0.8, 11)


def recursion_inside_power(x, n):
    if n == 0:
        return 1.0
    return x * recursion_inside_power(x, n - 1)


def recursion_inside(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        p = math.sin(recursion_inside_power(p, i % 3 + 1)) + x
    return p * recursion_inside_power(p, 2)


add(recursion_inside, 0.7, 4)
add(recursion_inside, 0.8, 11)


def loop_in_recursion_deep(x, n):
    if n == 0:
        return x
    p = x
    # ad: checkpoint 2
    for i in range(n):
        p = math.sin(p) * x + p
    return p * loop_in_recursion_deep(p, n - 1)


def loop_in_recursion(x, n):
    return loop_in_recursion_deep(x, n)


add(loop_in_recursion, 0.7, 4)
add(loop_in_recursion, 0.3, 5)


def checked(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        assert p > -100.0
        p = math.sin(p) * p + x
        if p > 1e9:
            raise ValueError("no")
    return p


add(checked, 0.7, 4)
add(checked, 0.3, 5)


def in_a_try(x, n):
    p = x
    try:
        # ad: checkpoint 2
        for i in range(n):
            p = math.sin(p) * p + x / (5 - i)
    except ZeroDivisionError:
        p = x * x
    return p


add(in_a_try, 0.7, 4)
add(in_a_try, 0.3, 8)


def try_inside(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        try:
            p = math.sin(p) * p + x / (5 - i)
        except ZeroDivisionError:
            p = x * x
    return p


add(try_inside, 0.7, 4)
add(try_inside, 0.3, 8)


def arrays_and_branches(x, n):
    A = np.outer(x, x)
    # ad: checkpoint 4
    for i in range(n):
        k = i % 5
        if i % 2:
            x = A @ np.tanh(x)
        else:
            x = np.where(x > 0.1, np.sin(x), -x)
            A[k, 1:] *= x[1:]
    return x @ x


add(arrays_and_branches, X, 4)
add(arrays_and_branches, X, 9)


def the_best(x, n):
    best = 0.0
    # ad: checkpoint 2
    for i in range(n):
        v = math.sin(x[i % 5] + 1.3 * i)
        if v > best:
            best = v
    return best


add(the_best, X, 4)
add(the_best, X, 9)
