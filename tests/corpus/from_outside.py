"""Arrays of a module, and others, that some paths read or write before others do."""

import numpy as np

from corpus.cases import add, add_by_differences

WEIGHTS = np.array([0.2, -0.3, 0.5, 0.1])
BUFFER = np.array([0.4, 0.1, -0.2, 0.3])
X = np.array([0.7, -0.4, 0.9, 1.3])


def read_in_a_branch(x, n):
    y = x * 1.0
    w = x
    if n % 2 == 1:
        w = y
        y[0] = np.dot(x, WEIGHTS)
    w[1] += 0.1
    return w @ WEIGHTS


add(read_in_a_branch, X, 2)


def read_in_a_try(x, n):
    w = x * 2
    try:
        if n % 2 == 1:
            w[0] += w @ WEIGHTS
            raise ValueError
    except ValueError:
        w[1] += 0.2
    return w @ WEIGHTS


add(read_in_a_try, X, 2)


def weighted(u, by=WEIGHTS):
    return u * by


def read_by_default(x, n):
    u = x * 3.0
    v = u[::-1]
    if n % 2 == 0:
        for w in (u, weighted(u)):
            x = x + w
    (u if np.dot(v, WEIGHTS) > 0.2 else v)[1] += x[0]
    return u * x


add(read_by_default, X, 2)


def filled_in_a_loop(x, n):
    for i in range(n):
        BUFFER[i] = x[i] ** 2
    return BUFFER[:2].sum() * x[2]


add_by_differences(filled_in_a_loop, X, 2)


def filled_on_both_paths_of_a_loop(x, n):
    for i in range(n):
        if i > 0:
            BUFFER[:] = x * x
        else:
            BUFFER[:] = x
        x = x + BUFFER
    return BUFFER @ x


add_by_differences(filled_on_both_paths_of_a_loop, X, 3)


def filled_while_it_is_asked(x, n):
    i = 0
    while i < n and BUFFER[0] < 10.0:
        BUFFER[0] = x[i] + i
        i += 1
    return BUFFER * x


add_by_differences(filled_while_it_is_asked, X, 3)


def checked(x, n):
    if n > 1:
        raise ValueError
    return x


def filled_before_it_is_raised(x, n):
    y = x
    for i in range(2):
        try:
            BUFFER[:] = x * (i + 1)
            y = y + checked(x, n)
        except ValueError:
            y = y + BUFFER * 2.0
    return y @ x + BUFFER.sum()


add_by_differences(filled_before_it_is_raised, X, 2)


def filled_whole_in_a_try(x, n):
    filled = np.zeros(4)
    try:
        filled[:] = x
        if n > 1:
            raise ValueError
        filled[0] = x[1] ** 2
    except ValueError:
        filled[1] = 3.0 * x[0]
    return filled @ x


add(filled_whole_in_a_try, X, 2)


STEPS, PAIRS, ENDS = [0.5, 1.5, 2.5], [[1.0, 2.0], [3.0]], {"first": 2.0, "last": 3.0}


def down_the_steps(x, n):
    if n == 0:
        return x * STEPS[0] + STEPS[-1] * x * x
    return down_the_steps(x * STEPS[n], n - 1) + sum(STEPS) * x


def down_the_pairs(x, n):
    if n == 0:
        return x * PAIRS[0][1] * ENDS["first"]
    return up_the_pairs(x * x * ENDS["last"], n - 1) + len(PAIRS)


def up_the_pairs(x, n):
    if n == 0:
        return x * PAIRS[0][0]
    total = 0.0
    for step in STEPS:
        total += step * x
    return down_the_pairs(total * PAIRS[1][0], n - 1)


add(down_the_steps, 0.7, 2)
add(down_the_pairs, 0.7, 2)
add(up_the_pairs, 0.7, 3)
