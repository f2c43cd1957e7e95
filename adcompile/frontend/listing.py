"""Lists whose length is known at run time: what their methods, slices and `del` make of them.

    v.pop(0)           item = v[0]; v = v[1:]
    v.insert(i, x)     v = v[:i] + [x] + v[i:]
    del v[a:b]         v = v[:a] + v[b:]

Where a list holds places (references.py), these are moved about as numbers are.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    absent,
    cases,
    classes,
    dictionaries,
    expressions,
    holdings,
    iteration,
    memory,
    misuse,
    nones,
    open_tuples,
    operations,
    operators,
    packing,
    reached,
    references,
    replacing,
    subscripts,
    watching,
)
from adcompile.frontend.values import (
    Inside,
    Num,
    Obj,
    Ref,
    Sequence,
    State,
    Storage,
    Struct,
    Twice,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

METHODS = ("append", "extend", "pop", "insert", "clear", "reverse", "copy")


def is_list(low: Lowerer, value: Value) -> bool:
    """Is this a list whose length is known at run time?"""
    return isinstance(value, Ref) and isinstance(
        low.build.kind(references.plain(low, value)), k.List
    )


def method(low: Lowerer, base: Ref, name: str, args: list[Value], hint: str) -> Value:
    """base.name(*args)"""
    open_tuples.check_method(low, base, name)
    if name not in METHODS:
        raise low.rejection(None, f"there is no rule for the list method {name!r}", "ADC206")
    if base.storage.cases is not None and name != "copy":
        return of_each(low, base, lambda one: method(low, one, name, args, hint))
    memory.check_fresh(low, base.storage)
    match name, args:
        case "append", [value]:
            iteration.append(low, base, value)
        case "extend", [more]:
            low.extend(base, more)
        case "insert", [place, value]:
            at = operations.operand(low, place)
            low.must_be_int(at)
            _splice(low, base, at, at, [value])
        case "clear", []:
            _splice(low, base, Lit(0), NOTHING, [])
        case "reverse", []:
            _reverse(low, base)
        case "copy", []:
            return _copy(low, base, hint)
        case "pop", [] | [Num(Lit(-1))]:
            return _pop_last(low, base, hint)
        case "pop", [place]:
            return _pop(low, base, operations.operand(low, place), hint)
        case _:
            raise low.rejection(None, f"{name} of a list is not called like this", "ADC201")
    return Num(NOTHING)


def _copy(low: Lowerer, base: Ref, hint: str) -> Value:
    if references.holding(low, base) is not None:
        return low.to_list(low.as_sequence(base), hint)
    current, nothing = memory.atom_of(low, base), low.build.apply("mem.list")
    copied = memory.wrap(low, low.build.apply("lists.concat", current, nothing, name=hint), hint)
    assert isinstance(copied, Ref)
    operators.hold_items(low, copied.storage, base)
    return copied


def _pop_last(low: Lowerer, base: Ref, hint: str) -> Value:
    current, label = references.plain(low, base), base.storage.name
    if base.path:
        return _pop(low, base, Lit(-1), hint)
    item, rest = low.build.apply_many("mem.pop", (current,), (hint, label))
    _becomes(low, base, rest)
    return _taken(low, base, low.build.kind(current), item, hint)


def _pop(low: Lowerer, base: Ref, place: Atom, hint: str) -> Value:
    low.must_be_int(place)
    start, stop = _around(low, base, place, "pop index out of range")
    current = references.plain(low, base)
    item = low.build.apply("mem.getitem", current, place, name=hint)
    _splice(low, base, start, stop, [])
    return _taken(low, base, low.build.kind(current), item, hint)


def _taken(low: Lowerer, base: Ref, kind: k.Kind, item: Atom, hint: str) -> Value:
    """An item that is not in its list, of this kind, any more, or not only there."""
    if references.holding(low, base) is not None:
        return references.placed(low, base.storage, item)
    if nones.may_hold(low, kind):
        low.nullable[item] = None
    popped = packing.object_of(low, memory.wrap(low, item, hint), taken=base.storage)
    return _related(low, popped, base.storage)


def _related(low: Lowerer, popped: Value, holder: Storage, inside: bool = False) -> Value:
    """What was in a list may be one of the things that it held; of a tuple, each of its items.

    Other lists may hold it too, and names may have been found where it was.
    """
    state = low.state
    if isinstance(popped, Ref):
        held = state.may_hold(holder)
        is_list = isinstance(low.build.kind(state.current[popped.storage]), k.List)
        twice = Twice(holder, True) in state.holds.get(holder, {})
        if holder in held or (twice and not is_list):  # taken before, too
            held += [other for one in held for other in state.related.get(one, {})]
        else:
            low.removed[popped.storage] = holder
        held += [*state.related.get(holder, {}), *_holding(state, holder)]
        mine = low.build.kind(state.current[popped.storage])
        for other in held:
            version = state.current.get(other) if isinstance(other, Storage) else None
            known = None if version is None else low.build.kind(version)
            apart = inside and isinstance(mine, k.List) and other is holder
            if not apart and (other is holder or replacing.may_overlap(mine, known)):
                state.relate(popped.storage, other)
    kind = low.build.kind(popped.atom) if isinstance(popped, Num) else None
    if not isinstance(kind, k.Tuple) or kind.tag is not None or k.is_fixed(kind):
        return popped
    assert isinstance(popped, Num)
    places = range(len(kind.items))

    def parts() -> Value:
        items = (memory.element(low, popped, Lit(i)) for i in places)
        return Struct(tuple(_related(low, item, holder, True) for item in items))

    if popped.atom not in low.nullable:
        return parts()
    there = Num(low.build.apply("operator.is_not", popped.atom, NOTHING))
    return low.choose(there, parts, lambda: Num(NOTHING), "", low.build.loc)


def _holding(state: State, storage: Storage) -> list[Storage]:
    """The other lists that hold this one, or what is in it."""
    return [
        holder for holder, held in state.holds.items()
        if holder is not storage and (storage in held or Inside(storage) in held)
    ]  # fmt: skip


def _around(low: Lowerer, base: Ref, place: Atom, message: str) -> tuple[Atom, Atom]:
    """The slice that is one item; the error that Python raises where there is none."""
    build = low.build
    length = build.apply("builtins.len", references.plain(low, base))
    if isinstance(place, Lit) and place.value < 0:
        there = build.apply("operator.ge", length, Lit(-place.value))
        stop: Atom = NOTHING if place.value == -1 else Lit(place.value + 1)
    else:
        place = subscripts.from_front(low, length, place)
        there = build.apply("operator.gt", length, place)
        stop = Lit(place.value + 1) if isinstance(place, Lit) else build.apply(
            "operator.add", place, Lit(1)
        )  # fmt: skip
    reached.note_raise(low)
    line = f"if not _0_:\n    raise IndexError({message!r})"
    build.apply_many("mem.effect", (Lit(line), there), ())
    return place, stop


def _splice(
    low: Lowerer, base: Ref, start: Atom, stop: Atom, items: list[Value], more: Atom | None = None
) -> None:
    """base[start:stop] = [*items, *more]"""
    build = low.build
    holds = references.holding(low, base) is not None
    if not holds and not base.path:
        for item in items:
            references.made_room(low, base.storage, item)
    if holds:
        new = [references.entry(low, base.storage, item) for item in items]
    else:
        new = [operations.operand(low, packing.listed(low, item)) for item in items]
    current = references.plain(low, base)
    parts: list[Atom] = []
    if start != Lit(0):
        head = build.apply("mem.slice", NOTHING, start, NOTHING)
        parts.append(build.apply("mem.getitem", current, head))
    if new or (not parts and stop == NOTHING and more is None):
        parts.append(build.apply("mem.list", *new))
    parts += [] if more is None else [more]
    if stop != NOTHING:
        tail = build.apply("mem.slice", stop, NOTHING, NOTHING)
        parts.append(current if stop == Lit(0) else build.apply("mem.getitem", current, tail))
    whole, *rest = parts
    for part in rest:
        whole = build.apply("lists.concat", whole, part, name=base.storage.name)
    _becomes(low, base, whole)
    where = holdings.ANYWHERE if base.path else holdings.AN_ITEM
    for item in items:
        holdings.hold(low, base.storage, item, where)


def _becomes(low: Lowerer, base: Ref, version: Atom) -> None:
    """The list has other items now: those that were read from it stay what they are."""
    _must_be_one(low, base)
    if references.holding(low, base) is not None:
        watching.resized(low, base)
        references.becomes(low, base.storage, version)
        return
    replacing.last(low, base)
    becomes(low, base, version)


def becomes(low: Lowerer, base: Ref, version: Atom, grows: bool = False) -> None:
    """A list, which may be an item of a list, has other items now, or more."""
    _must_be_one(low, base)
    watching.resized(low, base)
    current, depth = low.state.current[base.storage], len(base.path)
    whole = memory.put(low, current, base.path, version, "mem.write") if depth else version
    memory.changed(low, base.storage, whole, deep=depth > 0, level=depth + 1,
                   grows=grows)  # fmt: skip
    replacing.noted(low, base.storage, current, depth)


def of_each(low: Lowerer, base: Ref, action: Callable[[Ref], Value | None]) -> Value:
    """What an action gives, if anything, on a list, which may be one of several."""

    def on(one: Ref) -> Value:
        found = action(one)
        return Num(NOTHING) if found is None else found

    def among(found: tuple[Ref, ...]) -> Value:
        if len(found) == 1:
            return on(found[0])
        test = Num(cases.is_last(low, cases.which(base), len(found)))
        last, others = partial(on, found[-1]), partial(among, found[:-1])
        return low.choose(test, last, others, "", low.build.loc)

    return among(cases.places(base))


def _must_be_one(low: Lowerer, base: Ref) -> None:
    """Refuse another length or order of one of several lists, which is known at run time only."""
    if base.storage.cases is not None:
        raise low.rejection(
            None, f"{memory.label(base.storage)} is one of several lists here, and gets another "
            "length or order; do that in the branches where it is known which one it is", "ADC301"
        )  # fmt: skip


def reordered(low: Lowerer, base: Ref, order: Value) -> None:
    """The items of the list in the order of another one."""
    if isinstance(order, Sequence):
        order = low.to_list(order)
    if references.holding(low, base) is None:
        _becomes(low, base, memory.atom_of(low, order))
        return
    _splice(low, base, Lit(0), NOTHING, [])
    low.extend(base, order)


def _reverse(low: Lowerer, base: Ref) -> None:
    sequence = low.as_sequence(base)
    assert isinstance(sequence, Sequence)
    reordered(low, base, Sequence(sequence.length, lambda index: sequence.item(
        subscripts.from_back(low, sequence.length, index)
    )))  # fmt: skip


def put_known(low: Lowerer, base: Obj, items: list[Value]) -> None:
    """A list of known length has these items now."""
    identity = base.identity
    memory.check_fresh(low, identity)
    if identity in low.state.places:  # of an object that is in a list
        low.make_dynamic(identity)
    low.state.items[identity] = dict(enumerate(items))
    memory.mutated(low, identity)


def add_in_place(low: Lowerer, op: ast.operator, base: Value, more: Value) -> bool:
    """base += more and base *= more, where it is a list; False where it is none."""
    known = isinstance(base, Obj) and base.identity.form == "list"
    known = known or (is_list(low, base) and not open_tuples.is_open(low, base))
    if not isinstance(op, (ast.Add, ast.Mult)) or not known:
        return False
    if isinstance(op, ast.Add):
        low.extend(base, more)
        return True
    if isinstance(base, Ref):
        of_each(low, base, lambda one: _repeat(low, op, one, more))
        return True
    made = operators.binary(low, op, base, more)
    assert isinstance(base, Obj)
    if not isinstance(made, Obj):
        low.make_dynamic(base.identity)
    put_known(low, base, list(low.state.items[made.identity].values()))
    return True


def _repeat(low: Lowerer, op: ast.operator, base: Ref, times: Value) -> None:
    """base *= times"""
    made = operators.binary(low, op, base, times)
    assert isinstance(made, Ref)
    reordered(low, base, made)
    operators.hold_items(low, base.storage, made)


# -- del, and slices that are assigned


def delete(low: Lowerer, target: ast.Subscript) -> None:
    """del base[index]"""
    base = absent.known(low, expressions.lower(low, target.value), "item")
    index = subscripts.index_value(low, target.slice)
    low.at(target)
    if isinstance(base, Obj) and base.identity.form in ("list", "dict"):
        _delete_known(low, base, index)
        return
    if isinstance(base, Obj) and classes.method(low, base, "__delitem__", [index]) is not None:
        return
    if not isinstance(base, Ref) or not is_list(low, base):
        raise low.rejection(
            target, "del of an item of this: only names, and items of lists and dictionaries, can "
            "be deleted; make a new array without it (np.delete)", "ADC105",
        )  # fmt: skip
    open_tuples.check_store(low, base)
    of_each(low, base, lambda one: _delete(low, one, memory.atom_of(low, index)))


def _delete(low: Lowerer, base: Ref, place: Atom) -> None:
    if isinstance(low.build.kind(place), k.Slice):
        _splice(low, base, *_bounds(low, base, place), [])
        return
    low.must_be_int(place)
    _splice(low, base, *_around(low, base, place, "list assignment index out of range"), [])


def _delete_known(low: Lowerer, base: Obj, index: Value) -> None:
    """An item of a list or dictionary of known shape."""
    identity = base.identity
    memory.check_fresh(low, identity)
    items = low.state.items[identity]
    bounds = low.static_slice(index) if identity.form == "list" else None
    if bounds is not None:
        gone = list(items)[bounds]
    else:
        key = index.atom if isinstance(index, Num) else None
        if identity.form == "list" and not isinstance(key, Lit):
            low.make_dynamic(identity)
        wanted = expressions.constant(low, index, None)
        if identity.form == "list" and isinstance(wanted, int) and wanted < 0:
            wanted += len(items)
        if wanted not in items:
            if identity.form == "dict":
                dictionaries.missing(low, identity, wanted)
            if not low.turns:
                misuse.raised(low, "IndexError", "list assignment index out of range")
            raise low.rejection(None, f"there is no item {wanted!r} to delete", "ADC409")
        gone = [wanted]
    left = {key: value for key, value in items.items() if key not in gone}
    if identity.form == "list":
        left = dict(enumerate(left.values()))
    low.state.items[identity] = left
    memory.mutated(low, identity)


def assign_slice(low: Lowerer, base: Ref, place: Atom, value: Value) -> None:
    """base[a:b] = value"""
    if base.storage.cases is not None:
        of_each(low, base, lambda one: assign_slice(low, one, place, value))
        return
    sequence = low.iterate(value, None)
    if isinstance(sequence, list):
        _splice(low, base, *_bounds(low, base, place), sequence)
        return
    made = low.to_distinct(sequence) if isinstance(value, Ref) else low.to_list(sequence)
    if any(references.holding(low, each) is not None for each in (base, made)):
        raise low.rejection(
            None, "how many arrays are assigned to a slice of a list is not known when compiling; "
            "put the list together: values[:i] + more + values[j:]", "ADC408",
        )  # fmt: skip
    _splice(low, base, *_bounds(low, base, place), [], memory.atom_of(low, made))
    operators.hold_items(low, base.storage, made)


def _bounds(low: Lowerer, base: Ref, place: Atom) -> tuple[Atom, Atom]:
    """The bounds of a slice, the second not before the first.

    w[i:j], of which that is not known, ends at len(w[:i]) + len(w[i:j]).
    """
    build, kind = low.build, low.build.kind(place)
    assert isinstance(kind, k.Slice)
    given: list[Any] = [kind.start, kind.stop, kind.step]
    start, stop, step = (b if isinstance(b, (Lit, Var)) else Lit(b) for b in given)
    if Ellipsis in given or step not in (NOTHING, Lit(1)):
        raise low.rejection(
            None, "which items this slice of a list leaves is not known when compiling; write its "
            "bounds here, without a step: values[i:j]", "ADC411",
        )  # fmt: skip
    start = Lit(0) if start == NOTHING else start
    ordered = stop == NOTHING or start == Lit(0)
    if isinstance(start, Lit) and isinstance(stop, Lit) and stop != NOTHING:
        signs = (start.value < 0) == (stop.value < 0)
        ordered = ordered or (signs and start.value <= stop.value)
    if ordered:
        return start, stop
    current = references.plain(low, base)
    before, within = build.apply("mem.slice", NOTHING, start, NOTHING), place
    counts = [build.apply("builtins.len", build.apply("mem.getitem", current, part))
              for part in (before, within)]  # fmt: skip
    return start, build.apply("operator.add", *counts)
