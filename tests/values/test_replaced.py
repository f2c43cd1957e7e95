"""What np.nan_to_num replaces has derivative zero, also where arrays are written to before it."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.again import with_derivatives

import adcompile as ad

PROGRAMS = '''
import numpy as np


def scaled_in_turns(x):
    y = np.sqrt(x)
    for i in range(len(x)):
        y[i] = y[i] * 2.0
    return np.sum(np.nan_to_num(y))


def overwritten(x):
    y = np.sqrt(x)
    y[0] = 2.0
    return np.sum(np.nan_to_num(y) ** 2)


def overwritten_in_turns(x):
    total = 0.0
    for turn in range(3):
        y = np.sqrt(x) * (turn + 1)
        y[turn] = 1.0
        total = total + np.sum(np.nan_to_num(y))
    return total


def overwritten_by_turns(x):
    y = np.sqrt(x)
    for i in range(2):
        y[i] = 0.5
    return np.sum(np.nan_to_num(y))


def on_one_path(x):
    y = np.sqrt(x)
    if len(x) > 2:
        y[0] = 0.5
    return np.sum(np.nan_to_num(y))


def of_a_slice(x):
    y = np.log(x)
    y[1:3] = 0.5
    return np.sum(np.nan_to_num(y) ** 2)


def infinite(x):
    y = 1.0 / np.maximum(x, 0.0)
    for i in range(2):
        y[i] += 1.0
    return np.sum(np.nan_to_num(y, posinf=3.0))


def a_part(x):
    y = np.sqrt(x)
    y[1:] = 2.0
    y[:3] = np.nan_to_num(y[:3])
    return np.sum(y * y[::-1])


def part_by_part(x):
    y = np.sqrt(x)
    y[:1] = np.nan_to_num(y[:1])
    y[1:] = np.nan_to_num(y[1:]) * 2.0
    return np.sum(y * y)


def part_by_part_again(x):
    y = np.sqrt(x)
    y[:2] = np.where(np.isnan(y[:2]), 0.0, y[:2])
    y[2:] = np.nan_to_num(y[2:])
    return np.sum(np.sqrt(y))


def at_places(x):
    y = np.sqrt(x)
    y[[0, 2]] = np.nan_to_num(y[[0, 2]])
    return np.sum(y * y[::-1])


def row_by_row(x):
    y = np.sqrt(x).reshape(2, 2)
    for i in range(2):
        y[i] = np.nan_to_num(y[i])
    return np.sum(y * y)


def item_by_item(x):
    y = np.sqrt(x)
    for i in range(len(x)):
        y[i] = np.nan_to_num(y[i])
    return np.sum(y * y)


def part_in_place(x):
    y = np.sqrt(x)
    np.nan_to_num(y[:3], copy=False)
    return np.sum(y[:3] * y[1:].sum())


def without_root(x):
    y = np.sqrt(x)
    y[0] = 3.0
    y[1:] = np.where(x[1:] < 0, 0.0, y[1:])
    return np.sum(y)


def carried(x):
    y = x.copy()
    for i in range(2):
        y = np.nan_to_num(np.sqrt(y) - 0.01)
    return np.sum(y)


def carried_in_turns(x):
    y = 2.0 * x
    for i in range(3):
        for j in range(2):
            y = np.nan_to_num(np.sqrt(np.nan_to_num(y))) + 0.0
    return np.sum(y * y)


def carried_while(x):
    y, n = x.copy(), 0
    while n < 2:
        z = np.sqrt(y) - 0.01
        y = np.where(np.isnan(z), 0.0, z)
        n += 1
    return np.sum(y)


def carried_in_part(x):
    y = x.copy()
    for i in range(2):
        y[:3] = np.nan_to_num(np.sqrt(y[:3]) - 0.01)
    return np.sum(y)


def cut_on_one_path(x):
    y = np.sqrt(x) - 0.01
    if len(x) > 2:
        y = np.nan_to_num(y)
    return np.sum(np.sqrt(y))
'''
NAMES = [line[4:].partition("(")[0] for line in PROGRAMS.splitlines() if line.startswith("def ")]
GIVEN = np.array([-1.0, 4.0, -2.0, 0.25])
NUMBERS = np.array([False, True, False, True])


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("replaced"))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_of_what_is_replaced_is_zero(name, modules):
    primal, step = getattr(modules[0], name), 1e-6
    wanted = np.zeros(4)
    for n in np.flatnonzero(NUMBERS):
        unit = step * np.eye(4)[n]
        wanted[n] = (primal(GIVEN + unit) - primal(GIVEN - unit)) / (2 * step)
    for found in (ad.grad(primal)(GIVEN), getattr(modules[1], f"{name}_adjoint")(GIVEN)[1]):
        np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-8)
    _, dot = ad.jvp(primal, (GIVEN,), (np.ones(4),))
    assert dot == pytest.approx(np.sum(wanted), rel=1e-7)
