"""Whether one object may be of two kinds, as far as tapes tell: what is on one is on no other.

    tape[float]    tape[float, tape[float]]    float[n]        three objects
    tape[float]    list[float]                                 maybe one

Kinds that say the same have one number, so that what is on a tape on a tape is looked at once.
"""

from __future__ import annotations

from adcompile.trace import kinds as k

ANYTHING, NUMBERS, TAPE = 0, 1, 2  # a tape of which nothing is known; others come behind


class Sorts:
    """The numbers of kinds."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[k.Kind, int]] = {}
        self.numbers: dict[tuple[int, ...], int] = {}
        self.tapes: dict[int, tuple[int, ...]] = {TAPE: ()}
        self.pairs: dict[tuple[int, int], bool] = {}

    def __call__(self, kind: k.Kind | None) -> int:
        if isinstance(kind, (k.Array, k.Scalar)):
            return NUMBERS
        if not isinstance(kind, k.Tape) or not kind.items:
            return TAPE if isinstance(kind, k.Tape) else ANYTHING
        found = self.known.get(id(kind))
        if found is None:
            items = tuple(map(self, kind.items))
            number = self.numbers.setdefault(items, len(self.tapes) + TAPE)
            self.tapes[number] = items
            found = self.known[id(kind)] = kind, number
        return found[1]

    def alike(self, first: int, second: int) -> bool:
        """May one object be of both?"""
        if first == second or ANYTHING in (first, second):
            return True
        if NUMBERS in (first, second):
            return False
        found = self.pairs.get((first, second))
        if found is None:
            items, others = self.tapes[first], self.tapes[second]
            same = len(items) == len(others) and all(map(self.alike, items, others))
            found = self.pairs[first, second] = same or not items or not others
        return found
