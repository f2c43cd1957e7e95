"""Loops: which names and storages a loop carries, and with which kinds.

The body is lowered with a plan of what is carried.  When the end of a turn does not fit the plan (a
kind has widened, something else was changed) the plan is widened and the body is lowered again; the
plan only grows, so this ends, and for ordinary loops the first or second plan fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcompile.frontend import carried, cases, choices, memory
from adcompile.frontend.carried import Place, Plan, Shape, Turn, join_shapes, shape_of
from adcompile.frontend.values import (
    UNKNOWN,
    Choice,
    Identity,
    Num,
    Obj,
    Poison,
    Ref,
    State,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Block, For, Lit, Loc, Var, While

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


FLAGS = ("%skip", "%exit", "%return")


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


def lower_loop(
    low: Lowerer,
    header: Header,
    names: list[str],
    body: Callable[[Var], Atom],
    loc: Loc | None,
    written: Iterable[str] = (),
) -> None:
    """Append a For or While; `body(index)` lowers a turn and returns its exit flag.

    `names` are the variables that matter from turn to turn; `written` those whose memory the
    body seems to change (a first guess that saves an attempt).
    """
    base = low.state
    site = object()
    plan = Plan()
    frame = low.frame.number
    for name in names:
        value = base.names[frame].get(name)
        place = ("name", frame, name)
        plan.shapes[place] = (
            Shape("num", k.UNDEFINED_KIND) if value is None else shape_of(low, value)
        )
    for name in written:
        value = base.names[frame].get(name)
        if isinstance(value, Ref) and name not in names and value.storage not in base.stale:
            for storage in cases.storages(value):
                kind = low.build.kind(base.current[storage])
                plan.shapes["storage", storage] = Shape("ref", kind)
    zs: dict[Place, Storage | Identity] = {}
    for _ in range(60):
        attempt = _Attempt(low, base, plan, site, zs)
        try:
            attempt.run(header, body, loc)
        except _Again:
            low.state = base
            continue
        return
    low.reject(None, "this loop changes the structure of what it carries in every turn", "ADC308")


RESULT = "%retval"


class TestChanges(Exception):
    """The condition of a loop changes something: it belongs into the body."""


def _differs(state: State, start: State) -> bool:
    """Is something that was there at the start another now?"""
    pairs: list[tuple[dict[Any, Any], dict[Any, Any]]] = [(state.current, start.current)]
    pairs += [(state.names[frame], names) for frame, names in start.names.items()]
    pairs += [(state.items[identity], items) for identity, items in start.items.items()]
    return state.stale != start.stale or any(
        now.get(key) is not value and now.get(key) != value
        for now, before in pairs
        for key, value in before.items()
    )


class _Attempt:
    def __init__(
        self, low: Lowerer, base: State, plan: Plan, site: object, zs: dict[Place, Any]
    ) -> None:
        self.low, self.base, self.plan, self.site, self.zs = low, base, plan, site, zs
        self.turn = Turn()
        self.slots: dict[Any, Var] = {}
        self.heads: dict[Identity, dict[Any, Value]] = {}
        self.given: dict[Any, Ref] = {}  # references to one of several places
        self.unseen: dict[Any, None] = {}  # storages of the result, which no turn sees

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
        for holder, held in self.plan.holds:
            state.holds.setdefault(holder, {})[held] = None
        start = low.state.copy()
        cond = Block((), (Lit(True),))
        if header.cond is not None:
            with build.block() as eqns:
                test = header.cond()
            if _differs(low.state, start):
                low.state = self.base
                raise TestChanges
            cond = build.close(eqns, (test,))
        index = build.var(k.INT, header.index_name)
        with build.block() as eqns:
            exit_flag = body(index)
            results = self.leave(start)
        exits = exit_flag != Lit(False)
        block = build.close(eqns, (*results, exit_flag) if exits else results)
        outs = tuple(build.var(build.kinds[p], p.name) for p in turn.params)
        for param, out in zip(turn.params, outs):
            if param in low.nullable:
                low.nullable[out] = None
        fixed = (outs, tuple(turn.inits), tuple(turn.params))
        if header.cond is None:
            bounds = (header.start, header.stop, header.step)
            build.eqns.append(For(*fixed, index, *bounds, header.backward, block, exits, loc))
        else:
            build.eqns.append(While(*fixed, cond, block, exits, loc))
        self.finish(low.state, dict(zip(turn.params, outs)))

    # -- the start of a turn

    def enter(self, place: Place, shape: Shape) -> None:
        value = self.fetch(self.base, place)
        if place[0] == "storage":
            param = self.slot(value, shape.kind, place[1].name, place)
            self.slots[place[1]] = self.low.state.current[place[1]] = param
            return
        known = dict(self.slots)
        made = self.header(shape, value, place, place)
        self.turn.values[place] = made
        if place[0] == "name" and place[2] == RESULT:
            self.low.state.names[place[1]].pop(RESULT, None)  # who returns leaves the loop
            self.unseen.update(dict.fromkeys(key for key in self.slots if key not in known))
        elif place[0] == "name":
            self.low.state.names[place[1]][place[2]] = made
        else:
            self.low.state.items[place[1]][place[2]] = made

    def fetch(self, state: State, place: Place) -> Any:
        if place[0] == "name":
            return state.names[place[1]].get(place[2])
        if place[0] == "item":
            return state.items[place[1]].get(place[2])
        return state.current[place[1]]

    def slot(self, init: Atom, kind: k.Kind | None, name: str, place: Any) -> Var:
        param = self.low.build.var(kind or k.UNDEFINED_KIND, "" if name.startswith("%") else name)
        if init == NOTHING or init in self.low.nullable or place in self.plan.nullable:
            self.low.nullable[param] = None
        self.turn.inits.append(init)
        self.turn.params.append(param)
        return param

    def header(self, shape: Shape, value: Value | None, place: Place, path: Any) -> Value:
        """The value that a place of this shape has at the start of a turn."""
        low, name = self.low, place[2] if place[0] == "name" else ""
        if shape.form == "same":
            return value if value is not None else shape.detail
        if shape.form == "poison":
            changing = Poison(f"{name!r} is something else in each turn of the loop", "ADC303")
            return UNKNOWN if value == UNKNOWN else changing
        if shape.form == "tuple":
            items = value.items if isinstance(value, Struct) else (None,) * len(shape.parts)
            pairs = enumerate(zip(shape.parts, items))
            return Struct(
                tuple(self.header(part, item, place, (path, i)) for i, (part, item) in pairs)
            )
        if shape.form == "object":
            return self.header_object(shape, value, place, path)
        if shape.form == "cases":
            return self.header_cases(shape, value, place, path)
        with_state = low.state
        low.state = self.base
        try:
            init = UNDEF if value is None else self.initial(value)
        finally:
            low.state = with_state
        param = self.slot(init, shape.kind, name, path)
        if shape.form == "num":
            return Num(param)
        if shape.form == "choice":
            return Choice(param, shape.detail)
        storage = self.zs.setdefault(path, Storage(name, low.build.loc))
        assert isinstance(storage, Storage)
        self.slots[storage] = low.state.current[storage] = param
        for other in cases.storages(value):
            low.state.derive(storage, other)
            if other in self.base.stale:
                self.plan.stale[storage] = self.base.stale[other]
        return Ref(storage)

    def header_cases(self, shape: Shape, value: Value | None, place: Place, path: Any) -> Value:
        name = place[2] if place[0] == "name" else ""
        own = self.zs.get(path) or Storage(name, self.low.build.loc)
        if None in shape.keys:
            self.zs[path] = own
        assert isinstance(own, Storage)
        count = len(self.turn.params)

        def slot(init: Atom, kind: k.Kind | None) -> Var:
            return self.slot(init, kind, name if kind == shape.kind else "", path)

        made = carried.enter(self.low, shape, value, name, slot, own, self.base)
        if None in shape.keys:
            param = self.low.state.current[own]
            assert isinstance(param, Var) and param in self.turn.params[count:]
            self.slots[own] = param
        self.given[path] = made
        return made

    def initial(self, value: Value) -> Atom:
        if any(storage in self.base.stale for storage in cases.storages(value)):
            return UNDEF
        if choices.chosen(self.low, value, (self.base,)):
            return choices.number(self.low, value)
        return memory.atom_of(self.low, value)

    def header_object(self, shape: Shape, value: Value | None, place: Place, path: Any) -> Value:
        form, site, record, loc, cls = shape.detail
        identity = self.zs.setdefault(path, Identity(form, site, record, loc, cls))
        assert isinstance(identity, Identity)
        items = self.base.items[value.identity] if isinstance(value, Obj) else {}
        self.heads[identity] = {
            key: self.header(part, items.get(key), place, (path, key))
            for key, part in zip(shape.keys, shape.parts)
        }
        self.low.state.items[identity] = dict(self.heads[identity])
        if isinstance(value, Obj):
            self.low.state.relate(identity, value.identity)
        return Obj(identity)

    # -- the end of a turn

    def leave(self, start: State) -> list[Atom]:
        """The atoms for the next turn; or the plan grows."""
        low, end, plan = self.low, self.low.state, self.plan
        before = (
            len(plan.shapes),
            len(plan.stale),
            len(plan.related),
            len(plan.holds),
            len(plan.nullable),
        )
        self.discover(start, end)
        results: list[Atom] = []
        grown = False
        roots: dict[Any, Any] = {}
        for place, shape in list(plan.shapes.items()):
            if place[0] != "storage" and place not in self.turn.values:
                continue  # found in this attempt
            value = self.fetch(end, place)
            if place[0] == "storage":
                found = Shape("ref", low.build.kind(value))
            elif value is None:
                found = Shape("poison")
            else:
                found = shape_of(low, value, None, (self.base,))
                found = carried.outside(found, self.base)
            wide = join_shapes(shape, found, (self.site, place))
            if wide != shape:
                plan.shapes[place] = wide
                grown = True
            elif place[0] == "storage":
                results.append(value)
            else:
                self.results(shape, value, self.turn.values[place], place, results, roots)
        self.share(start, end, roots)
        after = (
            len(plan.shapes),
            len(plan.stale),
            len(plan.related),
            len(plan.holds),
            len(plan.nullable),
        )
        if grown or before != after:
            raise _Again
        return results

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
            now = end.items.get(identity, items)
            if list(now) != list(items):
                if identity.form == "list":
                    self.low.make_dynamic(identity)
                self.low.reject(None, "the keys of this dictionary change inside a loop", "ADC307")
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
            held = {} if value is None else low.state.items[value.identity]
            heads = self.heads[head.identity]
            for key, part in zip(shape.keys, shape.parts):
                self.results(part, held.get(key), heads[key], (path, key), results, roots)
        elif shape.form == "cases":
            results += carried.leave(low, shape, value, self.base, self.zs.get(path))
            if None in shape.keys and isinstance(value, Ref):
                for storage in cases.storages(value):
                    if storage not in self.base.current:
                        roots.setdefault(storage, []).append(self.zs[path])
        elif shape.form == "choice":
            results.append(UNDEF if value is None else choices.number(low, value))
        elif shape.form in ("num", "ref"):
            for storage in cases.storages(value):
                if storage in low.state.stale:
                    assert isinstance(head, Ref)
                    self.plan.stale[head.storage] = low.state.stale[storage]
                    results.append(UNDEF)
                    return
            atom = UNDEF if value is None else memory.atom_of(low, value)
            if atom == NOTHING or atom in low.nullable:
                self.plan.nullable[path] = None
            results.append(atom)
            if isinstance(value, Ref) and isinstance(head, Ref):
                for storage in cases.storages(value):
                    roots.setdefault(storage, []).append(head.storage)

    def share(self, start: State, end: State, roots: dict[Any, list[Storage]]) -> None:
        """Carry over to the header what may share memory and what lists hold."""
        plan = self.plan
        visible: dict[Any, Any] = {**start.current, **start.items}

        def as_seen(key: Any) -> list[Any]:
            return [*roots.get(key, []), *([key] if key in visible else [])]

        for root, heads in roots.items():
            for i, head in enumerate(heads):
                others = [*heads[:i], *(key for key in end.related.get(root, {}) if key in visible)]
                if root in visible and root not in self.zs.values():
                    others.append(root)
                for other in others:
                    self.add_relation(start, head, other)
        for first, seconds in end.related.items():
            for second in seconds:
                if first in visible and second in visible:
                    self.add_relation(start, first, second)
        for holder, held in end.holds.items():
            for h in as_seen(holder):
                for item in held:
                    for seen in as_seen(item):
                        if seen not in start.holds.get(h, {}):
                            plan.holds[h, seen] = None

    def add_relation(self, start: State, first: Any, second: Any) -> None:
        if first is not second and second not in start.related.get(first, {}):
            self.plan.related[first, second] = None

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
        for place in self.plan.shapes:
            if place[0] == "storage":
                state.current[place[1]] = outs[self.slots[place[1]]]
        headers = self.zs.values()
        gone = {key: reason for key, reason in end.stale.items() if key not in headers}
        for key, reason in {**gone, **self.plan.stale}.items():
            if key in state.current or key in state.items:
                state.stale[key] = reason
        for first, seconds in end.related.items():
            for second in seconds:
                state.relate(first, second)
        for first, second in self.plan.related:
            state.relate(first, second)
        for holder, held in end.holds.items():
            state.holds.setdefault(holder, {}).update(held)
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
            case Obj(identity) if identity in self.heads:
                heads = self.heads[identity]
                state.items[identity] = {
                    key: self.after(state, item, outs) for key, item in heads.items()
                }
                return Obj(identity)
        return value
