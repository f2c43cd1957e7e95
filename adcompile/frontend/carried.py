"""The shapes of what a loop carries from turn to turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcompile.frontend import choices, memory
from adcompile.frontend.values import Choice, Num, Obj, Poison, Ref, State, Struct, Value
from adcompile.trace import kinds as k

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


@dataclass(frozen=True, slots=True)
class Shape:
    """What a carried place holds: a form, the kind of a leaf, the shapes of parts."""

    form: str  # "num", "ref", "tuple", "object", "same", "choice", "poison"
    kind: k.Kind | None = None
    keys: tuple[Any, ...] = ()
    parts: tuple[Shape, ...] = ()
    detail: Any = None


Place = tuple[Any, ...]  # ("name", frame, name) | ("item", identity, key) | ("storage", storage)


@dataclass(slots=True)
class Plan:
    """What the loop carries, and what is unknown or shared at the start of a turn."""

    shapes: dict[Place, Shape] = field(default_factory=dict)
    stale: dict[Any, str] = field(default_factory=dict)
    related: dict[tuple[Any, Any], None] = field(default_factory=dict)
    holds: dict[tuple[Any, Any], None] = field(default_factory=dict)
    nullable: dict[Any, None] = field(default_factory=dict)


def shape_of(
    low: Lowerer, value: Value, state: State | None = None, states: tuple[State, ...] = ()
) -> Shape:
    """The shape of a value; a function that all `states` know may become one of several."""
    state = state or low.state
    match value:
        case Num(atom):
            return Shape("num", low.build.kind(atom))
        case Ref():
            if value.storage in state.stale:
                return Shape("ref", low.build.kind(state.current[value.storage]))
            outer, low.state = low.state, state
            atom = memory.read(low, value)
            low.state = outer
            return Shape("ref", low.build.kind(atom))
        case Struct(items):
            return Shape("tuple", parts=tuple(shape_of(low, item, state) for item in items))
        case Obj(identity):
            held = state.items[identity]
            parts = tuple(shape_of(low, item, state) for item in held.values())
            return Shape(
                "object",
                None,
                tuple(held),
                parts,
                (identity.form, identity.site, identity.record, identity.loc, identity.cls),
            )
        case Poison():
            return Shape("poison")
        case Choice():
            return Shape("choice", k.INT, detail=value.options)
    if choices.chosen(low, value, (state, *states)):
        return Shape("same", k.INT, detail=value)
    return Shape("same", detail=value)


def join_shapes(a: Shape, b: Shape, site: Any) -> Shape:
    """The shape that has room for both."""
    if a == b:
        return a
    if a.form == "num" and a.kind == k.UNDEFINED_KIND:
        return b
    if b.form == "num" and b.kind == k.UNDEFINED_KIND:
        return a
    if a.form in ("num", "ref") and b.form in ("num", "ref"):
        form = "num" if a.form == b.form == "num" else "ref"
        kind = k.join(a.kind, b.kind, site)
        return a if form == a.form and kind == a.kind else Shape(form, kind)
    if a.form == b.form and a.keys == b.keys and len(a.parts) == len(b.parts) and a.parts:
        parts = tuple(
            join_shapes(x, y, (site, i)) for i, (x, y) in enumerate(zip(a.parts, b.parts))
        )
        return a if parts == a.parts else Shape(a.form, None, a.keys, parts, a.detail)
    if a.form == "num" and a.kind == k.NONE:
        return b
    if all(each.form in ("choice", "same") and each.kind == k.INT for each in (a, b)):
        known = _options(a)
        more = tuple(option for option in _options(b) if option not in known)
        return Shape("choice", k.INT, detail=(*known, *more)) if more else a
    return Shape("poison")


def _options(shape: Shape) -> tuple[Value, ...]:
    return shape.detail if shape.form == "choice" else (shape.detail,)
