"""What scientists' programs take from the standard library: statistics, itertools, collections."""

import collections
import dataclasses
import itertools
import math
import statistics
from collections import namedtuple
from itertools import count, cycle, islice, repeat

import numpy as np

from corpus.cases import add_by_differences

X = np.array([0.31, 1.72, -0.6, 0.9])


def middles(x: "Float[np.ndarray, 'n']", y: float):
    values = [v * y for v in x]
    return (
        statistics.mean(values) * statistics.fmean(x), statistics.fmean(values, [1.0, y, 2.0, 0.5]),
        statistics.median(x * y), statistics.median([*values, y]),
        statistics.median_low(values) * statistics.median_high(v * v for v in x),
    )  # fmt: skip


def spreads(x: "Float[np.ndarray, 'n']", y: float):
    values = [v * y for v in x]
    return (
        statistics.stdev(values), statistics.pstdev(x * x), statistics.variance(values, y),
        statistics.pvariance(v**3 for v in x), statistics.stdev([x[0], x[2] * y, x[1] * y]),
    )  # fmt: skip


def spreads_of_several(x: "Float[np.ndarray, 'n']", y: float):
    squares = [v * v * y for v in x]
    return (
        statistics.covariance(x, squares), statistics.correlation(squares, x),
        statistics.geometric_mean(squares), statistics.harmonic_mean(squares),
    )  # fmt: skip


def as_far_as_there_are_some(x: "Float[np.ndarray, 'n']", y: float):
    total = 0.0
    for limit in (0.0, 1.0, 9.0):
        try:
            total += statistics.mean([v * y for v in x if v > limit])
        except statistics.StatisticsError:
            total += y * y
    return total


def lengths(x: "Float[np.ndarray, 'n']", y: float):
    values = [v * y for v in x]
    total = math.hypot(*values) + math.hypot(*x) + math.hypot(x[0], y, x[1])
    return total + math.prod(values) * math.fsum(values) + math.prod(x, start=y)


def round_and_round(x: "Float[np.ndarray, 'n']", y: float):
    total = sum(v * w for v, w in zip(x, cycle([1.0, y])))
    total += sum(islice(cycle(x), 6)) + sum(islice(cycle((y, 2.0)), 3))
    signs = cycle((1.0, -y))
    for v in x:
        total += v * next(signs)
    return total + sum(a * b for a, b in zip(x, repeat(y))) + sum(islice(x * y, 1, None))


def counted(x: "Float[np.ndarray, 'n']", y: float):
    total = sum(i * v for i, v in zip(count(1), x)) + sum(map(lambda i, v: v**i, count(1), x))
    numbers = count(2, 3)
    total += next(numbers) * y + next(numbers) * x[0]
    for i in numbers:
        total += y / i
        if i > 20:
            break
    return total + list(zip("abc", x, count()))[2][1]


def left_by_a_break(x: "Float[np.ndarray, 'n']", y: float):
    state = y
    for turn, rate in enumerate(cycle(x)):
        if turn > 9 or state > 50.0:
            break
        state += 0.1 * rate * state
    return state


def named_inside(x: "Float[np.ndarray, 'n']", y: float):
    State = namedtuple("State", ["position", "speed"])
    Rate = collections.namedtuple("Rate", "a, b", defaults=(2.0,))
    state, rate = State(x[0], speed=y), Rate(x[1])
    for v in x:
        state = State(state.position + 0.1 * state.speed, state.speed - rate.a * v)
        state = state._replace(speed=state.speed * rate.b)
    position, speed = state
    return position * speed


def from_iterators(x: "Float[np.ndarray, 'n']", y: float):
    first = np.fromiter((v * y for v in x), float, count=2)
    return first.sum() * np.fromiter(itertools.chain(x, [y]), dtype=float).sum()


def law(v, k):
    if v < k:
        return v * k
    return v**2


def of_each_element(x: "Float[np.ndarray, 'n']", y: float):
    each = np.vectorize(law)
    rows = np.vectorize(lambda v: v * v * y)(np.outer(x, x))
    cut = np.vectorize(lambda v: 0 if v < 0.5 else v, otypes=[float])(x[::-1])
    return each(x, y).sum() + (rows @ cut).sum() + np.vectorize(law, otypes="d")(x, x * y)[1]


class Counted:
    calls = 0
    weight = 2.0

    def called(self, v):
        if v > 0.0:
            self.calls += 1
        self.weight *= 1.0 + 0.1 * v
        return v * self.calls * self.weight


def values_of_the_class(x: "Float[np.ndarray, 'n']", y: float):
    class Own:
        turns = 0
        rate = y

        def turned(self, v):
            for _ in range(2):
                self.turns += 1
                self.rate *= v
            return self.turns * self.rate

    own = Own()
    one, several = Counted(), [Counted() for _ in x]
    total = sum(one.called(v * y) for v in x)
    for turn in range(2):
        for i in range(len(x)):
            total += several[i].called(x[i] * (turn + y))
    return total * one.weight + sum(own.turned(v) for v in x)


for function in (middles, spreads, spreads_of_several, as_far_as_there_are_some, lengths,
                 round_and_round, counted, left_by_a_break, named_inside, from_iterators,
                 of_each_element, values_of_the_class):  # fmt: skip
    add_by_differences(function, X, 1.3)


def in_the_order_of_keys(x: "Float[np.ndarray, 'n']", y: float):
    stages = collections.OrderedDict([("a", x[0]), ("b", y)])
    stages["c"] = x[1] * y
    stages.move_to_end("a")
    stages.move_to_end("c", last=False)
    name, last = stages.popitem()
    first = stages.popitem(last=False)[1]
    left = collections.OrderedDict((i, v * y) for i, v in enumerate(x))
    total = 0.0
    for i, value in left.items():
        total = total * y + value * i
    return total * last * first**2 * stages["b"] * len(name)


add_by_differences(in_the_order_of_keys, X, 1.3)


def as_long_as_the_longest(x: "Float[np.ndarray, 'n']", y: float):
    total = 0.0
    for i, (a, b) in enumerate(itertools.zip_longest(x, x[:2] * y, fillvalue=0.5)):
        total = total * y + a * b * (i + 1)
    for a, b in itertools.zip_longest(x, [y, y * y]):
        total += a**2 if b is None else a * b
    return total


def in_every_order(x: "Float[np.ndarray, 'n']", y: float):
    total = 0.0
    for a, b in itertools.permutations(x, 2):
        total = total * 0.5 + a * b * b * y
    for i, j, k in itertools.permutations(range(len(x)), 3):
        total += x[i] * math.sin(x[j]) * (k + y)
    return total


def every_other(x: "Float[np.ndarray, 'n']", y: float):
    first = [v * y for v in islice(x, 1, None, 2)]
    return sum(first) ** 2 + sum(v * v for v in islice(x, None, 3, 2))


def three_at_once(x: "Float[np.ndarray, 'n']", y: float):
    a, b, c = itertools.tee((v * y for v in x), 3)
    next(b, None)
    next(c, None)
    next(c, None)
    return sum(u * v * v * w for u, v, w in zip(a, b, c))


@dataclasses.dataclass
class Scaled:
    size: float
    factor: dataclasses.InitVar[float]
    scaled: float = dataclasses.field(init=False)
    held: list = dataclasses.field(default_factory=list)
    offset: dataclasses.InitVar[float] = 2.0

    def __post_init__(self, factor, offset):
        self.scaled = self.size * factor + offset
        self.held.append(self.scaled * self.size)


def given_to_be_made(x: "Float[np.ndarray, 'n']", y: float):
    one, other = Scaled(x[0], y), Scaled(y, factor=x[1], offset=x[2])
    return one.scaled * other.held[0] + one.held[0] * other.scaled


for function in (as_long_as_the_longest, in_every_order, every_other, three_at_once,
                 given_to_be_made):  # fmt: skip
    add_by_differences(function, X, 1.3)
