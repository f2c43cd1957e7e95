"""The helpers that an emitted module needs, by names of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adcompile.rules.helpers import SOURCES


class Helpers:
    """The helpers that the emitted text uses, by the name each has there."""

    def __init__(
        self, taken: set[str], sources: Mapping[str, str], called: Mapping[str, Sequence[str]]
    ) -> None:
        self.sources = sources
        self.called = called
        self.names = {name: _free(name, taken) for name in sources}
        self.used: dict[str, None] = {}
        self.taken = taken
        self.defined: dict[str, str] = {}

    def use(self, name: str) -> str:
        """The name of a helper in the emitted text."""
        if name not in self.used:
            self.used[name] = None
            for other in self.called.get(name, ()):
                self.use(other)
        return self.names[name]

    def run_by_python(self, name: str) -> str:
        """The name of a helper that drivers call, which Python runs."""
        text = SOURCES[name]
        if self.sources.get(name) == text:
            return self.use(name)
        own = f"{name}_given"
        return self.define(own, re.sub(rf"(?<!\.)\b{name}\(", f"{own}(", text.strip("\n")))

    def define(self, name: str, text: str) -> str:
        """The name of a function with a text of its own, made for this module."""
        if name not in self.names:
            self.names[name] = _free(name, self.taken)
            self.defined[name] = text.replace(f"def {name}(", f"def {self.names[name]}(")
        return self.names[name]

    def texts(self, aliases: Mapping[str, str]) -> list[str]:
        """The sources of the helpers used, in the order of the table, with modules renamed."""
        texts = [self._text(name, aliases) for name in self.sources if name in self.used]
        return texts + [_renamed(text, aliases) for text in self.defined.values()]

    def _text(self, name: str, aliases: Mapping[str, str]) -> str:
        text = _renamed(self.sources[name].strip("\n"), aliases)
        for other in (name, *self.called.get(name, ())):
            text = re.sub(rf"(?<![.\w]){other}\b(?=[(),])", self.names[other], text)
        return text


def _renamed(text: str, aliases: Mapping[str, str]) -> str:
    """The text with its modules by their aliases."""
    for known, alias in aliases.items():
        if known != alias:
            text = re.sub(rf"(?<!\.)\b{known}\.", f"{alias}.", text)
    return text


def _free(name: str, taken: set[str]) -> str:
    number = 0
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
