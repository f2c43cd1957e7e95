"""Objects that are changed where several lists, tuples, objects or names hold them."""

from __future__ import annotations

import copy
import importlib.util
import inspect

import chosen_programs
import found_programs
import linked_programs
import nested_programs
import numpy as np
import object_programs
import pytest
import shared_programs
from found_programs import Apart, Pair

import adcompile as ad
from adcompile import cli

X = np.array([[0.3, -0.7], [1.2, 0.5], [-0.4, 0.8], [0.9, -1.1]])
M = np.array([1.25, 0.5, 1.75, 0.75])
FILES = (object_programs, linked_programs, nested_programs, found_programs, chosen_programs)
MAKERS = ("made", "three")


def programs(*files):
    return {
        name: function
        for file in files
        for name, function in vars(file).items()
        if inspect.isfunction(function) and function.__module__ == file.__name__
        and list(inspect.signature(function).parameters) == ["x", "m"] and name not in MAKERS
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
    value, bars = emitted[name](X.copy(), M.copy(), 1.0)
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


class Particle:
    def __init__(self, x, e, near=()):
        self.x = x
        self.e = e
        self.near = near


class Holder:
    def __init__(self, a, b):
        self.a = a
        self.b = b


def copied_with_arrays(x, m):
    ps = [Particle(x[i] * 1.0, m[i]) for i in range(len(m))]
    qs = copy.deepcopy(ps)
    for q in qs:
        q.x[0] = q.x[0] * q.e
    return sum(p.x[0] * p.e for p in ps) + sum(q.x[0] * q.x[1] for q in qs)


def copied_with_one_twice(x, m):
    q = Particle(x[0, 0], m[0])
    holders = [Holder(q, q) for _ in range(len(m))]
    k = copy.deepcopy(holders[1])
    k.a.x = k.a.x * 3.0
    return k.b.x * q.x


def copied_in_a_dictionary(x, m):
    every = {"ps": [Particle(x[i, 0], m[i]) for i in range(len(m))], "t": m[0]}
    other = copy.deepcopy(every)
    other["ps"][0].x = 5.0 * other["ps"][0].x
    return sum(p.x * p.e for p in every["ps"]) + sum(q.x * q.x for q in other["ps"])


@pytest.mark.parametrize(
    "f", [copied_with_arrays, copied_with_one_twice, copied_in_a_dictionary]
)
def test_what_may_be_one_is_not_copied_as_two(f):
    with pytest.raises(ad.RejectedError, match="which of these are one") as refused:
        ad.grad(f, wrt=("x", "m"))(X.copy(), M.copy())
    assert refused.value.code == "ADC402"


def copied_twice(x, m):
    ps = [Particle(x[i, 0] * 1.0, m[i]) for i in range(len(m))]
    ps.append(ps[0])
    qs = copy.deepcopy(ps)
    qs[0].x = qs[0].x * 3.0
    return sum(p.x * p.e for p in ps) + sum(q.x * q.x for q in qs)


def test_what_is_one_is_not_copied_as_two():
    with pytest.raises(ValueError, match="an object is twice in a list that is copied"):
        ad.grad(copied_twice)(X.copy(), M.copy())


def given(p, q, t):
    return t * p.x if p == q else q.x * t * t


ALIKE, OTHER = (0.3, 0.5), (0.3, 0.7)


@pytest.mark.parametrize(
    ("cls", "fields", "wanted"),
    [(Pair, ALIKE, (2.0, 0.0)), (Pair, OTHER, (0.0, 4.0)), (Apart, ALIKE, (0.0, 4.0))],
)
def test_objects_that_are_given_are_compared_by_their_class(cls, fields, wanted):
    bars = ad.grad(given, wrt=("p", "q"))(cls(0.3, 0.5), cls(*fields), 2.0)
    assert tuple(bar.x for bar in bars) == wanted
