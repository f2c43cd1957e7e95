"""What a derivative costs, counted: frames, entries of tapes, bytes; and the shape of the text."""

from __future__ import annotations

import ast
import inspect
import math
import re
import sys
import tracemalloc

import numpy as np
import pytest

import adcompile as ad

# -- recursion: at most two frames a frame of the primal


def direct(x, n):
    if n == 0:
        return x
    return np.sin(x) * direct(x * 0.999, n - 1)


def even(x, n):
    return x if n == 0 else odd(x * 0.999, n - 1) + 0.1 * x


def odd(x, n):
    return 1.0 + x if n == 0 else even(x * 1.001, n - 1) * 0.99


def by_data(x, n):
    if x < 1.0:
        return x * x
    return 0.5 * by_data(x - 0.001, n)


def sliced(x):
    if len(x) == 0:
        return 0.0
    return x[0] * x[0] + 0.9 * sliced(x[1:])


def enclosed(x, n):
    def inner(y, k):
        if k == 0:
            return y * x
        return inner(y * 0.999 + 0.001 * x, k - 1)

    return inner(x, n)


DEPTH = 900
RECURSIONS = [
    (direct, (0.7, DEPTH)),
    (even, (0.7, DEPTH)),
    (by_data, (1.0 + 0.001 * (DEPTH - 1), 0)),
    (sliced, (np.linspace(0.1, 1.0, DEPTH),)),
    (enclosed, (0.7, DEPTH)),
]


def depth(function, *args):
    """The most frames of Python functions that a call has on the stack at once."""
    level = most = 0

    def watch(frame, event, arg):
        nonlocal level, most
        if event == "call":
            level += 1
            most = max(most, level)
        elif event == "return":
            level -= 1

    sys.setprofile(watch)
    try:
        function(*args)
    finally:
        sys.setprofile(None)
    return most


@pytest.mark.parametrize("function, args", RECURSIONS, ids=[f.__name__ for f, _ in RECURSIONS])
def test_recursion_takes_at_most_two_frames_a_frame(function, args):
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(inspect.stack()) + DEPTH + 60)
        function(*args)
        gradient = ad.grad(function)
        first = gradient(*args)
        assert np.all(np.isfinite(first))
        primal, adjoint = depth(function, *args), depth(gradient, *args)
    finally:
        sys.setrecursionlimit(limit)
    assert DEPTH <= primal
    assert adjoint <= 2 * primal + 10


# -- while: one entry a turn


def newton_like(x, n):
    y, k = x, 0
    while k < n:
        y = y + 1e-6 * math_sin(y)
        k += 1
    return y


def math_sin(y):
    return np.sin(y)


def nested_whiles(x, n, m):
    i, y = 0, x
    while i < n:
        j = 0
        while j < m:
            y = y + 1e-3 * np.sin(y)
            j += 1
        y = y * 0.999
        i += 1
    return y


def entries(function, args):
    """How many entries the tapes of an adjoint get: its text, run with lists that count."""
    made = ad.adjoint(function)
    made(*args)
    text = made.source(*args) if callable(made.source) else made.source
    counted = re.sub(r"(\s*)(\w+)\.append\(", r"\1count(); \2.append(", text)
    count = 0

    def one():
        nonlocal count
        count += 1

    space = {"count": one}
    exec(compile(counted, "<counted>", "exec"), space)
    name = next(n for n in space if n.endswith("_adjoint"))
    space[name](*args)
    return count


def test_a_while_keeps_one_entry_a_turn():
    assert entries(newton_like, (0.5, 100_000)) <= 100_000


def test_nested_whiles_keep_an_entry_for_each_turn_of_each():
    n, m = 20, 30
    assert entries(nested_whiles, (0.5, n, m)) <= n * m + 2 * n


def nested_fors(x, n):
    y = x
    for i in range(n):
        for _ in range(i):
            y = np.sin(y) * 1.1
        y = y * y
    return y


@pytest.mark.parametrize(
    "function, args", [(nested_whiles, (0.5, 3, 4)), (nested_fors, (0.5, 3))], ids=["while", "for"]
)
def test_a_tape_taken_off_a_tape_is_not_copied(function, args):
    text = ad.differentiate(wrt="x")(function).source("adjoint", *args)
    assert not re.search(r"cop(y|ied)\(", text)


# -- try: a loop in its body is run once


def loop_tried(x):
    try:
        s = 0.5
        for i in range(len(x)):
            s = math.log(x[i]) * s + np.sin(s)
        k = 0
        while s < 10.0:
            s = s * 1.5 + 1.0
            k += 1
        y = s * s
    except ValueError:
        y = x[0]
    return y


def test_a_loop_in_a_try_is_run_once():
    text = ad.differentiate(wrt="x")(loop_tried).source("adjoint", np.ones(3))
    assert text.count("math.log(x[i])") == 1
    assert len(re.findall(r"while s < 10", text)) == 1


def loop_that_writes_tried(x):
    y = np.zeros(len(x))
    try:
        for i in range(1, len(x)):
            y[i] = y[i - 1] * math.sqrt(x[i]) + math.log(x[i])
        s = y.sum()
    except ValueError:
        s = x[0]
    return s


def test_a_loop_in_a_try_that_writes_an_array_is_run_once():
    text = ad.differentiate(wrt="x")(loop_that_writes_tried).source("adjoint", np.ones(3))
    forward = text.partition("# reverse sweep")[0]
    assert forward.count("for i in") == 1
    assert "copy(" not in forward


# -- elements: twice the length is twice the work


def reads(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]
    return total


def writes(x):
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = x[i] * x[i - 1]
    return y[0] + y[-1]


def appended(x):
    items = []
    for i in range(len(x)):
        items.append(x[i] * 2.0)
    total = 0.0
    for i in range(len(x)):
        total += items.pop() * x[i]
    return total


def views(x):
    total = 0.0
    for i in range(len(x) - 2):
        window = x[i : i + 3]
        total += window[0] * window[2]
    return total


def entries_of_dicts(x):
    sums = {"a": 0.0, "b": 1.0}
    for i in range(len(x)):
        sums["a"] += x[i] * sums["b"]
        sums["b"] *= 0.999
    return sums["a"]


class Box:
    def __init__(self, w):
        self.w = w


def attributes(x):
    box = Box(x)
    total = 0.0
    for i in range(len(x)):
        total += box.w[i] ** 2
    return total


def conditional(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0.5:
            total += x[i] * x[i - 1]
    return total


def while_reads(x):
    total, i = 0.0, 0
    while i < len(x):
        total += np.sin(x[i])
        i += 1
    return total


def by_index(x, i):
    if i == len(x):
        return 0.0
    return x[i] * x[i] + by_index(x, i + 1)


def recursive(x):
    return by_index(x, 0)


def nested_lists(x):
    rows = [[x[i], x[i] * 2.0] for i in range(len(x))]
    total = 0.0
    for i in range(len(x)):
        rows[i][0] = rows[i][1] * x[i]
        total += rows[i][0]
    return total


def attempts(x):
    total = 0.0
    for i in range(len(x)):
        try:
            total += 1.0 / x[i]
        except ZeroDivisionError:
            total += 1.0
    return total


def item(x, i):
    return x[i] * x[i]


def callees(x):
    total = 0.0
    for i in range(len(x)):
        total += item(x, i)
    return total


def slices(x):
    if len(x) == 0:
        return 0.0
    return x[0] * x[0] + slices(x[1:])


def halves(x):
    if len(x) == 1:
        return x[0] * x[0]
    half = len(x) // 2
    return halves(x[:half]) + halves(x[half:])


def weighted(x, w):
    if len(x) == 0:
        return 0.0
    return x[0] * w[0] + weighted(x[1:], w[:-1])


def neighbours(x):
    return weighted(x, x * x)


LINEAR = [
    reads, writes, appended, views, entries_of_dicts, attributes, conditional, while_reads,
    recursive, nested_lists, attempts, callees, slices, halves, neighbours,
]  # fmt: skip


def work(function, n):
    """Calls that a gradient makes, and elements of the arrays it makes or copies in them."""
    x = np.linspace(0.1, 1.0, n)
    gradient = ad.grad(function)
    gradient(x)
    made = 0

    zeros_like, zeros = np.zeros_like, np.zeros

    def counted(inner):
        def call(*args, **kwargs):
            nonlocal made
            result = inner(*args, **kwargs)
            made += result.size
            return result

        return call

    events = 0

    def watch(frame, event, arg):
        nonlocal events
        events += 1
        if event == "c_call" and arg.__name__ == "copy":
            events += np.size(arg.__self__)

    np.zeros_like, np.zeros = counted(zeros_like), counted(zeros)
    sys.setprofile(watch)
    try:
        gradient(x)
    finally:
        sys.setprofile(None)
        np.zeros_like, np.zeros = zeros_like, zeros
    return made + events


@pytest.mark.parametrize("function", LINEAR, ids=[f.__name__ for f in LINEAR])
def test_an_element_costs_the_same_in_a_longer_array(function):
    n = 200
    assert work(function, 2 * n) <= 2.2 * work(function, n) + 100


def peak(function, n):
    x = np.linspace(0.1, 1.0, n)
    gradient = ad.grad(function)
    gradient(x)
    tracemalloc.start()
    gradient(x)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("function", LINEAR, ids=[f.__name__ for f in LINEAR])
def test_memory_grows_with_the_length(function):
    n = 200
    assert peak(function, 2 * n) <= 2.5 * peak(function, n) + 10_000


# -- the shape of what was written


def breaks(x, limit):
    total = 0.0
    for i in range(len(x)):
        if total > limit:
            break
        total += x[i] * x[i]
    return total


def continues(x, limit):
    total = 0.0
    for i in range(len(x)):
        if x[i] < limit:
            continue
        total += x[i] * x[i]
    return total


def while_breaks(x, limit):
    y = x
    while y < 100.0:
        y = y * 1.5
        if y > limit:
            break
    return y


def for_else(x, limit):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]
        if total > limit:
            break
    else:
        total = total * 2.0
    return total


def returns(x, limit):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]
        if total > limit:
            return total * 3.0
    return total


SHAPES = [
    (breaks, (np.ones(4), 2.5), (ast.For, ast.Break)),
    (continues, (np.ones(4), 2.5), (ast.For, ast.If)),
    (while_breaks, (2.0, 9.0), (ast.While, ast.Break)),
    (for_else, (np.ones(4), 2.5), (ast.For, ast.Break)),
    (returns, (np.ones(4), 2.5), (ast.For, ast.Break)),
]


@pytest.mark.parametrize("function, args, nodes", SHAPES, ids=[f.__name__ for f, *_ in SHAPES])
@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_the_primal_part_keeps_its_shape(function, args, nodes, mode):
    made = ad.differentiate(wrt="x")(function)
    tree = ast.parse(made.source(mode, *args))
    loops = [n for n in ast.walk(tree) if isinstance(n, (ast.For, ast.While))]
    assert isinstance(loops[0], nodes[0])
    inside = [n for n in ast.walk(loops[0]) if isinstance(n, nodes[1])]
    assert inside, ast.unparse(loops[0])
    assert not any(isinstance(n, ast.While) for n in loops) or nodes[0] is ast.While
