"""What a name stands for while a function is being lowered, and the state that statements change.

value = Num        a number, or data that nothing can change in place: an atom
      | Ref        an array, a list, or a number-or-array: a storage and a path of views into it
      | Struct     a tuple of known length
      | Obj        a list, dictionary or record of known shape: an object with identity
      | Maybe      a tuple or an object, or None, by the path taken
      | Closure    a function
      | Name       something outside, by its qualified name: numpy, numpy.sin
      | Range, Items, Zip ...   what a `for` can go through (iteration.py)
      | Poison     what cannot be used any more, with the reason
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from adcompile.trace.ir import Atom, Loc


@dataclass(frozen=True, slots=True)
class Num:
    atom: Atom


@dataclass(eq=False, slots=True)
class Storage:
    """A piece of memory with identity: an array, or a list whose length is known at run time."""

    name: str
    loc: Loc | None = None
    contiguous: bool = False
    cases: Cases | None = None  # no memory of its own: one of several places
    entries: Entries | None = None  # a list that holds places instead of arrays
    heap: bool = False  # a list of arrays, none of which is ever replaced
    site: Any = None  # where a list is made that may come to hold places


ITEM = "item"
FLAT = "flat"


def is_free(op: str) -> bool:
    """Is it the op of an index, which may be another one on every path?"""
    return op == "" or op.startswith("[")


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a storage to a view of it: an index or an operation with an inverse.

    Of an integer the op is "", of another index of an array its form, "[Slice, int]".  ITEM is the
    index of an item of a tuple, which is the same on every path; FLAT is x.flat, whose elements are
    those of np.ravel(x), and whose slices are copies.
    """

    op: str
    args: tuple[Atom, ...]

    @property
    def is_index(self) -> bool:
        return self.op == ITEM or is_free(self.op)

    @property
    def function(self) -> str:
        """The operation that gives what this step leads to."""
        return "numpy.ravel" if self.op == FLAT else self.op


@dataclass(frozen=True, slots=True)
class Ref:
    """A storage seen along a path.  `atom` is what was read when the storage had version `seen`."""

    storage: Storage
    path: tuple[Step, ...] = ()
    atom: Atom | None = field(default=None, compare=False)
    seen: Atom | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Cases:
    """The place of number `which` (a bool or an int) among some."""

    which: Atom
    places: tuple[Ref, ...]


@dataclass(eq=False, slots=True)
class Entries:
    """What a list of places holds: the forms of the places known, and the room there is."""

    heap: Storage
    depth: int  # of the loops around the list
    forms: tuple[Any, ...]
    known: list[tuple[Storage, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Struct:
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """A structure where `present`, and None elsewhere (absent.py)."""

    present: Atom
    value: Struct | Obj


@dataclass(eq=False, slots=True)
class Identity:
    """The identity of a list, dictionary or record of known shape; its items are in the State."""

    form: str
    site: Any
    record: str = ""
    loc: Loc | None = None
    cls: Any = None  # of a record: its class, and the scope of the file where that is only read


@dataclass(frozen=True, slots=True)
class Obj:
    identity: Identity


@dataclass(frozen=True, slots=True)
class Closure:
    """A function of the user's: its source and, for nested ones, the frame it was made in."""

    function: Any
    frame: int = -1
    defaults: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    qualified: str
    obj: Any = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A method of a value, not yet called."""

    value: Value
    name: str


@dataclass(frozen=True, slots=True)
class Partial:
    """A function with some of its arguments given: functools.partial."""

    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several functions, by a number that is known at run time (choices.py)."""

    selector: Atom
    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Derivative:
    """The function that `ad.grad(f)` and the other faces return inside a primal."""

    face: str
    function: Value
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    start: Atom
    stop: Atom
    step: Atom
    backward: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Anything else that a loop goes through: `length` turns, `item(k)` in turn k, k an atom."""

    length: Atom
    item: Callable[[Atom], Value]
    backward: bool = False
    index_name: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """The last of the arguments of a call: all that a list, or an array, holds."""

    value: Value


@dataclass(frozen=True, slots=True)
class Poison:
    """`token` leads to the value that there is on one of the paths (merge.py).

    `sites` are those of dictionaries of known keys: made as tables, they would be one.
    """

    reason: str
    code: str
    token: Any = None
    sites: tuple[Any, ...] = ()


UNKNOWN = Poison("", "")
"""What a refused statement would have made: reading it is refused without a code."""

Value = (
    Num
    | Ref
    | Struct
    | Obj
    | Maybe
    | Closure
    | Partial
    | Name
    | Bound
    | Choice
    | Derivative
    | Range
    | Sequence
    | Rest
    | Poison
)


@dataclass(frozen=True, slots=True)
class Twice:
    """What a list holds that may hold one object twice, or one array; itself, where one list."""

    holder: Storage
    arrays: bool = False


@dataclass(frozen=True, slots=True)
class Common:
    """What two lists hold that may hold one thing that an earlier turn of a loop has made."""

    first: Storage
    second: Storage
    array: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a name that a loop carries was in an earlier turn, for the lists that hold it."""

    head: Storage | Identity
    array: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """What a list holds that is an item of another one: no other list, whatever that one gets."""

    storage: Storage


Mark = Twice | Common | Earlier | Inside
Key = Storage | Identity | Mark
Spot = tuple[int, ...]  # a part of an item of a list: of an object, or of a tuple
Spots = dict[Spot, None]
WHOLE: Spot = ()  # all of an item, or any part of it
OUTSIDE: Spot = (-1,)  # of an object, and the same in all of them: it is not stored with any


def overlap(one: Spot, other: Spot) -> bool:
    """Is the one part of an item in the other, or the other in it?"""
    return all(a == b for a, b in zip(one, other, strict=False))


@dataclass(slots=True)
class State:
    """What statements change.  Branches work on copies, which are merged where they meet.

    `names` holds the variables of each frame; `current` the version of each storage; `items` the
    keys and values of each object; `stale` the storages and objects whose content is not known any
    more, with the reason; `related` those that may share memory; `holds` what a list holds, and in
    which parts of its items;
    `births` the first version of each storage, which lies in memory as all later ones do;
    `places` the items of lists that objects are (placed.py).
    """

    names: dict[int, dict[str, Value]] = field(default_factory=dict)
    current: dict[Storage, Atom] = field(default_factory=dict)
    items: dict[Identity, dict[Any, Value]] = field(default_factory=dict)
    stale: dict[Key, str] = field(default_factory=dict)
    related: dict[Key, dict[Key, None]] = field(default_factory=dict)
    holds: dict[Storage, dict[Key, Spots]] = field(default_factory=dict)
    dead: bool = False
    births: dict[Storage, Atom] = field(default_factory=dict)
    places: dict[Identity, Any] = field(default_factory=dict)

    def copy(self) -> State:
        return State(
            {frame: dict(names) for frame, names in self.names.items()},
            dict(self.current),
            {identity: dict(items) for identity, items in self.items.items()},
            dict(self.stale),
            {key: dict(keys) for key, keys in self.related.items()},
            {key: dict(keys) for key, keys in self.holds.items()},
            self.dead,
            dict(self.births),
            dict(self.places),
        )

    def differs(self, start: State) -> bool:
        """Is something that was there at the start another now?"""
        pairs: list[tuple[dict[Any, Any], dict[Any, Any]]] = [(self.current, start.current)]
        pairs += [(self.names[frame], names) for frame, names in start.names.items()]
        pairs += [(self.items[identity], items) for identity, items in start.items.items()]
        if any(list(self.items[each]) != list(items) for each, items in start.items.items()):
            return True
        return self.stale != start.stale or any(
            now.get(key) is not value and now.get(key) != value
            for now, before in pairs
            for key, value in before.items()
        )

    def resized(self, other: State, but: Iterable[Any] = ()) -> list[Identity]:
        """The lists of known length that have another one in the other state, but these."""
        apart = {*but, *self.places, *other.places}
        return [
            identity
            for identity, items in self.items.items()
            if identity.form == "list" and list(other.items.get(identity, items)) != list(items)
            and identity not in apart
        ]  # fmt: skip

    def is_shared(self, value: Value) -> bool:
        """Is this an object that several places hold?"""
        if not isinstance(value, Obj):
            return False
        held = [values for group in (self.names, self.items) for values in group.values()]
        places = sum(each == value for values in held for each in values.values())
        return places > 1 or any(value.identity in held for held in self.holds.values())

    def hold(self, holder: Storage, key: Key, spots: Iterable[Spot] = (WHOLE,)) -> None:
        """Note that a list holds this, in these parts of its items."""
        held = self.holds.setdefault(holder, {})
        before = held.get(key, {})
        if any(spot not in before for spot in spots):
            held[key] = {**before, **dict.fromkeys(spots)}
        else:
            held.setdefault(key, before)
        for place in _places(key):
            self.hold(holder, place, spots)

    def held_by(self, new: Storage, item: Key, old: Storage) -> Key:
        """What an old list holds, as another one that holds the same names it."""
        if isinstance(item, Twice):
            return Twice(new, item.arrays)
        return new if item is old else item

    def held_at(self, holder: Storage, spot: Spot) -> list[Key]:
        """What a list holds in this part of its items."""
        held = self.holds.get(holder, {})
        return [key for key, spots in held.items() if any(overlap(spot, one) for one in spots)]

    def may_hold(self, holder: Key) -> list[Key]:
        """What a list holds, and what that may have been: nothing, if it is no list."""
        mine = self.holds.get(holder, {}) if isinstance(holder, Storage) else {}
        held = [one for one in mine if not isinstance(one, Twice)]
        marks = [one for one in held if isinstance(one, (Earlier, Inside))]
        return held + [other for one in marks for other in self.related.get(one, {})]

    def relate(self, first: Key, second: Key) -> None:
        """Note that two storages may be the same memory."""
        if first is not second:
            self.related.setdefault(first, {})[second] = None
            self.related.setdefault(second, {})[first] = None

    def forget(self, storage: Storage) -> None:
        """Let go of what nothing leads to."""
        for group in (self.current, self.births, self.stale, self.holds):
            group.pop(storage, None)
        for other in self.related.pop(storage, {}):
            self.related[other].pop(storage, None)
        for held in self.holds.values():
            held.pop(storage, None)

    def derive(self, new: Key, old: Key) -> None:
        """Note that a storage made of another one may be its memory, and what that one may be; of a
        list, what it holds.
        """
        for other in dict.fromkeys((old, *self.related.get(old, {}), *self.may_hold(old))):
            self.relate(new, other)
        for place in _places(old) if not _places(new) else ():
            self.derive(new, place)
        if isinstance(new, Storage) and isinstance(old, Storage) and old in self.holds:
            for item, spots in list(self.holds[old].items()):
                one = self.held_by(new, item, old)
                self.hold(new, one, spots)
                self.relate(new, one)  # it may be one of the items


def _places(key: Key) -> list[Storage]:
    """Where the arrays are that a list of places holds."""
    entries = key.entries if isinstance(key, Storage) else None
    return [] if entries is None else [entries.heap, *(storage for storage, _ in entries.known)]


@dataclass(slots=True)
class Frame:
    """A function being lowered, and where its names live in the State."""

    function: Any
    number: int
    parent: int = -1
    loads: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """What is the same in every turn of a loop: frames up to a number, and some storages."""

    frames: int
    storages: dict[Storage, Atom]


class Refine(Exception):
    """Lowering found out what an argument is: start again with that knowledge."""

    def __init__(self, path: tuple[Any, ...], kind: Any) -> None:
        super().__init__(path, kind)
        self.path = path
        self.kind = kind


class MakeDynamic(Exception):
    """Lists of known length are used as if it were known at run time only: start again."""

    def __init__(self, *sites: Any) -> None:
        super().__init__(*sites)
        self.sites = sites


class TakeApart(Exception):
    """How far a try came before it raised must be known: start again, a statement at a time."""


class Bottom(Exception):
    """A call whose result is not known yet: what follows it is left out of this attempt."""


class Raises(Bottom):
    """Here Python raises for certain; by this line, where none of those before does."""

    def __init__(self, line: str = "") -> None:
        super().__init__(line)
        self.line = line


class Again(Exception):
    """Something was found out that changes what was lowered before: start again."""

