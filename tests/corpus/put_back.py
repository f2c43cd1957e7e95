"""What a try has changed when it raises, and what it has not put back; lists cut back behind it."""

import math

import numpy as np

from corpus.cases import add_by_differences

X = np.array([1.3, 0.7, 2.1])


def logged_step(x, log: "list[float]", i):
    log.append(x)
    y = math.sqrt(1.2 - x)
    log.append(y * i)
    return y * x


class Model:
    def __init__(self, k):
        self.k = k

    def run(self, x):
        saved = self.k
        self.k = self.k * 2.0
        y = math.sqrt(x) * self.k
        self.k = saved
        return y


def put_back_by_a_method(x):
    m = Model(x)
    y = 0.5
    try:
        y = m.run(-x)
    except ValueError:
        y = y + x
    return y * m.k


add_by_differences(put_back_by_a_method, 0.7)


def put_back_into_a_dictionary(x):
    box = {"k": x}

    def work():
        old = box["k"]
        box["k"] = 3.0 * x
        y = math.log(-x)
        box["k"] = old
        return y

    try:
        y = work()
    except ValueError:
        y = 0.0
    return y + box["k"] * x


add_by_differences(put_back_into_a_dictionary, 0.7)


def put_back_into_a_variable(x):
    s = x

    def work():
        nonlocal s
        old = s
        s = 3.0 * x
        y = math.log(-x)
        s = old
        return y

    try:
        y = work()
    except ValueError:
        y = 0.0
    return y + s * x


add_by_differences(put_back_into_a_variable, 0.7)


def appended_and_taken_off(x):
    xs = [x]

    def work():
        xs.append(2.0 * x)
        y = math.log(-x)
        xs.pop()
        return y

    y = x
    try:
        y = work()
    except ValueError:
        pass
    return y * sum(xs)


add_by_differences(appended_and_taken_off, 0.7)


def put_back_in_the_try_itself(x):
    m = Model(x)
    y = 0.3
    try:
        old = m.k
        m.k = 3.0 * x
        y = math.log(-x)
        m.k = old
    except ValueError:
        y = y + x
    return y * m.k


add_by_differences(put_back_in_the_try_itself, 0.7)


def popped_in_a_try(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    for i in range(n):
        mark = len(log)
        try:
            log.pop()
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]
            s = 0.4 * s
    return s + sum(log) * len(log)


add_by_differences(popped_in_a_try, 0.83, 4)


def item_replaced_in_a_try(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    for i in range(n):
        mark = len(log)
        try:
            log[0] = s * 2.0
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]
            s = 0.4 * x
    return s + sum(log) * len(log)


add_by_differences(item_replaced_in_a_try, 0.83, 4)


def cut_back_to_another_length(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    mark = len(log)
    for i in range(n):
        try:
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]
            s = 0.4 * x
    return s + sum(log) * len(log)


add_by_differences(cut_back_to_another_length, 0.83, 4)


def cut_back_further(x, n):
    log = [x]
    for i in range(3):
        log.append(x * i)
    s = x
    for i in range(n):
        mark = len(log) - 1
        try:
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            del log[mark:]
            s = 0.4 * x
    return s + sum(log) * len(log)


add_by_differences(cut_back_further, 0.83, 4)


def length_changed_in_a_try(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            mark = mark + 1
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            del log[mark:]
            s = 0.4 * x
    return s + sum(log) * len(log)


add_by_differences(length_changed_in_a_try, 0.83, 4)


def appended_behind_the_length(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        log.append(s)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            del log[mark:]
            s = 0.4 * x
    return s + sum(log) * len(log)


add_by_differences(appended_behind_the_length, 0.83, 4)


def read_before_it_is_cut_back(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            s = 0.4 * log[-1]
            del log[mark:]
    return s + sum(log) * len(log)


add_by_differences(read_before_it_is_cut_back, 0.83, 4)


def length_read_in_a_handler(x, n):
    log = []
    s = x
    k = 0
    for i in range(n):
        mark = len(log)
        try:
            t = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(t * 1.3, log, i)
        except ValueError:
            k += len(log) - mark
            del log[mark:]
            s = 0.4 * x
    return s * k + sum(log) * len(log)


add_by_differences(length_read_in_a_handler, 0.83, 4)


def counted(x, n):
    calls = 0

    def squared(y):
        nonlocal calls
        calls += 1
        return math.log(np.sum(y**2))

    for _ in range(n):
        try:
            x = x * squared(x)
        except ValueError:
            x = x * 0.5
    return x


add_by_differences(counted, X, 2)
