"""A new version of a name is computed after the last use of the old one.

    x2 = mul(x1, c)                 y = sin(x1)
    y = sin(x1)             ->      x2 = mul(x1, c)

So one name does for both: `y = math.sin(x); x = x * c`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from adcompile.emit.alias import Aliases, Objects
from adcompile.emit.makers import changes
from adcompile.emit.nested import count_uses
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    If,
    Trace,
    Var,
    blocks,
    bound,
    inside,
    leaves,
    operands,
    walk,
)

TIMED = ("mem.effect", "mem.outside", "mem.opaque")  # when they happen matters


def reorder(trace: Trace, aliases: Aliases) -> Trace:
    """The trace with equations moved down past the last use of what they replace."""
    body = _Order(trace, aliases).block(trace.body)
    return trace if body is trace.body else replace(trace, body=body)


class _Order:
    def __init__(self, trace: Trace, aliases: Aliases) -> None:
        self.aliases = aliases
        self.uses = count_uses(trace)
        self.named: dict[Equation, dict[str, None]] = {}
        self.barriers: dict[Equation, bool] = {}
        self.shared = _shared(trace)
        self.changes = changes(trace)

    def is_heavy(self, eqn: Equation) -> bool:
        """Is there something that this equation may not be passed by?"""
        plain = not self.changes or (isinstance(eqn, Apply) and eqn.op not in DESTRUCTIVE)
        return self.is_barrier(eqn) or (not plain and bool(self.aliases.killed_within(eqn)))

    def block(self, block: Block) -> Block:
        eqns = [inside(eqn, self.block, tries=False) for eqn in block.eqns]
        if any(isinstance(e, Apply) and self.may_sink(e) for e in eqns):
            _Sinking(self, eqns).run()
        return block.having(eqns, block.results)

    def may_sink(self, eqn: Apply) -> bool:
        """Has it a name that is another variable's, too?"""
        single = len(eqn.outs) == 1 and eqn.out.name in self.shared
        return single and eqn.op not in DESTRUCTIVE and eqn.op != "mem.effect"

    def is_barrier(self, eqn: Equation) -> bool:
        """Does it matter when this equation, or one inside it, happens?"""
        match eqn:
            case Apply():
                return eqn.op in TIMED
            case Call():
                return True
        if eqn not in self.barriers:
            below = (inner for block in blocks(eqn) for inner in block.eqns)
            tried = isinstance(eqn, If) and bool(eqn.caught)
            self.barriers[eqn] = tried or any(map(self.is_barrier, below))
        return self.barriers[eqn]

    def reads(self, eqn: Equation) -> dict[Var, None]:
        """The variables from outside that an equation, or one inside it, reads."""
        return self.aliases.within.reads(eqn)

    def names(self, eqn: Equation) -> dict[str, None]:
        """The names of what an equation, or one inside it, reads; and of what it defines."""
        return {**self.names_read(eqn), **{out.name: None for out in eqn.outs if out.name}}

    def names_read(self, eqn: Equation) -> dict[str, None]:
        if isinstance(eqn, Apply):
            return _names(eqn.args)
        found = self.named.get(eqn)
        if found is None:
            found = _names(operands(eqn))
            for block in blocks(eqn):
                found |= _names(block.results)
                for inner in block.eqns:
                    found |= self.names_read(inner)
            self.named[eqn] = found
        return found


class _Sinking:
    """The equations of one block, while some of them move down.

    `later` are the equations below the current one that read or define a variable of a name, the
    next one last; `places` tells where an equation stands now.
    """

    def __init__(self, order: _Order, eqns: list[Equation]) -> None:
        self.order, self.eqns = order, eqns
        self.ends: dict[Equation, Equation] = {}  # of those that are written elsewhere
        self.places = {eqn: place for place, eqn in enumerate(eqns)}
        self.makers: dict[Atom, Equation] = {out: eqn for eqn in eqns for out in eqn.outs}
        self.readers: dict[Var, Equation] = {var: e for e in eqns for var in order.reads(e)}
        self.later: dict[str, list[Equation]] = {}
        self.heavy = [eqn for eqn in eqns if order.is_heavy(eqn)]
        self.above = len(eqns) - 1  # the last place that `later` does not know

    def run(self) -> None:
        names = self.order.names
        applied = [eqn for eqn in self.eqns if isinstance(eqn, Apply)]
        for eqn in reversed([eqn for eqn in applied if self.order.may_sink(eqn)]):
            start = self.places[eqn]
            while self.above > start:
                passed = self.eqns[self.above]
                for name in names(passed):
                    self.later.setdefault(name, []).append(passed)
                self.above -= 1
            self.sink(start, eqn)

    def sink(self, start: int, eqn: Apply) -> None:
        """Move an equation, with what only it reads, below the last use of its name's old value."""
        name, reads, last = eqn.out.name, self.order.reads, start
        for other in reversed(self.later.get(name, ())):
            if eqn.out in reads(other) or any(out.name == name for out in other.outs):
                break
            last = max(last, self.written(other))
        if last == start or any(eqn.out in reads(e) for e in self.until(last, name)):
            return
        group = self.group(start)
        if self.may_pass(group, last):
            self.move(group, last)

    def until(self, last: int, name: str) -> Iterator[Equation]:
        """What reads or defines a variable of this name, from below here to a place."""
        for eqn in reversed(self.later.get(name, ())):
            if self.places[eqn] > last:
                return
            yield eqn

    def written(self, eqn: Equation) -> int:
        """Where an equation is written: where its result is used, if that is in one place."""
        uses, path = self.order.uses, []
        while eqn not in self.ends and len(eqn.outs) == 1 and eqn.outs[0] in self.readers:
            if uses.get(eqn.outs[0], 0) != 1:
                break
            path.append(eqn)
            eqn = self.readers[eqn.outs[0]]
        end = self.ends.get(eqn, eqn)
        self.ends.update(dict.fromkeys(path, end))
        return self.places[end]

    def group(self, start: int) -> list[int]:
        """The places of an equation and of those whose result only it reads."""
        needed = list(operands(self.eqns[start]))
        group = {start: None}
        while needed:
            eqn = self.makers.get(needed.pop())
            if isinstance(eqn, Apply) and len(eqn.outs) == 1:
                alone = self.order.uses.get(eqn.out, 0) == 1 and not eqn.out.name
                if alone and eqn.op not in DESTRUCTIVE and eqn.op not in TIMED:
                    group[self.places[eqn]] = None
                    needed += eqn.args
        return sorted(group)

    def may_pass(self, group: list[int], last: int) -> bool:
        moved = [self.eqns[place] for place in group]
        read = [var for eqn in moved for var in self.order.reads(eqn)]
        names = {var.name for var in read if var.name}
        passed = [self.eqns[place] for place in range(group[0], group[-1]) if place not in group]
        passed += (eqn for name in names for eqn in self.until(last, name))
        if any(out.name in names for eqn in passed for out in eqn.outs):
            return False
        first = bisect_left(self.heavy, group[0], key=self.places.__getitem__)
        for eqn in self.heavy[first:]:
            if self.places[eqn] > last:
                break
            if self.places[eqn] in group:
                continue
            if self.order.is_barrier(eqn):
                return False
            aliases = self.order.aliases
            objects: Objects = frozenset().union(*(aliases[var].all for var in read))
            if not objects.isdisjoint(aliases.killed_within(eqn)):
                return False
        return True

    def move(self, group: list[int], last: int) -> None:
        """Move the equations of a group of places, which come before `last`, behind it."""
        first, moved = group[0], [self.eqns[place] for place in group]
        rest = [self.eqns[place] for place in range(first, last + 1) if place not in group]
        self.eqns[first : last + 1] = rest + moved
        for place in range(first, last + 1):
            self.places[self.eqns[place]] = place
        self.above -= len(group)
        if any(map(self.order.is_barrier, moved)):
            self.heavy.sort(key=self.places.__getitem__)
        for eqn in moved:
            for name in self.order.names(eqn):
                others = self.later.setdefault(name, [])
                insort(others, eqn, key=lambda other: -self.places[other])


def _names(atoms: Iterable[Atom]) -> dict[str, None]:
    return {atom.name: None for atom in atoms if isinstance(atom, Var) and atom.name}


def _shared(trace: Trace) -> set[str]:
    """The names of more than one variable."""
    made = [var for param in trace.params for var in leaves(param.tree) if isinstance(var, Var)]
    for eqn in walk(trace.body):
        made += eqn.outs if isinstance(eqn, Apply) else (*bound(eqn), *eqn.outs)
    return {name for name, count in Counter(var.name for var in made).items() if name and count > 1}
