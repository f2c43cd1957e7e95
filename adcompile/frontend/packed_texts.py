"""The texts of functions and objects that are data: what is stored of each, and where.

    lambda t, a=a[i]: a * t         one slot, for a
    a function and another          (number, slots of the one or of the other)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adcompile.errors import CompilerError
from adcompile.frontend.values import Bound, Derivative, Partial, Ref, Struct
from adcompile.trace import kinds as k

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """What is stored: the number among those of its text."""

    number: int


@dataclass(frozen=True, slots=True)
class Made:
    """A function of the user's: `cells` are the variables around it that are stored with it."""

    function: Any
    frame: int
    cells: tuple[tuple[str, Any], ...]
    defaults: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A record, list or dictionary of known shape."""

    identity: tuple[Any, ...]
    keys: tuple[Any, ...]
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """An object that is in a list of its own kind: its number there is stored (numbered.py)."""

    among: Any
    number: Slot
    perhaps: bool = False  # or -1, for None


@dataclass(frozen=True, slots=True)
class Text:
    """A value with slots for what is stored, and the sorts of these."""

    template: Any
    sorts: tuple[str, ...]

    @property
    def key(self) -> Key:
        return (_key(self.template), self.sorts)


class Together(Exception):
    """These texts meet in one variable: start again with them as one family."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        super().__init__(keys)
        self.keys = keys


class Stored(Exception):
    """These arrays are not one wherever they are met: start again, and store them each time."""

    def __init__(self, places: tuple[Key, ...]) -> None:
        super().__init__(places)
        self.places = places


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tuple stands for: its family, and the texts that come here, by their number in it."""

    family: tuple[Key, ...]
    texts: tuple[tuple[int, Text], ...]

    @property
    def fixed(self) -> bool:
        """Does it stand for nothing that can be changed?"""
        return not any(isinstance(text.template, Held) for _, text in self.texts)

    def join(self, other: Tag) -> Tag:
        if self.family != other.family:
            raise Together((*self.family, *other.family))
        found = dict(self.texts)
        for number, text in other.texts:
            if found.setdefault(number, text) != text:
                unlike = _unlike(found[number].template, text.template)
                if unlike:
                    raise Stored(unlike)
                raise k.Mixed(
                    "functions made in different calls of one function meet here; "
                    "make them in one place"
                )
        return Tag(self.family, tuple(sorted(found.items(), key=lambda pair: pair[0])))


def families(known: dict[Any, Any], found: Together) -> None:
    """Make the families of these keys one.

    Numbers of objects that are integers at first become real; those of functions, for which that
    was of no use, stay what they are, in two members of a family.
    """
    for one, other in zip(found.keys, found.keys[1:]):
        wide = _wider(one[1], other[1]) if one[0] == other[0] else None
        if wide is not None and known.get(("sorts", one[0])) != wide:
            known["sorts", one[0]] = wide
            return
    keys = tuple(dict.fromkeys(m for key in found.keys for m in known.get(key, (key,))))
    if all(known.get(key) == keys for key in keys):
        raise CompilerError("functions were brought together twice") from found
    known.update(dict.fromkeys(keys, keys))


def _wider(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...] | None:
    """The sorts that both are, where they differ in which numbers they are."""
    numbers = ("int", "float32", "float")
    pairs = list(zip(one, other, strict=False))
    if len(one) != len(other) or any(a != b and not {a, b} <= {*numbers} for a, b in pairs):
        return None
    return tuple(a if a == b else "float" for a, b in pairs)


def _key(template: Any) -> Any:
    """What two texts have in common that differ only in where they were made."""
    match template:
        case Made(function, _, cells, defaults):
            return (function.node, tuple((name, _key(part)) for name, part in cells),
                    tuple((name, _key(part)) for name, part in defaults))  # fmt: skip
        case Held(identity, keys, parts):
            return identity[:3], keys, tuple(map(_key, parts))
        case Partial(function, args, keywords):
            named = tuple((name, _key(part)) for name, part in keywords)
            return _key(function), tuple(map(_key, args)), named
        case Derivative(face, function, options):
            return face, _key(function), options
        case Bound(value, name):
            return _key(value), name
        case Ref(storage):
            return place_of(storage)
        case Struct(items):
            return tuple(map(_key, items))
    return template


def place_of(storage: Any) -> Key:
    """What an array is called, and where it was made."""
    return storage.name, storage.loc


def _unlike(one: Any, other: Any) -> tuple[Key, ...]:
    """The arrays that are others in two texts with one key."""
    pairs = zip(_refs(one), _refs(other), strict=True)
    return tuple(place_of(first.storage) for first, second in pairs if first != second)


def _refs(template: Any) -> Iterator[Ref]:
    match template:
        case Made(_, _, cells, defaults):
            for _, part in (*cells, *defaults):
                yield from _refs(part)
        case Held(_, _, parts) | Struct(parts):
            for part in parts:
                yield from _refs(part)
        case Partial(function, args, keywords):
            for part in (function, *args, *(value for _, value in keywords)):
                yield from _refs(part)
        case Derivative(_, inner, _) | Bound(inner, _):
            yield from _refs(inner)
        case Ref():
            yield template


def layout(family: tuple[Key, ...]) -> list[str]:
    """The sorts of all slots of a family."""
    most: dict[str, int] = {}
    for _, sorts in family:
        for sort in sorts:
            most[sort] = max(most.get(sort, 0), sorts.count(sort))
    return [sort for sort, count in most.items() for _ in range(count)]


def places_of(family: tuple[Key, ...], text: Text) -> list[int]:
    """Where in the tuple of the family the slots of a text are."""
    first = 1 if len(family) > 1 else 0
    free = list(enumerate(layout(family), first))
    places: list[int] = []
    for sort in text.sorts:
        place = next(pair for pair in free if pair[1] == sort)
        free.remove(place)
        places.append(place[0])
    return places
