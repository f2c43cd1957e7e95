"""Augmented assignments: x += v of names, attributes and items."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    assignment,
    cases,
    class_values,
    classes,
    expressions,
    listing,
    memory,
    misuse,
    open_tuples,
    operators,
    own_operators,
    parts_of_arrays,
    points,
    protocols,
    references,
    statements,
    subscripts,
    tables,
)
from adcompile.frontend.values import (
    Num,
    Obj,
    Ref,
    Storage,
    Value,
)
from adcompile.rules.memory import is_unknown
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Apply, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


HOLDING = ("mem.append", "mem.list", "mem.tuple", "mem.dict")


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
    hint = target.id if isinstance(target, ast.Name) and not target.id.startswith("%") else ""
    old, put, stays = _place(low, target)
    value = expressions.lower(low, node.value)
    low.at(node)
    stayed = stays()
    if _updated(low, node, old, value, hint, put) and not stayed:
        put(old)


def _place(
    low: Lowerer, target: ast.Name | ast.Attribute
) -> tuple[Value, Callable[[Value], None], Callable[[], bool]]:
    """What a name or an attribute is now, what assigns it, and whether it still is that one.

    Its object is looked up once.  What is told of assignments is told of this one, too.
    """
    if isinstance(target, ast.Name):
        loads = ast.copy_location(ast.Name(target.id, ast.Load()), target)

        def named() -> Value:
            return absent.used(low, expressions.lower(low, loads), "sum")

        old = named()
        return old, partial(assignment.assign, low, target), lambda: _is_same(named(), old)
    base = expressions.lower(low, target.value)
    low.at(target)

    def put(new: Value) -> None:
        assignment.set_attribute(low, base, target.attr, new, target)

    def held() -> Value | None:
        return low.state.items[base.identity].get(name) if isinstance(base, Obj) else None

    name = classes.private(low, target.attr)
    old = absent.used(low, subscripts.attribute(low, base, target.attr), "sum")
    before = held()
    told = isinstance(base, Obj) and classes.is_told(low, base, target.attr)
    return old, put, lambda: not told and _is_same(held(), before)


def _is_same(one: Value | None, other: Value | None) -> bool:
    """Are these one array, or one list?"""
    if isinstance(one, Ref) and isinstance(other, Ref):
        return memory.same_place(one, other)
    if isinstance(one, Obj) and isinstance(other, Obj):
        return one.identity is other.identity
    return one is other


def _updated(
    low: Lowerer, node: ast.AugAssign, old: Value, value: Value, hint: str,
    put: Callable[[Value], None],
) -> bool:  # fmt: skip
    """What += makes of this, given to `put`; True where it is the same one, changed in place."""
    own_operators.check_in_place(low, old, value)
    own = protocols.in_place(low, node.op, old, value)
    if own is not None:
        put(own)
        return False
    if listing.add_in_place(low, node.op, old, value):
        return True
    if isinstance(old, Ref):
        kind = low.build.kind(references.plain(low, old))
        if isinstance(kind, k.Array):
            augmented_array(low, node, old, value)
            return True
        if isinstance(kind, k.Any_):
            augmented_unknown(low, node, old, value, hint, put)
            return False
    updated = operators.binary(low, node.op, old, value, hint)
    if isinstance(old, Num):
        _augmented_point(low, node, old.atom, updated, hint)
    put(updated)
    return False


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


def _augmented_by_methods(
    low: Lowerer, node: ast.AugAssign, base: Value, index: Value, old: Value, value: Value
) -> None:
    """What the object's __getitem__ gave is changed, and its __setitem__ called with that."""

    def put(new: Value) -> None:
        assignment.store(low, base, index, new, node)

    if _updated(low, node, old, value, "", put):
        put(old)


def augmented_item(low: Lowerer, node: ast.AugAssign, base: Value, index: Value) -> None:
    versions = {storage: low.state.current.get(storage) for storage in cases.storages(base)}
    item = subscripts.subscript(low, base, index) if isinstance(base, Obj) else None
    value = expressions.lower(low, node.value)
    low.at(node)
    if item is not None and protocols.is_object(base) and not tables.is_table(base):
        _augmented_by_methods(low, node, base, index, absent.used(low, item, "sum"), value)
        return
    before = _read_before(low, base, index, versions)
    if before is not None and listing.is_list(low, before):
        raise low.rejection(
            node, "what is on the right changes the list that this is an item of; give it a name "
            "of its own, in a line of its own", "ADC301",
        )  # fmt: skip
    if before is not None:
        assignment.store(low, base, index, operators.binary(low, node.op, before, value), node)
        return
    if isinstance(base, Ref):
        index = subscripts.places(low, index)
    if isinstance(base, Ref) and isinstance(node.op, (ast.Add, ast.Sub)):
        source = references.plain(low, base)
        place, kind = subscripts.place_of(low, source, index), low.build.kind(source)
        number = isinstance(kind, (k.Array, k.Any_)) and _names_once(low.build.kind(place), kind)
        if number and (isinstance(node.op, ast.Add) or _may_be_negated(low, value, source)):
            if isinstance(node.op, ast.Sub):
                value = operators.unary(low, ast.USub(), value)
            assignment.store(low, base, Num(place), value, node, "mem.accumulate")
            return
        index = Num(place) if k.is_fixed(low.build.kind(place)) else index
    old = subscripts.subscript(low, base, index) if item is None else item
    own = protocols.in_place(low, node.op, old, value)
    if own is not None:
        assignment.store(low, base, index, own, node)
        return
    if listing.add_in_place(low, node.op, old, value):
        places = low.build.kind(index.atom) if isinstance(index, Num) else None
        if isinstance(places, k.Slice) or open_tuples.is_tuple(low, base):
            assignment.store(low, base, index, old, node)  # a list of its own; Python refuses
        return
    found = low.build.kind(part := memory.atom_of(low, old) if isinstance(old, Ref) else NOTHING)
    if isinstance(old, Ref) and isinstance(found, (k.Array, k.Any_)) and _holds(low, base):
        stays = subscripts.subscript(low, base, index)
        same = _is_same(stays, old)

        def put(new: Value) -> None:
            if new is not old or not same:
                assignment.store(low, base, index, new, node)

        if isinstance(found, k.Any_):
            augmented_unknown(low, node, old, value, "", put)
            return
        augmented_array(low, node, old, value)
        put(old)
        return
    updated = operators.binary(low, node.op, old, value)
    if isinstance(found, k.Array):
        misuse.must_take(low, part, memory.atom_of(low, updated))
    assignment.store(low, base, index, updated, node)
