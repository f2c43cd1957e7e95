"""Programs that raise: recursion inside a try, own exception classes, what exceptions hold."""

import math

import numpy as np

from corpus.cases import add


def power_until_domain_ends(x, n):
    if n == 0:
        return x * x
    try:
        y = math.sqrt(x - 0.3 * n)
        return y * power_until_domain_ends(x + 0.5, n - 1)
    except ValueError:
        return math.sin(x) * power_until_domain_ends(x * 1.5, n - 1)


add(power_until_domain_ends, 0.7, 4)
add(power_until_domain_ends, 2.7, 4)


def stopped_by_an_exception(x, n):
    try:
        if n <= 0:
            raise ValueError("end")
        r = x * stopped_by_an_exception(x * 0.9, n - 1)
    except ValueError:
        r = x * x
    return r


add(stopped_by_an_exception, 1.3, 4)


def raises_after_its_calls(x, n):
    if n == 0:
        return math.sin(x)
    try:
        a = raises_after_its_calls(x * 1.1, n - 1)
        b = raises_after_its_calls(x * 0.7 + a, n - 1)
        return a * b * math.sqrt(a * b - 0.25)
    except ValueError:
        c = raises_after_its_calls(x + 0.1, n - 1)
        return c * c


add(raises_after_its_calls, 0.1, 3)
add(raises_after_its_calls, 0.6, 3)
add(raises_after_its_calls, 0.9, 3)


def calls_in_a_tried_loop(x, n):
    s = x
    try:
        for i in range(n):
            s = s + calls_in_a_tried_loop(x * s, i)
        s = math.sqrt(1.5 - s)
    except ValueError:
        s = 0.3 * x
    return s


add(calls_in_a_tried_loop, 0.1, 3)
add(calls_in_a_tried_loop, 0.6, 3)
add(calls_in_a_tried_loop, 0.9, 3)


def calls_in_a_tried_branch(x, n):
    try:
        y = calls_in_a_tried_branch(x * 1.2, n - 1) if n > 0 else x
        z = math.log(y - 0.3)
    except ValueError:
        z = x * x
    else:
        z = z + calls_in_a_tried_branch(x, n - 2) if n > 1 else z
    return z


add(calls_in_a_tried_branch, 0.3, 3)
add(calls_in_a_tried_branch, 0.9, 3)


def one_tries_the_other(x, n):
    try:
        return the_other_divides(x * 1.1, n - 1)
    except ZeroDivisionError:
        return x


def the_other_divides(x, n):
    if n < 0:
        return x / 0
    try:
        z = one_tries_the_other(x, n) * x
    finally:
        x = 2.0
    return z


add(one_tries_the_other, 1.1, 3)


class Diverged(Exception):
    """Own attributes, and nothing of the module read."""

    def __init__(self, value, where):
        super().__init__("diverged")
        self.value = value
        self.where = where


class Small(ValueError):
    pass


class Tiny(Small):
    pass


def value_of_an_exception(x, z):
    s = 0.0
    try:
        for i in range(5):
            s = s * s + x
            if s > 2.0:
                raise Diverged(s, i)
    except Diverged as e:
        return e.value * e.where * z
    return s * z


add(value_of_an_exception, 1.2, 0.7)
add(value_of_an_exception, 0.2, 0.7)


def arguments_of_an_exception(x):
    try:
        if x > 1:
            raise ValueError(x * x, math.sin(x))
        y = x
    except ValueError as e:
        y = e.args[0] * 3 + e.args[1]
    return y


add(arguments_of_an_exception, 1.2)
add(arguments_of_an_exception, 0.2)


def class_and_subclass(x):
    try:
        if x > 1:
            raise Small("small")
        if x > 0.5:
            raise Tiny
        y = math.log(x)
    except Tiny:
        y = x * x
    except Small:
        y = x**3
    except ValueError:
        y = 5.0 * x
    return y


add(class_and_subclass, 1.5)
add(class_and_subclass, 0.7)
add(class_and_subclass, 0.2)
add(class_and_subclass, -0.2)


def raised_from_another(x):
    try:
        try:
            if x > 1:
                raise Diverged(x, 1)
            y = math.sqrt(x)
        except Diverged as e:
            raise ValueError(e.value * 2) from e
    except ValueError as e:
        y = e.args[0] * x
    return y


add(raised_from_another, 1.5)
add(raised_from_another, 0.4)


def raised_by_a_callee(x):
    try:
        y = checked(x)
    except Small:
        y = x * x
    return y * x


def checked(x):
    if x > 1:
        raise Tiny("above")
    return 3.0 * x


add(raised_by_a_callee, 1.5)
add(raised_by_a_callee, 0.4)


def one_of_two_of_which_only_the_text_is_kept(x, n):
    notes = []
    try:
        y = math.log(x) / n
    except (ValueError, ZeroDivisionError) as e:
        notes.append(f"failed: {e}")
        y = x * x
    return y + len(notes)


add(one_of_two_of_which_only_the_text_is_kept, 3.0, 2)
add(one_of_two_of_which_only_the_text_is_kept, 3.0, 0)
add(one_of_two_of_which_only_the_text_is_kept, -3.0, 2)


def values_of_two_raises(x):
    total = 0.0
    for v in x:
        try:
            if v > 1.0:
                raise Diverged(v * v, 2)
            if v < 0.0:
                raise Diverged(-v, 3)
            total += v
        except Diverged as e:
            total += e.value * e.where
    return total


add(values_of_two_raises, np.array([0.5, 1.5, -0.7, 2.5]))


def some_turns_raise(x):
    s = 0.0
    for v in x:
        try:
            if v < -0.5:
                raise Tiny
            if v > 1:
                raise Diverged(v, 1)
            s += math.sqrt(v)
        except Diverged as e:
            s += e.value**2
        except ValueError:
            continue
        else:
            s *= 1.1
        finally:
            s += 0.1
    return s


add(some_turns_raise, np.array([0.3, -0.7, 1.2, 0.5, -0.1]))


# lists that a try appends to, and that are cut back where it raises


def logged_step(x, log: "list[float]", i):
    log.append(x)
    y = math.sqrt(1.2 - x)
    log.append(y * i)
    return y * x


def cut_back_and_logged(x, n):
    log = []
    s = x
    for i in range(n):
        mark = len(log)
        try:
            s = logged_step(s * 1.1, log, i) + 0.2
            s = logged_step(s * 1.3, log, i)
        except ValueError:
            while len(log) > mark:
                log.pop()
            log.append(-x)
            s = 0.4 * x
    return s + sum(log) * len(log)


add(cut_back_and_logged, 0.31, 4)
add(cut_back_and_logged, 0.83, 4)
add(cut_back_and_logged, 1.04, 4)


def loop_that_logs(x, n):
    log = []
    s = x
    mark = len(log)
    try:
        for i in range(n):
            s = logged_step(s * 1.1, log, i) + 0.2
    except ValueError:
        del log[mark:]
        s = x
    return s + sum(log) + len(log)


add(loop_that_logs, 0.31, 4)
add(loop_that_logs, 0.83, 4)
add(loop_that_logs, 1.04, 4)
