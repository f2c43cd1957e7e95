"""Attributes, indices and slices."""

from __future__ import annotations

import ast
import builtins
import cmath
import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.frontend import (
    absent,
    choices,
    class_values,
    classes,
    customs,
    dictionaries,
    dtypes,
    elements,
    enums,
    expressions,
    guessed,
    indexed_numbers,
    keyed,
    late,
    many,
    memory,
    misuse,
    named_results,
    open_tuples,
    operations,
    outside,
    own_kinds,
    own_operators,
    packing,
    perhaps,
    protocols,
    references,
    resuming,
    slices,
    unset,
    written,
)
from adcompile.frontend.objects import Owner
from adcompile.frontend.values import (
    Bound,
    Choice,
    Closure,
    Identity,
    Name,
    Num,
    Obj,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ATTRIBUTES = {
    "shape": "numpy.shape",
    "ndim": "numpy.ndim",
    "size": "numpy.size",
    "dtype": "mem.dtype",
}
VIEWS = {
    "T": "numpy.transpose", "mT": "numpy.matrix_transpose",
    "real": "numpy.real", "imag": "numpy.imag",
}  # fmt: skip


def attribute(
    low: Lowerer, base: Value, attr: str, hint: str = "", called: bool = False
) -> Value:
    """base.attr; `called` says that it is called at once."""
    base = absent.known(low, base, "attribute", attr)
    if packing.tag_of(low, base) is not None:
        again = lambda one: attribute(low, one, attr, hint)  # noqa: E731
        return Bound(base, attr) if called else packing.each(low, base, again, hint)
    match base:
        case Choice() if enums.is_one(base):
            return enums.each(low, base, lambda one: attribute(low, one, attr, hint, called), hint)
        case Name() | Closure() if attr == "__name__":
            return Num(Lit(_name_of(low, base)))
        case Name(qualified=qualified):
            if enums.is_member(base):
                return enums.attribute(low, base, attr)
            of_class = class_values.unknown(low, base.obj, attr)
            return of_class or low.qualified(f"{qualified}.{attr}", base)
        case Obj(identity) if identity.form == "record":
            return _of_record(low, base, attr, called)
        case Bound(value=Ref() as array, name="flags") if attr == "forc":
            return Num(low.build.apply("mem.is_plain", memory.atom_of(low, array), name=hint))
    named = named_results.item(low, base, attr)
    if named is not None or isinstance(base, (Struct, Obj, Sequence, Range)) or _is_text(base):
        return named or Bound(base, attr)
    if isinstance(base, Closure):
        what = f"the attribute {attr!r} of this is not known when compiling"
        raise low.rejection(None, what, "ADC402")
    atom = memory.atom_of(low, base)
    kind = low.build.kind(atom)
    _must_be_one_by_one(low, kind)
    is_kept = kind in own_kinds.KINDS or (atom in low.outside_calls and attr not in VIEWS)
    if (is_kept and attr not in ATTRIBUTES) or kind == k.Opaque("exception"):
        return Bound(base, attr) if called else outside.attribute(low, atom, attr, hint)
    if isinstance(kind, k.Any_):
        of_array = attr in ATTRIBUTES or attr in VIEWS or low.is_method(attr)
        if not of_array and not called:
            guessed.check_attribute(low, attr)
        if not of_array:
            low.refine(atom, guessed.by_method(low, attr) if called else ("record", attr))
        guessed.check_array(low, atom, attr)
    if attr in ATTRIBUTES:
        return _fact(low, atom, attr, hint)
    for facts in (dtypes, slices):
        if facts.is_fact(kind, attr):
            return facts.attribute(low, atom, attr, hint)
    if attr in VIEWS and isinstance(base, Ref):
        if attr == "real" and k.dtype_of(kind) not in ("complex", None):
            return base
        return memory.view(low, base, VIEWS[attr], (), hint)
    if attr in VIEWS:
        return Num(low.build.apply(VIEWS[attr], atom, name=hint))
    if attr == "flat" and isinstance(base, Ref):
        return elements.flat(low, base, hint)
    if attr == "flat":
        return memory.wrap(low, low.build.apply("numpy.ravel", atom, name=hint), hint)
    return Bound(base, attr)


def _fact(low: Lowerer, atom: Atom, attr: str, hint: str) -> Value:
    """x.shape and the like; how many axes there are may be known when compiling."""
    kind = low.build.kind(atom)
    if attr == "ndim" and isinstance(kind, k.Array) and kind.dims is not None:
        return Num(Lit(len(kind.dims)))
    fact = low.build.apply(ATTRIBUTES[attr], atom, name=hint)
    if attr == "shape":
        low.shapes[fact] = atom
    return Num(fact)


MODULES = {module.__name__: module for module in (builtins, cmath, math, np, operator)}


def _name_of(low: Lowerer, value: Name | Closure) -> str:
    """What a function, class or module is called."""
    if isinstance(value, Name) and isinstance(value.obj, ast.ClassDef):
        return value.obj.name
    if isinstance(value, Name):
        top, *parts = value.qualified.split(".")
        found = value.obj or MODULES.get(top)
        for part in parts if value.obj is None else ():
            found = getattr(found, part, None)
        if isinstance(name := getattr(found, "__name__", None), str):
            return name
    else:
        node = value.function.node
        if isinstance(node, ast.Lambda):
            return "<lambda>"
        if not any("wraps" in ast.unparse(each) for each in node.decorator_list):
            return str(node.name)
    raise low.rejection(
        None, "what this is called is not known when compiling; write the name out", "ADC402"
    )


def _must_be_one_by_one(low: Lowerer, kind: k.Kind) -> None:
    """An object of a list of lists of objects, or of objects that are not alike."""
    if kind == k.Opaque(many.SEVERAL):
        raise low.rejection(
            None, "which of several objects of a list this is, is not known when compiling, and "
            "they differ in their classes, in what their attributes are, or in texts and bools "
            "among these; go through the list itself, for each in objects, or keep a list of its "
            "own for each class", "ADC405",
        )  # fmt: skip
    if isinstance(kind, k.Opaque) and isinstance(kind.what, Owner):
        raise low.rejection(
            None, f"this is an object of class {kind.what} in a list or dictionary, and how many "
            f"it holds is not said: annotate each, tuple[{kind.what}, {kind.what}], or call it by "
            "ad.grad, which sees what is given", "ADC405",
        )  # fmt: skip


def _of_record(low: Lowerer, base: Obj, attr: str, called: bool) -> Value:
    """record.attr: its own, or what the class says."""
    identity = base.identity
    attr = classes.private(low, attr)
    customs.check_attributes(low, identity, "__getattribute__", attr)
    if late.has(low, base, attr) != late.NO:
        memory.check_fresh(low, identity)
        late.check(low, base, attr)
        return unset.attribute(low, identity, attr)
    if isinstance(identity.site, tuple) and identity.site[0] == "param" and not (
        called or identity.cls
    ):
        guessed.check_attribute(low, attr)
    low.open_more(identity, ("record", attr))
    of_class = classes.attribute(low, base, attr)
    if of_class is None:
        late.raised(low, base, attr)
        classes.must_have(low, identity, attr)
    return Bound(base, attr) if of_class is None else of_class


def _is_text(value: Value) -> bool:
    return (
        isinstance(value, Num) and isinstance(value.atom, Lit) and isinstance(value.atom.value, str)
    )


def index_value(low: Lowerer, node: ast.expr) -> Value:
    """The value of an index: tuples of slices included."""
    if isinstance(node, ast.Tuple):
        return Struct(tuple(index_value(low, item) for item in node.elts))
    if isinstance(node, ast.Slice):
        return Num(slices.made(low, node))
    return expressions.lower(low, node)


def base_and_index(low: Lowerer, base: ast.expr, index: ast.expr) -> tuple[Value, Value]:
    """The two parts of base[index]; what is no place of an array as an array of places."""
    whole, place = expressions.lower(low, base), index_value(low, index)
    items = place.items if isinstance(place, Struct) else (place,)
    special = [n for n, item in enumerate(items) if isinstance(item, Range) or _is_bool(low, item)]
    if not special or not isinstance(whole, Ref):
        return whole, place
    kind = low.build.kind(references.plain(low, whole))
    if not isinstance(kind, (k.Array, k.Any_)):
        return whole, place
    arrays = [_as_array(low, item) for item in items]
    place = Struct(tuple(arrays)) if isinstance(place, Struct) else arrays[0]
    first = next((n for n in special if not isinstance(items[n], Range)), None)
    if first is None or not isinstance(kind, k.Array):
        return whole, place
    return _of_mask(low, whole, arrays, first) or (whole, place)


def _as_array(low: Lowerer, item: Value) -> Value:
    """The places that a range names in an index, as in a[range(n), k]."""
    if not isinstance(item, Range) or item.backward:
        return item
    bounds: list[Value] = [Num(item.start), Num(item.stop), Num(item.step)]
    return operations.apply(low, "numpy.arange", bounds, {})


def _of_mask(low: Lowerer, base: Ref, items: list[Value], at: int) -> tuple[Value, Value] | None:
    """One bool behind numbers is a mask of a new axis: base[i][None][[bool]]."""
    atoms = [memory.atom_of(low, item) for item in items]
    if any(low.build.kind(atom) != k.INT for atom in atoms[:at]):
        return None
    mask = operations.apply(low, "numpy.atleast_1d", [items[at]], {})
    whole: Value = base
    if at:
        whole = memory.element(low, base, memory.atom_of(low, Struct(tuple(items[:at]))))
    behind = items[at + 1 :]
    place = Struct((mask, *behind)) if behind else mask
    return memory.element(low, whole, NOTHING), place


def _is_bool(low: Lowerer, value: Value) -> bool:
    return isinstance(value, Num) and low.build.kind(value.atom) == k.BOOL


def subscript(low: Lowerer, base: Value, index: Value, hint: str = "") -> Value:
    base = absent.known(low, base, "item")
    match base:
        case Obj() if base.identity.form == "record" and base.identity.cls is not None:
            item = classes.method(low, base, "__getitem__", [index])
            return _static_item(low, base, index, hint) if item is None else item
        case Obj() | Struct():
            return _static_item(low, base, index, hint)
        case Range() if not _counts_from_the_start(index):
            base = low.to_list(base)
        case Range(start, _, step, backward=False) if isinstance(index, Num):
            offset = operations.apply(low, "operator.mul", [index, Num(step)], {})
            return operations.apply(low, "operator.add", [Num(start), offset], {}, hint)
        case Sequence() if isinstance(index, Num) and _is_number(low, index):
            return low.item(base, from_front(low, base.length, index.atom))
        case Sequence() if (bounds := _plain_bounds(low, index)) is not None:
            return _part_of_sequence(low, base, *bounds)
        case Name(qualified=name) if name in written.GRIDS:
            return written.grid(low, name, index)
        case Name(qualified="numpy.s_" | "numpy.index_exp" as name):
            return index if name[-2:] == "s_" or isinstance(index, Struct) else Struct((index,))
        case Name() if enums.is_class(base.obj):
            return enums.item(low, base, index)
        case Name() if misuse.is_unread(base):
            low.unusable(base)
        case Name() | Closure() | Bound():
            raise low.rejection(None, "this has no items", "ADC402")
    kept = own_operators.item(low, base, index, hint)
    if kept is not None:
        return kept
    made = indexed_numbers.indexed(low, base, index, hint) if isinstance(base, Num) else None
    if made is not None:
        return made
    source = references.plain(low, base)
    match index:
        case Num(Lit(value=str() as key)) if isinstance(low.build.kind(source), k.Any_):
            if source in low.origins or source in low.outside_calls:
                low.refine(source, keyed.having(low, key))
    place = place_of(low, source, index)
    if not isinstance(low.build.kind(source), k.Dict):
        misuse.check_index(low, place)
    if isinstance(low.build.kind(source), k.List) and isinstance(low.build.kind(place), k.Slice):
        return _part_of_list(low, base, source, place, hint)
    return memory.element(low, base, place, hint)


def place_of(low: Lowerer, source: Atom, index: Value) -> Atom:
    """The atom of an index: a tuple inside of it names elements one by one, as a list does."""
    index = perhaps.index(low, source, places(low, index))
    kind = low.build.kind(source)
    if not isinstance(kind, k.Dict) and _holds_tuple(low, index):
        index = Struct(tuple(_as_list(low, item) for item in _items(low, index)))
    if isinstance(kind, k.Array):
        misuse.check_bools(low, memory.atom_of(low, index))
    return memory.atom_of(low, index)


def places(low: Lowerer, index: Value) -> Value:
    """An index of an array: a named tuple is a tuple, a list of known length one of run time."""
    index = protocols.as_tuple(low, index)
    if isinstance(index, Obj):
        return expressions.make_list(low, expressions.static_items(low, index, None))
    return index


def _holds_tuple(low: Lowerer, index: Value) -> bool:
    match index:
        case Struct(items):
            return any(_is_tuple(low, item) for item in items)
        case Num(atom) if isinstance(kind := low.build.kind(atom), k.Tuple):
            return any(isinstance(item, k.Tuple) for item in kind.items)
    return False


def _is_tuple(low: Lowerer, value: Value) -> bool:
    if isinstance(value, Num):
        return isinstance(low.build.kind(value.atom), k.Tuple)
    return isinstance(value, Struct)


def _as_list(low: Lowerer, index: Value) -> Value:
    if not _is_tuple(low, index):
        return index
    return expressions.make_list(low, [_as_list(low, item) for item in _items(low, index)])


def _items(low: Lowerer, index: Value) -> tuple[Value, ...]:
    """The items of a tuple."""
    match index:
        case Struct(items):
            return items
        case Num(Lit(value=tuple() as values)):
            return tuple(Num(Lit(value)) for value in values)
        case Num(atom) if isinstance(kind := low.build.kind(atom), k.Tuple):
            numbers = range(len(kind.items))
            return tuple(Num(low.build.apply("mem.getitem", atom, Lit(n))) for n in numbers)
    return ()


def _counts_from_the_start(index: Value) -> bool:
    value = index.atom.value if isinstance(index, Num) and isinstance(index.atom, Lit) else None
    return isinstance(value, int) and value >= 0


def _is_number(low: Lowerer, index: Num) -> bool:
    return low.build.kind(index.atom) in (k.INT, k.BOOL)


def from_front(low: Lowerer, length: Atom, index: Atom) -> Atom:
    """The place of an item, counted from the front."""
    if isinstance(index, Lit) and index.value >= 0:
        return index
    if isinstance(index, Lit):
        return low.build.apply("operator.add", length, index)
    negative = low.build.apply("operator.lt", index, Lit(0))
    behind = low.build.apply("operator.add", length, index)
    value = low.choose(Num(negative), lambda: Num(behind), lambda: Num(index), "", low.build.loc)
    return memory.atom_of(low, value)


def from_back(low: Lowerer, length: Atom, index: Atom) -> Atom:
    """The place that is as far from the end as this one is from the start."""
    last = low.build.apply("operator.sub", length, Lit(1))
    return low.build.apply("operator.sub", last, index)


def _plain_bounds(low: Lowerer, index: Value) -> tuple[Atom, Atom] | None:
    """The bounds of a slice with step one."""
    kind = low.build.kind(index.atom) if isinstance(index, Num) else None
    if not isinstance(kind, k.Slice) or kind.step not in (None, 1, NOTHING, Lit(1)):
        return None
    given = [bound if isinstance(bound, (Lit, Var)) else Lit(bound) for bound in
             (kind.start, kind.stop)]  # fmt: skip
    return given[0], given[1]


def _part_of_sequence(low: Lowerer, base: Sequence, start: Atom, stop: Atom) -> Sequence:
    every = memory.atom_of(low, low.to_list(Range(Lit(0), base.length, Lit(1))))
    part = low.build.apply("mem.slice", start, stop, NOTHING)
    positions = low.build.apply("lists.positions", every, part)
    count = low.build.apply("builtins.len", positions)
    return Sequence(
        count, lambda turn: low.item(base, low.build.apply("mem.getitem", positions, turn))
    )


def _part_of_list(low: Lowerer, base: Value, source: Atom, place: Atom, hint: str) -> Value:
    """A slice of a list: a new list of the same items.

    Where it is only gone through, and holds objects or lists, they are those of the list itself;
    where the list has other items meanwhile, this is begun again.
    """
    positions = low.build.apply("lists.positions", source, place)
    count = low.build.apply("builtins.len", positions)

    def item(turn: Atom) -> Value:
        return memory.element(low, base, low.build.apply("mem.getitem", positions, turn))

    kind = low.build.kind(source)
    held = kind.item if isinstance(kind, k.List) else None
    with_identity = isinstance(held, (k.List, k.Dict)) or packing.is_packed(held)
    if with_identity and isinstance(base, Ref) and low.only_read(base):
        return Sequence(count, item)
    made = low.to_distinct(Sequence(count, item), hint)
    return open_tuples.of_list(low, made) if open_tuples.is_frozen(kind) else made


def _under_name(low: Lowerer, item: Value, name: str) -> Value:
    """found = np.linalg.lstsq(A, b)[0]: what a library gives in a tuple takes the name given here.
    """
    if not name or not isinstance(item, Ref) or item.path or item.storage.name:
        return item
    atom = low.state.current.get(item.storage)
    made = None if atom is None else low.build.definition(atom)
    if made is None or made.op != "mem.getitem" or made.out.name:
        return item
    named = low.build.apply("mem.getitem", *made.args, name=name)
    low.state.current[item.storage] = low.state.births[item.storage] = named
    return Ref(item.storage, (), named, named)


def _static_item(low: Lowerer, base: Obj | Struct, index: Value, hint: str) -> Value:
    """An item of something of known shape."""
    if enums.is_one(index):
        return enums.each(low, index, lambda one: _static_item(low, base, one, hint), hint)
    key = enums.as_key(index)
    if isinstance(base, Obj):
        memory.check_fresh(low, base.identity)
        items: Any = low.state.items[base.identity]
        if isinstance(key, Lit) and base.identity.form == "dict":
            if key.value not in items:
                dictionaries.missing(low, base.identity, key.value)
            return items[key.value]
        if base.identity.form == "dict" and items:
            return choices.entry(low, items, memory.atom_of(low, index), hint)
        items = list(items.values())
    else:
        items = list(base.items)
    if isinstance(key, Lit) and isinstance(key.value, int):
        if not -len(items) <= key.value < len(items):
            alike = all(isinstance(item, (Num, Ref)) for item in items)
            if low.turns and alike and isinstance(base, Obj):  # the loop may append to it
                low.make_dynamic(base.identity)
            low.check_settled()
            form = "tuple" if isinstance(base, Struct) else base.identity.form
            if not low.turns:
                misuse.raised(low, "IndexError", f"{form} index out of range")
            raise low.rejection(
                None, f"index {key.value} is out of range: this has {len(items)} items", "ADC409"
            )
        return _under_name(low, items[key.value], hint)
    bounds = low.static_slice(index)
    if bounds is not None:
        chosen = items[bounds]
        if isinstance(base, Struct):
            return Struct(tuple(chosen))
        made = Identity("list", (*base.identity.site, "slice"), "", low.build.loc)
        if made.site not in low.dynamic:
            low.state.items[made] = dict(enumerate(chosen))
            return Obj(made)
        return expressions.make_list(low, chosen, hint)
    place = memory.atom_of(low, index)
    is_part = isinstance(low.build.kind(place), k.Slice)
    if choices.are_functions(low, items) and not is_part:
        low.must_be_int(place)
        return choices.item(low, items, place)
    if isinstance(base, Obj):
        return subscript(low, resuming.at_run_time(low, base), index, hint)
    return subscript(low, open_tuples.of_items(low, items), index, hint)
