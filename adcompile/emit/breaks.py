"""A branch that ends its loop says so itself.

    if c -> found.1:                        if c -> found.1, stop:
      yield True                              yield True, True                if c:
    else:                                   else:                                 found = True
      yield found.0                ->         yield found.0, False                break
    break if c                              break if stop
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.emit.nested import count_uses
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Block, For, If, Lit, Trace, Var, While, inside, walk


def flagged(trace: Trace) -> Trace:
    """The trace with a flag where a loop ends by the condition of the last branch of its turn."""
    if not any(isinstance(eqn, (For, While)) and eqn.exits for eqn in walk(trace.body)):
        return trace
    flags = _Flags(count_uses(trace))
    body = flags.block(trace.body)
    return replace(trace, body=body, kinds={**trace.kinds, **flags.made}) if flags.made else trace


class _Flags:
    def __init__(self, uses: Mapping[Atom, int]) -> None:
        self.uses = uses
        self.made: dict[Var, k.Kind] = {}

    def block(self, block: Block) -> Block:
        eqns = [inside(eqn, self.block) for eqn in block.eqns]
        for n, eqn in enumerate(eqns):
            if isinstance(eqn, (For, While)) and eqn.exits:
                body, flag = self.ended(eqn.body, eqn.body.results[-1])
                if body is not eqn.body:
                    eqns[n] = replace(eqn, body=Block(body.eqns, (*body.results[:-1], flag)))
        return block.having(eqns, block.results)

    def ended(self, block: Block, flag: Atom) -> tuple[Block, Atom]:
        """The block, and what says at its end whether the loop is left."""
        last = block.eqns[-1] if block.eqns else None
        if not isinstance(last, If) or not isinstance(flag, Var) or last.caught or not last.outs:
            return block, flag
        if last.cond is flag:
            made, flag = self.told(last)
        elif flag in last.outs and self.uses.get(flag) == 1:
            made = self.within(last, last.outs.index(flag))
        else:
            return block, flag
        return block.having((*block.eqns[:-1], made), block.results), flag

    def told(self, branch: If) -> tuple[If, Var]:
        """The branch, with whether its condition held."""
        out = Var()
        self.made[out] = k.Scalar("bool")
        then = Block(branch.then.eqns, (*branch.then.results, Lit(True)))
        orelse = Block(branch.orelse.eqns, (*branch.orelse.results, Lit(False)))
        return replace(branch, outs=(*branch.outs, out), then=then, orelse=orelse), out

    def within(self, branch: If, place: int) -> If:
        """The branch, with such flags in its sides; nothing but the end of the loop reads them."""
        sides = []
        for side in (branch.then, branch.orelse):
            block, end = self.ended(side, side.results[place])
            results = (*block.results[:place], end, *block.results[place + 1 :])
            sides.append(block.having(block.eqns, results))
        return branch.having(branch.cond, *sides)
