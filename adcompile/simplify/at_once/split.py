"""The part of a loop that adds up tangents alone, as a loop of its own.

    for i in range(n) carry s, s_dot:               for i in range(n) carry s:
      v = getitem(x, i)                               v = getitem(x, i)
      s = add(s, mul(v, v))                 ->        s = add(s, mul(v, v))
      s_dot = add(s_dot, ...)                       for i in range(n) carry s_dot:
                                                      v = getitem(x, i)
                                                      s_dot = add(s_dot, ...)

The first is the user's own, the second may be done for all turns at once.  Where it reads arrays
that the other changes, but nothing that a turn has changed yet, it stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace

from adcompile.simplify.at_once.places import Not
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    For,
    Var,
)
from adcompile.trace.substitute import clone, substitute
from adcompile.transforms.lasting import Accesses


@dataclass(slots=True)
class Split:
    """A loop for the tangents, and the loop without them."""

    first: For
    rest: For
    before: bool  # does the first read what the rest changes?


def split(
    loop: For, dots: Mapping[Var, None], kinds: MutableMapping[Var, k.Kind],
    accesses: Accesses,
) -> Split | None:  # fmt: skip
    """The two loops of a simple one; None where they are not apart."""
    mine = tuple(n for n, param in enumerate(loop.params) if param in dots)
    others = tuple(n for n in range(len(loop.params)) if n not in mine)
    if not mine:
        return None
    part = _Slice(loop, mine, accesses)
    try:
        body = part.body()
    except Not:
        return None
    params = tuple(Var(loop.params[n].name) for n in mine)
    kinds.update((new, kinds[loop.params[n]]) for new, n in zip(params, mine))
    index = Var(loop.index.name)
    kinds[index] = kinds[loop.index]
    mapping: dict[Var, Atom] = {loop.params[n]: new for n, new in zip(mine, params)}
    body = clone(body, {**mapping, loop.index: index}, kinds)
    first = replace(
        loop, outs=tuple(loop.outs[n] for n in mine), inits=tuple(loop.inits[n] for n in mine),
        params=params, index=index, body=body,
    )  # fmt: skip
    eqns = tuple(eqn for eqn in loop.body.eqns if not any(out in dots for out in eqn.outs))
    rest = replace(
        loop, outs=tuple(loop.outs[n] for n in others),
        inits=tuple(loop.inits[n] for n in others), params=tuple(loop.params[n] for n in others),
        body=Block(eqns, tuple(loop.body.results[n] for n in others)),
    )  # fmt: skip
    return Split(first, rest, part.before)


class _Slice:
    """The equations that the tangents need, with what they read of other arrays before the loop."""

    def __init__(self, loop: For, mine: tuple[int, ...], accesses: Accesses) -> None:
        self.loop = loop
        self.mine = mine
        self.defined = accesses.defined
        self.before = False
        self.inits: dict[Var, Atom] = {}
        self.values: dict[Var, Atom] = {}
        for out, array in accesses.arrays():
            number = loop.outs.index(out)
            if number in mine:
                continue
            written = {write.eqn.out: write for write in array.writes}
            for read in array.reads:
                before = written.get(read.eqn.args[0])  # type: ignore[arg-type]
                if accesses.alone(read, array.writes, -1):
                    self.inits[read.eqn.out] = loop.inits[number]
                elif before is not None and before.index == read.index:
                    value = before.eqn.args[1]
                    if isinstance(value, Var) and accesses.is_held(value, before):
                        self.values[read.eqn.out] = value

    def body(self) -> Block:
        results = tuple(self.loop.body.results[n] for n in self.mine)
        needed: dict[Atom, None] = dict.fromkeys(results)
        made: list[Apply] = []
        carried = dict.fromkeys(self.loop.params[n] for n in self.mine)
        for eqn in reversed(self.loop.body.eqns):
            assert isinstance(eqn, Apply)
            if not any(out in needed for out in eqn.outs):
                continue
            if eqn.out in self.inits:
                self.before = True
                eqn = Apply(eqn.outs, eqn.op, (self.inits[eqn.out], eqn.args[1]), eqn.loc)
            elif eqn.out in self.values:
                needed[self.values[eqn.out]] = None
                continue
            needed.update(dict.fromkeys(eqn.args))
            made.append(eqn)
        if any(param in needed and param not in carried for param in self.loop.params):
            raise Not
        return substitute(Block(tuple(reversed(made)), results), self.values)
