"""Derivatives in many directions, or with many seeds, at once: the directions are the last axis.

A derivative that has no form for many directions, or that the backend does not compile in it, is
taken one direction at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompile.errors import BackendError, NotVector
from adcompile.faces import trees
from adcompile.faces.compiled import Bound, Program
from adcompile.faces.runs import Runs
from adcompile.frontend import signature

BLOCK = 64
"""Directions at once, where there are more: the memory they take stays bounded."""
FEW = {"arrays": 1, "numbers": 5}
"""As many directions are taken one by one: of Python's numbers some are faster than an array."""
LANES = 4
"""Compiled loops over directions take so many at once, and what remains one by one."""


Derivation = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A derivative of a program for arguments, in one direction or in many."""

    program: Program
    derivation: Derivation
    of: Any
    runs: Runs

    @property
    def key(self) -> Any:
        return self.derivation, self.of, tuple([signature.key(value) for value in self.runs.values])

    def many(self, given: tuple[Any, ...]) -> Any:
        """The value and the derivative in many directions at once; None where there is no such."""
        program, known = self.program, self.program.single
        if known and self.key in known:
            return None
        try:
            derivation = (*self.derivation, ("vector", ()))
            return self.runs(program.bound(derivation, self.of, self.runs.values), given)
        except NotVector:
            known[self.key] = None
        except BackendError:
            if program.target is None:
                raise
            known[self.key] = None
        return None

    def one(self) -> Bound:
        return self.program.bound(self.derivation, self.of, self.runs.values)

    def in_blocks(
        self, like: Any, fixed: tuple[Any, ...] = (), alone: bool = False
    ) -> Iterator[tuple[int, int, Any, Any]]:
        """For each block of unit directions where it begins and ends, value and derivative.

        `like` is a tuple of what the parameters of the derivative are like or, if `alone`, what the
        only one is like; `fixed` are those before.
        """
        shapes, low = [np.shape(leaf) for leaf in trees.leaves(like)], 0
        count, few = sum(map(math.prod, shapes)), FEW["arrays" if any(shapes) else "numbers"]
        while few < count and low < count:
            high = min(low + BLOCK, count)
            directions = units(like, low, low + self.filled(high - low))
            both = self.many((*fixed, directions) if alone else (*fixed, *directions))
            if both is None:
                break
            yield low, high, *both
            low = high
        if low < count:
            yield from self.one_by_one(like, fixed, alone)

    def filled(self, count: int) -> int:
        """How many directions to take for so many: compiled, with directions of zeros, whole lanes.

        What they give is not read.
        """
        compiled = self.program.target is not None and bool(self.program.target.backend)
        return -(-count // LANES) * LANES if compiled else count

    def one_by_one(
        self, like: Any, fixed: tuple[Any, ...], alone: bool
    ) -> Iterator[tuple[int, int, Any, Any]]:
        """The same for blocks of one direction."""
        bound = self.one()
        for place, direction in enumerate(trees.basis(like)):
            given = (signature.to_real(direction),) if alone else tuple(direction)
            value, found = self.runs(bound, (*fixed, *given))
            yield place, place + 1, value, along_last(found)

    def in_many(
        self, given: tuple[Any, ...], count: int, fixed: tuple[Any, ...] = ()
    ) -> tuple[Any, Any]:
        """The value and its derivative in `count` directions; `fixed` is given before these."""
        if count == 0:  # nothing has no shape to compute with: of one direction, none
            zeros = map_all(lambda leaf: np.zeros((*leaf.shape[:-1], 1), leaf.dtype), given)
            value, found = self.in_many(zeros, 1, fixed)
            return value, map_all(lambda leaf: leaf[..., :0], found)
        both = self.many((*fixed, *given))
        if both is not None:
            value, found = both
            return value, found
        bound, parts = self.one(), []
        for i in range(count):
            one = map_all(lambda leaf, at=i: leaf[..., at][()], given)
            value, found = self.runs(bound, (*fixed, *one))
            parts.append(found)
        return value, stacked(parts)


def along_last(value: Any) -> Any:
    """A derivative in one direction as one in many."""
    return trees.map_leaves(lambda leaf: np.asarray(leaf)[..., None], value)


def units(like: Any, low: int, high: int) -> Any:
    """The unit directions from `low` to `high` of a structure, along a last axis."""
    position = 0

    def unit(leaf: Any) -> Any:
        nonlocal position
        shape, width = np.shape(leaf), high - low
        size, dtype = math.prod(shape), np.asarray(leaf).dtype
        made = np.zeros((*shape, width), dtype if dtype.kind in "fc" else float)
        first, last = max(low, position), min(high, position + size)
        if first < last:
            begin = (first - position) * width + first - low
            made.reshape(-1)[begin : begin + (last - first - 1) * (width + 1) + 1 : width + 1] = 1.0
        position += size
        return made

    return trees.map_leaves(unit, like)


def places(like: Any, low: int, high: int) -> Iterator[tuple[int, slice, slice]]:
    """The leaves of `like` that a block has directions of: which, and where there and here."""
    position = 0
    for which, leaf in enumerate(trees.leaves(like)):
        size = int(np.size(leaf))
        first, last = max(low, position), min(high, position + size)
        if first < last:
            yield which, slice(first - position, last - position), slice(first - low, last - low)
        position += size


def directions_of(given: Any, like: Any) -> int | None:
    """How many directions the leaves of `given` have behind the shapes of `like`; None if none."""
    found: list[int | None] = []

    def look(given: Any, like: Any) -> None:
        below, there = trees.parts(like), trees.parts(given)
        if below is not None:
            if there is None or len(there) != len(below):
                found.append(None)
                return
            for (_, item), (_, other) in zip(there, below, strict=True):
                look(item, other)
        elif trees.is_number(like) and given is not None:
            shape = np.shape(given)
            has = isinstance(given, np.ndarray) and shape[:-1] == np.shape(like) and shape != ()
            found.append(shape[-1] if has else None)

    look(given, like)
    return found[0] if found and len(set(found)) == 1 else None


def cast(given: Any, like: Any, name: str) -> Any:
    """Directions with the dtypes of what they belong to."""
    below, there = trees.parts(like), trees.parts(given)
    if below is not None and there is not None:
        pairs = zip(there, below, strict=True)
        return trees.rebuild(given, [cast(a, b, name + key) for (key, a), (_, b) in pairs])
    if not trees.is_number(like) or given is None:
        return given
    return trees.cast_like(given, np.asarray(like), name)


def map_all(change: Callable[..., Any], value: Any) -> Any:
    """The structure with each array replaced; all else stays."""
    below = trees.parts(value)
    if below is not None:
        return trees.rebuild(value, [map_all(change, item) for _, item in below])
    return change(value) if isinstance(value, np.ndarray) else value


def stacked(found: list[Any]) -> Any:
    """Derivatives in one direction each, put together along a last axis."""
    below = trees.parts(found[0])
    if below is not None:
        sides = [[item for _, item in trees.parts(each) or ()] for each in found]
        return trees.rebuild(found[0], [stacked(list(items)) for items in zip(*sides, strict=True)])
    return np.stack(found, axis=-1) if trees.is_number(found[0]) else None
