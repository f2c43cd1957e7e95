"""What a try has computed is not computed again behind it.

    try ValueError -> done:             try ValueError -> done, v2:
      v1 = math.log(x)                    v1 = math.log(x)
    if done -> y:                         yield True, v1
      v2 = math.log(x)          ->      if done -> y:
      yield v2                            yield v2
    else:                               else:
      yield 0.0                           yield 0.0

A loop that is alike takes the place of the one that was tried, with the tape that it fills; so does
a call, and the forward sweep of a callee that of the callee.

Runs after the transforms: until then the body of a try has no derivative, and gives no values.
For the last of them it runs at once, while it is known which sweep belongs to which callee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.simplify.lent import Lent
from adcompile.simplify.tried import KEPT, Facts, key, with_loops
from adcompile.trace.ir import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Equation,
    If,
    Lit,
    Trace,
    Var,
    blocks,
    everywhere,
    free,
    inside,
    walk,
)
from adcompile.trace.kinds import Kind
from adcompile.trace.substitute import substitute

NAME = "attempts"


def attempts(trace: Trace, forwards: Mapping[str, str] | None = None) -> Trace:
    """The trace with what its attempts compute read behind them.

    `forwards` names the callee that each forward sweep belongs to; it is given while the sweeps
    are as they were made.
    """
    return everywhere(lambda function: _attempts(function, forwards or {}), trace)


def forward_sweeps(trace: Trace) -> dict[str, str]:
    """The callee that each forward sweep of an adjoint belongs to."""
    links = (function.reverses for function in trace.functions.values())
    return {link.forward: link.primal for link in links if link is not None}


def _attempts(trace: Trace, forwards: Mapping[str, str]) -> Trace:
    kinds = dict(trace.kinds)
    body = _Pass(kinds, forwards).block(trace.body)
    return replace(trace, body=body, kinds=kinds)


class _Pass:
    def __init__(self, kinds: dict[Var, Kind], forwards: Mapping[str, str]) -> None:
        self.kinds = kinds
        self.facts = Facts(kinds, forwards)

    def block(self, block: Block) -> Block:
        eqns = [inside(eqn, self.block) for eqn in block.eqns]
        before: dict[int, list[Equation]] = {}
        for place, eqn in enumerate(eqns):
            if isinstance(eqn, If) and eqn.caught:
                before[place] = self.share(place, eqn, eqns)
        made = [each for n, eqn in enumerate(eqns) for each in (*before.get(n, ()), eqn)]
        return block.having(made, block.results)

    def share(self, place: int, tried: If, eqns: list[Equation]) -> list[Equation]:
        """Read what an attempt has made in the branches where it has come to its end.

        Returns what is to be computed before the attempt.
        """
        before: list[Equation] = []
        good = [out for out, atom in zip(tried.outs, tried.orelse.results) if atom == Lit(0)]
        for number in range(place + 1, len(eqns)):
            eqn = eqns[number]
            if isinstance(eqn, If) and eqn.cond in good:
                tried_body, after, moved = with_loops(tried.then, eqn.then, self.facts)
                lent = Lent(tried, tried_body, self.kinds)
                others = [*eqns[place + 1 : number], *eqns[number + 1 :]]
                elsewhere = free(Block(tuple(others), ())) if lent.tapes else {}
                if any(tape in elsewhere for tape in lent.tapes):
                    tried_body, after, moved = tried.then, eqn.then, []
                    lent = Lent(tried, tried_body, self.kinds)
                tried, eqn = replace(tried, then=tried_body), replace(eqn, then=after)
                read = free(after) if moved else {}
                mapping = {var: var for var in moved if var in read} | _shared(tried_body, after)
                outs = {var: Var(var.name) for var in mapping.values()}
                self.kinds.update((out, self.kinds[var]) for var, out in outs.items())
                missed = [lent.origins.get(var, UNDEF) for var in outs]
                tried = replace(
                    tried,
                    outs=(*tried.outs, *outs.values()),
                    then=replace(tried.then, results=(*tried.then.results, *outs)),
                    orelse=replace(tried.orelse, results=(*tried.orelse.results, *missed)),
                )
                new: dict[Var, Atom] = {var: outs[source] for var, source in mapping.items()}
                then = substitute(_without(after, new), new)
                orelse = lent.restored(eqn.orelse, outs)
                eqns[number] = replace(eqn, then=then, orelse=orelse)
                before += lent.lengths.values()
        eqns[place] = tried
        return before


def _shared(tried: Block, after: Block) -> dict[Var, Var]:
    """The variables of a block that are computed alike in the block of an attempt."""
    made = {
        key(eqn, {}): eqn.outs[0]
        for eqn in tried.eqns
        if isinstance(eqn, Apply) and len(eqn.outs) == 1 and eqn.op not in KEPT
    }
    found: dict[Var, Var] = {}
    for eqn in walk(after):
        if isinstance(eqn, Apply) and len(eqn.outs) == 1 and eqn.op not in KEPT:
            same = made.get(key(eqn, found))
            if same is not None:
                found[eqn.outs[0]] = same
    return found


def _without(block: Block, gone: Mapping[Var, Atom]) -> Block:
    """The block without the equations that make these variables."""
    eqns: list[Equation] = []
    for eqn in block.eqns:
        if isinstance(eqn, Apply) and len(eqn.outs) == 1 and eqn.outs[0] in gone:
            continue
        changed = {
            name: _without(below, gone)
            for name in ("then", "orelse", "cond", "body")
            if blocks(eqn) and isinstance(below := getattr(eqn, name, None), Block)
        }
        eqns.append(replace(eqn, **changed) if changed else eqn)  # type: ignore[arg-type]
    return Block(tuple(eqns), block.results)
