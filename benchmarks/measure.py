"""Timing by turns: every candidate runs once a round, and medians over the rounds are compared."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Call = Callable[[], object]
ROUNDS = 31


class Times:
    """The seconds of a call of each candidate, round by round."""

    def __init__(self, rounds: dict[str, list[float]]) -> None:
        self.rounds = rounds

    def __contains__(self, name: str) -> bool:
        return name in self.rounds

    def seconds(self, name: str) -> float:
        return statistics.median(self.rounds[name])

    def ratio(self, one: str, other: str) -> float:
        """The median over the rounds of one / other, the two measured right after each other."""
        pairs = zip(self.rounds[one], self.rounds[other], strict=True)
        return statistics.median(a / b for a, b in pairs)


def measure(
    calls: Mapping[str, Call], budget: float = 4.0, least: int = 3, slice_: float = 0.004
) -> Times:
    """The processor time of one call of each candidate, measured alternately.

    There are so many rounds as the budget of seconds allows, but at least so many.
    """
    repeats, round_ = {}, 0.0
    for name, call in calls.items():
        repeats[name], took = _repeats(call, slice_)
        round_ += took
    samples: dict[str, list[float]] = {name: [] for name in calls}
    gc.disable()
    try:
        for _ in range(max(least, min(ROUNDS, int(budget / round_)))):
            for name, call in calls.items():
                samples[name].append(_time(call, repeats[name]))
    finally:
        gc.enable()
    return Times(samples)


def _time(call: Call, repeats: int) -> float:
    count = range(repeats)
    start = time.process_time()
    for _ in count:
        call()
    return (time.process_time() - start) / repeats


def _repeats(call: Call, slice_: float) -> tuple[int, float]:
    """How often to call, so that one sample takes about `slice_` seconds; and what it took."""
    repeats = 1
    while True:
        start = time.process_time()
        for _ in range(repeats):
            call()
        took = time.process_time() - start
        if took >= slice_ / 2 or repeats >= 1_000_000:
            return repeats, took
        repeats *= 2
