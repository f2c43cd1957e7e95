"""Operators: arithmetic, comparisons, and, or, not; on numbers and arrays, and on lists."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

from adcompile.frontend import (
    classes,
    expressions,
    memory,
    operations,
)
from adcompile.frontend.values import (
    Closure,
    Identity,
    Name,
    Num,
    Obj,
    Ref,
    Storage,
    Struct,
    Value,
)
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
FOLDABLE = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b}


def binary(low: Lowerer, op: ast.operator, left: Value, right: Value, hint: str = "") -> Value:
    name = table.BINARY[type(op)]
    of_class = classes.operator(low, name, left, right)
    if of_class is not None:
        return of_class
    folded = _fold(op, left, right)
    if folded is not None:
        return Num(folded)
    if name in ("add", "mul") and _is_sequence(low, left, right):
        return _sequence_operator(low, name, left, right, hint)
    return operations.apply(low, f"operator.{name}", [left, right], {}, hint)


def _fold(op: ast.operator, left: Value, right: Value) -> Atom | None:
    if isinstance(left, Num) and isinstance(right, Num) and type(op) in FOLDABLE:
        a, b = left.atom, right.atom
        if isinstance(a, Lit) and isinstance(b, Lit) and type(a.value) is type(b.value) is int:
            return Lit(FOLDABLE[type(op)](a.value, b.value))
    return None


def _is_sequence(low: Lowerer, *values: Value) -> bool:
    return any(isinstance(v, (Struct, Obj)) or _is_list(low, v) for v in values) and not any(
        isinstance(v, Ref) and not _is_list(low, v) for v in values
    )


def _is_list(low: Lowerer, value: Value) -> bool:
    if not isinstance(value, Ref):
        return False
    return isinstance(low.build.kind(memory.atom_of(low, value)), k.List)


def _sequence_operator(low: Lowerer, name: str, left: Value, right: Value, hint: str) -> Value:
    """Concatenation and repetition of lists and tuples."""
    if name == "mul":
        sequence, count = (left, right) if isinstance(left, (Struct, Obj, Ref)) else (right, left)
        times = count.atom.value if isinstance(count, Num) and isinstance(count.atom, Lit) else None
        if isinstance(sequence, Struct) and isinstance(times, int):
            return Struct(sequence.items * times)
        if isinstance(sequence, Obj) and isinstance(times, int) and times <= 16:
            items = expressions.static_items(low, sequence, None) * times
            identity = sequence.identity
            if identity.site not in low.dynamic:
                made = Identity("list", (*identity.site, "repeat"), "", low.build.loc)
                if made.site not in low.dynamic:
                    low.state.items[made] = dict(enumerate(items))
                    return Obj(made)
            return expressions.make_list(low, items, hint)
        atom = low.build.apply(
            "lists.repeat", list_atom(low, sequence), memory.atom_of(low, count), name=hint
        )
        repeated = memory.wrap(low, atom, hint)
        if isinstance(repeated, Ref) and times != 1:
            # its items are the same one: what is written into one of them is seen in all
            low.state.holds.setdefault(repeated.storage, {})[repeated.storage] = None
        return repeated
    if isinstance(left, Struct) and isinstance(right, Struct):
        return Struct(left.items + right.items)
    if (
        isinstance(left, Obj)
        and isinstance(right, Obj)
        and left.identity.form == right.identity.form == "list"
    ):
        items = expressions.static_items(low, left, None) + expressions.static_items(
            low, right, None
        )
        made = Identity("list", ("add", left.identity.site, right.identity.site), "", low.build.loc)
        if made.site not in low.dynamic:
            low.state.items[made] = dict(enumerate(items))
            return Obj(made)
    atom = low.build.apply("lists.concat", list_atom(low, left), list_atom(low, right), name=hint)
    value = memory.wrap(low, atom, hint)
    assert isinstance(value, Ref)
    for part in (left, right):
        hold_items(low, value.storage, part)
    return value


def hold_items(low: Lowerer, holder: Storage, value: Value) -> None:
    if isinstance(value, Ref):
        low.state.holds.setdefault(holder, {}).update(low.state.holds.get(value.storage, {}))
    else:
        memory.hold(low, holder, value)


def list_atom(low: Lowerer, value: Value) -> Atom:
    """The atom of a list: of known length made one at run time."""
    if isinstance(value, (Struct, Obj)):
        return memory.atom_of(
            low, expressions.make_list(low, expressions.static_items(low, value, None))
        )
    return memory.atom_of(low, value)


def unary(low: Lowerer, op: ast.unaryop, operand: Value, hint: str = "") -> Value:
    if isinstance(operand, Num) and isinstance(operand.atom, Lit):
        value = operand.atom.value
        if isinstance(op, ast.USub) and isinstance(value, (int, float, complex)):
            return Num(Lit(-value))
        if isinstance(op, ast.Not):
            return Num(Lit(not value))
    if isinstance(op, ast.Not):
        truth = low.truth(operand)
        return (
            Num(Lit(not truth.value))
            if isinstance(truth, Lit)
            else operations.apply(low, "operator.not_", [Num(truth)], {}, hint)
        )
    of_class = classes.method(low, operand, f"__{table.UNARY[type(op)]}__", [])
    if of_class is not None:
        return of_class
    return operations.apply(low, f"operator.{table.UNARY[type(op)]}", [operand], {}, hint)


def compare(low: Lowerer, node: ast.Compare, hint: str) -> Value:
    left = expressions.lower(low, node.left)
    pairs = list(zip(node.ops, node.comparators))
    if len(pairs) == 1:
        return comparison(low, pairs[0][0], left, expressions.lower(low, pairs[0][1]), hint)

    def chain(first: Value, rest: list[tuple[ast.cmpop, ast.expr]]) -> Value:
        op, comparator = rest[0]
        second = expressions.lower(low, comparator)
        result = comparison(low, op, first, second, hint)
        if len(rest) == 1:
            return result
        return low.choose(
            result, lambda: chain(second, rest[1:]), lambda: result, hint, low.build.loc
        )

    return chain(left, pairs)


def comparison(low: Lowerer, op: ast.cmpop, left: Value, right: Value, hint: str = "") -> Value:
    if isinstance(op, (ast.Is, ast.IsNot)):
        return Num(_identity(low, left, right, isinstance(op, ast.IsNot), hint))
    of_class = classes.operator(low, table.COMPARE[type(op)].strip("_"), left, right)
    if of_class is not None:
        return of_class
    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (Obj, Struct)):
        known = _contained(low, left, right)
        if known is not None:
            return Num(Lit(known != isinstance(op, ast.NotIn)))
    match left, right:
        case Num(Lit(value=a)), Num(Lit(value=b)) if type(op) in COMPARISONS:
            if type(a) is type(b) or isinstance(op, (ast.Eq, ast.NotEq)):
                return Num(Lit(COMPARISONS[type(op)](a, b)))
    return operations.apply(low, f"operator.{table.COMPARE[type(op)]}", [left, right], {}, hint)


def _identity(low: Lowerer, left: Value, right: Value, negate: bool, hint: str) -> Atom:
    """`a is b`: known for None; else asked at run time."""
    for value, other in ((left, right), (right, left)):
        if isinstance(other, Num) and other.atom == NOTHING:
            if isinstance(value, Num) and value.atom == NOTHING:
                return Lit(not negate)
            atom = value.atom if isinstance(value, Num) else None
            if isinstance(value, Ref):
                atom = memory.atom_of(low, value)
            if not isinstance(atom, Var) or not _may_be_none(low, atom):
                return Lit(negate)
            return low.build.apply(
                "operator.is_not" if negate else "operator.is_", atom, NOTHING, name=hint
            )
    if isinstance(left, (Obj, Closure, Name)) or isinstance(right, (Obj, Closure, Name)):
        return Lit((left == right) != negate)
    if (
        isinstance(left, Ref) and isinstance(right, Ref) and not left.path and not right.path
        and left.storage.cases is None and right.storage.cases is None
    ):  # fmt: skip
        known = left.storage is right.storage
        if known or right.storage not in low.state.related.get(left.storage, {}):
            return Lit(known != negate)
    raise low.rejection(
        None, "whether these are the same object is not known when compiling", "ADC413"
    )


def _may_be_none(low: Lowerer, var: Var) -> bool:
    """Is this None on some path, or an argument of which nothing is known?"""
    unknown = isinstance(low.build.kind(var), k.Any_) and var in low.origins
    return unknown or var in low.nullable


def _contained(low: Lowerer, left: Value, right: Value) -> bool | None:
    if not (isinstance(left, Num) and isinstance(left.atom, Lit)):
        return None
    if isinstance(right, Obj) and right.identity.form == "dict":
        return left.atom.value in low.state.items[right.identity]
    items = expressions.static_items(low, right, None)
    if all(isinstance(item, Num) and isinstance(item.atom, Lit) for item in items):
        return any(
            isinstance(i, Num) and isinstance(i.atom, Lit) and i.atom.value == left.atom.value
            for i in items
        )
    return None


def boolean(low: Lowerer, node: ast.BoolOp, hint: str) -> Value:
    """and / or: the next operand only where the ones before do not decide."""

    def chain(values: list[ast.expr]) -> Value:
        first = expressions.lower(low, values[0])
        if len(values) == 1:
            return first
        if isinstance(node.op, ast.And):
            return low.choose(first, lambda: chain(values[1:]), lambda: first, hint, low.at(node))
        return low.choose(first, lambda: first, lambda: chain(values[1:]), hint, low.at(node))

    return chain(node.values)
