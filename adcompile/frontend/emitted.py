"""The helpers of emitted modules, read as the operations they stand for.

def copied(x): ...      copied(tape)   ->   copy(tape)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    assignment,
    builtin,
    expressions,
    memory,
    operations,
    subscripts,
)
from adcompile.frontend.entities import Function, Qualified
from adcompile.frontend.values import Identity, Num, Obj, Ref, Struct, Value
from adcompile.rules.helpers import SOURCES
from adcompile.rules.lists import TO_FILL, may_hold_tuples
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def helper(function: Function) -> str | None:
    """The helper that a function is, word for word; None for any other function."""
    node = function.node
    if not isinstance(node, ast.FunctionDef):
        return None
    name = node.name if node.name in SOURCES else node.name.rpartition("_")[0]
    if name not in SOURCES:
        return None

    def outside(word: str) -> str:
        entity = function.scope.lookup(word)
        is_numpy = isinstance(entity, Qualified) and entity.name == "numpy"
        return "np" if is_numpy else name if word == node.name else word

    return name if _text(node, outside) == _wanted(name) else None


@cache
def _wanted(name: str) -> str:
    node = ast.parse(SOURCES[name]).body[0]
    assert isinstance(node, ast.FunctionDef)
    return _text(node, lambda word: word)


def _text(node: ast.FunctionDef, outside: Callable[[str], str]) -> str:
    """The parameters and the body, the names from outside as they are given here."""
    copy = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(copy, ast.FunctionDef)
    names = [each for each in ast.walk(copy) if isinstance(each, ast.Name)]
    local = {argument.arg for argument in copy.args.args}
    local |= {each.id for each in names if isinstance(each.ctx, ast.Store)}
    for each in names:
        if each.id not in local:
            each.id = outside(each.id)
    return "".join(map(ast.dump, (copy.args, *copy.body, *copy.decorator_list)))


def call(low: Lowerer, name: str, args: list[Value]) -> Value:
    """A call of a helper."""
    match name:
        case "copied":
            return _each(low, args, lambda x: _one(low, "mem.copy", x))
        case "zeros_like" | "zeros_to_add":
            return _each(low, args, lambda x: _one(low, "mem.zeros_like", x))
        case "zeros_to_fill":
            return _each(low, [_opened(low, args[0])], lambda x: _zeros_to_fill(low, x))
        case "formed":
            return _formed(low, *args)
        case "opened":
            return _opened(low, args[0])
        case "floats":
            return _each(low, args, lambda x: _float(low, x))
        case "as_wide" | "as_real" | "as_columns":
            x, like = (operations.operand(low, arg) for arg in args)
            return memory.wrap(low, low.build.apply(f"widths.{name}", x, like))
        case "add_at":
            _add_at(low, *args)
            return Num(NOTHING)
        case "unbroadcast_like" | "broadcast_like":
            x, like = (operations.operand(low, arg) for arg in args)
            return memory.wrap(low, _shaped(low, name, x, like))
        case "made":
            return _made(low, *args)
        case "sharing":
            atoms = [operations.operand(low, arg) for arg in args]
            return Num(low.build.apply("mem.shares", atoms[0], atoms[-1]))
        case "added":
            return _each(low, args, lambda x, y: _sum(low, x, y))
    atoms = [operations.operand(low, arg) for arg in args]
    return memory.wrap(low, low.build.apply(f"mem.{name}", *atoms))


def _add_at(low: Lowerer, x: Value, index: Value, y: Value) -> None:
    """x[index] += y, where x is an array or a list."""
    kind = low.build.kind(memory.atom_of(low, x)) if isinstance(x, Ref) else None
    if isinstance(kind, (k.Array, k.Any_)):
        builtin.HANDLERS["numpy.add.at"](low, [x, index, y], {}, "")
        return
    total = _each(low, [subscripts.subscript(low, x, index), y], lambda a, b: _sum(low, a, b))
    assignment.store(low, x, index, total, low.here)


def _shaped(low: Lowerer, name: str, x: Atom, like: Atom) -> Atom:
    """x in the shape of `like`, and as wide; where its dtype is known, by operations of its own."""
    dtype = k.dtype_of(low.build.kind(like))
    if dtype is None:
        return low.build.apply(f"widths.{name}", x, like)
    if dtype != k.dtype_of(low.build.kind(x)):
        x = low.build.apply("widths.as_wide", x, like)
    op = "mem.unbroadcast" if name == "unbroadcast_like" else "numpy.broadcast_to"
    return low.build.apply(op, x, low.build.apply("numpy.shape", like))


def _made(low: Lowerer, like: Value, held: Value) -> Value:
    """An object of the class of another one."""
    if not isinstance(like, Obj) or not isinstance(held, Obj):
        raise low.rejection(None, "what an object is made like is not known", "ADC405")
    one = like.identity
    site = (low.frame.function.node, getattr(low.here, "lineno", 0),
            getattr(low.here, "col_offset", 0), "record")  # fmt: skip
    made = Identity("record", site, one.record, low.build.loc, one.cls)
    low.state.items[made] = dict(low.state.items[held.identity])
    return Obj(made)


def _each(low: Lowerer, args: list[Value], leaf: Callable[..., Value]) -> Value:
    """The leaves of structures of known length, one by one."""
    if all(isinstance(arg, Struct) for arg in args):
        rows = zip(*(arg.items for arg in args), strict=True)  # type: ignore[union-attr]
        return Struct(tuple(_each(low, list(row), leaf) for row in rows))
    if all(isinstance(arg, Obj) and arg.identity.form != "record" for arg in args):
        first = args[0]
        assert isinstance(first, Obj)
        held = [low.state.items[arg.identity] for arg in args]  # type: ignore[union-attr]
        values = [_each(low, [items[key] for items in held], leaf) for key in held[0]]
        form = first.identity.form
        return expressions.display(low, form, list(held[0]), values, low.here)
    return leaf(*args)


def _zeros_to_fill(low: Lowerer, value: Value) -> Value:
    """Zeros with lists in the place of tuples."""
    atom = operations.operand(low, value) if isinstance(value, (Num, Ref)) else NOTHING
    if not may_hold_tuples(low.build.kind(atom)):
        return _one(low, "mem.zeros_like", value)
    return memory.wrap(low, low.build.apply("mem.zeros_like", atom, TO_FILL), contiguous=True)


def _opened(low: Lowerer, value: Value) -> Value:
    """A structure with lists in the place of tuples."""
    if isinstance(value, Struct):
        items = [_opened(low, item) for item in value.items]
        return expressions.display(low, "list", list(range(len(items))), items, low.here)
    if isinstance(value, Obj) and value.identity.form != "record":
        held = low.state.items[value.identity]
        items = [_opened(low, item) for item in held.values()]
        return expressions.display(low, value.identity.form, list(held), items, low.here)
    atom = operations.operand(low, value)
    form, item = k.form_of(low.build.kind(atom))
    if isinstance(item, k.Any_):
        return memory.wrap(low, low.build.apply("lists.opened", atom, atom))
    if "t" in form:
        return memory.wrap(low, low.build.apply("lists.opened", atom, Lit(form)))
    return value


def _formed(low: Lowerer, value: Value, like: Value) -> Value:
    """A structure with tuples in the place of lists, where another one has them."""

    def each(items: Iterable[tuple[Any, Value]]) -> list[Value]:
        read = partial(subscripts.subscript, low, value)
        return [_formed(low, read(Num(Lit(key))), item) for key, item in items]

    if isinstance(like, Struct):
        return Struct(tuple(each(enumerate(like.items))))
    if isinstance(like, Obj) and like.identity.form != "record":
        held = low.state.items[like.identity]
        return expressions.display(
            low, like.identity.form, list(held), each(held.items()), low.here
        )
    atom = operations.operand(low, like)
    form, item = k.form_of(low.build.kind(atom))
    if form or isinstance(item, (k.Any_, k.Dict)):
        to: Atom = Lit(form) if "t" in form and not isinstance(item, k.Any_) else atom
        made_of = operations.operand(low, value)
        return memory.wrap(low, low.build.apply("lists.formed", made_of, to))
    return value


def _one(low: Lowerer, op: str, value: Value) -> Value:
    if isinstance(value, Obj) and value.identity.form == "record":
        return value
    atom = low.build.apply(op, operations.operand(low, value))
    low.fresh[atom] = None
    return memory.wrap(low, atom, contiguous=True)


def _float(low: Lowerer, value: Value) -> Value:
    atom = operations.operand(low, value)
    number = isinstance(low.build.kind(atom), (k.Scalar, k.Array, k.Any_))
    made = low.build.apply("operator.mul", Lit(1.0), atom) if number else atom
    return memory.wrap(low, made) if number else _one(low, "mem.copy", value)


def _sum(low: Lowerer, x: Value, y: Value) -> Value:
    first, second = operations.operand(low, x), operations.operand(low, y)
    return memory.wrap(low, low.build.apply(_addition(low, first), first, second))


def _addition(low: Lowerer, atom: Atom) -> str:
    kind = low.build.kind(atom)
    if isinstance(kind, k.Any_):  # which + would join, where it is a list
        return "lists.add"
    held = isinstance(kind, (k.List, k.Dict, k.Tuple, k.Tape))
    return "mem.accumulate" if held else "operator.add"
