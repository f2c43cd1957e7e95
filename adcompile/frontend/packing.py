"""Functions and objects as data: what tells them apart at run time is stored, the rest is text.

    fs.append(lambda t, a=a[i]: a * t)      fs.append((a[i],))
    for f in fs: s += f(x)                  for f in fs: s += f[0] * x

A tuple that stands for one of several texts begins with the number of its text; the texts that meet
in one variable are a family, which is found out by starting again.  The variables of a function
that has returned are stored with the functions it has made; those of a function that goes on are
read where the call is, as Python reads its cells.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    choices,
    enums,
    liveness,
    memory,
    narrowed,
    nones,
    numbered,
    placed,
    pools,
)
from adcompile.frontend.packed_texts import (
    Held,
    Made,
    Numbered,
    Slot,
    Stored,
    Tag,
    Text,
    Together,
    families,
    layout,
    place_of,
    places_of,
)
from adcompile.frontend.values import (
    OUTSIDE,
    Bound,
    Choice,
    Closure,
    Derivative,
    Identity,
    Maybe,
    Name,
    Num,
    Obj,
    Partial,
    Poison,
    Ref,
    Spot,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FUNCTIONS = (Closure, Partial, Name, Bound, Choice, Derivative)
FILLERS = {"int": Lit(0), "float": Lit(0.0)}
DEEPEST = 8
CHANGED = (
    "an object that is kept in a list whose length is known at run time only, with objects of "
    "other classes or whose attributes are of other kinds, is changed here; put a new one in its "
    "place, or annotate the arguments where their kinds are not known"
)


# -- storing


def listed(low: Lowerer, value: Value) -> Value:
    """A value as an item of a list.  Where one holds None, what is read from lists may be None."""
    if isinstance(value, Maybe) and value.present in low.present:
        value = value.value
    nones.note(low, nones.LISTS, (value,))
    nones.note_inside(low, value)
    found = item(low, value)
    if nones.LISTS in low.learned and is_packed(low.build.kind(memory.atom_of(low, found))):
        raise low.rejection(
            None, "functions or objects in a list whose length is known at run time only, and "
            "None in one; put a function there that does nothing", "ADC402"
        )
    return found


def item(low: Lowerer, value: Value, apart: bool = False, whole: Value | None = None) -> Value:
    """A value as an item of a list at run time: functions and records become tuples.

    `whole` is an object that is stored with all that it holds, and not by its number.
    """
    match value:
        case Struct(items):
            return Struct(tuple(item(low, part, apart) for part in items))
        case Choice(selector, options):
            numbers = [choices.number(low, option) for option in options]
            cases = [(n, partial(item, low, option, apart)) for n, option in zip(numbers, options)]
            return choices.one_of(low, selector, list(cases), "")
        case Obj(identity) if identity.form != "record":
            return value
        case Num() | Ref() if _is_gone(low, value):
            return each(low, value, lambda one: item(low, one, apart), "")
    if isinstance(value, (*FUNCTIONS, Obj)):
        return _packed(low, value, apart, whole)
    return value


def _is_gone(low: Lowerer, value: Value) -> bool:
    """Does it read the variables of a function that has returned, where it is kept on?"""
    tag = tag_of(low, value)
    running = {each.number for each in low.stack}
    return tag is not None and any(
        isinstance(text.template, Made) and text.template.frame >= 0
        and text.template.frame in low.state.names and text.template.frame not in running
        for _, text in tag.texts
    )  # fmt: skip


def parts(low: Lowerer, value: Value) -> list[Value]:
    """What of a function or record is stored in a list that holds it."""
    packer = _Packer(low)
    packer.template(value)
    return packer.stored


def spots(low: Lowerer, value: Value, item: Spot) -> list[tuple[Value, Spot]]:
    """What a function or record leads to, and where in an item of a list that is stored."""
    packer = _Packer(low, whole=value)
    _, text, family = _text(low, packer, value)
    stored = zip(packer.stored, places_of(family, text))
    outside = [(part, OUTSIDE) for part in packer.kept]
    return outside + [(part, (*item, place)) for part, place in stored]


def _text(low: Lowerer, packer: _Packer, value: Value) -> tuple[list[Atom], Text, tuple[Any, ...]]:
    """What is stored of a value, its text, and the family of that."""
    template = packer.template(value)
    atoms = [memory.atom_of(low, part) for part in packer.stored]
    text = Text(template, tuple(_sort(low.build.kind(atom)) for atom in atoms))
    if isinstance(template, Held):
        text = replace(text, sorts=low.learned.get(("sorts", text.key[0]), text.sorts))
    return atoms, text, low.learned.get(text.key, (text.key,))


def _packed(low: Lowerer, value: Value, apart: bool, whole_of: Value | None) -> Value:
    packer = _Packer(low, apart=apart, whole=whole_of)
    atoms, text, family = _text(low, packer, value)
    number = family.index(text.key)
    places = dict(zip(places_of(family, text), atoms))
    for n, part in zip(places, packer.stored):
        nones.note(low, (nones.OBJECTS, family, Lit(n)), (part,))
    whole: list[Atom] = [Lit(number)] if len(family) > 1 else []
    if not whole and not atoms:
        whole = [Lit(0)]  # so that it is true, as a function is
    for place, sort in enumerate(layout(family), len(whole)):
        whole.append(places.get(place, FILLERS.get(sort, UNDEF)))
    made = low.build.apply("mem.tuple", *whole)
    kind = low.build.kinds[made]
    assert isinstance(kind, k.Tuple)
    low.build.kinds[made] = replace(kind, tag=Tag(family, ((number, text),)))
    return Num(made)


def _sort(kind: k.Kind) -> str:
    match kind:
        case k.Scalar(dtype):
            return "int" if dtype in ("bool", "int") else dtype
        case k.Array(dtype, dims):
            return f"{dtype} array {None if dims is None else len(dims)}"
    return type(kind).__name__


@dataclass(slots=True)
class _Packer:
    """The template of a value, and what its slots hold."""

    low: Lowerer
    stored: list[Value] = field(default_factory=list)
    kept: list[Value] = field(default_factory=list)  # what is the same wherever this is made
    apart: bool = False  # for a callee, which sees no storages of its callers
    whole: Value | None = None  # stored with what it holds, and not by its number
    within: list[tuple[Any, int]] = field(default_factory=list)

    def template(self, value: Value) -> Any:
        match value:
            case Name() | Poison():
                return value
            case Num(Lit(value=None | str())):
                return value
            case Ref(storage=storage) if not self.apart and self.is_one(value):
                self.kept.append(value)
                return Ref(storage)
            case Num() | Ref():
                self.stored.append(value)
                return Slot(len(self.stored) - 1)
            case Struct(items):
                return Struct(tuple(map(self.template, items)))
            case Closure():
                return self.closure(value)
            case Partial(function, args, keywords):
                named = tuple((name, self.template(part)) for name, part in keywords)
                return Partial(self.template(function), tuple(map(self.template, args)), named)
            case Derivative(face, function, options):
                return Derivative(face, self.template(function), options)
            case Bound(base, name):
                return Bound(self.template(base), name)
            case Obj() if not self.apart and value != self.whole and (
                found := numbered.entry(self.low, value)
            ):
                among, place = found
                self.stored.append(Num(place))
                return Numbered(among, Slot(len(self.stored) - 1))
            case Obj(i):
                memory.check_fresh(self.low, i)
                held = self.low.state.items[i]
                shape = (i.form, i.site, i.record, i.loc, i.cls)
                if i.cls is not None:  # wherever it was made
                    cls = i.cls[0]
                    text = getattr(cls, "text", cls) if isinstance(cls, ast.ClassDef) else cls
                    shape = (i.form, ("stored", text), i.record, None, i.cls)
                parts = tuple(self.attribute(i, name, part) for name, part in held.items())
                return Held(shape, tuple(held), parts)
            case Choice(selector, options) if all(_is_global(option) for option in options):
                self.stored.append(Num(selector))
                return Choice(Slot(len(self.stored) - 1), options)  # type: ignore[arg-type]
        return self.low.unusable(value)

    def attribute(self, of: Identity, name: Any, value: Value) -> Any:
        """The template of an attribute, which may be an object in one, and None in another."""
        found = numbered.attribute(self.low, of, name, value) if self.whole is not None else None
        if found is None:
            return self.template(value)
        self.stored.append(Num(found[1]))
        return Numbered(found[0], Slot(len(self.stored) - 1), True)

    def is_one(self, value: Ref) -> bool:
        """Is this the same array (or list) wherever the functions are made?"""
        if self.low.numbered and self.whole is not None:
            return False  # those of all objects of the class are stored
        outside, storage = self.low.outside_turn, value.storage
        if ("stored", place_of(storage)) in self.low.learned:
            return False
        known = self.low.state.current if outside is None else outside.storages
        plain = not value.path and storage.cases is None and storage in known
        return plain and isinstance(self.low.build.kind(known[storage]), (k.Array, k.List, k.Dict))

    def closure(self, value: Closure) -> Made:
        low, function = self.low, value.function
        if (function.node, value.frame) in self.within:
            raise low.rejection(
                None, f"{function.name} calls itself and is kept in a list whose length is known "
                "at run time only; write it at the top of the file", "ADC402"
            )
        if len(self.within) >= DEEPEST:
            raise low.rejection(
                None, f"{function.name} is made of functions that are made of functions, without "
                "end; keep them in a list, and call one after the other", "ADC402"
            )
        self.within.append((function.node, value.frame))
        frame, cells = value.frame, dict[str, Value]()
        while frame >= 0 and not self.stays(frame, function):
            names, own = low.state.names[frame], liveness.bound(low.nodes[frame])
            for name in liveness.free(function.node):
                if name not in cells and (name in names or name in own):
                    _check_final(low, function, frame, name)
                    cells[name] = names[name]
            frame = low.parents.get(frame, -1)
        made = Made(
            function,
            frame,
            tuple((name, self.template(part)) for name, part in cells.items()),
            tuple((name, self.template(part)) for name, part in value.defaults),
        )
        self.within.pop()
        return made

    def stays(self, frame: int, function: Any) -> bool:
        """Is the frame one for all the functions that are made here?"""
        low = self.low
        if frame not in low.state.names:
            return True
        if low.outside_turn is not None and frame > low.outside_turn.frames:
            return False
        if any(each.number == frame for each in low.stack):
            return True
        changed = _rebound(low, frame)
        return any(name in changed for name in liveness.free(function.node))


def _is_global(value: Value) -> bool:
    return isinstance(value, Name) or (
        isinstance(value, Closure) and value.frame < 0 and not value.defaults
    )


def _rebound(low: Lowerer, frame: int) -> dict[str, None]:
    """The variables of a frame that functions inside it change."""
    found: dict[str, None] = {}
    for inner in ast.walk(low.nodes[frame]):
        if isinstance(inner, ast.Nonlocal):
            found.update(dict.fromkeys(inner.names))
    return found


def _check_final(low: Lowerer, function: Any, frame: int, name: str) -> None:
    """Refuse a variable that is stored with a function and may change afterwards."""
    running = any(each.number == frame for each in low.stack)
    node = low.nodes[frame]
    often = running and liveness.often(node, name)
    missing = name not in low.state.names[frame]
    rebound = name in _rebound(low, frame)
    if often or missing or rebound:
        out = f"give it as a default, {name}={name}"
        if rebound:
            out = "write a class with __call__, of which it is an attribute"
        raise low.rejection(
            None, f"{function.name}, which is kept in a list whose length is known at run time "
            f"only, reads {name!r}, which changes; {out}", "ADC402",
        )  # fmt: skip


# -- reading


def tag_of(low: Lowerer, value: Value) -> Tag | None:
    """What a value stands for, where it is a tuple that stands for something."""
    if isinstance(value, Num) and not isinstance(value.atom, Lit):
        kind: k.Kind | None = low.build.kind(value.atom)
    elif isinstance(value, Ref) and value.atom is not None:
        kind = low.build.kind(value.atom)
    elif isinstance(value, Ref) and value.storage.cases is None:
        kind = _along(low, value)
    else:
        return None
    return kind.tag if isinstance(kind, k.Tuple) else None


def _along(low: Lowerer, ref: Ref) -> k.Kind | None:
    kind: k.Kind | None = low.build.kind(low.state.current.get(ref.storage, UNDEF))
    for step in ref.path:
        kind = kind.item if isinstance(kind, (k.List, k.Dict)) and step.is_index else None
    return kind


def object_of(
    low: Lowerer, value: Value, place: Ref | None = None, taken: Storage | None = None
) -> Value:
    """An item that has been read: the object where it is known which, else as it is."""
    if enums.is_held(low, value):
        return enums.taken(low, value)
    tag = tag_of(low, value)
    template = tag.texts[0][1].template if tag is not None and len(tag.texts) == 1 else None
    if tag is not None and isinstance(template, Numbered):
        return filled(low, value, tag, tag.texts[0][1])
    if tag is None or not isinstance(template, Held):
        return value
    return placed.read(low, value, place, tag, tag.texts[0][1], taken)


def each(low: Lowerer, value: Value, action: Callable[[Value], Value], hint: str) -> Value:
    """The value of an action on what this stands for: one of several by the number stored."""
    tag = tag_of(low, value)
    assert tag is not None
    texts = narrowed.texts(low, value, tag)
    if len(texts) == 1:
        return action(filled(low, value, tag, texts[0][1]))

    def case(text: Text) -> Callable[[], Value]:
        return lambda: action(filled(low, value, tag, text))

    selector = memory.atom_of(low, memory.element(low, value, Lit(0)))
    cases: list[tuple[Atom, Callable[[], Value]]] = [(Lit(n), case(text)) for n, text in texts]
    return choices.one_of(low, selector, cases, hint)


def filled(
    low: Lowerer, value: Value, tag: Tag, text: Text, members: list[Identity] | None = None,
    known: list[Identity] | None = None,
) -> Value:  # fmt: skip
    """What a tuple stands for; its objects, new ones or those `known`, are added to `members`."""
    places = places_of(tag.family, text)

    def fill(part: Any) -> Any:
        match part:
            case Slot(number):
                return memory.element(low, value, Lit(places[number]))
            case Struct(items):
                return Struct(tuple(map(fill, items)))
            case Partial(function, args, keywords):
                named = tuple((name, fill(inner)) for name, inner in keywords)
                return Partial(fill(function), tuple(map(fill, args)), named)
            case Derivative(face, function, options):
                return Derivative(face, fill(function), options)
            case Bound(base, name):
                return Bound(fill(base), name)
            case Choice(Slot() as selector, options):
                return Choice(memory.atom_of(low, fill(selector)), options)
            case Numbered(among, Slot() as number, perhaps):
                return numbered.object_at(low, among, memory.atom_of(low, fill(number)), perhaps)
            case Held(shape, keys, parts):
                identity = known.pop(0) if known else Identity(*shape)
                if members is None:
                    low.unpacked[identity] = None
                else:
                    members.append(identity)
                found = {key: fill(p) for key, p in zip(keys, parts)}
                held = low.state.items.setdefault(identity, {})
                held.clear()
                held.update(found)
                return Obj(identity)
            case Made():
                return _closure(low, part, fill)
            case Ref(storage) if storage not in low.state.current:
                if ("stored", place_of(storage)) not in low.learned:
                    raise Stored((place_of(storage),))
                raise low.rejection(
                    None, "an array that a function reads is not known any more where it is "
                    "called; give it as an argument", "ADC402"
                )
        return part

    whole: Value = fill(text.template)
    return whole


def _closure(low: Lowerer, made: Made, fill: Callable[[Any], Any]) -> Closure:
    if made.frame >= 0 and made.frame not in low.state.names:
        raise low.rejection(
            None, f"{made.function.name} reads variables of a function that has returned; give "
            "them as defaults", "ADC402"
        )
    frame = made.frame
    if made.cells:
        low.frames += 1
        frame = low.frames
        low.state.names[frame] = {name: fill(part) for name, part in made.cells}
        low.parents[frame] = made.frame
    return Closure(made.function, frame, tuple((n, fill(part)) for n, part in made.defaults))


def check_mutable(low: Lowerer, identity: Identity) -> None:
    """Refuse to change an object that was read from a list at run time."""
    if identity in low.unpacked:
        pools.changes(low)
        raise low.rejection(None, CHANGED, "ADC306")


def check_not_one(low: Lowerer, value: Value) -> None:
    if tag_of(low, value) is not None:
        raise low.rejection(None, CHANGED, "ADC306")


def is_function(low: Lowerer, value: Value | None) -> bool:
    """Is this a function that can be data, or one that is?"""
    if isinstance(value, FUNCTIONS):
        return True
    return value is not None and tag_of(low, value) is not None


def is_packed(kind: k.Kind | None) -> bool:
    """Does a tuple that stands for a function or an object lie in a value of this kind?"""
    match kind:
        case k.Tuple(items, tag):
            return tag is not None or any(map(is_packed, items))
        case k.List(item) | k.Dict(item):
            return is_packed(item)
    return False


__all__ = ["NOTHING", "Stored", "Tag", "Together", "check_mutable", "each", "families",
           "is_packed", "item", "object_of", "parts", "spots", "tag_of"]  # fmt: skip
