"""Recurrences that the reverse of a loop goes through again, forwards, instead of a tape.

    for j in range(n) carry s, p:             for j in range(n) carry x_bar, p:
      s = s + x[j] * p                ->        x_bar[j] += p * s_bar
      p = p * t                                 p = p * t

Possible where the reverse of a turn only adds to what it carries, so that the order of the turns
does not matter; done where what the turn reads comes from a few additions and products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcompile.trace.ir import Apply, Atom, Block, For, Var
from adcompile.transforms.additive import all_sum_up

if TYPE_CHECKING:
    from adcompile.transforms.recording import Plan, Recorder

CHEAP = {
    "operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.floordiv",
    "operator.mod", "mem.getitem", "mem.tuple", "mem.slice", "builtins.len", "numpy.shape",
    "numpy.size",
}  # fmt: skip
FREE = {"mem.tuple", "mem.slice", "numpy.shape"}
A_VALUE = 4  # operations that cost no more than to put a value on a tape and to take it off


@dataclass(frozen=True, slots=True)
class Recurrences:
    """The carried variables of the loop that go along, and the equations of a turn."""

    carried: tuple[int, ...]
    eqns: tuple[tuple[int | None, Apply], ...]


def recurrences(
    recorder: Recorder, loop: For, plan: Plan, block: Block, params: Sequence[Var]
) -> Recurrences | None:
    """What replaces the tape of this plan; `block` is the reverse of a turn."""
    if loop.exits:
        return None
    before = {eqn for _, eqn in plan.again}
    found: dict[Var, None] = {}
    carried: dict[int, None] = {}
    work: list[Atom] = list(plan.saved)
    while work:
        var = work.pop()
        if not isinstance(var, Var) or var in found or var not in recorder.places:
            continue
        found[var] = None
        eqn, hole = recorder.places[var]
        if eqn is None:
            number = loop.params.index(var)
            carried[number] = None
            work.append(loop.body.results[number])
        elif isinstance(eqn, Apply) and hole is None and _is_cheap(recorder, eqn):
            work += eqn.args
        else:
            return None
    eqns = [(recorder.places[var][1], recorder.places[var][0]) for var in recorder.places]
    turn = tuple(
        (hole, eqn)
        for (hole, eqn), var in zip(eqns, recorder.places)
        if isinstance(eqn, Apply) and (var in found or eqn in before)
    )
    if _work(loop, [eqn for _, eqn in turn if eqn not in before]) > A_VALUE * len(plan.saved):
        return None
    if not all_sum_up(params, block.results, block, {}):
        return None
    return Recurrences(tuple(sorted(carried)), turn)


def _is_cheap(recorder: Recorder, eqn: Apply) -> bool:
    if eqn.op not in CHEAP or len(eqn.outs) != 1:
        return False
    return recorder.repeatable(eqn.out) and not any(
        isinstance(arg, Var) and recorder.sweep.storages.overwritten(arg) for arg in eqn.args
    )


def _work(loop: For, eqns: Sequence[Apply]) -> int:
    """The operations that differ from turn to turn."""
    moving: dict[Atom, None] = dict.fromkeys((loop.index, *loop.params))
    count = 0
    for eqn in eqns:
        if any(arg in moving for arg in eqn.args):
            moving.update(dict.fromkeys(eqn.outs))
            count += eqn.op not in FREE
    return count
