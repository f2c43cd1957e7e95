"""Objects of the user's classes that are printed, logged, or stand in texts: shown as in Python."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli
from adcompile.errors import RejectedError

TEXT = '''
import logging
from dataclasses import dataclass
from typing import NamedTuple


class Own:
    def __init__(self, w):
        self.w = w

    def __repr__(self):
        return f"Own({self.w:.3f})"


class Named:
    def __init__(self, w):
        self.w = w

    def __str__(self):
        return "named %g" % self.w


@dataclass
class Fields:
    w: float
    held: Own
    name: str = "a"


class Pair(NamedTuple):
    a: float
    b: float


def printed(x):
    own, fields, pair = Own(x[0]), Fields(x[1], Own(x[0] * 2.0)), Pair(x[0], x[1])
    print(own, fields, pair, Named(x[0]), sep=" | ")
    print(f"{own} {own!r} {fields} {pair!r} {own.w:.1f}")
    print(str(own) + repr(fields) + str(Named(x[1])))
    return own.w * fields.w * pair.b


def logged(x):
    own = Own(x[0] * x[1])
    logging.getLogger(__name__).warning("now %s", own)
    if own.w > 100.0:
        raise ValueError(f"too large: {own}")
    return own.w


def asked(x):
    own = Own(x[0])
    return len(str(own)) * own.w
'''
BARE = '''
class Bare:
    def __init__(self, w):
        self.w = w


def bare(x):
    print(Bare(x[0]))
    return x[0]
'''


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The programs, and the file with their adjoints."""
    folder = tmp_path_factory.mktemp("shown")
    source, out = folder / "shown.py", folder / "shown_adjoint.py"
    source.write_text(TEXT)
    assert cli.main([str(source), "--mode", "adjoint", "-o", str(out)]) == 0
    return loaded(source), loaded(out)


X = np.array([0.7, 1.2])


@pytest.mark.parametrize("name", ["printed", "logged", "asked"])
def test_what_is_shown(modules, name, capsys, caplog):
    programs, adjoints = modules
    program = getattr(programs, name)
    capsys.readouterr()
    value = program(X)
    wanted = capsys.readouterr().out, [each.getMessage() for each in caplog.records]
    slope = [(program(X + d) - program(X - d)) / 2e-6 for d in 1e-6 * np.eye(2)]
    for call in (
        lambda: ad.value_and_grad(program)(X),
        lambda: getattr(adjoints, f"{name}_adjoint")(X, 1.0),
    ):
        capsys.readouterr()
        caplog.clear()
        found, gradient = call()
        assert (capsys.readouterr().out, [each.getMessage() for each in caplog.records]) == wanted
        assert found == value
        np.testing.assert_allclose(gradient, slope, rtol=1e-8, atol=1e-9)


def test_what_python_shows_by_its_place_is_refused(tmp_path):
    source = tmp_path / "bare.py"
    source.write_text(BARE)
    with pytest.raises(RejectedError, match="how Python shows a Bare") as caught:
        ad.grad(loaded(source).bare)(X)
    assert caught.value.code == "ADC107"
