"""The reverse of loops.

    for i in range(n) carry s = (s0, s'):         for i in reversed(range(n)) carry x_bar:
      s' = s + w * x[i]                    ->       x_bar[i] += w * s_bar

The reverse carries the bars of what the loop carries, the bars of the variables from outside that
its body reads, and the tape, if the turn has to remember something.  A loop that may end early,
and a `while`, count their turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, Lit, Var, While, walk
from adcompile.transforms import recording
from adcompile.transforms.again import recurrences
from adcompile.transforms.agreeing import natural_index
from adcompile.transforms.bars import Bar, Scope, outs_of
from adcompile.transforms.selections import replacing

if TYPE_CHECKING:
    from adcompile.transforms.adjoint import Sweep

START, STEP = Lit(0), Lit(1)


@dataclass(slots=True)
class Turn:
    """What a loop carries: each with its value before, in and at the end of a turn."""

    inits: list[Atom] = field(default_factory=list)
    params: list[Var] = field(default_factory=list)
    results: list[Atom] = field(default_factory=list)
    outs: list[Var] = field(default_factory=list)

    def carry(self, init: Atom, param: Var, result: Atom, out: Var) -> None:
        self.inits.append(init)
        self.params.append(param)
        self.results.append(result)
        self.outs.append(out)


@dataclass(slots=True)
class Forward:
    """The forward loop in the making: its equations, and what it carries in addition."""

    eqn: For | While
    body: list[Equation]
    before: list[Equation] = field(default_factory=list)
    more: Turn = field(default_factory=Turn)

    def close(self) -> list[Equation]:
        eqn, more = self.eqn, self.more
        count = len(eqn.body.results) - int(eqn.exits)
        results, flag = eqn.body.results[:count], eqn.body.results[count:]
        loop = replace(
            eqn,
            outs=(*eqn.outs, *more.outs),
            inits=(*eqn.inits, *more.inits),
            params=(*eqn.params, *more.params),
            body=Block(tuple(self.body), (*results, *more.results, *flag)),
        )
        return [*self.before, loop]


@dataclass(slots=True)
class Opened:
    """The reverse of a turn in the making, with the forward sweep of the turn."""

    sweep: Sweep
    eqn: For | While
    body: list[Equation]
    block: Block
    turn: Turn
    final: dict[int, Atom]
    mapping: dict[Var, Atom]
    chosen: tuple[int, ...] = ()

    def close(self, scope: Scope) -> None:
        """Hand the bars of what the loop carries on to what it began with.

        Those that were `chosen`, by what is a number, still are where they are not zero.
        """
        bars = self.sweep.bars
        for n, bar in self.final.items():
            share = bars.structured(bar)
            if n in self.chosen and isinstance(bar, Var):
                share = bars.selections.nonzero(bar)
            bars.add(scope, self.eqn.inits[n], share)


OneTurn = Callable[["Sweep", For | While, Scope], list[Equation]]


def reverse_loop(sweep: Sweep, eqn: For | While, scope: Scope) -> list[Equation]:
    """Append the loop that reverses `eqn`; return the equations of its forward sweep."""
    opened = open_turn(sweep, eqn, scope, _recorded_turn)
    forward = Forward(eqn, opened.body)
    loop = _record(sweep, forward, opened.block, opened.turn, opened.mapping)
    sweep.build.eqns.append(loop)
    opened.close(scope)
    return forward.close()


def _recorded_turn(sweep: Sweep, eqn: For | While, inner: Scope) -> list[Equation]:
    """Append the reverse of one turn; return its forward sweep."""
    outer, sweep.in_record = sweep.in_record, True
    forward = sweep.sweep(eqn.body.eqns, inner)
    sweep.in_record = outer
    return forward


def open_turn(sweep: Sweep, eqn: For | While, scope: Scope, one_turn: OneTurn) -> Opened:
    """The reverse of a turn, with the bars that go in and out of it."""
    bars, build = sweep.bars, sweep.build
    taken = [bars.take(scope, out) for out in eqn.outs]
    carried = [
        n for n, (out, param) in enumerate(zip(eqn.outs, eqn.params))
        if taken[n] is not None or sweep.activity.active(out) or sweep.activity.active(param)
    ]  # fmt: skip
    inner = Scope(scope, outs_of(eqn.body.eqns) | dict.fromkeys(eqn.params), loop=True)
    if isinstance(eqn, For):
        inner.owned[eqn.index] = None
        if build.agreeing is not None and natural_index(eqn):
            build.agreeing.natural[eqn.index] = None
    params = {n: bars.new(eqn.params[n]) for n in carried}
    turn = Turn()
    replaced = replacing(eqn.body)
    arrays = {n: None for n in carried if isinstance(build.kind(eqn.outs[n]), (k.Array, k.Any_))}
    with build.block() as reverse:
        for n in carried:
            share = bars.structured(params[n])
            if n in replaced and n in arrays:  # as the turn behind this one has left it
                share = bars.selections.nonzero(params[n])
            bars.add(inner, eqn.body.results[n], share)
        body = one_turn(sweep, eqn, inner)
        body = build.following(eqn.params) + body
        following = {
            n: _next(sweep, eqn, n, params[n], bars.take(inner, eqn.params[n])) for n in carried
        }
        sums = {var: bars.atom(inner.bars[var], var) for var in inner.carried}
    mapping: dict[Var, Atom] = {}
    final: dict[int, Atom] = {}
    for n in carried:
        init = bars.atom(taken[n], eqn.outs[n])
        if following[n] is params[n]:
            mapping[params[n]] = final[n] = init
        else:
            final[n] = out = bars.new(eqn.params[n])
            turn.carry(init, params[n], following[n], out)
    for var, param in inner.carried.items():
        turn.carry(bars.atom(bars.get(scope, var), var), param, sums[var], bars.new(var))
        bars.hand_on(scope, var, turn.outs[-1])
    block = Block(tuple(reverse), tuple(turn.results))
    chosen = tuple(n for n in arrays if n in replaced or bars.selections.by_numbers(taken[n]))
    return Opened(sweep, eqn, body, block, turn, final, mapping, chosen)


def _next(sweep: Sweep, eqn: For | While, n: int, param: Var, bar: Bar) -> Atom:
    """The bar of a carried variable at the start of a turn: that of the end of the one before."""
    var = eqn.params[n]
    if bar is None and sweep.build.same_dims(var, eqn.body.results[n]):
        return sweep.build.apply("mem.zeros_like", param)
    return sweep.bars.atom(bar, var)


def _record(
    sweep: Sweep, forward: Forward, block: Block, turn: Turn, mapping: dict[Var, Atom]
) -> For:
    """Decide what the loop records; complete both loops; return the reverse one."""
    build, eqn = sweep.build, forward.eqn
    block = recording.prune(block, sweep.within)
    recorder = recording.Recorder(sweep, in_loop=True)
    recorder.places.update((param, (None, None)) for param in eqn.params)
    recorder.scan(forward.body)
    plan = recorder.plan(sweep.within.free(block))
    prefix: list[Equation] = []
    tape, along = None, None
    if plan.saved and isinstance(eqn, For) and "recurrences" in sweep.passes:
        along = recurrences(recorder, eqn, plan, block, turn.params)
    if along is not None:
        plan = recording.Plan((), along.eqns)
        mapping.update((eqn.params[n], _like(sweep, eqn.params[n])) for n in along.carried)
    elif plan.saved:
        tape = _tape(sweep, forward, plan, turn, prefix, mapping)
    index = build.var(k.INT)
    if isinstance(eqn, For):
        index = build.var(build.kinds[eqn.index], eqn.index.name)
        mapping[eqn.index] = index
    copies = recording.repeat(sweep, plan, mapping)
    prefix += copies.get(None, ())
    block = recording.rewrite(block, mapping, copies, sweep.within)
    _rename(sweep, block, mapping)
    results = [*block.results, *turn.results[len(block.results) :]]
    bounds = _range(sweep, forward, tape)
    if along is not None and isinstance(eqn, For):
        bounds = (*bounds[:3], eqn.backward)
        for n in along.carried:
            result, param = eqn.body.results[n], mapping[eqn.params[n]]
            assert isinstance(param, Var)
            results.append(mapping.get(result, result) if isinstance(result, Var) else result)
            turn.carry(eqn.inits[n], param, results[-1], _like(sweep, eqn.outs[n]))
    body = Block((*prefix, *block.eqns), tuple(results))
    return For(
        tuple(turn.outs),
        tuple(turn.inits),
        tuple(turn.params),
        index,
        *bounds,
        body,
        False,
        eqn.loc,
    )


def _rename(sweep: Sweep, block: Block, mapping: dict[Var, Atom]) -> None:
    """The kinds of what a block makes, where their lengths mention variables replaced."""
    kinds, renamed = sweep.build.kinds, k.Renamed(mapping)
    for made in walk(block):
        for out in made.outs:
            kind = kinds[out]
            if not isinstance(kind, k.Scalar) or kind.length is not None:
                kinds[out] = renamed(kind)


def _like(sweep: Sweep, var: Var) -> Var:
    return sweep.build.var(sweep.build.kinds[var], var.name)


def _tape(
    sweep: Sweep, forward: Forward, plan: recording.Plan, turn: Turn,
    prefix: list[Equation], mapping: dict[Var, Atom],
) -> Var:  # fmt: skip
    """Push what is saved in the forward loop and take it back in the reverse one; the full tape."""
    build = sweep.build
    forward.body, names = recording.export(sweep, forward.body, plan.saved)
    values = [names.get(var, var) for var in plan.saved]
    kind = k.Tape(tuple(build.kinds[var] for var in values))
    tapes = [build.var(k.Tape() if n == 0 else kind, "tape") for n in range(7)]
    forward.before.append(Apply((tapes[0],), "mem.tape", (), forward.eqn.loc))
    forward.more.carry(tapes[0], tapes[1], tapes[2], tapes[3])
    push = Apply((tapes[2],), "mem.push", (tapes[1], *values), forward.eqn.loc)
    forward.body.insert(_last(forward.body, values), push)
    fresh = [build.var(build.kinds[var], var.name) for var in plan.saved]
    prefix.append(Apply((*fresh, tapes[5]), "mem.unpush", (tapes[4],), forward.eqn.loc))
    mapping.update(zip(plan.saved, fresh))
    turn.carry(tapes[3], tapes[4], tapes[5], tapes[6])
    return tapes[3]


def _last(body: Sequence[Equation], values: Sequence[Var]) -> int:
    """The first place in the body where all values are defined."""
    wanted = dict.fromkeys(values)
    for position in range(len(body), 0, -1):
        if any(out in wanted for out in body[position - 1].outs):
            return position
    return 0


def _range(sweep: Sweep, forward: Forward, tape: Var | None) -> tuple[Atom, Atom, Atom, bool]:
    """Start, stop and step of the reverse loop, and whether it goes backwards."""
    eqn = forward.eqn
    if isinstance(eqn, For) and not eqn.exits:
        return eqn.start, eqn.stop, eqn.step, not eqn.backward
    counted = isinstance(eqn, While) or (
        eqn.start == START and eqn.step == STEP and not eqn.backward
    )
    if counted and tape is not None:
        return START, sweep.build.apply("builtins.len", tape), STEP, True
    if isinstance(eqn, While):
        return START, count_turns(sweep, forward, START), STEP, True
    if eqn.backward:
        return _reached(sweep, forward, eqn), eqn.stop, eqn.step, False
    return eqn.start, count_turns(sweep, forward, eqn.start), eqn.step, True


def count_turns(sweep: Sweep, forward: Forward, start: Atom, number: bool = False) -> Var:
    """Let the forward loop carry the end of the range of the turns that it has gone through.

    With `number` it is how many they are, whatever the range.
    """
    build, eqn = sweep.build, forward.eqn
    number |= isinstance(eqn, While)
    step = STEP if number or isinstance(eqn, While) else eqn.step
    plain = start == START and step == STEP
    name = "turns" if plain else "end"
    param, result, out = (build.var(k.INT, name) for _ in range(3))
    last: Atom = param if number or isinstance(eqn, While) else eqn.index
    forward.body.append(Apply((result,), "operator.add", (last, step), eqn.loc))
    forward.more.carry(start, param, result, out)
    return out


def _reached(sweep: Sweep, forward: Forward, eqn: For) -> Var:
    """Let the forward loop carry the index of its last turn: of a loop that went backwards."""
    build = sweep.build
    param, out = (build.var(k.INT, "reached") for _ in range(2))
    forward.more.carry(eqn.stop, param, eqn.index, out)
    return out
