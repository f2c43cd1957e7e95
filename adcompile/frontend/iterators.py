"""iter and next: where in a list or an array the next item is.

    it = iter(x)            at = 0
    v = next(it)            if not at < len(x): raise StopIteration
                            v = x[at]; at = at + 1
    for w in it: ...        while at < len(x): w = x[at]; at = at + 1; ...
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import (
    classes,
    endless,
    liveness,
    memory,
    operators,
    protocols,
    reached,
    reflection,
    statements,
    watching,
)
from adcompile.frontend.values import (
    Identity,
    Name,
    Num,
    Obj,
    Poison,
    Range,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FORM = "iterator"
TAKING = tuple(f"builtins.{name}" for name in ("sum", "min", "max", "any", "all", "sorted"))
SPENT = Poison(
    "how far this iterator has been gone through is not known when compiling; make a new one, or "
    "take the items by index", "ADC118",
)  # fmt: skip


def is_iterator(value: Value) -> bool:
    return isinstance(value, Obj) and value.identity.record == FORM


def begin(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value | None:
    """iter(source)"""
    if len(args) != 1 or keywords:
        return reflection.HANDLERS["builtins.iter"](low, args, keywords, hint)
    if low.frame.function.name == "__iter__":  # what it returns is gone through once
        return args[0]
    if is_iterator(args[0]):
        return args[0]
    if classes.method_of(low, args[0], "__next__") is not None:
        own = classes.method(low, args[0], "__iter__", [])
        return args[0] if own is None else own
    source = low.iterate(args[0], None)
    if isinstance(source, list):
        source = low.as_sequence(args[0])
    return of_sequence(low, args[0] if not isinstance(args[0], Obj) else source)


def of_sequence(low: Lowerer, source: Value) -> Obj:
    """An iterator of this, at its start."""
    site = (low.frame.function.node, getattr(low.here, "lineno", 0),
            getattr(low.here, "col_offset", 0), "record")  # fmt: skip
    identity = Identity("record", site, FORM, low.build.loc)
    low.state.items[identity] = {"at": Num(Lit(0)), "source": source}
    return Obj(identity)


def named(low: Lowerer, name: str, value: Value) -> Value:
    """z = zip(x, y), of which next(z) is asked for somewhere; and what never ends."""
    if not isinstance(value, Sequence):
        return value
    asked = endless.is_endless(value) or any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "next"
        and bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id == name
        for call in ast.walk(low.frame.function.node)
    )  # fmt: skip
    made = begin(low, [value], {}, "") if asked else value
    return value if made is None else made


def _parts(low: Lowerer, value: Obj) -> tuple[Sequence | Range, Atom]:
    """What is gone through, and where the next item is."""
    memory.check_fresh(low, value.identity)
    watching.check(low, value, None)
    items = low.state.items[value.identity]
    at = items["at"]
    if not isinstance(at, Num):
        low.unusable(at)
    assert isinstance(at, Num)
    return low.as_sequence(items["source"]), at.atom


def _set(low: Lowerer, value: Obj, at: Value) -> None:
    low.state.items[value.identity]["at"] = at
    memory.mutated(low, value.identity)


def more(low: Lowerer, value: Obj) -> Atom:
    """Is there another item?"""
    source, at = _parts(low, value)
    if endless.is_endless(source):
        return Lit(True)
    left = operators.comparison(low, ast.Lt(), Num(at), Num(low.length(source)))
    return low.truth(left)


def advance(low: Lowerer, value: Obj) -> Value:
    """The next item, which there is."""
    source, at = _parts(low, value)
    item = low.item(source, at)
    _set(low, value, operators.binary(low, ast.Add(), Num(at), Num(Lit(1))))
    return item


def following(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """next(iterator[, default])"""
    if len(args) == 1 and protocols.is_object(args[0]) and not is_iterator(args[0]):
        of_class = classes.method(low, args[0], "__next__", [])
        if of_class is not None:
            return of_class
    if not args or not isinstance(args[0], Obj) or not is_iterator(args[0]):
        raise low.rejection(
            None, "next takes an item of something that is used up as it is read; make it with "
            "iter(...) of a list, an array or a zip", "ADC118",
        )  # fmt: skip
    value = args[0]
    there = more(low, value)
    if len(args) > 1:
        default = args[1]
        return low.choose(
            Num(there), lambda: advance(low, value), lambda: default, hint, low.build.loc
        )
    reached.note_raise(low)
    if there != Lit(True):
        line = "if not _0_:\n    raise StopIteration"
        low.build.apply_many("mem.effect", (Lit(line), there), ())
    return advance(low, value)


def rest(low: Lowerer, value: Obj) -> Sequence:
    """The items that are left; whether all of them are taken is not known."""
    source, at = _parts(low, value)
    count: Atom = endless.ENDLESS
    if not endless.is_endless(source):
        left = operators.binary(low, ast.Sub(), Num(low.length(source)), Num(at))
        count = memory.atom_of(low, left)
    _set(low, value, SPENT)

    def item(index: Atom) -> Value:
        there = operators.binary(low, ast.Add(), Num(at), Num(index))
        return low.item(source, memory.atom_of(low, there))

    return Sequence(count, item)


def listed(low: Lowerer, value: Value) -> Value:
    """What is left, as a list, and what an object of the user's goes through; else as it is."""
    if not isinstance(value, Obj):
        return value
    if is_iterator(value):
        return low.to_list(rest(low, value))
    if value.identity.form != "record" or classes.member(low, value, "__iter__") is None:
        return value
    found = low.iterate(value, None)
    return Struct(tuple(found)) if isinstance(found, list) else low.to_list(found)


# -- next(... for ...)


def is_first(node: ast.Call, function: Value) -> bool:
    """Is this next(... for ...[, default])?"""
    return (
        isinstance(function, Name) and function.qualified == "builtins.next"
        and bool(node.args) and isinstance(node.args[0], ast.GeneratorExp)
        and len(node.args[0].generators) == 1
    )  # fmt: skip


def first(low: Lowerer, node: ast.Call) -> Value:
    """next(item for target in source if test): a loop that goes no further than it has to."""
    made = node.args[0]
    assert isinstance(made, ast.GeneratorExp)
    generator = made.generators[0]
    found = "first"
    taken = liveness.loads(low.frame.function.node)
    while found in low.state.names[low.frame.number] or found in taken:
        found += "_"
    body: list[ast.stmt] = [ast.Assign([ast.Name(found, ast.Store())], made.elt), ast.Break()]
    for condition in reversed(generator.ifs):
        body = [ast.If(condition, body, [])]
    missing: ast.stmt = ast.Raise(ast.Name("StopIteration", ast.Load()), None)
    before: list[ast.stmt] = []
    if len(node.args) > 1:
        default = node.args[1]
        if not isinstance(default, (ast.Constant, ast.Name)):  # it is computed first
            before = [ast.Assign([ast.Name("%default", ast.Store())], default)]
            default = ast.Name("%default", ast.Load())
        missing = ast.Assign([ast.Name(found, ast.Store())], default)
    loop = ast.For(generator.target, generator.iter, body, [missing])
    for inner in (each for part in (*before, loop) for each in ast.walk(part)):
        if not hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    names = low.state.names[low.frame.number]
    outer = {name: names.get(name) for name in liveness.assigned([generator.target])}
    low.frame.loads = {**(low.frame.loads or {}), found: 1}
    statements.block(low, [*before, loop])
    low.restore(outer)
    return low.state.names[low.frame.number].pop(found)


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "builtins.iter": begin, "builtins.next": following,
}  # fmt: skip
