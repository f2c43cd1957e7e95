"""Programs that catch exceptions, and programs that silence warnings."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


def log_or_square(x, z):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y * z


add(log_or_square, 0.7, 1.3)
add(log_or_square, -0.7, 1.3)


def quotient_or_product(x, n):
    try:
        y = x / n
    except ZeroDivisionError:
        y = 3.0 * x
    return math.sin(y)


add(quotient_or_product, 0.7, 2)
add(quotient_or_product, 0.7, 0)


def value_before(x, z):
    y = x * z
    try:
        y = y + math.sqrt(x)
    except ValueError:
        pass
    return y * y


add(value_before, 0.7, 1.3)
add(value_before, -0.7, 1.3)


def several_handlers(x, z, n):
    try:
        u = math.log(x)
        y = u / n
    except ValueError:
        y = -x
    except (ZeroDivisionError, OverflowError):
        y = z * z * x
    except Exception as error:
        raise RuntimeError("neither") from error
    else:
        y *= z
    return y * x


add(several_handlers, 0.7, 1.3, 2)
add(several_handlers, -0.7, 1.3, 2)
add(several_handlers, 0.7, 1.3, 0)


def early_return(x, z):
    try:
        return math.log(x) * z
    except ValueError:
        return x * z * z


add(early_return, 0.7, 1.3)
add(early_return, -0.7, 1.3)


def return_from_handler(x, z):
    try:
        u = x * z
        y = math.log(u)
    except ValueError:
        return math.exp(x)
    return y * u


add(return_from_handler, 0.7, 1.3)
add(return_from_handler, -0.7, 1.3)


def in_a_loop(x, z):
    total = 0.0
    for i in range(len(x)):
        try:
            total += math.log(x[i]) * z
        except ValueError:
            total -= x[i] * x[i]
    return total


add(in_a_loop, X, 1.3)


def continue_and_break(x, z):
    total = z
    for v in x:
        try:
            y = math.sqrt(v)
        except ValueError:
            continue
        try:
            total = total * y * (1 / int(v > 0.4))
        except ZeroDivisionError:
            total = total * v
            if v < 0.1:
                break
    return total


add(continue_and_break, X, 1.3)
add(continue_and_break, np.array([0.3, 0.05, 2.0]), 1.3)


def into_an_array(x, z):
    out = np.zeros(len(x))
    for i in range(len(x)):
        try:
            out[i] = math.log(x[i] * z)
        except ValueError:
            out[i] = z * x[i] ** 2
    return out


add(into_an_array, X, 1.3)


def into_a_list(x):
    values = []
    for v in x:
        try:
            values.append(math.log(v))
        except ValueError:
            values.append(v * v)
    return sum(values)


add(into_a_list, X)


def nested_attempts(x, z):
    total = 0.0
    for i in range(len(x)):
        try:
            try:
                y = math.log(x[i])
            except ValueError:
                y = math.sqrt(x[i] + 0.5)
        except ValueError:
            y = z * x[i]
        total += y * y
    return total


add(nested_attempts, X, 1.3)


def neighbour_or_edge(x):
    total = 0.0
    for i in range(len(x)):
        try:
            following = x[i + 1]
        except IndexError:
            following = x[0]
        total += x[i] * following
    return total


add(neighbour_or_edge, X)


def loop_in_attempt(x, z):
    try:
        total = 0.0
        for v in x:
            total += math.log(v)
    except ValueError:
        total = np.sum(x * x)
    return total * z


add(loop_in_attempt, X, 1.3)
add(loop_in_attempt, np.abs(X), 1.3)


def own_error(x, z):
    try:
        if x < 0.5:
            raise ValueError("too small")
        y = x**3
    except ValueError as error:
        if z < 0.0:
            raise ArithmeticError(f"{error}, and so is {z}") from error
        if z > 100.0:
            raise
        y = x * z
    return y


add(own_error, 0.7, 1.3)
add(own_error, 0.4, 1.3)


def checked_log(x):
    if x <= 0.0:
        raise ValueError("not positive")
    return math.log(x)


def raised_in_call(x, z):
    try:
        y = checked_log(x) + checked_log(z)
    except ValueError:
        y = x * z
    return y


add(raised_in_call, 0.7, 1.3)
add(raised_in_call, 0.7, -1.3)


def derivative_raises(x, z):
    # At zero the root exists and its derivative does not: that is no case for the handler.
    try:
        y = math.sqrt(z) + x
    except (ValueError, ZeroDivisionError):
        y = 7.0 * x
    return y * y


add(derivative_raises, 0.7, 1.3)
add(derivative_raises, 0.7, -1.3)


def finally_scaled(x, z):
    scale = 1.0
    try:
        y = math.log(x)
        scale = 2.0
    except ValueError:
        y = x * x
    finally:
        z = z * z
    return y * z * scale


add(finally_scaled, 0.7, 1.3)
add(finally_scaled, -0.7, 1.3)


def attempts_while(x):
    count = 0
    while count < 3:
        try:
            x = math.log(x)
        except ValueError:
            x = 2.0 - x
        count += 1
    return x


add(attempts_while, 1.7)


def array_in_attempt(x, z):
    try:
        u = x * z
        u[0] = u[1] * z
        y = u.sum() / math.sqrt(z - 1.0)
    except ValueError:
        y = x.prod()
    return y * x


add(array_in_attempt, X, 1.3)
add(array_in_attempt, X, 0.3)


def silent_log(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(x > 0.0, np.log(np.where(x > 0.0, x, 1.0)), x * x)
    return np.sum(y * x)


add(silent_log, X)


def silent_quotient(x, z):
    total = 0.0
    for k in range(3):
        with np.errstate(all="ignore"):
            ratio = x / (z * (k + 1.0))
            if ratio.sum() > 100.0:
                break
        total += ratio @ ratio
    return total


add(silent_quotient, X, 1.3)


def loop_tried(x):
    try:
        s = 0.5
        for i in range(len(x)):
            s = math.log(x[i]) * s + np.sin(s)
        y = s * s
    except ValueError:
        y = x[0]
    return y


add(loop_tried, np.array([1.5, 2.5, 3.5]))
add(loop_tried, np.array([1.5, -2.5, 3.5]))


def loops_tried_in_a_loop(x, n):
    total = 0.0
    for k in range(n):
        try:
            s = x[0]
            for i in range(k):
                for j in range(i + 1):
                    s = s * math.log(x[j] + 1.0 - 0.9 * k) + np.cos(s)
                s = s * x[i]
            w = 0.0
            while w < 1.0 + k:
                w = w + 0.7 * math.exp(s * 0.01)
            y = w * s
        except ValueError:
            y = x[1] * total
        total = total + y * y
    return total


add(loops_tried_in_a_loop, np.array([0.7, 0.9, 1.3]), 3)
add(loops_tried_in_a_loop, np.array([0.3, 0.2, 1.3]), 4)


def loop_of_arrays_tried(x, n):
    y = x.copy()
    try:
        for i in range(n):
            y = y * np.sin(y) + math.sqrt(x[i])
        y = y / n
    except ValueError:
        y = x * 2.0
    return y


add(loop_of_arrays_tried, np.array([0.7, 0.9, 1.3]), 2)
add(loop_of_arrays_tried, np.array([0.7, -0.9, 1.3]), 2)


def loop_tried_with_a_break(x, limit):
    s = x[0]
    try:
        for i in range(len(x)):
            s = s * math.log(x[i])
            if s > limit:
                break
            if x[i] > 2.0:
                s = np.sin(s)
        y = s * s
    except ValueError:
        y = x[-1] * 3.0
    return y * x[1]


add(loop_tried_with_a_break, np.array([1.5, 2.5, 3.5, 1.2]), 0.8)
add(loop_tried_with_a_break, np.array([1.5, 2.5, -3.5, 1.2]), 4.0)


def written_in_a_tried_loop(x):
    y = x * x
    t = (y * y * y).sum()
    try:
        for i in range(len(x)):
            y[i] = math.log(x[i]) * y[i] * y[i]
        s = y.sum()
    except ValueError:
        s = x[0] * 2.0
    return s * t


add(written_in_a_tried_loop, np.array([1.5, 2.5, 3.5]))
add(written_in_a_tried_loop, np.array([1.5, 2.5, -3.5]))


def two_arrays_in_a_tried_loop(x):
    a, b = np.zeros(3), np.zeros(3)
    try:
        for i in range(3):
            j = 0
            while j < 2:
                a[i] += math.sqrt(x[i]) * j
                if a[i] > 1.1:
                    break
                b[i] = a[i] * math.log(x[i]) + b[i - 1]
                j += 1
        r = a @ b
    except ValueError:
        r = x @ x
    return r * x[0]


add(two_arrays_in_a_tried_loop, np.array([1.5, 2.5, 3.5]))
add(two_arrays_in_a_tried_loop, np.array([1.5, 2.5, -3.5]))


def array_of_each_turn_tried(x):
    total, w = 0.0, x * 1.0
    for k in range(3):
        try:
            y = w * 1.0
            for i in range(1, len(x)):
                y[i] += y[i - 1] * math.sqrt(y[i] - 0.3 * k)
                y[i - 1] *= y[i]
            logs = [math.log(v) * v for v in y]
            s = y[-1] + sum(logs)
        except ValueError:
            s = x[0] * 2.0 * total
            w = w * 0.9
        else:
            w = y * 0.5
        total += s * s
    return total


add(array_of_each_turn_tried, np.array([1.5, 2.5, 3.5]))
add(array_of_each_turn_tried, np.array([0.4, 0.5, 0.35]))


def one_for_all_inside(x, z, n):
    """What an inner handler is for comes no further; the others are for what is left."""
    y = x
    try:
        y = y * math.sqrt(x + 1.0)
        try:
            y = y * math.log(x)
            try:
                y = y / n
                y = y * math.sqrt(z)
            except ZeroDivisionError:
                y = y * 3.0
            except ArithmeticError:
                y = y * 7.0
            y = y * math.log(z + 1.0)
        except (ValueError, ZeroDivisionError):
            y = y * x + z
        y = y * math.sqrt(x + 0.5)
    except ArithmeticError:
        y = y * 11.0
    except ValueError:
        y = y * y * z
    return y * z


for _x, _z, _n in (
    (0.7, 1.3, 2), (0.7, 1.3, 0), (0.7, -0.4, 2), (-0.3, 1.3, 2), (-0.8, 1.3, 2), (-1.7, 1.3, 0),
):  # fmt: skip
    add(one_for_all_inside, _x, _z, _n)


class Smaller(ValueError):
    """An exception of the user's, which handlers of Python's are for, too."""


def own_exceptions_inside(x, z):
    y = x
    try:
        try:
            y = y * math.sin(z)
            if x < 0.0:
                raise Smaller("x")
            y = y * math.sqrt(z)
        except Smaller:
            y = y * 3.0 + z
            y = y * math.log(y)
        y = y * math.log(x + 1.0)
    except ValueError:
        y = y * y
    return y * z


for _x, _z in ((0.7, 1.3), (-0.3, 1.3), (-3.0, 1.3), (0.7, -1.3), (-0.5, 2.5)):
    add(own_exceptions_inside, _x, _z)


def added_to_a_part_that_does_not_fit(x, z, w):
    a = x.copy()
    try:
        a[0] = z * a[1]
        a[2:] += w
    except ValueError:
        a[1] = a[0] * z
    return np.sum(np.sin(a))


add(added_to_a_part_that_does_not_fit, X, 1.3, X[:2])
add(added_to_a_part_that_does_not_fit, X, 1.3, X[:3])


def scaled_by_what_does_not_fit(x, z, w):
    a = x.copy()
    try:
        a *= z
        a += w
    except ValueError:
        a[1] = a[0] * z
    for row in (a[:2], a[2:]):
        try:
            row[1:] -= w
        except ValueError:
            row -= z
    return np.sum(np.sin(a))


add(scaled_by_what_does_not_fit, X, 1.3, X[:2])
add(scaled_by_what_does_not_fit, X, 1.3, np.exp(X))
