"""Items of tuples whose numbers are known at run time only, where the tuples are in a list."""

from __future__ import annotations

import contextlib
import copy

import numpy as np
import pytest
from corpus import every
from corpus.again import AgainByCommandLine, with_derivatives
from deriving import flat, moved, random_like

PROGRAMS = '''
import numpy as np


def gone_through(pairs: "list[tuple[float[:, :], float[:]]]", i: int, j: int):
    total = 0.0
    for pair in pairs:
        for part in pair:
            total = total + np.sum(part * part)
    return total


def ended(pairs: "list[tuple[float[:], float[:]]]", i: int, j: int):
    total = 0.0
    for pair in pairs:
        for part in pair:
            if part[0] > 0.5:
                break
            total = total + np.sum(part ** 2)
        else:
            total = total * 2
    return total


def by_number(pairs: "list[tuple[float[:], float[:]]]", i: int, j: int):
    return np.sum(pairs[j][i] ** 2) + np.sum(pairs[0][i] * pairs[0][1 - i])


def numbers(pairs: "list[tuple[float, float, float]]", i: int, j: int):
    total = 0.0
    for pair in pairs:
        total = total + pair[i] ** 2 * pair[2] * pair[j]
    return total


def turn_by_turn(pairs: "list[tuple[float[:], float[:]]]", i: int, j: int):
    total = 0.0
    pair = pairs[j]
    for turn in range(4):
        total = total + np.sum(pair[turn % 2]) * (turn + 1)
        total = total + np.sum(pair[0] * pair[(turn + i) % 2])
    return total


def nested(pairs: "list[tuple[tuple[float[:], float[:]], float[:]]]", i: int, j: int):
    total = 0.0
    for both, scale in pairs:
        total = total + np.sum(both[i] ** 2 * scale * both[j])
    return total


def written(pairs: "list[tuple[float[:], float[:]]]", i: int, j: int):
    for pair in pairs:
        pair[i][:] = pair[i] ** 2 + pair[0]
        for part in pair:
            part *= part
    return np.sum(pairs[0][0]) + np.sum(pairs[1][1] * pairs[j][i])
'''
RNG = np.random.default_rng(8)
VECTORS = [tuple(RNG.normal(size=(2, 3))) for _ in range(2)]
GIVEN = {
    "gone_through": [(RNG.normal(size=(2, 3)), RNG.normal(size=3)) for _ in range(2)],
    "ended": VECTORS,
    "by_number": VECTORS,
    "numbers": [(0.3, 1.2, -0.7), (0.9, 0.4, 1.1)],
    "turn_by_turn": VECTORS,
    "nested": [(VECTORS[0], VECTORS[1][0]), (VECTORS[1], VECTORS[0][1])],
    "written": VECTORS,
}


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("tuples"))


@pytest.mark.parametrize("i", [0, 1])
@pytest.mark.parametrize("j", [0, 1])
@pytest.mark.parametrize("name", GIVEN)
def test_an_item_by_a_number_of_run_time(name, i, j, emitted):
    primal, derivatives = getattr(emitted[0], name), emitted[1]
    given, step = GIVEN[name], 1e-6
    way = random_like(given, np.random.default_rng(3))
    high, low = (
        primal(moved(copy.deepcopy(given), way, sign * step), i, j) for sign in (1.0, -1.0)
    )
    value, value_dot = getattr(derivatives, f"{name}_tangent")(given, i, j, way)
    np.testing.assert_allclose(value, primal(copy.deepcopy(given), i, j), rtol=1e-14)
    np.testing.assert_allclose(value_dot, (high - low) / (2 * step), rtol=1e-7)
    _, bars = getattr(derivatives, f"{name}_adjoint")(given, i, j)
    assert [type(bar) for bar in bars] == [tuple] * len(given)
    np.testing.assert_allclose(flat(bars) @ flat(way), value_dot, rtol=1e-13)


# of lists of lists the adjoints compiled again raised, or joined lists that they were to add
AGAIN = ("forward", 1), ("one_pair_for_all", 1), ("leaves_squared", 0), ("leaves_squared", 1)


@pytest.mark.parametrize(("name", "which"), AGAIN)
def test_the_emitted_file_is_compiled_again(name, which, tmp_path):
    case = [each for each in every() if each.name == f"networks.{name}"][which]
    again = AgainByCommandLine("networks", [case], tmp_path)
    with contextlib.closing(again.compiled):
        assert not again.compiled.refused
        again.check(case)
