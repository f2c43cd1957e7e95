"""Programs with branches."""

import math

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])


def two_sides(x, y):
    if x > y:
        z = x * math.sin(y)
    else:
        z = y * math.cos(x)
    return z


add(two_sides, 1.3, 0.4)
add(two_sides, 0.3, 0.4)


def one_side(x):
    y = x * 2.0
    if y > 1.0:
        y = y * y
    return y + x


add(one_side, 1.3)
add(one_side, 0.3)


def elif_chain(x):
    if x < 0.0:
        return -x
    elif x < 1.0:
        y = x**2
    elif x < 2.0:
        y = x**3
        x = x + 1.0
    else:
        y = math.exp(-x)
    return x * y


for value in (-0.5, 0.5, 1.5, 2.5):
    add(elif_chain, value)


def early_returns(x, y):
    if x < 0.0:
        return x * y
    z = math.sqrt(x)
    if z > y:
        return z - y
    z = z * y
    return z * z


add(early_returns, -0.5, 0.3)
add(early_returns, 0.5, 0.3)
add(early_returns, 0.5, 1.3)


def nested(x, y):
    a = 1.0
    if x > 0.0:
        a = x
        if y > 0.0:
            a = a * y
        else:
            a = a / y
        a = a + y
    else:
        if y > 1.0:
            a = y**2
    return a * x


for x, y in ((0.5, 0.5), (0.5, -0.5), (-0.5, 1.5), (-0.5, 0.5)):
    add(nested, x, y)


def branch_on_result(x):
    y = math.sin(x)
    if y > 0.5:
        y = y + x
    if y > 1.0:
        y = y * x
    return y


add(branch_on_result, 1.3)
add(branch_on_result, 0.3)


def one_path_only(x, flag):
    if flag:
        y = x * x
    if flag:
        return y * 3.0
    return x


add(one_path_only, 1.3, True)
add(one_path_only, 1.3, False)
add(one_path_only, np.array([1.3, 0.4]), False)


def pass_and_ellipsis(x):
    if x > 0.0:
        pass
    else:
        ...
    return x * x


add(pass_and_ellipsis, 1.3)


def modes(x, mode):
    if mode == "square":
        return x * x
    if mode == "root":
        return math.sqrt(x)
    raise ValueError(mode)


add(modes, 1.3, "square")
add(modes, 1.3, "root")


def none_default(x, y=None):
    if y is None:
        y = 2.0 * x
    return x * y


add(none_default, 1.3)
add(none_default, 1.3, 0.4)


def swap_in_branch(a, b):
    if a > b:
        a, b = b, a
    return a - 2.0 * b


add(swap_in_branch, 1.3, 0.4)
add(swap_in_branch, 0.3, 0.4)


def arrays_in_branches(x, k):
    if k > 0:
        y = x * 2.0
    else:
        y = np.sin(x)
    return y.sum()


add(arrays_in_branches, X, 1)
add(arrays_in_branches, X, 0)


def array_condition(x):
    if np.any(x > 1.0):
        x = x / x.max()
    if (x > -1.0).all():
        return x.sum()
    return x.mean()


add(array_condition, X)
add(array_condition, 0.5 * X)


def assertion(x):
    assert x > 0.0, "x must be positive"
    return math.log(x)


add(assertion, 1.3)


def writes_in_branches(x, flag):
    u = np.zeros(3)
    if flag:
        u[0] = x
        u[1:] = x * x
    else:
        u[2] = 3.0 * x
    return u.sum() + u[2] * u[0]


add(writes_in_branches, 1.3, True)
add(writes_in_branches, 1.3, False)


def overwritten_in_branch(x, k):
    y = x.copy()
    if k > 1:
        y[0] = y[1] * y[2]
        if k > 2:
            y *= 2.0
    else:
        y = y[::-1]
    return np.dot(y, x)


for k in (1, 2, 3):
    add(overwritten_in_branch, X, k)


def alias_in_branch(x, flag):
    y = x.copy()
    if flag:
        z = y
        z[0] = 5.0 * x[1]
    return y.sum() * y[0]


add(alias_in_branch, X, True)
add(alias_in_branch, X, False)


def smooth_step(t):
    t = min(max(t, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


add(smooth_step, 0.4)
add(smooth_step, 1.4)


def huber(r, delta):
    a = abs(r)
    return 0.5 * r**2 if a <= delta else delta * (a - 0.5 * delta)


add(huber, -0.4, 1.0)
add(huber, -2.4, 1.0)


def nested_conditional(x):
    return x if x > 2.0 else (x**2 if x > 1.0 else x**3)


for value in (0.5, 1.5, 2.5):
    add(nested_conditional, value)


def try_finally_free(x, options):
    scale = options["scale"] if "scale" in options else 1.0
    return x * scale


add(try_finally_free, 1.3, {"scale": 2.0})


def match_statement(x, kind):
    match kind:
        case "a":
            return x * x
        case "b" | "c":
            return x * 3.0
        case _:
            return x


add(match_statement, 1.3, "a")
add(match_statement, 1.3, "c")


def ends_with_branches_in_branches(x, y):
    a = x * y
    if a > 0.1:
        u = math.sin(a * x)
        if u > y:
            w = math.exp(u)
            a = w * w * u
        a = a * math.cos(u * a)
        if a > 0.2:
            v = math.tanh(a)
            a = v * v * y
    else:
        a = a * a * a
    return 2.0 * a + x * y


for values in ((1.3, 0.4), (0.5, 0.9), (0.2, 0.1), (1.1, -0.7)):
    add(ends_with_branches_in_branches, *values)


def ends_with_a_branch_that_may_raise(x, y):
    if x > y:
        u = math.sqrt(x - y)
        z = u * math.log(u + y)
    else:
        u = x / y
        z = u * u
    return z - 0.5 * y


add(ends_with_a_branch_that_may_raise, 1.3, 0.4)
add(ends_with_a_branch_that_may_raise, 0.3, 0.4)


def a_branch_of_integers_and_numbers(x, n):
    scale = 2 * n
    if n > 3:
        k = n // 2
        u = math.sin(k * x)
        z = u**k
    else:
        z = x**scale
    return -z


add(a_branch_of_integers_and_numbers, 0.7, 7)
add(a_branch_of_integers_and_numbers, 0.7, 2)


def what_a_side_multiplies_and_adds(x, y):
    """The reverse of a turn knows what later turns have made of the adjoint of y, on one side."""
    parts = np.zeros(4)
    for i in range(4):
        if i > 2:
            part = 0.0
        else:
            following = y + 0.1 * x[i] * y
            part = 0.1 * (x[i] * y)
            y = following
        parts[i] += part
    return parts, y


add(what_a_side_multiplies_and_adds, X, 1.3)
