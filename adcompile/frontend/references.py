"""Lists of arrays that share memory: at run time they hold where each array is, and not the array.

    rows = []                       rows = []
    for i in range(n):              for i in range(n):
        rows.append(A[i])               rows.append(i)
    rows[1][:] = 0.0           =>   A[rows[1]] = 0.0

An array that a turn of a loop has made is kept in a list of its own, the heap, where no item is
ever replaced, and what the list holds is its number there.  Such lists are made in a third attempt,
where telling aliases apart (`cases`) was not enough (`Lowerer.refers`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import cases, holdings, memory, open_tuples, replacing
from adcompile.frontend.values import (
    Again,
    Entries,
    Identity,
    Inside,
    Key,
    Num,
    Ref,
    Sequence,
    Step,
    Storage,
    Value,
    is_free,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


Forms = tuple[object, ...]  # of the indices of a place
MOST = 8  # ways in which the arrays of one list are found


def holding(low: Lowerer, value: Value) -> Entries | None:
    """Is this a list that holds places?"""
    return value.storage.entries if isinstance(value, Ref) and not value.path else None


def begin(low: Lowerer, storage: Storage, items: list[Value], purpose: object) -> bool:
    """Make a new list hold places, where an earlier attempt has found that it must."""
    site = (low.frame.function.node, storage.loc, purpose)
    storage.site = site if low.refers else None
    forms = _forms(low, site) if low.refers else None
    if forms is None:
        if any(is_array(low, item) for item in items):
            widen(low, storage, ())
        return False
    heap = Storage("", storage.loc, heap=True)
    storage.entries = Entries(heap, len(low.turns), forms)
    low.state.current[heap] = low.build.apply("mem.list")
    low.state.current[storage] = low.build.apply("mem.list", name=storage.name)
    for item in items:
        append(low, storage, item)
    return True


def widen(low: Lowerer, storage: Storage, forms: tuple[Forms, ...]) -> None:
    """Start again with a list that has room for places with indices of these forms."""
    low.dynamic["places", storage.site, forms] = None
    low.recursion.forget()
    raise Again


def made_room(low: Lowerer, storage: Storage, value: Value) -> None:
    """Start again with a list that holds places, where a list that is made here gets an array."""
    is_list = storage.site is not None and storage.cases is None
    if is_list and is_array(low, value):
        widen(low, storage, ())


def _forms(low: Lowerer, site: object) -> tuple[Forms, ...] | None:
    found = [key[2] for key in low.dynamic if key[:2] == ("places", site)]
    return found[-1] if found else None


def is_array(low: Lowerer, value: Value) -> bool:
    """Is it an array, which a list at run time would hold?"""
    if not low.refers or not isinstance(value, Ref):
        return False
    return isinstance(low.build.kind(memory.atom_of(low, value)), k.Array)


def plain(low: Lowerer, value: Value) -> Atom:
    """What tells the length of a list, and what it is; of others, the atom."""
    if isinstance(value, Ref) and holding(low, value) is not None:
        memory.check_fresh(low, value.storage)
        return low.state.current[value.storage]
    return memory.atom_of(low, value)


def arrays(low: Lowerer, storage: Storage) -> Atom:
    """A list of the arrays that they are now."""
    length = low.build.apply("builtins.len", low.state.current[storage])
    refers, low.refers = low.refers, False
    try:
        made = low.to_list(Sequence(length, partial(element, low, Ref(storage))))
    finally:
        low.refers = refers
    frozen = open_tuples.is_frozen(low.build.kind(low.state.current[storage]))
    return memory.atom_of(low, open_tuples.of_list(low, made) if frozen else made)


# -- items


def element(low: Lowerer, base: Ref, index: Atom) -> Value:
    """The array that an item of the list is."""
    memory.check_fresh(low, base.storage)
    return placed(low, base.storage, low.build.apply(
        "mem.getitem", low.state.current[base.storage], index
    ))  # fmt: skip


def refuse(low: Lowerer, key: Key, reason: str) -> None:
    """Refuse what is not known; lists of known length can be told apart where they are dynamic."""
    if low.lists and isinstance(key, Identity) and key.form == "list":
        low.make_dynamic(key)
    low.reject(None, reason, "ADC301")


def append(low: Lowerer, storage: Storage, value: Value) -> bool:
    """storage.append(value), where the list holds places."""
    return _put(low, storage, "mem.append", value)


def store(low: Lowerer, base: Ref, index: Atom, value: Value) -> bool:
    """base[index] = value, where the list holds places."""
    return not base.path and _put(low, base.storage, "mem.write", value, index)


def _put(low: Lowerer, storage: Storage, op: str, value: Value, *index: Atom) -> bool:
    if storage.entries is None:
        made_room(low, storage, value)
        return False
    memory.check_fresh(low, storage)
    made = entry(low, storage, value)
    now = low.state.current[storage]
    becomes(low, storage, low.build.apply(op, now, made, *index, name=storage.name))
    holdings.hold(low, storage, value)
    return True


def becomes(low: Lowerer, storage: Storage, version: Atom) -> None:
    """The list has other places now; what holds the list knows those that it had."""
    memory.changed(low, storage, version, deep=False, level=1)


def placed(low: Lowerer, storage: Storage, atom: Atom) -> Ref:
    """The array at a place that was read from a list."""
    entries = storage.entries
    assert entries is not None
    count = sum(map(len, entries.forms)) + (len(entries.forms) > 1)
    slots = [atom]
    if count > 1:
        slots = [low.build.apply("mem.getitem", atom, Lit(i)) for i in range(count)]
    number = slots.pop(0) if len(entries.forms) > 1 else Lit(0)
    given, found = iter(slots), []
    for base, structure in entries.known:
        steps = []
        for op, *rest in structure:
            args = [None] * rest[0] if is_free(op) else rest
            steps.append(Step(op, tuple(next(given) if a is None else a for a in args)))
        found.append(Ref(base, tuple(steps)))
    there = [place for place in found if place.storage in low.state.current]
    if not there:
        return Ref(entries.heap, (Step("", (atom,)),))
    # what is made on another path only is not in the list here
    here = [place if place.storage in low.state.current else there[0] for place in found]
    return cases.make(low, "", number, here)


def entry(low: Lowerer, storage: Storage, value: Value, of: Storage | None = None) -> Atom:
    """What a list holds for an array: the number of its place, and the indices of its path.

    It is the one of several places that `of` is here.
    """
    if not isinstance(value, Ref) or not is_array(low, value):
        raise low.rejection(
            None, f"{memory.label(storage)} holds arrays that share memory, and something else; "
            "keep them in separate lists", "ADC301",
        )  # fmt: skip
    if value.storage.cases is not None:
        return _one_of(low, storage, value)
    value = _settled(low, storage, value, of)
    entries = storage.entries
    assert entries is not None
    place = value.storage, cases.structure(value.path)
    if place not in entries.known:
        if len(entries.known) == MOST:
            raise low.rejection(None, _too_many(storage), "ADC301")
        entries.known.append(place)
    args: list[Atom] = []
    for step in value.path:
        free = is_free(step.op)
        args += [arg for arg in step.args if free or not isinstance(arg, Lit)]
    forms, number = entries.forms, entries.known.index(place)
    mine = tuple(_form(low.build.kind(arg)) for arg in args)
    if number >= len(forms):
        widen(low, storage, (*forms, mine))
    if forms[number] != mine:
        raise low.rejection(None, _too_many(storage), "ADC301")
    slots: list[Atom] = [Lit(number)] if len(forms) > 1 else []
    for i, others in enumerate(forms):
        slots += args if i == number else [_filler(low, form) for form in others]
    if len(slots) < 2:
        return slots[0] if slots else Lit(0)
    return low.build.apply("mem.tuple", *slots)


def _too_many(storage: Storage) -> str:
    return (
        f"{memory.label(storage)} holds arrays that share memory, in too many ways; keep them in "
        "separate lists, or put in copies"
    )


def _form(kind: k.Kind) -> object:
    """What kinds of one form have in common, which one variable can have in turn."""
    if isinstance(kind, k.Tuple):
        return tuple(map(_form, kind.items))
    return type(kind)


def _filler(low: Lowerer, form: object) -> Atom:
    """Something of this form, where a place has no such index."""
    if isinstance(form, tuple):
        return low.build.apply("mem.tuple", *[_filler(low, part) for part in form])
    if form is k.Slice:
        return low.build.apply("mem.slice", NOTHING, NOTHING, NOTHING)
    return Lit(0)


def _one_of(low: Lowerer, storage: Storage, value: Ref) -> Atom:
    places = cases.places(value)

    def one(n: int) -> Value:
        return Num(entry(low, storage, places[n], value.storage))

    def among(count: int) -> Value:
        if count == 1:
            return one(0)
        last = Num(cases.is_last(low, cases.which(value), count))
        return low.choose(
            last, lambda: one(count - 1), lambda: among(count - 1), "", low.build.loc
        )

    return memory.atom_of(low, among(len(places)))


# -- arrays that live as long as the list


def _settled(low: Lowerer, storage: Storage, value: Ref, of: Storage | None) -> Ref:
    """The array, where it is as long as the list is: on the heap, if a turn has made it."""
    entries, base = storage.entries, value.storage
    assert entries is not None
    before = low.turns[entries.depth].current if len(low.turns) > entries.depth else None
    is_one = base.heap or isinstance(low.build.kind(low.state.current[base]), k.Array)
    if not is_one or (before is not None and base in low.based and base not in before):
        raise low.rejection(
            None, f"{memory.label(storage)} holds what is an item of {memory.label(base)}, too; "
            "keep it in one list", "ADC301",
        )  # fmt: skip
    if before is None or base in before:
        low.based[base] = None
        return value
    heap = entries.heap
    full = low.state.current[heap]
    index = low.build.apply("builtins.len", full)
    whole = memory.read(low, Ref(base))
    low.state.current[heap] = low.build.apply("mem.append", full, whole)
    low.based[heap] = None
    for other in low.state.related.get(base, {}):
        low.state.relate(heap, other)
    for holder, held in list(low.state.holds.items()):
        if base in held or Inside(base) in held:
            low.state.hold(holder, heap)
    head = Step("", (index,))

    def moved(ref: Ref) -> Ref:
        return Ref(heap, (head, *ref.path)) if ref.storage is base else ref

    made: dict[Storage, Ref] = {}

    def of_ref(ref: Ref) -> Ref:
        found = ref.storage.cases
        if found is None:
            return moved(ref)
        places = tuple(map(moved, found.places))
        if all(a is b for a, b in zip(places, found.places)):
            return ref
        if ref.storage is of and not value.path:
            return Ref(heap, (head, *ref.path))
        if ref.storage not in made:
            made[ref.storage] = cases.distinct(low, ref.storage.name, found.which, places)
        place = made[ref.storage]
        return Ref(place.storage, (*place.path, *ref.path))

    replacing.everywhere(low, of_ref)
    return moved(value)
