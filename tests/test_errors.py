"""Bad input: a clear error before anything runs; the rejected line is marked in the source."""

import linecache
import math
import traceback

import numpy as np
import pytest

import adcompile as ad


def load(text):
    """The function f of a text, and the line that is marked with `# here`."""
    file = f"<bad input {len(linecache.cache)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names = {"__name__": "bad", "np": np, "math": math, "ad": ad}
    exec(compile(text, file, "exec"), names)
    marked = [i for i, line in enumerate(text.splitlines(), 1) if line.endswith("# here")]
    return names["f"], file, marked[0] if marked else None


REJECTED = {
    "no rule": ("def f(x):\n    return np.emath.logn(2.0, x)  # here\n", "no rule"),
    "yield": ("def f(x):\n    yield x  # here\n", "yield"),
    "global": ("def f(x):\n    global g  # here\n    g = x\n    return x\n", "global"),
    "except*": (
        "def f(x):\n    try:  # here\n        y = x * x\n    except* ValueError:\n        y = x\n"
        "    return y\n",
        "except",
    ),
    "own exception": (
        "class E(Exception):\n    limit = np.pi\n\n\n"
        "def f(x):\n    try:\n        y = x * x\n    except E:  # here\n        y = x\n"
        "    return y\n",
        "its text reads np",
    ),
    "del": ("def f(x):\n    del x[0]  # here\n    return x\n", "del"),
    "unknown name": ("def f(x):\n    return x * nowhere  # here\n", "nowhere"),
    "out": (
        "def f(x):\n    y = np.sin(x, where=x > 0)  # here\n    return np.sum(y)\n",
        "where",
    ),
    "truth of an array": (
        "def f(x):\n    if x > 0:  # here\n        return np.sum(x)\n    return 0.0\n",
        "truth",
    ),
    "a method": ("def f(x):\n    return x.unheard_of()  # here\n", "unheard_of"),
    "in a callee": (
        "def g(x):\n    return np.emath.logn(2.0, x)  # here\n\n\ndef f(x):\n    return g(x)\n",
        "no rule",
    ),
}


@pytest.mark.parametrize("name", REJECTED)
def test_rejected_source(name):
    text, words = REJECTED[name]
    f, file, line = load(text)
    with pytest.raises(ad.RejectedError) as caught:
        ad.jacobian(f)(np.ones(3))
    error = caught.value
    assert isinstance(error, SyntaxError) and isinstance(error, ad.AdcompileError)
    assert (error.filename, error.lineno) == (file, line)
    assert words in error.msg
    drawn = "".join(traceback.format_exception_only(error))
    assert error.text.strip() in drawn and "^" in drawn


def test_rejection_comes_before_anything_runs(capsys):
    f, _, _ = load("def f(x):\n    print('ran')\n    return np.unheard_of(x)\n")
    with pytest.raises(ad.RejectedError):
        ad.grad(f)(1.0)
    assert capsys.readouterr().out == ""


def product(x, y):
    return x * y


@pytest.mark.parametrize("wrt", ["z", 2, -3, ("x", "z"), ("x", "x"), (), None, 1.5, True])
def test_wrt_that_names_nothing(wrt):
    with pytest.raises(ad.ArgumentError, match=r"x, y|twice|nothing"):
        ad.grad(product, wrt=wrt)


def test_wrt_lists_the_parameters():
    with pytest.raises(ad.ArgumentError, match=r"wrt='z' names no parameter of product.*x, y"):
        ad.grad(product, wrt="z")


def test_of_that_names_nothing():
    with pytest.raises(ad.ArgumentError, match=r"of='z'.*return, x, y"):
        ad.grad(product, of="z")
    with pytest.raises(ad.ArgumentError, match="leaves no result in 'x'"):
        ad.grad(product, of="x")(1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(x):\n    return x * x\n", r"an array of shape \(3,\).*ad\.jacobian"),
        ("def f(x):\n    return x[1:]\n", r"an array of shape \(2,\)"),
        ("def f(x):\n    return np.outer(x, x)\n", r"an array of shape \(3, 3\)"),
        ("def f(x):\n    return x[0], x[1]\n", r"\(float, float\)"),
        ("def f(x):\n    return {'a': x[0]}\n", "'a': float"),
        ("def f(x):\n    y = x\n", "None"),
    ],
)
def test_gradient_of_what_is_no_number(text, words):
    f, _, _ = load(text)
    with pytest.raises(ad.ResultError, match=words):
        ad.grad(f)(np.ones(3))


def test_no_source():
    for function in (math.sin, np.sin, len):
        with pytest.raises(ad.SourceError, match="C function"):
            ad.grad(function)
    names: dict = {}
    exec(compile("def typed(x): return x", "<stdin>", "exec"), names)
    with pytest.raises(ad.SourceError, match=r"plain interpreter.*Put the function into a file"):
        ad.grad(names["typed"])(1.0)
    with pytest.raises(ad.SourceError, match="not a function"):
        ad.grad(3.0)


@pytest.mark.parametrize("face", [ad.grad, ad.value_and_grad, ad.jacobian, ad.hessian, ad.hvp,
                                  ad.tangent, ad.adjoint])  # fmt: skip
def test_backends(face, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ad.ArgumentError, match=r"pip install 'adcompile\[numba\]'"):
        face(product, backend="numba")
    with pytest.raises(ad.ArgumentError, match="no backend 'magic'"):
        face(product, backend="magic")


def test_shapes_of_tangents_and_seeds():
    def f(x):
        return 2.0 * x

    x = np.ones(3)
    with pytest.raises(ad.ArgumentError, match=r"tangents\[0\] has shape \(2,\)"):
        ad.jvp(f, (x,), (np.ones(2),))
    with pytest.raises(ad.ArgumentError, match="2 primals, but 1 tangents"):
        ad.jvp(product, (1.0, 2.0), (1.0,))
    with pytest.raises(ad.ArgumentError, match="tuple"):
        ad.jvp(f, x, x)
    _, pullback = ad.vjp(f, x)
    with pytest.raises(ad.ArgumentError, match=r"value_bar has shape \(\)"):
        pullback(1.0)
    with pytest.raises(ad.ArgumentError, match=r"structure"):
        ad.jvp(lambda p: p["a"], ({"a": 1.0},), ({"b": 1.0},))


def test_modes():
    with pytest.raises(ad.ArgumentError, match="'auto', 'forward' and 'reverse'"):
        ad.jacobian(product, mode="sideways")


def test_what_the_primal_raises_the_derivative_raises():
    f, _, _ = load(
        "def f(x):\n    if x < 0.0:\n        raise ValueError('negative')\n    return x\n"
    )
    assert ad.grad(f)(1.0) == 1.0
    with pytest.raises(ValueError, match="negative"):
        ad.grad(f)(-1.0)
    with pytest.raises(ZeroDivisionError):
        ad.grad(lambda x: 1.0 / x)(0.0)


def test_a_fault_of_the_compiler_is_worded_as_such(monkeypatch):
    from adcompile import pipeline

    def broken(*args):
        raise KeyError("internal")

    monkeypatch.setattr(pipeline, "derivative", broken)
    with pytest.raises(ad.CompilerError, match="fault of adcompile, not of your program"):
        ad.grad(lambda x: x + 1234.5)(1.0)


def test_a_derivative_does_not_vanish_in_an_argument_without_a_column():
    def at(q):
        return np.quantile(np.arange(5.0), q)

    with pytest.raises(ad.RejectedError, match=r"numpy\.quantile.*ADC504"):
        ad.grad(at)(0.3)
