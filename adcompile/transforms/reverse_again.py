"""The reverse of loops whose turns are gone through again: from snapshots, or from the beginning.

    for i in range(n) carry p:        while turn < n carry p, turn, snapshots:
      p = f(p, i)                       snapshots = push(snapshots, turn, p)
                                        stop = call next_snapshot(...)
                                        for i in range(turn, stop) carry p: ...
                               ->       turn = stop
                                      for i in reversed(range(n)) carry p_bar, snapshots:
                                        turn, p, snapshots = unpush(snapshots)
                                        while turn < i: (as above)
                                        p_bar = the reverse of turn i, from p

A snapshot holds what the turns read of what the loop carries.  The schedule has to know how many
turns there are.  Where that is not known (a `while`, a `break`), or where the snapshots would have
to be recorded themselves (in a loop that is), the forward sweep stores none and only counts; the
reverse sweep begins at the beginning.

The turns of an independent loop begin all with what stands before the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adcompile.errors import RejectedError
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Var,
    While,
    free,
)
from adcompile.trace.substitute import clone, substitute
from adcompile.transforms import recording
from adcompile.transforms.bars import Scope, outs_of
from adcompile.transforms.dependence import dependence
from adcompile.transforms.quiet import without_effects
from adcompile.transforms.reverse_loops import Forward, Turn, count_turns, open_turn

if TYPE_CHECKING:
    from adcompile.transforms.adjoint import Sweep

ZERO, ONE = Lit(0), Lit(1)


@dataclass(slots=True)
class Again:
    """A loop whose turns are gone through again, with the range of its positions.

    A position is the index, where the loop counts up by one, else the number of the turn.
    """

    sweep: Sweep
    eqn: For | While
    first: Atom = ZERO
    stop: Atom = ZERO
    limit: int = 0
    needed: list[int] = field(default_factory=list)
    before: list[Equation] = field(default_factory=list)
    legs_before: While | None = None  # the forward sweep, where it stores snapshots

    # small things

    def var(self, kind: k.Kind, name: str) -> Var:
        return self.sweep.build.var(kind, name)

    def like(self, var: Var) -> Var:
        return self.var(self.sweep.build.kinds[var], var.name)

    def tape(self) -> Var:
        kinds = (k.INT, *(self.sweep.build.kinds[self.eqn.params[n]] for n in self.needed))
        return self.var(k.Tape(kinds), "snapshots")

    def apply(self, op: str, kind: k.Kind, *args: Atom, name: str = "") -> tuple[Var, Apply]:
        out = self.var(kind, name)
        return out, Apply((out,), op, args, self.eqn.loc)

    # positions

    def plain(self) -> bool:
        """Is the position the index itself?"""
        eqn = self.eqn
        return not isinstance(eqn, For) or (eqn.step == ONE and not eqn.backward)

    def index(self, position: Atom) -> tuple[Atom, list[Equation]]:
        """The index of the turn at a position, and what computes it."""
        eqn = self.eqn
        if self.plain() or not isinstance(eqn, For):
            return position, []
        made: list[Equation] = []
        number = position
        if eqn.backward:
            turns, made = self.number_of_turns()
            last, two = self.apply("operator.sub", k.INT, turns, ONE)
            number, three = self.apply("operator.sub", k.INT, last, position)
            made += [two, three]
        far, four = self.apply("operator.mul", k.INT, eqn.step, number)
        name = eqn.index.name
        place, five = self.apply("operator.add", k.INT, eqn.start, far, name=name)
        return place, [*made, four, five]

    def number_of_turns(self) -> tuple[Atom, list[Equation]]:
        """-((start - stop) // step), which is not positive where there are none."""
        eqn = self.eqn
        assert isinstance(eqn, For)
        wide, one = self.apply("operator.sub", k.INT, eqn.start, eqn.stop)
        steps, two = self.apply("operator.floordiv", k.INT, wide, eqn.step)
        count, three = self.apply("operator.neg", k.INT, steps, name="turns")
        return count, [one, two, three]

    # what is needed

    def settle_needs(self, turn: Block) -> None:
        """Find what the turns read of what the loop carries: so much has a snapshot."""
        params = self.eqn.params
        results = self.eqn.body.results
        read = free(turn)
        self.needed = [n for n, param in enumerate(params) if param in read]
        while True:
            made = tuple(results[n] for n in self.needed)
            read = free(without_effects(Block(self.eqn.body.eqns, made)))
            more = [n for n, p in enumerate(params) if p in read or n in self.needed]
            if more == self.needed:
                return
            self.needed = more

    # gone through again

    def advance(
        self, start: Var, stop: Var, now: Sequence[Var], which: Sequence[int], first: bool
    ) -> For:
        """The loop from one position to another, for these carried values."""
        eqn = self.eqn
        params = [self.like(eqn.params[n]) for n in which]
        mapping: dict[Var, Atom] = dict(zip((eqn.params[n] for n in which), params))
        position = self.var(k.INT, "")
        made: list[Equation] = []
        if isinstance(eqn, For):
            position = self.var(k.INT, eqn.index.name if self.plain() else "")
            mapping[eqn.index], made = self.index(position)
        results = tuple(eqn.body.results[n] for n in which)
        block = Block(eqn.body.eqns, results)
        body = clone(block if first else without_effects(block), mapping, self.sweep.build.kinds)
        outs = tuple(self.like(eqn.params[n]) for n in which)
        body = Block((*made, *body.eqns), body.results)
        return For(
            outs, tuple(now), tuple(params), position, start, stop, ONE, False, body, False, eqn.loc
        )

    def legs(
        self, turn: Atom, last: Atom, end: Atom, tape: Atom, now: Sequence[Atom],
        which: Sequence[int], first: bool = False,
    ) -> While:  # fmt: skip
        """From a position to another, with snapshots on the way; it carries `which` values.

        For the `first` time, what only tells or checks something is done, too.
        """
        at, snapshots = self.var(k.INT, "turn"), self.tape()
        params = [self.like(self.eqn.params[n]) for n in which]
        goes_on, test = self.apply("operator.lt", k.BOOL, at, end)
        stored = [params[list(which).index(n)] for n in self.needed]
        more = self.tape()
        push = Apply((more,), "mem.push", (snapshots, at, *stored), self.eqn.loc)
        count, length = self.apply("builtins.len", k.INT, more)
        left, difference = self.apply("operator.sub", k.INT, Lit(self.limit), count)
        stop = self.var(k.INT, "stop")
        name = self.sweep.callees.schedule()
        call = Call((stop,), name, (at, last, left), self.eqn.loc)
        loop = self.advance(at, stop, params, which, first)
        body = Block((push, length, difference, call, loop), (stop, *loop.outs, more))
        outs = (self.var(k.INT, "turn"), *(self.like(p) for p in params), self.tape())
        return While(
            outs, (turn, *now, tape), (at, *params, snapshots), Block((test,), (goes_on,)), body,
            False, self.eqn.loc,
        )  # fmt: skip


def reverse_again(sweep: Sweep, eqn: For | While, scope: Scope) -> list[Equation]:
    """Append the loop that reverses `eqn` turn by turn; return its forward sweep."""
    assert eqn.pragma is not None
    if eqn.pragma.word == "independent":
        reason = dependence(eqn, sweep.build.kinds)
        if reason:
            raise RejectedError(
                "'# ad: independent' stands above a loop whose turns depend on one another: "
                f"{reason}; write # ad: checkpoint 20, or no comment", eqn.loc, code="ADC603",
            )  # fmt: skip
    again = Again(sweep, eqn, limit=eqn.pragma.snapshots)
    opened = open_turn(sweep, eqn, scope, _one_turn)
    body, reverse = recording.settled(sweep, opened.body, opened.block)
    block = substitute(Block((*body, *reverse.eqns), reverse.results), opened.mapping)
    forward = _forward(again)
    again.settle_needs(without_effects(block))
    make = _from_before if eqn.pragma.word == "independent" else _from_snapshots
    sweep.build.eqns.append(make(again, forward, block, opened.turn))
    opened.close(scope)
    return [*again.before, *([again.legs_before] if again.legs_before else forward.close())]


def _one_turn(sweep: Sweep, eqn: For | While, inner: Scope) -> list[Equation]:
    """Append the reverse of one turn; return its forward sweep, with tapes of its own."""
    outer, sweep.in_record = sweep.in_record, False
    made, body, tapes = sweep.callees.threads.anew(eqn.body)
    inner.owned.update(outs_of((*made, *body.eqns)))
    for tape in tapes.values():
        sweep.bars.add(inner, tape, tape)
    forward = sweep.sweep((*made, *body.eqns), inner)
    sweep.in_record = outer
    return forward


def _forward(again: Again) -> Forward:
    """The forward loop as it stands, with variables of its own."""
    eqn = again.eqn
    copy = clone(Block((eqn,), ()), {}, again.sweep.build.kinds).eqns[0]
    assert isinstance(copy, (For, While))
    copy = replace(copy, outs=eqn.outs)
    return Forward(copy, list(copy.body.eqns))


def _turns(again: Again, forward: Forward) -> None:
    """Find the range of the positions; the forward loop may have to count."""
    eqn = again.eqn
    if isinstance(eqn, For) and not eqn.exits:
        again.first, again.stop = eqn.start, eqn.stop
        if not again.plain():
            again.first = ZERO
            again.stop, made = again.number_of_turns()
            again.before += made
    elif isinstance(eqn, For) and again.plain():
        again.first = eqn.start
        again.stop = count_turns(again.sweep, forward, eqn.start)
    else:
        again.stop = count_turns(again.sweep, forward, ZERO, number=True)


def _from_before(again: Again, forward: Forward, block: Block, turn: Turn) -> For:
    """The reverse of an independent loop: every turn from what stands before all."""
    eqn = again.eqn
    assert isinstance(eqn, For)
    mapping: dict[Var, Atom] = {}
    results: list[Atom] = []
    for n in again.needed:
        param = mapping[eqn.params[n]] = again.like(eqn.params[n])
        turn.carry(eqn.inits[n], param, eqn.body.results[n], again.like(eqn.outs[n]))
        results.append(eqn.body.results[n])
    index = mapping[eqn.index] = again.like(eqn.index)
    body = without_effects(Block(block.eqns, (*block.results, *results)))
    body = substitute(body, mapping)
    bounds = (eqn.start, eqn.stop, eqn.step, not eqn.backward)
    return For(
        tuple(turn.outs), tuple(turn.inits), tuple(turn.params), index, *bounds, body, False,
        eqn.loc,
    )  # fmt: skip


def _from_snapshots(again: Again, forward: Forward, block: Block, turn: Turn) -> For:
    """The reverse of a loop turn by turn, each from the nearest snapshot before it."""
    eqn = again.eqn
    _turns(again, forward)
    index = again.var(k.INT, eqn.index.name if isinstance(eqn, For) and again.plain() else "turn")
    mapping: dict[Var, Atom] = {}
    made: list[Equation] = []
    results = block.results
    if again.needed:
        tape = _stored(again, forward)
        inside, left, now = again.tape(), again.tape(), again.var(k.INT, "turn")
        values = [again.like(eqn.params[n]) for n in again.needed]
        made.append(Apply((now, *values, left), "mem.unpush", (inside,), eqn.loc))
        legs = again.legs(now, index, index, left, values, again.needed)
        made.append(legs)
        mapping.update(zip((eqn.params[n] for n in again.needed), legs.outs[1:-1]))
        turn.carry(tape, inside, legs.outs[-1], again.tape())
        results = (*results, legs.outs[-1])
    if isinstance(eqn, For):
        mapping[eqn.index], more = again.index(index)
        made += more
    body = substitute(without_effects(block), mapping)
    results = (*body.results, *results[len(body.results) :])
    return For(
        tuple(turn.outs), tuple(turn.inits), tuple(turn.params), index, again.first, again.stop,
        ONE, True, Block((*made, *body.eqns), results), False, eqn.loc,
    )  # fmt: skip


def _stored(again: Again, forward: Forward) -> Var:
    """The snapshots that the reverse sweep begins with."""
    eqn, sweep = again.eqn, again.sweep
    empty = again.var(k.Tape(), "snapshots")
    start = Apply((empty,), "mem.tape", (), eqn.loc)
    if sweep.in_record or eqn.exits or isinstance(eqn, While):
        one, full = again.tape(), again.tape()
        inits = [eqn.inits[n] for n in again.needed]
        push = Apply((one,), "mem.push", (empty, again.first, *inits), eqn.loc)
        any_turn, test = again.apply("operator.lt", k.BOOL, again.first, again.stop)
        first = If((full,), any_turn, Block((push,), (one,)), Block((), (empty,)), eqn.loc)
        sweep.build.eqns += [start, test, first]
        return full
    last, made = again.apply("operator.sub", k.INT, again.stop, ONE)
    again.before += [start, made]
    everything = range(len(eqn.params))
    legs = again.legs(again.first, last, again.stop, empty, eqn.inits, everything, first=True)
    again.legs_before = replace(legs, outs=(legs.outs[0], *eqn.outs, legs.outs[-1]))
    return legs.outs[-1]
