"""Functions, methods, partials and objects: differentiated, and as arguments."""

from __future__ import annotations

import enum
import functools
import gc
import math
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import adcompile as ad
from adcompile.errors import ArgumentError, RejectedError, SourceError
from adcompile.faces import compiled


def apply(x: Any, f: Any) -> Any:
    return f(x)


def cube(x: float) -> float:
    return x**3


def scaled(a: float) -> Any:
    def inner(x: Any) -> Any:
        return a * x * x

    return inner


def chained(x: Any, functions: Any) -> Any:
    for function in functions:
        x = function(x)
    return x


def slopes(f: Any, x: Any, step: float = 1e-6) -> Any:
    """Central differences of a function of a vector."""
    return np.array([(f(x + step * d) - f(x - step * d)) / (2 * step) for d in np.eye(len(x))])


# -- functions as arguments


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (math.sin, math.cos(2.0)),
        (np.sin, math.cos(2.0)),
        (cube, 12.0),
        (lambda t: t * t, 4.0),
        (scaled(3.0), 12.0),
        (functools.partial(lambda a, t: a * t, 3.0), 3.0),
        (functools.partial(lambda t, n: t**n, n=3), 12.0),
        (ad.grad(cube), 12.0),
        (functools.lru_cache(cube), 12.0),
    ],
)
def test_a_function_is_an_argument(function: Any, slope: float) -> None:
    assert ad.grad(apply)(2.0, function) == pytest.approx(slope)


def test_closures_of_one_code_are_told_apart() -> None:
    gradient = ad.grad(apply)
    for a in (1.0, 2.0, 5.0, 1.0):
        assert gradient(2.0, lambda t: a * t * t) == 4 * a
    two = ad.grad(lambda x, f, g: f(x) - g(x))
    assert two(2.0, scaled(3.0), scaled(1.0)) == 8.0
    same = scaled(3.0)
    assert two(2.0, same, same) == 0.0
    assert two(2.0, scaled(1.0), scaled(3.0)) == -8.0


def test_what_a_function_closes_over_is_read_at_each_call() -> None:
    a = 2.0
    gradient, function = ad.grad(apply), lambda t: a * t
    assert gradient(1.0, function) == 2.0
    a = 7.0
    assert gradient(1.0, function) == 7.0


def test_functions_inside_structures() -> None:
    assert ad.grad(chained)(0.5, (scaled(2.0), scaled(3.0))) == pytest.approx(6.0)
    assert ad.grad(chained)(0.5, [math.sin, math.exp]) == pytest.approx(
        math.exp(math.sin(0.5)) * math.cos(0.5)
    )
    given = {"f": math.sin, "w": 2.0}
    found = ad.grad(lambda d, x: d["f"](d["w"] * x))(given, 1.0)
    assert found == {"f": None, "w": pytest.approx(math.cos(2.0))}
    given["f"] = math.exp
    found = ad.grad(lambda d, x: d["f"](d["w"] * x))(given, 1.0)
    assert found["w"] == pytest.approx(math.exp(2.0))


def test_a_module_is_an_argument() -> None:
    found = ad.grad(lambda x, xp: xp.sum(xp.sin(x)))(np.array([0.5, 1.0]), np)
    np.testing.assert_allclose(found, np.cos([0.5, 1.0]))


def test_a_function_or_none() -> None:
    gradient = ad.grad(lambda x, f=None: x * x if f is None else f(x))
    assert gradient(2.0) == 4.0
    assert gradient(2.0, math.sin) == math.cos(2.0)
    assert gradient(2.0) == 4.0


def test_callable_asks_for_a_function() -> None:
    gradient = ad.grad(lambda x, f: f(x) if callable(f) else x * f)
    assert gradient(2.0, math.sin) == math.cos(2.0)
    assert gradient(2.0, 3.0) == 3.0


def test_a_function_argument_in_the_other_faces() -> None:
    x = np.array([0.5, 1.0])
    assert ad.jvp(apply, (2.0, math.sin), (1.0, None))[1] == math.cos(2.0)
    assert ad.vjp(apply, 2.0, math.sin)[1](1.0) == (math.cos(2.0), None)
    np.testing.assert_allclose(ad.jacobian(apply)(x, np.sin), np.diag(np.cos(x)))
    np.testing.assert_allclose(
        ad.hvp(lambda x, f: np.sum(f(x)))((x, np.sin), (x, None))[0], -np.sin(x) * x
    )
    newton = ad.grad(lambda a, f: a - f(a) / ad.grad(f)(a))
    assert newton(2.0, lambda t: t * t - 2) == pytest.approx(0.25)


def test_a_recursive_function_takes_a_function() -> None:
    def times(x: float, f: Any, n: int) -> float:
        return x if n == 0 else f(times(x, f, n - 1))

    assert ad.grad(times)(2.0, scaled(1.0), 3) == 8 * 2.0**7


def test_functions_from_the_cache_folder(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(ad, "cache_folder", str(tmp_path), raising=False)
    for _ in range(2):
        for function, slope in ((scaled(2.0), 8.0), (scaled(3.0), 12.0), (cube, 12.0)):
            monkeypatch.setattr(compiled, "_entries", {})
            assert ad.grad(lambda x, f: f(x))(2.0, function) == slope
    assert list(tmp_path.glob("*.py"))


def test_signatures_of_functions_do_not_pile_up() -> None:
    gradient = ad.grad(lambda x, f: f(x))
    for i in range(compiled.MANY + 20):
        assert gradient(2.0, scaled(float(i))) == 4.0 * i
    (table,) = gradient.program.derivatives.values()
    assert 1 < len(table.alike) <= compiled.MANY and len(table.exact) <= compiled.MANY


# -- what is differentiated


def power(x: float, n: int = 2, scale: float = 1.0) -> float:
    return scale * x**n


def test_partials() -> None:
    assert ad.grad(functools.partial(power, n=3))(2.0) == 12.0
    assert ad.grad(functools.partial(power, n=3))(2.0, n=2) == 4.0
    assert ad.grad(functools.partial(power, 2.0), "scale")(3, 1.0) == 8.0
    assert ad.grad(functools.partial(pow, 2.0))(2.0) == pytest.approx(4 * math.log(2.0))
    assert ad.grad(ad.grad(functools.partial(power, n=3)))(2.0) == 12.0


def twice(f: Any) -> Any:
    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return 2 * f(*args, **kwargs)

    return wrapper


class Tripled:
    def __init__(self, f: Any) -> None:
        functools.update_wrapper(self, f)
        self.f = f

    def __call__(self, x: Any) -> Any:
        return 3 * self.f(x)


@twice
@twice
def quadrupled(x: float, y: float = 3.0) -> float:
    return x * x * y


def test_the_wrapper_is_differentiated() -> None:
    assert ad.grad(quadrupled)(2.0) == 48.0
    assert ad.grad(quadrupled)(2.0, y=1.0) == 16.0
    assert ad.grad(quadrupled, "y")(2.0, 1.0) == 16.0
    assert ad.grad(Tripled(cube))(1.0) == 9.0
    assert ad.grad(functools.lru_cache(cube))(1.0) == 3.0


def test_what_has_no_source_is_refused() -> None:
    class Plain:
        pass

    for given in (math.sin, Plain, Plain(), 3.0, functools.partial((3).__add__)):
        with pytest.raises((SourceError, RejectedError)):
            ad.grad(given)(1.0)


class Layer:
    __slots__ = ("act", "w")

    def __init__(self, w: Any, act: Any) -> None:
        self.w, self.act = w, act

    def __call__(self, x: Any) -> Any:
        return self.act(self.w @ x)


class Base:
    factor = 4.0

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.__hidden = 1.5

    def penalty(self, x: Any) -> Any:
        return self.weight * np.sum(x**2) * self.__hidden * self.kind

    @property
    def kind(self) -> float:
        return 1.0

    @classmethod
    def times(cls, x: Any) -> Any:
        return x * cls.factor

    @staticmethod
    def squared(x: Any) -> Any:
        return x * x

    def loss(self, x: Any) -> Any:
        return self.penalty(x) + self.times(x[0]) + self.squared(x[1])


class Net(Base):
    def __init__(self, layers: Any, weight: float) -> None:
        super().__init__(weight)
        self.layers, self.mode, self.calls = layers, "sum", 0

    @property
    def kind(self) -> float:
        return self.weight + 2.0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        for layer in self.layers:
            x = layer(x)
        return np.sum(x) if self.mode == "sum" else np.sum(x**2)

    def loss(self, x: Any) -> Any:
        return super().loss(x) + self.forward(x)


X = np.array([0.3, 0.4])


def net() -> Net:
    rng = np.random.default_rng(0)
    first = Layer(rng.normal(size=(3, 2)), np.tanh)
    return Net([first, Layer(rng.normal(size=(2, 3)), lambda v: v)], 0.1)


def test_a_bound_method_and_its_object_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    model = net()
    gradient = ad.grad(model.loss)

    def check() -> None:
        np.testing.assert_allclose(gradient(X), slopes(model.loss, X), rtol=1e-6)

    check()
    model.weight = 0.7
    check()
    model.layers[0].w[0, 0] = 3.0
    check()
    model.layers[0].act = np.sin
    check()
    model.mode = "squares"
    check()
    model.layers.append(Layer(np.ones((1, 2)), np.cos))
    check()
    monkeypatch.setattr(Base, "factor", 5.0)
    check()
    monkeypatch.setattr(Net, "kind", property(lambda self: 3.0 * self.weight))
    check()
    monkeypatch.setattr(Net, "forward", lambda self, x: x[0] ** 3)
    check()
    calls = model.calls
    gradient(X)
    assert model.calls == calls


@pytest.mark.parametrize("way", ["argument", "method", "closure", "partial", "item"])
def test_an_object_in_all_places(way: str) -> None:
    model = net()
    found = {
        "argument": lambda: ad.grad(lambda x, m: m.loss(x))(X, model),
        "method": lambda: ad.grad(apply)(X, model.loss),
        "closure": lambda: ad.grad(lambda x: model.loss(x))(X),
        "partial": lambda: ad.grad(functools.partial(lambda m, x: m.loss(x), model))(X),
        "item": lambda: ad.grad(lambda x, d: d["m"][0].loss(x))(X, {"m": [model]}),
    }[way]()
    np.testing.assert_allclose(found, slopes(model.loss, X), rtol=1e-6)


def test_a_callable_object() -> None:
    layer = Layer(np.array([1.0, 2.0]), math.sin)
    np.testing.assert_allclose(ad.grad(layer)(X), slopes(layer, X), rtol=1e-6)
    np.testing.assert_allclose(ad.grad(apply)(X, layer), slopes(layer, X), rtol=1e-6)


def test_classes_of_one_name_are_told_apart() -> None:
    def made(k: float) -> Any:
        class Local:
            def __init__(self, w: float) -> None:
                self.w = w

            def f(self, x: float) -> float:
                return k * self.w * x

        return Local

    first, second = made(2.0), made(5.0)
    gradient = ad.grad(lambda x, m: m.f(x))
    assert [gradient(1.0, cls(3.0)) for cls in (first, second, first)] == [6.0, 15.0, 6.0]
    first.f = lambda self, x: self.w * x**3
    assert gradient(1.0, first(3.0)) == 9.0


def test_the_object_of_the_caller_is_not_changed() -> None:
    def changing(x: float, model: Any, items: Any) -> Any:
        model.w = model.w * x
        model.w[0] += 1.0
        model.act = math.sin
        items["w"][1] = x
        items["new"] = 2.0
        return np.sum(model.w) * items["new"] + np.sum(items["w"])

    layer, items = Layer(np.array([1.0, 2.0]), math.cos), {"w": np.zeros(2)}
    assert ad.grad(changing)(2.0, layer, items) == 7.0
    np.testing.assert_array_equal(layer.w, [1.0, 2.0])
    assert layer.act is math.cos
    assert list(items) == ["w"]
    np.testing.assert_array_equal(items["w"], [0.0, 0.0])


def test_the_gradient_of_an_object_is_refused() -> None:
    with pytest.raises(ArgumentError, match="dataclass"):
        ad.grad(lambda m, x: m(x))(Layer(np.ones(2), math.sin), X)
    with pytest.raises(ArgumentError, match="Layer"):
        ad.grad(lambda m, x: m[0](x))([Layer(np.ones(2), math.sin)], X)
    _, pullback = ad.vjp(lambda m, x: m(x), Layer(np.ones(2), math.sin), X)
    nothing, bar = pullback(1.0)
    assert nothing is None
    np.testing.assert_allclose(bar, math.cos(0.7))


def test_the_pullback_sees_the_object_as_it_was() -> None:
    layer = Layer(np.ones(2), lambda t: t * t)
    _, pullback = ad.vjp(lambda x, m: m(x), X, layer)
    layer.w[:] = 0.0
    np.testing.assert_allclose(pullback(1.0)[0], [1.4, 1.4])


def test_what_an_object_does_not_have_is_refused() -> None:
    with pytest.raises(RejectedError, match="a Net has no attribute 'nothing'"):
        ad.grad(lambda x, m: x * m.nothing)(1.0, net())


def test_the_assignment_of_a_property_is_refused() -> None:
    def assigning(x: float, model: Any) -> float:
        model.kind = x
        return x * x

    with pytest.raises(RejectedError, match="'kind' is a property without a known setter"):
        ad.grad(assigning)(1.0, net())


def test_an_object_that_holds_itself() -> None:
    model: Any = net()
    model.itself = model
    np.testing.assert_allclose(ad.grad(model.loss)(X), slopes(model.loss, X), rtol=1e-6)


def test_a_model_is_not_kept_alive() -> None:
    model = net()
    ad.grad(model.loss)(X)
    seen = weakref.ref(model)
    del model
    gc.collect()
    assert seen() is None


# -- dataclasses and named tuples


@dataclass
class Pair:
    a: float
    b: np.ndarray
    f: Any = None

    def norm(self) -> float:
        return math.sqrt(self.a**2 + np.sum(self.b**2))

    @property
    def double(self) -> float:
        return 2 * self.a

    def __add__(self, other: Pair) -> Pair:
        return Pair(self.a + other.a, self.b + other.b)


def test_a_dataclass_argument_knows_its_class() -> None:
    p = Pair(1.0, np.array([2.0, 2.0]))
    found = ad.grad(lambda p: p.norm() + p.double)(p)
    assert isinstance(found, Pair)
    assert found.a == pytest.approx(1 / 3 + 2)
    np.testing.assert_allclose(found.b, [2 / 3, 2 / 3])
    found = ad.grad(lambda p, q: (p + q).norm())(p, p)
    assert found.a == pytest.approx(1 / 3)
    np.testing.assert_allclose(ad.grad(Pair.norm)(p).b, [2 / 3, 2 / 3])


def test_a_dataclass_that_holds_a_function() -> None:
    found = ad.grad(lambda p, x: p.f(p.a * x))(Pair(2.0, np.ones(1), math.sin), 1.0)
    assert found.a == pytest.approx(math.cos(2.0))
    assert found.f is None


class Surface(enum.Enum):
    SOFT = 1
    HARD = 2


def of_what_is_given(x: Any, what: Any) -> Any:
    return x * x if what is Surface.SOFT or what is math or what is Surface else 2.0 * x


@pytest.mark.parametrize(
    "given, word",
    [(Surface.SOFT, "Surface.SOFT"), (Surface, "class"), (math, "module"), (cube, "function")],
    ids=["member", "class", "module", "function"],
)
def test_a_docstring_names_what_is_given(given, word):
    bound = compiled.program_of(of_what_is_given).bound(
        (("adjoint", ("x",)),), None, (3.0, given)
    )  # fmt: skip
    assert f"\n    what: {word}\n" in (bound.text or "")
    assert ad.grad(of_what_is_given)(3.0, given) == (2.0 if given is cube else 6.0)


ROOM = np.zeros(3)


def into_room(v: Any) -> None:
    ROOM[:] = v
    ROOM[1] *= v[0]


def out_of_room(v: Any) -> Any:
    into_room(v)
    return np.sum(ROOM**2) * v[1]


def test_an_array_of_the_module_is_one_for_all_functions_that_know_it():
    x = np.array([0.5, -1.2, 0.3])
    squares, product = x[0] ** 2 + x[2] ** 2, x[0] * x[1]
    wanted = (squares + product**2) * np.array([0.0, 1.0, 0.0]) + 2.0 * x[1] * np.array(
        [x[0] + product * x[1], product * x[0], x[2]]
    )
    np.testing.assert_allclose(ad.grad(out_of_room)(x), wanted)
    _, moved = ad.jvp(out_of_room, (x,), (np.ones(3),))
    assert moved == pytest.approx(wanted.sum())
    assert not ROOM.any()


class Doubled:
    def __init__(self, a: float) -> None:
        self.a = 2 * a


def test_a_lambda_too_cannot_return_an_object_that_it_makes():
    with pytest.raises(RejectedError, match="a Doubled made here cannot be returned"):
        ad.jvp(lambda x: Doubled(x * x), (2.0,), (1.0,))
