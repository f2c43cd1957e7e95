"""A new version of a name is computed after the last use of the old one.

    x2 = mul(x1, c)                 y = sin(x1)
    y = sin(x1)             ->      x2 = mul(x1, c)

So one name does for both: `y = math.sin(x); x = x * c`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from adcompile.emit.alias import Aliases, Objects
from adcompile.emit.nested import count_uses
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    blocks,
    bound,
    leaves,
    operands,
    walk,
)

Item = TypeVar("Item")

TIMED = ("mem.effect", "mem.outside", "mem.opaque")  # when they happen matters


def reorder(trace: Trace) -> Trace:
    """The trace with equations moved down past the last use of what they replace."""
    return replace(trace, body=_Order(trace).block(trace.body))


class _Order:
    def __init__(self, trace: Trace) -> None:
        self.aliases = Aliases(trace)
        self.uses = count_uses(trace)
        self.read: dict[Equation, dict[Var, None]] = {}
        self.shared = _shared(trace)

    def block(self, block: Block) -> Block:
        eqns = [self.inner(eqn) for eqn in block.eqns]
        single = [e for e in eqns if isinstance(e, Apply) and len(e.outs) == 1]
        named = [eqn for eqn in single if eqn.out.name in self.shared]
        reads = [self.reads(eqn) for eqn in eqns]
        place = len(eqns) - 1
        for eqn in reversed(named):
            while eqns[place] is not eqn:
                place -= 1  # what was moved before went further down
            if eqn.op not in DESTRUCTIVE and eqn.op != "mem.effect":
                self.sink(place, eqn, eqns, reads)
        return Block(tuple(eqns), block.results)

    def inner(self, eqn: Equation) -> Equation:
        match eqn:
            case If() if not eqn.caught:
                return replace(eqn, then=self.block(eqn.then), orelse=self.block(eqn.orelse))
            case For():
                return replace(eqn, body=self.block(eqn.body))
            case While():
                return replace(eqn, cond=self.block(eqn.cond), body=self.block(eqn.body))
        return eqn

    def reads(self, eqn: Equation) -> dict[Var, None]:
        """Every variable that an equation, or one inside it, reads."""
        if eqn not in self.read:
            found = {atom: None for atom in operands(eqn) if isinstance(atom, Var)}
            for block in blocks(eqn):
                found |= {atom: None for atom in block.results if isinstance(atom, Var)}
                for inner in block.eqns:
                    found |= self.reads(inner)
            self.read[eqn] = found
        return self.read[eqn]

    def sink(
        self, start: int, eqn: Apply, eqns: list[Equation], reads: list[dict[Var, None]]
    ) -> None:
        """Move an equation, with what only it reads, below the last use of its name's old value."""
        last = start
        for place in range(start + 1, len(eqns)):
            if eqn.out in reads[place] or any(out.name == eqn.out.name for out in eqns[place].outs):
                break
            if any(var.name == eqn.out.name for var in reads[place]):
                last = max(last, self.written(place, eqns, reads))
        if last == start or any(eqn.out in read for read in reads[start : last + 1]):
            return
        group = self.group(start, eqns)
        if self.may_pass(group, eqns, reads, last):
            _move(eqns, group, last)
            _move(reads, group, last)

    def written(self, place: int, eqns: list[Equation], reads: list[dict[Var, None]]) -> int:
        """Where an equation is written: where its result is used, if that is in one place."""
        for after in range(place + 1, len(eqns)):
            eqn = eqns[place]
            if len(eqn.outs) != 1 or self.uses.get(eqn.outs[0], 0) != 1:
                break
            if eqn.outs[0] in reads[after]:
                place = after
        return place

    def group(self, start: int, eqns: list[Equation]) -> list[int]:
        """The places of an equation and of those whose result only it reads."""
        needed: dict[Atom, None] = dict.fromkeys(operands(eqns[start]))
        group = [start]
        for place in range(start - 1, -1, -1):
            eqn = eqns[place]
            if isinstance(eqn, Apply) and len(eqn.outs) == 1 and eqn.out in needed:
                alone = self.uses.get(eqn.out, 0) == 1 and not eqn.out.name
                if alone and eqn.op not in DESTRUCTIVE and eqn.op not in TIMED:
                    group.insert(0, place)
                    needed.update(dict.fromkeys(eqn.args))
        return group

    def may_pass(
        self, group: list[int], eqns: list[Equation], reads: list[dict[Var, None]], last: int
    ) -> bool:
        read = [var for place in group for var in reads[place]]
        objects: Objects = frozenset().union(*(self.aliases[var].all for var in read))
        names = {var.name for var in read if var.name}
        passed = [eqns[p] for p in range(group[0], last + 1) if p not in group]
        for eqn in passed:
            if _is_barrier(eqn) or any(out.name in names for out in eqn.outs):
                return False
            if not objects.isdisjoint(self.aliases.killed_within(eqn)):
                return False
        return True


def _shared(trace: Trace) -> set[str]:
    """The names of more than one variable."""
    seen: set[str] = set()
    shared: set[str] = set()
    inputs = [var for param in trace.params for var in leaves(param.tree) if isinstance(var, Var)]
    for vars in (inputs, *((*bound(eqn), *eqn.outs) for eqn in walk(trace.body))):
        for var in vars:
            (shared if var.name in seen else seen).add(var.name)
    return shared - {""}


def _move(items: list[Item], group: list[int], last: int) -> None:
    """Move the items of a group of places, which come before `last`, behind it."""
    first, moved = group[0], [items[place] for place in group]
    rest = [items[place] for place in range(first, last + 1) if place not in group]
    items[first : last + 1] = rest + moved


def _is_barrier(eqn: Equation) -> bool:
    inner = [eqn, *(e for block in blocks(eqn) for e in walk(block))]
    return any(
        isinstance(e, Call) or (isinstance(e, Apply) and e.op in TIMED)
        or (isinstance(e, If) and bool(e.caught))
        for e in inner
    )  # fmt: skip
