"""Where functions come from: cells, files in every dress, and files that have changed since."""

import doctest
import importlib.util
import linecache
import math
import subprocess
import sys
import types

import numpy as np
import pytest

import adcompile as ad
from adcompile.errors import SourceError

X, STEP = 0.7, 1e-6


@pytest.fixture
def load(tmp_path, monkeypatch):
    """A function that makes a file of some text and imports it."""
    monkeypatch.syspath_prepend(tmp_path)

    def loaded(text, name="loaded"):
        path = tmp_path / f"{name}.py"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return loaded


def check(function):
    slope = (function(X + STEP) - function(X - STEP)) / (2 * STEP)
    assert ad.grad(function)(X) == pytest.approx(slope, rel=1e-7)


def cell(text, file):
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names = {"__name__": "__main__"}
    exec(compile(text, file, "exec"), names)
    return names


@pytest.mark.parametrize(
    "file", ["<ipython-input-3-abc>", "/tmp/ipykernel_12/345.py", "<made by exec>"]
)
def test_what_linecache_knows(file):
    text = "import math\n\ndef f(x):\n    return math.sin(x) * g(x)\n\ng = lambda x: x * x\n"
    names = cell(text, file)
    check(names["f"])
    check(names["g"])
    cell("g = lambda x: x * x * x\n", "<the next cell>")
    names["g"] = cell("g = lambda x: x * x * x\n", "<the next cell>")["g"]
    check(names["f"])


def test_a_doctest():
    text = """
    >>> import adcompile as ad
    >>> def f(x):
    ...     return x * x
    >>> def g(x): return 2.0 * f(x)
    >>> ad.grad(g)(0.5)
    2.0
    """
    module = types.ModuleType("with_examples")
    module.__doc__ = text
    assert doctest.testmod(module) == (0, 4)


@pytest.mark.parametrize("flag", [["-c"], ["-i", "-q"]])
def test_typed_into_an_interpreter(flag, tmp_path):
    text = "import adcompile as ad\ndef f(x): return x*x\n\nprint('is', ad.grad(f)(2.0))\n"
    where = {"args": text} if flag == ["-c"] else {"input": text}
    done = subprocess.run(
        [sys.executable, *flag, *([text] if flag == ["-c"] else [])],
        input=where.get("input"), capture_output=True, text=True,
        env={"ADCOMPILE_CACHE": str(tmp_path)},
    )  # fmt: skip
    keeps = sys.version_info >= (3, 13)
    assert ("is 4.0" in done.stdout) if keeps else ("keep" in done.stderr and "text" in done.stderr)


FILES = {
    "with a byte order mark": b"\xef\xbb\xbfdef f(x):\n    return x * x\n",
    "in latin-1": b"# -*- coding: latin-1 -*-\nK = '\xe9'\n\ndef f(x):\n    '''\xe9'''\n"
    b"    y = {'\xe9': x}\n    return x * y['\xe9']\n",
    "with carriage returns": b"import math\r\n\r\ndef f(x):\r\n    y = math.sin(x)\r\n"
    b"    return x * y\r\n",
    "with carriage returns alone": b"import math\r\rdef f(x):\r    return x * math.sin(x)\r",
    "with form feeds": b"import math\n\x0c\ndef g(x):\n    return x\n\x0c\ndef f(x):\n"
    b"    y = math.sin(x)\n\x0c\n    return x * y\n",
    "with separators in text": b"import math\nS = 'a\x0cb\x1c\xe2\x80\xa8'\n\ndef f(x):\n"
    b"    return x * math.sin(x)\n",
    "with tabs": b"import math\nif True:\n\tdef f(x):\n\t\tif x > 0:\n\t\t\ty = math.sin(x)\n"
    b"\t\telse:\n\t\t\ty = x\n\t\treturn x * y\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_files_in_every_dress(load, text):
    check(load(text).f)


@pytest.mark.filterwarnings("error")
def test_what_python_warns_of_is_said_once(load):
    with pytest.warns(SyntaxWarning):
        module = load("def f(x):\n    if x is 3:\n        return x\n    return x * x\n")
    with pytest.raises(ad.RejectedError, match="ADC413"):
        ad.grad(module.f)(X)


REFUSED = {
    "with a byte order mark": b"\xef\xbb\xbfdef f(x):\n    return eval('x')\n",
    "with form feeds": b"\x0c\nS = 'a\x0cb'\n\x0c\ndef f(x):\n    return eval('x')\n",
    "with carriage returns": b"S = 1\r\n\r\ndef f(x):\r\n    return eval('x')\r\n",
    "with tabs": b"if True:\n\tdef f(x):\n\t\treturn eval('x')\n",
    "behind wide letters": "def f(x):\n    \xe9 = '\u2028\xe9'; return eval('x')\n".encode(),
    "in latin-1": b"# coding: latin-1\ndef f(x):\n    return eval('\xe9' and 'x')\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_shows_its_line(load, text):
    with pytest.raises(ad.RejectedError) as caught:
        ad.grad(load(text).f)(X)
    error = caught.value
    assert "eval(" in error.text and error.text[error.offset - 1 :].startswith("eval(")


LAMBDAS = """
import math

def both(f, g):
    return [f, g]

def make(c): return lambda x: c * x * x

in_a_list = [lambda x: x + 1, lambda x: x * x, lambda x: math.sin(x)]
in_a_dict = list({"a": lambda x: x * 5, "b": lambda x: x ** 3}.values())
as_arguments = both(
    lambda x: x * 4, lambda x: x * 4 +
    x * x)
of_lambdas = both(lambda x: (lambda y: y * y)(x), lambda x: (lambda y: y * y * y)(x))
alike = [lambda x: x * 2, lambda x: x * 2]
with_defaults = [lambda x, n=n: x ** n for n in (2, 3)]
made = [make(2.0), make(3.0)]
nested = [lambda x: (lambda x: (lambda x: x * x)(x) * 2.0)(x) * x]
inner = [(lambda y: lambda x: x * y)(3.0)]
constant = [lambda x: 1.0, lambda x: 2.0]
bare = [lambda x: x, lambda x: (x)]
chosen = [(lambda x: x * 2) if math.pi > 3 else (lambda x: x * 3)]
"""


@pytest.mark.parametrize("name", [line.split(" = ")[0] for line in LAMBDAS.splitlines()
                                  if " = " in line and line[0] != " "])  # fmt: skip
def test_lambdas_that_share_a_line(load, name):
    for function in getattr(load(LAMBDAS), name):
        check(function)


PLACES = """
import functools
import math

class A:
    def f(self, x):
        return x * x
    @staticmethod
    def s(x):
        return math.sin(x)
    @classmethod
    def c(cls, x):
        return math.cos(x) * x
    class B:
        @staticmethod
        def t(x): return x ** 3
    g = lambda self, x: x * x
    K = staticmethod(lambda x: x * 5.0)

if math.pi > 4:
    def chosen(x):
        return x
else:
    def chosen(x):
        return x * x

try:
    import nothing_of_the_kind
    def tried(x):
        return x
except ImportError:
    def tried(x):
        return x * x * x

def twice(x):
    return x
before = twice
def twice(x):
    return x * x

for n in (2.0, 3.0):
    def looped(x): return x * n

def wrapper(f):
    @functools.wraps(f)
    def g(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)
    return g

@wrapper
def once(x):
    return x * x

@wrapper
@wrapper
def wrapped(x):
    return x * x

def calls(x):
    return once(x) + wrapped(x)

def methods(x):
    return A().f(x) + A.s(x) + A.c(x) + A.B.t(x) + A().g(x) + A.K(x)

bound, static, of_class, deep, lam, plain = A().f, A.s, A.c, A.B.t, A().g, A.K
"""


@pytest.mark.parametrize(
    "name",
    ["chosen", "tried", "twice", "before", "looped", "once", "wrapped", "calls", "methods",
     "bound", "static", "of_class", "deep", "lam", "plain"],
)  # fmt: skip
def test_functions_in_every_place(load, name):
    check(getattr(load(PLACES), name))


TEXT = """def g(x):
    return x

def f(x):
    y = 2.0 * x
    return y * x

c = 1
"""


@pytest.mark.parametrize(
    "after",
    [TEXT.replace("2.0", "3.0"), TEXT.replace("y * x", "y + x"), "#\n" + TEXT,
     "def f(x):\n    return x\n\ndef f(x):\n    return 5.0 * x\n",
     TEXT.replace("def f(x)", "def f(x, y=1)"), TEXT.replace("y = 2.0", "y = -2.0"), "def (\n"],
)  # fmt: skip
def test_a_file_that_says_something_else_now(load, after, tmp_path, monkeypatch):
    monkeypatch.setenv("ADCOMPILE_CACHE", str(tmp_path))  # what is compiled already is not read
    module = load(TEXT)
    with open(module.__file__, "w") as file:
        file.write(after)
    with pytest.raises(SourceError, match="changed after"):
        ad.grad(module.f)(X)


@pytest.mark.parametrize(
    "after",
    [TEXT.replace("y * x", "y * x  # the product"), TEXT.replace("y * x", "(y * x)"),
     TEXT.replace("c = 1", "c = 2\ndef f(x): return x")],
)  # fmt: skip
def test_a_file_that_says_the_same_still(load, after):
    module = load(TEXT)
    with open(module.__file__, "w") as file:
        file.write(after)
    check(module.f)


def test_a_callee_whose_file_says_something_else(load, tmp_path, monkeypatch):
    monkeypatch.setenv("ADCOMPILE_CACHE", str(tmp_path))
    callee = load("def g(x):\n    return x * x\n", "callee")
    caller = load("from callee import g\ndef f(x):\n    return g(x)\n", "caller")
    with open(callee.__file__, "w") as file:
        file.write("def g(x):\n    return x * x * x\n")
    with pytest.raises(SourceError, match=r"the text of g .*changed after"):
        ad.grad(caller.f)(X)


def asserting(x):
    assert x > 0.0, "positive"
    return x * x


def test_asserts_that_the_test_runner_has_rewritten():
    check(asserting)


SAME = {
    "first": """import math
def helper(x):
    return math.sin(x)
def deeper(x, n):
    if n <= 0:
        return x
    return deeper(x * 0.9, n - 1) * x
""",
    "second": """import first, math
def helper(x):
    return first.helper(x) * math.cos(x)
def deeper(x, n):
    if n <= 0:
        return x + 1.0
    return deeper(x * 0.8, n - 1) + first.deeper(x, n - 1) * x
""",
    "third": """import first, second
def helper(x):
    return first.helper(x) + second.helper(x)
def deeper(x, n=3):
    return first.deeper(x, n) * second.deeper(x, n) + helper(x)
def f(x):
    n = int(x) + 3
    return first.deeper(x, n) * second.deeper(x, n) + deeper(x)
""",
}


@pytest.mark.parametrize("name", ["helper", "deeper", "f"])
def test_one_name_in_several_modules(load, name):
    module = [load(text, name) for name, text in SAME.items()][-1]
    check(getattr(module, name))


def test_one_name_in_several_modules_by_the_command_line(load, tmp_path):
    from adcompile import cli

    modules = [load(text, name) for name, text in SAME.items()]
    (tmp_path / "third.py").write_text(SAME["third"].replace("def f(x)", "def f(x: float)"))
    out = tmp_path / "made.py"
    assert cli.main([str(tmp_path / "third.py"), "--function", "f", "--mode", "adjoint",
                     "-o", str(out)]) == 0  # fmt: skip
    names: dict = {}
    exec(out.read_text(), names)
    slope = (modules[-1].f(X + STEP) - modules[-1].f(X - STEP)) / (2 * STEP)
    np.testing.assert_allclose(names["f_adjoint"](X)[1], slope, rtol=1e-7)


def test_an_unknown_dictionary_is_said_to_need_an_annotation(tmp_path, capsys):
    from adcompile import cli

    own = "class Table:\n    def items(self):\n        return []\n\n"
    text = "def f(d, x: float):\n    s = 0.0\n    for k, v in d.items():\n        s += v * x\n"
    (tmp_path / "p.py").write_text(f"{own}{text}    return s\n")
    assert cli.main([str(tmp_path / "p.py"), "-o", str(tmp_path / "out.py")]) != 0
    assert "say so: d: dict[str, float] (ADC203)" in capsys.readouterr().err


def test_an_import_from_the_package_inside_of_a_function(tmp_path, monkeypatch):
    (tmp_path / "turning").mkdir()
    (tmp_path / "turning" / "__init__.py").write_text("")
    (tmp_path / "turning" / "quaternions.py").write_text(
        "import math\n\nHALF = 0.5\n\n\ndef half_sine(x):\n    return math.sin(HALF * x)\n"
    )
    (tmp_path / "turning" / "angles.py").write_text(
        "def f(x):\n    from . import quaternions as nq\n    from .quaternions import HALF\n"
        "    return nq.half_sine(x) * HALF\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    angles = importlib.import_module("turning.angles")
    with pytest.raises(ad.RejectedError, match="is not imported when this is compiled"):
        ad.grad(angles.f)(0.3)
    angles.f(0.3)
    assert ad.grad(angles.f)(0.3) == pytest.approx(0.25 * math.cos(0.15), rel=1e-15)
