"""Timing by turns: every candidate runs once a round, and medians over the rounds are compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Call = Callable[[], object]


def seconds(calls: Mapping[str, Call], rounds: int = 21, slice_: float = 0.004) -> dict[str, float]:
    """The median time of one call of each candidate, measured alternately."""
    repeats = {name: _repeats(call, slice_) for name, call in calls.items()}
    samples: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            count = range(repeats[name])
            start = time.perf_counter()
            for _ in count:
                call()
            samples[name].append((time.perf_counter() - start) / len(count))
    return {name: statistics.median(times) for name, times in samples.items()}


def _repeats(call: Call, slice_: float) -> int:
    """How often to call, so that one sample takes about `slice_` seconds."""
    call()
    start = time.perf_counter()
    call()
    return max(1, int(slice_ / max(time.perf_counter() - start, 1e-7)))
