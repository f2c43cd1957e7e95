"""Reading and writing storages: views, versions, and what a write makes unknown.

A name for `A[0]` is storage A with the path [0].  Reading it names the version of A that stands at
that moment; writing through it makes a new version of A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    cases,
    joined,
    layout,
    nones,
    packing,
    placed,
    points,
    pools,
    reached,
    references,
    remembered,
    replacing,
)
from adcompile.frontend.inverses import ALWAYS, ASKED, INVERSES, LENSES, NEED_CONTIGUOUS, READ_ONLY
from adcompile.frontend.values import (
    FLAT,
    OUTSIDE,
    UNKNOWN,
    WHOLE,
    Identity,
    Inside,
    Key,
    Mark,
    Maybe,
    Num,
    Obj,
    Ref,
    Spot,
    Spots,
    Step,
    Storage,
    Struct,
    Twice,
    Value,
)
from adcompile.rules import containers
from adcompile.trace import kinds as k
from adcompile.trace.ir import IN_FULL, NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

def wrap(low: Lowerer, atom: Atom, name: str = "", contiguous: bool = False) -> Value:
    """The value of a new result: a number, or a storage of its own."""
    kind = low.build.kind(atom)
    if k.is_fixed(kind) or isinstance(atom, Lit) or isinstance(kind, (k.Tuple, k.Tape)):
        return Num(atom)
    storage = Storage(name, low.build.loc, contiguous)
    low.state.current[storage] = low.state.births[storage] = atom
    return Ref(storage, (), atom, atom)


def view(low: Lowerer, base: Ref, op: str, args: tuple[Atom, ...], name: str = "") -> Value:
    """The view `op(base, *args)`: a path where the inverse is known, else what may be shared."""
    source = atom_of(low, base)
    if op == "numpy.ascontiguousarray" and layout.is_in_rows(low, base, source):
        return base
    result = low.apply_atom(op, source, *args, name=name)
    may_be = isinstance(low.build.kind(source), (k.Array, k.Any_)) and op != "numpy.flip"
    is_point = may_be and points.made(low, result)
    if k.is_fixed(low.build.kind(result)) and not is_point:
        return Num(result)
    if op == "numpy.diag" and getattr(low.build.kind(source), "rank", None) == 1:
        return wrap(low, result, name, contiguous=True)
    invertible = op in INVERSES and (op != "numpy.transpose" or not args)
    if op in NEED_CONTIGUOUS and not layout.gives_view(low, op, base, source):
        invertible = False
    if op in ALWAYS and (low.exact or op in READ_ONLY):
        invertible = _is_view(low, op, source)
    if (op in ASKED or op in ALWAYS) and low.exact and not invertible:
        found = layout.asked(low, base, Step(op, args), result, name)
        if found is not None:
            return found
    if invertible:
        step = Step(op, args)
        return Ref(base.storage, (*base.path, step), result, low.state.current.get(base.storage))
    value = wrap(low, result, name)
    if isinstance(value, Ref):
        low.state.births.pop(value.storage)
        for storage in cases.storages(base):
            low.state.derive(value.storage, storage)
    return value


def _is_view(low: Lowerer, op: str, source: Atom) -> bool:
    """Is the result known to be a view?  np.diag gives one of a matrix, np.atleast_1d of arrays."""
    kind = low.build.kind(source)
    if op == "numpy.diag":
        return isinstance(kind, k.Array) and kind.rank == 2
    return isinstance(kind, k.Array) or not op.startswith("numpy.atleast")


def element(low: Lowerer, base: Value, index: Atom, name: str = "") -> Value:
    """base[index] for an array, a list, or a number-or-array."""
    if isinstance(base, Ref) and references.holding(low, base) is not None:
        return references.element(low, base, index)
    source = atom_of(low, base)
    if points.keeps_all(index) and points.may_be(low.build.kind(source)):
        found = _all_of(low, base, source, index, name)
        if found is not None:
            return found
    result = low.build.apply("mem.getitem", source, index, name=name)
    kind = low.build.kind(result)
    nones.note_taken(low, source, result)
    if k.is_fixed(kind) or not isinstance(base, Ref):
        return packing.object_of(low, wrap(low, result, name), placed.of(low, base, index))
    is_copy = bool(base.path) and base.path[-1].op == FLAT
    if is_copy or points.among(low, index) or copies(low.build.kind(index), low.build.kind(source)):
        copy = wrap(low, result, name, contiguous=False)
        if isinstance(copy, Ref) and layout.may_be_item(low, source, index):
            low.state.derive(copy.storage, base.storage)
        return copy
    path = (*base.path, cases.step(low, source, index))
    found = Ref(base.storage, path, result, low.state.current.get(base.storage))
    return packing.object_of(low, found, placed.of(low, base, index))


def _all_of(low: Lowerer, base: Value, source: Atom, index: Lit, name: str) -> Value | None:
    """x[...], x[None] and the like of what may have no axes: x itself, or with axes of length one.

    Of a number this is a new array.
    """
    if not isinstance(base, Ref):
        if getattr(low.build.kind(source), "strong", False) is False:
            return None
        made = low.build.apply("numpy.array", source, name=name)
        return element(low, wrap(low, made, name), index, name) if points.made(low, made) else None
    axes = points.new_axes(index)
    if axes:
        return view(low, base, "numpy.expand_dims", (Lit(axes if axes[1:] else axes[0]),), name)
    if isinstance(low.build.kind(source), k.Any_):
        points.must_be_array(low, source)
    return base


def copies(index: k.Kind, source: k.Kind) -> bool:
    """Does indexing with this give a copy?  (integer arrays, masks, lists)"""
    items = index.items if isinstance(index, k.Tuple) else (index,)
    masks = isinstance(source, (k.Array, k.Any_))
    return any(
        isinstance(item, (k.Array, k.List)) or (masks and k.dtype_of(item) == "bool")
        for item in items
    )


def atom_of(low: Lowerer, value: Value) -> Atom:
    """The atom that holds this value now."""
    match value:
        case Num(atom):
            return atom
        case Ref():
            return read(low, value)
        case Struct(items):
            atoms = [atom_of(low, item) for item in items]
            if all(isinstance(atom, Lit) for atom in atoms):
                return Lit(tuple(atom.value for atom in atoms if isinstance(atom, Lit)))
            return low.build.apply("mem.tuple", *atoms)
        case Obj(identity):
            check_fresh(low, identity)
            held = low.state.items[identity]
            atoms = [atom_of(low, item) for item in held.values()]
            nones.note_inside(low, value)
            if identity.form == "dict":
                return low.build.apply("mem.dict", Lit(tuple(held)), *atoms)
            if identity.form == "list":
                return low.build.apply("mem.list", *atoms)
        case Maybe():
            return absent.atom(low, value)
    return low.unusable(value)


def read(low: Lowerer, ref: Ref) -> Atom:
    storage = ref.storage
    if storage.entries is not None:
        check_fresh(low, storage)
        return references.arrays(low, storage)
    if storage.cases is not None:
        now = partial(cases.read, low, ref)
        return now() if ref.atom is None else _seen_or_now(low, ref.atom, now)
    check_fresh(low, storage)
    current = low.state.current[storage]
    if not ref.path:
        return current
    if ref.atom is not None and is_fresh(low, ref):
        return ref.atom
    replacing.check(low, ref)
    layout.must_be_views(low, current, ref.path)
    seen = ref.atom
    if seen is not None and isinstance(low.build.kind(seen), k.Any_):
        if low.exact:
            return _seen_or_now(low, seen, lambda: follow(low, current, ref.path))
        low.reject(
            None,
            f"{storage.name or 'an array'!r} was changed since this was read from it; whether the "
            "value read is a number (which stays) or a view (which changes) is not known.  "
            f"Annotate {storage.name or 'the array'!r} with its rank: for one axis, "
            f"{storage.name or 'x'}: \"Float[np.ndarray, 'n']\", with a name for each axis",
            "ADC301",
        )
    return follow(low, current, ref.path)


def is_fresh(low: Lowerer, ref: Ref) -> bool:
    """Is what was read along this path still what is there?"""
    current = low.state.current.get(ref.storage)
    return current is not None and (ref.seen is current or replacing.unchanged(low, ref))


def _seen_or_now(low: Lowerer, seen: Atom, now: Callable[[], Atom]) -> Atom:
    """What was read: a number stays what it was, a view shows what is there now."""
    kind = low.build.kind(seen)
    if not isinstance(kind, k.Any_):
        return seen if k.is_fixed(kind) else now()
    test = points.is_array(low, seen)
    return now() if test == Lit(True) else cases.select(low, test, [lambda: seen, now])


def follow(low: Lowerer, atom: Atom, path: tuple[Step, ...]) -> Atom:
    """What is seen from a version of a storage along a path."""
    for step in path:
        if step.is_index:
            whole, atom = atom, low.build.apply("mem.getitem", atom, *step.args)
            nones.note_taken(low, whole, atom)
        else:
            atom = low.build.apply(step.function, atom, *step.args)
    return atom


def same_place(one: Ref, other: Ref) -> bool:
    """Are these the same storage, and the same path in it?"""
    return one.storage is other.storage and one.path == other.path


def check_fresh(low: Lowerer, key: Key) -> None:
    reason = low.state.stale.get(key)
    if reason == "":
        low.unusable(UNKNOWN)
    if reason is not None:
        references.refuse(low, key, reason)
    if isinstance(key, Identity):
        placed.refresh(low, key)


def write(low: Lowerer, ref: Ref, index: Atom, value: Atom, op: str = "mem.write") -> None:
    """ref[index] = value (or += with op "mem.accumulate"): a new version of the storage."""
    if ref.storage.cases is not None:
        cases.write(low, ref, lambda place: write(low, place, index, value, op))
        return
    steps = (*ref.path, Step("", (index,)))
    check_fresh(low, ref.storage)
    replacing.check(low, ref)
    is_item = replacing.is_item(low, ref)
    if is_item:
        replacing.item(low, ref, index)
    current = low.state.current[ref.storage]
    layout.must_be_views(low, current, ref.path)
    level = len(steps) if is_item else 0
    version = put(low, current, steps, value, op)
    changed(low, ref.storage, version, len(steps) > 1, level, spot=spot_of(low, current, steps))
    if is_item:
        replacing.noted(low, ref.storage, current, len(ref.path))


def replace_all(low: Lowerer, ref: Ref, value: Atom, op: str = "mem.write") -> None:
    """The whole of what ref names is overwritten in place by value."""
    write(low, ref, Lit(Ellipsis), value, op)


def exchange(low: Lowerer, ref: Ref, version: Atom) -> None:
    """What lies at the end of a path has been changed in place, and is this now."""
    check_fresh(low, ref.storage)
    replacing.check(low, ref)
    layout.must_be_views(low, low.state.current[ref.storage], ref.path)
    current = low.state.current[ref.storage]
    whole = put(low, current, ref.path, version, "mem.write")
    changed(low, ref.storage, whole, spot=spot_of(low, current, ref.path))


def spot_of(low: Lowerer, version: Atom, path: tuple[Step, ...]) -> Spot:
    """Which part of an item of a list a path leads to."""
    kind = low.build.kind(version)
    inner = kind.item if isinstance(kind, (k.List, k.Dict)) else None
    found: list[int] = []
    for step in path[1:]:
        if not isinstance(inner, k.Tuple) or not step.is_index:
            break
        index = step.args[0]
        if not isinstance(index, Lit) or not isinstance(index.value, int):
            break
        found.append(index.value % len(inner.items))
        inner = inner.items[found[-1]]
    return tuple(found)


def put(low: Lowerer, base: Atom, steps: tuple[Step, ...], value: Atom, op: str) -> Atom:
    """A version of `base` in which the element at the end of the path is `value`."""
    name = base.name if isinstance(base, Var) else ""
    split = next((i for i, step in enumerate(steps) if not step.is_index), None)
    if split is None and op == "mem.write" and _in_tuple(low, base, steps):
        whole = follow(low, base, steps[:-1])
        return put(low, base, steps[:-1], _other_item(low, whole, steps[-1].args[0], value), op)
    all_of_it = split is None and len(steps) == 1 and steps[0].args[0] in IN_FULL
    if all_of_it and points.may_be(low.build.kind(base)) and op != "mem.scatter_add":
        return points.filled(low, base, value, op)
    if split is None and len(steps) > 1 and steps[-1].args[0] in IN_FULL:
        held = follow(low, base, steps[:-1]) if _holds_arrays(low, base) else None
        if held is not None and points.is_one(low.build.kind(held)) and op != "mem.scatter_add":
            filled = points.filled(low, held, value, op)
            return put(low, base, steps[:-1], filled, "mem.write")
    if split is None:
        path = joined.indices(low, base, [step.args[0] for step in steps])
        if op == "mem.scatter_add" and len(path) > 1:  # it takes one index: into the part
            part = base
            for index in path[:-1]:
                part = low.build.apply("mem.getitem", part, index)
            value, op, path = low.build.apply(op, part, value, path[-1]), "mem.write", path[:-1]
        if isinstance(low.build.kind(base), k.Array):
            value = containers.as_one(low.build, value)
        return low.build.apply(op, base, value, *path, name=name)
    before, step, after = steps[:split], steps[split], steps[split + 1 :]
    outer = follow(low, base, before)
    inner = low.build.apply(step.function, outer, *step.args)
    inner = put(low, inner, after, value, op)  # type: ignore[assignment]
    inverse = {**ALWAYS, **ASKED, **INVERSES, **LENSES}[step.op](low, step.args, outer)
    if inverse is None and step.op in READ_ONLY:
        raise low.rejection(
            None, "NumPy raises ValueError here: this view is read-only.  Write to the array "
            "itself (np.fill_diagonal, A[i, i] = ...), or to a copy", "ADC312",
        )  # fmt: skip
    if inverse is None:
        raise low.rejection(None, f"cannot write through the view that {step.op} gives", "ADC301")
    first = (outer, inner) if inverse[0] == "mem.write" else (inner,)
    back = low.build.apply(inverse[0], *first, *inverse[1], name=name if not before else "")
    if not before:
        return back
    return low.build.apply("mem.write", base, back, *[s.args[0] for s in before], name=name)


def _holds_arrays(low: Lowerer, base: Atom) -> bool:
    return isinstance(low.build.kind(base), (k.List, k.Dict, k.Tuple))


def _in_tuple(low: Lowerer, base: Atom, steps: tuple[Step, ...]) -> bool:
    """Does the path lead to an item of a tuple, which is another tuple then?"""
    kind: k.Kind | None = low.build.kind(base)
    for step in steps[:-1]:
        at = step.args[0]
        if isinstance(kind, k.Tuple) and isinstance(at, Lit):
            kind = kind.items[at.value]
        else:
            kind = kind.item if isinstance(kind, (k.List, k.Dict)) else None
    return isinstance(kind, k.Tuple)


def _other_item(low: Lowerer, whole: Atom, place: Atom, value: Atom) -> Atom:
    """The tuple with this value as its item number `place`."""
    kind = low.build.kind(whole)
    assert isinstance(kind, k.Tuple) and isinstance(place, Lit)
    places = range(len(kind.items))
    items = [low.build.apply("mem.getitem", whole, Lit(i)) for i in places if i != place.value]
    items.insert(place.value, value)  # type: ignore[arg-type]
    made = low.build.apply("mem.tuple", *items)
    known = low.build.kinds[made]
    assert isinstance(known, k.Tuple)
    low.build.kinds[made] = k.Tuple(known.items, kind.tag)
    return made


def changed(
    low: Lowerer, storage: Storage, version: Atom, deep: bool = True, level: int = 0,
    twice: Key | None = None, grows: bool = False, spot: Spot = WHOLE,
) -> None:  # fmt: skip
    """Give a storage a new version, and mark what else may have changed with it.

    `level` says how deep the list lies that has another item now; 0 is a change in place.
    `twice` is what the list holds if an object that changes may be in it more than once.
    `grows` says that items are appended, and nothing else; `spot` which part of an item changes.
    """
    remembered.check(low, storage)
    note_written(low, storage)
    state = low.state
    versions = (state.current.get(storage, version), version)
    places = replacing.at_level(low, storage, versions, level)
    state.current[storage] = version
    if storage in low.gathered and level == 1:
        low.rearranged[storage] = None
    if level and not grows:
        pools.exchanged(low, storage, level)
    if not grows:
        low.rebuilt[storage] = low.rebuilt.get(storage, 0) + 1
    placed.invalidate(state, storage)
    is_list = isinstance(low.build.kind(version), (k.List, k.Dict)) and not storage.heap
    inside: dict[Key, None] = {storage: None}
    if is_list and deep:
        low.deep[storage] = None
        inside.update(dict.fromkeys(state.held_at(storage, spot)))
    for one in list(inside):
        inside.update(state.related.get(one, {}))

    def may_change(one: Key) -> bool:
        if one == Inside(storage):
            return deep
        return one is storage or not level or not replacing.apart(low, one, places)

    others = {one: None for one in inside if may_change(one)}
    lists = [each for each in holders(low, storage, others) if each.entries is None]
    others.update((holder, None) for holder in lists if may_change(holder))
    others.pop(storage, None)
    marks = (twice,) if twice else (storage,) if level else (storage, Twice(storage, True))
    if is_list and deep and any(one in marks for one in state.held_at(storage, spot)):
        mark_stale(low, storage, storage)
    for other in others:
        mark_stale(low, other, storage)


def note_written(low: Lowerer, key: Key) -> None:
    """Note where an array is changed that is an attribute of an object without a rule."""
    if key in low.parts:
        low.written.setdefault(low.parts[key], low.build.loc)


def mark_stale(low: Lowerer, other: Key, storage: Key) -> None:
    """What has changed through `storage` is not known of `other` from here on."""
    if isinstance(other, Mark):
        return
    pools.changes(low, other)
    note_written(low, other)
    low.rebuilt[other] = low.rebuilt.get(other, 0) + 1
    line = f" in line {low.build.loc.line}" if low.build.loc else ""
    first, second = label(storage), label(other)
    if other is storage:
        low.state.stale[other] = (
            f"an item of {first} is changed in place{line}, and other items of {first} may be the "
            "same one.  Make the items one by one, in a list comprehension"
        )
        return
    second = f"what else is {second}" if second == first else second
    low.state.stale[other] = (
        f"{first} is changed in place{line}, and {second} may share its memory; which one is meant "
        "is not known when compiling.  Copy one of them (.copy()) before the change"
    )


def label(key: Key) -> str:
    if isinstance(key, Storage) and key.name:
        return repr(key.name)
    assert not isinstance(key, Mark)
    place = f" made in line {key.loc.line}" if key.loc else ""
    return f"the {key.form if isinstance(key, Identity) else 'array'}{place}"


def mutated(
    low: Lowerer, identity: Identity, old: Value | None = None, new: Value | None = None
) -> None:
    """Mark what may be, or hold, an object that has changed: an item that was `old` is `new`."""
    packing.check_mutable(low, identity)
    remembered.check(low, identity)
    if identity in low.state.places:
        placed.write_back(low, identity, old, Num(NOTHING) if new is None else new)
    low.touched[identity] = None
    reached.note_change(low)
    same = {identity: None, **low.state.related.get(identity, {})}
    for other in dict.fromkeys((*same, *holders(low, identity, same))):
        if other is not identity:
            mark_stale(low, other, identity)


def holders(low: Lowerer, changed: Key, same: Iterable[Key]) -> list[Storage]:
    """The lists that hold what has changed, or what may be the same."""
    gone = low.removed.get(changed)
    return [
        holder for holder, held in low.state.holds.items()
        if _is_in(changed, held)
        or (holder is not gone and any(_is_in(one, held) for one in same))
    ]  # fmt: skip


def _is_in(key: Key, held: dict[Key, Spots]) -> bool:
    """Is this stored in a list, rather than only read where its items are used?"""
    return key in held and any(spot != OUTSIDE for spot in held[key])


__all__ = [
    "NOTHING", "atom_of", "changed", "copies", "element", "follow", "label", "mark_stale",
    "read", "replace_all", "spot_of", "view", "wrap", "write",
]  # fmt: skip
