"""Methods of arrays, lists, tuples and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from adcompile.frontend import (
    calls,
    cases,
    classes,
    dictionaries,
    expressions,
    generators,
    layout,
    listing,
    memory,
    operations,
    ordering,
    outside,
    packing,
    protocols,
    slices,
    subscripts,
    tables,
    texts,
    watching,
    written,
)
from adcompile.frontend.values import Name, Num, Obj, Range, Ref, Sequence, Struct, Value
from adcompile.rules import table
from adcompile.rules.written import Written, searching
from adcompile.rules.written import tables as written_tables
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

WRITTEN = ("compress", "choose", "put", "partition")  # methods among what is written out
SPREAD = ("reshape", "transpose", "squeeze")  # x.reshape(2, 3) is x.reshape((2, 3))


def call(
    low: Lowerer, base: Value, name: str, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """base.name(*args, **keywords)."""
    if packing.tag_of(low, base) is not None:
        return packing.each(low, base, lambda one: calls.invoke(
            low, subscripts.attribute(low, one, name, hint, True), args, keywords, hint), hint)
    if name == "__getitem__" and not protocols.is_object(base):
        return subscripts.subscript(low, base, args[0], hint)
    sortable = isinstance(base, Obj) or listing.is_list(low, base)
    if name == "sort" and sortable and not _of_class(base):
        assert isinstance(base, (Obj, Ref))
        return ordering.sort_in_place(low, base, args, keywords)
    if name in searching.METHODS and _is_searched(low, base):
        entry = Written(searching.METHODS[name])
        return written.call(low, name, entry, [base, *args], keywords)
    if isinstance(base, Obj) and base.identity.form == "list":
        return static_list(low, base, name, args)
    if isinstance(base, Obj) and base.identity.form == "dict":
        made = dictionaries.method(low, base, name, args, keywords)
        if name in generators.VIEWS:
            watching.note(low, name, made, [base])
        return made
    if isinstance(base, Obj) and tables.is_table(base) and name in ("update", "copy"):
        if name == "copy" and base.identity.cls[0] is not written_tables.Table:
            return tables.copied(low, base)
        if tables.is_count(base) and name == "update":
            tables.add(low, base, args, keywords)
            return Num(NOTHING)
        if name == "update":
            args, keywords = [dictionaries.make(low, args, keywords)], {}
    if name in ("_replace", "_asdict") and isinstance(base, Obj):
        make = protocols.replaced if name == "_replace" else protocols.as_dictionary
        return make(low, base, keywords)
    if isinstance(base, Obj):
        result = classes.method(low, base, name, args, keywords)
        if result is not None:
            return result
        raise low.rejection(
            None,
            f"the class of this object has no method {name} that can be read; write it in Python",
            "ADC206",
        )
    if name == "indices" and len(args) == 1 and slices.is_one(low, base):
        return slices.indices(low, base, args, hint)
    if isinstance(base, Struct):
        raise low.rejection(
            None, f"the method {name} of a tuple is not known; go through its items", "ADC206"
        )
    if isinstance(base, Num) and isinstance(base.atom, Lit) and isinstance(base.atom.value, str):
        return text(low, base.atom.value, name, args, keywords)
    if isinstance(base, (Range, Sequence)):
        base = low.to_list(base)
    if isinstance(base, Ref) and listing.is_list(low, base):
        return listing.method(low, base, name, args, hint)
    if isinstance(base, Ref) and (name, args) == ("copy", []) and tables.is_given(low, base):
        return dictionaries.copied(low, base, hint)
    return array(low, base, name, args, keywords, hint)


def _is_searched(low: Lowerer, base: Value) -> bool:
    """Is this a list or a tuple?"""
    if isinstance(base, Obj):
        return base.identity.form == "list"
    return isinstance(base, (Struct, Range, Sequence)) or listing.is_list(low, base)


def _of_class(base: Value) -> bool:
    return isinstance(base, Obj) and base.identity.form != "list"


def text(
    low: Lowerer, base: str, name: str, args: list[Value], keywords: dict[str, Value]
) -> Value:
    """A method of a text known when compiling."""
    if not hasattr(base, name):
        raise low.rejection(None, f"a text has no method {name!r}", "ADC207")
    atoms = [texts.shown(low, arg) for arg in args]
    if keywords or not all(isinstance(atom, Lit) for atom in atoms):
        return texts.method(low, Lit(base), name, args, keywords)
    result = getattr(base, name)(*(atom.value for atom in atoms if isinstance(atom, Lit)))
    if isinstance(result, (list, tuple)):
        parts = Struct(tuple(Num(Lit(part)) for part in result))
        return parts if isinstance(result, tuple) else calls.named(
            low, "builtins.list", Name("builtins.list"), [parts], {}, ""
        )
    if not isinstance(result, (str, bool, int)):
        raise low.rejection(None, f"the method {name} of a text cannot be differentiated", "ADC207")
    return Num(Lit(result))


def array(
    low: Lowerer, base: Value, name: str, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    if isinstance(base, Num) and texts.is_text(low, base):
        return texts.method(low, base.atom, name, args, keywords)
    if isinstance(base, Num) and outside.is_object(low, base.atom):
        return outside.method(low, base.atom, name, args, keywords, hint)
    if isinstance(base, (Num, Ref)) and not hasattr(np.ndarray, name):
        atom = memory.atom_of(low, base)
        if atom in low.outside_calls:
            return outside.method(low, atom, name, args, keywords, hint)
    if name == "fill" and isinstance(base, Ref):
        memory.replace_all(low, base, memory.atom_of(low, args[0]))
        return Num(NOTHING)
    if name == "sort" and isinstance(base, Ref):
        ordered = operations.apply(low, "numpy.sort", [base, *args], keywords)
        memory.replace_all(low, base, memory.atom_of(low, ordered))
        return Num(NOTHING)
    if name == "item":
        return _item(low, base, args, hint)
    if name == "view" and isinstance(base, Ref) and not args and not keywords:
        return base
    if name == "resize":
        raise low.rejection(
            None, "resize changes the size of an array in place; use np.concatenate, or a slice",
            "ADC302",
        )  # fmt: skip
    if name == "flatten":
        ordered = operations.apply(low, "numpy.ravel", [base, *args], keywords)
        flat = memory.atom_of(low, ordered)
        return memory.wrap(low, low.build.apply("mem.copy", flat, name=hint), hint, contiguous=True)
    if name == "copy":
        return _copy(low, base, args, keywords, hint)
    if name == "tolist":
        return _nested(low, base, hint)
    if name in ("conj", "conjugate") and isinstance(base, Ref) and not args and not keywords:
        return _conjugate(low, base, name, hint)
    if name in SPREAD and len(args) > 1:
        args = [Struct(tuple(args))]
    return by_function(low, base, name, args, keywords, hint)


def _conjugate(low: Lowerer, base: Ref, name: str, hint: str) -> Value:
    """x.conj(): of real numbers it is x itself, where np.conj(x) is a new array."""
    dtype = k.dtype_of(low.build.kind(memory.atom_of(low, base)))
    if dtype not in ("complex", None):
        return base
    result = operations.apply(low, f"numpy.{name}", [base], {}, hint)
    if isinstance(result, Ref) and dtype is None:
        for storage in cases.storages(base):
            low.state.derive(result.storage, storage)
    return result


def _item(low: Lowerer, base: Value, args: list[Value], hint: str) -> Value:
    """a.item(i): an element as a number of Python's, counted through all axes where i is one."""
    index = args[0] if len(args) == 1 else Struct(tuple(args)) if args else None
    narrow = k.dtype_of(low.build.kind(memory.atom_of(low, base))) == "float32"
    if index is None:
        found = operations.apply(low, "numpy.sum", [base], {}, hint)
    else:
        if len(args) == 1 and not isinstance(index, Struct) and _rank(low, base) != 1:
            base = operations.apply(low, "numpy.ravel", [base], {})
        found = subscripts.subscript(low, base, index, hint)
    return operations.apply(low, "builtins.float", [found], {}, hint) if narrow else found


def _rank(low: Lowerer, value: Value) -> int | None:
    return getattr(low.build.kind(memory.atom_of(low, value)), "rank", None)


def _nested(low: Lowerer, value: Value, hint: str = "") -> Value:
    """x.tolist(): the numbers, in lists as deep as there are axes."""
    source = memory.atom_of(low, value)
    if isinstance(value, Num):
        return value
    rank = _rank(low, value)
    if rank is None:
        text = "tolist() makes lists of lists of what has several axes; annotate the array"
        line = f"if _0_.ndim != 1:\n    raise TypeError({text!r})"
        low.build.apply_many("mem.effect", (Lit(line), source), ())
    rows = low.as_sequence(value)
    if rank in (None, 1):
        return low.to_list(rows, hint)
    length = low.length(rows)
    return low.to_list(Sequence(length, lambda index: _nested(low, low.item(rows, index))), hint)


def _copy(
    low: Lowerer, base: Value, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """x.copy(order): row after row, but for another order, and then it is not known how it lies."""
    given = [*args, *keywords.values()]
    order = given[0].atom if given and isinstance(given[0], Num) else Lit("C" if not given else "")
    if order == Lit("K"):
        return operations.apply(low, "numpy.copy", [base], {}, hint)
    source = memory.atom_of(low, base)
    unknown = isinstance(low.build.kind(source), k.Any_)
    rows = (Lit("C"),) if unknown else ()
    return _copied(low, source, rows, order == Lit("C"), hint)


def number_or_array(low: Lowerer, value: Value, hint: str) -> Value:
    """A copy of what may be either, in its order: that of a number is the number."""
    return _copied(low, memory.atom_of(low, value), (), False, hint)


def _copied(
    low: Lowerer, source: Atom, order: tuple[Atom, ...], in_rows: bool, hint: str
) -> Value:
    atom = low.build.apply("mem.copy", source, *order, name=hint)
    if source in low.points:
        low.points[atom] = None
    made = memory.wrap(low, atom, hint, contiguous=in_rows or layout.is_flat(low, atom))
    if isinstance(made, Ref) and not made.storage.contiguous:
        low.state.births.pop(made.storage)
    return made


def by_function(
    low: Lowerer, base: Value, name: str, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """A method that is a function of NumPy, of the array and the other arguments."""
    op = f"numpy.{name}"
    known = table.lookup(op) is not None or (name in WRITTEN and written.known(op))
    if isinstance(low.build.kind(memory.atom_of(low, base)), k.Dict):
        if name in dictionaries.WHOLE and isinstance(base, Ref) and not args and not keywords:
            return dictionaries.given(low, base, name)
        raise low.rejection(
            None, f"the keys of this dictionary are not known when compiling: {name} cannot be "
            "asked for; name its keys, or call it by ad.grad, which sees what is given", "ADC407",
        )  # fmt: skip
    if not known or not hasattr(np.ndarray, name):
        raise low.rejection(None, f"there is no rule for the method {name!r}", "ADC501")
    if name == "compress":
        args = [args[0], base, *args[1:]]
    else:
        args = [base, *args]
    result = operations.apply(low, op, args, keywords, hint)
    if name == "partition":
        memory.replace_all(low, base, memory.atom_of(low, result))  # type: ignore[arg-type]
        return Num(NOTHING)
    return result


def static_list(low: Lowerer, base: Obj, name: str, args: list[Value]) -> Value:
    """A list of known length: it stays so where the change happens on every path."""
    identity = base.identity
    memory.check_fresh(low, identity)
    items = low.state.items[identity]
    values = list(items.values())
    if name == "copy":
        return expressions.duplicate(low, identity, dict(items))
    result: Value = Num(NOTHING)
    if name == "append":
        values.append(args[0])
    elif name == "extend":
        more = low.iterate(args[0], None)
        if not isinstance(more, list):
            low.make_dynamic(identity)
        assert isinstance(more, list)
        values += more
    elif name in ("insert", "pop"):
        place = operations.operand(low, args[0]) if args else Lit(-1)
        if not isinstance(place, Lit):
            low.make_dynamic(identity)
        assert isinstance(place, Lit)
        if name == "insert":
            values.insert(place.value, args[1])
        elif -len(values) <= place.value < len(values):
            result = values.pop(place.value)
        else:
            low.make_dynamic(identity)  # on this path the list is as Python will find it
    elif name == "reverse":
        values.reverse()
    elif name == "clear":
        values.clear()
    else:
        raise low.rejection(None, f"there is no rule for the list method {name!r}", "ADC206")
    listing.put_known(low, base, values)
    return result
