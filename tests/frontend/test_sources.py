"""Functions to their source: live ones by inspection, files by reading."""

import dataclasses
import functools
import linecache
import math
import operator
from math import pi
from math import sin as sine

import numpy as np
import pytest

import adcompile as ad
from adcompile.errors import SourceError
from adcompile.frontend import sources as s

SCALE = 3.0
TEXT = """\
import numpy as np
import numpy
import helpers
from helpers import twice as double
from math import sin as s
from numpy import *

K = 2.0
A, B = np.ones(3), 4
changed = 1
changed = 2
counter = 0
square = lambda x: x * x

try:
    import fast
except ImportError:
    fast = None


def bump():
    global counter
    counter += 1


if True:
\tdef tabbed(x):
\t\treturn s(x) * K
"""


@dataclasses.dataclass
class Body:
    mass: float


def plain(x):
    return helper(x) * SCALE


def helper(x):
    return x


if True:

    def inside_if(x):
        return x


class Holder:
    def method(self, x):
        return x


def outer(c, g):
    def inner(x, k=2.0, tol=SCALE):
        return c * g(x) + k * tol

    return inner


first, second = lambda x: x + 1, lambda x: x * 2
curried = lambda x: lambda y: x * y


def line(function):
    return function.node.lineno, function.node.col_offset


@pytest.mark.parametrize("f", [plain, inside_if, Holder.method, outer(1.0, helper)])
def test_lines_are_those_of_the_file(f):
    found = s.of_callable(f)
    lines = found.text.splitlines()
    assert lines[found.node.lineno - 1].strip().startswith(f"def {f.__name__}(")
    assert found.file == __file__


def test_lambdas_on_one_line():
    a, b = s.of_callable(first), s.of_callable(second)
    assert line(a) < line(b)
    assert a.node.body.op.__class__.__name__ == "Add"
    assert b.node.body.op.__class__.__name__ == "Mult"


def test_a_lambda_in_a_lambda():
    assert s.of_callable(curried).node.body.__class__.__name__ == "Lambda"
    inner = s.of_callable(curried(2.0))
    assert inner.node.body.__class__.__name__ == "BinOp"
    assert inner.scope.lookup("x").read() == 2.0


def test_equal_functions_share_a_node():
    assert s.of_callable(plain).node is s.of_callable(plain).node


def test_names_of_a_live_function():
    scope = s.of_callable(plain).scope
    assert scope.lookup("np") == s.Qualified("numpy", np)
    assert scope.lookup("np.linalg.solve").name == "numpy.linalg.solve"
    assert scope.lookup("sine").name == "math.sin"
    assert scope.lookup("pi").name == "math.pi"
    assert scope.lookup("abs").name == "builtins.abs"
    assert scope.lookup("ad.grad").name == "adcompile.grad"
    assert scope.lookup("Body").name.endswith("Body") and scope.lookup("Body").obj is Body
    assert isinstance(scope.lookup("helper"), s.Function)
    assert scope.lookup("SCALE").read() == 3.0
    assert scope.lookup("no_such_name") is None


def test_data_is_read_at_the_time_of_asking(monkeypatch):
    data = s.of_callable(plain).scope.lookup("SCALE")
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert data.read() == 5.0


def test_closure_cells():
    scope = s.of_callable(outer(2.5, helper)).scope
    assert scope.lookup("c").read() == 2.5
    assert scope.lookup("g").node.name == "helper"
    scope = s.of_callable(outer(2.5, math.cos)).scope
    assert scope.lookup("g").name == "math.cos"


def test_defaults_that_the_text_does_not_say_are_data():
    inner = s.of_callable(outer(1.0, helper))
    assert inner.default("k") is None
    assert inner.default("tol").read() == 3.0


def test_what_the_names_stood_for_is_recorded():
    found = s.of_callable(plain)
    found.scope.lookup("helper").scope.lookup("SCALE")
    paths = {path: sort for path, sort, _ in found.scope.facts()}
    assert paths == {"helper": "function", "helper/SCALE": "data"}


def test_a_decorated_function_is_its_primal():
    decorated = ad.differentiate(plain)
    assert s.of_callable(decorated).node is s.of_callable(plain).node
    cached = functools.lru_cache(plain)
    assert s.of_callable(cached).node is s.of_callable(plain).node


def test_a_function_of_exec_with_a_linecache_entry():
    text = "def made(x):\n    return x * x\n"
    linecache.cache["<made>"] = (len(text), None, text.splitlines(keepends=True), "<made>")
    names: dict = {}
    exec(compile(text, "<made>", "exec"), names)
    assert s.of_callable(names["made"]).node.lineno == 1


def from_plain_interpreter():
    names: dict = {}
    exec(compile("def typed(x): return x", "<stdin>", "exec"), names)
    return names["typed"]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (from_plain_interpreter(), "typed into a plain interpreter"),
        (math.sin, "C function"),
        (np.sin, "C function"),
        (operator.add, "C function"),
        (Body, "is a class"),
        (Holder().method, "method bound to an object"),
        (functools.partial(plain, 1.0), "no source of its own"),
        (3.0, "not a function"),
    ],
)
def test_no_source(what, words):
    with pytest.raises(SourceError, match=words):
        s.of_callable(what)


def test_a_file_changed_since(tmp_path):
    path = tmp_path / "changing.py"
    path.write_text("def f(x):\n    return x\n")
    names: dict = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    path.write_text("# moved\n\n\ndef f(x):\n    return x\n")
    linecache.checkcache()
    with pytest.raises(SourceError, match="changed after"):
        s.of_callable(names["f"])


@pytest.fixture
def module(tmp_path):
    (tmp_path / "helpers.py").write_text(
        "raise SystemExit('never run')\nRATE = 0.5\n\ndef twice(x):\n    return RATE * x\n"
    )
    return s.of_text(TEXT, str(tmp_path / "prog.py"))


def test_names_of_a_file(module):
    assert list(module.functions) == ["square", "bump", "tabbed"]
    assert module.lookup("np").name == "numpy"
    assert module.lookup("np.linalg.solve").name == "numpy.linalg.solve"
    assert module.lookup("s").name == "math.sin"
    assert module.lookup("fast") is not None
    assert module.lookup("len").name == "builtins.len"
    assert module.lookup("nothing") is None
    assert module.stars == ["numpy"]


def test_constants_of_a_file(module):
    assert module.lookup("K").statement == "K = 2.0"
    assert module.lookup("A").statement == "A, B = np.ones(3), 4"
    assert module.lookup("B").node.value == 4
    assert module.lookup("changed").statement == "changed = 1\nchanged = 2"
    assert module.lookup("counter") is None, "changed by a function"
    assert isinstance(module.lookup("square"), s.Function)


def test_tabs_keep_their_columns(module):
    assert line(module.functions["tabbed"]) == (27, 1)


def test_a_neighbour_file_is_read_and_not_run(module):
    double = module.lookup("double")
    assert isinstance(double, s.Function) and double.qualified == "helpers.twice"
    assert module.lookup("helpers.twice").node is double.node
    assert double.scope.lookup("RATE").node.value == 0.5


def test_what_is_not_python(tmp_path):
    with pytest.raises(SyntaxError) as caught:
        s.of_text("def f(x:\n", "broken.py")
    assert caught.value.filename == "broken.py"


def test_pi_is_what_it_is_bound_to():
    assert pi == math.pi and sine is math.sin
