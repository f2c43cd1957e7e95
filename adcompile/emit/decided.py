"""Copies that are decided, and who shares memory once they are made.

    s1 = write(x, v, 0)         x is copied: s1 is an object of its own
    s2 = write(s1, w, 1)        which needs no copy for what x is read for

Facts are found in the order of the program, so that what follows a copy is seen with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from adcompile.emit.alias import EXTERNAL, Alias, Aliases, Objects
from adcompile.emit.loans import Loans
from adcompile.emit.tapes import Holders
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace.ir import (
    Apply,
    Atom,
    Call,
    Equation,
    For,
    Trace,
    Var,
    While,
    blocks,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the i-th that `eqn` defines ("out") or reads ("arg", "init", "result")."""

    place: str
    eqn: Equation
    i: int

    @property
    def copied(self) -> Atom | None:
        """What is copied before the equation."""
        eqn = self.eqn
        if self.place == "init" and isinstance(eqn, (For, While)):
            return eqn.inits[self.i]
        is_operand = self.place == "arg" and isinstance(eqn, (Apply, Call))
        return eqn.args[self.i] if is_operand else None  # type: ignore[union-attr]

    @property
    def operand(self) -> Atom | None:
        """What is copied before the equation that destroys it."""
        eqn = self.eqn
        if self.place == "init" and isinstance(eqn, (For, While)):
            return eqn.inits[self.i]
        if self.place == "arg" and self.i == 0 and isinstance(eqn, Apply):
            return eqn.args[0] if eqn.op in DESTRUCTIVE else None
        return None


class Facts:
    """Aliases and holders of what was followed, with the copies that are decided.

    What a copy changes in earlier turns of a loop is not found again: facts are those without it.
    """

    def __init__(self, trace: Trace, loans: Loans) -> None:
        self.aliases = Aliases.begun(trace)
        self.ranges = loans.ranges
        self.users = loans.users
        self.holders = Holders(self.aliases, loans.ranges)
        self.holders.add(self.aliases.facts)
        self.followed: dict[Equation, None] = {}
        self.loops: dict[Equation, Equation] = {}  # around equations
        self.changed: dict[Equation, None] = {}
        self.args: dict[Equation, dict[int, Var]] = {}
        self.outs: dict[Equation, dict[int, Var]] = {}

    def follow(self, eqn: Equation) -> None:
        """The facts of an equation, in the order of the program; of branches after their sides."""
        self.followed[eqn] = None
        if isinstance(eqn, Apply) and eqn not in self.args and self.aliases.is_fixed(eqn):
            return
        loop = self.loops.get(eqn)
        self.holders.passed = max(self.holders.passed, 2 * self.ranges.places[eqn].at)
        if loop is None:
            self._find(eqn)
            if isinstance(eqn, (For, While)):
                self._enter(eqn, eqn)
        elif eqn in self.changed:
            before = [self.aliases[out] for out in eqn.outs]
            if isinstance(eqn, (For, While)):
                self.aliases.forget(eqn)
            self._find(eqn)
            self._spread(self._readers(eqn, before), loop)

    def _enter(self, eqn: Equation, loop: Equation) -> None:
        """Know the innermost loop around everything in a loop."""
        for block in blocks(eqn):
            for inner in block.eqns:
                self.loops[inner] = loop
                self._enter(inner, inner if isinstance(inner, (For, While)) else loop)

    def copied(self, copies: Iterable[Copy], eqn: Equation, objects: Objects) -> bool:
        """Take copies into account; are the facts of all that was followed those with them?

        They are what keeps apart from others the objects that this equation changes.
        """
        loop = self.loops.get(eqn)
        sure, work = not self._is_carried(loop, objects - {EXTERNAL}), []
        for copy in copies:
            if copy.place == "result" or self.loops.get(copy.eqn) is not loop:
                sure = False
            elif copy.place == "init":
                sure = sure and self._is_left_outside(copy)
            else:
                made = self.args if copy.place == "arg" else self.outs
                made.setdefault(copy.eqn, {}).setdefault(copy.i, Var())
                work.append(copy.eqn)
        return self._spread(work, loop) and sure

    def given(self, eqn: Apply | Call) -> tuple[Atom, ...]:
        """The operands of an equation, copies of them among them."""
        copies = self.args.get(eqn, {})
        return tuple(copies.get(i, arg) for i, arg in enumerate(eqn.args)) if copies else eqn.args

    def _spread(self, work: list[Equation], loop: Equation | None) -> bool:
        """Find again what changes with these equations; is that all, for now?"""
        sure = True
        while work:
            eqn = work.pop()
            if eqn not in self.followed:
                self.changed[eqn] = None
            elif isinstance(eqn, (For, While)) or self.loops.get(eqn) is not loop:
                sure = sure and eqn is loop  # the next turn
            else:
                before = [self.aliases[out] for out in eqn.outs]
                self._find(eqn)
                work += self._readers(eqn, before)
        return sure

    def _readers(self, eqn: Equation, before: list[Alias]) -> list[Equation]:
        """What reads the variables that an equation has made something else of than before."""
        outs = [out for out, fact in zip(eqn.outs, before) if self.aliases[out] != fact]
        return [user for out in outs for user in self.users.get(out, ())]

    def _is_carried(self, loop: Equation | None, objects: Objects) -> bool:
        """Is one of these held from turn to turn, by other values than those it is changed in?"""
        while isinstance(loop, (For, While)):
            for param in loop.params:
                fact = self.aliases[param]
                own = param in self.aliases.exclusive
                if not objects.isdisjoint(fact.reach if own else fact.all):
                    return True
            loop = self.loops.get(loop)
        return False

    def _is_left_outside(self, copy: Copy) -> bool:
        """Does a loop, and what it hands out, share nothing with what it begins with?"""
        eqn = copy.eqn
        assert isinstance(eqn, (For, While))
        deep = self.aliases.exclusive.get(eqn.params[copy.i])
        return deep is True or (deep is False and not self.aliases[eqn.inits[copy.i]].reach)

    def _find(self, eqn: Equation) -> None:
        """Find what an equation makes, with its copies."""
        if isinstance(eqn, (For, While)):
            self.aliases.equation(eqn)
            self.holders.add(self.aliases.within.makes(eqn))
            return
        made = eqn
        if isinstance(eqn, (Apply, Call)) and eqn in self.args:
            for i, new in self.args[eqn].items():
                self.aliases.copy(eqn.args[i], new)  # type: ignore[arg-type]
            made = replace(eqn, args=self.given(eqn))
        self.aliases.equation(made)
        for i, new in self.outs.get(eqn, {}).items():
            self.aliases.copy(eqn.outs[i], new)
            self.aliases.facts[eqn.outs[i]] = self.aliases[new]
        self.holders.add(eqn.outs)
