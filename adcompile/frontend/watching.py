"""Lists and dictionaries that change while a loop goes through them, by way of zip and the like.

    for i, v in enumerate(s):       the items of s are read turn by turn: what a turn changes of
        s[i + 1] = v * x            those that are still to come is refused

    m = chain(s, t)                 what is computed here is read later in Python: it must be the
    s.append(x)                     same until then, whoever changes it
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from adcompile.frontend import cases, expressions, generators, iterators, liveness
from adcompile.frontend.generators import LAZY, VIEWS, read_by
from adcompile.frontend.values import Identity, Obj, Ref, Sequence, Storage, Struct, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CHANGED = (
    "what this goes through changes before it is gone through; go through the indices, or through "
    "a list of its own: list(...)"
)
SIZING = ("append", "extend", "insert", "pop", "remove", "clear")
READ_LATER = (*(f"builtins.{name}" for name in LAZY), *(f"itertools.{name}" for name in (
    "chain", "chain.from_iterable", "islice", "pairwise", "accumulate", "starmap", "zip_longest",
    "cycle",
)))  # fmt: skip
DEEP = ("itertools.chain.from_iterable", "itertools.starmap")  # the items are gone through, too


Place = tuple[Storage, int]
"""A list that is stored in another, so deep: where it lies decides what changes its length."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was made of others, which are as they were `before`; `live` are read turn by turn.

    Lists and dictionaries of known shape are known by their items, those whose keys alone are gone
    through by a list of these; all others by their version.
    """

    made: Value
    before: dict[Identity | Storage, Any] = field(default_factory=dict)
    live: dict[Place, None] = field(default_factory=dict)


def note(low: Lowerer, op: str, made: Value, given: list[Value]) -> None:
    """Note what is read when that which was made of it is gone through."""
    if any(made is value for value in given):
        return
    if isinstance(made, (Struct, Sequence, Ref)) or iterators.is_iterator(made):
        found = Watched(made)
        for value in given:
            _add(low, found, value, op)
        low.watched[_key(made)] = found


def kept(low: Lowerer, node: ast.expr, made: Value) -> None:
    """Note what the items of a generator or a map read, that are computed here and not later."""
    read_now = isinstance(made, (Struct, Obj, Ref)) and not iterators.is_iterator(made)
    if not generators.is_lazy(node) or not read_now:
        return
    found = low.watched.setdefault(_key(made), Watched(made))
    names = low.state.names[low.frame.number]
    used = [names[name] for name in read_by(low, liveness.loads(node)) if name in names]
    found.before.update(as_they_are(low, used))


def as_they_are(low: Lowerer, values: Iterable[Value]) -> dict[Identity | Storage, Any]:
    """What values are now, and what they hold."""
    found: dict[Identity | Storage, Any] = {}
    stack = [*values]
    while stack:
        value = stack.pop()
        if isinstance(value, Obj) and value.identity not in found:
            items = low.state.items[value.identity]
            found[value.identity] = dict(items)
            stack += items.values()
        elif isinstance(value, Struct):
            stack += value.items
        elif isinstance(value, Ref):
            found.update((each, low.state.current.get(each)) for each in cases.storages(value))
    return found


def _add(low: Lowerer, found: Watched, value: Value, op: str) -> None:
    earlier = low.watched.get(_key(value))
    if earlier is not None:
        found.before.update(earlier.before)
        found.live.update(earlier.live)
    elif isinstance(value, Obj) and value.identity.form in ("list", "dict"):
        items = low.state.items[value.identity]
        found.before[value.identity] = list(items) if op == "keys" else dict(items)
        for item in items.values() if op in DEEP else ():
            _add(low, found, item, "")
    elif isinstance(value, Ref) and isinstance(found.made, (Sequence, Obj)):
        found.live.update(dict.fromkeys(_places(value)))
    elif isinstance(value, Ref):
        found.before.update((each, low.state.current.get(each)) for each in cases.storages(value))


def _key(value: Value) -> Any:
    return value.identity if isinstance(value, Obj) else id(value)


def check(low: Lowerer, value: Value, node: ast.AST | None) -> None:
    """Refuse to go through what was made of something that is another now."""
    if _key(value) in low.watched and is_other(low, low.watched[_key(value)].before):
        raise low.rejection(node, CHANGED, "ADC121")


def is_other(low: Lowerer, watched: dict[Identity | Storage, Any]) -> bool:
    """Is one of these another now than it was?"""
    for key, before in watched.items():
        if isinstance(key, Storage):
            if low.state.current.get(key, before) is not before or key in low.state.stale:
                return True
            continue
        now = low.state.items.get(key)
        keys = now is not None and list(now) != list(before)
        if keys or (now is not None and isinstance(before, dict) and now != before):
            return True
    return False


class Turns:
    """A loop over what has an item for each index, and what it reads turn by turn."""

    def __init__(self, low: Lowerer, value: Value) -> None:
        found = low.watched.get(_key(value), Watched(value))
        self.low, self.fixed, self.lists = low, found.before, dict(found.live)
        if isinstance(value, Ref):
            self.lists.update(dict.fromkeys(_places(value)))
        self.sizes = [low.resized.get(each) for each in self.lists]

    def versions(self) -> list[Any]:
        """What must be the same at the beginning and the end of a turn."""
        state = self.low.state
        return [
            state.current.get(key) if isinstance(key, Storage) else dict(state.items.get(key, {}))
            for key in self.fixed
        ]

    def resize(self) -> bool:
        """Do the turns change the length of a list that the loop goes through?"""
        return self.sizes != [self.low.resized.get(each) for each in self.lists]


def _places(value: Ref) -> list[Place]:
    return [(place.storage, len(place.path)) for place in cases.places(value)]


def resized(low: Lowerer, base: Ref) -> None:
    """Note that a list has another length, or order, now."""
    place = base.storage, len(base.path)
    low.resized[place] = low.resized.get(place, 0) + 1


def was_resized(low: Lowerer, storage: Storage) -> bool:
    """Has a list that is stored here, or inside what is, another length now?"""
    return any(each is storage for each, _ in low.resized)


def begin(low: Lowerer, node: ast.For, source_of: Value) -> Callable[[int], None]:
    """What checks, before a turn of this number, that what is still to come is as it was."""
    _check_names(low, node)
    watched = []
    made = low.watched.get(_key(source_of), Watched(source_of)).before
    if isinstance(node.iter, (ast.Name, ast.Attribute, ast.Subscript)) and not made:
        return lambda turn: None  # a list itself, whose items are those that it has now
    for source, backward in _sources(node.iter, False):
        value = expressions.lower(low, source)
        if isinstance(value, Obj) and value.identity.form in ("list", "dict"):
            watched.append((value.identity, dict(low.state.items[value.identity]), backward))
    known = [identity for identity, _, _ in watched]
    others = {key: before for key, before in made.items() if key not in known}

    def unchanged(turn: int) -> None:
        if is_other(low, others):
            refuse(low, node)
        for identity, before, backward in watched:
            now = low.state.items.get(identity, before)
            keys = list(before)
            ahead = keys[: max(len(keys) - turn, 0)] if backward else keys[turn:]
            if list(now) != keys or any(now[key] != before[key] for key in ahead):
                refuse(low, node)

    return unchanged


def refuse(low: Lowerer, node: ast.For) -> NoReturn:
    raise low.rejection(node.iter, CHANGED, "ADC121")


def grows(low: Lowerer, node: ast.For) -> bool:
    """Does the body add items to the list that the loop goes through, or remove some?"""
    names = low.state.names[low.frame.number]
    kept: list[Value] = [
        names[source.id] for source, _ in _sources(node.iter, False)
        if isinstance(source, ast.Name) and isinstance(names.get(source.id), (Obj, Ref))
    ]  # fmt: skip
    same = [name for name, value in names.items() if value in kept]
    return bool(same) and any(
        isinstance(base, ast.Name) and base.id in same
        for statement in node.body for each in ast.walk(statement) for base in _sized(each)
    )  # fmt: skip


def _sized(node: ast.AST) -> list[ast.expr]:
    """The lists that get another length here."""
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr=name)) if name in SIZING:
            return [base]
        case ast.AugAssign(target=ast.Name() as target, op=ast.Add() | ast.Mult()):
            return [target]
        case ast.Delete(targets=targets):
            return [each.value for each in targets if isinstance(each, ast.Subscript)]
    return []


def _sources(node: ast.expr, backward: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What is read turn by turn, and whether from its end."""
    match node:
        case ast.Name() | ast.Attribute():
            yield node, backward
        case ast.Subscript(slice=ast.Constant() | ast.Name()):
            yield node, backward
        case ast.GeneratorExp(generators=[first, *_]):
            yield from _sources(first.iter, backward)
        case ast.Call(func=ast.Attribute(value=base, attr=name), args=[]) if name in VIEWS:
            yield from _sources(base, backward)
        case ast.Call(func=ast.Name(id=name), args=args) if name in LAZY:
            for arg in args[1:] if name in ("map", "filter") else args:
                yield from _sources(arg, backward != (name == "reversed"))


def _check_names(low: Lowerer, node: ast.For) -> None:
    """What computes the items must not read what the body changes."""
    match node.iter:
        case ast.GeneratorExp(elt=elt, generators=generators):
            parts = [elt, *(test for each in generators for test in each.ifs)]
            own = liveness.assigned([each.target for each in generators])
        case ast.Call(func=ast.Name(id="map" | "filter"), args=[ast.Lambda(body=body), *_]):
            parts, own = [body], {}
        case ast.Call(func=ast.Name(id="map" | "filter"), args=[ast.Name() as function, *_]):
            parts, own = [function], {}
        case _:
            return
    changed = {**liveness.assigned(node.body), **liveness.written(node.body)}
    loads = {name for part in parts for name in liveness.loads(part)}
    read = {name for name in read_by(low, loads) if name not in own}
    if any(name in read for name in changed):
        refuse(low, node)
