"""Loops: which names and storages a loop carries, and with which kinds.

The body is lowered with a plan of what is carried.  When the end of a turn does not fit the plan (a
kind has widened, something else was changed) the plan is widened and the body is lowered again; the
plan only grows, so this ends, and for ordinary loops the first or second plan fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    absent,
    carried,
    cases,
    choices,
    late,
    leaving,
    memory,
    numbered,
    owned,
    packing,
    placed,
)
from adcompile.frontend.carried import Place, Plan, Shape, join_shapes, shape_of
from adcompile.frontend.sharing import Sharing
from adcompile.frontend.turns import RESULT, Beginning, at_the_end, outside
from adcompile.frontend.values import (
    Bottom,
    Choice,
    Identity,
    Maybe,
    Num,
    Obj,
    Outside,
    Poison,
    Ref,
    State,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Atom,
    Block,
    Equation,
    For,
    Lit,
    Loc,
    Pragma,
    Var,
    While,
)

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FLAGS = ("%skip", "%exit", "%return")
ATTEMPTS = 60
DEEPER = 8  # attempts that find what is carried nested deeper than the one before


class _Again(Exception):
    """The plan has grown; lower the body once more."""


@dataclass(slots=True)
class Header:
    """The head of a loop: a range, or a condition lowered at the start of each turn."""

    start: Atom = NOTHING
    stop: Atom = NOTHING
    step: Atom = NOTHING
    backward: bool = False
    index_name: str = ""
    cond: Callable[[], Atom] | None = None
    pragma: Pragma | None = None


def lower_loop(
    low: Lowerer,
    header: Header,
    names: list[str],
    body: Callable[[Var], Atom],
    loc: Loc | None,
    written: Iterable[str] = (),
    alone: owned.Storages | None = None,
) -> None:
    """Append a For or While; `body(index)` lowers a turn and returns its exit flag.

    `names` are the variables that matter from turn to turn; `written` those whose memory the
    body seems to change (a first guess that saves an attempt); `alone` are arrays that one name
    knows.
    """
    base = low.state
    site = object()
    plan = Plan()
    for name in names:
        frame = low.owner(name)
        value = base.names[frame].get(name)
        place = ("name", frame, name)
        plan.shapes[place] = (
            Shape("num", k.UNDEFINED_KIND) if value is None
            else Shape("same", detail=value) if base.is_shared(value)
            else owned.known(shape_of(low, value), alone or {})
        )  # fmt: skip
    for name in written:
        value = base.names[low.owner(name)].get(name)
        if isinstance(value, Ref) and name not in names and value.storage not in base.stale:
            for storage in cases.storages(value):
                kind = low.build.kind(base.current[storage])
                plan.shapes["storage", storage] = Shape("ref", kind)
    zs: dict[Place, Storage | Identity] = {}
    left_out = low.left_out
    deepest = deeper = 0
    for _ in range(ATTEMPTS):
        low.left_out = left_out
        attempt = _Attempt(low, base, plan, site, zs)
        low.turns.append(base)
        try:
            attempt.run(header, body, loc)
        except _Again:
            low.state = base
        else:
            return
        finally:
            low.turns.pop()
        deeper += plan.depth() > deepest
        deepest = plan.depth()
        if deeper > DEEPER:
            break
    low.reject(None, "this loop changes the structure of what it carries in every turn", "ADC308")


class TestChanges(Exception):
    """The condition of a loop changes something: it belongs into the body."""


class _Attempt(Beginning):
    """The body lowered once, with the plan as it is."""

    def run(self, header: Header, body: Callable[[Var], Atom], loc: Loc | None) -> None:
        low, build, turn = self.low, self.low.build, self.turn
        low.state = self.base.copy()
        for place, shape in self.plan.shapes.items():
            self.enter(place, shape)
        state = low.state
        state.stale.update(self.plan.stale)
        for first, second in self.plan.related:
            state.relate(first, second)
        for storage in self.unseen:
            for other in state.related.pop(storage, {}):
                state.related[other].pop(storage)
        for holder, held, spot in self.plan.holds:
            state.hold(holder, held, (spot,))
        start = self.start = low.state.copy()
        cond = Block((), (Lit(True),))
        if header.cond is not None:
            with build.block() as eqns, absent.knowing(low, ()):
                test = header.cond()
            if low.state.differs(start):
                low.state = self.base
                raise TestChanges
            cond = build.close(eqns, (test,))
        index = build.var(k.INT, header.index_name)
        if header.start == Lit(0) and header.step == Lit(1):
            low.counted[index] = None
        outside = low.outside_turn
        low.outside_turn = Outside(low.frames, self.base.current)
        with build.block() as eqns, absent.knowing(low, ()):
            exit_flag = self.body_of(body, index)
            results = self.leave(start)
        low.outside_turn = outside
        known = self.alike(eqns, results)
        exits = exit_flag != Lit(False)
        block = build.close(eqns, (*results, exit_flag) if exits else results)
        outs = tuple(
            build.var(at_the_end(build.kinds[param], build.kind(init)), param.name)
            for param, init in zip(turn.params, turn.inits)
        )
        for param, out in zip(turn.params, outs):
            if param in low.nullable:
                low.nullable[out] = None
            if param in low.partial:
                low.partial[out] = low.partial[param]
            if param in low.outside_calls:
                low.outside_calls[out] = low.outside_calls[param]
        fixed = (outs, tuple(turn.inits), tuple(turn.params))
        if header.cond is None:
            bounds = (header.start, header.stop, header.step)
            build.eqns.append(For(*fixed, index, *bounds, header.backward, block, exits, loc,
                                  header.pragma))  # fmt: skip
        else:
            build.eqns.append(While(*fixed, cond, block, exits, loc, header.pragma))
        after = dict(zip(turn.params, outs))
        after.update((param, after[other]) for param, other in known.items())
        self.finish(low.state, after)

    def body_of(self, body: Callable[[Var], Atom], index: Var) -> Atom:
        from adcompile.frontend import statements

        try:
            return body(index)
        except Bottom as found:
            statements.stop(self.low, found)
            return Lit(False)

    def alike(self, eqns: list[Equation], results: list[Atom]) -> dict[Var, Var]:
        """The slots of the result that are as another one, which are taken away."""
        turn, names, kinds = self.turn, self.low.state.names, self.low.build.kinds
        flags = [names[place[1]].get("%return") for place in turn.values if place[-1] == RESULT]
        if not self.returning or not flags or not isinstance(flags[0], Num):
            return {}
        slots = (turn.inits, turn.params, results)
        known = leaving.same_as(*slots, self.returning, eqns, flags[0].atom)
        kept = [n for n, param in enumerate(turn.params) if param not in known]
        turn.inits, turn.params = [turn.inits[n] for n in kept], [turn.params[n] for n in kept]
        results[:] = [
            leaving.only_returned(results[n], flags[0].atom, turn.params, eqns, kinds)
            if param in self.returning and init == UNDEF
            else results[n]
            for n, param, init in zip(kept, turn.params, turn.inits)
        ]
        return known

    # -- the end of a turn

    def leave(self, start: State) -> list[Atom]:
        """The atoms for the next turn; or the plan grows."""
        low, end, plan = self.low, self.low.state, self.plan
        if self.unmoved(end):
            raise _Again
        for state in (self.base, start):
            low.bring(state)
        before = plan.sizes()
        self.discover(start, end)
        self.note_unset(end)
        results: list[Atom] = []
        grown = False
        roots: dict[Any, Any] = {}
        ends: dict[Place, Value | None] = {}
        for place, shape in list(plan.shapes.items()):
            if place[0] != "storage" and place not in self.turn.values:
                continue  # found in this attempt
            value = ends[place] = self.fetch(end, place)
            if place[0] == "storage":
                found = Shape("ref", low.build.kind(value))
            elif value is None:
                found = Shape("poison")
            elif shape == Shape("same", detail=value):
                found = shape
            else:
                if isinstance(value, Poison) and place[0] == "name":
                    self.unclear(place, value)
                found = shape_of(low, value, None, (self.base,))
                found = outside(low, found, self.base)
            wide = join_shapes(shape, found, (self.site, place))
            if wide != shape and self.as_data(place, value, wide):
                grown = True
                continue
            if wide.form == "poison":
                carried.at_run_time(low, self.fetch(self.base, place), value)
            if wide != shape:
                plan.shapes[place] = wide
                grown = True
            elif place[0] == "storage":
                results.append(value)
            else:
                self.results(shape, value, self.turn.values[place], place, results, roots)
        headers = list(self.zs.values())
        Sharing(low, plan, start, end, headers, roots).note()
        if grown or before != plan.sizes():
            carried.hand_on(low, plan, self.turn, ends, self.site)
            raise _Again
        return results

    def note_unset(self, end: State) -> None:
        """Where no turn returns, the result is as it was."""
        for place, made in self.turn.values.items():
            if place[-1] == RESULT and RESULT not in end.names[place[1]]:
                end.names[place[1]][RESULT] = made
                if self.fetch(self.base, place) is None:
                    self.unset[place] = None

    def as_data(self, place: Place, value: Value | None, wide: Shape) -> bool:
        """Carry a function that each turn makes anew as data, from the next attempt on."""
        if place[0] == "storage" or place in self.plan.functions:
            return False
        first = self.fetch_plain(self.base, place)
        at_first = first == Num(NOTHING) or (
            wide.form == "poison" and (first is None or packing.is_function(self.low, first))
        )
        if not (at_first and packing.is_function(self.low, value)):
            return False
        self.plan.functions[place] = None
        kind: k.Kind = k.UNDEFINED_KIND
        for each in (first, value):
            if each is not None:
                atom = memory.atom_of(self.low, packing.item(self.low, each))
                kind = k.join(kind, self.low.build.kind(atom), (self.site, place))
        form = "num" if k.is_fixed(kind) else "ref"
        self.plan.shapes[place] = Shape(form, kind)
        return True

    def discover(self, start: State, end: State) -> None:
        """Add to the plan what the turn has changed and the plan does not carry."""
        plan = self.plan
        for storage, version in start.current.items():
            place: Place = ("storage", storage)
            carried = place in plan.shapes or storage in self.zs.values()
            if end.current.get(storage, version) is not version and not carried:
                plan.shapes[place] = Shape("ref", self.low.build.kind(self.base.current[storage]))
        for identity, items in start.items.items():
            if identity in self.zs.values():
                continue
            if identity in start.places:
                if identity not in end.places and identity in placed.reachable(start):
                    plan.stale[identity] = placed.GONE
                continue
            now = end.items.get(identity, items)
            if list(now) != list(items):
                if identity.form != "record":
                    self.low.make_dynamic(identity, start.resized(end, self.zs.values()))
                late.in_a_loop(self.low, identity, items, now)
            for key in items:
                place = ("item", identity, key)
                if now[key] != items[key] and place not in plan.shapes:
                    plan.shapes[place] = shape_of(
                        self.low, self.base.items[identity][key], self.base
                    )
        shared = {name for _, name in self.low.nonlocals}
        for frame, names in start.names.items():
            for name, value in names.items():
                place = ("name", frame, name)
                last = end.names.get(frame, names).get(name)
                elsewhere = frame != self.low.frame.number or name in shared
                elsewhere = elsewhere or place in self.low.detached
                if elsewhere and place not in plan.shapes and last != value:
                    plan.shapes[place] = shape_of(self.low, self.base.names[frame][name], self.base)
        for key, reason in end.stale.items():
            # what a header names is something new in the next turn; `results` looks at what it is
            if key in self.zs.values() or key in start.stale:
                continue
            if key in start.current or key in start.items:
                plan.stale[key] = reason

    def results(
        self,
        shape: Shape,
        value: Any,
        head: Value,
        path: Any,
        results: list[Atom],
        roots: dict[Any, Any],
    ) -> None:
        """Append the atoms that the header's slots get for the next turn, in the slots' order."""
        low = self.low
        if shape.form == "tuple":
            assert isinstance(head, Struct)
            items = value.items if isinstance(value, Struct) else (None,) * len(shape.parts)
            for i, (part, item, inner) in enumerate(zip(shape.parts, items, head.items)):
                self.results(part, item, inner, (path, i), results, roots)
        elif shape.form == "object":
            assert isinstance(head, Obj)
            held, heads = self.held_by(value, head.identity, roots), self.heads[head.identity]
            for key, part in zip(shape.keys, shape.parts):
                self.results(part, held.get(key), heads[key], (path, key), results, roots)
        elif shape.form == "cases":
            at_end = partial(self.at_end, value, path)
            results += carried.leave(low, shape, value, self.base, self.zs.get(path), at_end)
            if None in shape.keys and isinstance(value, Ref):
                for storage in cases.storages(value):
                    if storage not in self.base.current:
                        roots.setdefault(storage, []).append(self.zs[path])
        elif shape.form == "maybe":
            assert isinstance(head, Maybe)
            results.append(absent.there(low, value))
            inside = absent.inside(low, value)
            self.results(shape.parts[0], inside, head.value, (path, "here"), results, roots)
        elif shape.form == "numbered":
            results.append(numbered.carried(low, value, low.state))
        elif shape.form == "choice":
            results.append(UNDEF if value is None else choices.number(low, value))
        elif shape.form in ("num", "ref"):
            for storage in cases.storages(value):
                if storage in low.state.stale:
                    assert isinstance(head, Ref)
                    self.plan.stale[head.storage] = low.state.stale[storage]
                    results.append(UNDEF)
                    return
            atom = UNDEF if value is None else self.whole(value, shape.kind, path)
            if atom == NOTHING or atom in low.nullable:
                self.plan.nullable[path] = None
            results.append(atom)
            if isinstance(head, Ref):
                for key in self.led_to(low.state, value, path):
                    roots.setdefault(key, []).append(head.storage)

    def held_by(
        self, value: Obj | None, head: Identity, roots: dict[Any, Any]
    ) -> dict[Any, Value]:
        """What an object holds that is `head` in the next turn."""
        low = self.low
        if value is None:
            return {}
        one = value.identity
        if one in low.state.stale:
            self.plan.stale[head] = low.state.stale[one]
            return {}
        if one in low.unpacked and head not in low.unpacked:
            low.unpacked[head] = None
            raise _Again
        placed.refresh(low, one)
        roots.setdefault(one, []).append(head)
        if one in low.state.places:
            roots.setdefault(low.state.places[one].place.storage, []).append(head)
        return low.state.items[one]

    # -- after the loop

    def finish(self, end: State, outs: dict[Var, Var]) -> None:
        """The state after the loop: the one before, what is carried as the last turn left it."""
        state = self.base.copy()
        frame = self.low.frame.number
        for name in end.names[frame]:
            if name in FLAGS:
                continue  # where the loop does not carry one, nothing in it leaves that far
            if end.names[frame][name] != state.names[frame].get(name):
                state.names[frame][name] = Poison(f"{name!r} is not known after the loop", "ADC303")
        for storage in self.zs.values():
            if isinstance(storage, Storage):
                state.current[storage] = UNDEF
        for place, value in self.turn.values.items():
            fresh = self.after(state, value, outs)
            if place[0] == "name":
                state.names[place[1]][place[2]] = fresh
            else:
                state.items[place[1]][place[2]] = fresh
        for place in self.unset:
            state.names[place[1]].pop(RESULT)
        for place in self.plan.shapes:
            if place[0] == "storage":
                state.current[place[1]] = outs[self.slots[place[1]]]
        headers = self.zs.values()
        gone = {key: reason for key, reason in end.stale.items() if key not in headers}
        for key, reason in {**gone, **self.plan.stale}.items():
            if key in state.current or key in state.items:
                state.stale[key] = reason
        for first, seconds in end.related.items():
            known = state.related.get(first, {})
            for second in [key for key in seconds if key not in known]:
                state.relate(first, second)
        for first, second in self.plan.related:
            state.relate(first, second)
        for holder in self.zs.values():
            for held, spots in self.start.holds.get(holder, {}).items():
                state.hold(holder, held, spots)
        for holder, held, spot in self.plan.holds:
            state.hold(holder, held, (spot,))
        placed.settled(state)
        state.dead = False
        self.low.state = state

    def after(self, state: State, value: Value, outs: dict[Var, Var]) -> Value:
        match value:
            case Num(Var() as atom):
                return Num(outs.get(atom, atom))
            case Ref() if any(value is made for made in self.given.values()):
                for storage in cases.storages(value):
                    if storage in self.slots and storage in self.zs.values():
                        state.current[storage] = outs[self.slots[storage]]
                return carried.after(self.low, value, outs)
            case Choice(Var() as atom, options):
                return Choice(outs.get(atom, atom), options)
            case Ref(storage=storage) if storage in self.zs.values():
                state.current[storage] = outs[self.slots[storage]]
                return Ref(storage)
            case Struct(items):
                return Struct(tuple(self.after(state, item, outs) for item in items))
            case Maybe(Var() as flag, inner):
                found = self.after(state, inner, outs)
                assert isinstance(found, (Struct, Obj))
                return Maybe(outs.get(flag, flag), found)
            case Obj(identity) if identity in self.numbered:
                among, param = self.numbered[identity]
                return numbered.at(self.low, state, among, outs[param], identity)
            case Obj(identity) if identity in self.heads:
                heads = self.heads[identity]
                state.items[identity] = {
                    key: self.after(state, item, outs) for key, item in heads.items()
                }
                return Obj(identity)
        return value
