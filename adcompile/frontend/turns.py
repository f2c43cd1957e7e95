"""How a turn of a loop begins: slots for what the plan carries, and what each place holds there.

    for i in range(n):              s     a number: one slot
        s, (a, b) = b, (s, v[i])    a, b  a slot each
                                    v     a storage that the body writes: one slot
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    absent,
    carried,
    cases,
    choices,
    holdings,
    memory,
    numbered,
    open_tuples,
    packing,
    placed,
)
from adcompile.frontend.carried import Place, Plan, Shape, Turn, shape_of
from adcompile.frontend.values import (
    UNKNOWN,
    Choice,
    Identity,
    Maybe,
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
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


RESULT = "%retval"


def changing(name: str) -> str:
    return f"{name!r} is something else in each turn of the loop"


def tried(name: str) -> str:
    return (
        f"{name!r} may have been changed by a try in the turn before, which raised then; "
        "assign it outside of the try"
    )


def at_the_end(kind: k.Kind, begun: k.Kind) -> k.Kind:
    """The kind of what a loop carries when it ends: a length that is another one in other turns
    is the last one then."""
    first = getattr(begun, "dims", None)
    if not isinstance(kind, k.Array) or not kind.dims or not first or first == kind.dims:
        return kind
    return k.Array(kind.dtype, tuple(
        dim if dim == before or dim.base is None else replace(dim, base=("end", dim.base))
        for dim, before in zip(kind.dims, first)
    ))  # fmt: skip


def outside(low: Lowerer, shape: Shape, base: State) -> Shape:
    """The shape as the head of the loop knows it: what a turn has made is the name's own.

    Without this a tuple of arrays made in the turn would know one array more in every attempt.  A
    function that carries what a turn has made, or begins with, is another one in each turn.
    """
    if shape.form == "same":
        keys = holdings.leads_to(low, shape.detail)
        known = all(key in base.current or key in base.items for key in keys)
        return shape if known else Shape("poison")
    if shape.form in ("tuple", "object", "maybe"):
        parts = tuple(outside(low, part, base) for part in shape.parts)
        return replace(shape, parts=parts)
    if shape.form != "cases":
        return shape
    found: dict[Any, Shape] = {}
    for key, part in zip(shape.keys, shape.parts):
        known = key is not None and key[0] in base.current
        found[key if known else None] = part if known else Shape("path")
    return Shape("cases", shape.kind, tuple(found), tuple(found.values()))


class Beginning:
    """The slots of one attempt at a loop, and the values that its body begins with."""

    def __init__(
        self, low: Lowerer, base: State, plan: Plan, site: object, zs: dict[Place, Any]
    ) -> None:
        self.low, self.base, self.plan, self.site, self.zs = low, base, plan, site, zs
        self.turn = Turn()
        self.slots: dict[Any, Var] = {}
        self.heads: dict[Identity, dict[Any, Value]] = {}
        self.given: dict[Any, Ref] = {}  # references to one of several places
        self.returning: dict[Var, None] = {}  # the slots of the result
        self.unseen: dict[Any, None] = {}  # storages of the result, which no turn sees
        self.numbered: dict[Identity, tuple[Any, Var]] = {}  # objects known by their numbers
        self.unset: dict[Place, None] = {}  # results that no turn and nothing before has set

    def enter(self, place: Place, shape: Shape) -> None:
        value = self.fetch(self.base, place)
        if place[0] == "storage":
            param = self.slot(value, shape.kind, place[1].name, place)
            self.slots[place[1]] = self.low.state.current[place[1]] = param
            placed.invalidate(self.low.state, place[1])
            return
        known, count = dict(self.slots), len(self.turn.params)
        made = self.header(shape, value, place, place)
        self.turn.values[place] = made
        if place[0] == "name" and place[2] == RESULT:
            self.low.state.names[place[1]].pop(RESULT, None)  # who returns leaves the loop
            self.returning.update(dict.fromkeys(self.turn.params[count:]))
            self.unseen.update(dict.fromkeys(key for key in self.slots if key not in known))
        elif place[0] == "name":
            self.low.state.names[place[1]][place[2]] = made
        else:
            self.low.state.items[place[1]][place[2]] = made

    def fetch(self, state: State, place: Place) -> Any:
        """What a place holds; where functions are carried as data, as such."""
        value = self.fetch_plain(state, place)
        if value is None or place not in self.plan.functions:
            return value
        outer, self.low.state = self.low.state, state
        try:
            return packing.item(self.low, value)
        finally:
            self.low.state = outer

    def fetch_plain(self, state: State, place: Place) -> Any:
        if place[0] == "name":
            return state.names[place[1]].get(place[2])
        if place[0] == "item":
            return state.items[place[1]].get(place[2])
        return state.current[place[1]]

    def led_to(self, state: State, value: Value | None, path: Any) -> Iterable[Storage | Identity]:
        """What a value that is carried whole may be, or holds; of a function what it carries."""
        if path not in self.plan.functions:
            return cases.storages(value)
        outer, self.low.state = self.low.state, state
        try:
            return holdings.leads_to(self.low, self.fetch_plain(state, path))
        finally:
            self.low.state = outer

    def whole(self, value: Value, kind: k.Kind | None, path: Any) -> Atom:
        """The atom of a value at the end of a turn."""
        return self.at_end(value, path, partial(open_tuples.whole, self.low, value, kind))

    def at_end(self, value: Value | None, path: Any, maker: Callable[[], Atom]) -> Atom:
        """What is made of a value at the end of a turn; of the result, where the turn returns."""
        low, place = self.low, path
        while len(place) == 2:
            place = place[0]
        if value is None or place[-1] != RESULT or not cases.of_several(low, value):
            return maker()
        found = low.choose(
            low.state.names[place[1]]["%return"],
            lambda: Num(maker()), lambda: Num(UNDEF), "", low.build.loc,
        )  # fmt: skip
        return memory.atom_of(low, found)

    def unmoved(self, end: State) -> bool:
        """Has the plan changed: a name has, in every turn, the object that it has anyway (d = d)?

        As an object that only the name knows, a change of it by another name would not be seen.
        """
        count = len(self.plan.moved)
        same: list[Place] = []
        for place, shape in self.plan.shapes.items():
            if place not in self.turn.values or place in self.plan.moved:
                continue
            before, value = self.fetch(self.base, place), self.fetch(end, place)
            if place[0] != "name" or not isinstance(before, Obj):
                continue
            if shape.form == "same" and value != before:
                self.plan.moved[place] = None
                self.plan.shapes[place] = shape_of(self.low, before, self.base)
            elif shape.form != "same" and value in (before, self.turn.values[place]):
                same.append(place)
        self.plan.shapes.update((p, Shape("same", detail=self.fetch(self.base, p))) for p in same)
        return bool(same) or len(self.plan.moved) > count

    def slot(self, init: Atom, kind: k.Kind | None, name: str, place: Any) -> Var:
        param = self.low.build.var(kind or k.UNDEFINED_KIND, "" if name.startswith("%") else name)
        if init == NOTHING or init in self.low.nullable or place in self.plan.nullable:
            self.low.nullable[param] = None
        if init in self.low.outside_calls:
            self.low.outside_calls[param] = self.low.outside_calls[init]
        if init == UNDEF or init in self.low.partial:
            self.low.partial[param] = False
        self.turn.inits.append(init)
        self.turn.params.append(param)
        return param

    def unclear(self, place: Place, value: Poison) -> None:
        """What a name is at the start of a turn is not known, as it was not at the end of one."""
        if value.code == "ADC117":
            self.plan.tried[place] = None
        for reason in (changing(place[2]), tried(place[2])):
            self.low.likewise(reason, value.reason)

    def header(self, shape: Shape, value: Value | None, place: Place, path: Any) -> Value:
        """The value that a place of this shape has at the start of a turn."""
        low, name = self.low, place[2] if place[0] == "name" else ""
        if shape.form == "same":
            return value if value is not None else shape.detail
        if shape.form == "poison":
            if value == UNKNOWN:
                return UNKNOWN
            if place in self.plan.tried:
                return Poison(tried(name), "ADC117", None, shape.detail or ())
            return Poison(changing(name), "ADC303", None, shape.detail or ())
        if shape.form == "tuple":
            items = value.items if isinstance(value, Struct) else (None,) * len(shape.parts)
            pairs = enumerate(zip(shape.parts, items))
            return Struct(
                tuple(self.header(part, item, place, (path, i)) for i, (part, item) in pairs)
            )
        if shape.form == "numbered":
            param = self.slot(numbered.carried(low, value, self.base), k.INT, name, path)
            one = self.zs.setdefault(path, numbered.new(low, shape.detail))
            assert isinstance(one, Identity)
            self.numbered[one] = shape.detail, param
            return numbered.at(low, low.state, shape.detail, param, one)
        if shape.form == "object":
            return self.header_object(shape, value, place, path)
        if shape.form == "maybe":
            flag = self.slot(absent.there(low, value), k.BOOL, "", (path, "there"))
            inner = self.header(shape.parts[0], absent.inside(low, value), place, (path, "here"))
            assert isinstance(inner, (Struct, Obj))
            return Maybe(flag, inner)
        if shape.form == "cases":
            return self.header_cases(shape, value, place, path)
        with_state = low.state
        low.state = self.base
        try:
            init = UNDEF if value is None else self.initial(value, shape.kind)
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
        for other in self.led_to(self.base, value, path):
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

    def initial(self, value: Value, kind: k.Kind | None) -> Atom:
        if any(storage in self.base.stale for storage in cases.storages(value)):
            return UNDEF
        if choices.chosen(self.low, value, (self.base,)):
            return choices.number(self.low, value)
        return open_tuples.whole(self.low, value, kind)

    def header_object(self, shape: Shape, value: Value | None, place: Place, path: Any) -> Value:
        form, site, record, loc, cls = shape.detail
        identity = self.zs.setdefault(path, Identity(form, site, record, loc, cls))
        assert isinstance(identity, Identity)
        if isinstance(value, Obj):
            outer, self.low.state = self.low.state, self.base
            placed.refresh(self.low, value.identity)
            self.low.state = outer
        items = self.base.items[value.identity] if isinstance(value, Obj) else {}
        self.heads[identity] = {
            key: self.header(part, items.get(key), place, (path, key))
            for key, part in zip(shape.keys, shape.parts)
        }
        self.low.state.items[identity] = dict(self.heads[identity])
        if isinstance(value, Obj):
            placed.stands_for(self.low, self.low.state, identity, value.identity, self.base)
            if value.identity in self.base.stale:
                self.plan.stale[identity] = self.base.stale[value.identity]
        return Obj(identity)
