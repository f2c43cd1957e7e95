"""What a callee does to a list that it is given: to the list alone, or to what it holds as well.

    a = tape.pop()                  tape has other items, and a is what one of them was: what is
    return a                        returned may share memory with what the caller has put there
    a = tape.pop(); a[0] = 0.0      what the caller has put there is changed in place

Seen from the trace of the callee: what may share memory with an item is followed from equation to
equation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from adcompile.rules import table
from adcompile.rules.memory import DESTRUCTIVE, EFFECTS
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    For,
    If,
    Var,
    While,
)

if TYPE_CHECKING:
    from adcompile.frontend.summaries import Place, Summary

OWN = ("mem.append", "mem.pop")  # what changes the list alone
NEW = ("mem.copy", "mem.zeros_like")


class Taken:
    """What may be, or share memory with, an item of one list; is one of them changed in place?"""

    def __init__(
        self, given: Var, kinds: Mapping[Var, k.Kind], summaries: Iterable[Summary]
    ) -> None:
        self.kinds = kinds
        self.callees = {summary.name: summary for summary in summaries}
        self.lists: dict[Atom, None] = {given: None}  # versions of the list itself
        self.found: dict[Atom, None] = {given: None}
        self.deep = False

    def block(self, block: Block) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    self.apply(eqn)
                case Call():
                    self.call(eqn)
                case If():
                    self.block(eqn.then)
                    self.block(eqn.orelse)
                    self.meet(eqn.outs, (eqn.then.results, eqn.orelse.results))
                case For() | While():
                    self.loop(eqn)

    def apply(self, eqn: Apply) -> None:
        taken = [arg for arg in eqn.args if arg in self.found]
        if not taken:
            return
        if eqn.op in DESTRUCTIVE and eqn.args[0] in self.found:
            own = eqn.op in OWN or (eqn.op == "mem.write" and len(eqn.args) == 3)
            self.changed(eqn.outs[-1], own and eqn.args[0] in self.lists)
        self.deep |= eqn.op in EFFECTS
        if self.may_share(eqn):
            self.take(eqn.outs)

    def may_share(self, eqn: Apply) -> bool:
        """May what an operation gives share memory with its operands, or hold them?"""
        if eqn.op in NEW:
            return False
        if eqn.op in DESTRUCTIVE and isinstance(self.kinds[eqn.outs[0]], (k.Array, k.Any_)):
            return eqn.args[0] in self.found  # numbers are written there
        row = table.lookup(eqn.op)
        arrays = all(isinstance(self.kinds[out], k.Array) for out in eqn.outs)
        return row is None or bool(row.view) or not arrays or eqn.op.startswith("mem.")

    def changed(self, version: Var, alone: bool) -> None:
        """The next version of the list, where that alone is changed."""
        if alone:
            self.lists[version] = None
        else:
            self.deep = True
            self.lists.pop(version, None)

    def take(self, outs: Iterable[Var]) -> None:
        self.found.update((out, None) for out in outs if not k.immutable(self.kinds[out]))

    def call(self, eqn: Call) -> None:
        summary = self.callees.get(eqn.function)
        if not any(arg in self.found for arg in eqn.args):
            return
        if summary is None:
            self.deep = True
            return
        versions = sorted(summary.overwritten)
        count = len(eqn.outs) - len(versions)
        given = {n: arg for n, arg in zip(summary.dynamic(), eqn.args) if arg in self.found}
        places: list[Place] = [("result", n) for n in range(count)]
        places += [("param", n) for n in versions]
        for place, out in zip(places, eqn.outs):
            number = place[1]
            mine = place[0] == "param" and number in given
            if mine:
                self.changed(out, given[number] in self.lists and number not in summary.deep)
            linked = any(summary.linked(("param", n), place) for n in given)
            if mine or linked or isinstance(self.kinds[out], k.Tuple):  # which has no place
                self.take((out,))

    def loop(self, eqn: For | While) -> None:
        self.meet(eqn.params, (eqn.inits,))
        before = None
        while before != [*self.found, *self.lists]:
            before = [*self.found, *self.lists]
            if isinstance(eqn, While):
                self.block(eqn.cond)
            self.block(eqn.body)
            self.meet(eqn.params, (eqn.inits, eqn.body.results))
        self.meet(eqn.outs, (eqn.inits, eqn.body.results))

    def meet(self, outs: Iterable[Var], sides: Iterable[Iterable[Atom]]) -> None:
        """What comes of several paths."""
        for out, *atoms in zip(outs, *sides):
            some = [atom for atom in atoms if atom != UNDEF]
            if any(atom in self.found for atom in some):
                self.take((out,))
                if all(atom in self.lists for atom in some):
                    self.lists[out] = None
                else:
                    self.lists.pop(out, None)


def of(
    given: Var, block: Block, kinds: Mapping[Var, k.Kind], summaries: Iterable[Summary]
) -> Taken:
    """What a callee with this body takes of a list that it is given."""
    taken = Taken(given, kinds, summaries)
    taken.block(block)
    return taken


__all__ = ["Taken", "of"]
