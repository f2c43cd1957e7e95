"""f(*xs), [*xs, y] and a, *rest = xs where the length of xs is known at run time only.

    def total(first, *rest)     total(*xs)      first = xs[0], rest = xs[1:]
    def model(t, a, b)          model(t, *p)    a = p[0], b = p[1]
"""

from __future__ import annotations

import ast
from types import NoneType
from typing import TYPE_CHECKING

from adcompile.frontend import (
    binding,
    calls,
    classes,
    expressions,
    fields,
    memory,
    open_tuples,
    operators,
    subscripts,
    watching,
)
from adcompile.frontend.packed_texts import Held
from adcompile.frontend.values import (
    Bound,
    Identity,
    Name,
    Num,
    Range,
    Ref,
    Rest,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OF_ALL = ("builtins.max", "builtins.min", "math.hypot")


def items(low: Lowerer, function: Value, node: ast.Call, arg: ast.Starred) -> list[Value]:
    """The arguments that *xs gives: the last may stand for all that follow."""
    value = expressions.lower(low, arg.value)
    if not is_long(low, value):
        return expressions.static_items(low, value, arg)
    only = len(node.args) == 1
    match function:
        case Bound(value=Ref(), name="reshape" | "transpose") if only:
            return [value]  # x.reshape(*shape) is x.reshape(shape)
    if isinstance(function, Name) and only and function.qualified in OF_ALL:
        return [value]
    if node.args[-1] is arg and binding.plain(low, function) is not None:
        return [Rest(value)]
    if node.args[-1] is arg and isinstance(function, Name) and not node.keywords:
        names = fields.parameters(low, function)
        if names is not None:
            return taken(low, Rest(value), len(names) - len(node.args) + 1)
        if classes.is_users(function.obj):
            return [Rest(value)]
    return expressions.static_items(low, value, arg)


def display(low: Lowerer, node: ast.List | ast.Tuple, hint: str) -> Value:
    """[x, *ys] and (x, *ys): where ys is long, [x] + list(ys)."""
    found: list[tuple[Value, bool, ast.expr]] = []
    for elt in node.elts:
        value = expressions.lower(low, elt.value if isinstance(elt, ast.Starred) else elt)
        found.append((value, isinstance(elt, ast.Starred) and is_long(low, value), elt))
    low.build.loc = low.at(node)
    parts: list[Value] = []
    near: list[Value] = []
    for value, long, elt in found:
        if not long:
            starred = isinstance(elt, ast.Starred)
            near += expressions.static_items(low, value, elt) if starred else [value]
            continue
        parts += [expressions.make_list(low, near)] if near else []
        parts.append(calls.named(low, "builtins.list", Name("builtins.list"), [value], {}, hint))
        near = []
    if not parts:
        keys = list(range(len(near)))
        whole = isinstance(node, ast.Tuple)
        return Struct(tuple(near)) if whole else expressions.display(
            low, "list", keys, near, node, hint
        )
    parts += [expressions.make_list(low, near)] if near else []
    joined = parts[0]
    for part in parts[1:]:
        joined = operators.binary(low, ast.Add(), joined, part, hint)
    if isinstance(node, ast.List):
        return joined
    return calls.named(low, "builtins.tuple", Name("builtins.tuple"), [joined], {}, hint)


def columns(low: Lowerer, function: Value, node: ast.Call) -> Value | None:
    """zip(*rows): the lists of first and of second items, or what each turn has of all rows."""
    if not (isinstance(function, Name) and function.qualified == "builtins.zip"):
        return None
    match node.args:
        case [ast.Starred(value=inner)] if not node.keywords:
            value = expressions.lower(low, inner)
            width = _width(low, value)
            if width is None and _holds_rows(low, value):
                return _across(low, value)
            if width is None:
                rows = expressions.static_items(low, value, inner)
                return calls.invoke(low, function, rows, {})
            parts = (_part(low, value, number) for number in range(width))
            return Struct(tuple(low.to_list(part) for part in parts))
    return None


def is_long(low: Lowerer, value: Value) -> bool:
    """Is the length of this known at run time only?"""
    if isinstance(value, (Range, Sequence)):
        return True
    if not isinstance(value, Ref):
        return False
    kind = low.build.kind(memory.atom_of(low, value))
    if isinstance(kind, k.Array):
        return kind.dims is None or (bool(kind.dims) and kind.dims[0].length is None)
    return isinstance(kind, (k.List, k.Any_))


def _width(low: Lowerer, value: Value) -> int | None:
    """How long the tuples are that a list holds, which may have names."""
    kind = low.build.kind(memory.atom_of(low, value)) if isinstance(value, Ref) else None
    item = kind.item if isinstance(kind, k.List) else None
    if not isinstance(item, k.Tuple):
        return None
    if item.tag is None:
        return len(item.items)
    held = [text.template for _, text in item.tag.texts if isinstance(text.template, Held)]
    named = len(held) == 1 and classes.is_named_tuple(Identity(*held[0].identity))
    return len(held[0].keys) if named else None


def _part(low: Lowerer, value: Value, number: int) -> Value:
    """Item `number` of each of the tuples in a list."""
    rows = low.as_sequence(value)
    return Sequence(
        low.length(rows),
        lambda index: _at(low, low.item(rows, index), number),
    )


def _holds_rows(low: Lowerer, value: Value) -> bool:
    """Are these lists or arrays, nobody knows how many?"""
    if isinstance(value, Sequence):
        return True
    if not is_long(low, value) or not isinstance(value, Ref):
        return False
    kind = low.build.kind(memory.atom_of(low, value))
    if isinstance(kind, k.List):
        return isinstance(kind.item, (k.List, k.Array, k.Any_, NoneType))
    return isinstance(kind, k.Any_) or len(getattr(kind, "dims", None) or ()) > 1


def _across(low: Lowerer, value: Value) -> Value:
    """The tuples of the first items of all rows, of the second ones, to the end of the shortest.

    The rows must be the same until they are gone through.
    """
    rows = low.as_sequence(low.to_list(value) if isinstance(value, Sequence) else value)
    count = low.length(rows)

    def width(number: Atom) -> Value:
        row = memory.atom_of(low, low.item(rows, number))
        return Num(low.build.apply("builtins.len", row))

    def column(place: Atom) -> Value:
        items = Sequence(count, lambda number: memory.element(low, low.item(rows, number), place))
        return open_tuples.of_list(low, low.to_list(items))

    widths = low.to_list(Sequence(count, width))
    shortest = calls.named(
        low, "builtins.min", Name("builtins.min"), [widths], {"default": Num(Lit(0))}, ""
    )
    made = Sequence(memory.atom_of(low, shortest), column)
    low.watched[id(made)] = watching.Watched(made, watching.as_they_are(low, [value]))
    return made


def taken(low: Lowerer, rest: Rest, count: int) -> list[Value]:
    """The first items of what is spread."""
    return [_at(low, rest.value, number) for number in range(count)]


def after(low: Lowerer, rest: Rest, count: int, before: list[Value]) -> Value:
    """A list of the others, some arguments before them."""
    others = _slice(low, rest.value, Lit(count), NOTHING)
    if not before:
        return others
    whole = expressions.make_list(low, before)
    low.extend(whole, others)
    return whole


def unpacked(low: Lowerer, value: Value, before: int, behind: int) -> list[Value]:
    """The values for a, *rest, b = value."""
    first = [_at(low, value, number) for number in range(before)]
    last = [_at(low, value, number - behind) for number in range(behind)]
    end = Lit(-behind) if behind else NOTHING
    return [*first, _slice(low, value, Lit(before), end), *last]


def _at(low: Lowerer, value: Value, number: int) -> Value:
    return subscripts.subscript(low, value, Num(Lit(number)))


def _slice(low: Lowerer, value: Value, start: Lit, end: Lit) -> Value:
    if isinstance(value, (Range, Sequence)):
        value = low.to_list(value)
    part = subscripts.subscript(low, value, Num(low.build.apply("mem.slice", start, end, NOTHING)))
    return low.to_list(low.iterate(part, None))


__all__ = ["after", "is_long", "items", "taken", "unpacked"]
