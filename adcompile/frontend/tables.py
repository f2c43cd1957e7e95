"""Dictionaries whose keys are known at run time only: objects of rules/written/tables.py.

    memo = {}
    memo[n] = v        n is data: what it is at run time has a place in a list of values
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NoReturn

from adcompile.frontend import (
    calls,
    classes,
    enums,
    expressions,
    memory,
    open_tuples,
    operations,
    scoping,
)
from adcompile.frontend.values import Bound, Identity, MakeDynamic, Num, Obj, Ref, Value
from adcompile.rules.memory import KEYS, NO_PLACES
from adcompile.rules.written import tables
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

PLACES: dict[str, tuple[str, k.Kind]] = {
    "no_places": (NO_PLACES, k.PLACES),
    "place_for": (KEYS["place_for"], k.INT),
    "place_of": (KEYS["place_of"], k.INT),
    "is_placed": (KEYS["is_placed"], k.BOOL),
    "places_without": (KEYS["places_without"], k.PLACES),
}
"""What the facts of these names are at run time: kept where they stand, and data."""


def place(low: Lowerer, name: str, args: list[Value]) -> Value:
    """The answer to a question about the places of keys, asked at run time."""
    text, kind = PLACES[name]
    atoms = [open_tuples.given(low, operations.operand(low, arg)) for arg in args]
    for key in atoms[1:2]:
        low.must_be_data(key)
    found = low.build.apply("mem.outside", Lit(text), *atoms)
    low.build.kinds[found] = kind
    return Num(found)


def needed(low: Lowerer, identity: Identity) -> NoReturn:
    """Start again with a dictionary whose keys are known at run time only."""
    if may_be_one(low, identity):
        raise MakeDynamic(identity.site[:4])
    raise low.rejection(
        None, "the keys of this dictionary, which is given, change or are not known when "
        "compiling; make a new dictionary here, and put into it what this one holds", "ADC407",
    )  # fmt: skip


def may_be_one(low: Lowerer, identity: Identity) -> bool:
    """Is this a dictionary of the function's own, not one that it is given?"""
    site = identity.site[:4] if isinstance(identity.site, tuple) else ()
    return len(site) == 4 and site[3] == "dict" and site not in low.dynamic


def sites(*objects: tuple[str, Any]) -> tuple[Any, ...]:
    """The places of the dictionaries of known keys, of the function's own, among some objects.

    Of each it is said what form it has, and where it is made.
    """
    found = [site[:4] for form, site in objects if form == "dict" and isinstance(site, tuple)]
    return tuple(dict.fromkeys(site for site in found if len(site) == 4 and site[3] == "dict"))


def instead(low: Lowerer, sites: tuple[Any, ...]) -> None:
    """Start again with a table where one of these dictionaries is made."""
    for site in sites:
        if site not in low.dynamic:
            raise MakeDynamic(site)


def begin(low: Lowerer, node: ast.expr) -> None:
    """Start again with a table where this dictionary is written."""
    site = (low.frame.function.node, node.lineno, node.col_offset, "dict")
    if site not in low.dynamic:
        raise MakeDynamic(site)


def make(
    low: Lowerer, pairs: list[tuple[Value, Value]], cls: type = tables.Table, **more: Value
) -> Obj:
    """A new table that holds these pairs; `more` are further attributes."""
    site = (low.frame.function.node, getattr(low.here, "lineno", 0),
            getattr(low.here, "col_offset", 0), "table")  # fmt: skip
    identity = Identity("record", site, "dict", low.build.loc, (cls, None, ""))
    lists = {name: expressions.make_list(low, [], "", (site, name)) for name in ("names", "held")}
    low.state.items[identity] = {"places": place(low, "no_places", []), **lists, **more}
    made = Obj(identity)
    for key, value in pairs:
        classes.method(low, made, "__setitem__", [key, value])
    return made


def spread(low: Lowerer, parts: list[tuple[Value | None, Value]]) -> Obj:
    """{key: value, **more}: a new table; what is spread has no key."""
    made = make(low, [])
    for key, value in parts:
        if key is None:
            calls.invoke(low, Bound(made, "update"), [value], {})
        else:
            classes.method(low, made, "__setitem__", [key, value])
    return made


def comprehension(low: Lowerer, node: ast.DictComp) -> Value:
    """{key: value for ...} as a loop that fills a table."""
    low.here = node
    made = make(low, [])

    def store() -> None:
        key = expressions.lower(low, node.key)
        classes.method(low, made, "__setitem__", [key, expressions.lower(low, node.value)])

    with scoping.inside(low, node) as carried:
        held = low.state.items[made.identity]["held"]
        low.generate(node.generators, store, held, carried)
    return made


def of_pairs(low: Lowerer, pairs: Value) -> Value:
    """dict(zip(keys, values)), whose keys are known at run time only."""
    made = make(low, [])

    def store(pair: Value) -> None:
        key, value = expressions.static_items(low, pair, None)
        classes.method(low, made, "__setitem__", [key, value])

    each = low.iterate(pairs, None)
    if isinstance(each, list):
        for pair in each:
            store(pair)
    else:
        low.loop_over(each, store, low.state.items[made.identity]["held"])
    return made


def is_table(value: Value | None) -> bool:
    """Is this a dictionary whose keys are known at run time only?"""
    cls = value.identity.cls if isinstance(value, Obj) else None
    return cls is not None and isinstance(cls[0], type) and issubclass(cls[0], tables.Table)


def is_given(low: Lowerer, value: Value) -> bool:
    """Is this an argument that is a dictionary of any keys?"""
    return isinstance(value, Ref) and isinstance(
        low.build.kind(memory.atom_of(low, value)), k.Dict
    )


def is_count(value: Value | None) -> bool:
    """Is this a Counter?"""
    return isinstance(value, Obj) and is_table(value) and value.identity.cls[0] is tables.Count


def constant_key(low: Lowerer, base: Obj, key: Value) -> Any:
    """The key where it is known when compiling; else start again with a table."""
    known = enums.as_key(key)
    if known is None:
        operations.operand(low, key)
        needed(low, base.identity)
    return known.value


def _default(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if not args or args[0] == Num(NOTHING):
        return make(low, _pairs(low, args[1:]))
    return make(low, _pairs(low, args[1:]), tables.Default, make=args[0])


def _pairs(low: Lowerer, args: list[Value]) -> list[tuple[Value, Value]]:
    """What an argument that is a dictionary of known keys holds."""
    if not args:
        return []
    if not isinstance(args[0], Obj) or args[0].identity.form != "dict":
        raise low.rejection(
            None, "only a dictionary of known keys can be given here; begin with an empty one",
            "ADC205",
        )  # fmt: skip
    return [(enums.of_key(key), item) for key, item in low.state.items[args[0].identity].items()]


def _counter(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    made = make(low, [], tables.Count)
    add(low, made, args, keywords)
    return made


def add(low: Lowerer, made: Obj, args: list[Value], keywords: dict[str, Value]) -> None:
    """made.update(*args, **keywords) of a Counter: counts are added, other things are counted."""
    named = [expressions.display(low, "dict", list(keywords), list(keywords.values()), low.here)]
    for given in (*args, *(named if keywords else ())):
        known = isinstance(given, Obj) and given.identity.form == "dict"
        if known or is_table(given) or is_given(low, given):
            classes.method(low, made, "update", [given])
        elif given != Num(NOTHING):
            calls.inline(low, classes.of_ours(tables.counted), [made, given], {})


def copied(low: Lowerer, base: Obj) -> Value:
    """base.copy() of a Counter or defaultdict, which is one, too."""
    cls = base.identity.cls[0]
    more = {"make": low.state.items[base.identity]["make"]} if cls is tables.Default else {}
    made = make(low, [], cls, **more)
    classes.method(low, made, "update", [base])
    return made


HANDLERS = {"collections.defaultdict": _default, "collections.Counter": _counter}
