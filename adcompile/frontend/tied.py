"""Tuples that hold objects, in order: where what stands before decides, they are not compared.

    sorted((d, p) for ...)   =>   keys = [(d, object()) for ...], of which two raise a TypeError
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    classes,
    expressions,
    fields,
    memory,
    misuse,
    numbered,
    packing,
    protocols,
    subscripts,
)
from adcompile.frontend.values import Num, Obj, Ref, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Known = dict[Any, Value]
OWN = "objects that compare in a way of their own are no keys here; take what they compare by"


def opened(low: Lowerer, value: Value) -> Value:
    """A tuple that holds objects or functions, by its items; everything else as it is."""
    if isinstance(value, (Num, Ref)):
        kind = misuse.kind_of(low, value)
        if isinstance(kind, k.Tuple) and kind.tag is None and packing.is_packed(kind):
            places = range(len(kind.items))
            return Struct(tuple(memory.element(low, value, Lit(place)) for place in places))
    if isinstance(value, Obj) and _is_tuple(low, value):
        return protocols.as_tuple(low, value)
    return value


def _is_tuple(low: Lowerer, value: Obj) -> bool:
    """Is this a named tuple, which compares as a tuple?"""
    named = protocols.is_object(value) and classes.is_named_tuple(value.identity)
    return named and not has_own_order(low, value)


def holds_objects(value: Value) -> bool:
    """Is this an object, or a tuple with one in it?"""
    if isinstance(value, Struct):
        return any(map(holds_objects, value.items))
    return protocols.is_object(value)


def compare_themselves(low: Lowerer, value: Value) -> bool:
    """Is this a tuple with objects in it that say themselves which of two is less, or equal?"""
    whole = opened(low, value)
    if isinstance(whole, Struct):
        return any(compare_themselves(low, item) for item in whole.items)
    return protocols.is_object(value) and has_own_order(low, value)


def has_own_order(low: Lowerer, value: Obj) -> bool:
    """Has the class of an object an == or < that it has not as a dataclass?"""
    return any(classes.method_of(low, value, name) for name in ("__lt__", "__eq__"))


def is_by_attributes(low: Lowerer, value: Obj) -> bool:
    """Is the object of a dataclass that is less where all its attributes are?"""
    identity = value.identity
    if identity.cls is None or not classes.is_ordered(identity):
        return False
    cls = identity.cls[0]
    return fields.every(low, cls) == fields.every(low, cls, compared=True)


def key(low: Lowerer, value: Value, known: Known) -> Value:
    """A key as it compares: what has no order raises, where it comes to that."""
    whole = opened(low, value)
    if not isinstance(whole, Struct):
        return value
    items = tuple(_part(low, item, known) for item in whole.items)
    return value if items == whole.items else Struct(items)


def _part(low: Lowerer, value: Value, known: Known) -> Value:
    if protocols.is_object(value) and not _is_tuple(low, value):
        return _object(low, value, known)
    tag = packing.tag_of(low, value)
    if tag is not None or packing.is_function(low, value):
        return _without_order(low, value, known)
    if isinstance(misuse.kind_of(low, value), (k.List, k.Dict)) or isinstance(value, Obj):
        _check_items(low, value)
    return key(low, value, known)


def _object(low: Lowerer, value: Obj, known: Known) -> Value:
    if has_own_order(low, value):
        raise low.rejection(None, OWN, "ADC218")
    if is_by_attributes(low, value):
        names = fields.every(low, value.identity.cls[0])
        items = tuple(subscripts.attribute(low, value, name) for name in names)
        found = tuple(_part(low, item, known) for item in items)
        return value if found == items else Struct(found)
    if classes.compares_fields(value.identity):  # dictionaries are equal so, and none is less
        names = fields.every(low, value.identity.cls[0], compared=True)
        items = tuple(subscripts.attribute(low, value, name) for name in names)
        parts = [_part(low, item, known) for item in items]
        return expressions.display(low, "dict", list(names), parts, low.here)
    return _without_order(low, value, known)


def _without_order(low: Lowerer, value: Value, known: Known) -> Value:
    """What stands for an object or a function: the same for one and the same, as far as known."""
    found = numbered.number(low, value)
    if found is not None:
        heap = list(low.heaps).index(found[0])
        return expressions.display(low, "dict", [heap], [Num(found[1])], low.here)
    spot = low.state.places.get(value.identity) if isinstance(value, Obj) else None
    same: Any = value
    if spot is not None and isinstance(value, Obj) and spot.top is value.identity:
        same = spot.place
    if same not in known:
        made = low.build.apply("mem.outside", Lit("object()"))
        low.build.kinds[made] = k.Opaque("object")
        known[same] = Num(made)
    return known[same]


def _check_items(low: Lowerer, value: Value) -> None:
    """Refuse lists of objects as parts of a key."""
    held = packing.is_packed(misuse.kind_of(low, value))
    if isinstance(value, Obj):
        held = any(protocols.is_object(item) for item in low.state.items[value.identity].values())
    if held:
        raise low.rejection(
            None, "how lists of objects compare is not known here, where the keys before them are "
            "equal; put a number before them that no other key has", "ADC218",
        )  # fmt: skip


def unordered(low: Lowerer, op: ast.cmpop, left: Value, right: Value) -> None:
    """Objects without an order raise, where it comes to that."""
    sign = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}.get(type(op))
    names = [each.identity.record for each in (left, right) if isinstance(each, Obj)]
    if sign and protocols.is_object(left) and protocols.is_object(right):
        one, other = names
        text = f"'{sign}' not supported between instances of '{one}' and '{other}'"
        misuse.raised(low, "TypeError", text)
