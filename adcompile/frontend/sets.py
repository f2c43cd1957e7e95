"""Sets: objects of rules/written/sets.py.  What is in them is data."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, classes, expressions, scoping, tables
from adcompile.frontend.values import Bound, Identity, Obj, Value
from adcompile.rules.written import sets

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ORDERLESS = ("builtins.sorted", "builtins.min", "builtins.max", "builtins.any", "builtins.all")
"""What gives the same, whatever the order of a set is."""
NO_ORDER = "a set has no order that a derivative could go by: go through sorted(...), or a list"


def make(low: Lowerer, items: Iterable[Value] = (), record: str = "set") -> Obj:
    """A new set of these; `record` is what it is called, a frozenset being replaced by s |= t."""
    site = (low.frame.function.node, getattr(low.here, "lineno", 0),
            getattr(low.here, "col_offset", 0), "set")  # fmt: skip
    identity = Identity("record", site, record, low.build.loc, (sets.Set, None, ""))
    names = expressions.make_list(low, [], "", (site, "names"))
    low.state.items[identity] = {"places": tables.place(low, "no_places", []), "names": names}
    made = Obj(identity)
    for item in items:
        classes.method(low, made, "add", [item])
    return made


def comprehension(low: Lowerer, node: ast.SetComp) -> Value:
    """{key for ...} as a loop that fills a set."""
    low.here = node
    made = make(low)

    def store() -> None:
        classes.method(low, made, "add", [expressions.lower(low, node.elt)])

    with scoping.inside(low, node) as carried:
        names = low.state.items[made.identity]["names"]
        low.generate(node.generators, store, names, carried)
    return made


def is_set(value: Value | None) -> bool:
    cls = value.identity.cls if isinstance(value, Obj) else None
    return cls is not None and cls[0] is sets.Set


def orderless(low: Lowerer, op: str, args: list[Value]) -> list[Value]:
    """The arguments of a call for which the order of a set is nothing."""
    if op not in ORDERLESS or len(args) != 1 or not isinstance(args[0], Obj) or not is_set(args[0]):
        return args
    return [low.state.items[args[0].identity]["names"]]


def is_frozen(value: Value) -> bool:
    """Is this a set that does not change?"""
    return isinstance(value, Obj) and is_set(value) and value.identity.record == "frozenset"


def _made(record: str) -> Callable[..., Value]:
    def handle(low: Lowerer, args: list[Value], keywords: dict[str, Any], hint: str) -> Value:
        made = make(low, (), record)
        if args:
            calls.invoke(low, Bound(made, "update"), [args[0]], {})
        return made

    return handle


HANDLERS = {f"builtins.{name}": _made(name) for name in ("set", "frozenset")}
