"""Arrays that are shorter than the slices that a program takes of them, by the command line."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from adcompile import cli

PROGRAM = '''
import numpy as np


def more(y):
    return np.ones(len(y) + 3)


def counted(x: "float[n]"):
    return np.ones(len(x[3:]) + 3) * x


def of_shape(x: "float[n]"):
    t = x[2:]
    return np.zeros((t.shape[0] + 2, 3)) + x[:, None]


def of_size(x: "float[n]"):
    return np.ones(x[1:-1].size + 2) * x


def step_by_step(x: "float[n]"):
    n = len(x[3:]) - 1
    n += 2
    return np.ones(n + 2) * x


def of_differences(x: "float[n]"):
    return np.ones(len(np.diff(x, n=2)) + 2) * x


def by_a_function(x: "float[n]"):
    return more(x[3:]) * x


def subtracted(x: "float[n]"):
    n = len(x) - 3
    return np.ones(n + 3) * x
'''
NAMES = [
    "counted", "of_shape", "of_size", "step_by_step", "of_differences", "by_a_function",
    "subtracted",
]  # fmt: skip


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    """The primals, and their derivatives as the command line writes them."""
    folder = tmp_path_factory.mktemp("short")
    path = folder / "short.py"
    path.write_text(PROGRAM)
    assert cli.main([str(path)]) == 0
    found = {}
    for name in ("short", "short_tangent", "short_adjoint"):
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update(vars(module))
    return found


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_longer_than_a_slice_by_as_much_is_not_as_long_as_the_whole(name, length, emitted):
    x = np.array([1.3, 2.4, 0.7, -0.4, 0.6])[:length]
    try:
        wanted = emitted[name](x)
    except ValueError:
        return  # the program itself cannot take so short a one
    x_dot = np.linspace(1.0, 2.0, length)
    value, value_dot = emitted[f"{name}_tangent"](x, x_dot)
    np.testing.assert_array_equal(value, wanted)
    np.testing.assert_allclose(value_dot, emitted[name](x_dot))
    seed = np.arange(1.0, 1.0 + wanted.size).reshape(wanted.shape)
    value, x_bar = emitted[f"{name}_adjoint"](x, seed)
    np.testing.assert_array_equal(value, wanted)
    assert x_bar.shape == x.shape
    np.testing.assert_allclose(x_bar @ x_dot, np.sum(seed * value_dot))
