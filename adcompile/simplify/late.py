"""What was read of an adjoint is used before that is made zero.

    v = getitem(x_bar, i)                   v = getitem(x_bar, i)
    y_bar = write(x_bar, 0.0, i)            t = mul(c, v)
    t = mul(c, v)                    ->     y_bar = write(x_bar, 0.0, i)
    z = getitem(y_bar, k)                   z = getitem(y_bar, k)

For NumPy, where v is a view, and would be copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules import memory
from adcompile.simplify.products import opens_reverse
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Trace, Var, inside
from adcompile.trace.within import Within

NAME = "late"
NOTHING = (Lit(0.0), Lit(0))


def late(trace: Trace) -> Trace:
    """The trace with such zeros as late as may be, behind where its reverse sweep begins."""
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    pass_ = _Late(trace.kinds)
    behind = pass_.equations(eqns[begin:])
    if not pass_.moved:
        return trace
    return replace(trace, body=Block((*eqns[:begin], *behind), trace.body.results))


class _Late:
    def __init__(self, kinds: Mapping[Var, k.Kind]) -> None:
        self.kinds = kinds
        self.within = Within()
        self.moved = False

    def block(self, block: Block) -> Block:
        return block.having(self.equations(block.eqns), block.results)

    def equations(self, eqns: tuple[Equation, ...]) -> tuple[Equation, ...]:
        reads: dict[Atom, list[Apply]] = {}  # of arrays, in this block
        waiting: dict[Var, Apply] = {}  # zeros that nobody has read yet
        made: list[Equation] = []
        for eqn in (inside(eqn, self.block, tries=False) for eqn in eqns):
            for atom in [atom for atom in self.within.reads(eqn) if atom in waiting]:
                made.append(waiting.pop(atom))
            if isinstance(eqn, Apply) and eqn.op == "mem.getitem":
                reads.setdefault(eqn.args[0], []).append(eqn)
            if waiting and self.stays(eqn):
                made += waiting.values()
                waiting.clear()
            if isinstance(eqn, Apply) and self.is_zeroing(eqn, reads):
                waiting[eqn.out] = eqn
            else:
                made.append(eqn)
        made += waiting.values()
        if any(a is not b for a, b in zip(made, eqns)):
            self.moved = True
        return tuple(made)

    def is_zeroing(self, eqn: Apply, reads: Mapping[Atom, list[Apply]]) -> bool:
        """Does it make zero what was read just before?"""
        if eqn.op != "mem.write" or len(eqn.args) != 3 or eqn.args[1] not in NOTHING:
            return False
        found = reads.get(eqn.args[0], ())
        return any(
            read.args[1] == eqn.args[2] and isinstance(self.kinds[read.out], k.Array)
            for read in found
        )

    def stays(self, eqn: Equation) -> bool:
        """Is this nothing that zeros may be behind?"""
        return not isinstance(eqn, Apply) or eqn.op in memory.EFFECTS
