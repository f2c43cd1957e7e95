"""The functions that the traces of a module call, each written once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adcompile.trace.ir import Trace

Write = Callable[[Trace, str, Mapping[str, str]], str]


class Callees:
    """The callees written so far, by their name in the module.

    Two traces may bring functions of one name.  Where their texts are the same they are one
    function; where not, those of the later trace are numbered.
    """

    def __init__(self, write: Write, taken: set[str]) -> None:
        self.write = write
        self.taken = taken
        self.texts: dict[str, str] = {}

    def add(self, trace: Trace) -> Mapping[str, str]:
        """Write the callees of a trace; the name that each of them has in the module."""
        number = 0
        while True:
            end = f"_{number}" if number else ""
            names = {name: name + end for name in trace.functions}
            if self.taken.isdisjoint(names.values()):
                texts = {
                    names[name]: self.write(callee, names[name], names)
                    for name, callee in trace.functions.items()
                }
                if all(self.texts.get(name, text) == text for name, text in texts.items()):
                    self.texts |= texts
                    return names
            number += 1
