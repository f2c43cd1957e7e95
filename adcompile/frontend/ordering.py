"""sorted, list.sort, and min and max by a key: the order is data, the values move along.

sorted(x, key=f)  =>  keys = [f(v) for v in x]
                      order = sorted(range(len(keys)), key=keys.__getitem__)
                      [x[i] for i in order]
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    calls,
    classes,
    expressions,
    listing,
    many,
    memory,
    misuse,
    numbered,
    operations,
    placed,
    protocols,
    subscripts,
    tables,
    tied,
)
from adcompile.frontend.values import (
    Identity,
    Name,
    Num,
    Obj,
    Partial,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.rules.written import sorting
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _sorted(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    key, backward = _options(low, "sorted", keywords)
    sequence = low.iterate(args[0], None)
    if key is None and _compare(low, sequence):
        return _written(low, sorting.ORDERS[backward], sequence)
    if not isinstance(sequence, list):
        if key is None and isinstance(misuse.kind_of(low, args[0]), k.Any_):
            sequence = low.as_sequence(low.to_list(sequence))  # the keys of a dictionary
        return _sorted_at_run_time(low, sequence, key, backward, hint)
    items = _in_order(low, sequence, key, backward)
    return expressions.display(low, "list", list(range(len(items))), items, low.here, hint)


def _options(low: Lowerer, what: str, keywords: dict[str, Value]) -> tuple[Value | None, bool]:
    """The key (None for the items themselves) and whether the largest comes first."""
    for name in keywords:
        if name not in ("key", "reverse"):
            raise low.rejection(None, f"{what} has no option {name!r}", "ADC201")
    key = keywords.get("key")
    backward = expressions.constant(low, keywords.get("reverse", Num(Lit(False))), None)
    return None if key == Num(NOTHING) else key, bool(backward)


def _key(low: Lowerer, key: Value | None, item: Value, known: tied.Known | None = None) -> Value:
    found = item if key is None else calls.invoke(low, key, [item], {})
    if key is not None and _compares(low, found):
        raise low.rejection(None, tied.OWN, "ADC218")
    return tied.key(low, found, {} if known is None else known)


def _compare(low: Lowerer, sequence: Any) -> bool:
    """Are these objects that say themselves which of two is less?"""
    if isinstance(sequence, list):
        return any(_compares(low, item) for item in sequence)
    return _sample(low, sequence, partial(_compares, low))


def _compares(low: Lowerer, value: Value) -> bool:
    """An object of the user's, or a tuple with such, but for those that compare as the tuples of
    their attributes do.
    """
    if tied.compare_themselves(low, value):
        return True
    if not protocols.is_object(value) or value.identity.cls is None:
        return False
    return not classes.is_named_tuple(value.identity) and not tied.is_by_attributes(low, value)


def _written(low: Lowerer, function: Any, sequence: Any) -> Value:
    """What a function of ours makes of the objects, which compares them as they say."""
    if isinstance(sequence, list):
        places = list(range(len(sequence)))
        items = expressions.display(low, "list", places, sequence, low.here, "")
    else:
        items = low.to_list(sequence)
    return calls.inline(low, classes.of_ours(function), [items], {})


def _in_order(low: Lowerer, items: list[Value], key: Value | None, backward: bool) -> list[Value]:
    """Items of known number in their order."""
    keys = _keys(low, key, items)
    known = _known(keys)
    if known is not None:
        places = sorted(range(len(items)), key=known.__getitem__, reverse=backward)
        return [items[place] for place in places]
    if len(items) < 2:
        return items
    order = _order(low, low.to_list(keys), backward)
    places_now = [low.build.apply("mem.getitem", order, Lit(i)) for i in range(len(items))]
    return [chosen(low, items, place) for place in places_now]


def _keys(low: Lowerer, key: Value | None, items: list[Value]) -> list[Value]:
    known: tied.Known = {}
    return [_key(low, key, item, known) for item in items]


def _constant(value: Value) -> tuple[Any] | None:
    """What a key is, where that is known when compiling."""
    if isinstance(value, Num) and isinstance(value.atom, Lit):
        return (value.atom.value,)
    if isinstance(value, Struct):
        parts = [_constant(item) for item in value.items]
        if all(part is not None for part in parts):
            return (tuple(part[0] for part in parts if part is not None),)
    return None


def _known(keys: list[Value]) -> list[Any] | None:
    """The keys, where what decides is known when compiling."""
    found = [_constant(key) for key in keys]
    if all(each is not None for each in found):
        return [each[0] for each in found if each is not None]
    return _distinct_first(keys)


def _distinct_first(keys: list[Value]) -> list[Any] | None:
    """The first items of tuples, where they are known, all different, and decide alone."""
    if not all(isinstance(key, Struct) and key.items for key in keys):
        return None
    first = [_constant(key.items[0]) for key in keys if isinstance(key, Struct)]
    known = [each[0] for each in first if each is not None]
    return known if len(known) == len(keys) and len(set(known)) == len(keys) else None


def _sorted_at_run_time(
    low: Lowerer, sequence: Any, key: Value | None, backward: bool, hint: str
) -> Value:
    """A list at run time of the items in their order."""
    keys = low.collect(sequence, lambda item, emit: emit(_key(low, key, item)), "")
    order = _order(low, keys, backward)

    def item(index: Atom) -> Value:
        return low.item(sequence, low.build.apply("mem.getitem", order, index))

    length = low.length(sequence)
    if _sample(low, Sequence(length, item), _is_struct):
        return _columns(low, Sequence(length, item))
    return low.to_list(Sequence(length, item), hint)


def _sample(low: Lowerer, sequence: Any, asked: Callable[[Any], Any]) -> Any:
    """What is asked of the items: one is lowered on trial."""
    kept = low.state
    low.state = kept.copy()
    try:
        with low.build.block():
            return asked(low.item(sequence, Lit(0)))
    finally:
        low.state = kept


def _is_struct(value: Value) -> bool:
    return isinstance(value, Struct)


def _is_tuple(low: Lowerer, value: Value) -> bool:
    if isinstance(value, (Num, Ref)):
        return isinstance(low.build.kind(memory.atom_of(low, value)), (k.Tuple, k.List))
    return isinstance(value, (Struct, Obj))


def _columns(low: Lowerer, sequence: Sequence) -> Sequence:
    """Tuples in their order, each of their parts in a list of its own."""
    nested = _sample(low, sequence, lambda item: [_is_struct(part) for part in item.items])
    columns: list[Value] = []
    for number, is_nested in enumerate(nested):

        def part(index: Atom, number: int = number) -> Value:
            found = sequence.item(index)
            assert isinstance(found, Struct)
            return found.items[number]

        inner = Sequence(sequence.length, part)
        columns.append(_columns(low, inner) if is_nested else low.to_list(inner))
    return Sequence(
        sequence.length,
        lambda index: Struct(tuple(low.item(low.as_sequence(c), index) for c in columns)),
    )


def _order(low: Lowerer, keys: Value, backward: bool) -> Atom:
    """The places of the items in their order: data, a list of integers."""
    options = ", reverse=True" if backward else ""
    return _asked(
        low, f"sorted(range(len(_0_)), key=_0_.__getitem__{options})", keys, k.List(k.INT)
    )


def _asked(low: Lowerer, template: str, keys: Value, kind: k.Kind) -> Atom:
    held = low.apply_atom("mem.stop", memory.atom_of(low, keys), name="keys")
    result = low.build.apply("mem.outside", Lit(template), held)
    low.build.kinds[result] = kind
    return result


def chosen(low: Lowerer, items: list[Value], place: Atom) -> Value:
    """items[place], part by part."""
    first = items[0]
    if all(item == first for item in items):
        return first
    if all(isinstance(i, Struct) and len(i.items) == len(first.items) for i in items):  # type: ignore[union-attr]
        columns = zip(*(item.items for item in items))  # type: ignore[union-attr]
        return Struct(tuple(chosen(low, list(column), place) for column in columns))
    if all(isinstance(item, Obj) for item in items):
        return _object(low, [item for item in items if isinstance(item, Obj)], place)
    if all(isinstance(item, (Num, Ref)) for item in items):
        held = expressions.make_list(low, items, purpose="in order")
        return memory.element(low, held, place)
    raise low.rejection(None, "things as different as these cannot be put in order", "ADC218")


def _object(low: Lowerer, items: list[Obj], place: Atom) -> Value:
    """One of several objects: a new one, which stands for them until one is changed; of those that
    are known by their numbers, the one of that number.
    """
    first = items[0].identity
    numbers = [each for item in items if (each := numbered.entry(low, item)) is not None]
    if len(numbers) == len(items) and len(dict.fromkeys(among for among, _ in numbers)) == 1:
        number = chosen(low, [Num(each) for _, each in numbers], place)
        return numbered.at(low, low.state, numbers[0][0], memory.atom_of(low, number))
    held = [low.state.items[item.identity] for item in items]
    identities = [item.identity for item in items]
    numbered.meeting(low, identities)
    tables.instead(low, many.list_of(low, identities))
    found = many.one_class(low, identities)
    if found is None or any(list(h) != list(held[0]) or i.identity.form != first.form
                            for h, i in zip(held, items)):  # fmt: skip
        raise low.rejection(None, "things as different as these cannot be put in order", "ADC218")
    for item in items:
        memory.check_fresh(low, item.identity)
    site = (*first.site, "chosen")
    made = Identity(first.form, site, found[0], low.build.loc, found[1])
    low.state.items[made] = {name: chosen(low, [h[name] for h in held], place) for name in held[0]}
    for item in items:
        placed.stands_for(low, low.state, made, item.identity, low.state)
    return Obj(made)


def sort_in_place(
    low: Lowerer, base: Obj | Ref, args: list[Value], keywords: dict[str, Value]
) -> Value:
    """items.sort(): the list itself is put in order."""
    key, backward = _options(low, "sort", keywords)
    if args:
        raise low.rejection(None, "list.sort takes keywords only", "ADC201")
    if key is None and _compare(low, low.iterate(base, None)):
        return calls.inline(low, classes.of_ours(sorting.IN_PLACE[backward]), [base], {})
    if isinstance(base, Obj):
        items = list(low.state.items[base.identity].values())
        listing.put_known(low, base, _in_order(low, items, key, backward))
        return Num(NOTHING)
    if base.storage.cases is not None:
        return listing.of_each(low, base, lambda one: sort_in_place(low, one, args, keywords))
    made = _sorted_at_run_time(low, low.as_sequence(base), key, backward, base.storage.name)
    listing.reordered(low, base, made)
    return Num(NOTHING)


def extreme(op: str) -> Callable[..., Value | None]:
    """min and max, of numbers by their row, of other things and by a key by their place."""

    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        for name in keywords:
            if name not in ("key", "default"):
                raise low.rejection(None, f"{op} has no option {name!r}", "ADC201")
        key = keywords.get("key")
        key = None if key == Num(NOTHING) else key
        if len(args) > 1:
            return _extreme_of(low, op, args, key, hint)
        sequence = low.iterate(args[0], None)
        default = keywords.get("default")
        if isinstance(sequence, list):
            if not sequence and default is not None:
                return default
            return _extreme_of(low, op, sequence, key, hint) if sequence else None
        plain = key is None and not _sample(low, sequence, partial(_is_tuple, low))
        if plain and default is None:
            return None

        def found() -> Value:
            if key is None and _compare(low, sequence):
                return _written(low, sorting.EXTREMES[op], sequence)
            if plain:
                values = low.to_list(sequence)
                return operations.apply(low, f"builtins.{op}", [values], {}, hint)
            keys = low.collect(sequence, lambda item, emit: emit(_key(low, key, item)), "")
            return low.item(sequence, _place(low, op, keys))

        if default is None:
            return found()
        length = low.length(sequence)
        some = low.build.apply("operator.gt", length, Lit(0))
        return low.choose(Num(some), found, lambda: default, hint, low.build.loc)

    return handle


def _extreme_of(low: Lowerer, op: str, items: list[Value], key: Value | None, hint: str) -> Value:
    """The extreme of a known number of items."""
    if len(items) == 1:
        return items[0]
    if key is None and not any(isinstance(item, (Struct, Obj)) for item in items):
        return operations.apply(low, f"builtins.{op}", items, {}, hint)
    if key is None and _compare(low, items):
        return _written(low, sorting.EXTREMES[op], items)
    keys = _keys(low, key, items)
    known = _known(keys)
    if known is not None:
        pick = min if op == "min" else max
        return items[pick(range(len(items)), key=known.__getitem__)]
    return chosen(low, items, _place(low, op, low.to_list(keys)))


def _place(low: Lowerer, op: str, keys: Value) -> Atom:
    return _asked(low, f"{op}(range(len(_0_)), key=_0_.__getitem__)", keys, k.INT)


def _getter(what: str) -> Callable[..., Value]:
    def make(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
        return Partial(Name(f"%{what}"), tuple(args), ())

    return make


def _items(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """itemgetter(*places)(base)"""
    *places, base = args
    found = [subscripts.subscript(low, base, place) for place in places]
    return found[0] if len(found) == 1 else Struct(tuple(found))


def _attributes(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """attrgetter(*names)(base)"""
    *names, base = args
    found = []
    for name in names:
        value = base
        for part in str(expressions.constant(low, name, None)).split("."):
            value = subscripts.attribute(low, value, part)
        found.append(value)
    return found[0] if len(found) == 1 else Struct(tuple(found))


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "builtins.sorted": _sorted, "builtins.min": extreme("min"), "builtins.max": extreme("max"),
    "operator.itemgetter": _getter("itemgetter"), "operator.attrgetter": _getter("attrgetter"),
    "%nothing": lambda low, args, keywords, hint: Num(NOTHING),
    "%itemgetter": _items, "%attrgetter": _attributes,
    "operator.getitem": lambda low, args, keywords, hint: _items(low, args[::-1], {}, hint),
}  # fmt: skip
