"""Members of enumerations as arguments of emitted files: another enumeration's are told apart."""

from __future__ import annotations

import enum
import runpy

import pytest

from adcompile import cli

PROGRAM = '''
from enum import Enum


class Mode(Enum):
    SLOW = 1
    FAST = 2


def moved(x: float, mode: Mode) -> float:
    return x * x if mode is Mode.SLOW else x * mode.value


def compared(x, mode):
    rate = mode.value * x
    return rate * x if mode == Mode.FAST else rate
'''


class Other(enum.Enum):
    SLOW = 1
    FAST = 2


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    path = tmp_path_factory.mktemp("members") / "modes.py"
    path.write_text(PROGRAM)
    made = path.with_name("made.py")
    assert cli.main([str(path), "--mode", "adjoint", "-o", str(made)]) == 0
    return runpy.run_path(str(made)), runpy.run_path(str(path))["Mode"]


def test_each_member_has_its_derivative(emitted):
    names, mode = emitted
    assert names["moved_adjoint"](3.0, mode.SLOW) == (9.0, 6.0)
    assert names["moved_adjoint"](3.0, mode.FAST) == (6.0, 2.0)
    assert names["compared_adjoint"](3.0, mode.FAST, 1.0) == (18.0, 12.0)
    assert names["compared_adjoint"](3.0, mode.SLOW, 1.0) == (3.0, 1.0)


@pytest.mark.parametrize("given", [Other.SLOW, Other.FAST])
def test_a_member_of_another_enumeration_is_an_error(emitted, given):
    names, _ = emitted
    for name in ("moved_adjoint", "compared_adjoint"):
        with pytest.raises(KeyError, match="Other"):
            names[name](3.0, given, 1.0)
