"""Twice the length is twice the work: operations and elements, counted as the emitted text runs."""

from __future__ import annotations

import ast

import numpy as np
import pytest

import adcompile as ad


class Box:
    def __init__(self, w):
        self.w = w


# -- one of several arrays


def chosen(x):
    y = x * 2.0
    total = 0.0
    for i in range(len(x)):
        v = y if x[i] > 0.5 else x
        total += v[1] * x[i]
    return total


def chosen_of_three(x):
    y, z = x * 2.0, x * 3.0
    total = 0.0
    for i in range(len(x)):
        if i % 3 == 0:
            v = y
        elif i % 3 == 1:
            v = z
        else:
            v = x
        total += v[i] * v[0]
    return total


def chosen_for_an_inner_loop(x):
    y = x * 2.0
    total = 0.0
    for i in range(len(x)):
        v = y if x[i] > 0.5 else x
        for j in range(2):
            total += v[j] * x[i]
    return total


def chosen_views(x):
    y = x * 2.0
    total = 0.0
    for i in range(len(x) - 1):
        v = y[i:] if x[i] > 0.5 else x[i:]
        total += v[0] * v[1]
    return total


def chosen_and_written(x):
    y, z = x * 2.0, x * 3.0
    total = 0.0
    for i in range(len(x)):
        v = y if x[i] > 0.5 else z
        v[i] = x[i] * total
        total += v[1]
    return total + y[0] + z[0]


def chosen_once(x):
    u, w = x * 1.0, x * 2.0
    v = u if x[0] > 0.5 else w
    total = 0.0
    for i in range(len(x)):
        v[i] = v[i - 1] * x[i]
        total += u[i] + w[i]
    return total


def chosen_by_key(x):
    arrays = {"a": x * 1.0, "b": x * 2.0}
    total = 0.0
    for i in range(len(x)):
        key = "a" if i % 2 else "b"
        total += arrays[key][i]
    return total


# -- early exits


def returns_what_it_writes(x):
    u = x * 1.0
    for i in range(len(x)):
        u[1] *= x[i]
        if u[1] < -1.0:
            return u
    return u


def returns_before_it_writes(x):
    u = x * 1.0
    for i in range(len(x)):
        if u[1] > 50.0:
            return u
        u[1] *= x[i] + 0.5
    return u


def returns_one_of_two(x):
    u, w = x * 1.0, x * x
    for i in range(len(x)):
        if u[1] > 50.0:
            return u
        u[1] *= x[i] + 0.5
        if w[1] > 50.0:
            return w
        w[i] += u[i]
    return u * w


def returns_from_two_loops(x):
    u = x * 1.0
    for i in range(len(x)):
        for j in range(2):
            u[i] *= x[j]
            if u[i] > 50.0:
                return u
    return u


def returns_something_new(x):
    u = x * 1.0
    for i in range(len(x)):
        u[1] *= x[i]
        if u[1] < -1.0:
            return u * 2.0
    return u


def returns_a_view(x):
    u = x * 1.0
    for i in range(len(x)):
        u[1] *= x[i]
        if u[1] < -1.0:
            return u[1:]
    return u[:-1]


def returns_a_pair(x):
    def inner(u):
        total = 0.0
        for i in range(len(x)):
            u[1] *= x[i]
            total += u[0]
            if u[1] < -1.0:
                return u, total
        return u, total

    u, total = inner(x * 1.0)
    return u[0] * total


def returns_from_a_while(x):
    u, i = x * 1.0, 0
    while i < len(x):
        u[i] = u[i] * x[i - 1]
        if u[i] > 50.0:
            return u
        i += 1
    return u


def ends_by_break(x):
    u, i = x * 1.0, 0
    while True:
        u[i] = u[i] * x[i - 1]
        i += 1
        if i >= len(x):
            break
    return u[0] + u[1]


# -- views and containers


def windows(x):
    total = 0.0
    for i in range(len(x) - 2):
        window = x[i:]
        for j in range(2):
            total += window[j] * window[j + 1]
    return total


def windows_on_one_path(x):
    total = 0.0
    for i in range(len(x) - 1):
        window = x[i:]
        if x[i] > 0.5:
            total += window[0] * window[1]
    return total


def transposed(x):
    a = np.outer(x[:4], x).T
    total = 0.0
    for i in range(len(x)):
        total += a[i][1] * a.T[0][i]
    return total


def reshaped(x):
    total = 0.0
    for i in range(len(x)):
        total += x.reshape(2, -1)[0, i // 2]
    return total


def written_through_a_view(x):
    a = np.outer(x[:4], x)
    total = 0.0
    for i in range(len(x)):
        b = a.T
        b[i, 0] = b[i, 1] * x[i]
        total += a[0, i]
    return total


def arrays_in_a_list(x):
    items = [x * 1.0, x * 2.0, x * 3.0]
    total = 0.0
    for i in range(len(x)):
        total += items[i % 3][i] * x[i]
    return total


def arrays_in_a_list_written(x):
    items = [x * 1.0, x * 2.0, x * 3.0]
    total = 0.0
    for i in range(len(x)):
        items[i % 3][i] *= x[i]
        total += items[0][i]
    return total


def lists_in_a_list(x):
    rows = [[v, v * 2] for v in x]
    total = 0.0
    for i in range(len(x)):
        rows[i][0] *= rows[i - 1][1]
        total += rows[i][0]
    return total


def arrays_in_a_dict(x):
    arrays = {"a": x * 1.0, "b": x * 2.0}
    total = 0.0
    for i in range(len(x)):
        arrays["a"][i] = arrays["b"][i] * x[i - 1]
        total += arrays["a"][0]
    return total


def attributes_written(x):
    box = Box(x * 1.0)
    total = 0.0
    for i in range(len(x)):
        box.w[i] = box.w[i - 1] * x[i]
        total += box.w[0]
    return total


def attributes_swapped(x):
    a, b = Box(x * 1.0), Box(x * 2.0)
    total = 0.0
    for i in range(len(x)):
        a.w, b.w = b.w, a.w
        total += a.w[i]
    return total


def names_swapped(x):
    a, b = x * 1.0, x * 2.0
    for i in range(len(x)):
        a[i] += b[i - 1] * 0.1
        a, b = b, a
    return a[0] + b[1]


def elements_swapped(x):
    a = x * 1.0
    for i in range(len(x) - 1):
        if a[i] < a[i + 1]:
            a[i], a[i + 1] = a[i + 1], a[i]
    return a[0] * a[1]


def sum_from(x, i):
    if i == len(x):
        return 0.0
    return np.sin(x[i]) + 0.5 * sum_from(x, i + 1)


def recursive(x):
    return sum_from(x, 0)


PROGRAMS = [
    chosen, chosen_of_three, chosen_for_an_inner_loop, chosen_views, chosen_and_written,
    chosen_once, chosen_by_key, returns_what_it_writes, returns_before_it_writes,
    returns_one_of_two, returns_from_two_loops, returns_something_new, returns_a_view,
    returns_a_pair, returns_from_a_while, ends_by_break, windows, windows_on_one_path, transposed,
    reshaped, written_through_a_view, arrays_in_a_list, arrays_in_a_list_written, lists_in_a_list,
    arrays_in_a_dict, attributes_written, attributes_swapped, names_swapped, elements_swapped,
    recursive,
]  # fmt: skip


class Counted(ast.NodeTransformer):
    """Counts each operation and call, with the elements of a new array or list that it makes."""

    def generic_visit(self, node):
        node = super().generic_visit(node)
        if isinstance(node, (ast.BinOp, ast.Call, ast.List, ast.ListComp)):
            return ast.Call(ast.Name("_made", ast.Load()), [node], [])
        if isinstance(node, (ast.AugAssign, ast.Assign)):
            target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
            if isinstance(node, ast.AugAssign) or isinstance(target, ast.Subscript):
                place = ast.parse(ast.unparse(target), mode="eval").body
                changed = ast.Call(ast.Name("_changed", ast.Load()), [place], [])
                return [node, ast.Expr(changed)]
        return node


def work(function, mode, x):
    """Operations of a derivative and elements of the arrays that these make or change."""
    text = ad.differentiate(wrt="x")(function).source(mode, x)
    tree = ast.fix_missing_locations(Counted().visit(ast.parse(text)))
    count = 0

    def made(value):
        nonlocal count
        new = isinstance(value, list) or (isinstance(value, np.ndarray) and value.base is None)
        count += 1 + (len(np.ravel(value)) if new and isinstance(value, np.ndarray) else 0)
        count += len(value) if isinstance(value, list) else 0
        return value

    def changed(value):
        nonlocal count
        count += np.size(value)

    space = {"_made": made, "_changed": changed}
    exec(compile(tree, "<counted>", "exec"), space)
    value = function(x.copy())
    space[f"{function.__name__}_{mode}"](x, np.ones_like(x if mode == "tangent" else value))
    return count


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
@pytest.mark.parametrize("function", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_twice_the_length_is_twice_the_work(function, mode):
    short, long = (work(function, mode, np.linspace(0.1, 1.0, n)) for n in (100, 200))
    assert long <= 2.2 * short + 100


@pytest.mark.parametrize("function", [returns_what_it_writes, returns_one_of_two])
@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_a_result_that_is_carried_anyway_is_not_copied_in_a_turn(function, mode):
    text = ad.differentiate(wrt="x")(function).source(mode, np.ones(3))
    loop = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For))
    assert "copy" not in ast.unparse(loop)


def test_a_seed_is_set_to_zero_where_it_is_used():
    def early(x):
        for i in range(len(x)):
            if x[i] > 0.5:
                return x[i] * 2.0
        return x[0]

    text = ad.differentiate(wrt="x")(early).source("adjoint", np.ones(3))
    for loop in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For)):
        assert not any(ast.unparse(line) == "early_bar = 0.0" for line in loop.body)
    assert "early_bar = 0.0" in text


@pytest.mark.parametrize("function", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
@pytest.mark.parametrize("x", [np.linspace(0.1, 1.0, 6), np.linspace(4.0, 4.1, 6)], ids=str)
def test_these_derivatives_are_right(function, x):
    dot = np.cos(np.arange(len(x)))
    value, value_dot = ad.jvp(function, (x,), (dot,))
    h = 1e-6
    around = (np.asarray(function(x + step * dot)) for step in (h, -h))
    first, second = around
    np.testing.assert_allclose(value_dot, (first - second) / (2 * h), rtol=1e-5, atol=1e-6)
    bar = np.sin(1.0 + np.arange(np.size(value))).reshape(np.shape(value))
    _, pull = ad.vjp(function, x)
    np.testing.assert_allclose(np.sum(bar * value_dot), pull(bar)[0] @ dot, rtol=1e-9, atol=1e-9)
