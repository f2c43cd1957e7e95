"""What a try has changed and put back is not put back where it raises in between: refused."""

import math

from corpus.cases import right_now


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
    return y * m.k  # here


right_now(put_back_by_a_method, 0.7)


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
    return y + box["k"] * x  # here


right_now(put_back_into_a_dictionary, 0.7)


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
    return y + s * x  # here


right_now(put_back_into_a_variable, 0.7)


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
    return y * sum(xs)  # here


right_now(appended_and_taken_off, 0.7)


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
    return y * m.k  # here


right_now(put_back_in_the_try_itself, 0.7)
