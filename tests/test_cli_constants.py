"""Constants of the file that is compiled, and of files beside it, in the module that is emitted."""

import sys

import numpy as np
import pytest
from corpus.again import imported

from adcompile.cli import main

BASE = """
from numpy import array as s
K = 2.5
A = s([1.0, 2.0])
"""
HELPERS = """
import math as m
import numpy
import base
from base import K as KK, A
from numpy import sum as s
GRID = numpy.linspace(0.0, 1.0, 4)
W, V = numpy.ones(3) * base.K, 4.0
L = KK * 2 + 1
TOTAL = s([KK * m.pi, L])
TABLE = {"a": L, "b": [1.0, 2.0]}
SQUARES = [m * m * L for m in range(4)]
def h(x):
    return L * x + A[1] + TOTAL + GRID[1] * TABLE["a"] + TABLE["b"][1] * W.sum() * V * x
def squares(x):
    return x * SQUARES[3]
"""
PROGRAM = """
import math
import numpy as np
import helpers as hh
from helpers import h, squares, GRID as G2, TOTAL

m = 3.0
GRID = np.arange(3.0)
helpers_GRID = np.ones(2)
def doubled(n):
    return np.arange(n) * 2.0
TWICE = doubled(4)

def plain(x: float):
    return h(x) * m + hh.L * G2[2] * GRID[1] * x + helpers_GRID[0] * hh.base.K
def hidden_by_a_parameter(x: float, L: float, GRID: "float[:]"):
    return x * L * h(x) + TOTAL * GRID[1]
def own_hidden_by_a_parameter(GRID: float):
    return plain(GRID) * GRID
def named_as_a_module(numpy: float, np: float):
    return h(numpy) * np * squares(np)
def hidden_by_a_local(x: float):
    L = x * x
    W = L * x
    return W * L * h(x)
def computed(x: float):
    y = x * TWICE[1]
    return y * TWICE[2] if x > 0 else y
"""
VALUES = {
    "plain": (1.3,), "hidden_by_a_parameter": (1.3, 0.7, np.array([0.5, 0.2, 0.9])),
    "own_hidden_by_a_parameter": (1.3,), "named_as_a_module": (1.3, 0.4),
    "hidden_by_a_local": (1.3,), "computed": (1.3,),
}  # fmt: skip


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write files into an empty folder, in which modules are also found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.py").write_text(text)
        return tmp_path

    yield write
    for name in ("prog", "helpers", "base"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("name", VALUES)
def test_constants_keep_their_values_under_whatever_names(files, capsys, name, alone):
    folder = files(base=BASE, helpers=HELPERS, prog=PROGRAM)
    chosen = ["--head", f"{name} > return"] if alone else []
    assert main(["prog.py", "-o", "derived.py", *chosen]) == 0
    made, primal = imported(folder / "derived.py"), getattr(imported(folder / "prog.py"), name)
    args = VALUES[name]
    dots = [np.ones_like(arg)[()] * (1.0 + n) for n, arg in enumerate(args)]
    h = 1e-6
    ahead, behind = (
        primal(*(arg + sign * h * dot for arg, dot in zip(args, dots))) for sign in (1, -1)
    )
    value, value_dot = getattr(made, f"{name}_tangent")(*args, *dots)
    assert value == pytest.approx(primal(*args), rel=1e-12)
    assert value_dot == pytest.approx((ahead - behind) / (2 * h), rel=1e-7)
    value, bars = getattr(made, f"{name}_adjoint")(*args, 1.0)
    bars = bars if len(args) > 1 else (bars,)
    along = sum(float(np.sum(bar * dot)) for bar, dot in zip(bars, dots))
    assert along == pytest.approx(value_dot, rel=1e-12)


DRAWN = """
import numpy as np
import random
rng = np.random.default_rng(0)
FIRST = rng.normal(size=3)
SECOND = rng.normal(size=3)
np.random.seed(0)
GLOBAL = np.random.rand(3)
MADE_OF_IT = GLOBAL * 2.0
TABLE = {"w": rng.normal(size=3)}
steps = iter([1.0, 2.0])
STEP = next(steps)
NEXT = next(steps)
def draw():
    return random.random()
BY_A_FUNCTION = draw()
UNSEEDED = np.random.default_rng().normal(size=3)
LIST = [3.0, 1.0]
LAST = LIST.pop()
own = np.random.default_rng(1)
ONLY = own.normal(size=3)
SEEDED = np.random.default_rng(2).normal(size=3)

def only(x: float):
    return x * ONLY[2]
def seeded(x: float):
    return x * SEEDED[2]
"""


def test_what_is_drawn_with_others_is_refused(files, capsys):
    """A module that binds some of the file's constants would draw other values for them."""
    names = "FIRST", "SECOND", "GLOBAL", "MADE_OF_IT", "STEP", "NEXT", "BY_A_FUNCTION", "UNSEEDED"
    text = DRAWN + "".join(f"def of_{n}(x: float):\n    return x * np.sum({n})\n" for n in names)
    text += 'def of_TABLE(x: float):\n    return x * TABLE["w"][1]\n'
    text += "def of_LIST(x: float):\n    return x * LIST[0]\n"
    folder = files(prog=text)
    assert main(["prog.py", "--mode", "tangent"]) == 1
    said = capsys.readouterr().err
    for name in (*names, "TABLE"):
        assert f"of_{name} not compiled" in said and f"'{name}' is drawn where other" in said
    made, primal = imported(folder / "prog_tangent.py"), imported(folder / "prog.py")
    assert made.only_tangent(2.0, 1.0)[0] == primal.only(2.0)
    assert made.seeded_tangent(2.0, 1.0)[0] == primal.seeded(2.0)
    assert made.of_LIST_tangent(2.0, 1.0)[0] == primal.of_LIST(2.0)


def test_the_place_of_the_file_is_not_that_of_the_emitted_module(files, capsys):
    files(prog="import numpy as np\nfrom pathlib import Path\n"
          'DATA = np.loadtxt(Path(__file__).parent / "data.txt")\n\n'
          "def f(x: float):\n    return x * DATA[1]\n")  # fmt: skip
    assert main(["prog.py"]) == 1
    assert "line 3: __file__ would be that of the emitted module" in capsys.readouterr().err


UNPACKED = """
import numpy as np
XS, WS = np.polynomial.legendre.leggauss(5)
(A0, A1), B = (1.0, 2.0), 3.0
U, V = map(float, ("1.5", "2.5"))
def two():
    return 2.0, np.ones(3) * 3
P2, P3 = two()
TABLE = dict(a=1.0, b=2.0)
M, N = TABLE.values()
shape = LEN, WIDTH = np.ones((2, 3)).shape
S, *REST = [1.0, 2.0, 3.0]

def of_a_rule(x: float):
    return np.sum(WS * np.exp(x * XS)) + A1 * x * B
def of_others(x: float):
    return U * x * V + P2 * x + P3[1] * x + M * x + N + LEN * x + WIDTH + shape[0]
def of_a_star(x: float):
    return S * x
"""


def test_constants_that_are_unpacked(files, capsys):
    folder = files(prog=UNPACKED)
    assert main(["prog.py", "--mode", "tangent"]) == 0
    made, primal = imported(folder / "prog_tangent.py"), imported(folder / "prog.py")
    for name in ("of_a_rule", "of_others", "of_a_star"):
        f = getattr(primal, name)
        value, value_dot = getattr(made, f"{name}_tangent")(1.3, 1.0)
        assert value == pytest.approx(f(1.3), rel=1e-12)
        assert value_dot == pytest.approx((f(1.3 + 1e-6) - f(1.3 - 1e-6)) / 2e-6, rel=1e-7)
