"""Who wants to see the trace after each pass: the printer of traces, and the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adcompile.trace.ir import Trace

Watcher = Callable[[str, Trace], None]
watchers: list[Watcher] = []
"""Called with the name of each pass and the trace it made."""


def watched(name: str, trace: Trace) -> Trace:
    """The trace, shown to those who want to see it."""
    for watch in watchers:
        watch(name, trace)
    return trace


@contextmanager
def watching(watch: Watcher) -> Iterator[None]:
    """Let `watch` see what the passes make."""
    watchers.append(watch)
    try:
        yield
    finally:
        watchers.remove(watch)
