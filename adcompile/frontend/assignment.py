"""Assignments: to names, items and attributes, plain and augmented."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    class_values,
    classes,
    customs,
    elements,
    exceptions,
    exchanges,
    expressions,
    holdings,
    iterators,
    late,
    listing,
    memory,
    misuse,
    numbered,
    open_tuples,
    operations,
    own_operators,
    packing,
    parts_of_arrays,
    protocols,
    reached,
    references,
    spreads,
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
    Value,
)
from adcompile.rules.memory import UNPACKING
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer



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
    low: Lowerer, record: Value, attr: str, value: Value, target: ast.expr | None,
    checked: bool = True,
) -> None:  # fmt: skip
    """record.attr = value; not `checked`, of what is frozen, too."""
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
    if checked and not classes.takes(record.identity, attr):
        raise low.rejection(
            target, f"the attribute {attr!r} of this cannot be assigned: its class is frozen, or a "
            "named tuple; make another object (dataclasses.replace, _replace)", "ADC311",
        )  # fmt: skip
    attr = classes.private(low, attr)
    class_values.settle(low, record, attr)
    late.settle(low, record, attr, value)
    packing.check_mutable(low, record.identity)
    memory.check_fresh(low, record.identity)
    old = low.state.items[record.identity].get(attr)
    numbered.held(low, value)
    low.state.items[record.identity][attr] = value
    late.noted(low, record, attr)
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
            if not low.turns:
                misuse.raised(low, "IndexError", "list assignment index out of range")
            raise low.rejection(
                None, f"index {key.value} is out of range: this has {len(items)} items", "ADC409"
            )
        items[position] = value
    else:
        low.make_dynamic(identity)
    memory.mutated(low, identity)
