"""What a try has computed is not computed again behind it.

    try ValueError -> done:             try ValueError -> done, v2:
      v1 = math.log(x)                    v1 = math.log(x)
    if done -> y:                         yield True, v1
      v2 = math.log(x)          ->      if done -> y:
      yield v2                            yield v2
    else:                               else:
      yield 0.0                           yield 0.0

A loop that is alike takes the place of the one that was tried, with the tape that it fills.

Runs after the transforms: until then the body of a try has no derivative, and gives no values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.simplify.tried import KEPT, key, with_loops
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
    walk,
)
from adcompile.trace.kinds import Kind
from adcompile.trace.substitute import substitute

NAME = "attempts"


def holds_attempts(trace: Trace) -> bool:
    """Is there an If that catches exceptions?"""
    traces = (trace, *trace.functions.values())
    return any(isinstance(e, If) and e.caught for t in traces for e in walk(t.body))


def attempts(trace: Trace) -> Trace:
    """The trace with what its attempts compute read behind them."""
    return everywhere(_attempts, trace)


def _attempts(trace: Trace) -> Trace:
    kinds = dict(trace.kinds)
    body = _Pass(kinds).block(trace.body)
    return replace(trace, body=body, kinds=kinds)


class _Pass:
    def __init__(self, kinds: dict[Var, Kind]) -> None:
        self.kinds = kinds

    def block(self, block: Block) -> Block:
        eqns = [self.inner(eqn) for eqn in block.eqns]
        for place, eqn in enumerate(eqns):
            if isinstance(eqn, If) and eqn.caught:
                self.share(place, eqn, eqns)
        return Block(tuple(eqns), block.results)

    def inner(self, eqn: Equation) -> Equation:
        changed = {
            name: self.block(below)
            for name in ("then", "orelse", "cond", "body")
            if isinstance(below := getattr(eqn, name, None), Block)
        }
        return replace(eqn, **changed) if changed else eqn  # type: ignore[arg-type]

    def share(self, place: int, tried: If, eqns: list[Equation]) -> None:
        """Read what an attempt has made in the branches where it has come to its end."""
        good = [out for out, atom in zip(tried.outs, tried.orelse.results) if atom == Lit(0)]
        for number in range(place + 1, len(eqns)):
            eqn = eqns[number]
            if isinstance(eqn, If) and eqn.cond in good:
                tried_body, after, loops = with_loops(tried.then, eqn.then, self.kinds)
                tried, eqn = replace(tried, then=tried_body), replace(eqn, then=after)
                mapping = {var: var for var in loops} | _shared(tried.then, eqn.then)
                outs = {var: Var(var.name) for var in mapping.values()}
                self.kinds.update((out, self.kinds[var]) for var, out in outs.items())
                tried = replace(
                    tried,
                    outs=(*tried.outs, *outs.values()),
                    then=replace(tried.then, results=(*tried.then.results, *outs)),
                    orelse=replace(
                        tried.orelse, results=(*tried.orelse.results, *[UNDEF] * len(outs))
                    ),
                )
                new: dict[Var, Atom] = {var: outs[source] for var, source in mapping.items()}
                then = substitute(_without(eqn.then, new), new)
                eqns[number] = replace(eqn, then=then)
        eqns[place] = tried


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
