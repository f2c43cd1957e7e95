"""What operators, loops and conditions ask of objects of the user's classes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeGuard

from adcompile.frontend import (
    absent,
    calls,
    class_values,
    classes,
    definitions,
    dictionaries,
    expressions,
    guessed,
    listing,
    memory,
    misuse,
    numbered,
    operations,
    operators,
    sameness,
    sets,
    subscripts,
    tables,
    written,
)
from adcompile.frontend.fields import every, has_own_init, making, of_class, of_tuple
from adcompile.frontend.values import Bound, Identity, Num, Obj, Ref, Struct, Value
from adcompile.rules import table
from adcompile.rules.written import Written, searching
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OPERATORS = {
    "add": "radd", "sub": "rsub", "mul": "rmul", "truediv": "rtruediv", "floordiv": "rfloordiv",
    "mod": "rmod", "pow": "rpow", "matmul": "rmatmul", "and_": "rand", "or_": "ror", "xor": "rxor",
    "eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le",
}  # fmt: skip
ORDERS = ("lt", "gt", "le", "ge")
COMPARED = tuple(f"__{name}__" for name in ("eq", "ne", "lt", "gt", "le", "ge"))


def is_object(value: Any) -> TypeGuard[Obj]:
    """Is this an object of one of the user's classes?"""
    return isinstance(value, Obj) and value.identity.form == "record"


def operator(low: Lowerer, name: str, left: Value, right: Value) -> Value | None:
    """left <op> right by a method of either, None where neither has one."""
    if not is_object(left) and not is_object(right):
        return None
    if not is_object(left) and _is_asked_by_array(low, name, left, right):
        array = operations.apply(low, "numpy.asarray", [right], {})
        return operations.apply(low, f"operator.{name}", [left, array], {})
    found = None
    own, reflected = f"__{name.rstrip('_')}__", f"__{OPERATORS.get(name)}__"
    is_later = name not in OPERATORS or not _comes_first(low, left, right, reflected)
    for value, other, method in (
        ((left, right, own), (right, left, reflected)) if is_later else
        ((right, left, reflected), (left, right, own))
    ):  # fmt: skip
        is_asked = method != reflected or (name in OPERATORS and not _are_alike(left, right, name))
        if found is None and is_asked:
            found = classes.method(low, value, method, [other])
    if found is not None:
        return None if found == Num(NOTHING) else found
    if name == "ne":
        same = operator(low, "eq", left, right)
        return None if same is None else operators.negated(low, same)
    if name == "eq" and all(_is_by_identity(low, value) for value in (left, right)):
        return Num(sameness.identity(low, left, right, False, ""))
    if name in ("eq", "lt", "gt", "le", "ge", "add", "mul"):
        found = _of_tuples(low, name, left, right)
    if found is None and name == "eq" and _are_unlike(low, left, right):
        return Num(Lit(False))
    return found


def _are_alike(left: Value, right: Value, name: str) -> bool:
    """Are these of one class, whose reflected operator Python does not ask?"""
    if not isinstance(left, Obj) or not isinstance(right, Obj) or f"__{name}__" in COMPARED:
        return False
    one, other = left.identity.cls, right.identity.cls
    return one is not None and other is not None and one[0] is other[0]


def _is_asked_by_array(low: Lowerer, name: str, left: Value, right: Value) -> bool:
    """Does NumPy take the right operand, which has the operator too, for an array of numbers?

    That is so for named tuples, and for sequences, which are refused.  Other objects it asks once
    for each element of the array, unless their class has __array_ufunc__ = None, or
    __array_priority__.
    """
    kind = misuse.kind_of(low, left)
    reflected = f"__{OPERATORS.get(name)}__"
    assert isinstance(right, Obj)
    if kind is None or isinstance(left, Struct) or classes.member(low, right, reflected) is None:
        return False
    if classes.is_named_tuple(right.identity):
        what = f"whether NumPy takes {right.identity.record} for an array is not known"
        guessed.must_not_be(low, left, "hasattr(_0_, '__array__')", f"{what}: an array")
        return misuse.is_array(low, left) and kind != k.ANY
    if classes.is_left_to(low, right):
        return False
    if _is_sequence(low, right):
        record = right.identity.record
        what = f"what NumPy has made, beside which it makes an array of {record},"
        guessed.must_not_be(low, left, "hasattr(_0_, '__array__')", what, True)
        if kind == k.ANY or not misuse.is_array(low, left):
            return False
        raise low.rejection(
            None, f"beside an array or a number of its own NumPy makes an array of {record}; write "
            "__array_ufunc__ = None into the class, the object first, or float(...) of the number",
            "ADC416",
        )  # fmt: skip
    if isinstance(kind, k.Array) and kind.dims != ():
        raise low.rejection(
            None, f"NumPy calls {reflected} of {right.identity.record} for each element of the "
            "array on the left; write __array_ufunc__ = None into the class, or the object first",
            "ADC416",
        )  # fmt: skip
    what = f"an array, for whose elements NumPy calls {reflected} of {right.identity.record},"
    guessed.must_not_be(low, left, "getattr(_0_, 'shape', ())", what)
    return False


def _is_sequence(low: Lowerer, value: Obj) -> bool:
    """Does NumPy make an array of such an object?"""
    has = [classes.member(low, value, f"__{name}__") for name in ("array", "len", "getitem")]
    return has[0] is not None or None not in has[1:]


def _are_unlike(low: Lowerer, left: Value, right: Value) -> bool:
    """Are these of two classes without an == of their own, or is one of them a number or a text?"""
    one, other = (left, right) if is_object(left) else (right, left)
    mine = _without_equality(low, one)
    if mine is None or not isinstance(other, Num):
        yours = None if mine is None else _without_equality(low, other)
        return yours is not None and yours is not mine
    kind = low.build.kind(other.atom)
    return isinstance(kind, k.Scalar) or kind in (k.NONE, k.STRING)


def _without_equality(low: Lowerer, value: Value) -> Any:
    """The class of an object, if it has no == but that of Python, or that of a dataclass."""
    identity = value.identity if isinstance(value, Obj) and is_object(value) else None
    if identity is None or identity.cls is None or classes.is_named_tuple(identity):
        return None
    leaves = classes.compares_fields(identity) or classes.has_no_equality(low, Obj(identity))
    return identity.cls[0] if leaves else None


def _is_by_identity(low: Lowerer, value: Value) -> bool:
    """Is this None, or an object, perhaps, whose class leaves == to Python: is it the same one?"""
    inner = absent.inside(low, value)
    if inner is None:
        return absent.is_none(low, value)
    return isinstance(inner, Obj) and is_object(inner) and classes.has_no_equality(low, inner)


def _comes_first(low: Lowerer, left: Value, right: Value, name: str) -> bool:
    """Is the right operand asked first: of a class below that of the left one, which has a method
    of its own?
    """
    if not isinstance(left, Obj) or not is_object(right):
        return False
    above, below = (value.identity.cls and value.identity.cls[0] for value in (left, right))
    if above is below or not above or not below:
        return False
    if not classes.is_instance(low, right, above, left.identity.record):
        return False
    own, other = (classes.method_of(low, value, name) for value in (right, left))
    if own is None or other is None or name in COMPARED:
        return own is not None
    mine, theirs = (found[0].function for found in (own, other))
    places = [(each.file, each.node.lineno, each.node.col_offset) for each in (mine, theirs)]
    return places[0] != places[1]


def _of_tuples(low: Lowerer, name: str, left: Value, right: Value) -> Value | None:
    """Named tuples as the tuples that they are; dataclasses as those of their fields."""
    one, other = (as_tuple(low, value) for value in (left, right))
    if isinstance(left, Obj) and isinstance(right, Obj) and _by_fields(name, left, right):
        names = every(low, left.identity.cls[0], compared=True)
        one, other = (
            Struct(tuple(subscripts.attribute(low, value, name) for name in names))
            for value in (left, right)
        )
    if not isinstance(one, Struct) or not isinstance(other, Struct):
        return None
    if name == "eq":
        return operators.equal_items(low, list(one.items), list(other.items))
    return operators.of_tuples(low, name, one, other)


def _by_fields(name: str, left: Obj, right: Obj) -> bool:
    """Are these objects of one dataclass, which has this operator by itself?"""
    one, other = left.identity.cls, right.identity.cls
    if one is None or other is None or one[0] is not other[0]:
        return False
    if name == "eq":
        return classes.compares_fields(left.identity)
    return name in ORDERS and classes.is_ordered(left.identity)


def in_place(low: Lowerer, op: ast.operator, left: Value, right: Value) -> Value | None:
    """left <op>= right by a method of the object; None where it has none."""
    if isinstance(left, Obj) and dictionaries.is_known(left) and isinstance(op, ast.BitOr):
        dictionaries.update(low, left, [right], {})
        return left
    if tables.is_table(left) and isinstance(op, ast.BitOr):
        dictionaries.check_no_counter(low, left)
        calls.invoke(low, Bound(left, "update"), [right], {})
        return left
    if sets.is_frozen(left):
        return None
    return classes.method(low, left, f"__i{table.BINARY[type(op)].rstrip('_')}__", [right])


def as_tuple(low: Lowerer, value: Value) -> Value:
    """A named tuple as a tuple; everything else as it is."""
    if isinstance(value, Obj) and classes.is_named_tuple(value.identity):
        memory.check_fresh(low, value.identity)
        items = low.state.items[value.identity]
        return Struct(tuple(items[name] for name in of_tuple(value.identity.cls[0])))
    return value


def gone_through(low: Lowerer, value: Obj, node: ast.AST | None) -> Value:
    """What a loop over an object goes through: what __iter__ returns."""
    fields = as_tuple(low, value)
    if fields is not value:
        return fields
    if sets.is_set(value):
        raise low.rejection(node, sets.NO_ORDER, "ADC103")
    found = classes.method(low, value, "__iter__", [])
    if found is None or found == value:
        raise low.rejection(node, "this object cannot be gone through", "ADC406")
    return found


def truth(low: Lowerer, value: Obj) -> Value:
    """bool(object): by __bool__, or by __len__; else it is true."""
    fields = as_tuple(low, value)
    if isinstance(fields, Struct):
        return Num(Lit(bool(fields.items)))
    for name in ("__bool__", "__len__"):
        found = classes.method(low, value, name, [])
        if found is not None:
            return found
    guessed.check_truth(low, value.identity)
    return Num(Lit(True))


def contains(low: Lowerer, item: Value, container: Value) -> Value | None:
    """item in object, by __contains__ or along __iter__, or an object in a list; else None."""
    if is_object(item) and (
        isinstance(container, Struct)
        or (isinstance(container, Obj) and container.identity.form == "list")
    ):  # fmt: skip
        return operators.any_equal(low, item, expressions.static_items(low, container, None))
    if is_object(item) and listing.is_list(low, container):
        kind = low.build.kind(memory.atom_of(low, container))
        if isinstance(kind, k.List) and kind.item is None:  # nothing has been put there
            return Num(Lit(False))
        entry = Written(searching.contains)
        return written.call(low, "contains", entry, [container, item], {})
    if not isinstance(container, Obj) or container.identity.form != "record":
        return None
    found = classes.method(low, container, "__contains__", [item])
    if found is not None:
        return Num(low.truth(found))
    items = expressions.static_items(low, gone_through(low, container, None), None)
    return operators.any_equal(low, item, items)


def replaced(low: Lowerer, record: Obj, changes: dict[str, Value]) -> Obj:
    """A new object of the same class, with other values of some fields."""
    memory.check_fresh(low, record.identity)
    old = record.identity
    items, cls = low.state.items[old], old.cls[0] if old.cls else None
    named = None if cls is None else of_class(low, cls)
    if named is not None and (has_own_init(low, cls) or making(low, cls)):
        raise low.rejection(
            None, f"replace calls the __init__ that {old.record} has of its own; make the new "
            "object by that", "ADC206",
        )  # fmt: skip
    fields = list(items) if named is None else [name for name in items if name in named]
    for name in changes:
        if name not in fields:
            raise low.rejection(None, f"there is no field {name!r} to replace", "ADC201")
    made = Identity("record", (*old.site, "replace"), old.record, low.build.loc, old.cls)
    low.state.items[made] = {**{name: items[name] for name in fields}, **changes}
    class_values.begin(low, Obj(made))
    after = classes.member(low, Obj(made), "__post_init__")
    if after is not None:
        calls.inline(low, definitions.closure(after[1]), [Obj(made)], {})
    return numbered.made(low, Obj(made))


def as_dictionary(low: Lowerer, record: Obj, keywords: dict[str, Value]) -> Value:
    """The fields of an object as a dictionary."""
    memory.check_fresh(low, record.identity)
    cls, items = record.identity.cls, low.state.items[record.identity]
    shared = classes.is_named_tuple(record.identity)
    if cls and shared:
        items = {name: items[name] for name in of_tuple(cls[0])}
    if cls and not shared:
        items = {name: subscripts.attribute(low, record, name) for name in every(low, cls[0])}
    if not shared:
        items = {name: _copied(low, item) for name, item in items.items()}
    return expressions.display(low, "dict", list(items), list(items.values()), low.here)


def _copied(low: Lowerer, value: Value) -> Value:
    """A copy of what a field holds, objects in it as dictionaries."""
    if isinstance(value, Struct):
        return Struct(tuple(_copied(low, item) for item in value.items))
    if isinstance(value, Ref) and isinstance(misuse.kind_of(low, value), k.Array):
        return operations.apply(low, "numpy.copy", [value], {})
    if isinstance(value, Obj) and is_object(value) and not classes.is_named_tuple(value.identity):
        return as_dictionary(low, value, {})
    if isinstance(value, (Obj, Ref)):
        raise low.rejection(
            None, "asdict copies what the fields hold; write the dictionary out", "ADC206"
        )
    return value


def _replace(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    record = args[0]
    if not is_object(record):
        raise low.rejection(None, "dataclasses.replace takes an object of a dataclass", "ADC206")
    return replaced(low, record, keywords)


def _asdict(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    record = args[0]
    if not is_object(record):
        raise low.rejection(None, "dataclasses.asdict takes an object of a dataclass", "ADC206")
    return as_dictionary(low, record, keywords)


def _astuple(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    record = args[0]
    if not is_object(record):
        raise low.rejection(None, "dataclasses.astuple takes an object of a dataclass", "ADC206")
    made = as_dictionary(low, record, keywords)
    assert isinstance(made, Obj)
    items = low.state.items[made.identity].values()
    if any(isinstance(item, Obj) for item in items):
        raise low.rejection(
            None, "astuple of objects inside objects is not followed; write the tuple out", "ADC206"
        )
    return Struct(tuple(items))


def _by_method(name: str, alone: float | None = None) -> Callable[..., Value | None]:
    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        if not args and not keywords and alone is not None:  # float() is 0.0
            return Num(Lit(alone))
        own = classes.method(low, args[0], name, args[1:]) if args else None
        if own is None and name == "__bool__" and len(args) == 1 and is_object(args[0]):
            return Num(low.truth(args[0]))
        return own

    return handle


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "dataclasses.replace": _replace, "dataclasses.asdict": _asdict, "dataclasses.astuple": _astuple,
    "copy.replace": _replace,
    "builtins.abs": _by_method("__abs__"), "builtins.float": _by_method("__float__", 0.0),
    "builtins.round": _by_method("__round__"), "builtins.int": _by_method("__int__", 0),
    "builtins.bool": _by_method("__bool__"),
}  # fmt: skip
