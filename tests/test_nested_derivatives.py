"""ad.grad and its like inside a primal, of partials, methods, objects, *args and **kwargs."""

import functools
import math

import pytest

import adcompile as ad


class Model:
    def __init__(self, w):
        self.w = w

    def loss(self, x, k=2.0):
        return self.w * x**3 * k

    def __call__(self, x):
        return self.w * math.sin(x) * x

    @staticmethod
    def fourth(x):
        return x**4

    @classmethod
    def fifth(cls, x):
        return x**5

    def slope(self, x):
        return ad.grad(self.loss)(x) * x

    def change(self, x):
        self.w = self.w * x
        return self.w * x


MODEL = Model(1.5)


def h(x, y, z=1.0):
    return x * x * y * z + y**3


def star(*xs, **kw):
    return xs[0] ** 2 * xs[1] ** 3 * kw.get("s", 1.0)


def only(a, b, /, c=2.0):
    return a * a * b * c


PART = functools.partial(h, 2.0)


def of_a_partial(x):
    return ad.grad(functools.partial(h, 2.0))(x) * x + ad.grad(PART)(x)


def of_a_partial_by_name(x):
    return ad.grad(functools.partial(h, y=x))(x) * x


def of_a_method(x):
    return ad.grad(MODEL.loss)(x) * x + ad.grad(Model(x).loss)(x) + ad.grad(MODEL.loss, wrt="k")(x)


def of_an_object(x):
    return ad.grad(MODEL)(x) * x + ad.grad(Model(x))(x)


def of_class_methods(x):
    return (ad.grad(Model.fourth)(x) * x + ad.grad(MODEL.fourth)(x) + ad.grad(Model.fifth)(x)
            + ad.grad(MODEL.fifth)(x))  # fmt: skip


def in_a_method(x):
    return MODEL.slope(x) * x


def by_keywords_in_another_order(x):
    return ad.grad(h)(y=x, x=2.0) * x + ad.grad(h, wrt="y")(z=x, x=x, y=2 * x)


def of_star_arguments(x):
    return ad.grad(star)(x, 2.0 * x) * x + ad.grad(star, wrt=1)(x, 2.0 * x, s=x)


def of_all_star_arguments(x):
    g = ad.grad(star, wrt="xs")(x, 2.0 * x)
    return g[0] * g[1]


def of_keyword_arguments(x):
    g = ad.grad(star, wrt=("kw", 0))(x, 2.0 * x, s=x)
    return g[0]["s"] * g[1]


def of_a_lambda_of_many(x):
    v, g = ad.value_and_grad(lambda *z: z[0] * z[1] * z[2], wrt=(0, 2))(x, x * x, 3.0)
    return v * g[0] * g[1]


def of_positional_parameters(x):
    return ad.grad(only, wrt=1)(x, x, c=x) + ad.grad(only)(x, x)


def the_other_faces(x):
    v, d = ad.jvp(MODEL.loss, (x,), (1.0,))
    u, pull = ad.vjp(MODEL, x)
    return v * d + u * pull(x)[0] + ad.hvp(MODEL.loss)((x,), (1.0,))[0]


def two(x, y):
    r = math.sqrt(x * x + y * y) if x > 0 else y
    return {"first": r * y, "second": [math.log(x), r / x]}


def by_seeds_of_zero(x):
    _, pull = ad.vjp(two, x, 2.0 * x)
    a, b = pull({"first": 1.0, "second": [0.0, 0]})
    c, d = pull({"first": 0, "second": [0.0, x]})
    e, f = pull({"first": 0.0, "second": [0.0, 0.0]})
    return a * b * c + d + e * 2.0 + f


def of_a_derivative(x):
    return ad.grad(ad.grad(MODEL))(x) + ad.grad(ad.grad(h))(x, x)


def of_a_list(x):
    return sum(ad.grad(f)(x) for f in [MODEL.loss, MODEL, PART])


@pytest.mark.parametrize(
    "f",
    [of_a_partial, of_a_partial_by_name, of_a_method, of_an_object, of_class_methods, in_a_method,
     by_keywords_in_another_order, of_star_arguments, of_all_star_arguments, of_keyword_arguments,
     of_a_lambda_of_many, of_positional_parameters, the_other_faces, by_seeds_of_zero,
     of_a_derivative, of_a_list],
)  # fmt: skip
def test_derivatives(f):
    x, h = 0.8, 1e-5
    slope = (f(x + h) - f(x - h)) / (2 * h)
    assert ad.grad(f)(x) == pytest.approx(slope, rel=1e-7)
    value, bar = ad.value_and_grad(f)(x)
    assert value == pytest.approx(f(x), rel=1e-13)
    assert ad.jvp(f, (x,), (1.0,))[1] == pytest.approx(bar, rel=1e-12)
    second = (ad.grad(f)(x + h) - ad.grad(f)(x - h)) / (2 * h)
    assert ad.grad(ad.grad(f))(x) == pytest.approx(second, rel=1e-6)


def of_one_of_two(x):
    _, pull = ad.vjp(lambda y: (y * y, math.exp(y)), x)
    return pull((1.0, 0.0))[0]


def test_a_seed_of_zero_costs_nothing():
    tangent = ad.tangent(of_one_of_two)
    assert tangent(0.8, 1.0) == (1.6, 2.0)
    assert "exp" not in tangent.source


def changes_an_attribute(x):
    m = Model(x)
    return ad.grad(m.change)(x) * m.w  # here


def changes_an_item(x):
    d = {"k": x}

    def q(t):
        d["k"] = d["k"] * t
        return d["k"] * t

    return ad.grad(q)(x) * d["k"]


@pytest.mark.parametrize("f", [changes_an_attribute, changes_an_item])
def test_what_leaves_something_changed_is_refused(f):
    with pytest.raises(ad.RejectedError, match=r"changes an object from outside.*ADC217"):
        ad.grad(f)(0.8)
