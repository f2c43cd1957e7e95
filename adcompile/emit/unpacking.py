"""What asks for a length and then takes the items one by one is written as the user wrote it.

    if len(v) != 2:
        raise ValueError("not as many values to unpack as expected (2)")      ->      a, b = v
    a = v[0]
    b = v[1]
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from adcompile.rules.memory import DESTRUCTIVE, EFFECTS, expected
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Trace, inside, walk

Unpacked = dict[Apply, tuple[Apply | None, ...]]
"""The equations that take the items, by the question; None for an item that nobody reads."""


def unpacked(trace: Trace) -> tuple[Trace, Unpacked]:
    """The trace in which items are taken right behind the question for the length."""
    eqns = [eqn for eqn in walk(trace.body) if isinstance(eqn, Apply)]
    found: Unpacked = {}
    if not any(expected(eqn) for eqn in eqns):
        return trace, found
    whole = {eqn.out: eqn.args[0] for eqn in eqns if eqn.op == "builtins.len"}

    def block(given: Block) -> Block:
        made: dict[Equation, None] = {}
        eqns = [inside(eqn, block) for eqn in given.eqns]
        items = _Items(eqns)
        for n, check in enumerate(eqns):
            made[check] = None
            count = expected(check)
            if count and isinstance(check, Apply) and check.args[1] in whole:
                taken = items.behind(n, whole[check.args[1]], count)
                if taken and made.keys().isdisjoint(taken.values()):
                    found[check] = tuple(taken.get(number) for number in range(count))
                    made.update(dict.fromkeys(taken.values()))
        return given.having(made, given.results)

    body = block(trace.body)
    return (replace(trace, body=body) if found else trace), found


class _Items:
    """Where a block takes items by number, and where it may change what they are taken of."""

    def __init__(self, eqns: Sequence[Equation]) -> None:
        self.changes: list[int] = []
        self.places: dict[Atom, list[tuple[int, int, Apply]]] = {}
        for n, eqn in enumerate(eqns):
            if not isinstance(eqn, Apply) or eqn.op in DESTRUCTIVE or eqn.op in EFFECTS:
                self.changes.append(n)
            elif eqn.op == "mem.getitem" and isinstance(eqn.args[1], Lit):
                index = eqn.args[1].value
                if isinstance(index, int):
                    self.places.setdefault(eqn.args[0], []).append((n, index, eqn))

    def behind(self, place: int, source: Atom, count: int) -> dict[int, Apply]:
        """The equations that take items of the source behind a place, as far as nothing changes."""
        found: dict[int, Apply] = {}
        takes = self.places.get(source, [])
        change = bisect_right(self.changes, place)
        end = self.changes[change] if change < len(self.changes) else None
        for n, index, eqn in takes[bisect_right(takes, place, key=itemgetter(0)) :]:
            if len(found) == count or (end is not None and n > end):
                break
            if 0 <= index < count:
                found.setdefault(index, eqn)
        return found
