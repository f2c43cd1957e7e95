"""Attributes of which another class decides what they mean are refused, wherever it is written."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load

import adcompile as ad
from adcompile import cli
from adcompile.errors import RejectedError

TWICE = """
class Twice:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, cls):
        return getattr(obj, self.name)

    def __set__(self, obj, value):
        setattr(obj, self.name, value * 2.0)
"""
DOUBLED = """
class Doubled:
    def __init__(self, function):
        self.function = function

    def __get__(self, obj, cls):
        return self.function(obj) * 2.0
"""
PROGRAMS = {
    "in a class": TWICE + """
class Held:
    a = Twice()

    def __init__(self, a):
        self.a = a

def f(x):
    return Held(x).a.sum()
""",
    "in one above it": TWICE + """
class Held:
    a: object = Twice()

class Below(Held):
    def __init__(self, a):
        self.a = a

def f(x):
    return Below(x).a.sum()
""",
    "in a class of a function": TWICE + """
def f(x):
    class Held:
        a = Twice()

        def __init__(self, a):
            self.a = a

    return Held(x).a.sum()
""",
    "by a decorator": DOUBLED + """
class Held:
    def __init__(self, a):
        self.v = a

    @Doubled
    def a(self):
        return self.v

def f(x):
    return Held(x).a.sum()
""",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_refused(text, tmp_path, capsys):
    with pytest.raises(RejectedError, match="ADC120"):
        ad.grad(load(text))(np.ones(3))
    file = tmp_path / "described.py"
    file.write_text(text)
    assert cli.main([str(file), "--head", "f(x) > return", "-o", str(tmp_path / "d.py")]) == 1
    assert "ADC120" in capsys.readouterr().err
