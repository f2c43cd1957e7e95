"""Modules: imports, helpers, docstrings; and that the linter accepts them."""

import subprocess
import sys

import numpy as np
import pytest
from emit.generate import Generator
from emit.handmade import Hand, check, load, text_of, vector

from adcompile.emit import module
from adcompile.rules import table
from adcompile.rules.build import arrange
from adcompile.simplify.dead import dead
from adcompile.trace import kinds as k
from adcompile.trace.ir import Call, Lit, callee

X = np.array([0.9, 1.7, 0.2])
X_KIND = vector("x")


def sine(kind: k.Kind, op: str):
    b = Hand()
    return b.trace(b.do(op, b.param("x", kind)))


def ruff(text: str) -> None:
    command = [
        sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "100",
        "--select", "E,F,I,W", "--stdin-filename", "emitted.py", "-",
    ]  # fmt: skip
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + text


@pytest.mark.parametrize(
    ("kind", "op", "imports", "line", "call"),
    [
        (k.FLOAT, "math.sin", {"math": "math"}, "import math", "math.sin(x)"),
        (k.FLOAT, "math.asin", {"numpy": "np"}, "import numpy as np", "np.arcsin(x)"),
        (k.FLOAT, "math.asin", {"numpy": "num"}, "import numpy as num", "num.arcsin(x)"),
        (k.FLOAT, "numpy.arcsin", {"math": "m"}, "import math as m", "m.asin(x)"),
        (k.Array("float", None), "numpy.sin", {"math": "math"}, "import numpy as np", "np.sin(x)"),
        (k.FLOAT, "numpy.sin", {}, "import numpy as np", "np.sin(x)"),
        (k.FLOAT, "math.gamma", {"numpy": "np"}, "import math", "math.gamma(x)"),
    ],
)
def test_imports_are_those_of_the_primal(kind, op, imports, line, call):
    text = module([(sine(kind, op), "")], imports=imports)
    assert text.splitlines()[0] == line
    assert f"return {call}" in text
    assert text.count("import") == 1


def test_a_module():
    b = Hand()
    x = b.param("x", k.ANY)
    bar = b.apply("mem.unbroadcast", b.do("numpy.sin", x), b.do("numpy.shape", x), name="x_bar")
    first = b.trace(b.do("math.sin", 1.0), bar, name="g_adjoint")
    text = module(
        [(first, "Adjoint of g.\n\nx: number"), (sine(k.FLOAT, "math.sin"), "Sine.")],
        header='"""Derivatives of g."""',
        imports={"numpy": "np", "math": "math"},
        constants=["LIMIT = np.inf"],
    )
    ruff(text)
    assert text.startswith(
        '"""Derivatives of g."""\n\nimport math\n\nimport numpy as np\n\nLIMIT = np.inf\n'
    )
    assert text.index("def unbroadcast") < text.index("def g_adjoint") < text.index("def f(x):")
    assert '    """Adjoint of g.\n\n    x: number\n    """\n' in text


def test_what_is_not_used_is_not_written():
    text = module([(sine(k.FLOAT, "math.sin"), "")], imports={"numpy": "np", "math": "math"})
    assert "numpy" not in text
    assert "def unbroadcast" not in text


@pytest.mark.parametrize("shape", [(), (3,), (1,), (2, 3), (2, 1), (1, 3), (1, 1)])
def test_unbroadcast(shape):
    b = Hand()
    x, like = b.param("x", k.ANY), b.param("like", k.ANY)
    function = load(text_of(b.trace(b.apply("mem.unbroadcast", x, b.do("numpy.shape", like)))))
    full = np.arange(6.0).reshape(2, 3)
    result = function(full, np.ones(shape)[()])
    # the transpose of broadcasting: <broadcast(y), x> = <y, unbroadcast(x)>
    y = np.random.default_rng(1).normal(size=shape)
    assert np.shape(result) == shape
    np.testing.assert_allclose(np.sum(np.broadcast_to(y, (2, 3)) * full), np.sum(y * result))
    assert function(np.float32(2.0), np.float32(1.0)).dtype == np.float32


def test_helpers_give_way_to_the_names_of_the_user():
    b = Hand()
    x = b.param("unbroadcast", k.ANY)
    text = text_of(b.trace(b.apply("mem.unbroadcast", x, b.do("numpy.shape", x))))
    assert "def unbroadcast_1(x, shape):" in text
    np.testing.assert_array_equal(load(text)(X), X)


def test_the_last_write():
    b = Hand()
    x, i = b.param("x"), b.param("i", k.Array("int", (k.Dim("i.0"),)))
    text = text_of(b.trace(b.apply("mem.last_write", x, i)))
    result = load(text)(np.zeros(4), np.array([1, 2, 1]))
    np.testing.assert_array_equal(result, [False, True, True])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (k.FLOAT, "0.0"),
        (k.Array("float", None), "np.zeros_like(x)"),
        (k.Array("int", None), "np.zeros_like(x, dtype=float)"),
        (k.List(k.FLOAT), "[0.0] * len(x)"),
        (k.List(k.Array("float", None)), "[np.zeros_like(item) for item in x]"),
        (k.ANY, "zeros_like(x)"),
    ],
)
def test_zeros(kind, text):
    b = Hand()
    assert check_text(b, b.do("zeros_like", b.param("x", kind))) == f"return {text}"


def check_text(b: Hand, result) -> str:
    return text_of(b.trace(result)).strip().splitlines()[-1].strip()


def test_the_forms_of_operations():
    b = Hand()
    a = b.param("a", k.Array("float", (k.Dim("a.0", 0, True), k.Dim("a.1", 0, True))))
    kept = arrange(table.lookup("numpy.sum"), [a], {"keepdims": Lit(True)})
    cases = [
        (b.apply("numpy.sum", a, Lit(0)), "a.sum(axis=0)"),
        (b.apply("numpy.sum", *kept), "a.sum(keepdims=True)"),
        (b.do("numpy.transpose", a), "a.T"),
        (b.do("operator.pow", a, 2), "a ** 2"),
        (b.do("getitem", b.do("getitem", a, 1), -1), "a[1, -1]"),
        (b.do("getitem", a, (0, Ellipsis, None)), "a[0, ..., None]"),
        (
            b.apply("mem.getitem", a, b.apply("mem.tuple", b.slice(None), b.slice(1, None, 2))),
            "a[:, 1::2]",
        ),
        (b.do("getitem", b.do("numpy.shape", a), 0), "a.shape[0]"),
        (b.do("opaque", "np.float32(_0_)", b.mul(1.0, 2.0)), "np.float32(1.0 * 2.0)"),
        (b.mul(float("-inf"), a), "-math.inf * a"),
    ]
    for result, expected in cases:
        assert check_text(b, result) == f"return {expected}"


def test_effects_stay_where_they_are():
    b = Hand()
    x = b.param("x", k.FLOAT)
    y = b.do("math.sin", x)
    b.say("assert _0_ < 2.0, 'too large'", y)
    b.say("# a comment")
    z = b.mul(y, 2.0, name="z")
    text = check(b.trace(z), 0.5)
    assert text.splitlines()[1:3] == ['assert v1 < 2.0, "too large"', "# a comment"]


def test_expressions_do_not_pass_a_write():
    b = Hand()
    x = b.param("x")
    w = b.mul(x, 2.0, name="w")
    first = b.do("numpy.sum", w)
    w1 = b.do("write", w, 5.0, 0, name="w")
    text = check(b.trace(b.mul(first, 2.0), w1), X)
    assert text.splitlines()[1] == "v1 = w.sum()"


def test_expressions_do_not_move_into_loops():
    b = Hand()
    x = b.param("x", k.FLOAT)
    y = b.do("math.sin", x)
    (s,) = b.loop({"s": 0.0}, 3, lambda i, s: [b.add(s, y, name="s")])
    assert check(b.trace(s), 0.5).splitlines()[0] == "v1 = math.sin(x)"


def test_long_expressions_get_names():
    b = Hand()
    x = b.param("x", k.FLOAT)
    y = x
    for _ in range(30):
        y = b.add(b.do("math.sin", y), b.do("math.cos", x))
    text = check(b.trace(y), 0.5)
    assert max(map(len, text.splitlines())) < 95
    assert len(text.splitlines()) < 15


def test_random_modules_please_the_linter():
    names = ("a", "b", "u", "x_bar", "")
    for seed in range(8):
        generator = Generator(seed, 6)
        generator.names = names
        ruff(module([(dead(generator.trace(2)), "A function.")], imports={"numpy": "np"}))


def power(name: str, value: float):
    """power(n, x): value * x ** n, by recursion."""
    b = Hand()
    n, x = b.var(k.INT, "n"), b.var(k.FLOAT, "x")

    def more():
        out = b.var(k.FLOAT)
        b.eqns.append(Call((out,), name, (b.do("operator.sub", n, 1), x)))
        return [b.mul(x, out)]

    (out,) = b.branch(b.do("operator.gt", n, 0), more, lambda: [value], [""])
    return callee(name, (n, x), b.close(b.eqns, [out]), b.kinds)


def caller(name: str, value: float):
    b = Hand()
    x = b.param("x", k.FLOAT)
    out = b.var(k.FLOAT)
    b.eqns.append(Call((out,), "power", (Lit(3), x)))
    return b.trace(b.add(out, 1.0), name=name, functions=[power("power", value)])


def test_functions_that_call_themselves():
    text = module([(caller("f", 2.0), "")])
    assert load(text)(3.0) == 55.0
    ruff(text)


def test_callees_of_one_name():
    same = module([(caller("f", 2.0), ""), (caller("g", 2.0), "")])
    assert same.count("def power") == 1
    other = module([(caller("f", 2.0), ""), (caller("g", 1.0), "")])
    assert load(other, "f")(3.0) == 55.0
    assert load(other, "g")(3.0) == 28.0
    assert "def power_1(n, x):" in other


def test_a_callee_does_not_change_its_arguments():
    b = Hand()
    u = b.var(X_KIND, "u")
    function = callee("set", (u,), b.close(b.eqns, [b.do("write", u, 1.0, 0, name="u")]), b.kinds)
    b = Hand()
    x = b.param("x", X_KIND)
    w, out = b.mul(x, 2.0, name="w"), b.var(X_KIND)
    b.eqns.append(Call((out,), "set", (w,)))
    last = b.do("write", out, 5.0, 1, name="out")
    trace = b.trace(w, last, functions=[function])
    w, last = load(text_of(trace))(X)
    np.testing.assert_array_equal(w, 2 * X)
    np.testing.assert_array_equal(last, [1.0, 5.0, 2 * X[2]])
