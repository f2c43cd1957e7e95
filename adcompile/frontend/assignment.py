"""Assignments: to names, items and attributes, plain and augmented."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    cases,
    class_values,
    classes,
    customs,
    elements,
    exceptions,
    exchanges,
    expressions,
    holdings,
    iterators,
    listing,
    memory,
    misuse,
    numbered,
    open_tuples,
    operations,
    operators,
    own_operators,
    packing,
    parts_of_arrays,
    points,
    protocols,
    reached,
    references,
    spreads,
    statements,
    subscripts,
    tables,
)
from adcompile.frontend.values import (
    Name,
    Num,
    Obj,
    Range,
    Ref,
    Sequence,
    Storage,
    Value,
)
from adcompile.rules.memory import UNPACKING, is_unknown
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Apply, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


HOLDING = ("mem.append", "mem.list", "mem.tuple", "mem.dict")


def assign(low: Lowerer, target: ast.expr, value: Value) -> None:
    match target:
        case ast.Name(id=name):
            low.set(name, low.named(iterators.named(low, name, value), name))
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            unpack(low, elts, value, target)
        case ast.Subscript(value=base, slice=index):
            if not parts_of_arrays.store_item(low, base, index, value, target):
                store(low, *subscripts.base_and_index(low, base, index), value, target)
        case ast.Attribute(value=base, attr=attr):
            set_attribute(low, expressions.lower(low, base), attr, value, target)
        case _:
            raise low.rejection(
                target, f"{expressions.describe(target)} cannot be assigned to; use a name, an "
                "item or an attribute", "ADC103",
            )


def set_attribute(
    low: Lowerer, record: Value, attr: str, value: Value, target: ast.expr | None
) -> None:
    """record.attr = value"""
    record = absent.known(low, record, "attribute", attr)
    packing.check_not_one(low, record)
    if not (isinstance(record, Obj) and record.identity.form == "record"):
        from adcompile.frontend import parts_of_arrays

        if parts_of_arrays.store(low, record, attr, value, target):
            return
        misuse.raised_by_attribute(low, record, attr)
        way = "; it belongs to all that use it: keep it in an object, or in a variable"
        way = way if isinstance(record, Name) else ""
        text = f"the attribute {attr!r} of this cannot be assigned{way}"
        raise low.rejection(target, text, "ADC311")
    customs.check_attributes(low, record.identity, "__setattr__", attr)
    if classes.set_property(low, record, attr, value):
        return
    attr = classes.private(low, attr)
    class_values.settle(low, record, attr)
    packing.check_mutable(low, record.identity)
    memory.check_fresh(low, record.identity)
    old = low.state.items[record.identity].get(attr)
    numbered.held(low, value)
    low.state.items[record.identity][attr] = value
    exceptions.altered(low, record.identity)
    memory.mutated(low, record.identity, old, value)


def unpack(low: Lowerer, targets: list[ast.expr], value: Value, node: ast.expr) -> None:
    stars = [i for i, t in enumerate(targets) if isinstance(t, ast.Starred)]
    value = absent.known(low, value, "unpack")
    if isinstance(value, Ref) or (isinstance(value, Num) and isinstance(value.atom, Var)):
        atom = memory.atom_of(low, value)
        is_given = isinstance(low.build.kind(atom), k.Any_) and atom in low.origins
        if is_given and not stars and low.raising is None:  # a try may catch another length
            low.refine(atom, ("tuple", len(targets)))
        if atom in low.shapes and not stars:
            low.must_have_rank(low.shapes[atom], len(targets))
    _must_be_as_many(low, value, len(targets) - len(stars), bool(stars))
    if isinstance(value, Ref) and not stars:
        items: list[Value] = [memory.element(low, value, Lit(i)) for i in range(len(targets))]
    elif isinstance(value, Num) and not stars and _is_long(low, value):
        places = [Num(Lit(i)) for i in range(len(targets))]
        items = [subscripts.subscript(low, value, place, "") for place in places]
    elif isinstance(value, (Sequence, Range)) and not stars:
        items = [low.item(value, Lit(i)) for i in range(len(targets))]
    elif stars and spreads.is_long(low, value):
        items = spreads.unpacked(low, value, stars[0], len(targets) - stars[0] - 1)
        stars = []
    else:
        items = expressions.static_items(low, value, node)
    if stars:
        after = len(targets) - stars[0] - 1
        middle = items[stars[0] : len(items) - after]
        rest = expressions.display(low, "list", list(range(len(middle))), middle, node)
        items = [*items[: stars[0]], rest, *items[len(items) - after :]]
    if len(items) != len(targets):
        low.check_settled()
        raise low.rejection(node, f"{len(targets)} names for {len(items)} values", "ADC104")
    if low.exchanges:
        items = exchanges.objects_as_kept(low, targets[0], items)
    for target, item in zip(targets, items):
        assign(low, target.value if isinstance(target, ast.Starred) else target, item)


def _must_be_as_many(low: Lowerer, value: Value, count: int, at_least: bool) -> None:
    """The error that Python raises where there are more items, or fewer, than names."""
    known = _length_of(low, value)
    length: Atom = Lit(known)
    if isinstance(value, (Sequence, Range)):
        length = low.length(value)
    elif _is_long(low, value):
        length = low.build.apply("builtins.len", references.plain(low, value))
    elif known is None:
        return
    if isinstance(length, Lit) and (length.value == count or (at_least and length.value > count)):
        return
    text = UNPACKING.format(count)
    reached.note_raise(low)
    line = text.replace("!=", "<", 1) if at_least else text
    low.build.apply_many("mem.effect", (Lit(line), length), ())


def _is_long(low: Lowerer, value: Value) -> bool:
    """Is this a list, an array or a text whose length is known at run time only?"""
    if isinstance(value, Num):
        kind = low.build.kind(value.atom)
        return isinstance(kind, k.List) or (isinstance(value.atom, Var) and kind == k.STRING)
    return isinstance(value, Ref) and spreads.is_long(low, value)


def _length_of(low: Lowerer, value: Value) -> int | None:
    """How long this array is; None where that is not known."""
    dims = getattr(misuse.kind_of(low, value), "dims", None)
    return dims[0].length if dims else None


def store(
    low: Lowerer, base: Value, index: Value, value: Value, node: ast.AST, op: str = "mem.write"
) -> None:
    """base[index] = value, or base[index] += value."""
    low.at(node)
    base = absent.known(low, base, "store")
    if protocols.is_object(base):
        if classes.method(low, base, "__setitem__", [index, value]) is None:
            raise low.rejection(node, "items of this object cannot be assigned", "ADC309")
        return
    if isinstance(base, Obj):
        _store_static(low, base, index, value)
        return
    if op == "mem.write" and own_operators.store(low, base, index, value):
        return
    if not isinstance(base, Ref):
        misuse.raised_by_number(low, base, "'{}' object does not support item assignment")
        if isinstance(base, Num) and base.atom in low.origins:
            raise low.rejection(
                node, "this is a number here, its items cannot be assigned", "ADC309"
            )
        raise low.rejection(
            node, "items of this cannot be assigned: it is no array, list or dictionary", "ADC309"
        )
    open_tuples.check_store(low, base)
    source = references.plain(low, base)
    place = subscripts.place_of(low, source, index)
    if not isinstance(low.build.kind(source), k.Dict):
        misuse.check_index(low, place)
    if isinstance(low.build.kind(place), k.Slice) and listing.is_list(low, base):
        listing.assign_slice(low, base, place, value)
        return
    if references.store(low, base, place, value):
        return
    is_list = isinstance(low.build.kind(memory.atom_of(low, base)), k.List)
    atom = operations.operand(low, packing.listed(low, value) if is_list else value)
    if op == "mem.write":
        atom = elements.again(low, base, place, atom)
    memory.write(low, base, place, atom, op)
    if not low.exchanges:
        holdings.hold_at(low, base, place, value)


def _store_static(low: Lowerer, base: Obj, index: Value, value: Value) -> None:
    identity = base.identity
    memory.check_fresh(low, identity)
    items = low.state.items[identity]
    key = index.atom if isinstance(index, Num) else None
    if identity.form == "dict":
        items[tables.constant_key(low, base, index)] = value
    elif isinstance(key, Lit) and isinstance(key.value, int):
        position = key.value if key.value >= 0 else key.value + len(items)
        if position not in items:
            raise low.rejection(
                None, f"index {key.value} is out of range: this has {len(items)} items", "ADC409"
            )
        items[position] = value
    else:
        low.make_dynamic(identity)
    memory.mutated(low, identity)


def augmented(low: Lowerer, node: ast.AugAssign) -> None:
    """x += v: in place for arrays and lists, a new value for numbers."""
    target = node.target
    if parts_of_arrays.augmented(low, node):
        return
    if isinstance(target, ast.Subscript):
        base, index = subscripts.base_and_index(low, target.value, target.slice)
        base = absent.known(low, base, "store")
        low.at(node)
        augmented_item(low, node, base, index)
        return
    if class_values.counts(low, node):
        return
    hint = target.id if isinstance(target, ast.Name) else ""
    old, put = _place(low, target)
    value = expressions.lower(low, node.value)
    low.at(node)
    own_operators.check_in_place(low, old, value)
    own = protocols.in_place(low, node.op, old, value)
    if own is not None:
        put(own)
        return
    if listing.add_in_place(low, node.op, old, value):
        return
    if isinstance(old, Ref):
        kind = low.build.kind(references.plain(low, old))
        if isinstance(kind, k.Array):
            augmented_array(low, node, old, value)
            return
        if isinstance(kind, k.Any_):
            augmented_unknown(low, node, old, value, hint, put)
            return
    updated = operators.binary(low, node.op, old, value, hint)
    if isinstance(old, Num):
        _augmented_point(low, node, old.atom, updated, hint)
    put(updated)


def _place(low: Lowerer, target: ast.Name | ast.Attribute) -> tuple[Value, Callable[[Value], None]]:
    """What a name or an attribute is now, and what assigns it: its object is looked up once."""
    if isinstance(target, ast.Name):
        loads = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        return absent.used(low, expressions.lower(low, loads), "sum"), partial(assign, low, target)
    base = expressions.lower(low, target.value)
    low.at(target)
    old = absent.used(low, subscripts.attribute(low, base, target.attr), "sum")
    return old, lambda new: set_attribute(low, base, target.attr, new, target)


def _augmented_point(
    low: Lowerer, node: ast.AugAssign, old: Atom, updated: Value, hint: str
) -> None:
    """An array without axes changes in place, too: refused where another name stands for it."""
    now = low.state.names[low.frame.number].get(hint)
    states = [low.state, *low.turns]
    before = [state.names.get(low.frame.number, {}).get(hint, now) for state in states]
    atoms = [old, *(value.atom for value in before if isinstance(value, Num))]
    if not any(atom in low.points for atom in atoms):
        return
    held = [
        name for state in states
        for names in (*state.names.values(), *state.items.values())
        for name, value in names.items() if isinstance(value, Num) and value.atom in atoms
    ]  # fmt: skip
    others = [name for name in held if name != hint and not str(name).startswith("%")]
    if others or any(
        isinstance(eqn, Apply) and eqn.op in HOLDING and old in eqn.args for eqn in low.build.eqns
    ):
        raise low.rejection(
            node, f"{hint!r} may be an array without axes, which another name stands for, too; "
            "copy it (.copy()) before it is changed in place", "ADC301",
        )  # fmt: skip
    if isinstance(updated, Num):
        low.points[updated.atom] = None


def augmented_array(low: Lowerer, node: ast.AugAssign, old: Ref, value: Value) -> None:
    """The elements change; every name of the storage sees it."""
    hint = old.storage.name
    updated = operators.binary(low, node.op, old, value, hint)
    atom = memory.atom_of(low, updated)
    whole = memory.atom_of(low, old)
    misuse.must_take(low, whole, atom)
    before, after = low.build.kind(whole), low.build.kind(atom)
    same = isinstance(before, k.Array) and isinstance(after, k.Array) and before.dims == after.dims
    own = not old.path and old.storage.cases is None
    if own and same and k.dtype_of(before) == k.dtype_of(after):
        memory.changed(low, old.storage, atom)
    else:
        memory.replace_all(low, old, atom)


def augmented_unknown(
    low: Lowerer, node: ast.AugAssign, old: Ref, value: Value, hint: str,
    put: Callable[[Value], None],
) -> None:  # fmt: skip
    """A number or an array: the target gets a new value, other names of the storage are not known.

    `put` assigns the target.
    """
    if low.exact:
        test = points.is_array(low, memory.atom_of(low, old))

        def in_place() -> None:
            augmented_array(low, node, old, value)
            put(old)

        def replaced() -> None:
            put(operators.binary(low, node.op, old, value, hint))

        if test == Lit(True):
            in_place()
        else:
            statements.branch(low, test, in_place, replaced)
        return
    near = low.state.related.get(old.storage, {})
    is_item = bool(old.path) and bool(low.state.holds.get(old.storage))
    if is_item or memory.holders(low, old.storage, near):
        _must_be_number(low, node, old)
    updated = operators.binary(low, node.op, old, value, hint)
    if isinstance(updated, Ref):
        low.state.relate(updated.storage, old.storage)
        memory.mark_stale(low, old.storage, updated.storage)
        for other in low.state.related.get(old.storage, {}):
            if other is not updated.storage:
                memory.mark_stale(low, other, updated.storage)
        if old.storage in low.arguments:
            low.arguments[updated.storage] = low.arguments[old.storage]
    put(updated)


def _must_be_number(low: Lowerer, node: ast.AugAssign, old: Ref) -> None:
    """What a list holds and += changes is a number; of an array the list would have what it is now.
    """
    what = "this" if old.path or not old.storage.name else old.storage.name
    text = (
        f"{what} is an array that a list holds, changed in place in line {node.lineno}; annotate "
        "the arguments, or append a copy"
    )
    test = points.is_array(low, memory.atom_of(low, old))
    line = f"if _0_:\n    raise TypeError({text!r})"
    low.build.apply_many("mem.effect", (Lit(line), test), ())


def _read_before(
    low: Lowerer, base: Value, index: Value, versions: Mapping[Storage, Atom | None]
) -> Value | None:
    """What x[i] was before g() in x[i] += g(), where g changed x, and the item stays what it was.

    A view does not stay: None, as where nothing changed.
    """
    current = low.state.current
    if not isinstance(base, Ref) or all(current.get(s) is versions[s] for s in versions):
        return None
    now = {storage: current.get(storage) for storage in versions}
    current.update({s: atom for s, atom in versions.items() if atom is not None})
    item = subscripts.subscript(low, base, index)
    atom = memory.atom_of(low, item)
    current.update({s: atom for s, atom in now.items() if atom is not None})
    if isinstance(item, Ref) and item.storage is base.storage:
        return None if isinstance(low.build.kind(atom), k.Array) else item
    return item


def _names_once(index: k.Kind, source: k.Kind) -> bool:
    """Does an index name each element once, as an array of places may not do?"""
    items = index.items if isinstance(index, k.Tuple) else (index,)
    unknown = any(isinstance(item, k.Any_) or is_unknown(item) for item in items)
    return not memory.copies(index, source) and not unknown


def _holds(low: Lowerer, base: Value) -> bool:
    """Does an index of it lead to an object that others may hold, too?"""
    if isinstance(base, Ref):
        return isinstance(low.build.kind(references.plain(low, base)), (k.List, k.Dict))
    return isinstance(base, Obj)


ARITHMETIC = tuple(f"operator.{n}" for n in ("add", "sub", "mul", "pow", "neg", "matmul"))


def _may_be_negated(low: Lowerer, value: Value, source: Atom) -> bool:
    """Is a - v the same as a + -v?  It is not of truths, and of what has no sign in NumPy."""
    if isinstance(value, Num) and isinstance(value.atom, Lit):
        return True
    dtype = k.dtype_of(misuse.kind_of(low, value))
    return dtype not in ("bool", "int", None) or (
        dtype is None and _is_real(low, memory.atom_of(low, value), source)
    )


def _is_real(low: Lowerer, atom: Atom, source: Atom) -> bool:
    """Has it the sign that what is in `source` has, though nobody says what it is?"""
    if atom == source or k.dtype_of(low.build.kind(atom)) in ("float", "float32", "complex"):
        return True
    eqn = low.build.definition(atom)
    if eqn is None:
        return False
    if eqn.op in ARITHMETIC:
        return any(_is_real(low, arg, source) for arg in eqn.args)
    if eqn.op in ("mem.getitem", "mem.write", "mem.accumulate"):
        return _is_real(low, eqn.args[0], source)
    return eqn.op == "operator.truediv" or eqn.op.startswith("math.")


def augmented_item(low: Lowerer, node: ast.AugAssign, base: Value, index: Value) -> None:
    versions = {storage: low.state.current.get(storage) for storage in cases.storages(base)}
    item = subscripts.subscript(low, base, index) if isinstance(base, Obj) else None
    value = expressions.lower(low, node.value)
    low.at(node)
    before = _read_before(low, base, index, versions)
    if before is not None and listing.is_list(low, before):
        raise low.rejection(
            node, "what is on the right changes the list that this is an item of; give it a name "
            "of its own, in a line of its own", "ADC301",
        )  # fmt: skip
    if before is not None:
        store(low, base, index, operators.binary(low, node.op, before, value), node)
        return
    if isinstance(base, Ref) and isinstance(index, Obj):
        index = expressions.make_list(low, expressions.static_items(low, index, None))
    if isinstance(base, Ref) and isinstance(node.op, (ast.Add, ast.Sub)):
        source = references.plain(low, base)
        place, kind = subscripts.place_of(low, source, index), low.build.kind(source)
        number = isinstance(kind, (k.Array, k.Any_)) and _names_once(low.build.kind(place), kind)
        if number and (isinstance(node.op, ast.Add) or _may_be_negated(low, value, source)):
            if isinstance(node.op, ast.Sub):
                value = operators.unary(low, ast.USub(), value)
            store(low, base, Num(place), value, node, "mem.accumulate")
            return
        index = Num(place) if k.is_fixed(low.build.kind(place)) else index
    old = subscripts.subscript(low, base, index) if item is None else item
    own = protocols.in_place(low, node.op, old, value)
    if own is not None:
        store(low, base, index, own, node)
        return
    if listing.add_in_place(low, node.op, old, value):
        places = low.build.kind(index.atom) if isinstance(index, Num) else None
        if isinstance(places, k.Slice) or open_tuples.is_tuple(low, base):
            store(low, base, index, old, node)  # a list of its own; Python refuses
        return
    found = low.build.kind(part := memory.atom_of(low, old) if isinstance(old, Ref) else NOTHING)
    if isinstance(old, Ref) and isinstance(found, (k.Array, k.Any_)) and _holds(low, base):
        stays = subscripts.subscript(low, base, index)
        same = stays is old or (isinstance(stays, Ref) and memory.same_place(stays, old))

        def put(new: Value) -> None:
            if new is not old or not same:
                store(low, base, index, new, node)

        if isinstance(found, k.Any_):
            augmented_unknown(low, node, old, value, "", put)
            return
        augmented_array(low, node, old, value)
        put(old)
        return
    updated = operators.binary(low, node.op, old, value)
    if isinstance(found, k.Array):
        misuse.must_take(low, part, memory.atom_of(low, updated))
    store(low, base, index, updated, node)
