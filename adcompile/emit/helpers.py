"""The helpers that an emitted module needs, by names of its own."""

from __future__ import annotations

from adcompile.rules.helpers import SOURCES


class Helpers:
    """The helpers that the emitted text uses, by the name each has there."""

    def __init__(self, taken: set[str]) -> None:
        self.names = {name: _free(name, taken) for name in SOURCES}
        self.used: dict[str, None] = {}

    def use(self, name: str) -> str:
        """The name of a helper in the emitted text."""
        self.used[name] = None
        return self.names[name]

    def texts(self, numpy: str) -> list[str]:
        """The sources of the helpers used, in the order of the table."""
        return [self._text(name, numpy) for name in SOURCES if name in self.used]

    def _text(self, name: str, numpy: str) -> str:
        text = SOURCES[name].strip("\n").replace("np.", f"{numpy}.")
        return text.replace(f"{name}(", f"{self.names[name]}(")


def _free(name: str, taken: set[str]) -> str:
    number = 0
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
