"""How much work a call is: the calls of functions that it makes, counted, not timed."""

from __future__ import annotations

import cProfile
from collections.abc import Callable
from typing import Any


def calls_of(function: Callable[..., Any], *args: Any) -> int:
    """How many calls of functions function(*args) makes."""
    profile = cProfile.Profile()
    profile.runcall(function, *args)
    return sum(entry.callcount for entry in profile.getstats())
