"""Arguments of one of several classes: of abstract ones, protocols, those with others below."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corpus.cases import add_by_differences

W = np.array([[0.2, 0.5], [0.3, -0.8]])
B = np.array([0.1, 0.2])
X = np.array([0.7, -0.4])


class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...


@dataclass
class Disc(Shape):
    r: float

    def area(self) -> float:
        return math.pi * self.r**2


@dataclass
class Box(Shape):
    a: float
    b: float

    def area(self) -> float:
        return self.a * self.b


@dataclass
class Wedge(Box):
    h: float = 1.0

    def area(self) -> float:
        return 0.5 * super().area() * self.h


class HasArea(Protocol):
    def area(self) -> float: ...


SHAPES = [Disc(1.5), Box(0.4, 0.7), Wedge(0.3, 0.8, 1.1), Disc(0.6)]


def squares_of_areas(shapes: list[Shape]) -> float:
    t = 0.0
    for s in shapes:
        t += s.area() * s.area()
    return t


def sum_of_areas(shapes: Sequence[HasArea], k: float) -> float:
    return k * sum(s.area() for s in shapes)


def one_area(s: Shape, k: float) -> float:
    return k * s.area()


def of_a_protocol(s: HasArea, k: float) -> float:
    return k * s.area() + s.area() ** 2


def told_by_isinstance(shapes: list[Shape]) -> float:
    t = 0.0
    for s in shapes:
        if not isinstance(s, Disc) and s.a > 0.35:
            t += s.a
        elif isinstance(s, Disc):
            t += s.r * s.r
        else:
            t += s.b
    return t


def told_and_gone_on(shapes: list[Shape]) -> float:
    t = 0.0
    for s in shapes:
        if isinstance(s, Disc):
            t += s.r
            continue
        if isinstance(s, Wedge):
            t += s.h**2
        t += s.b * s.a
    return t


def told_and_returned(s: Shape, k: float) -> float:
    if isinstance(s, (Disc, Wedge)):
        if isinstance(s, Disc):
            return k * s.r
        return k * s.h
    return k * k * s.a


def matched(shapes: list[Shape]) -> float:
    t = 0.0
    for s in shapes:
        match s:
            case Disc(r):
                t += r * r
            case Wedge(a=a, h=h):
                t += a * h
            case _:
                t += s.a * s.b
    return t


def made_by_turns(r: float, a: float, n: int) -> float:
    shapes: list[Shape] = []
    for i in range(n):
        if i % 2:
            shapes.append(Disc(r * i))
        else:
            shapes.append(Box(a, r + i))
    t = 0.0
    for s in shapes:
        t += s.r if isinstance(s, Disc) else s.a * s.b
    return t


add_by_differences(squares_of_areas, SHAPES)
add_by_differences(sum_of_areas, SHAPES, 0.7)
for shape in SHAPES[:3]:
    add_by_differences(one_area, shape, 2.0)
    add_by_differences(told_and_returned, shape, 0.7)
add_by_differences(of_a_protocol, SHAPES[2], 0.3)
add_by_differences(told_by_isinstance, [Box(0.2, 0.9), Disc(0.4), *SHAPES])
add_by_differences(told_and_gone_on, [Box(0.2, 0.9), Disc(0.4), *SHAPES])
add_by_differences(matched, [Box(0.2, 0.9), Disc(0.4), *SHAPES])
add_by_differences(made_by_turns, 0.3, 2.0, 5)


def compared_with_a_class(s: Wedge, k: float) -> float:
    if type(s) == Wedge:  # noqa: E721
        return s.a * k
    return s.b * s.b


add_by_differences(compared_with_a_class, Wedge(0.3, 0.4), 2.0)


class Layer:
    def forward(self, x: np.ndarray) -> np.ndarray:
        raise NotImplementedError


@dataclass
class Dense(Layer):
    W: np.ndarray
    b: np.ndarray

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self.W @ x + self.b


@dataclass
class Relu(Layer):
    slope: float = 0.1

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.where(x > 0, x, self.slope * x)


@dataclass
class Tanh(Layer):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.tanh(x)


@dataclass
class Net:
    layers: list[Layer]
    head: Layer

    def __call__(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return self.head.forward(x)


def through_layers(layers: list[Layer], x: np.ndarray) -> float:
    for layer in layers:
        x = layer.forward(x)
    return np.sum(x**2)


def through_a_net(net: Net, x: np.ndarray) -> float:
    return np.sum(net(x) ** 2)


def by_name(layers: dict[str, Layer], x: np.ndarray) -> float:
    t = np.sum(layers["first"].forward(x))
    for layer in layers.values():
        t += np.sum(layer.forward(x) ** 2)
    return t


def of_any_number(layers: tuple[Layer, ...], x: np.ndarray) -> float:
    for layer in layers:
        x = layer.forward(x)
    return np.sum(x * x)


def written_before(layer: Layer, x: np.ndarray) -> float:
    x[0] = x[1] * 2.0
    return np.sum(layer.forward(x) ** 2)


LAYERS = [Dense(W, B), Tanh(), Dense(W + 0.1, B), Relu()]
add_by_differences(through_layers, LAYERS, X)
add_by_differences(through_a_net, Net(LAYERS[:2], LAYERS[3]), X)
add_by_differences(by_name, {"first": LAYERS[0], "second": LAYERS[3]}, X)
add_by_differences(of_any_number, tuple(LAYERS), X)
add_by_differences(written_before, LAYERS[0], X)


class Optimizer:
    def step(self, w: np.ndarray, g: np.ndarray) -> np.ndarray:
        raise NotImplementedError


@dataclass
class Descent(Optimizer):
    rate: float = 0.1

    def step(self, w, g):
        return w - self.rate * g


@dataclass
class Momentum(Optimizer):
    rate: float
    m: np.ndarray
    beta: float = 0.9

    def step(self, w, g):
        return w - self.rate * (self.beta * self.m + g)


def trained(optimizer: Optimizer, w: np.ndarray, n: int) -> float:
    for _ in range(n):
        w = optimizer.step(w, 2 * w)
    return np.sum(w * w)


def trained_by_one_of_a_list(w: np.ndarray, m: np.ndarray, rate: float, n: int, which: int):
    optimizers: list[Optimizer] = []
    for i in range(n):
        if i % 2 == which:
            optimizers.append(Descent(rate * (i + 1)))
        else:
            optimizers.append(Momentum(rate, m, 0.5 * rate))
    optimizer = optimizers[0]
    for _ in range(n):
        w = optimizer.step(w, 2 * w)
    return np.sum(w * w)


add_by_differences(trained, Descent(0.1), B, 3)
add_by_differences(trained, Momentum(0.1, X, 0.8), B, 3)
add_by_differences(trained_by_one_of_a_list, B, X, 0.2, 3, 0)
add_by_differences(trained_by_one_of_a_list, B, X, 0.2, 3, 1)


@dataclass
class Body:
    m: float

    def energy(self, v: float) -> float:
        return 0.5 * self.m * v * v


@dataclass
class Spinning(Body):
    inertia: float
    w: float

    def energy(self, v: float) -> float:
        return super().energy(v) + 0.5 * self.inertia * self.w**2


def energies(bodies: list[Body], v: float) -> float:
    return sum(body.energy(v) for body in bodies)


def of_the_heavy(bodies: list[Body], v: float) -> float:
    heavy = [body for body in bodies if body.m > 0.25]
    heavy.sort(key=lambda body: body.m)
    return sum(body.energy(v) * (i + 1) for i, body in enumerate(heavy))


def of_one_body(body: Body, v: float) -> float:
    return body.energy(v) * body.m


BODIES = [Body(0.3), Spinning(0.2, 0.4, 0.5), Body(0.7), Spinning(0.6, 0.4, 0.5)]
add_by_differences(energies, BODIES, 0.4)
add_by_differences(of_the_heavy, BODIES, 0.4)
add_by_differences(of_one_body, BODIES[1], 0.4)


# tables that decorators fill

RULES = {}
CLASSES = {}
STEPS = []


def rule(name):
    def enter(f):
        """Entered, and given back."""
        RULES[name] = f
        return f

    return enter


def kept(cls):
    CLASSES[cls.__name__] = cls
    return cls


def step(f):
    STEPS.append(f)
    return f


@rule("square")
def squared(x):
    return x * x


@rule(name="cube")
@step
def cubed(x):
    return x**3


@step
def halved(x):
    return 0.5 * x


@kept
class Scale:
    def __init__(self, by):
        self.by = by

    def apply(self, x):
        return self.by * x * x


def by_its_name(x: float, name: str) -> float:
    return RULES[name](x) + RULES["square"](x) * squared(2 * x)


def by_all_in_the_table(x: float) -> float:
    for f in STEPS:
        x = f(x) + x
    return x * len(RULES)


def by_a_class(x: float, by: float) -> float:
    return CLASSES["Scale"](by).apply(x)


add_by_differences(by_its_name, 0.3, "cube")
add_by_differences(by_its_name, 0.3, "square")
add_by_differences(by_all_in_the_table, 0.3)
add_by_differences(by_a_class, 0.3, 0.7)
