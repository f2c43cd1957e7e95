"""Functions in which a name has a value on one path only, read on each."""

import math

import numpy as np

POINTS = (2.5, 1.4, 0.5, -0.5)


def in_a_list(x):
    if x > 0:
        y = x * 2
    both = [y, x]
    return both[1] * x


def renamed(x):
    if x > 0:
        y = x * 2
    z = y  # noqa: F841
    return x * x


def appended(x):
    if x > 0:
        y = x * 2
    held = []
    held.append(y)
    return x * len(held)


def compared_with_none(x):
    if x > 0:
        y = x * 2
    if y is None:
        return x
    return x * 3


def element(x):
    a = np.zeros(2)
    if x > 0:
        y = x * 2
    a[0] = y
    return x * a[1] + x


def under_a_key(x):
    if x > 0:
        y = x * 2
    d = {}
    d["a"] = y
    return x * 3


def caught(x):
    if x > 0:
        y = x * 2
    try:
        z = [y, x]
    except NameError:
        z = [x * x, x * x]
    return z[1] * x


def caught_where_it_is_added_to(x):
    if x > 0:
        y = x * 2
    try:
        y += 1
    except UnboundLocalError:
        return x * x * x
    return x * x


def caught_on_both(x):
    try:
        if x > 1:
            v = x
        w = [v]
    except NameError:
        w = [x * x, x]
    return w[0] * len(w)


def computed_in_vain(x):
    if x > 0:
        y = x * 2
    w = y * 3  # noqa: F841
    return x * x


def without_a_turn(x):
    a = np.zeros(2)
    for i in range(int(x)):
        t = x * i
    a[0] = t
    return a[0] * x + x


def on_a_tape(x):
    s = 0.0
    for i in range(4):
        if i > x:
            y = x * i
        if i > 2:
            s = s + y * y
        if i == 1:
            held = [y, x]
            s = s + held[1]
    return s


def array(x):
    if x > 0:
        y = np.array([x, 2 * x])
    d = {"a": y, "b": x}
    return d["b"] ** 2


def a_list(x):
    if x > 0:
        y = [x, x * 2]
    z = y  # noqa: F841
    return x * x


def a_tuple(x):
    if x > 0:
        y = (x, x * x)
    z = y  # noqa: F841
    return x


def a_function(x):
    if x > 0:

        def f(t):
            return t * 2

    return f(x) * x


def a_function_in_a_loop(x):
    if x > 0:
        f = lambda t: t * 2
    else:
        x = x * 3
    s = 0.0
    for _ in range(3):
        if x > -2:
            s += f(x)
    return s * x


def a_function_that_has_another_name(x):
    if x > 0:

        def f(t):
            return t * 2

    g = f  # noqa: F841
    return x * x


def imported(x):
    if x > 0:
        from math import sin as g
    return g(x)


def deleted(x):
    if x > 0:
        y = x
    del y
    return x * x


def a_number_of_turns(x):
    if x > 0:
        n = 3
    for _ in range(2):
        x = x * x
        m = n  # noqa: F841
    return x


def given_to_a_function(x):
    if x > 0:
        y = x
    return _first(x, y)


def _first(a, b):
    return a * a


def by_case(x):
    match int(x):
        case 1:
            y = x
        case 2:
            y = 2 * x
    out = [y]
    return x * 3 * len(out)


def by_an_exception(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        pass
    z = [y, x]
    return z[1] * 2


def in_a_text(x):
    total = 0.0
    for i in range(3):
        if x > i:
            last = x * i
        total += x
    text = f"{last}"  # noqa: F841
    return total


def of_the_turn_before(x):
    s = 0.0
    for i in range(3):
        if i > 0:
            s += x * len([prev])
        if x > 1:
            prev = x  # noqa: F841
    return s


def in_a_nested_function(x):
    def g(t):
        if t > 1:
            u = t * t
        return [u, t][1]

    return g(x) * x


def found_in_a_loop(x):
    for i in range(3):
        if i * x > 1.6:
            found = x * i
            break
    held = {"v": found}
    return x * len(held)


def last_of_a_loop(x):
    for y in [x, 2 * x][: int(abs(x))]:
        pass
    pair = y, x
    return pair[1]


def has_one_on_each(x):
    if x > 0:
        y = x
    elif x > -1:
        y = x * x
    else:
        raise ValueError
    with np.errstate(all="ignore"):
        z = y * x
    while True:
        w = z * x
        if w > -100:
            break
    return [w, z][0]


def not_read(x):
    if x > 0:
        y = x
    return x * x if x > -10 else y


def another_one(x):
    a = np.array([x, 3.0 * x])
    if x > 0:
        b = a
    return np.sum(b) * x


def another_one_in_a_loop(x):
    a = np.array([x, 2 * x])
    for i in range(3):
        if x > i:
            b = a
        a = a * x
    c = [b, a]
    return c[1][0]


def parts_of_another(x):
    a = np.array([x, 2 * x])
    if x > 1:
        b, c = a[0:1], a[1:]
    return b[0] * x + c[0]


def an_object(x):
    if x > 1:
        p = {"a": x}
    return x * len([p])


def given_back_by_a_function(x):
    a = np.array([x, 2 * x])

    def g(t):
        if t > 1:
            u = a
        return u

    return np.sum(g(x)) * x


def caught_behind_a_branch(x):
    a = np.array([x, 2 * x])
    if x > 1:
        b = a
    try:
        c = b
    except NameError:
        c = a * a
    return np.sum(c)


def _halved(x, n):
    if n == 0:
        return x
    if x > 0:
        t = _halved(x * 0.5, n - 1)
    q = [t, x]
    return q[0] * x


def behind_a_call_of_itself(x):
    return _halved(x, 2)


def _twice_itself(x, n):
    if n == 0:
        return x
    if n > 1:
        t = _twice_itself(x, n - 1)
    return x * len([t, n])


def never_given(x):
    return x + _twice_itself(x, 1 if x < 0 else 0)
