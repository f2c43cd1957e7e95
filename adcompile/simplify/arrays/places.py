"""Where along an axis of an array an element lies: `step * axis + offset`.

x[1:-1][j]      is x[j + 1]            x[::-1][j]      is x[n - 1 - j]
c[None, :][i, k]    is c[k]            row[:, None] * m    reads row[i] at (i, k)
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var


@dataclass(frozen=True, slots=True)
class Size:
    """The length of an axis: of dimension `dim`, for example that of `x`."""

    dim: k.Dim
    x: Var = field(compare=False)
    axis: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a slice begins or ends on an axis of this size, from 0 to the size."""

    size: Size
    given: Atom


@dataclass(frozen=True, slots=True)
class Linear:
    """`const`, and variables, sizes and bounds with a factor each."""

    terms: tuple[tuple[Hashable, int], ...] = ()
    const: int = 0

    def plus(self, other: Linear, factor: int = 1) -> Linear:
        found = dict(self.terms)
        for term, count in other.terms:
            found[term] = found.get(term, 0) + factor * count
        kept = tuple((term, count) for term, count in found.items() if count)
        return Linear(kept, self.const + factor * other.const)


ZERO = Linear()


@dataclass(frozen=True, slots=True)
class Place:
    """`step * axis + offset`; without an axis the offset alone."""

    axis: Any = None
    step: int = 1
    offset: Linear = ZERO

    @property
    def is_plain(self) -> bool:
        """Is this the axis itself, or the first of one element?"""
        return self.offset == ZERO and self.step == 1

    def over(self, places: Sequence[Place]) -> Place:
        """This place where its axis, a number, is one of these places."""
        if self.axis is None:
            return self
        inner = places[self.axis]
        offset = self.offset.plus(inner.offset, self.step)
        return Place(inner.axis, self.step * inner.step if inner.axis is not None else 1, offset)


Places = tuple[Place, ...]
FIRST = Place()


def constant(value: int) -> Place:
    return Place(None, 1, Linear((), value))


def composed(outer: Sequence[Place], inner: Sequence[Place]) -> Places:
    """Places given by axes that are themselves at places."""
    return tuple(place.over(inner) for place in outer)


def own(dims: Sequence[k.Dim]) -> Places:
    """Each axis itself; of one element, its first."""
    return tuple(FIRST if dim.is_one else Place(n) for n, dim in enumerate(dims))


def spread(dims: Sequence[k.Dim], over: Sequence[k.Dim]) -> Places | None:
    """Where an operand of these dimensions is read by a result of those it is broadcast to."""
    more = len(over) - len(dims)
    if more < 0:
        return None
    found: list[Place] = []
    for n, dim in enumerate(dims):
        if dim.is_one:
            found.append(FIRST)
        elif dim == over[more + n]:
            found.append(Place(more + n))
        else:
            return None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Span:
    """How long an axis of a view is: as an axis of the array, or as a slice of it."""

    axis: int
    start: Linear = ZERO
    stop: Linear | None = None
    step: int = 1


def edge(size: Size, given: Atom | None, last: bool) -> Linear:
    """Where a slice with step one begins, or ends (`last`), on an axis of this size."""
    whole = Linear(((size, 1),)) if size.dim.length is None else Linear((), size.dim.length)
    if given is None:
        return whole if last else ZERO
    if isinstance(given, Lit) and isinstance(given.value, int):
        value, length = given.value, size.dim.length
        if length is not None:
            return Linear((), max(0, min(value if value >= 0 else length + value, length)))
        if last and value < 0:
            return whole.plus(Linear((), value))
        if not last and value >= 0:
            return Linear((), value)
    return Linear(((Bound(size, given), 1),))


def sliced(size: Size, kind: k.Slice) -> tuple[Place, Span] | None:
    """What a slice selects of an axis: where, as a function of axis 0, and how much."""
    start, stop, step = (_bound(b) for b in (kind.start, kind.stop, kind.step))
    if any(b is Ellipsis for b in (start, stop, step)):
        return None
    if step == Lit(-1) and start is None and stop is None:
        place = Place(0, -1, edge(size, None, True).plus(Linear((), -1)))
        return place, Span(size.axis)
    if step is None or (isinstance(step, Lit) and type(step.value) is int and step.value > 0):
        first, last = edge(size, start, False), edge(size, stop, True)
        by = 1 if step is None else step.value
        if first == ZERO and stop is None and by == 1:
            return Place(0), Span(size.axis)
        return Place(0, by, first), Span(size.axis, first, last, by)
    return None


def _bound(value: Any) -> Any:
    """A bound of a slice as an atom, or None; Ellipsis where it is not known."""
    if value is None or value == Lit(None):
        return None
    if isinstance(value, (Var, Lit)):
        return value
    return Lit(value) if type(value) is int else Ellipsis
