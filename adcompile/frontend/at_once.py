"""What happens at once, or not at all: where it raises, it has changed nothing.

    y[i] = v                    an item of an array, a list, a dictionary; an attribute; a name
    xs.append(v)                methods of these
    box[i] = v                  not so where the user's __setitem__ is called, which may come to its
                                middle
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from adcompile.frontend import classes, exceptions, protocols, references, tables
from adcompile.frontend.values import Obj, Ref, Struct, Value
from adcompile.trace import kinds as k

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

WRITERS = ("at", "copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask", "shuffle")
METHODS = ("add", "append", "appendleft", "clear", "discard", "extend", "fill", "insert", "pop",
           "popleft", "remove", "reverse", "setdefault", "update")  # fmt: skip


def held(low: Lowerer, node: ast.expr) -> Value | None:
    """What a name, or an attribute of what it stands for, is now; None where that is not known."""
    match node:
        case ast.Name(id=name):
            return _of_name(low, name)
        case ast.Attribute(value=value, attr=attr):
            base = held(low, value)
            if is_record(base) and not classes.is_told(low, base, attr):
                return low.state.items[base.identity].get(classes.private(low, attr))
    return None


def _of_name(low: Lowerer, name: str) -> Value | None:
    """What a name of this function, or of one around it, is now."""
    parents = {**low.parents, **{frame.number: frame.parent for frame in low.stack}}
    frame = low.owner(name)
    while frame >= 0 and name not in low.state.names.get(frame, {}):
        frame = parents.get(frame, -1)
    return low.state.names.get(frame, {}).get(name)


def is_record(value: Value | None) -> TypeGuard[Obj]:
    """Is it an object of a class of the user's?"""
    return protocols.is_object(value) and not tables.is_table(value)


def is_told(low: Lowerer, target: ast.expr) -> bool:
    """May a method of a class of the user's be told of what a target gets, or of x += v?"""
    if isinstance(target, ast.Subscript):
        return is_record(held(low, target.value))
    return is_record(held(low, target))


def assigned(low: Lowerer, target: ast.expr) -> bool:
    """Is the target of an assignment, or of x += v, changed at once?"""
    match target:
        case ast.Name():
            return not is_told(low, target)
        case ast.Subscript(value=ast.Name() | ast.Attribute() as value, slice=index):
            known = isinstance(value, ast.Name) or held(low, value) is not None
            return known and not is_told(low, target) and computed(low, index)
        case ast.Attribute(value=value, attr=attr):
            base = held(low, value)
            if not is_record(base):
                return False
            return not classes.is_told(low, base, attr) and not is_told(low, target)
        case ast.Tuple(elts=names):
            return all(isinstance(name, ast.Name) for name in names)
    return False


def computed(low: Lowerer, node: ast.AST) -> bool:
    """Does an expression change nothing that others see?  A property, or an operator, of a class of
    the user's might, before it raises.
    """
    match node:
        case ast.NamedExpr() | ast.GeneratorExp() | ast.Await() | ast.keyword(arg="out"):
            return False
        case ast.Call(func=function):
            library = exceptions.is_library(low, function)
            if not library or ast.unparse(function).rpartition(".")[2] in WRITERS:
                return False
            return all(computed(low, part) for part in (*node.args, *node.keywords))
        case ast.Attribute(value=value):
            if exceptions.is_library(low, node):
                return True
            if is_record(held(low, value)):
                part = held(low, node)
                return part is not None and not is_record(part)
            return held(low, value) is not None and computed(low, value)
        case ast.Name():
            return not is_record(held(low, node))
        case ast.Subscript(value=value):
            while isinstance(value, ast.Subscript):
                value = value.value
            if not _holds_numbers(low, held(low, value)):
                return False
    return all(computed(low, part) for part in ast.iter_child_nodes(node))


def _holds_numbers(low: Lowerer, value: Value | None) -> bool:
    """Is this an array, or does it hold numbers and arrays alone?"""
    match value:
        case Obj(identity) if not is_record(value):
            return all(_is_number(low, item) for item in low.state.items[identity].values())
        case Struct(items):
            return all(_is_number(low, item) for item in items)
        case Ref():
            kind = low.build.kind(references.plain(low, value))
            return not isinstance(kind, k.List) or _is_of_numbers(kind)
    return False


def _is_number(low: Lowerer, item: Value) -> bool:
    """Is an item a number, or does it hold numbers alone?"""
    return not isinstance(item, (Obj, Struct, Ref)) or _holds_numbers(low, item)


def _is_of_numbers(kind: k.Kind | None) -> bool:
    """Is this a number, an array, or a list, tuple or dictionary of these?"""
    match kind:
        case k.List(item) | k.Dict(item):
            return item is None or _is_of_numbers(item)
        case k.Tuple(items, tag=None):
            return all(map(_is_of_numbers, items))
    return isinstance(kind, (k.Scalar, k.Array, k.Any_))


def called(low: Lowerer, node: ast.stmt) -> bool:
    """Is this a call of such a method, of names, or del of an item?"""
    match node:
        case ast.Delete(targets=[ast.Subscript(value=base, slice=index)]):
            known = held(low, base)
            return known is not None and not is_record(known) and computed(low, index)
        case ast.Expr(value=call) | ast.Assign(targets=[ast.Name()], value=call):
            pass
        case _:
            return False
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name() as base, attr=name)) if name in METHODS:
            known = held(low, base)
            parts = (*call.args, *call.keywords)
            if known is not None and all(computed(low, part) for part in parts):
                return not is_record(known)
    return False
