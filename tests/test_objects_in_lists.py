"""Objects that are changed where several lists, tuples, objects or names hold them."""

from __future__ import annotations

import importlib.util
import inspect

import linked_programs
import nested_programs
import numpy as np
import object_programs
import pytest
import shared_programs

import adcompile as ad
from adcompile import cli

X = np.array([[0.3, -0.7], [1.2, 0.5], [-0.4, 0.8], [0.9, -1.1]])
M = np.array([1.25, 0.5, 1.75, 0.75])
FILES = (object_programs, linked_programs, nested_programs)


def programs(*files):
    return {
        name: function
        for file in files
        for name, function in vars(file).items()
        if inspect.isfunction(function) and function.__module__ == file.__name__
        and list(inspect.signature(function).parameters) == ["x", "m"] and name != "made"
    }  # fmt: skip


PROGRAMS = programs(*FILES)


def differences(f):
    """The gradient by central differences."""
    start, step = np.concatenate([X.ravel(), M]), 1e-5
    found = np.zeros_like(start)
    for i in range(len(start)):
        ends = []
        for sign in (1.0, -1.0):
            moved = start.copy()
            moved[i] += sign * step
            ends.append(f(moved[: X.size].reshape(X.shape), moved[X.size :]))
        found[i] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_by_the_public_calls(name):
    f = PROGRAMS[name]
    want, direction = differences(f), np.cos(np.arange(X.size + M.size))
    derived = ad.value_and_grad(f, wrt=("x", "m"))
    for _ in range(2):  # and nothing is left of the first call
        value, bars = derived(X.copy(), M.copy())
        assert value == pytest.approx(f(X.copy(), M.copy()), rel=1e-12)
        got = np.concatenate([np.ravel(bar) for bar in bars])
        assert got == pytest.approx(want, rel=1e-6, abs=1e-7)
    dots = direction[: X.size].reshape(X.shape), direction[X.size :]
    value_dot = ad.jvp(f, (X.copy(), M.copy()), dots)[1]
    assert value_dot == pytest.approx(got @ direction, rel=1e-12, abs=1e-12)


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("objects"), {}
    for file in FILES:
        out = folder / f"{file.__name__}_adjoint.py"
        names = [name for name, each in PROGRAMS.items() if each.__module__ == file.__name__]
        heads = [word for name in names for word in ("--head", f"{name}(x, m) > return")]
        assert cli.main([file.__file__, *heads, "-o", str(out)]) == 0
        spec = importlib.util.spec_from_file_location(out.stem, out)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update({name: getattr(module, f"{name}_adjoint") for name in names})
    return found


@pytest.mark.xdist_group("objects in lists")  # which are compiled once
@pytest.mark.parametrize("name", PROGRAMS)
def test_by_the_command_line(name, emitted):
    f = PROGRAMS[name]
    value, bars = emitted[name](X.copy(), M.copy())
    assert value == pytest.approx(f(X.copy(), M.copy()), rel=1e-12)
    got = np.concatenate([np.ravel(bar) for bar in bars])
    assert got == pytest.approx(differences(f), rel=1e-6, abs=1e-7)


SHARED = programs(shared_programs)


@pytest.mark.parametrize("name", SHARED)
def test_what_two_items_hold_is_not_taken_for_two(name):
    f = SHARED[name]
    with pytest.raises(ad.RejectedError, match="may be the same one") as refused:
        ad.grad(f)(X.copy(), M.copy())
    assert refused.value.code == "ADC301"
