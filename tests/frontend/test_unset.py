"""A name that has no value on some path: the derivative raises what the primal raises."""

from __future__ import annotations

from keyword import iskeyword
from pathlib import Path

import pytest
import unset_programs
from corpus.turn_by_turn import named_in_the_last_turn

import adcompile as ad
from adcompile.cli import main

FUNCTIONS = [
    value for name, value in vars(unset_programs).items()
    if callable(value) and value.__module__ == unset_programs.__name__ and name[0] != "_"
]  # fmt: skip
SILENT = ("has_one_on_each", "not_read")


def outcome(function, *args):
    try:
        return function(*args)
    except NameError:
        return NameError


def check(function, x, given):
    """A value and a derivative are those of the function, or it raises as that does."""
    wanted = outcome(function, x)
    if wanted is NameError:
        assert given is NameError
        return
    value, slope = given
    assert value == pytest.approx(wanted, rel=1e-14)
    around = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
    assert slope == pytest.approx(around, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("x", unset_programs.POINTS)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_it_raises_where_the_function_does(function, x):
    check(function, x, outcome(ad.value_and_grad(function), x))
    check(function, x, outcome(lambda x: ad.jvp(function, (x,), (1.0,)), x))


@pytest.fixture(scope="module")
def from_file(tmp_path_factory):
    """The functions of the files that the command line writes for them, by mode."""
    found = {}
    for mode in ("adjoint", "tangent"):
        made = tmp_path_factory.mktemp(mode) / "made.py"
        source = Path(unset_programs.__file__)
        assert main([str(source), "--mode", mode, "-o", str(made)]) == 0
        found[mode] = names = {"__name__": "made"}
        exec(made.read_text(), names)
    return found


@pytest.mark.parametrize("x", unset_programs.POINTS)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_it_does_so_in_a_file(function, x, from_file):
    for mode in ("adjoint", "tangent"):
        derived = from_file[mode][f"{function.__name__}_{mode}"]
        check(function, x, outcome(derived, x, 1.0))


def test_each_of_them_raises_somewhere():
    for function in FUNCTIONS:
        results = [outcome(function, x) for x in (*unset_programs.POINTS, 0.9)]
        silent = function.__name__ in SILENT
        assert (NameError in results) != silent or function.__name__.startswith("caught")


def test_what_has_a_value_is_not_read_in_vain():
    text = ad.differentiate(unset_programs.has_one_on_each).source("adjoint", 1.5)
    lines = [line.strip() for line in text.splitlines()]
    assert not any(line.isidentifier() and not iskeyword(line) for line in lines)
    assert "UnboundLocalError" not in text


def test_a_name_is_asked_about_once():
    text = ad.differentiate(named_in_the_last_turn).source("adjoint", 1.5)
    assert text.count("raise UnboundLocalError") == 1
