"""Dictionaries whose keys are known when compiling: their methods, d | e, and d |= e.

Those that are given, and whose keys are not known, can be gone through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from adcompile.frontend import (
    calls,
    classes,
    enums,
    expressions,
    guessed,
    keyed,
    memory,
    misuse,
    tables,
)
from adcompile.frontend.annotations import children
from adcompile.frontend.values import Bound, Identity, Num, Obj, Ref, Sequence, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Node

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ARGUMENTS = {
    "keys": (0, 0), "values": (0, 0), "items": (0, 0), "copy": (0, 0), "clear": (0, 0),
    "popitem": (0, 1), "move_to_end": (1, 2), "get": (1, 2), "pop": (1, 2), "setdefault": (1, 2),
    "update": (0, 1),
}  # fmt: skip
"""How many arguments each method takes: at least, and at most."""
ORDERED = ("popitem", "move_to_end")
TAKING = (*ORDERED, "update")
"""What takes keywords."""


WHOLE = ("keys", "values", "items")


def _items_given(low: Lowerer, value: Value) -> Value:
    """The items of an argument whose keys are known at run time only; all else as it is."""
    if isinstance(value, Ref) and tables.is_given(low, value):
        return given(low, value, "items")
    return value


def given(low: Lowerer, base: Ref, name: str) -> Sequence:
    """The keys, values or items of an argument whose keys are known at run time only."""
    keys = memory.wrap(low, low.build.apply("lists.keys", memory.atom_of(low, base)))

    def item(index: Atom) -> Value:
        key = memory.element(low, keys, index)
        if name == "keys":
            return key
        value = memory.element(low, base, memory.atom_of(low, key))
        return value if name == "values" else Struct((key, value))

    return Sequence(low.build.apply("builtins.len", memory.atom_of(low, keys)), item)


def is_known(value: Value | None) -> bool:
    """Is this a dictionary whose keys are known when compiling?"""
    return isinstance(value, Obj) and value.identity.form == "dict"


def method(
    low: Lowerer, base: Obj, name: str, args: list[Value], keywords: dict[str, Value]
) -> Value:
    """base.name(*args, **keywords)."""
    identity = base.identity
    memory.check_fresh(low, identity)
    if name not in ARGUMENTS:
        raise low.rejection(None, f"there is no rule for the dictionary method {name!r}", "ADC206")
    least, most = ARGUMENTS[name]
    if not least <= len(args) <= most or (keywords and name not in TAKING):
        raise low.rejection(None, f"{name} of a dictionary is not called like this", "ADC201")
    items = guessed.whole(low, identity)
    if name in ORDERED:
        return _in_order(low, identity, name, args, keywords)
    if name == "keys":
        return Struct(tuple(map(enums.of_key, items)))
    if name == "values":
        return Struct(tuple(items.values()))
    if name == "items":
        return Struct(tuple(Struct((enums.of_key(key), value)) for key, value in items.items()))
    if name == "copy":
        check_not_given(low, identity, name)
        return _made(low, base, dict(items), "copy")
    if name == "update":
        update(low, base, args, keywords)
        return Num(NOTHING)
    key = tables.constant_key(low, base, args[0]) if args else None
    default = args[1] if len(args) > 1 else Num(NOTHING)
    if name == "get":
        return items.get(key, default)
    if name == "pop" and key not in items and len(args) < 2:
        missing(low, identity, key)
    result: Value = Num(NOTHING)
    if name == "clear":
        items.clear()
    else:
        result = items.pop(key, default) if name == "pop" else items.setdefault(key, default)
    memory.mutated(low, identity)
    return result


def _in_order(
    low: Lowerer, identity: Identity, name: str, args: list[Value], keywords: dict[str, Value]
) -> Value:
    """base.popitem(last=True) and base.move_to_end(key, last=True), these of an OrderedDict."""
    items, (key, given) = low.state.items[identity], (args[:1], args[1:])
    if name == "popitem":
        key, given = [], args
    last = bool(expressions.constant(low, given[0] if given else keywords.get(
        "last", Num(Lit(True))
    ), None))  # fmt: skip
    wanted = tables.constant_key(low, Obj(identity), key[0]) if key else next(
        reversed(items) if last else iter(items), None
    )  # fmt: skip
    if wanted not in items:
        missing(low, identity, wanted)
    value = items.pop(wanted)
    memory.mutated(low, identity)
    if name == "popitem":
        return Struct((enums.of_key(wanted), value))
    others = {} if last else dict(items)
    for other in others:
        items.pop(other)
    items[wanted] = value
    items.update(others)
    return Num(NOTHING)


def missing(low: Lowerer, identity: Identity, key: Any) -> NoReturn:
    """Refuse a key that the dictionary does not have."""
    low.open_more(identity, keyed.having(low, key))
    low.check_settled()
    if not low.turns:  # or an earlier turn may put it there
        misuse.raised(low, "KeyError", key)
    known = ", ".join(map(repr, low.state.items[identity])) or "none"
    raise low.rejection(None, f"the dictionary has no key {key!r}; its keys are {known}", "ADC410")


def update(low: Lowerer, base: Obj, args: list[Value], keywords: dict[str, Value]) -> None:
    """base.update(*args, **keywords), and base |= args[0]."""
    check_not_given(low, base.identity, "update")
    more = pairs(low, args, keywords)
    if more is None:
        tables.needed(low, base.identity)
    low.state.items[base.identity].update(more)
    memory.mutated(low, base.identity)


def union(low: Lowerer, left: Value, right: Value) -> Value | None:
    """left | right, where the left one is a dictionary of known keys, or given, and the right any.
    """
    check_no_counter(low, left)
    check_no_counter(low, right)
    if tables.is_given(low, left) and _is_one(low, right):
        return _updated(low, make(low, [left], {}), [right])
    if not isinstance(left, Obj) or not is_known(left):
        return None
    if tables.is_table(right) or tables.is_given(low, right):
        made = calls.invoke(low, Bound(make(low, [left], {}), "copy"), [], {})
        return _updated(low, made, [right])
    if not is_known(right):
        return None
    found = {**guessed.whole(low, left.identity), **(pairs(low, [right], {}) or {})}
    return _made(low, left, found, "union")


def _is_one(low: Lowerer, value: Value) -> bool:
    known = isinstance(value, Obj) and is_known(value)
    return known or tables.is_table(value) or tables.is_given(low, value)


def check_no_counter(low: Lowerer, value: Value) -> None:
    """Refuse what | makes of counts, the larger of the two; and of a Counter that is given."""
    if tables.is_count(value):
        raise low.rejection(None, "| of a Counter is not known; go through its items", "ADC206")
    if isinstance(value, Obj):
        check_not_given(low, value.identity, "|")


def check_not_given(low: Lowerer, identity: Identity, name: str) -> None:
    """Refuse what a Counter that comes from outside does otherwise than a dictionary."""
    if identity.form != "dict" or identity.site[0] != "param":
        return
    first, *path = identity.site[1]
    tree = low.outside_kinds.get(first, low.kinds.get(first))
    for key in path:
        if not isinstance(tree, Node) or key not in tree.keys:
            return
        tree = children(tree)[tree.keys.index(key)]
    if isinstance(tree, Node) and tree.record == "Counter":
        raise low.rejection(
            None, f"{name} of a Counter that is made outside of the program is not known; make "
            "one of it here, collections.Counter(...)", "ADC206",
        )  # fmt: skip


def pairs(low: Lowerer, args: list[Value], keywords: dict[str, Value]) -> dict[Any, Value] | None:
    """What dict(*args, **keywords) holds; None where the keys are not known when compiling."""
    found: dict[Any, Value] = {}
    given = args[0] if args else None
    if isinstance(given, Obj) and is_known(given):
        found.update(guessed.whole(low, given.identity))
    elif given is not None and (tables.is_table(given) or not isinstance(given, (Struct, Obj))):
        return None
    elif given is not None:
        for pair in expressions.static_items(low, given, None):
            key, value = expressions.static_items(low, pair, None)
            atom = memory.atom_of(low, key)
            if not isinstance(atom, Lit):
                return None
            found[atom.value] = value
    return {**found, **keywords}


def make(low: Lowerer, args: list[Value], keywords: dict[str, Value]) -> Value:
    """dict(*args, **keywords)."""
    items = pairs(low, args, keywords)
    if items is not None:
        return expressions.display(low, "dict", list(items), list(items.values()), low.here)
    made = classes.method(low, args[0], "copy", []) if tables.is_table(args[0]) else None
    if made is None:
        made = tables.of_pairs(low, _items_given(low, args[0]))
    return _updated(low, made, [make(low, [], keywords)]) if keywords else made


def copied(low: Lowerer, base: Ref, hint: str) -> Value:
    """A new dictionary of what one that is given holds, whose keys are not known."""
    whole = memory.atom_of(low, base)
    kind = low.build.kind(whole)
    if isinstance(kind, k.Dict) and kind.item is not None and k.is_fixed(kind.item):
        return memory.wrap(low, low.build.apply("mem.copy", whole, name=hint), hint)
    return make(low, [base], {})


def from_keys(low: Lowerer, args: list[Value]) -> Value:
    """dict.fromkeys(keys, value): one value for all of them."""
    value = args[1] if len(args) > 1 else Num(NOTHING)
    keys = low.iterate(args[0], None)
    known = [enums.as_key(key) for key in keys] if isinstance(keys, list) else [None]
    if None not in known:
        found = dict.fromkeys(key.value for key in known if key is not None)
        return expressions.display(low, "dict", list(found), [value] * len(found), low.here)
    every = low.as_sequence(args[0] if isinstance(keys, list) else keys)
    pairs = Sequence(low.length(every), lambda index: Struct((low.item(every, index), value)))
    return tables.of_pairs(low, pairs)


def _updated(low: Lowerer, made: Value, args: list[Value]) -> Value:
    calls.invoke(low, Bound(made, "update"), args, {})
    return made


def _made(low: Lowerer, base: Obj, items: dict[Any, Value], purpose: str) -> Obj:
    """A new dictionary, of what another one holds."""
    made = Identity("dict", (*base.identity.site, purpose), "", low.build.loc)
    low.state.items[made] = items
    return Obj(made)
