"""A branch that ends the forward sweep is reversed where it stands.

    if c -> z, w:                                  if c -> z, x_bar:
      w' = sin(x)                                    w = sin(x)
      yield w' * w', w'                              z' = w * w
    else: yield x, undefined                         w_bar = 2 * w * z_bar
    if c -> x_bar:                       ->          yield z', w_bar * cos(x)
      w_bar = 2 * w * z_bar                        else: yield x, z_bar
      yield w_bar * cos(x)
    else: yield z_bar

What its reverse reads need not leave it then; and of branches in branches, not all those around.
Numbers only: there is nothing to be held, or changed in place, in between.  And no loop before it:
the reverse of that may follow right after each turn (`joint`), where it waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Block, Call, Equation, For, If, Lit, While, blocks

if TYPE_CHECKING:
    from adcompile.transforms.adjoint import Sweep

NAME = "turning"
HOLE = "mem.hole"
FORWARD, REVERSE = "# forward sweep", "# reverse sweep"
BOTH = "# both sweeps of a branch"
SAFE = ("operator.add", "operator.sub", "operator.mul", "operator.neg")  # these raise nothing
Sweeps = tuple[list[Equation], Block]
Settle = Callable[["Sweep", list[Equation], Block, bool], Sweeps]


def turned(
    sweep: Sweep, forward: list[Equation], block: Block, settle: Settle, plain: bool
) -> Sweeps:
    """The forward sweep with such a branch, and what is left of the reverse sweep behind it.

    `settle` does the same for its sides; `plain` says that these are the sides of one.
    """
    first = next((eqn for eqn in reversed(forward) if not _is_late(eqn)), None)
    second = sweep.reverses.get(first) if isinstance(first, If) else None
    if not isinstance(first, If) or second is None or second not in block.eqns:
        return forward, block
    here, there = forward.index(first), block.eqns.index(second)
    early, late = block.eqns[:there], forward[here + 1 :]
    rest = Block(block.eqns[there + 1 :], block.results)
    if any(isinstance(eqn, (For, While, Call)) for eqn in forward[:here]):
        return forward, block
    if not _may_meet(sweep, (first, *late), (*early, second), rest, plain):
        return forward, block
    if not plain and not all(_is_plain(sweep, eqn) for eqn in (*early, first, second, *late)):
        return forward, block
    sides: list[Block] = []
    for one, other in zip(blocks(first), blocks(second)):
        begun, ended = settle(sweep, list(one.eqns), Block(other.eqns[1:], other.results), True)
        sides.append(Block((*begun, *ended.eqns), (*one.results, *ended.results)))
    whole = If((*first.outs, *second.outs), first.cond, sides[0], sides[1], first.loc)
    sweep.turned[whole] = None
    return [*forward[:here], *early, whole, *late], rest


def with_headings(
    sweep: Sweep, forward: Sequence[Equation], reverse: Sequence[Equation]
) -> tuple[Equation, ...]:
    """Both sweeps, with a comment above each, and above the branch in which they meet."""
    place = next((n for n, eqn in enumerate(forward) if eqn in sweep.turned), None)
    if place is None:
        return _comment(FORWARD), *forward, _comment(REVERSE), *reverse
    before = (_comment(FORWARD), *forward[:place]) if place else ()
    after = (_comment(REVERSE), *reverse) if reverse else ()
    return *before, _comment(BOTH), *forward[place:], *after


def _comment(text: str) -> Apply:
    return Apply((), "mem.effect", (Lit(text),))


def _is_late(eqn: Equation) -> bool:
    """May it as well be done behind what follows?  It raises nothing."""
    return isinstance(eqn, Apply) and eqn.op in SAFE


def _may_meet(
    sweep: Sweep, forward: Sequence[Equation], reverse: Sequence[Equation], rest: Block, plain: bool
) -> bool:
    """Does the reverse read nothing that the forward sweep ends with, but what is in the branch?

    It has to read some of that, but inside of a branch that is one already; nothing else reads it.
    """
    within = sweep.within
    made = dict.fromkeys(out for eqn in forward for out in eqn.outs)
    inside = {var: None for var in within.makes(forward[0]) if var not in made}
    read = [within.reads(eqn).keys() for eqn in reverse]
    serves = plain or not inside.keys().isdisjoint(read[-1])
    apart = all(map(made.keys().isdisjoint, read))
    return serves and apart and inside.keys().isdisjoint(within.free(rest))


def _is_plain(sweep: Sweep, eqn: Equation) -> bool:
    """Are these operations on numbers, and branches of them?"""
    if isinstance(eqn, Apply):
        atoms = (*eqn.args, *eqn.outs)
        numbers = all(isinstance(sweep.build.kind(atom), k.Scalar) for atom in atoms)
        return eqn.op == HOLE or (numbers and not eqn.op.startswith("mem."))
    inner = (below for block in blocks(eqn) for below in block.eqns)
    return isinstance(eqn, If) and not eqn.caught and all(_is_plain(sweep, e) for e in inner)
