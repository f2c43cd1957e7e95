"""Classes of other files: their bodies, defaults, fields and bases are in those files' names."""

import sys

import numpy as np
import pytest
from corpus.again import imported

import adcompile as ad
from adcompile.cli import main

UNITS = """
KILO = 1e3
UNITS = {"km": KILO / 100, "m": 1.0}

class Scale:
    big = KILO * 2
    small = [1.0, KILO]

def to_si(x, unit="km"):
    return x * UNITS[unit]
"""
MODEL = """
from __future__ import annotations
import enum
import typing as t
from dataclasses import dataclass, field
from typing import NamedTuple
import numpy as np
from .units import KILO, to_si, UNITS, Scale

RATE = 0.1 * KILO
WEIGHTS = np.linspace(0.5, 1.5, 3)

class Mode(enum.Enum):
    LINEAR = RATE
    CUBIC = 3

class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2

class Pair(NamedTuple):
    a: float
    b: float = RATE

    def total(self):
        return self.a * self.b + Scale.big

@dataclass(frozen=True)
class Params:
    k: float = RATE / 50
    gain: float = to_si(2.0)
    table: dict = field(default_factory=lambda: {"u": 2.0, "v": KILO})

@dataclass
class Shape:
    w: Pair
    n: int

    def area(self, x):
        return self.w.a * x + self.w.b * self.n

class Settings(t.TypedDict):
    gain: float
    w: Pair

class Base:
    ORDER = 2
    RATE = RATE * 2
    twice = RATE * 2
    coef = WEIGHTS * twice

    def __init__(self, p, mode=Mode.CUBIC):
        self.p = p
        self.mode = mode

    def shape(self, x):
        return x**self.ORDER + self.coef[1] + self.twice

    @classmethod
    def default(cls):
        return cls(Params())

    @staticmethod
    def helper(x, k=RATE):
        return x * k

class Model(Base):
    ORDER = 3

    def shape(self, x):
        y = super().shape(x)
        if self.mode is Mode.CUBIC:
            y = y * self.p.k + self.helper(x)
        return y + np.sum(WEIGHTS * x) + UNITS["km"] * x

    def __call__(self, x, *, scale=KILO):
        return self.shape(x) / scale * self.p.gain * self.p.table["u"]
"""
PROGRAM = """
import lib
import numpy as np
from lib import Model, Params, Mode, Level, Shape, Settings, Pair as P
from lib.units import Scale

RATE = 7.0
KILO = 5.0
WEIGHTS = np.arange(3.0)

class Own(lib.Base):
    def __init__(self):
        super().__init__(Params(table={"u": 3.0}))

    def g(self, x):
        return self.shape(x) * self.p.table["u"] * RATE

def made_by_its_class(x: float):
    return Model.default()(x)
def names_here_are_others(x: float):
    m = Model(Params(k=x), Mode.LINEAR)
    return m.shape(x) * WEIGHTS[2] + RATE + Mode.LINEAR.value
def a_tuple_of_another_file(x: float):
    p, q = P(x), P(x, b=x * x)
    return p.total() * q.total() * lib.RATE
def locals_hide_nothing(x: float):
    RATE = x * x
    twice = KILO = x
    m = Model(Params(k=x), mode=lib.Mode.CUBIC)
    return m(x, scale=Scale.small[1]) * RATE + Model.ORDER + lib.Base.coef[0] * x + twice * KILO
def derived_here(x: float):
    return Own().g(x)
"""
ANNOTATED = """
def fields_of_another_file(x: float, s: lib.Shape, c: Settings):
    return s.area(x) * c["gain"] * c["w"].a * s.w.total()
def a_level(x: float, level: Level):
    return x * x if level == Level.LOW else x * level
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "units.py").write_text(UNITS)
    (tmp_path / "lib" / "model.py").write_text(MODEL)
    (tmp_path / "lib" / "__init__.py").write_text("from .model import *\n")
    (tmp_path / "prog.py").write_text(PROGRAM + ANNOTATED)
    yield tmp_path
    for name in ("lib", "lib.units", "lib.model"):
        sys.modules.pop(name, None)


NAMES = [line[4 : line.index("(")] for line in PROGRAM.splitlines() if line.startswith("def ")]


def test_classes_of_another_file_mean_what_they_mean_there(folder, capsys):
    assert main(["prog.py", "-o", "derived.py"]) == 0
    made, primal = imported(folder / "derived.py"), imported(folder / "prog.py")
    assert NAMES
    for name in NAMES:
        f = getattr(primal, name)
        value, value_dot = getattr(made, f"{name}_tangent")(1.3, 1.0)
        assert value == pytest.approx(f(1.3), rel=1e-12), name
        assert value_dot == pytest.approx((f(1.3 + 1e-6) - f(1.3 - 1e-6)) / 2e-6, rel=1e-7), name
        value, x_bar = getattr(made, f"{name}_adjoint")(1.3)
        assert x_bar == pytest.approx(value_dot, rel=1e-12), name


def test_annotations_by_classes_of_another_file(folder, capsys):
    assert main(["prog.py", "-o", "derived.py"]) == 0
    made, primal = imported(folder / "derived.py"), imported(folder / "prog.py")
    shape, pair = primal.Shape(primal.P(0.5, 2.0), 3), primal.P(0.7, 1.1)
    settings = {"gain": 1.5, "w": pair}
    value, (x_bar, s_bar, c_bar) = made.fields_of_another_file_adjoint(1.3, shape, settings)
    assert value == primal.fields_of_another_file(1.3, shape, settings)

    def changed(dx=0.0, da=0.0, gain=0.0):
        s = primal.Shape(primal.P(0.5 + da, 2.0), 3)
        return primal.fields_of_another_file(1.3 + dx, s, {"gain": 1.5 + gain, "w": pair})

    h = 1e-6
    for found, name in ((x_bar, "dx"), (s_bar.w.a, "da"), (c_bar["gain"], "gain")):
        slope = (changed(**{name: h}) - changed(**{name: -h})) / (2 * h)
        assert found == pytest.approx(slope, rel=1e-7)
    assert made.a_level_adjoint(1.5, primal.Level.HIGH) == (3.0, 2.0)
    assert made.a_level_adjoint(np.float64(1.5), primal.Level.LOW) == (2.25, 3.0)


BODY = """
A = 1.0
B = 2.0
class Model:
    A, C = 3.0, 4.0
    if A > 2.0:
        B = 5.0
    first = A * 2.0
    second = B * 2.0
    third = first * 2.0

def unpacked(x: float):
    return x * Model.first
def chosen(x: float):
    return x * Model.second
def after_one(x: float):
    return x * Model.third
"""


def test_what_the_body_of_a_class_binds_in_other_ways_is_not_taken_from_the_file(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prog.py").write_text(BODY)
    assert main(["prog.py", "--mode", "tangent"]) == 1
    said = capsys.readouterr().err
    for name in "AB":
        assert f"what '{name}' is in the body of Model cannot be read from the file" in said
    assert not list(tmp_path.glob("prog_*.py"))


SHELF = """
text = 2.0
constants = {"a": 3.0}

def lookup(x):
    return x * x
"""
USER = """
import shelf

class Model:
    w = 2.0

def reads(x: float):
    return shelf.lookup(x) * shelf.text * shelf.constants["a"]
"""
UNKNOWN = """
import shelf

class Model:
    w = 2.0

def no_attribute(x: float):
    return x * shelf.imports
def has(x: float):
    return x * x if hasattr(Model, "w") else x
def has_not(x: float):
    return x * x if hasattr(Model, "body") else x
"""


def test_the_names_of_a_module_are_not_those_of_what_reads_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "shelf.py").write_text(SHELF)
    (tmp_path / "prog.py").write_text(USER)
    assert main(["prog.py", "-o", "derived.py"]) == 0
    assert imported(tmp_path / "derived.py").reads_adjoint(1.5) == (13.5, 18.0)
    assert ad.grad(imported(tmp_path / "prog.py").reads)(1.5) == 18.0
    (tmp_path / "prog.py").write_text(UNKNOWN)
    assert main(["prog.py", "-o", "other.py"]) == 1
    said = capsys.readouterr().err
    assert "shelf.imports" in said
    assert "has the attribute 'w' is not known" in said
    assert "has the attribute 'body' is not known" in said


def test_from_within_the_folder_of_the_package(tmp_path, monkeypatch):
    inner = tmp_path / "pkg" / "inner"
    inner.mkdir(parents=True)
    for folder in (tmp_path / "pkg", inner):
        (folder / "__init__.py").write_text("")
    (tmp_path / "pkg" / "units.py").write_text("def si(x):\n    return 3.0 * x\n")
    imports = "import nowhere.to_be_found\nfrom pkg.units import si\n"
    imports += "from ..units import si as si2\n"
    body = "\n\ndef f(x: float):\n    return si(x) * si2(x)\n"
    (inner / "model.py").write_text(imports + body)
    monkeypatch.chdir(inner)
    assert main(["model.py", "--mode", "tangent"]) == 0
    derived = imported(inner / "model_tangent.py")
    assert derived.f_tangent(2.0, 1.0) == (36.0, 36.0)
