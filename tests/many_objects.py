"""Programs with lists and dictionaries of objects, as their authors write them."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import NamedTuple

import numpy as np

try:
    import numpy.fft

    HAVE_FFT = True
except ImportError:
    HAVE_FFT = False

try:
    import a_module_that_nobody_has  # noqa: F401
except (ImportError, ModuleNotFoundError):
    HAVE_ANOTHER = False
else:
    HAVE_ANOTHER = True

log = logging.getLogger(__name__)
SPECIES = ("A", "B")


class Axis(IntEnum):
    X = 0
    Y = 1


class Phase(Enum):
    SOLID = 1
    FLUID = 2


@dataclass
class Particle:
    mass: float
    pos: np.ndarray
    name: str = "p"
    count = 0

    def kinetic(self) -> float:
        return 0.5 * self.mass * np.sum(self.pos**2)


@dataclass
class Box:
    particles: list[Particle]
    scale: float


@dataclass
class Bar:
    i: int
    j: int
    area: float


@dataclass
class Config:
    rate: float
    steps: int = 3
    places: tuple[int, ...] = (0, 1)

    def __post_init__(self):
        if self.rate <= 0 or self.steps < 1:
            raise ValueError("not positive")


class Fit(NamedTuple):
    slope: float
    residual: np.ndarray

    def norm(self) -> float:
        return float(np.sum(self.residual**2))


@dataclass
class Report:
    value: float
    parts: list[float] = field(default_factory=list)


class Elastic(ABC):
    @abstractmethod
    def energy(self, length: float) -> float: ...


class Spring(Elastic):
    made = 0

    def __init__(self, stiffness: float, rest: float, name: str = "s") -> None:
        Spring.made += 1
        self.number = Spring.made
        self.stiffness, self.rest = stiffness, rest
        self.name = name
        self.ends = np.zeros(2)

    @property
    def scaled(self) -> float:
        return self.stiffness / self.rest

    def energy(self, length: float) -> float:
        return self.scaled * (length - self.rest) ** 2


def pairs(particles: list[Particle]) -> float:
    total = 0.0
    for i in range(len(particles)):
        for j in range(i + 1, len(particles)):
            d = particles[i].pos - particles[j].pos
            total -= particles[i].mass * particles[j].mass / np.sqrt(np.sum(d * d) + 0.1)
    return total


def kicked(particles: list[Particle], dt: float) -> float:
    for _ in range(2):
        forces = [-p.pos for p in particles]
        for p, force in zip(particles, forces):
            p.pos = p.pos + dt * force / p.mass
    return sum(p.kinetic() for p in particles)


def in_place(particles: list[Particle], dt: float) -> float:
    for p in particles:
        p.pos *= 1.0 - dt * p.mass
    return sum(p.kinetic() for p in particles)


def heaviest(particles: list[Particle]) -> float:
    best = particles[0]
    for p in particles:
        if p.mass > best.mass:
            best = p
    return best.kinetic()


def lightest(particles: list[Particle]) -> float:
    first = second = particles[0]
    for p in particles[1:]:
        if p.kinetic() < first.kinetic():
            second = first
            first = p
    return first.mass * second.pos[0] + np.sum(first.pos)


def found_none(particles: list[Particle]) -> float:
    best = None
    for p in particles:
        if best is None or p.mass > best.mass:
            best = p
    return best.mass**2 + best.pos[1]


def by_key(particles: list[Particle]) -> float:
    best = min(particles, key=lambda p: p.kinetic())
    order = sorted(particles, key=lambda p: -p.mass)
    return best.mass * order[0].pos[0] + order[-1].kinetic()


def the_first(particles: list[Particle]) -> float:
    found = particles[0]
    for p in particles:
        if p.mass > 1.05:
            found = p
            break
    return found.kinetic()


def one_of_two(a: Particle, b: Particle) -> float:
    c = a if a.kinetic() > b.kinetic() else b
    return c.mass * c.pos[0] + max([a, b], key=lambda p: p.mass).pos[1]


@dataclass
class Row:
    key: float
    values: "float[:]"


def longest(rows: list[Row]) -> float:
    best = rows[0]
    for row in rows[1:]:
        if row.key < best.key:
            best = row
    return best.key * best.values.sum()


def together(particles: list[Particle], dt: float) -> float:
    more = particles + [Particle(dt, np.ones(2))]
    return sum(p.kinetic() for p in more)


def boxed(box: Box) -> float:
    return box.scale * sum(p.kinetic() for p in box.particles)


def of_boxes(boxes: list[Box]) -> float:
    total = 0.0
    for box in boxes:
        for p in box.particles:
            total += box.scale * p.mass * p.pos[Axis.X]
    return total


def tupled(particles: tuple[Particle, ...]) -> float:
    return sum(p.kinetic() for p in particles)


def by_name(particles: dict[str, Particle], name: str) -> float:
    return particles[name].kinetic() + sum(p.mass**2 for p in particles.values())


def all_items(params: dict[str, np.ndarray], rate: float) -> float:
    total = 0.0
    for name, w in params.items():
        if not name.startswith("b"):
            total += rate * np.sum(w**2)
    return total + sum(np.sum(params[name]) for name in params)


def changed_copy(params: dict[str, float]) -> float:
    new = dict(params)
    for name in params.keys():
        new[name] = new[name] ** 2
    return sum(new.values())


def stiffness(bars: list[Bar], x: np.ndarray) -> float:
    total = 0.0
    for bar in bars:
        total += bar.area * (x[bar.j] - x[bar.i]) ** 2
    return total


def stepped(config: Config, x: np.ndarray) -> float:
    total = 0.0
    for i in range(config.steps):
        for place in config.places:
            total += config.rate**i * x[place]
    return total


def stretched(springs: list[Spring], length: float) -> float:
    return sum(s.energy(length) for s in springs) + springs[0].stiffness * springs[-1].rest


def of_a_spring(spring: Spring, length: float) -> float:
    return spring.energy(length) + spring.energy(2 * length)


def counted(x: float) -> float:
    return Spring(x, 2.0).energy(3.0) * Spring(1.5, x).rest


def fitted(x: np.ndarray, slope: float) -> Fit:
    return Fit(slope=slope**2, residual=x - slope)


def reported(x: float) -> Report:
    return Report(x * x, [x, 2 * x])


def from_keys(x: float) -> float:
    rates = dict.fromkeys(SPECIES, 0.0)
    rates["A"] += x
    for name in rates:
        rates[name] += x * x
    return rates["A"] * rates["B"]


def each_axis(x: np.ndarray) -> float:
    return sum(x[axis] ** (axis + 2) for axis in Axis)


def with_flags(x: np.ndarray) -> float:
    if HAVE_ANOTHER:
        return np.sum(x)
    return np.sum(x**2) if HAVE_FFT else np.sum(x**3)


def moved(particles: list[Particle], dt: float) -> None:
    for p in particles:
        p.pos = p.pos + dt * p.mass
