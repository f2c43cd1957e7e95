"""Exception classes whose texts read modules, or themselves: the emitted module imports those."""

from __future__ import annotations

import runpy
import sys

import pytest

import adcompile as ad
from adcompile import cli

ERRORS = '''
import copy as duplicate
import textwrap


class Base(Exception):
    def __init__(self, what, hints=None):
        self.hints = duplicate.copy(hints)
        super(Base, self).__init__(textwrap.shorten(what, 20))


class OutOfRange(Base):
    def __init__(self, what):
        super(OutOfRange, self).__init__(what, hints=["make it less"])
'''
MODEL = '''
import math
import copy
from {package}errors import OutOfRange


def f(x: float, strict: bool) -> float:
    y = copy.copy([x])
    if x > 2.0:
        if strict:
            raise OutOfRange("x is out of its range, which ends at two")
        return 0.0
    return math.sin(y[0])


def g(x: float) -> float:
    try:
        return f(x, True)
    except OutOfRange as error:
        return x * len(error.hints)
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "pack").mkdir()
    for name, text in (("__init__", ""), ("errors", ERRORS), ("model", MODEL)):
        (tmp_path / "pack" / f"{name}.py").write_text(text.format(package="pack."))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "pack"
    for name in [name for name in sys.modules if name.split(".")[0] == "pack"]:
        del sys.modules[name]


def test_in_python(package):
    model = __import__("pack.model", fromlist=["f"])
    assert ad.grad(model.f)(0.5, True) == pytest.approx(0.8775825618903728)
    with pytest.raises(model.OutOfRange, match=r"x is out of \[...\]") as caught:
        ad.grad(model.f)(2.5, True)
    assert caught.value.hints == ["make it less"]
    assert ad.grad(model.g)(2.5) == 1.0


def test_on_the_command_line(package):
    path = package / "model.py"
    made = package.parent / "made.py"
    assert cli.main([str(path), "--function", "f", "--mode", "adjoint", "-o", str(made)]) == 0
    assert "import copy\n" in made.read_text() and "import textwrap\n" in made.read_text()
    names = runpy.run_path(str(made))
    assert names["f_adjoint"](0.5, True)[1] == pytest.approx(0.8775825618903728)
    with pytest.raises(Exception, match=r"x is out of \[...\]") as caught:
        names["f_adjoint"](2.5, True)
    assert caught.value.hints == ["make it less"]
