"""Operators: arithmetic, comparisons, and, or, not; on numbers and arrays, and on lists."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    cases,
    choices,
    classes,
    dictionaries,
    dtypes,
    enums,
    expressions,
    guessed,
    holdings,
    memory,
    misuse,
    open_tuples,
    operations,
    packing,
    protocols,
    references,
    sameness,
    texts,
    tied,
)
from adcompile.frontend.values import (
    Choice,
    Identity,
    Num,
    Obj,
    Ref,
    Sequence,
    Storage,
    Struct,
    Value,
)
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
ORDER = {"lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE}
COMPARE = {name: COMPARISONS[op] for name, op in ORDER.items()}
FOLDABLE = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b}


def binary(low: Lowerer, op: ast.operator, left: Value, right: Value, hint: str = "") -> Value:
    name = table.BINARY[type(op)]
    left, right = absent.used(low, left, "sum"), absent.used(low, right, "sum")
    both = dictionaries.union(low, left, right) if name == "or_" else None
    if both is not None:
        return both
    of_class = protocols.operator(low, name, left, right)
    if of_class is not None:
        return of_class
    left, right = protocols.as_tuple(low, left), protocols.as_tuple(low, right)
    folded = _fold(op, left, right)
    if folded is not None:
        return Num(folded)
    of_text = texts.operator(low, name, left, right)
    if of_text is not None:
        return of_text
    misuse.check_arithmetic(low, name, left, right)
    if name == "mul":
        _count(low, left, right)
        _count(low, right, left)
    joined = name == "mul" or not any(misuse.is_array(low, value) for value in (left, right))
    if name in ("add", "mul") and joined and _is_sequence(low, left, right):
        return _sequence_operator(low, name, left, right, hint)
    return operations.apply(low, f"operator.{name}", [left, right], {}, hint)


def _fold(op: ast.operator, left: Value, right: Value) -> Atom | None:
    if isinstance(left, Num) and isinstance(right, Num) and type(op) in FOLDABLE:
        a, b = left.atom, right.atom
        if isinstance(a, Lit) and isinstance(b, Lit) and type(a.value) is type(b.value) is int:
            return Lit(FOLDABLE[type(op)](a.value, b.value))
    return None


def _count(low: Lowerer, items: Value, times: Value) -> None:
    """[0.0] * n says that the argument n is an integer."""
    if isinstance(items, Obj) and items.identity.form == "list" and isinstance(times, (Num, Ref)):
        atom = memory.atom_of(low, times)
        unknown = isinstance(low.build.kind(atom), k.Any_) and atom in low.origins
        if unknown and len(low.state.items[items.identity]) == 1:
            low.must_be_int(atom)


def _is_sequence(low: Lowerer, *values: Value) -> bool:
    if all(open_tuples.is_tuple(low, v) for v in values):
        return True
    return any(isinstance(v, (Struct, Obj)) or _is_list(low, v) for v in values) and not any(
        isinstance(v, Ref) and not _is_list(low, v) for v in values
    )


def _is_list(low: Lowerer, value: Value) -> bool:
    if not isinstance(value, Ref):
        return False
    return isinstance(low.build.kind(memory.atom_of(low, value)), k.List)


def _is_known(low: Lowerer, *values: Value) -> bool:
    """Are these tuples of known length?"""
    return all(open_tuples.is_tuple(low, v) and not isinstance(v, Ref) for v in values)


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
        if references.holding(low, sequence) is not None:
            return _repeated_places(low, sequence, memory.atom_of(low, count), hint)
        atom = low.build.apply(
            "lists.repeat", list_atom(low, sequence), memory.atom_of(low, count), name=hint
        )
        repeated = memory.wrap(low, atom, hint)
        if isinstance(repeated, Ref) and times != 1 and not _of_numbers(low, atom):
            # its items are the same one: what is written into one of them is seen in all
            holdings.hold_twice(low.state, repeated.storage)
            hold_items(low, repeated.storage, sequence)
        return repeated
    if _is_known(low, left, right):
        parts = [expressions.static_items(low, side, None) for side in (left, right)]
        return Struct((*parts[0], *parts[1]))
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
    if any(references.holding(low, side) is not None for side in (left, right)):
        joined = low.to_list(low.as_sequence(left), hint)
        low.extend(joined, right)
        return joined
    tuples = [open_tuples.is_tuple(low, side) for side in (left, right)]
    if any(tuples) and not all(tuples):
        raise low.rejection(
            None, "+ of a list and a tuple, which Python refuses: make both lists, list(...)",
            "ADC416",
        )  # fmt: skip
    atom = low.build.apply("lists.concat", list_atom(low, left), list_atom(low, right), name=hint)
    value = memory.wrap(low, atom, hint)
    assert isinstance(value, Ref)
    for part in (left, right):
        hold_items(low, value.storage, part)
    return value


def _repeated_places(low: Lowerer, value: Value, count: Atom, hint: str) -> Value:
    """A list of places, so many times."""
    whole, build = low.as_sequence(value), low.build
    assert isinstance(whole, Sequence)
    length = build.apply("operator.mul", whole.length, count)

    def item(index: Atom) -> Value:
        return whole.item(build.apply("operator.mod", index, whole.length))

    return low.to_list(Sequence(length, item), hint)


def _of_numbers(low: Lowerer, atom: Atom) -> bool:
    """Is this a list of what cannot be changed in place, nor stands for what can?"""
    kind = low.build.kind(atom)
    if not isinstance(kind, k.List) or kind.item is None or packing.is_packed(kind):
        return False
    return k.is_fixed(kind.item)


def hold_items(low: Lowerer, holder: Storage, value: Value) -> None:
    """Note that a list now has the items of another one."""
    if _of_numbers(low, low.state.current[holder]):
        return
    if isinstance(value, Ref):
        for storage in cases.storages(value):
            holdings.hold_items(low, holder, storage)
    else:
        holdings.hold(low, holder, value)


def list_atom(low: Lowerer, value: Value) -> Atom:
    """The atom of a list: of known length made one at run time."""
    if isinstance(value, Obj):
        return memory.atom_of(
            low, expressions.make_list(low, expressions.static_items(low, value, None))
        )
    if open_tuples.is_tuple(low, value) and not isinstance(value, Ref):
        items = expressions.static_items(low, value, None)
        return memory.atom_of(low, open_tuples.of_items(low, items))
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
    misuse.check_unary(low, table.UNARY[type(op)], operand)
    return operations.apply(low, f"operator.{table.UNARY[type(op)]}", [operand], {}, hint)


def compare(low: Lowerer, node: ast.Compare, hint: str) -> Value:
    left = expressions.lower(low, node.left)
    pairs = list(zip(node.ops, node.comparators))
    if len(pairs) == 1:
        return comparison(low, pairs[0][0], left, _compared(low, *pairs[0]), hint)

    def chain(first: Value, rest: list[tuple[ast.cmpop, ast.expr]]) -> Value:
        op, comparator = rest[0]
        second = _compared(low, op, comparator)
        result = comparison(low, op, first, second, hint)
        if len(rest) == 1:
            return result
        return low.choose(
            result, lambda: chain(second, rest[1:]), lambda: result, hint, low.build.loc
        )

    return chain(left, pairs)


def _compared(low: Lowerer, op: ast.cmpop, node: ast.expr) -> Value:
    """What is compared with: of a set that is written out, what is in it is asked one by one."""
    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(node, ast.Set):
        return Struct(tuple(expressions.spread(low, node.elts)))
    return expressions.lower(low, node)


def comparison(low: Lowerer, op: ast.cmpop, left: Value, right: Value, hint: str = "") -> Value:
    if isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        same = enums.compared(low, left, right, isinstance(op, (ast.IsNot, ast.NotEq)), hint)
        if same is not None:
            return Num(same)
    if isinstance(op, (ast.Is, ast.IsNot)):
        return Num(sameness.identity(low, left, right, isinstance(op, ast.IsNot), hint))
    if isinstance(op, (ast.Eq, ast.NotEq)) and choices.are_named(left, right):
        return Num(sameness.same_function(low, left, right, isinstance(op, ast.NotEq), hint))
    for value in (left, right) if isinstance(op, (ast.Eq, ast.NotEq)) else ():
        if isinstance(value, Obj):
            guessed.whole(low, value.identity)
    letter = dtypes.compared(low, op, left, right)
    if letter is not None:
        return Num(letter)
    if isinstance(op, (ast.In, ast.NotIn)):
        inside = _inside(low, left, right)
        if inside is not None:
            return negated(low, inside) if isinstance(op, ast.NotIn) else inside
    else:
        name = table.COMPARE[type(op)].strip("_")
        of_class = protocols.operator(low, name, left, right)
        if of_class is not None:
            return of_class
        tied.unordered(low, op, left, right)
        left, right = tied.opened(low, left), tied.opened(low, right)
        if isinstance(left, Struct) and isinstance(right, Struct) and tied.holds_objects(left):
            return _with_objects(low, name, left, right)
    left, right = open_tuples.compared(low, left, right)
    match left, right:
        case Num(Lit(value=a)), Num(Lit(value=b)) if type(op) in COMPARISONS:
            if type(a) is type(b) or isinstance(op, (ast.Eq, ast.NotEq)):
                return Num(Lit(COMPARISONS[type(op)](a, b)))
    return operations.apply(low, f"operator.{table.COMPARE[type(op)]}", [left, right], {}, hint)


def negated(low: Lowerer, value: Value) -> Value:
    """not value"""
    truth = low.truth(value)
    if isinstance(truth, Lit):
        return Num(Lit(not truth.value))
    return operations.apply(low, "operator.not_", [Num(truth)], {})


def equal_items(low: Lowerer, left: list[Value], right: list[Value]) -> Value:
    """left == right, item by item, as far as they are equal."""
    if len(left) != len(right):
        return Num(Lit(False))
    if not left:
        return Num(Lit(True))
    first = comparison(low, ast.Eq(), left[0], right[0])
    if len(left) == 1:
        return Num(low.truth(first))
    rest = lambda: equal_items(low, left[1:], right[1:])  # noqa: E731
    return low.choose(first, rest, lambda: Num(Lit(False)), "", low.build.loc)


def any_equal(low: Lowerer, item: Value, items: list[Value]) -> Value:
    """Is an item equal to one of these?"""
    if not items:
        return Num(Lit(False))
    first = comparison(low, ast.Eq(), item, items[0])
    rest = lambda: any_equal(low, item, items[1:])  # noqa: E731
    return low.choose(first, lambda: Num(Lit(True)), rest, "", low.build.loc)


def of_tuples(low: Lowerer, name: str, left: Value, right: Value) -> Value:
    """An operator on two tuples: concatenation, or the order of tuples."""
    if name == "add":
        return _sequence_operator(low, name, left, right, "")
    assert isinstance(left, Struct) and isinstance(right, Struct)
    return before(low, name, list(left.items), list(right.items))


def before(low: Lowerer, name: str, left: list[Value], right: list[Value]) -> Value:
    """The order of tuples: that of the first items which differ."""
    if not left or not right:
        return Num(Lit(COMPARE[name](len(left), len(right))))
    first = comparison(low, ast.Eq(), left[0], right[0])
    return low.choose(
        first,
        lambda: before(low, name, left[1:], right[1:]),
        lambda: comparison(low, ORDER[name](), left[0], right[0]),
        "",
        low.build.loc,
    )


def _with_objects(low: Lowerer, name: str, left: Struct, right: Struct) -> Value:
    """An order of tuples that hold objects, or whether they are equal."""
    if name not in ORDER:
        same = equal_items(low, list(left.items), list(right.items))
        return negated(low, same) if name == "ne" else same
    return before(low, name, list(left.items), list(right.items))


def _inside(low: Lowerer, left: Value, right: Value) -> Value | None:
    """left in right, where that is not a question to the run time."""
    own = protocols.contains(low, left, right)
    if own is not None or not isinstance(right, (Obj, Struct)):
        return own
    if enums.is_member(left) or isinstance(left, Choice) or enums.holds(low, right):
        return any_equal(low, left, expressions.static_items(low, right, None))
    known = _contained(low, left, right)
    return None if known is None else Num(Lit(known))


def _contained(low: Lowerer, left: Value, right: Value) -> bool | None:
    if not (isinstance(left, Num) and isinstance(left.atom, Lit)):
        return None
    if isinstance(right, Obj) and right.identity.form == "dict":
        return left.atom.value in guessed.whole(low, right.identity)
    items = expressions.static_items(low, right, None)
    if all(isinstance(item, Num) and isinstance(item.atom, Lit) for item in items):
        return any(
            isinstance(i, Num) and isinstance(i.atom, Lit) and i.atom.value == left.atom.value
            for i in items
        )
    return None


def tested(low: Lowerer, node: ast.expr, hint: str = "") -> Value:
    """What is only asked whether it is true: of and, or and not, the operands are, too."""
    match node:
        case ast.BoolOp():
            return boolean(low, node, hint, True)
        case ast.UnaryOp(op=ast.Not() as op, operand=operand):
            return unary(low, op, tested(low, operand), hint)
    return expressions.lower(low, node, hint)


def boolean(low: Lowerer, node: ast.BoolOp, hint: str, is_test: bool = False) -> Value:
    """and / or: the next operand only where the ones before do not decide."""

    def operand(value: ast.expr) -> Value:
        if not is_test:
            return expressions.lower(low, value)
        found = tested(low, value)
        return found if isinstance(found, Num) else Num(low.truth(found))

    def chain(values: list[ast.expr]) -> Value:
        first = operand(values[0])
        if len(values) == 1:
            return first
        if isinstance(node.op, ast.And):
            return low.choose(first, lambda: chain(values[1:]), lambda: first, hint, low.at(node))
        return low.choose(first, lambda: first, lambda: chain(values[1:]), hint, low.at(node))

    return chain(node.values)
