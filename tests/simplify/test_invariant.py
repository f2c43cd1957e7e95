"""What leaves a loop, and what stays."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adcompile as ad
from adcompile.errors import ArgumentError
from adcompile.passes import PASSES


def before_loop(function, *args):
    """The forward sweep of the adjoint before its first loop, and from there on."""
    made = ad.adjoint(function)
    made(*args)
    text = made.source.partition("sweep")[2].partition("# reverse sweep")[0]
    head, loop, rest = text.partition("    for ")
    return head, loop + rest


def half(x, n):
    y = x
    for _ in range(n):
        y = y * 0.5 + x / 2
    return y


def logarithm(x, n):
    y = 0.0
    for _ in range(n):
        y = y * 0.5 + math.log(x)
    return y


def twice(x, n, m):
    y = 0.0
    for _ in range(n):
        for _ in range(m):
            y = y * 0.5 + math.log(x)
    return y


def known(x):
    y = 0.0
    for i in range(3):
        y = y + math.log(x) * i
    return y


def shown(x, n):
    for _ in range(n):
        print("turn")
        x = x + math.log(2.0 * x) + math.sqrt(-1.0)
    return x


def tried(x, n):
    y = 1.0
    try:
        for _ in range(n):
            y = y * math.log(x)
    except ValueError:
        y = 3.0 * x
    return y


def rows(x, y):
    total = 0.0
    for i in range(len(x)):
        for j in range(len(y)):
            total += x[i] * y[j]
    return total


def matrices(x, n):
    u = np.ones(3)
    for _ in range(n):
        u = (x.T @ x + 2.0 * x) @ u / 30.0
    return np.sum(u)


def overwritten(x, n):
    total = 0.0
    for i in range(n):
        y = np.sin(x)
        y[0] = i
        total += np.sum(y)
    return total


def test_what_cannot_raise_goes_before_the_loop():
    head, loop = before_loop(half, 0.7, 4)
    assert "x / 2" in head and "x / 2" not in loop


def test_what_can_raise_goes_behind_a_test_for_a_turn():
    head, loop = before_loop(logarithm, 0.7, 4)
    assert "math.log(x) if" in head and "math.log" not in loop
    assert ad.grad(logarithm)(-1.0, 0) == 0.0
    with pytest.raises(ValueError, match="math domain error"):
        ad.grad(logarithm)(-1.0, 1)


def test_every_loop_around_has_its_test():
    head, loop = before_loop(twice, 0.7, 2, 3)
    assert "math.log" in head and "math.log" not in loop
    assert ad.grad(twice)(-1.0, 0, 1) == ad.grad(twice)(-1.0, 1, 0) == 0.0


def test_a_turn_that_is_sure_needs_no_test():
    head, _ = before_loop(known, 0.7)
    assert "math.log(x)\n" in head


def test_nothing_passes_an_effect(capsys):
    with pytest.raises(ValueError, match="math domain error"):
        ad.grad(shown)(-1.0, 3)
    assert capsys.readouterr().out == "turn\n"


def test_nothing_leaves_a_try():
    assert ad.grad(tried)(-1.0, 3) == 3.0
    assert ad.grad(tried)(-1.0, 0) == 0.0


def test_an_element_at_the_index_of_an_outer_loop():
    x, y = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25])
    made = ad.adjoint(rows, passes={"at_once": False})
    _, (x_bar, y_bar) = made(x, y)
    inner = made.source.split("# reverse sweep")[1].split("        for j")[1]
    assert "x_bar[i] +=" not in inner.split("        x_bar[i]")[0]
    np.testing.assert_allclose(x_bar, np.sum(y) * np.ones(3))
    np.testing.assert_allclose(y_bar, np.sum(x) * np.ones(2))


def test_an_index_outside_is_no_error_where_no_turn_reads_it():
    assert ad.grad(rows)(np.array([1.0]), np.zeros(0)) == 0.0


def test_products_of_matrices():
    x = np.arange(9.0).reshape(3, 3) / 9.0
    head, loop = before_loop(matrices, x, 3)
    assert "@ x\n" in head and "2.0 * x\n" in head and "x.T" not in loop
    way = np.cos(x)
    step = 1e-6
    slope = (matrices(x + step * way, 3) - matrices(x - step * way, 3)) / (2 * step)
    np.testing.assert_allclose(ad.jvp(matrices, (x, 3), (way, None))[1], slope, rtol=1e-8)


def test_what_is_written_to_is_made_in_each_turn():
    x = np.array([0.1, 0.2])
    _, loop = before_loop(overwritten, x, 3)
    assert "np.sin(x)" in loop
    np.testing.assert_allclose(ad.grad(overwritten)(x, 3), [0.0, 3 * np.cos(0.2)])


@pytest.mark.parametrize("function, args", [(half, (0.7, 40)), (logarithm, (0.7, 40))])
def test_no_tape_gets_longer(function, args):
    without = ad.cost(function, passes={"invariant": False})(*args).tape
    assert ad.cost(function)(*args).tape <= without


def test_it_can_be_left_out():
    made = ad.adjoint(logarithm, passes={"invariant": False})
    made(0.7, 4)
    assert "math.log(x)" in made.source.partition("    for ")[2].partition("# reverse")[0]


def test_the_choice_of_passes_is_checked():
    for passes in ({"magic": False}, ["joint"], {"joint": 0}, "joint"):
        with pytest.raises(ArgumentError, match="pass"):
            ad.grad(half, passes=passes)
    assert ad.grad(half, passes=dict.fromkeys(PASSES, True))(0.7, 3) == ad.grad(half)(0.7, 3)
