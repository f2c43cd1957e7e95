"""What asks for a length and then takes the items one by one is written as the user wrote it.

    if len(v) != 2:
        raise ValueError("not as many values to unpack as expected (2)")      ->      a, b = v
    a = v[0]
    b = v[1]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

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
        made: list[Equation] = []
        left = [inside(eqn, block) for eqn in given.eqns]
        while left:
            made.append(check := left.pop(0))
            count = expected(check)
            if count and isinstance(check, Apply) and check.args[1] in whole:
                taken = _taken(left, whole[check.args[1]], count)
                if taken:
                    found[check] = tuple(taken.get(number) for number in range(count))
                    made += taken.values()
                    left = [eqn for eqn in left if eqn not in made[-len(taken) :]]
        return given.having(made, given.results)

    body = block(trace.body)
    return (replace(trace, body=body) if found else trace), found


def _taken(eqns: Iterable[Equation], source: Atom, count: int) -> dict[int, Apply]:
    """The equations that take items of the source, as far as nothing changes."""
    found: dict[int, Apply] = {}
    for eqn in eqns:
        if not isinstance(eqn, Apply) or eqn.op in DESTRUCTIVE or eqn.op in EFFECTS:
            break
        if eqn.op == "mem.getitem" and eqn.args[0] is source and isinstance(eqn.args[1], Lit):
            place = eqn.args[1].value
            if isinstance(place, int) and 0 <= place < count:
                found.setdefault(place, eqn)
    return found
