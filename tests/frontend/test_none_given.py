"""Items of lists that are given, of which some are None: the program's question is asked."""

import importlib.util

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

ROW = np.array([0.4, -1.1, 0.8])
PROGRAMS = '''
import numpy as np


def arrays(x: float, rows: "list[np.ndarray | None]"):
    s = 0.0
    for i in range(2 * len(rows)):
        row = rows[(2 * i + 1) % len(rows)]
        s += x * x if row is None else x
    return s


def pairs(x: float, pairs: "list[tuple[np.ndarray, float] | None]"):
    s = 0.0
    for i in range(2 * len(pairs)):
        pair = pairs[(2 * i + 1) % len(pairs)]
        s += x * x if pair is None else x * pair[0][1] * pair[1]
    return s


def numbers_in_pairs(x: float, pairs: "list[tuple[float | None, float]]"):
    s = 0.0
    for i in range(2 * len(pairs)):
        first, second = pairs[(2 * i + 1) % len(pairs)]
        s += x * x * second if first is None else x * first
    return s


def in_turn(x: float, values: "list[float | None]"):
    s, last = 0.0, values[1]
    for value in values:
        s += x if last is None else x * last
        s += x * x if value is None else x
        last = value
    return s


def by_key(x: float, values: "dict[str, float | None]", key: str):
    return x * x if values[key] is None else x
'''
GIVEN = {
    "arrays": ([ROW, None, 2.0 * ROW],),
    "pairs": ([(ROW, 0.7), None, (2.0 * ROW, 0.2)],),
    "numbers_in_pairs": ([(0.4, 0.7), (None, 0.3), (1.1, 0.2)],),
    "in_turn": ([0.4, None, 1.1],),
    "by_key": ({"a": 0.3, "b": None}, "b"),
}


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    folder = tmp_path_factory.mktemp("none")
    (folder / "given.py").write_text(PROGRAMS)
    head = [f"--head={name}(x)" for name in GIVEN]
    out = folder / "given_tangent.py"
    assert cli.main([str(folder / "given.py"), *head, "--mode", "tangent", "-o", str(out)]) == 0

    def load(name):
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def wanted(f, given):
    step = 1e-4
    return f(1.3, *given), (f(1.3 + step, *given) - f(1.3 - step, *given)) / (2 * step)


@pytest.mark.parametrize("name", GIVEN)
def test_none_among_what_is_given(name, load):
    f = getattr(load("given"), name)
    expected = wanted(f, GIVEN[name])
    np.testing.assert_allclose(ad.value_and_grad(f, wrt="x")(1.3, *GIVEN[name]), expected)


@pytest.mark.parametrize("name", GIVEN)
def test_none_among_what_is_annotated(name, load):
    expected = wanted(getattr(load("given"), name), GIVEN[name])
    tangent = getattr(load("given_tangent"), f"{name}_tangent")
    np.testing.assert_allclose(tangent(1.3, *GIVEN[name], 1.0), expected)
