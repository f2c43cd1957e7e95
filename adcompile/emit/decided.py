"""Copies that are decided, and who shares memory once they are made.

    s1 = write(x, v, 0)         x is copied: s1 is an object of its own
    s2 = write(s1, w, 1)        which needs no copy for what x is read for

Facts are found in the order of the program, so that what follows a copy is seen with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from adcompile.emit.alias import Aliases
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
    walk,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the i-th that `eqn` defines ("out") or reads ("arg", "init", "result")."""

    place: str
    eqn: Equation
    i: int

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

    What a copy changes in a loop is not found again: facts there are those without it.
    """

    def __init__(self, trace: Trace, loans: Loans) -> None:
        self.aliases = Aliases.begun(trace)
        self.ranges = loans.ranges
        self.users = loans.users
        self.holders = Holders(self.aliases, loans.ranges)
        self.holders.add(self.aliases.facts)
        self.followed: dict[Equation, None] = {}
        self.looped: dict[Equation, None] = {}
        self.args: dict[Equation, dict[int, Var]] = {}
        self.outs: dict[Equation, dict[int, Var]] = {}

    def follow(self, eqn: Equation) -> None:
        """The facts of an equation that is in no loop; of branches after those of their sides."""
        self.holders.passed = 2 * self.ranges.places[eqn].at
        self.followed[eqn] = None
        self.aliases.equation(eqn)
        if isinstance(eqn, (For, While)):
            self.looped.update((each, None) for block in blocks(eqn) for each in walk(block))
            self.holders.add(self.aliases.within.makes(eqn))
        else:
            self.holders.add(eqn.outs)

    def copied(self, copies: Iterable[Copy]) -> bool:
        """Take copies into account; are the facts of all that was followed those with them?"""
        sure, work = True, []
        for copy in copies:
            eqn = copy.eqn
            if eqn in self.looped or copy.place == "result":
                sure = False
            elif copy.place == "init":
                sure = sure and self._is_left_outside(copy)
            else:
                made = self.args if copy.place == "arg" else self.outs
                made.setdefault(eqn, {}).setdefault(copy.i, Var())
                work.append(eqn)
        while work:
            eqn = work.pop()
            if eqn in self.looped or (isinstance(eqn, (For, While)) and eqn in self.followed):
                sure = False
            elif eqn in self.followed:
                work += [user for out in self._again(eqn) for user in self.users.get(out, ())]
        return sure

    def _is_left_outside(self, copy: Copy) -> bool:
        """Does a loop, and what it hands out, share nothing with what it begins with?"""
        eqn = copy.eqn
        assert isinstance(eqn, (For, While))
        deep = self.aliases.exclusive.get(eqn.params[copy.i])
        return deep is True or (deep is False and not self.aliases[eqn.inits[copy.i]].reach)

    def _again(self, eqn: Equation) -> list[Var]:
        """The variables of which an equation, with copies, makes something else than before."""
        before = [self.aliases[out] for out in eqn.outs]
        made = eqn
        if isinstance(eqn, (Apply, Call)) and eqn in self.args:
            args = list(eqn.args)
            for i, new in self.args[eqn].items():
                self.aliases.copy(args[i], new)  # type: ignore[arg-type]
                args[i] = new
            made = replace(eqn, args=tuple(args))
        self.aliases.equation(made)
        for i, new in self.outs.get(eqn, {}).items():
            self.aliases.copy(eqn.outs[i], new)
            self.aliases.facts[eqn.outs[i]] = self.aliases[new]
        self.holders.add(eqn.outs)
        return [out for out, fact in zip(eqn.outs, before) if self.aliases[out] != fact]
