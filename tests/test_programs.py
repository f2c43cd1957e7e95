"""Generated programs: value, tangent, adjoint and second order of each."""

import itertools
import linecache

import numpy as np
import oracle
import pytest
from hypothesis import given
from programs import programs

import adcompile as ad
from adcompile.frontend import unchanged

POINT = (0.7131, -0.4267, np.array([0.9313, -0.3179, 0.5237, 0.1713]))
DIRECTION = (0.3, -1.1, np.array([0.4, 0.8, -0.6, 1.3]))
_number = itertools.count()


def load(text: str):
    """The function f of a program's text, with its source where inspection finds it."""
    name = f"<program {next(_number)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict = {"__name__": "program"}
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]


def copied(values):
    return tuple(np.copy(v) if isinstance(v, np.ndarray) else v for v in values)


def shifted(step):
    return tuple(p + step * d for p, d in zip(POINT, DIRECTION, strict=True))


def dot(one, other):
    return sum(float(np.vdot(a, b)) for a, b in zip(one, other, strict=True))


def gradient(f):
    return ad.value_and_grad(f, wrt=("x", "y", "u"))


def difference(function, step=1e-5):
    """The directional derivative of function(x, y, u) by differences of order four."""
    near = function(*shifted(step)) - function(*shifted(-step))
    far = function(*shifted(2 * step)) - function(*shifted(-2 * step))
    return (8 * near - far) / (12 * step)


def check_first_order(f):
    point = copied(POINT)
    value, value_dot = ad.jvp(f, point, copied(DIRECTION))
    np.testing.assert_allclose(value, f(*copied(POINT)), rtol=1e-12, atol=1e-14)
    _, expected = oracle.derivative(f, copied(POINT), copied(DIRECTION))
    np.testing.assert_allclose(value_dot, expected, rtol=1e-10, atol=1e-12)
    again, bars = gradient(f)(*point)
    np.testing.assert_allclose(again, value, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(dot(bars, DIRECTION), value_dot, rtol=1e-10, atol=1e-12)
    for before, after in zip(POINT, point, strict=True):
        np.testing.assert_array_equal(before, after)


def check_second_order(f):
    product = ad.hvp(f, wrt=("x", "y", "u"))(copied(POINT), copied(DIRECTION))

    def slope(*point):
        bars = gradient(f)(*point)[1]
        return np.concatenate([np.ravel(bar) for bar in bars])

    flat = np.concatenate([np.ravel(part) for part in product])
    np.testing.assert_allclose(flat, difference(slope, 1e-4), rtol=1e-5, atol=1e-7)


@given(programs("branches", "loops", "exits", "arrays"))
def test_the_oracle_against_differences(text):
    f = load(text)
    _, expected = oracle.derivative(f, copied(POINT), copied(DIRECTION))
    np.testing.assert_allclose(expected, difference(f), rtol=1e-6, atol=1e-8)


@given(programs())
def test_straight_line(text):
    check_first_order(load(text))


@given(programs("branches"))
def test_branches(text):
    check_first_order(load(text))


@given(programs("branches", "loops"))
def test_loops(text):
    check_first_order(load(text))


@given(programs("branches", "loops", "exits"))
def test_loops_with_exits(text):
    check_first_order(load(text))


@given(programs("arrays"))
def test_array_writes(text):
    check_first_order(load(text))


@given(programs("branches", "loops", "exits", "arrays"))
def test_everything(text):
    check_first_order(load(text))


@given(programs("branches", "loops", "exits", "arrays", length=3))
def test_second_order(text):
    check_second_order(load(text))


def test_the_checks_can_fail(monkeypatch):
    """A wrong derivative does not pass: f computes sin, and the text that is compiled says cos."""
    honest = load("import math\n\n\ndef f(x, y, u):\n    return math.sin(x) * y + u[0]\n")
    text = "import math\n\n\ndef f(x, y, u):\n    return math.cos(x) * y + u[0]\n"
    name = honest.__code__.co_filename
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    monkeypatch.setattr(unchanged, "says", lambda text, function: True)
    with pytest.raises(AssertionError):
        check_first_order(honest)
