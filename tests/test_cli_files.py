"""The command line, given files as others have them."""

import inspect
import io
import sys

import numpy as np
import pytest
from corpus.again import imported

from adcompile import pipeline, requested
from adcompile.cli import main

FALLBACK = """\
try:
    from numba import njit
except ImportError:
    def njit(f):
        return f

@njit
def cube(x):
    return x * x * x
"""


@pytest.fixture
def compiled(tmp_path, monkeypatch):
    """The module of adjoints of a text, or of bytes."""
    monkeypatch.chdir(tmp_path)

    def of(content, mode="adjoint"):
        path = tmp_path / "prog.py"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        assert main(["prog.py", "--mode", mode]) == 0
        return imported(tmp_path / f"prog_{mode}.py")

    return of


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfdef f(x):\r\n    return x * x\r\n",
        b"# -*- coding: latin-1 -*-\ndef f(x):\n    'caf\xe9'\n    return x * x\n",
        b"def f(x):\r    return x * x\r",
        b"def f(x):\n\treturn x * x",
    ],
)
def test_encodings_and_line_ends(compiled, content, monkeypatch, capsys):
    assert compiled(content).f_adjoint(3.0, 1.0) == (9.0, 6.0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
    assert main(["-", "--mode", "adjoint"]) == 0
    assert "def f_adjoint(x, f_bar):" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"# coding: nonsense\n", b"x = '\xe9'\n"])
def test_what_is_no_text(tmp_path, capsys, content):
    (tmp_path / "prog.py").write_bytes(content)
    assert main([str(tmp_path / "prog.py")]) == 2
    assert "is not a text in UTF-8, nor in an encoding" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "x = 1\n", "class A:\n    def f(self):\n        pass\n"])
def test_a_file_without_functions(tmp_path, capsys, text):
    (tmp_path / "prog.py").write_text(text)
    assert main([str(tmp_path / "prog.py")]) == 1
    assert "there is no function at top level" in capsys.readouterr().err


def test_what_stands_in_for_an_import_is_not_what_is_meant(compiled, capsys):
    made = compiled(FALLBACK)
    assert made.cube_adjoint(2.0, 1.0) == (8.0, 12.0)
    assert not hasattr(made, "njit_adjoint")


KINDS = """\
from typing import Optional
import numpy as np

def f(x: "float[:]", n: Optional[int] = None, how: Optional[str] = None, c=None):
    if how == "first":
        return x[0]
    n = 2 if n is None else n
    s = 0.0
    for i in range(n):
        s = s + x[i] * x[i]
    return s if how is None else s * len(how)
"""


def test_kinds_that_may_be_none(compiled):
    function = compiled(KINDS).f_adjoint
    x = np.array([1.0, 2.0, 3.0])
    for n, how, wanted in [
        (None, None, [2.0, 4.0, 0.0]), (3, None, [2.0, 4.0, 6.0]), (1, "ab", [4.0, 0.0, 0.0]),
        (3, "first", [1.0, 0.0, 0.0]),
    ]:  # fmt: skip
        _, (x_bar, _) = function(x, n, how, None, 1.0)
        np.testing.assert_array_equal(x_bar, wanted)


def test_what_a_docstring_of_ours_says_is_known(compiled, tmp_path, capsys):
    compiled(KINDS)
    assert main(["prog_adjoint.py", "--mode", "tangent", "-o", "second.py"]) == 0
    assert "skipped: the derivatives of this file call it" in capsys.readouterr().err
    second = imported(tmp_path / "second.py").f_adjoint_tangent
    words = " ".join(second.__doc__.split())
    assert "x: float[:] n: int? how: data? c: number?" in words
    x, way = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 1.0])
    result = second(x, 2, None, None, 1.0, way, None, 0.0)
    np.testing.assert_array_equal(result[1][1][0], [1.0, 0.5, 0.0])


BRANCH = """\
import numpy as np

def f(x: float, y, c):
    return x * x if c > 0 else x * y
"""


def test_a_seed_is_what_any_path_may_give(compiled):
    """A number on one path only: the seed of the result is not a number on the other."""
    y = np.array([1.0, 2.0])
    _, (x_bar, y_bar, _) = compiled(BRANCH).f_adjoint(2.0, y, -1.0, np.array([1.0, 1.0]))
    assert x_bar == 3.0
    np.testing.assert_array_equal(y_bar, [2.0, 2.0])


ARRAYS = """\
import numpy as np

def f(x):
    s = 0.0
    for i in range(len(x)):
        v = x[i]
        s = s + (np.sum(v * v) if isinstance(v, np.ndarray) else v * v * v)
    return s
"""


def test_isinstance_of_an_array_is_asked_when_it_runs(compiled):
    made = compiled(ARRAYS)
    np.testing.assert_array_equal(made.f_adjoint(np.array([1.0, 2.0]), 1.0)[1], [3.0, 12.0])
    np.testing.assert_array_equal(made.f_adjoint(np.array([[1.0, 2.0]]), 1.0)[1], [[2.0, 4.0]])


COMPLEX = """\
import numpy as np

def size(z):
    return np.sum(np.abs(z) ** 2)

def known(z: "complex[:]"):
    return np.sum(np.abs(z) ** 2)

def both(x, z):
    return np.sum(np.real(x * z))

def holomorphic(z):
    return z * z

def layers(ws, x):
    for w in ws:
        x = np.abs(w @ x)
    return np.sum(x)
"""


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_complex_numbers_where_real_ones_are_meant(compiled, mode):
    made, z = compiled(COMPLEX, mode), np.array([1.0 + 2.0j])
    real = np.ones(1)
    call = {name: getattr(made, f"{name}_{mode}") for name in ("size", "both", "layers")}
    ends = (z, z) if mode == "tangent" else (1.0,)
    words = "is differentiated for real arguments; annotate complex ones"
    for given in (z, z[0], np.complex64(z[0]), [1.0, 2j]):
        with pytest.raises(TypeError, match=words):
            call["size"](given, 1.0)
    with pytest.raises(TypeError, match=words):
        call["both"](real, z, *ends)
    with pytest.raises(TypeError, match=words):
        call["layers"]([np.ones((2, 1)), 1j * np.ones((1, 2))], real, *ends)
    given = [np.ones((2, 1)), np.ones((1, 2))]
    ends = (given, real) if mode == "tangent" else (1.0,)
    assert call["layers"](given, real, *ends)[0] == 2.0
    assert made.holomorphic_tangent(2j, 1.0)[1] == 4j if mode == "tangent" else True
    if mode == "adjoint":
        np.testing.assert_allclose(made.known_adjoint(z, 1.0)[1], 2.0 * np.conj(z))
        assert made.holomorphic_adjoint(2j, 1.0)[1] == 4j


NOT_SAID = """\
from dataclasses import dataclass
from enum import Enum

import numpy as np


@dataclass
class Body:
    mass: float
    place: np.ndarray


class Surface(Enum):
    SOFT = 1
    HARD = 2


def energy(bodies: list[list[Body]], g: float):
    return sum(body.mass * g * body.place[0] for row in bodies for body in row)


def heaviest(bodies: dict[str, Body]):
    return bodies.pop("first").mass


def bounced(v: float, surface):
    return 0.5 * v if surface is Surface.SOFT else -v


def of_two(bodies: tuple[Body, Body], g: float):
    return sum(body.mass * g * body.place[0] for body in bodies)
"""


def test_what_no_annotation_can_say_is_refused_where_it_is_read(tmp_path, capsys):
    path = tmp_path / "prog.py"
    path.write_text(NOT_SAID)
    assert main([str(path), "-o", str(tmp_path / "made.py")]) == 1
    told = capsys.readouterr().err
    assert "energy not compiled: line 19: this is an object of class Body in a list" in told
    assert "annotate each, tuple[Body, Body]" in told
    assert "heaviest not compiled: line 23: the keys of this dictionary are not known" in told
    assert "of_two" not in told and "bounced" not in told and told.count("not compiled") == 2


POINTS = """\
import numpy as np


def packed(x):
    v = np.ascontiguousarray(x)
    return v * v


def of_float(x: float):
    v = np.ascontiguousarray(x)
    return np.sum(v * v)


def pieces(x):
    return np.piecewise(x, [x < 0, x >= 0], [lambda v: v * v, lambda v: v**3])
"""


@pytest.mark.parametrize("x", [1.5, -2.0, np.array(1.5), np.array([1.5, -2.0])], ids=repr)
def test_an_array_without_axes_and_a_number(compiled, x):
    module = compiled(POINTS)
    value, x_bar = module.packed_adjoint(x, np.ones(np.size(x)))
    assert value.shape == np.ascontiguousarray(x).shape and np.shape(x_bar) == np.shape(x)
    np.testing.assert_allclose(x_bar, 2.0 * x, rtol=1e-15)
    value, x_bar = module.pieces_adjoint(x, np.ones(np.shape(x)))
    np.testing.assert_allclose(value, np.where(np.less(x, 0), x**2, x**3), rtol=1e-15)
    np.testing.assert_allclose(x_bar, np.where(np.less(x, 0), 2 * x, 3 * x**2), rtol=1e-15)
    assert np.shape(value) == np.shape(x_bar) == np.shape(x)
    if isinstance(x, float):
        assert module.of_float_adjoint(x) == (x * x, 2 * x)


INTEGERS = """\
import numpy as np


def halved(w: float):
    a = np.full(3, w)
    a[0] = a[0] * 0.5
    return (a * a).sum()


def between(x: float, w: float):
    a = np.array([w, w, w])
    a[1] = x * x * 0.5
    return a.sum() * w


def power(x: float, n: float):
    return x * n
"""


@pytest.mark.parametrize("three", [3, 3.0], ids=repr)
def test_an_integer_that_is_given_for_a_float_is_one_where_that_matters(compiled, three):
    module = compiled(INTEGERS)
    assert module.halved_adjoint(three) == (20.25, 13.5)
    assert module.between_adjoint(1.0, three) == (19.5, (3.0, 12.5))
    text = inspect.getsource(module)
    assert "float(w)" in text[: text.index("def power")]
    assert "float(" not in text[text.index("def power") :]


def test_an_integer_is_a_float_in_a_list_that_an_array_is_made_of(compiled):
    tangent = compiled(INTEGERS, "tangent").between_tangent
    assert tangent(1, 3, 1, 1) == tangent(1.0, 3.0, 1.0, 1.0) == (19.5, 15.5)


CHANGED = """\
import config
from config import PARAMS

TABLE = {}
SEEN = {}

def register(name):
    def keep(function):
        TABLE[name] = function
        return function
    return keep

@register("square")
def square(x):
    return x * x

def also(name):
    register(name)(square)

PARAMS["rate"] = 0.5

def by_table(x: float):
    total = x
    for name in ("square", "cube"):
        if name in TABLE:  # here
            total = TABLE[name](x)  # here
    return total

def by_number(x: float):
    return x * len(TABLE)  # here

def by_setting(x: float):
    return PARAMS["rate"] * x  # here

def remembered(n):
    if n not in SEEN:
        SEEN[n] = 2.0 * n
    return SEEN[n]

def by_memory(x: float):
    return x * remembered(3)

def by_another(x: float):
    TABLE = [x, x]
    TABLE[0] = 2.0 * config.SCALE * x
    return TABLE[0]
"""


def test_what_is_changed_elsewhere_is_not_read(tmp_path, monkeypatch, capsys):
    """A table that a function of the file fills may have been filled when it is read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.py").write_text('PARAMS = {"rate": 0.1}\nSCALE = 3.0\n')
    (tmp_path / "prog.py").write_text(CHANGED)
    assert main(["prog.py", "--mode", "tangent"]) == 1
    said = capsys.readouterr().err
    marked = [n for n, line in enumerate(CHANGED.splitlines(), 1) if line.endswith("# here")]
    for line in marked:
        assert f"line {line}: what '" in said
    made = imported(tmp_path / "prog_tangent.py")
    assert [hasattr(made, f"by_{n}_tangent") for n in ("table", "number", "setting")] == [False] * 3
    assert made.by_memory_tangent(1.5, 1.0) == (9.0, 6.0)
    assert made.by_another_tangent(1.5, 1.0) == (9.0, 6.0)


def test_a_logger_that_is_set_up_is_no_table(compiled):
    made = compiled(
        "import logging\nimport sys\n\nlogger = logging.getLogger(__name__)\n"
        "logger.setLevel(logging.ERROR)\n\n\n"
        "def f(x: float):\n    logger.info('x %s', x)\n    print('x', file=sys.stderr)\n"
        "    return x * x\n"
    )
    assert made.f_adjoint(3.0) == (9.0, 6.0)


def test_what_a_package_binds_is_found(tmp_path, monkeypatch, capsys):
    """Its own names, those that it takes from its files, and its files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "phys" / "deep").mkdir(parents=True)
    write = {
        "phys/__init__.py": "from .constants import *\nfrom .forces import pull as force\n"
        "from . import forces\nK = 7.0\n",
        "phys/constants.py": "G = 2.0\n_HIDDEN = 3.0\n",
        "phys/forces.py": "from . import K\nfrom .constants import G, _HIDDEN\n\n"
        "def pull(x):\n    return G * x + _HIDDEN * K\n",
        "phys/deep/__init__.py": "",
        "phys/deep/below.py": "from .. import G\nfrom ..forces import pull\n\n"
        "def twice(x):\n    return pull(pull(x)) * G\n",
        "circle/__init__.py": "from .a import nothing\n",
        "circle/a.py": "from . import nothing\n",
    }
    (tmp_path / "circle").mkdir()
    for name, text in write.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "prog.py").write_text(
        "import phys\nfrom phys import force, deep, G\nfrom phys.deep.below import twice\n"
        "from circle import nothing\n\n"
        "def f(x: float):\n"
        "    return phys.G * force(x) + phys.forces.pull(x) * phys.constants.G + G\n\n"
        "def g(x: float):\n    return twice(x) + phys.K\n\n"
        "def h(x: float):\n    return nothing(x)\n"
    )
    assert main(["prog.py", "--mode", "adjoint"]) == 1
    module = imported(tmp_path / "prog_adjoint.py")
    assert module.f_adjoint(1.5) == (2 * (2 * 1.5 + 21) * 2 + 2, 8.0)
    assert module.g_adjoint(1.5) == ((2 * (2 * 1.5 + 21) + 21) * 2 + 7, 8.0)
    assert not hasattr(module, "h_adjoint")
    assert "h not compiled: line 13" in capsys.readouterr().err


@pytest.mark.parametrize("use", ["G * x", "units.si.G * x", "G[0] * x", "np.sum(G) * x"])
def test_what_stands_in_no_file_here_is_said_to(tmp_path, capsys, use):
    """A number that an installed package holds: nothing is imported to read it."""
    path = tmp_path / "prog.py"
    path.write_text(
        "import numpy as np\nimport units.si\nfrom units.si import G\n\n"
        f"def f(x: float):\n    return {use}\n"
    )
    assert main([str(path)]) == 1
    said = capsys.readouterr().err
    assert "line 6: what units.si.G is is not known: no file of that module stands beside" in said


def test_a_function_is_lowered_once_for_both_derivatives(tmp_path, monkeypatch):
    lowered = []

    def noted(*given):
        lowered.append(given)
        return pipeline.lowering(*given)

    monkeypatch.setattr(requested, "lowering", noted)
    path = tmp_path / "program.py"
    path.write_text("def f(x, y):\n    return x * y\n")
    assert main([str(path)]) == 0
    assert len(lowered) == 1
