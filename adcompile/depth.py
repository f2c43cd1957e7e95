"""Programs that are nested more deeply than Python lets functions call one another.

An expression of a thousand terms is a tree a thousand deep, and a pass goes down with it.  What
fails so is done once more in a thread that has the stack for it.
"""

from __future__ import annotations

import contextvars
import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

LIMIT = 100_000  # calls inside one another
STACK = 256 << 20  # bytes of address space; three times what so many calls have been seen to take
_inside = threading.local()


def deep(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """The function, which may be called once more where it does not end for its depth."""

    @functools.wraps(function)
    def called(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            if getattr(_inside, "deep", False):
                raise
        return _in_thread(functools.partial(function, *args, **kwargs))

    return called


def _in_thread(function: Callable[[], Result]) -> Result:
    """What the function gives, or raises, in a thread with room for LIMIT calls."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        _inside.deep = True
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(run,), daemon=True)
    with _limits():
        thread.start()
        thread.join()
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def _limits() -> Iterator[None]:
    """Threads that are started here have their own stack, and Python uses it."""
    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(max(limit, LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
