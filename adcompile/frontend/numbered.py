"""Objects that several lists, or others, hold: they are in one list, and stored by their numbers.

    far = []                            far = []
    for p in ps:                        for i in range(len(ps)):
        if p.x > 1.0:           =>          if bodies[ps[i][0]][0] > 1.0:
            far.append(p)                       far.append((ps[i][0],))

Every object of such a class is put at the end of that list when it has been made, where no item is
ever replaced by another; of objects that are given, the list is the given one, whose items must
stay.  This is done in a last attempt, where it was not known which object is changed, or whether
two are one (`Lowerer.numbered`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adcompile.frontend import absent, holdings, listing, memory, packing, placed, summaries
from adcompile.frontend.packed_texts import Held
from adcompile.frontend.values import (
    WHOLE,
    Again,
    Identity,
    MakeDynamic,
    Maybe,
    Num,
    Obj,
    Ref,
    State,
    Step,
    Storage,
    Twice,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CLASS, GIVEN = "class", "given"
HEAPS = -2  # in place of a frame, of which the names are those of the lists of all objects


@dataclass(frozen=True, slots=True)
class Among:
    """Where objects are: in the list of all of a class, or in one that is given."""

    form: str
    key: Any


def begin(low: Lowerer) -> None:
    """Make a list for the objects of each class that an earlier attempt has found to need one."""
    for key in low.learned:
        if isinstance(key, Among):
            storage = Storage("", low.build.loc)
            low.state.current[storage] = low.build.apply("mem.list")
            low.heaps[key] = storage
            low.state.names.setdefault(HEAPS, {})[_name(low, key)] = Ref(storage)


def _name(low: Lowerer, among: Among) -> str:
    """What the list of all objects of a class is called where a callee is given it."""
    all_ = [key for key in low.learned if isinstance(key, Among)]
    names = [f"{getattr(key.key, '__name__', getattr(key.key, 'name', ''))}s" for key in all_]
    place = all_.index(among)
    same = names[:place].count(names[place])
    return names[place].lower() + (str(same + 1) if same else "")


def entered(low: Lowerer, name: str, storage: Storage) -> None:
    """A callee is given the list of all objects of a class."""
    among = next(key for key in low.learned if isinstance(key, Among) and _name(low, key) == name)
    low.heaps[among] = storage


def changed(low: Lowerer, heap: Storage, version: Atom, arrays: bool) -> None:
    """A callee has made objects, or changed what some of them hold, or `arrays` that they hold."""
    if arrays:
        memory.changed(low, heap, version)
        return
    deep = low.deep.get(heap, placed.OBJECTS)
    memory.changed(low, heap, version, True, 2, Twice(heap))
    low.deep[heap] = deep


def is_deep(low: Lowerer, storage: Storage) -> bool:
    """Is what a list holds changed, and not just the attributes of objects in the list of all?"""
    plain = storage in low.heaps.values() and low.deep.get(storage) == placed.OBJECTS
    return storage in low.deep and not plain


def _heap(low: Lowerer, among: Among) -> Storage | None:
    """The list where objects are, as it is known here; a callee is given it if it is not."""
    found: Storage | None = low.heaps.get(among)
    if found is None and among in low.learned and low.recursion.contexts:
        summaries.captured(low, HEAPS, _name(low, among))
    return found


def made(low: Lowerer, value: Obj) -> Obj:
    """A new object, which is put where the others of its class are."""
    identity = value.identity
    heap = _heap(low, Among(CLASS, _class(identity)))
    for part in low.state.items[identity].values():
        held(low, part)
    if heap is None or heap not in low.state.current:
        return value
    before = low.state.current[heap]
    place = Ref(heap, (Step("", (low.build.apply("builtins.len", before),)),))
    packed = memory.atom_of(low, packing.item(low, value, whole=value))
    listing.becomes(low, Ref(heap), low.build.apply("mem.append", before, packed), grows=True)
    where = holdings.Where(parts=packing.spots(low, value, WHOLE))
    for part in low.state.items[identity].values():
        holdings.hold(low, heap, part, where)
    spot = _sample(low, heap)
    if spot is None:
        raise low.rejection(
            None, "objects of one class, whose attributes are of several kinds, are in lists that "
            "share them; give them attributes of one kind", "ADC306",
        )  # fmt: skip
    placed.put(low.state, identity, replace(spot, place=place, top=identity, members=(identity,)))
    return value


def held(low: Lowerer, value: Value) -> None:
    """Note that an object is an attribute of another one."""
    inner = absent.inside(low, value)
    if low.numbered and isinstance(inner, Obj):
        entry(low, inner)


def entry(low: Lowerer, value: Obj) -> tuple[Among, Atom] | None:
    """Where an object is that is stored, and its number there; None where it is stored itself."""
    found = number(low, value)
    if found is not None or not low.numbered or value.identity.form != "record":
        if found is not None and found[0].form == GIVEN:
            low.referred[low.heaps[found[0]]] = None
        return found
    identity = value.identity
    path: tuple[Any, ...] = low.given[identity][0] if identity in low.given else ()
    if path[1:] and isinstance(path[-1], int) and ("param", path[:-1]) not in low.dynamic:
        raise MakeDynamic(("param", path[:-1]))
    if not path:
        needed(low, identity)
    return None


def needed(low: Lowerer, identity: Identity) -> None:
    """Begin again with a list of all objects of a class, where that was not done yet."""
    key = Among(CLASS, _class(identity))
    if low.numbered and identity.form == "record" and key.key and key not in low.learned:
        low.learned[key] = True
        low.recursion.forget()
        raise Again


def _class(identity: Identity) -> Any:
    """The class of an object that a program makes; None of one of ours, or that a function makes.
    """
    cls = identity.cls[0] if identity.cls else None
    own = isinstance(cls, type) and cls.__module__.startswith("adcompile.")
    return None if own or hasattr(cls, "text") else cls


def number(low: Lowerer, value: Value, state: State | None = None) -> tuple[Among, Atom] | None:
    """Where an object is known to be, and its number there."""
    if not low.numbered or not isinstance(value, Obj):
        return None
    spot = (state or low.state).places.get(value.identity)
    if spot is None or spot.top is not value.identity or len(spot.place.path) > 1:
        return None
    for among, heap in low.heaps.items():
        if heap is spot.place.storage:
            low.samples[among] = spot
            return among, spot.place.path[0].args[0]
    return None


def met(
    low: Lowerer, pair: tuple[Identity, Identity], states: tuple[State, State]
) -> tuple[Among, Atom, Atom] | None:
    """Where two objects are that meet after two branches, and the numbers of both there."""
    one, other = (number(low, Obj(each), state) for each, state in zip(pair, states))
    stale = any(each in state.stale for each, state in zip(pair, states))
    if stale or one is None or other is None or one[0] != other[0]:
        return None
    return one[0], one[1], other[1]


def meeting(low: Lowerer, several: Sequence[Identity]) -> None:
    """Note that one name is the one object or another: by number, in a last attempt."""
    if any(one.form != "record" or one.cls is None for one in several):
        return
    low.listed = True
    if low.numbered:
        for one in several:
            entry(low, Obj(one))


def carried(low: Lowerer, value: Value | None, state: State) -> Atom:
    """The number of an object that a loop carries; undefined where there is none yet."""
    found = number(low, value, state) if isinstance(value, Obj) else None
    kind = low.build.kind(value.atom) if isinstance(value, Num) else None
    if found is None and value is not None and kind != k.UNDEFINED_KIND:
        raise low.rejection(None, placed.GONE, "ADC306")
    return UNDEF if found is None else found[1]


def new(low: Lowerer, among: Among) -> Identity:
    """Another name of an object that is there."""
    return Identity(*low.samples[among].text.template.identity)


def at(
    low: Lowerer, state: State, among: Among, place: Atom, identity: Identity | None = None
) -> Obj:
    """The object of this number; what it holds is read when that is used."""
    spot = low.samples[among]
    held = spot.text.template
    identity = identity or new(low, among)
    step = Step("", (place,))
    place_of = Ref(spot.place.storage, (step,))
    found = replace(spot, place=place_of, top=identity, members=(identity,))
    placed.put(state, identity, found)
    state.items[identity] = dict.fromkeys(held.keys, placed.OLD)
    return Obj(identity)


def object_at(low: Lowerer, among: Among, place: Atom, perhaps: bool) -> Value:
    """The object of this number, or, where that is negative, `perhaps` None."""
    heap = _heap(low, among)
    if heap not in low.state.current:
        raise low.rejection(
            None, "an object that a list holds is not known here; give the function what the "
            "object holds", "ADC402",
        )  # fmt: skip
    assert heap is not None
    spot = low.samples.get(among) or _sample(low, heap)
    if spot is None:  # nothing has been put there
        return memory.element(low, Ref(heap), place)
    low.samples[among] = spot
    found = at(low, low.state, among, place)
    return absent.made(low.build.apply("operator.ge", place, Lit(0)), found) if perhaps else found


def _sample(low: Lowerer, heap: Storage) -> placed.Spot | None:
    """What an object is there, whichever it is."""
    kind = low.build.kind(low.state.current[heap])
    item = kind.item if isinstance(kind, k.List) else None
    tag = item.tag if isinstance(item, k.Tuple) else None
    if tag is None or len(tag.texts) > 1 or not isinstance(tag.texts[0][1].template, Held):
        return None
    text = tag.texts[0][1]
    identity = Identity(*text.template.identity)
    return placed.Spot(Ref(heap), tag, text, identity, (identity,))


def passed(low: Lowerer, value: Value) -> tuple[Among, bool, Value] | None:
    """An object that a callee is given, or gives, by its number: where, whether it may be None (-1
    then), and the number.
    """
    inner = absent.inside(low, value)
    if not low.numbered or not isinstance(inner, Obj):
        return None
    found = entry(low, inner) if isinstance(value, Maybe) else number(low, inner)
    if found is None or found[0].form != CLASS:
        return None
    return found[0], isinstance(value, Maybe), _or_none(low, value, Num(found[1]))


def _or_none(low: Lowerer, value: Value, place: Value) -> Value:
    """The number of an object, or -1 where it is None."""
    if not isinstance(value, Maybe):
        return place
    there = Num(value.present)
    return low.choose(there, lambda: place, lambda: Num(Lit(-1)), "", low.build.loc)


def attribute(low: Lowerer, of: Identity, name: Any, value: Value) -> tuple[Among, Atom] | None:
    """An attribute that is an object in one, and None in another: where, and its number or -1."""
    inner = absent.inside(low, value)
    if not low.numbered or not (inner is None or isinstance(inner, Obj)):
        return None
    found = None if inner is None else entry(low, inner)
    if inner is not None and found is None:
        return None
    seen: list[Among | None] = [None] if inner is None or isinstance(value, Maybe) else []
    seen += [] if found is None else [found[0]]
    mark = ("perhaps an object", _class(of), name)
    before = low.learned.get(mark, ())
    known = low.learned[mark] = tuple(dict.fromkeys((*before, *seen)))
    if known != before and len(known) > 1:
        low.recursion.forget()
        raise Again
    lists = [one for one in known if one is not None]
    if None not in known or len(lists) != 1:
        return None
    place = Num(Lit(-1) if found is None else found[1])
    return lists[0], memory.atom_of(low, _or_none(low, value, place))


def is_plain(low: Lowerer, value: Value | None) -> bool:
    """Is this stored as a number: one, or that of an object, or of one that may be None?"""
    inner = absent.inside(low, value)
    return isinstance(value, Num) or (inner is not None and number(low, inner) is not None)
