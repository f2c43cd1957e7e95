"""Emitted functions ready to be called, and those met so far, by the arguments they are for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from adcompile.frontend import live, signature
from adcompile.frontend.names import MISSING

MANY = 256
"""Signatures of a derivative kept at hand; each new function in an argument makes one."""


@dataclass(slots=True)
class Bound:
    """An emitted function with the closure values and the guards of one primal."""

    function: Callable[..., Any]
    text: str
    value: tuple[Any, ...]
    closure: list[tuple[str, Callable[[], Any]]] = field(default_factory=list)
    places: list[tuple[dict[str, Any], str, Any]] = field(default_factory=list)
    objects: list[tuple[Callable[[], Any], Any]] = field(default_factory=list)
    data: list[tuple[Callable[[], Any], Any]] = field(default_factory=list)
    conversions: list[tuple[int, frozenset[signature.Path]]] = field(default_factory=list)
    keywords: tuple[str, ...] = ()

    def holds(self) -> bool:
        """Is what the derivative depended on still the same?"""
        for names, name, value in self.places:
            if names.get(name, MISSING) is not value:
                return False
        for read, value in self.objects:
            if read() is not value:
                return False
        return not self.data or all(live.data_key(read()) == key for read, key in self.data)

    def __call__(self, values: Sequence[Any], extra: Sequence[Any] = (), **named: Any) -> Any:
        """Call with the primal's arguments in order, then seeds or tangents."""
        for i, kept in self.conversions:
            values = (*values[:i], signature.to_real(values[i], kept), *values[i + 1 :])
        if self.keywords:
            split = len(values) - len(self.keywords)
            named.update(zip(self.keywords, values[split:], strict=True))
            values = values[:split]
        for name, read in self.closure:
            named[name] = read()
        return self.function(*values, *extra, **named)


@dataclass(slots=True)
class Table:
    """One derivative for the arguments met so far: alike, and exactly so."""

    alike: dict[Any, Bound] = field(default_factory=dict)
    exact: dict[Any, Bound] = field(default_factory=dict)

    def keep(self, exact: Any, bound: Bound) -> Bound:
        """Keep what arguments of these very types and shapes are compiled as, if they have any."""
        if exact is not None:
            while len(self.exact) >= MANY:
                del self.exact[next(iter(self.exact))]
            self.exact[exact] = bound
        return bound
