"""Ways out of blocks: finally after return, break and continue, with blocks, and tries that are
followed a statement at a time."""

import contextlib
import logging
import math
import os
import tempfile
import threading
import time
import warnings
from contextlib import contextmanager, nullcontext, suppress

import numpy as np

from corpus.cases import add

X = np.array([1.5, -0.7, 2.2])
P = np.array([1.5, 0.7, 2.2])


def returned_before_finally(x):
    try:
        return math.log(x)
    finally:
        x = 3.0 * x


add(returned_before_finally, 0.7)


def continue_and_break_through_finally(x, n):
    total, count = 0.0, 0
    for i in range(n):
        try:
            if i == 2:
                continue
            if total > 3.0:
                break
            total += x * x * (i + 1)
        finally:
            count += 1
            x = x * 1.1
    return total * count + x


add(continue_and_break_through_finally, 0.9, 6)
add(continue_and_break_through_finally, 0.3, 4)


def changed_by_finally(x):
    y = x * 2.0
    try:
        return y
    finally:
        y[0] = 5.0 * x[1]
        y = x * 100.0


add(changed_by_finally, X)


def scaled_by_finally(x):
    a = x * 1.0
    try:
        if x[0] > 0.0:
            return a
        a = a * 3.0
    finally:
        a *= x
    return a + 1.0


add(scaled_by_finally, X)
add(scaled_by_finally, -X)


def finally_returns(x, z):
    try:
        return math.log(x) * z
    finally:
        if x < 0.0:
            return x * x * z  # noqa: B012


add(finally_returns, 0.7, 1.3)
add(finally_returns, -0.7, 1.3)


def finally_breaks(x, n):
    total = 0.0
    for i in range(n):
        try:
            total += x**i
            if total > 50.0:
                return total
        finally:
            if i == 3:
                break  # noqa: B012
            total *= x
    return total * total


add(finally_breaks, 1.7, 6)
add(finally_breaks, 3.1, 9)


def finally_in_finally(x, z):
    while True:
        try:
            try:
                if x > 10.0:
                    return x * z
                x = x * z + 1.0
            finally:
                z = z * 1.01
        finally:
            x = x + 0.1


add(finally_in_finally, 1.2, 1.3)


def handlers_else_and_finally(x, n):
    total = 0.0
    for i in range(n):
        try:
            total += math.log(x - i)
        except ValueError:
            break
        else:
            if total > 1.8:
                return total * x
        finally:
            total = total * 0.9
    return total


add(handlers_else_and_finally, 3.3, 9)
add(handlers_else_and_finally, 9.3, 9)


def three_loops_with_finally(x, n):
    total = 0.0
    for i in range(n):
        for j in range(n):
            try:
                for k in range(n):
                    if k == 2 and j == 1:
                        break
                    if i * j * k == 4:
                        return total * x
                    try:
                        total += x * k + j
                        if k == 1:
                            continue
                        total *= 1.01
                    finally:
                        total += 0.1 * x
            finally:
                total -= x * 0.01 * i
    return total


add(three_loops_with_finally, 1.1, 3)
add(three_loops_with_finally, 1.1, 2)


def callee_with_finally(x):
    def total_of(a):
        try:
            return a.sum() * a
        finally:
            a[0] = 0.0

    y = x * 2.0
    r = total_of(y)
    return r * y


add(callee_with_finally, X)


def appended_in_finally(x):
    out = []
    for v in x:
        try:
            if v < 0.0:
                continue
            out.append(v * v)
        finally:
            out.append(v)
    return sum(out) * out[1]


add(appended_in_finally, X)


def handler_knows_how_far(x):
    y = x
    try:
        y = x * x
        z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z * x


add(handler_knows_how_far, 2.0)
add(handler_knows_how_far, 4.0)


def handler_knows_the_turn(x):
    total, n = 0.0, 0
    try:
        for v in x:
            total += math.log(v)
            n += 1
    except ValueError:
        total = total * n
    return total * (n + 1) * x[0]


add(handler_knows_the_turn, X)
add(handler_knows_the_turn, P)


def written_until_it_raised(x):
    out = np.zeros(len(x))
    try:
        for i in range(len(x)):
            out[i] = x[i + 1] * x[i]
    except IndexError:
        out[-1] = x[0] * 2.0
    return out


add(written_until_it_raised, X)


def three_stages(x, n):
    a = x
    try:
        a = math.sqrt(x)
        b = a / n
        a = math.log(b)
    except ZeroDivisionError:
        return a * 3.0
    except ValueError as error:
        logging.info("not this one: %s", error)
        a = a * a
    else:
        a += 1.0
    return a


add(three_stages, 2.0, 3)
add(three_stages, 2.0, 0)
add(three_stages, 2.0, -1)
add(three_stages, -2.0, 1)


def stopped_by_raise(x, n):
    i, s = 0, x
    try:
        while True:
            if i >= n:
                raise StopIteration
            s = s * math.log(s + i)
            i += 1
    except StopIteration:
        s = s * i
    except ValueError:
        s = i - s
    return s


add(stopped_by_raise, 1.7, 3)
add(stopped_by_raise, 0.3, 3)


def stages_in_stages(x, n):
    s = 0.0
    try:
        try:
            s = math.log(x)
            s = s / n
        except ValueError:
            s = s + x * x
            s = s / (n - 1)
        s *= 2.0
    except ZeroDivisionError:
        s = s + 7.0 * x
    return s * x


add(stages_in_stages, 2.0, 3)
add(stages_in_stages, -2.0, 3)
add(stages_in_stages, -2.0, 1)
add(stages_in_stages, 2.0, 0)


def raised_between(x):
    try:
        y = x * x
        if y > 4.0:
            z = y * x
            raise ValueError("big")
        z = y
    except ValueError:
        return z * y
    return z


add(raised_between, 1.5)
add(raised_between, 2.5)


def best_so_far(x):
    best, total = 0.0, 0.0
    for v in x:
        try:
            r = math.log(v)
            best = r
            total += 1 / int(v > 1.0)
        except ZeroDivisionError:
            total += best * best
        except ValueError:
            continue
    return total * best


add(best_so_far, X)
add(best_so_far, np.array([2.0, -1.0, 0.5, 3.0]))


def suppressed(x):
    total = 0.0
    for v in x:
        with suppress(ValueError, ZeroDivisionError):
            total += math.log(v)
            total = total * v
    return total


add(suppressed, X)


def suppressed_once(x, n):
    y = x
    with contextlib.suppress(ZeroDivisionError):
        y = x / n
    return y * x


add(suppressed_once, 1.3, 2)
add(suppressed_once, 1.3, 0)


def without_a_context(x):
    with nullcontext(x * x) as y, nullcontext():
        z = y * x
    return z


add(without_a_context, 1.3)


class Scale:
    def __init__(self, factor):
        self.factor = factor
        self.count = 0

    def __enter__(self):
        self.count += 1
        return self

    def __exit__(self, *error):
        self.count += 10
        self.factor = self.factor * 2.0


def context_of_ours(x):
    scale = Scale(x)
    with scale as inner:
        y = inner.factor * x
        if x < 0.0:
            return y * scale.count
    return y * scale.factor * scale.count


add(context_of_ours, 1.3)
add(context_of_ours, -1.3)


class Timer:
    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, sort, error, traceback):
        self.elapsed = time.perf_counter() - self.start
        return False


def timed(x):
    with Timer() as timer:
        y = np.sin(x).sum()
        if y > 100.0:
            return y
    logging.info("took %f", timer.elapsed)
    return y * y


add(timed, X)


class Stopping:
    def __enter__(self):
        self.seen = 0
        return self

    def __exit__(self, sort, error, traceback):
        if error is not None:
            self.seen = self.seen + 1
        return error is not None


def context_that_stops_errors(x):
    y = x
    stopping = Stopping()
    with stopping:
        y = x * x
        y = math.log(y - 9.0)
    return y * (1 + stopping.seen)


add(context_that_stops_errors, 1.2)
add(context_that_stops_errors, 5.2)


def under_a_lock(x):
    lock = threading.Lock()
    for k in range(3):
        with lock:
            x = x * x + 0.1 * k
            if x > 1.5:
                return x * 2.0
    return x


add(under_a_lock, 1.1)
add(under_a_lock, 0.3)


def without_warnings(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.log(x).sum()
    return y * y


add(without_warnings, P)


def printed_short(x):
    with np.printoptions(precision=3):
        logging.info("x is %s", x)
        y = x.sum()
    return y * x


add(printed_short, X)


def in_a_directory(x):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "log.txt")
        with open(path, "w") as file:
            file.write("hello")
            y = x * x
        with open(path) as file:
            n = len(file.read())
    return y * n


add(in_a_directory, 1.2)


@contextmanager
def scaled(x, factor=2.0):
    y = x * factor
    logging.info("enter")
    try:
        yield y
    finally:
        logging.info("done")


def generator_as_context(x):
    with scaled(x) as y:
        z = y * y
        if x > 3.0:
            return z
    return z * x


add(generator_as_context, 1.2)
add(generator_as_context, 5.2)


@contextmanager
def held(x):
    state = {"n": x}
    yield state
    state["n"] = state["n"] * 2.0


def generator_with_a_state(x):
    with held(x) as box:
        box["n"] = box["n"] * x
    return box["n"]


add(generator_with_a_state, 1.2)


@contextlib.contextmanager
def watched(label):
    begin = time.perf_counter()
    yield
    logging.info("%s took %f", label, time.perf_counter() - begin)


def generator_in_a_loop(x, n):
    total = 0.0
    for i in range(n):
        with watched("turn"):
            if i == 2:
                continue
            total += x**i
            if total > 30.0:
                break
    return total


add(generator_in_a_loop, 1.2, 6)
add(generator_in_a_loop, 2.2, 6)


class Model:
    def __init__(self, w):
        self.w = w

    @contextmanager
    def squared(self):
        old = self.w
        self.w = old * old
        try:
            yield self
        finally:
            self.w = old


def method_as_context(x):
    model = Model(x)
    with model.squared() as other:
        y = other.w * x
    return y * model.w


add(method_as_context, 1.3)


def clock_in_a_try(x):
    y = x
    try:
        begin = time.time()
        y = x / (x - 1.0)
        y = y * math.sqrt(x)
    except ValueError:
        y = y * 2.0 + 0.0 * min(0.0, time.time() - begin)
    return y


add(clock_in_a_try, 1.3)
add(clock_in_a_try, -1.3)


CHECKED = False


def a_return_that_no_turn_reaches(x, y):
    s = 0.0
    for i in range(3):
        if CHECKED and s > 9.0:
            return s
        for j in range(i):
            if CHECKED:
                return y
            s = s * x + y
        s += x * i
    return s * y


add(a_return_that_no_turn_reaches, 0.7, 1.3)


def two_results_that_no_turn_returns(x, u):
    for i in range(3):
        if CHECKED:
            return x, u * 1.0
        while x > 9.0:
            if CHECKED:
                return x, u * 2.0
            x = x * 0.5
        x = x * u[i]
    return x, u * x


add(two_results_that_no_turn_returns, 1.3, X)
