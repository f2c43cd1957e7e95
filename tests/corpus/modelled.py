"""Programs modelled with classes: layers that call one another, abstract classes, enumerations."""

import functools
import math
from abc import ABC, ABCMeta, abstractmethod
from dataclasses import dataclass
from enum import Enum, IntEnum, auto, unique
from typing import ClassVar

import numpy as np

from corpus.cases import add, add_by_differences

X = np.array([0.3, -0.7, 1.2, 0.5])
A = np.array([[0.3, 1.2, -0.4, 0.7], [0.8, -0.1, 0.6, -0.9]])


class Layer(ABC):
    @abstractmethod
    def forward(self, x): ...

    def __call__(self, x):
        self.last = self.forward(x)
        return self.last


class Dense(Layer):
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        return self.w @ x + self.b


class Activation(Layer):
    known: ClassVar = {
        "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "swish": lambda z: z / (1 + np.exp(-z))
    }  # fmt: skip

    def __init__(self, name):
        self.function = self.known[name]

    def forward(self, x):
        return self.function(x)


class Sequential(Layer):
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self):
        return len(self.layers)


def layers_in_layers(w, b, x):
    """A class calls itself through others, no deeper than the objects are."""
    inner = Sequential(Dense(w, b), Activation("swish"))
    net = Sequential(inner, Activation("tanh"))
    out = net(x)
    decay = sum(np.sum(each.w**2) for each in inner.layers if isinstance(each, Dense))
    sizes = [np.abs(each.last).mean() for each in inner.layers]
    return np.sum(out**2) * len(net) + 0.1 * decay + max(sizes)


add_by_differences(layers_in_layers, A, X[:2], X)


class Shape(metaclass=ABCMeta):
    scale = 1.5

    @property
    @abstractmethod
    def area(self): ...

    def scaled(self):
        return self.scale * self.area


class Square(Shape):
    def __init__(self, side):
        self.side = side

    @property
    def area(self):
        return self.side**2


class Disc(Shape):
    scale = 0.5

    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return math.pi * self.radius**2


def areas(x, y):
    return sum(shape.scaled() for shape in (Square(x), Disc(y), Square(x * y)))


add(areas, 0.7, 1.3)


@unique
class Method(Enum):
    EULER = "euler"
    HEUN = "heun"
    RK4 = "rk4"


def rate(y):
    return -y * y + 0.1 * y


def step(y, h, method):
    if method is Method.EULER:
        return y + h * rate(y)
    if method == Method.HEUN:
        k = rate(y)
        return y + 0.5 * h * (k + rate(y + h * k))
    if method in (Method.RK4,):
        k1 = rate(y)
        k2 = rate(y + 0.5 * h * k1)
        k3 = rate(y + 0.5 * h * k2)
        return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + rate(y + h * k3))
    raise ValueError(method)


def by_each_method(y, h):
    found = {}
    for method in Method:
        found[method] = step(step(y, h, method), h, method)
    errors = {m.name: found[m] - found[Method.RK4] for m in Method if m is not Method.RK4}
    return found[Method.RK4] + 10 * errors["EULER"] + errors["HEUN"] * len(Method)


add(by_each_method, 0.8, 0.2)


class Weight(Enum):
    LIGHT = 0.5
    HEAVY = 2.5


class Level(Enum):
    LOW = auto()
    HIGH = auto()


class Column(IntEnum):
    POSITION = 0
    SPEED = 1


def weighed(x):
    y = x.copy()
    y[Column.SPEED] *= y[Column.POSITION] * Weight.HEAVY.value
    for k in Level:
        y[k.value] += Weight["LIGHT"].value * x[0] ** k.value
    match Level(2):
        case Level.LOW:
            y[0] = 0.0
        case Level.HIGH:
            y[0] = y[1] * Method("heun").value.count("h")
    return y


add(weighed, X)


def told(x, y):
    method = Method.EULER if x > y else Method.HEUN
    if x < 0.0:
        raise ValueError(f"{method} is for positive x, {Method.RK4:>12} for all", method)
    assert y < 10.0, Method.RK4
    if f"{method}" == "Method.HEUN" and str(Level.LOW) == f"{Level.LOW}":
        return x * y
    return x * x


add(told, 0.8, 0.2)
add(told, 0.2, 0.8)


def by_its_name(x, y):
    def logged(f):
        @functools.wraps(f)
        def inner(*args):
            log.append(f.__name__)
            return f(*args)

        return inner

    log = []
    squared = logged(lambda t: t * t)
    table = {f.__name__: f(x) for f in (math.sin, np.abs, rate)}
    return table["sin"] * table["absolute"] + table[rate.__name__] * squared(y) * len(log[0])


add_by_differences(by_its_name, 0.8, 0.2)


STEPS = {Method.EULER: math.sin, Method.HEUN: rate}


@dataclass
class Settings:
    method: Method
    scale: float


def by_settings(x, y):
    total = 0.0
    for settings in [Settings(Method.EULER, x), Settings(Method.HEUN, 2.0)]:
        total += settings.scale * STEPS[settings.method](y)
        if settings.method != Method.EULER:
            total *= y
    return total


add_by_differences(by_settings, 0.4, 1.1)


def by_one_of_two(x, y):
    method = Method.EULER if x > y else Method.HEUN
    if method is Method.HEUN:
        return x * y
    return x / y


add(by_one_of_two, 0.4, 1.1)
add(by_one_of_two, 1.4, 1.1)


def streamed(f, speeds):
    """np.roll by a tuple that is made when the program runs."""
    f = f.copy()
    for i, (dx, dy) in enumerate(zip([1, 0, -1], [0, 1, 1])):
        f[i] = np.roll(f[i], (dx, dy), axis=(0, 1)) * speeds[i]
        f[i] += np.roll(f[i], [dy, dx], axis=(1, 0)) ** 2
    return f


add(streamed, np.linspace(0.1, 1.0, 18).reshape(3, 3, 2), X[:3])


def spline_basis(x, c):
    """A recursion that only some conditional expressions reach."""
    t = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]

    def basis(i, k, x):
        if k == 0:
            return 1.0 if t[i] <= x < t[i + 1] else 0.0
        low = 0.0 if t[i + k] == t[i] else (x - t[i]) / (t[i + k] - t[i]) * basis(i, k - 1, x)
        if t[i + k + 1] == t[i + 1]:
            return low
        return low + (t[i + k + 1] - x) / (t[i + k + 1] - t[i + 1]) * basis(i + 1, k - 1, x)

    return sum(c[i] * basis(i, 2, x) for i in range(len(c)))


add(spline_basis, 2.3, X[:3])


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __radd__(self, other):
        return self if other == 0 else self + other

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __sub__(self, other):
        return self + other * -1

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5


def pulled_together(x: "Float[np.ndarray, '3']", y: "Float[np.ndarray, '3']", dt: float):
    """Objects that operators make, in lists that each turn makes anew."""
    places = [Vector(a, b) for a, b in zip(x, y)]
    speeds = [Vector(0.0, 0.1 * i) for i in range(len(places))]
    for _ in range(2):
        pulls = []
        for i, p in enumerate(places):
            pull = Vector(0.0, 0.0)
            for j, q in enumerate(places):
                if i != j:
                    d = q - p
                    pull = pull + 1.0 / (abs(d) ** 3 + 0.1) * d
            pulls.append(pull)
        speeds = [v + a * dt for v, a in zip(speeds, pulls)]
        places = [p + dt * v for p, v in zip(places, speeds)]
    middle = sum(p * 0.5 for p in places)
    start = sum((v for v in speeds), Vector(x[0], 1.0))
    return middle.x * start.y + abs(middle)


add(pulled_together, X[:3], X[1:], 0.1)


class Doubling:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Doubling(self.x + other.x)

    def __radd__(self, other):
        return Doubling(2 * self.x + other)


def asked_for_the_sum(x, y):
    """0 is added to the first."""
    return sum([Doubling(x), Doubling(y)]).x ** 2


add(asked_for_the_sum, 0.7, 1.3)
