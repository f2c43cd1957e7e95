"""What is evaluated once, when, and in which order; and what objects answer when they are asked."""

import numbers
from collections import defaultdict, deque
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import NamedTuple

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])
A = np.array([[0.3, 1.2, -0.4], [0.8, -0.1, 0.6], [0.5, 0.7, 1.9]])


class Held:
    def __init__(self, v):
        self.v = v


def popped_and_added_to(x):
    ps = [Held(x), Held(x * x), Held(x**3)]
    kept = list(ps)
    ps.pop().v += x
    ps.pop(0).v *= x
    n = -1
    kept[(n := n + 1)].v -= 0.5 * x
    return sum(p.v * (i + 1) for i, p in enumerate(kept)) + len(ps) * n * x


add(popped_and_added_to, 0.4)


def truths_subtracted(v):
    w = v.copy()
    w[0] -= v[2] > 0.3
    w[2:] -= v[2:] > 0.6
    return w * w


add(truths_subtracted, X)


def one_array_summed(v):
    w = v * 1.0
    s = sum([w])
    s += 1.0
    t = sum({"only": w}.values())
    t *= 2.0
    return w * s * t


add(one_array_summed, X)


def masks_summed(v):
    n = sum([v > 0.2, v > 0.6, v > 1.0])
    m = int(sum([v[0] > 0.2, v[2] > 0.2, v[1] > 0.0]))
    return v * n + v**2 * m


add(masks_summed, X)


def lengths_of_ranges(x, n: int):
    total = x * len(range(n, 3)) + x * x * len(range(-n)) + len(range(10, 0, -n)) * x
    pairs = [i * j for i in range(-2) for j in range(-3)]
    return total + x**3 * (len(range(5, 3)) + len(pairs) + 1)


add(lengths_of_ranges, 0.4, 5)
add(lengths_of_ranges, 0.4, 2)


def asked_until_one_is(v):
    log = []

    def large(u):
        log.append(u)
        return u > 0.2

    if any(large(u) for u in v):
        v = v * len(log)
    if all(large(u * t) for t in (1.0, 2.0) for u in v):
        v = v * 100.0
    return v * len(log)


add(asked_until_one_is, X)


def default_comes_first(x):
    a = [1.0, 2.0]
    r = next((v * x for v in a if v > 1.5), a.pop())
    return r * x + len(a)


add(default_comes_first, 0.4)


def test_that_appends(x):
    log = []

    def small(v):
        log.append(v)
        return v < 1.0

    while small(x):
        x = x * 2.0
    return x * len(log) + log[-1]


add(test_that_appends, 0.4)


def else_leaves_the_loop_around(x):
    s = 0.0
    for i in range(6):
        n = 0
        while (y := x * n) < 1.0 and n < i:
            n += 1
            s += y * y
            if s > 3.0:
                break
        else:
            s = s + x
            if s > 1.5:
                break
            continue
        s *= 2.0
    return s * i


add(else_leaves_the_loop_around, 0.4)
add(else_leaves_the_loop_around, 1.4)


def numbers_of_numpy(v):
    n = np.array([1, 2, 3])
    if isinstance(n[0], int):
        v = v * 2.0
    if isinstance(v.argmax(), int):
        v = v * 3.0
    if isinstance(v.argmax(), numbers.Integral):
        v = v * 5.0
    if isinstance(v.shape[0], int) and isinstance(len(v), int):
        v = v * 7.0
    return v


add(numbers_of_numpy, X)


def instances_of_containers(x):
    e = defaultdict(float)
    e["a"] += x
    q = deque([x, x * x])
    if isinstance(e, defaultdict):
        x = x * 5.0
    if isinstance(e, dict):
        x = x * 7.0
    if isinstance(q, deque):
        x = x * 3.0
    if isinstance(q, list):
        x = x * 2.0
    return x * e["a"] * q[0]


add(instances_of_containers, 0.4)


class Pair(NamedTuple):
    a: float
    b: float


def named_tuples_are_tuples(x):
    p = Pair(x, x * x)
    return p.a * 3.0 if isinstance(p, tuple) else p.b


add(named_tuples_are_tuples, 0.4)


class Above:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return self.v + other.v

    def __radd__(self, other):
        return 100.0 * self.v

    def __lt__(self, other):
        return self.v < other.v

    def __gt__(self, other):
        return self.v > other.v


class Below(Above):
    def __radd__(self, other):
        return 7.0 * self.v * other.v

    def __gt__(self, other):
        return True


class Same(Above):
    pass


def the_class_below_is_asked_first(x):
    y = Above(x) + Below(x * x) + (Above(x) + Same(x)) + (Below(x) + Below(x))
    return y * 3.0 if Above(2.0) < Below(1.0) else y


add(the_class_below_is_asked_first, 0.4)


@dataclass
class Compared:
    a: float
    b: float = field(default=0.0, compare=False)
    c: float = field(init=False, default=4.0)

    def __post_init__(self):
        self.d = self.a * 3.0


def compared_by_fields(x):
    p, q = Compared(x, 1.0), Compared(x, 2.0)
    y = x * 5.0 if p == q else x * 7.0
    q.c = x
    y = y * (3.0 if p == q else 2.0)
    r = replace(q, a=x * 2.0)
    return y * p.c * r.c + q.c + r.d


add(compared_by_fields, 0.4)


@dataclass
class WithInit:
    a: float
    b: float = 3.0

    def __init__(self, a):
        self.a = a * 2.0
        self.b = a * 5.0


class BelowIt(WithInit):
    def __init__(self, a):
        self.a = a * 11.0
        self.b = a


def init_of_its_own(x):
    p, q = WithInit(x), BelowIt(x)
    return p.a * p.b + q.a * q.b


add(init_of_its_own, 0.4)


@dataclass
class ByName:
    a: float = field(kw_only=True)
    b: float = 1.0


@dataclass
class Behind:
    a: float
    _: KW_ONLY
    b: float = 5.0


@dataclass(kw_only=True)
class NamedAbove:
    a: float = 1.0


@dataclass
class PlacedBelow(NamedAbove):
    b: float = 2.0


def given_by_name_alone(x):
    p, q, r = ByName(x, a=2.0), Behind(x, b=x * 2.0), PlacedBelow(x, a=3.0)
    return p.b * 10.0 + p.a * x + q.a * q.b + r.b * 7.0 + r.a * x


add(given_by_name_alone, 0.4)


def through_all_axes(a):
    return a.item(4) * a.item(1, 2) + a.item((0, 1)) + a.item(-1)


add(through_all_axes, A)



@dataclass
class Point:
    a: float
    b: float


def one_of_two_patterns(x, n: int):
    s = 0.0
    for i in range(n):
        match (i, n - i):
            case (0, y) | (y, 1):
                s = s * 2.0 + y * x
            case (y, z):
                s = s * 3.0 + y * z * x
    for p in ([0, x], [x * x, 0], [x, x]):
        match p:
            case [0, y] | [y, 0]:
                s = s * 2.0 + y
            case [y, z]:
                s = s * 3.0 + y * z
    match Point(x, n):
        case Point(a=y, b=1) | Point(b=y, a=2):
            return s * y
        case Point(a=y, b=4 | 5):
            return s * y * y
    return s


add(one_of_two_patterns, 0.4, 1)
add(one_of_two_patterns, 0.4, 4)


def bound_though_the_guard_fails(x):
    a, c = 100.0 * x, 100.0
    match (x, 2.0 * x):
        case (a, b) if a > 5.0:
            return b
    match [3, x]:
        case [c, b] if c > 5:
            return b
        case [d, b] if d == 3:
            return a * x * c * b
    return 0.0


add(bound_though_the_guard_fails, 0.4)


def messages_of_what_holds(v, n: int):
    names = [1.0, 2.0]

    def why(u):
        names.append(u)
        return "bad"

    assert n < len(v), f"{v[n + 10]}"
    assert n > 0, names.pop()
    assert n > 0, why(v[0])
    return v * len(names)


add(messages_of_what_holds, X, 2)


def bound_in_some_turns(v, n: int):
    y, k, s = v[0], 7, 0.0
    for i in range(n):
        z = (y := v[1] * i) if i % 2 == 0 else 0.0
        s += y * (i + 1) + z
    for i in range(n):
        a = [(y := u * i) for u in v if u > i]
        s += y * (i + 1) + len(a)
    for i in range(n):
        match (i % 3, i):
            case (0, k):
                pass
            case (1, _):
                s += v[2]
        s += k * v[3]
    return s


add(bound_in_some_turns, X, 5)


def unpacked_in_a_try(v, n: int):
    rows = [v[0] * i for i in range(n)]
    try:
        a, b = rows
        y = a * b
    except ValueError:
        y = v[0] * 7.0
    try:
        first, *_, last = rows
        y += first * last
    except ValueError:
        y += v[1] * 5.0
    return y


add(unpacked_in_a_try, X, 1)
add(unpacked_in_a_try, X, 2)
add(unpacked_in_a_try, X, 3)


def cleaned_in_place(v):
    w = v * 1.0
    u = np.nan_to_num(w, copy=False)
    u[0] = 5.0
    np.nan_to_num(w[1:], False)
    return w * w + u


add(cleaned_in_place, X)


def sets_under_two_names(x, n: int):
    a = {1, 2}
    s = a
    s |= {4, 5}
    t = a
    t -= {1}
    u = a
    u &= {2, 4, 9}
    w = a
    w ^= {9, 2}
    f = frozenset([1])
    g = f
    g |= {7}
    seen = set()

    def note(found, k):
        found |= {k % 3}

    for i in range(n):
        note(seen, i)
    return x * len(a) + x * x * len(f) + len(g) * x + (9 in a) * x + len(seen) * x**3


add(sets_under_two_names, 0.4, 5)


def no_further_than_it_has_to(xs, x: float):
    large = any(1.0 / a > x for a in xs)
    rising = all(xs[i] < xs[i + 1] for i in range(len(xs)))
    return x * x * (3.0 if large else 1.0) + (x if rising else 0.0)


add(no_further_than_it_has_to, [0.5, 0.25, 0.0], 0.3)


def what_ended_the_loop_is_asked_again(x, n: int):
    y = x[0]
    found = x[0] > 100.0
    for i in range(n):
        if y < 50.0:
            y = y * x[i]
            found = x[i] > 1.0
            if found:
                y = y * y
        if found:
            break
    return y * 2.0 if ~found + 0 == 0 else y  # a truth of NumPy's: of Python's it would be -2


add(what_ended_the_loop_is_asked_again, np.array([0.3, 0.8, 1.3, 0.5]), 3)
add(what_ended_the_loop_is_asked_again, np.array([0.3, 0.8, 1.3, 0.5]), 1)
