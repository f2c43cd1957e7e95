"""References that are one of several places, which one being known at run time only.

    v = x if c else y              which = c, places = (y, x)
    v[0] = 2.0            =>       if which: x.1 = write(x, 2.0, 0)  else: y.1 = write(y, 2.0, 0)
    s = v[1]                       if which: t = getitem(x, 1)  else: t = getitem(y, 1)

Such references are made in a second attempt, where the first one has found that meaning depends on
an alias (`Lowerer.exact`).  They have no memory of their own: reading asks, writing asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import memory, statements
from adcompile.frontend.values import ITEM, Cases, Ref, Step, Storage, Value, is_free
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Block, If, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MOST = 8  # places that one reference may have
Structure = tuple[object, ...]


def places(ref: Ref) -> tuple[Ref, ...]:
    """The places that a reference may be."""
    if ref.storage.cases is None:
        return (ref,)
    found = ref.storage.cases.places
    return tuple(Ref(place.storage, (*place.path, *ref.path)) for place in found)


def is_partial(low: Lowerer, value: Value) -> bool:
    """Is this a place of which some path leaves undefined where it is?"""
    return any(arg in low.partial for arg in _arguments(value))


def of_several(low: Lowerer, value: Value) -> bool:
    """And do others say so by indices of their own, or is it one of several places?"""
    found = places(value) if isinstance(value, Ref) and value.storage.cases is not None else ()
    inner = any(is_partial(low, place) for place in found)
    return inner or any(low.partial.get(arg) for arg in _arguments(value))


def _arguments(value: Value) -> list[Atom]:
    path = value.path if isinstance(value, Ref) else ()
    return [arg for step in path for arg in step.args]


def storages(value: Value | None) -> tuple[Storage, ...]:
    """The storages that a value may be in."""
    return tuple(place.storage for place in places(value)) if isinstance(value, Ref) else ()


def which(ref: Ref) -> Atom:
    """The number of the place that it is."""
    return Lit(0) if ref.storage.cases is None else ref.storage.cases.which


def make(low: Lowerer, name: str, number: Atom, found: Sequence[Ref]) -> Ref:
    """A reference that is the place of this number."""
    if isinstance(number, Lit) and isinstance(number.value, int):
        return found[number.value]
    if len(found) == 1:
        return found[0]
    name = "" if name.startswith("%") else name
    return Ref(Storage(name, low.build.loc, cases=Cases(number, tuple(found))))


def distinct(low: Lowerer, name: str, number: Atom, found: Sequence[Ref]) -> Ref:
    """The place of this number among some, of which those that differ in their indices are one."""
    keys = [(place.storage, structure(place.path)) for place in found]
    firsts = list(dict.fromkeys(keys))
    at = [firsts.index(key) for key in keys]

    def one(n: int) -> Ref:
        first = found[at.index(n)]
        paths = [place.path if at[i] == n else first.path for i, place in enumerate(found)]
        steps = (
            replace(step, args=tuple(
                select(low, number, [partial(_itself, path[i].args[j]) for path in paths])
                for j in range(len(step.args))
            ))
            for i, step in enumerate(first.path)
        )  # fmt: skip
        return Ref(first.storage, tuple(steps) if at.count(n) > 1 else first.path)

    places = [one(n) for n in range(len(firsts))]
    if len(firsts) < len(keys):
        number = select(low, number, [partial(Lit, n) for n in at]) if len(firsts) > 1 else Lit(0)
    return make(low, name, number, places)


def _itself(atom: Atom) -> Atom:
    return atom


def read(low: Lowerer, ref: Ref) -> Atom:
    """What a reference shows now."""
    found = places(ref)
    return select(low, which(ref), [partial(memory.read, low, place) for place in found])


def select(low: Lowerer, number: Atom, makers: Sequence[Callable[[], Atom]]) -> Atom:
    """The atom that the maker of this number gives; only that one is run."""
    build = low.build
    if len(makers) == 1:
        return makers[0]()
    cond = is_last(low, number, len(makers))
    with build.block() as then:
        last = makers[-1]()
    with build.block() as orelse:
        other = select(low, number, makers[:-1])
    if last is other:
        return last
    out = Var()
    build.kinds[out] = k.join(build.kind(last), build.kind(other), out)
    if any(atom == NOTHING or atom in low.nullable for atom in (last, other)):
        low.nullable[out] = None
    sides = build.close(then, (last,)), build.close(orelse, (other,))
    build.eqns.append(If((out,), cond, *sides, build.loc))
    return out


def only(low: Lowerer, ref: Ref, n: int, maker: Callable[[], Atom]) -> Atom:
    """The atom that a maker gives where the place is of this number; elsewhere it is undefined."""
    if len(places(ref)) == 2:
        return where(low, which(ref), maker, n == 1)
    return where(low, low.build.apply("operator.eq", which(ref), Lit(n)), maker)


def where(low: Lowerer, cond: Atom, maker: Callable[[], Atom], side: bool = True) -> Atom:
    """The atom that a maker gives where a condition is so; elsewhere it is undefined."""
    build = low.build
    with build.block() as eqns:
        atom = maker()
    out = build.var(build.kind(atom))
    low.partial[out] = False
    found, other = build.close(eqns, (atom,)), Block((), (UNDEF,))
    blocks = (found, other) if side else (other, found)
    build.eqns.append(If((out,), cond, *blocks, build.loc))
    return out


def is_last(low: Lowerer, number: Atom, count: int) -> Atom:
    if count == 2:
        return number
    return low.build.apply("operator.eq", number, Lit(count - 1))


def write(low: Lowerer, ref: Ref, action: Callable[[Ref], None]) -> None:
    """Do something to the place that a reference is."""

    def among(found: Sequence[Ref]) -> None:
        if len(found) == 1:
            action(found[0])
            return
        cond = is_last(low, which(ref), len(found))
        statements.branch(low, cond, lambda: action(found[-1]), lambda: among(found[:-1]))

    among(places(ref))


# -- places as a whole, for what meets and what is carried


def step(low: Lowerer, source: Atom, index: Atom) -> Step:
    """The step that an index is; where paths meet, those of one form are one."""
    kind, of = low.build.kind(index), low.build.kind(source)
    if isinstance(kind, k.Scalar) or not isinstance(of, (k.Array, k.Any_)):
        is_item = isinstance(of, k.Tuple) and isinstance(index, Lit)
        return Step(ITEM if is_item else "", (index,))
    items = kind.items if isinstance(kind, k.Tuple) else (kind,)
    forms = (str(i.what) if isinstance(i, k.Opaque) else type(i).__name__ for i in items)
    return Step(f"[{', '.join(forms)}]", (index,))


def alike(left: Ref, right: Ref) -> bool:
    """Is this one storage, along paths with steps of the same forms?"""
    return left.storage is right.storage and structure(left.path) == structure(right.path)


def structure(path: tuple[Step, ...]) -> Structure:
    """What two paths have in common that differ in their indices only."""
    return tuple(
        (step.op, *((len(step.args),) if is_free(step.op) else (_fixed(arg) for arg in step.args)))
        for step in path
    )


def _fixed(arg: Atom) -> object:
    return arg if isinstance(arg, Lit) else None


def union(sides: Sequence[Value | None]) -> list[tuple[Storage, Structure]]:
    """The places that any of these values may be."""
    found: dict[tuple[Storage, Structure], None] = {}
    for value in sides:
        if isinstance(value, Ref):
            found.update({(p.storage, structure(p.path)): None for p in places(value)})
    return list(found)


def renumbered(low: Lowerer, value: Ref, numbers: Sequence[int]) -> Atom:
    """The number of its place, where place i is called numbers[i]."""
    number = which(value)
    if isinstance(number, Lit):
        return number if number == UNDEF else Lit(numbers[int(number.value)])
    if list(numbers) == list(range(len(numbers))):
        return number
    if len(set(numbers)) == 1:
        return Lit(numbers[0])
    return select(low, number, [partial(Lit, n) for n in numbers])


def is_array(low: Lowerer, value: Value | None) -> bool:
    """May the places of this value be told apart at run time?"""
    if not isinstance(value, Ref) or any(s in low.state.stale for s in storages(value)):
        return False
    forms = (k.Array, k.Any_, k.List) if low.lists else (k.Array, k.Any_)
    for place in places(value):
        if place.storage.heap and place.path:
            continue
        atom = place.atom if place.atom is not None else low.state.current.get(place.storage)
        if atom is None or not isinstance(low.build.kind(atom), forms):
            return False
        if place.storage.entries is not None:
            return False
    return True


__all__ = ["make", "only", "places", "read", "select", "storages", "union", "write"]
