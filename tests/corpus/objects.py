"""Programs with classes of their own: operators, properties, inheritance, records."""

import dataclasses
import functools
import math
from collections import namedtuple
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from corpus.cases import add

X = np.array([0.3, -0.7, 1.2, 0.5])


class State(NamedTuple):
    pos: float
    vel: float
    mass: float = 2.0

    def energy(self):
        return 0.5 * self.mass * self.vel**2 + self.pos**2

    @property
    def momentum(self):
        return self.mass * self.vel


Point = namedtuple("Point", ["x", "y"])
Box = namedtuple("Box", "low high", defaults=(1.0,))


def stepped(p, v):
    s = State(p, v)
    for _ in range(3):
        s = s._replace(pos=s.pos + 0.1 * s.vel, vel=s.vel - 0.1 * s.pos)
    return s.energy() * s.momentum


add(stepped, 0.4, 0.7)


def unpacked_point(a, b):
    p = Point(a, y=b)
    q = Point(p.y * 2.0, p.x)
    x, y = q
    return x * y + p[0] ** 2 + q[-1] + sum(q) * len(q)


add(unpacked_point, 0.3, 0.8)


def box_with_default(a):
    box = Box(a * a)
    return (box.high - box.low) ** 3


add(box_with_default, 0.3)


def point_as_dictionary(a: float, b: float):
    d = Point(a, b)._asdict()
    return d["x"] * d["y"] ** 2


add(point_as_dictionary, 0.3, 0.9)


@dataclass(frozen=True)
class Pair:
    a: float
    b: float = 2.0


def replaced_fields(a):
    f = Pair(a)
    g = replace(f, b=f.a * 3.0)
    h = dataclasses.replace(g, a=g.b)
    return h.a * h.b + g.a


add(replaced_fields, 0.7)


def compared_fields(a, b):
    return a * b if Pair(a, b) == Pair(a, b) and Pair(a) != Pair(b) else a


add(compared_fields, 0.7, 0.2)


@dataclass
class Spring:
    k: float
    c: float = field(default=0.1)
    log: list = field(default_factory=list)
    w: float = field(init=False)

    def __post_init__(self):
        self.w = self.k**0.5


def dataclass_with_fields(k):
    first, second = Spring(k), Spring(k * k, k)
    first.log.append(first.w)
    return first.log[0] * second.w + second.c + len(second.log)


add(dataclass_with_fields, 0.7)


START = np.array([1.0, 0.5, 2.0])


def begun():
    return START * START[1]


@dataclass
class Joint:
    at: np.ndarray = field(default_factory=begun)
    limits: dict = field(default_factory=lambda: {"low": 0.5, "high": [2.0, START[2]]})
    spring: Spring = field(default_factory=functools.partial(Spring, 2.0))
    ends: tuple = (0.5, (2.0, "m"))


def fields_made_by_functions(x):
    p, q = Joint(), Joint()
    p.at = p.at * x
    p.limits["low"] *= x
    p.limits["high"][1] += x * x
    both = p.limits["high"][1] * q.limits["high"][1] + p.spring.w * p.limits["low"]
    return np.sum(p.at * q.at) * both * q.limits["low"] * p.ends[1][0] + p.ends[0] * x


add(fields_made_by_functions, 0.7)


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __setitem__(self, i, value):
        if i == 0:
            self.x = value
        else:
            self.y = value

    def __len__(self):
        return 3

    def __iter__(self):
        return iter((self.y, self.x))

    def __contains__(self, value):
        return value == self.y

    def __bool__(self):
        return self.x > 0.0

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __eq__(self, other):
        return self.x == other.x

    def __lt__(self, other):
        return abs(self) < abs(other)

    @property
    def norm(self):
        return (self.x**2 + self.y**2) ** 0.5

    @norm.setter
    def norm(self, r):
        s = r / self.norm
        self.x, self.y = self.x * s, self.y * s


def in_place_operator(a, b):
    u = Vector(a, b)
    v = u
    u += Vector(b, b)
    return v.x * v.y


add(in_place_operator, 0.3, 0.8)


def property_setter(a, b):
    u = Vector(a, b)
    u.norm = 2.0 * b
    return u.x + 3.0 * u.y


add(property_setter, 0.3, 0.8)


def items_of_object(a, b):
    u = Vector(a, b)
    u[1] = u[0] * b
    u[0] += 2.0 * b
    x, y = u
    return x * u[1] ** 2 + y + len(u) + (2.0 * -u)[1]


add(items_of_object, 0.3, 0.8)


def truth_of_object(a, b):
    total = a
    for u in [Vector(a, b), Vector(-a, b)]:
        if u:
            total = total * abs(u)
        else:
            total = total + u.y**2
    return total


add(truth_of_object, 0.3, 0.8)


def compared_objects(a: float, b: float):
    u, v = Vector(a, b), Vector(a, 2.0 * b)
    total = a * b if u == v else a
    total += u.x if u != v else v.y
    return total * (u.y if v > u else v.x) + (a if b in u else b**2)


add(compared_objects, 0.3, 0.8)


class Shape:
    sides = 0
    scale = 1.5

    def __init__(self, size):
        self.size = size

    def area(self):
        return 0.0

    def scaled(self):
        return self.scale * self.area()

    @classmethod
    def corners(cls):
        return cls.sides


class Square(Shape):
    sides = 4

    def area(self):
        return self.size**2

    def scaled(self):
        return 2.0 * super().scaled() + self.corners()


class Circle(Shape):
    def __init__(self, r):
        super().__init__(2.0 * r * r)
        self.r = r

    def area(self):
        return math.pi * self.r**2


class Round(Circle):
    scale = 0.5

    def area(self):
        return super().area() * self.size


def inherited(a, b):
    return sum(s.scaled() for s in [Square(a), Circle(b), Round(a * b)])


add(inherited, 0.3, 0.8)


def by_class(a, b):
    total = 0.0
    for s in (Square(a), Circle(b), Round(b)):
        if isinstance(s, Square):
            total += s.area() * s.sides
        elif isinstance(s, Shape):
            total += 2.0 * s.area()
    return total * Square.sides


add(by_class, 0.3, 0.8)


def doubled(f):
    @wraps(f)
    def inner(*args, **options):
        return 2.0 * f(*args, **options)

    return inner


def raised(n):
    def decorate(f):
        def inner(t):
            return f(t) ** n

        return inner

    return decorate


@doubled
@raised(3)
def shifted(x):
    return x + 0.5


def decorated_callees(x):
    @doubled
    def inner(t):
        return t * t

    return shifted(x) * inner(x) + shifted(2.0 * x)


add(decorated_callees, 0.4)


def popped_and_grown(x):
    stack = [[x], [x * x]]
    stack.pop().append(3.0)
    return len(stack) * x + sum(stack[0])


add(popped_and_grown, 0.4)


def matched_records(x):
    total = 0.0
    for s in [Pair(x), Point(x, x * x), Spring(x)]:
        match s:
            case Pair(a, b=b):
                total += a * b
            case Point(px, py):
                total += px * py**2
            case Spring(k=k):
                total += k**3
    return total


add(matched_records, 0.3)


def matched_rest(x):
    match {"kind": "power", "p": 3.0, "q": x}:
        case {"kind": "line", "k": k}:
            return k * x
        case {"kind": "power", **rest}:
            return x ** rest["p"] * rest["q"] + len(rest)
    return x


add(matched_rest, 0.3)


class Scaled:
    K = 3.0

    def __init__(self, a):
        self.a = a

    def value(self):
        return type(self).K * self.a * self.__class__.K


class More(Scaled):
    K = 5.0


def class_values(x):
    return Scaled(x).value() * More(x).value() + type(More(x)).K * x


add(class_values, 0.8)


@dataclasses.dataclass(frozen=True)
class Grid:
    cells: float = 8.0
    courant: float = 0.4
    scheme: str = "upwind"

    @property
    def width(self):
        return 1.0 / self.cells


def upwind(u, speed, grid=Grid()):
    """The default says what an argument without annotation is, and what of it is a property."""
    step = grid.courant * grid.width / abs(speed)
    for _ in range(2):
        if grid.scheme != "upwind":
            raise ValueError(f"unknown scheme {grid.scheme!r}")
        change = u - np.roll(u, 1) if speed > 0 else np.roll(u, -1) - u
        u = u - speed * step / grid.width * change * (1 + 0.1 * u * grid.width)
    return u


add(upwind, X, 0.7, Grid(6.0))


class Kept:
    def __init__(self, a):
        self.a = a
        self.count = 0

    @functools.cached_property
    def total(self):
        self.count += 1
        return np.sum(self.a**2)

    @functools.cached_property
    def half(self):
        return 0.5 * self.total


def computed_once_and_kept(x):
    kept = Kept(x.copy())
    first = kept.half
    kept.a[0] = x[1]
    kept.a = kept.a * x[2]
    return first * kept.total * kept.count + kept.half * np.sum(kept.a)


add(computed_once_and_kept, X)


def kept_in_a_loop(x, n):
    kept = Kept(x * 2.0)
    s = 0.0
    for i in range(n):
        s += kept.a[i] * kept.a[0]
    return s * kept.half + kept.half


add(kept_in_a_loop, X, 2)


@dataclass
class Twig:
    v: Any
    left: Any = None
    right: Any = None


def thickness(twig):
    return 0.0 if twig is None else twig.v**2 + thickness(twig.left) + thickness(twig.right)


def twice_as_thick(x, n):
    twig = Twig(x)
    for _ in range(n):
        twig = Twig(x, twig, twig)
    return thickness(twig)


add(twice_as_thick, 0.7, 3)
