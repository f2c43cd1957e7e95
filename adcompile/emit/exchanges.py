"""Two items that change places are written as an exchange, by which nothing is twice.

    a = x1[i]                          a = x1[i]                    if it is read elsewhere
    b = x1[j]                          b = x1[j]
    x2 = write(x1, b, i)        ->
    x3 = write(x2, a, j)               x3 = exchange(x1, i, j)      x[i], x[j] = x[j], x[i]

Items of a list, or numbers in an array.  Between the two writes others may stand, as those of the
tangents: nothing but the second one reads what the first one has made.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.emit.nested import count_uses
from adcompile.trace import kinds as k
from adcompile.trace.exchanges import INDEX, are_exchanged, is_write
from adcompile.trace.ir import Apply, Atom, Block, Equation, Trace, Var, inside, walk

BETWEEN = (*INDEX, "mem.getitem", "mem.write", "mem.exchange")
"""What the first write may be moved behind."""


def exchanged(trace: Trace) -> Trace:
    """The trace with exchanges in the place of writes."""
    eqns = [eqn for eqn in walk(trace.body) if isinstance(eqn, Apply)]
    writes = {eqn.out: None for eqn in eqns if is_write(eqn)}
    read = {eqn.out: None for eqn in eqns if eqn.op == "mem.getitem"} if len(writes) > 1 else {}
    if not any(is_write(eqn) and eqn.args[0] in writes and eqn.args[1] in read for eqn in eqns):
        return trace
    exchanges = _Exchanges(trace, eqns)
    body = exchanges.block(trace.body)
    body = exchanges.read(body) if exchanges.unread else body
    return trace if body is trace.body else replace(trace, body=body)


class _Exchanges:
    def __init__(self, trace: Trace, eqns: list[Apply]) -> None:
        self.kinds = trace.kinds
        self.uses = dict(count_uses(trace))
        self.unread: dict[Apply, None] = {}  # in other blocks than the exchange
        self.makers: dict[Atom, Apply] = {eqn.out: eqn for eqn in eqns if len(eqn.outs) == 1}

    def block(self, block: Block) -> Block:
        kept: list[Equation] = []
        for eqn in (inside(each, self.block, tries=False) for each in block.eqns):
            made = self.exchange(eqn, kept) if isinstance(eqn, Apply) else None
            kept.append(eqn if made is None else made)
        return block.having(kept, block.results)

    def read(self, block: Block) -> Block:
        """The block without what is not read any more."""
        kept = [inside(eqn, self.read) for eqn in block.eqns if eqn not in self.unread]
        return block.having(kept, block.results)

    def exchange(self, eqn: Apply, before: list[Equation]) -> Apply | None:
        """The exchange that a write completes; what it makes superfluous is taken out."""
        if not is_write(eqn):
            return None
        first, one = (self.makers.get(arg) for arg in eqn.args[:2])
        if first is None or one is None or not is_write(first):
            return None
        other = self.makers.get(first.args[1])
        x, i, j = first.args[0], first.args[2], eqn.args[2]
        kind = self.kinds.get(x) if isinstance(x, Var) else None
        numbers = isinstance(kind, k.Array) and kind.rank == 1
        if other is None or not (numbers or isinstance(kind, k.List)) or self.uses[first.out] > 1:
            return None
        plain = all(map(self.is_index, (i, j))) and first in before
        if not plain or not are_exchanged(first, eqn, self.makers):
            return None
        between = before[before.index(first) + 1 :]
        if not all(isinstance(each, Apply) and each.op in BETWEEN for each in between):
            return None
        before.remove(first)
        for unread in (one, other):
            self.drop(unread, before)
        return Apply(eqn.outs, "mem.exchange", (x, i, j), eqn.loc)

    def drop(self, eqn: Apply, before: list[Equation]) -> None:
        """Take out what has been read once, and is not any more, with its index."""
        self.uses[eqn.out] -= 1
        if self.uses[eqn.out]:
            return
        if eqn in before:
            before.remove(eqn)
        else:
            self.unread[eqn] = None
        for arg in eqn.args:
            maker = self.makers.get(arg)
            if maker is not None and maker.op in INDEX:
                self.drop(maker, before)

    def is_index(self, atom: Atom) -> bool:
        """Is it an integer that may be written twice?"""
        if not isinstance(atom, Var):
            return isinstance(atom.value, int)
        kind, maker = self.kinds.get(atom), self.makers.get(atom)
        if not isinstance(kind, k.Scalar) or kind.dtype != "int":
            return False
        if maker is None or self.uses[atom] > 1:
            return True
        return maker.op in INDEX and all(map(self.is_index, maker.args))
