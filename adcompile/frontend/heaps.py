"""heapq and bisect: functions of rules/written/heaps.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, classes
from adcompile.frontend.values import Value
from adcompile.rules.written import heaps

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _written(function: Callable[..., Any]) -> Callable[..., Value]:
    """A call of the function that stands for a library's."""

    def handle(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
        return calls.inline(low, classes.of_ours(function), args, keywords)

    return handle


HANDLERS = {name: _written(function) for name, function in heaps.FUNCTIONS.items()}
