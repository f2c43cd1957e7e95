"""Who holds an object at a place, and whether the tapes on a tape are held by it alone.

    tape_1 = []                           y, tape_1 = tape.pop()
    ...                                   for ...:
    tape.append((y, tape_1))                  x = tape_1.pop()         no copy of tape_1

An entry is taken off a tape once.  So a tape on it is ours, if it was put on one tape only, and no
tape with tapes on it was copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from heapq import heappop, heappush
from operator import itemgetter
from weakref import WeakKeyDictionary

from adcompile.emit.alias import EXTERNAL, NONE, Aliases, Objects
from adcompile.emit.loans import Loans
from adcompile.emit.makers import changes
from adcompile.emit.ranges import Ranges, Span
from adcompile.rules.memory import DESTRUCTIVE, EFFECTS
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    If,
    Lit,
    Trace,
    Var,
    blocks,
    bound,
    operands,
    walk,
)

TAPES = ("mem.push", "mem.unpush")
MANY = 8  # objects


def handed_on(trace: Trace) -> bool:
    """Are tapes all that is changed in place, each read once, in the turn that has it?

    Then nothing else ever holds one.  Its length may be asked for before that, in the same block.
    """
    found = _handed_on.get(trace.body)
    if found is None or found[0] is not trace.kinds or found[1] != trace.inputs:
        found = _handed_on[trace.body] = trace.kinds, trace.inputs, _is_handed_on(trace)
    return found[2]


_handed_on: WeakKeyDictionary[Block, tuple[Mapping[Var, k.Kind], tuple[Var, ...], bool]] = (
    WeakKeyDictionary()
)
"""Of the bodies of traces, with their kinds and inputs."""


def _is_handed_on(trace: Trace) -> bool:
    known: set[Atom] = {var for var, kind in trace.kinds.items() if isinstance(kind, k.Tape)}
    home: dict[Atom, Equation | None] = dict.fromkeys(trace.inputs)  # the loops around tapes
    readers: dict[Atom, Block] = {}
    asked: list[tuple[Atom, Block]] = []
    stack: list[tuple[Block, Equation | None]] = [(trace.body, None)]
    while stack:
        block, loop = stack.pop()
        home.update((var, loop) for eqn in block.eqns for var in eqn.outs if var in known)
        for eqn in (*block.eqns, None):
            atoms = block.results if eqn is None else operands(eqn)
            tapes = [atom for atom in atoms if atom in known]
            if isinstance(eqn, Call) or any(atom in readers for atom in tapes):
                return False
            if isinstance(eqn, Apply):
                if eqn.op == "builtins.len":
                    asked += [(atom, block) for atom in tapes]
                    continue
                if not _leaves_alone(eqn, tapes):
                    return False
            if len(tapes) > len(dict.fromkeys(tapes)) or any(home[t] is not loop for t in tapes):
                return False
            readers.update(dict.fromkeys(tapes, block))
            if eqn is not None and not isinstance(eqn, Apply):
                home.update(dict.fromkeys(bound(eqn), eqn))
                inner = loop if isinstance(eqn, If) else eqn
                stack += [(each, inner) for each in blocks(eqn)]
    early = all(readers.get(atom, block) is block for atom, block in asked)
    return early and known.isdisjoint(trace.inputs)


def _leaves_alone(eqn: Apply, tapes: list[Atom]) -> bool:
    """Does an equation change nothing but a tape, and read tapes only to do that?"""
    if eqn.op in TAPES:
        return eqn.args[0] in tapes
    return not tapes and eqn.op not in DESTRUCTIVE


def aliases_of(trace: Trace) -> Aliases:
    """The alias facts of a trace; none where all that changes is what nothing else reads."""
    apart = not changes(trace) or handed_on(trace)
    if apart and not any(_sees_memory(trace, eqn) for eqn in walk(trace.body)):
        return Aliases.unasked(trace)
    return Aliases.of(trace)


def _sees_memory(trace: Trace, eqn: Equation) -> bool:
    """May an equation be an effect on what others read, or ask how long a tape is?"""
    if not isinstance(eqn, Apply) or eqn.op not in (*EFFECTS, "builtins.len"):
        return False
    first = eqn.args[0]
    if eqn.op == "builtins.len":
        return is_tape(trace.kinds, first)
    return not isinstance(first, Lit) or not str(first.value).startswith("#")


def is_tape(kinds: Mapping[Var, k.Kind], atom: Atom) -> bool:
    return isinstance(atom, Var) and isinstance(kinds.get(atom), k.Tape)


class Holders:
    """Who holds an object at a place, of the variables that were added.

    No question is asked about a point before `passed`; most are about the one right behind it.
    """

    def __init__(self, aliases: Aliases, ranges: Ranges) -> None:
        self.aliases = aliases
        self.ranges = ranges
        self.passed = 0
        self.held: dict[int, Held] = {}
        self.wide: list[tuple[int, Var]] = []  # of many objects, and asked when one is asked of
        self.count = 0

    def add(self, variables: Iterable[Var]) -> None:
        """Variables whose facts are known, in their order; again where other facts are known."""
        facts, spans, held = self.aliases.facts, self.ranges.spans, self.held
        for var in variables:
            fact = facts.get(var)
            if fact is None or var not in spans:
                continue
            self.count += 1
            objects, start = fact.all, spans[var][0][0]
            if len(objects) > MANY:
                self.wide.append((self.count, var))
                continue
            for number in objects:
                if number not in held:
                    held[number] = Held()
                held[number].add(var, start, self.count)

    def at(self, objects: Objects, point: int) -> dict[Var, None]:
        """The variables alive at a point that hold one of these objects."""
        result: dict[Var, None] = {}
        for number in sorted(objects - {EXTERNAL}):
            if number in self.held or self.wide:
                alive = self._alive(number, point)
                alive.sort(key=itemgetter(0, 1))
                result.update((var, None) for *_, var in reversed(alive))
        return result

    def _alive(self, number: int, point: int) -> list[tuple[Span, int, Var]]:
        """Who holds an object, in which span; who never will again is forgotten."""
        facts, spans, held = self.aliases.facts, self.ranges.spans, self._held(number)
        alive: list[tuple[Span, int, Var]] = []
        gone: list[Var] = []
        held.begin(self.passed + 1)
        ahead = point > self.passed + 1
        for var, order in (*held.here.items(), *(held.later.items() if ahead else ())):
            own, reach = facts.get(var, NONE)
            end = spans[var][-1][1]
            if end < self.passed or (number not in own and number not in reach):
                gone.append(var)
            elif point <= end and (span := self.ranges.span_at(var, point)) is not None:
                alive.append((span, order, var))
        for var in gone:
            held.forget(var)
        return alive

    def _held(self, number: int) -> Held:
        """Who holds an object, with those that hold many."""
        facts, spans = self.aliases.facts, self.ranges.spans
        held = self.held.setdefault(number, Held())
        for order, var in self.wide[held.seen :]:
            own, reach = facts.get(var, NONE)
            if number in own or number in reach:
                held.add(var, spans[var][0][0], order)
        held.seen = len(self.wide)
        return held


class Held:
    """Who holds one object, in the order in which that became known.

    Who does not before a later point is not looked at before that: what a turn of a loop makes is
    known when the loop begins.
    """

    __slots__ = "begins", "here", "later", "seen"

    def __init__(self) -> None:
        self.here: dict[Var, int] = {}
        self.later: dict[Var, int] = {}
        self.begins: list[tuple[int, int, Var]] = []  # a heap of those that are there later
        self.seen = 0  # of those that hold many objects

    def add(self, var: Var, start: int, order: int) -> None:
        if var not in self.here and var not in self.later:
            self.later[var] = order
            heappush(self.begins, (start, order, var))

    def begin(self, point: int) -> None:
        """Those that are there from this point on."""
        begins = self.begins
        while begins and begins[0][0] <= point:
            _, number, var = heappop(begins)
            if self.later.get(var) == number:
                self.here[var] = self.later.pop(var)

    def forget(self, var: Var) -> None:
        self.here.pop(var, None)
        self.later.pop(var, None)


class Tapes:
    """The tapes of a trace that lie on other tapes."""

    def __init__(self, trace: Trace, aliases: Aliases, loans: Loans) -> None:
        self.trace = trace
        self.kinds = trace.kinds
        self.aliases = aliases
        self.ranges = loans.ranges
        self.defined = loans.defined

    @cached_property
    def apart(self) -> bool:
        """Is every tape that is on another on that one alone?"""
        if any(self.is_nested(var) for var in self.trace.inputs):
            return False
        aliases = Aliases.of(self.trace)
        holders = Holders(aliases, self.ranges)
        holders.add(aliases.facts)
        return all(self.keeps_apart(eqn, holders) for eqn in walk(self.trace.body))

    def is_tape(self, atom: Atom) -> bool:
        return is_tape(self.kinds, atom)

    def is_nested(self, atom: Atom) -> bool:
        """Is this a tape with tapes on it, or a tape of which nothing is known?"""
        kind = self.kinds.get(atom) if isinstance(atom, Var) else None
        if not isinstance(kind, k.Tape):
            return False
        return not kind.items or any(isinstance(item, k.Tape) for item in kind.items)

    def keeps_apart(self, eqn: object, holders: Holders) -> bool:
        """Does an equation leave every tape that is on another on that one alone?"""
        match eqn:
            case Apply(op="mem.copy" | "mem.same"):
                return not self.is_nested(eqn.args[0])
            case Apply(op="mem.push"):
                values = [value for value in eqn.args[1:] if self.is_tape(value)]
                point = self.ranges.behind(eqn)
                own = [holders.aliases[value].own for value in values]
                held = [u for objects in own for u in holders.at(objects, point)]
                alone = all(u in eqn.outs or not self.is_tape(u) for u in held)
                return alone and len(frozenset().union(*own)) == sum(map(len, own))
            case Call():
                return not any(map(self.is_nested, (*eqn.args, *eqn.outs)))
        return True

    def popped(self, atom: Atom) -> bool:
        """Is this a tape that was taken off another, and that nothing else holds?"""
        if not self.is_tape(atom) or atom not in self.defined:
            return False
        eqn, place = self.defined[atom]
        if not isinstance(eqn, Apply) or eqn.op != "mem.unpush" or place == len(eqn.outs) - 1:
            return False
        return self.apart

    def may_be(self, var: Var, tape: Atom, objects: Objects) -> bool:
        """May this be the tape, which is one of these objects, rather than hold it?

        Two that were taken off in one entry are two.
        """
        if not self.is_tape(var) or objects.isdisjoint(self.aliases[var].own):
            return False
        beside = var is not tape and var in self.defined
        return not (beside and self.defined[var][0] is self.defined[tape][0])
