"""The public functions."""

import dataclasses
import math
import os
import pathlib
import subprocess
import sys
import tomllib
from typing import NamedTuple

import numpy as np
import pytest

import adcompile as ad

RATE = 2.0
TABLE = np.array([1.0, 2.0, 3.0])


@dataclasses.dataclass
class Body:
    mass: float
    place: np.ndarray


class Pair(NamedTuple):
    a: float
    b: float


@dataclasses.dataclass
class Spring:
    stretch: float
    stiffness: float = 2.0


class Counter:
    rate = 3.0

    def __init__(self, value):
        self.value = value


def product(x, y):
    return x * math.sin(y)


def squares(x):
    return np.sum(x * x)


def scaled(x, k=3.0, *, shift=1.0):
    return k * x * x + shift * x


def stretched(x, a):
    return a * np.sin(x)


def structured(p, body, pair, items):
    return (
        p["w"] * body.mass * np.sum(body.place * p["b"]) + pair[0] * pair[1] + items[0] * items[1]
    )


def gemm(alpha, A, B, C):
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            C[i, j] += alpha * np.dot(A[i], B[:, j])


def rosenbrock(x):
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2


# -- grad


def test_grad():
    assert ad.grad(product)(2.0, 0.5) == pytest.approx(math.sin(0.5), rel=1e-15)
    assert ad.grad(product, wrt=1)(2.0, 0.5) == pytest.approx(2 * math.cos(0.5), rel=1e-15)
    assert ad.grad(product, wrt="y")(2.0, 0.5) == ad.grad(product, wrt=-1)(2.0, 0.5)


def test_several_independents():
    expected = math.sin(0.5), 2 * math.cos(0.5)
    assert ad.grad(product, wrt=("x", "y"))(2.0, 0.5) == pytest.approx(expected)
    assert ad.grad(product, wrt=(1, 0))(2.0, 0.5) == pytest.approx(expected[::-1])
    assert ad.grad(product, wrt=("x",))(2.0, 0.5) == pytest.approx(expected[:1])


def test_value_and_grad():
    value, gradient = ad.value_and_grad(squares)(np.array([1.0, 2.0]))
    assert value == 5.0
    np.testing.assert_array_equal(gradient, [2.0, 4.0])


def test_keywords_and_defaults():
    derivative = ad.grad(scaled)
    assert derivative(1.0) == 7.0
    assert derivative(1.0, 4.0) == derivative(1.0, k=4.0) == derivative(x=1.0, k=4.0) == 9.0
    assert derivative(1.0, shift=5.0) == 11.0
    assert ad.grad(scaled, wrt="shift")(3.0) == 3.0
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        derivative(1.0, z=1.0)
    with pytest.raises(TypeError, match="missing a required argument: 'x'"):
        derivative()


def test_the_gradient_has_the_structure_of_the_argument():
    p, body = {"w": 2.0, "b": np.array([1.0, -1.0])}, Body(3.0, np.array([0.5, 0.25]))
    pair, items = Pair(1.5, 2.5), [4.0, 5.0]
    whole = ad.grad(structured, wrt=("p", "body", "pair", "items"))(p, body, pair, items)
    assert [type(part) for part in whole] == [dict, Body, Pair, list]
    assert list(whole[0]) == ["w", "b"]
    assert whole[0]["w"] == pytest.approx(3.0 * 0.25)
    np.testing.assert_allclose(whole[0]["b"], 6.0 * body.place)
    assert whole[1].mass == pytest.approx(2.0 * 0.25)
    np.testing.assert_allclose(whole[1].place, 6.0 * p["b"])
    assert whole[2] == Pair(2.5, 1.5)
    assert whole[3] == [5.0, 4.0]


def test_integers_asked_for_are_reals():
    assert ad.grad(product)(2, 0.5) == pytest.approx(math.sin(0.5))
    gradient = ad.grad(squares)(np.array([1, 2, 3]))
    assert gradient.dtype == float
    np.testing.assert_array_equal(gradient, [2.0, 4.0, 6.0])


@dataclasses.dataclass
class Run:
    rate: float
    state: np.ndarray
    steps: int
    which: np.ndarray
    verbose: bool = False
    weight: float = 1


def simulate(run):
    x = run.state * run.weight
    for _ in range(run.steps):
        x = x + run.rate * x
    return np.sum(x[run.which])


def test_integers_that_count_or_index_stay_integers():
    run = Run(0.5, np.ones(3), 2, np.array([0, 2]))
    for _ in range(2):
        gradient = ad.grad(simulate)(run)
        assert gradient.rate == pytest.approx(2 * 2 * 1.5)
        np.testing.assert_allclose(gradient.state, [2.25, 0.0, 2.25])
        assert gradient.steps is None and gradient.which is None and gradient.verbose is None
        assert gradient.weight == pytest.approx(4.5)
        simulate.__dict__.clear()
    with pytest.raises(ad.ArgumentError, match="uses n as an integer"):
        ad.grad(lambda x, n: sum([x for _ in range(n)]), wrt="n")(1.0, 2)


def test_float32_stays_float32():
    x = np.array([1.0, 2.0], np.float32)
    value, gradient = ad.value_and_grad(squares)(x)
    assert value.dtype == np.float32 and gradient.dtype == np.float32
    value, value_dot = ad.jvp(stretched, (x, 2.0), (x, None))
    assert value_dot.dtype == np.float32


def test_arguments_and_seeds_are_not_changed():
    A, B, C = np.ones((2, 3)), np.ones((3, 2)), np.zeros((2, 2))
    seed = np.ones((2, 2))
    for _ in range(2):
        value, pullback = ad.vjp(gemm, 2.0, A, B, C, of="C")
        bars = pullback(seed)
        np.testing.assert_array_equal(value, np.full((2, 2), 6.0))
        assert bars[0] == 12.0
        np.testing.assert_array_equal(bars[1], np.full((2, 3), 4.0))
        np.testing.assert_array_equal(bars[3], np.ones((2, 2)))
        assert not C.any() and (seed == 1).all()


def test_closure_values_are_those_of_the_call(monkeypatch):
    def local(x):
        return weight * x * RATE

    weight = 3.0
    derivative = ad.grad(local)
    assert derivative(1.0) == 6.0
    weight = 4.0
    assert derivative(1.0) == 8.0
    monkeypatch.setitem(globals(), "RATE", 5.0)
    assert derivative(1.0) == 20.0


def test_a_new_signature_is_compiled_anew():
    derivative = ad.grad(lambda x, y: np.sum(x * y))
    assert derivative(2.0, 3.0) == 3.0
    np.testing.assert_array_equal(derivative(np.ones(2), np.array([3.0, 4.0])), [3.0, 4.0])
    np.testing.assert_array_equal(derivative(np.ones((1, 2)), np.full((3, 2), 2.0)), [[6.0, 6.0]])
    assert derivative(2.0, np.array([3.0, 4.0])) == 7.0


def test_stop_gradient():
    def stopped(x):
        return x * ad.stop_gradient(x)

    assert stopped(3.0) == 9.0
    assert ad.grad(stopped)(3.0) == 3.0


# -- jvp, vjp, hvp


def test_jvp():
    value, value_dot = ad.jvp(product, (2.0, 0.5), (1.0, None))
    assert value == product(2.0, 0.5)
    assert value_dot == pytest.approx(math.sin(0.5))
    both = ad.jvp(product, (2.0, 0.5), (1, 2))[1]
    assert both == pytest.approx(math.sin(0.5) + 4 * math.cos(0.5))
    assert ad.jvp(product, (2.0, 0.5), (None, None)) == (product(2.0, 0.5), None)


def test_jvp_of_a_structure():
    def f(p):
        return {"sum": p["a"] + p["b"], "name": p["name"]}

    p = {"a": 1.0, "b": 2.0, "name": "n"}
    value, value_dot = ad.jvp(f, (p,), ({"a": 1.0, "b": 0.5, "name": None},))
    assert value == {"sum": 3.0, "name": "n"}
    assert value_dot == {"sum": 1.5, "name": None}


def test_vjp():
    x = np.array([0.1, 0.2])
    value, pullback = ad.vjp(stretched, x, 3.0)
    np.testing.assert_allclose(value, 3.0 * np.sin(x))
    x_bar, a_bar = pullback(np.array([1.0, 0.0]))
    np.testing.assert_allclose(x_bar, [3.0 * math.cos(0.1), 0.0])
    assert a_bar == pytest.approx(math.sin(0.1))


def test_vjp_gives_none_for_data():
    def power(x, n, name):
        for _ in range(n):
            x = x * x
        return x

    value, pullback = ad.vjp(power, 1.5, 2, "label")
    assert value == 1.5**4
    assert pullback(1.0) == pytest.approx((4 * 1.5**3, None, None))


def test_the_pullback_belongs_to_the_values_of_its_time():
    x = np.array([1.0, 2.0])
    _, pullback = ad.vjp(squares, x)
    x[:] = 100.0
    np.testing.assert_array_equal(pullback(1.0)[0], [2.0, 4.0])


def test_hvp():
    x, v = np.array([1.2, -0.7]), np.array([1.0, 2.0])
    exact = np.array([[1200 * x[0] ** 2 - 400 * x[1] + 2, -400 * x[0]], [-400 * x[0], 200.0]]) @ v
    np.testing.assert_allclose(ad.hvp(rosenbrock)((x,), (v,))[0], exact, rtol=1e-13)
    np.testing.assert_allclose(ad.hvp(rosenbrock)(x, v), exact, rtol=1e-13)
    x_part, y_part = ad.hvp(product)((2.0, 0.5), (1.0, None))
    assert (x_part, y_part) == pytest.approx((0.0, math.cos(0.5)))


# -- jacobian and hessian


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
def test_jacobian(mode):
    x = np.array([0.1, 0.2, 0.3])
    found = ad.jacobian(stretched, mode=mode)(x, 2.0)
    np.testing.assert_allclose(found, np.diag(2.0 * np.cos(x)))
    by_x, by_a = ad.jacobian(stretched, wrt=("x", "a"), mode=mode)(x, 2.0)
    assert by_x.shape == (3, 3) and by_a.shape == (3,)
    np.testing.assert_allclose(by_a, np.sin(x))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_jacobian_shapes_are_result_then_argument(mode):
    def outer(x):
        return {"m": np.outer(x, x), "s": np.sum(x)}

    found = ad.jacobian(outer, mode=mode)(np.array([1.0, 2.0, 4.0]))
    assert found["m"].shape == (3, 3, 3) and found["s"].shape == (3,)
    np.testing.assert_array_equal(found["m"][0, 1], [2.0, 1.0, 0.0])


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_jacobian_of_a_structured_argument(mode):
    found = ad.jacobian(lambda p: p["a"] * p["b"], mode=mode)({"a": 2.0, "b": np.array([3.0, 4.0])})
    np.testing.assert_array_equal(found["a"], [3.0, 4.0])
    np.testing.assert_array_equal(found["b"], 2.0 * np.eye(2))


def test_hessian():
    x = np.array([1.2, -0.7])
    exact = [[1200 * x[0] ** 2 - 400 * x[1] + 2, -400 * x[0]], [-400 * x[0], 200.0]]
    np.testing.assert_allclose(ad.hessian(rosenbrock)(x), exact, rtol=1e-13)
    (xx, xy), (yx, yy) = ad.hessian(product, wrt=("x", "y"))(2.0, 0.5)
    expected = (0.0, math.cos(0.5), math.cos(0.5), -2 * math.sin(0.5))
    assert (xx, xy, yx, yy) == pytest.approx(expected)


def test_hessian_of_a_vector_has_three_axes():
    found = ad.hessian(lambda x: x * x * x)(np.array([1.0, 2.0]))
    expected = np.zeros((2, 2, 2))
    expected[0, 0, 0], expected[1, 1, 1] = 6.0, 12.0
    np.testing.assert_allclose(found, expected)


# -- nesting


def test_derivatives_of_derivatives():
    third = ad.grad(ad.grad(ad.grad(lambda x: x * x * x * x)))
    assert third(2.0) == pytest.approx(48.0)


def test_a_derivative_inside_a_primal():
    slope = ad.grad(math_sine)

    def f(x):
        return slope(x) * x

    def g(x):
        return ad.grad(math_sine)(x) * x

    exact = math.cos(0.5) - 0.5 * math.sin(0.5)
    assert ad.grad(f)(0.5) == pytest.approx(exact)
    assert ad.grad(g)(0.5) == pytest.approx(exact)


def math_sine(x):
    return math.sin(x)


def test_value_and_grad_inside_a_primal():
    def f(x):
        value, slope = ad.value_and_grad(math_sine)(x)
        return value * slope

    assert ad.grad(f)(0.5) == pytest.approx(math.cos(1.0))


# -- tangent, adjoint, differentiate


def test_the_emitted_functions():
    forward = ad.tangent(product, wrt="y")
    assert forward(2.0, 0.5, 1.0) == pytest.approx((product(2.0, 0.5), 2 * math.cos(0.5)))
    assert "def product_tangent(x, y, y_dot):" in forward.source
    backward = ad.adjoint(product)
    _, bars = backward(2.0, 0.5)
    assert bars == pytest.approx((math.sin(0.5), 2 * math.cos(0.5)))
    assert backward(2.0, 0.5, 2.0)[1][0] == pytest.approx(2 * math.sin(0.5))
    assert "def product_adjoint(x, y, product_bar=1.0):" in backward.source
    assert backward(2.0, 0.5, product_bar=3.0)[1][0] == pytest.approx(3 * math.sin(0.5))


def test_the_source_stands_alone():
    names: dict = {}
    exec(ad.adjoint(product, wrt="x").source, names)
    assert "# fact" not in ad.adjoint(product, wrt="x").source


@ad.differentiate
def bare(x):
    """What it does."""
    return x * x


@ad.differentiate(wrt=("w", "b"))
def loss(w, b, x):
    return np.sum((x @ w + b) ** 2)


def test_differentiate():
    assert bare(3.0) == 9.0 and bare.grad(3.0) == 6.0
    assert bare.__name__ == "bare" and bare.__doc__ == "What it does."
    assert bare.value_and_grad(3.0) == (9.0, 6.0)
    assert bare.jvp((3.0,), (1.0,)) == (9.0, 6.0)
    assert bare.vjp(3.0)[1](1.0) == (6.0,)
    assert bare.hvp(3.0, 1.0) == 2.0
    assert bare.hessian(3.0) == 2.0 and bare.jacobian(3.0) == 6.0
    assert bare.tangent(3.0, 1.0) == (9.0, 6.0)
    assert ad.grad(bare)(3.0) == 6.0


def test_differentiate_with_options():
    w, b, x = np.array([1.0, 2.0]), 0.5, np.ones((3, 2))
    w_bar, b_bar = loss.grad(w, b, x)
    np.testing.assert_allclose(w_bar, [21.0, 21.0])
    assert b_bar == pytest.approx(21.0)
    text = loss.source("adjoint", w, b, x)
    assert "def loss_adjoint(w, b, x" in text and "w_bar, b_bar" in text
    assert "def loss_tangent(" in loss.source("tangent")
    with pytest.raises(ad.ArgumentError, match="'tangent' and 'adjoint'"):
        loss.source("backwards")


def test_a_decorated_callee():
    def f(x):
        return bare(x) * x

    assert ad.grad(f)(2.0) == pytest.approx(12.0)


def test_users_rows(tmp_path, monkeypatch):
    (tmp_path / "users_module.py").write_text(
        "import ctypes\n\n\ndef twice(x):\n    return eval('2 * x')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import users_module

    def f(x):
        return users_module.twice(x) * x

    with pytest.raises(ad.RejectedError):
        ad.grad(f)(3.0)
    ad.rules.pointwise("y = users_module.twice(x)", "2.0")
    assert ad.grad(f)(3.0) == 12.0


# -- importing


def test_importing_is_light():
    script = (
        "import sys, adcompile\n"
        "assert not [m for m in sys.modules if m.startswith('adcompile.') "
        "and m != 'adcompile.version']\n"
        "adcompile.grad\n"
        "assert 'adcompile.pipeline' not in sys.modules and 'astor' not in sys.modules\n"
        "assert set(adcompile.__all__) == set(dir(adcompile))\n"
        "for name in adcompile.__all__: getattr(adcompile, name)\n"
    )
    root = str(pathlib.Path(__file__).parents[1])
    subprocess.run(
        [sys.executable, "-c", script], check=True, env=os.environ | {"PYTHONPATH": root}
    )


def test_the_version_is_that_of_the_project():
    project = pathlib.Path(__file__).parents[1] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == ad.__version__


def test_the_user_function_keeps_its_look():
    def f(x):
        return x

    ad.grad(f)(1.0)
    assert [name for name in vars(f) if name != "__adcompile__"] == []


def energy(x):
    spring = Spring(x)
    return spring.stiffness * spring.stretch**2


def rated(x):
    return Counter(x).value * Counter(x).rate


def test_values_of_the_users_classes(monkeypatch):
    assert ad.grad(energy)(3.0) == 12.0
    slope = ad.grad(rated)
    assert slope(1.0) == 3.0
    monkeypatch.setattr(Counter, "rate", 5.0)
    assert slope(1.0) == 5.0
