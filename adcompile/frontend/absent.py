"""Structures that are None on some path: a flag says on which, and what uses them looks inside.

    t = None                            there.1 = False
    for i in range(n):                  for i in range(n) carry there, a, b:
        if t is not None:                   if there:
            s += t[0]               =>          s += a
        t = (x[i], y)                       there.2, a.2, b.2 = True, x[i], y
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import memory, narrowed, nones, operations, statements
from adcompile.frontend.values import Bottom, Maybe, Num, Obj, Raises, Ref, Struct, Value
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Apply, Atom, Equation, If, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MISSED = (
    "len", "sum", "list", "tuple", "zip", "enumerate", "max", "min", "sorted", "reversed", "map",
    "filter", "any", "all", "dict",
)  # fmt: skip


ARITHMETIC = {f"operator.{name}" for name in (*table.BINARY.values(), "neg", "pos", "invert")}
STRUCTURES = (Struct, Obj, Maybe)
NONE_TESTS = {"operator.is_": False, "operator.is_not": True}
"""Whether it is there where the test holds."""
EMPTY = {
    "mem.getitem": "raise IndexError('list index out of range')",
    "mem.pop": "raise IndexError('pop from empty list')",
}


NOT_THERE = {
    "item": "TypeError(\"'NoneType' object is not subscriptable\")",
    "store": "TypeError(\"'NoneType' object does not support item assignment\")",
    "attribute": "AttributeError(\"'NoneType' object has no attribute {!r}\")",
    "unpack": "TypeError('cannot unpack non-iterable NoneType object')",
    "iterate": "TypeError(\"'NoneType' object is not iterable\")",
    "call": "TypeError(\"'NoneType' object is not callable\")",
    "len": "TypeError(\"object of type 'NoneType' has no len()\")",
    "sum": "TypeError('unsupported operand type(s): NoneType is no number')",
}
"""What Python raises where a structure is used that is None, by how it is used."""


def used(low: Lowerer, value: Value, how: str, name: str = "") -> Value:
    """A value where None raises: what it is where it is there."""
    if not isinstance(value, Maybe):
        return value
    present = value.present
    if isinstance(present, Var) and present not in low.present:
        line = f"raise {NOT_THERE[how].format(name)}"
        statements.branch(low, present, lambda: None, lambda: _raise(line))
        low.present[present] = None
    return value.value


def _raise(line: str) -> None:
    raise Raises(line)


def known(low: Lowerer, value: Value, how: str, name: str = "") -> Value:
    """`used`, of what must have items, attributes or methods.

    What was read of a list into which nothing has been put has raised: where a later turn of the
    loop around puts something there, the next attempt at its body knows what.  So it does of an
    item that is None as yet, and of a name that a later turn assigns; what uses these is left out
    as long.
    """
    if how == "attribute":
        _must_be_there(low, value, name)
    if not isinstance(value, Num) or not isinstance(value.atom, Var):
        return used(low, value, how, name)
    kind = low.build.kind(value.atom)
    if kind not in (k.UNDEFINED_KIND, k.NONE):
        return value
    made = [e for e in low.build.eqns if isinstance(e, Apply) and value.atom in e.outs]
    read = next((e for e in made if e.op in EMPTY), None)
    of_list = read is not None and isinstance(low.build.kind(read.args[0]), k.List)
    if read is not None and of_list and kind == k.UNDEFINED_KIND:
        raise Raises(EMPTY[read.op])
    if low.turns and not low.settled and (read is not None or kind == k.UNDEFINED_KIND):
        low.left_out = True
        raise Bottom
    return value


def seen(low: Lowerer, value: Value) -> Atom:
    """A number as it is, an array as it is now; UNDEF of what is neither."""
    if isinstance(value, Ref) and not value.path:
        return low.state.current.get(value.storage, UNDEF)
    return value.atom if isinstance(value, Num) else UNDEF


def _must_be_there(low: Lowerer, value: Value, name: str) -> None:
    """An attribute of a number or an array that is None on the path taken raises.

    What is emitted may have another form for it that takes None: y.ndim is known, y.T a function.
    """
    atom = seen(low, value)
    line = f"raise {NOT_THERE['attribute'].format(name)}"
    if atom == NOTHING:
        if low.turns and not low.settled:
            low.left_out = True
            raise Bottom
        raise Raises(line)
    if atom in low.nullable and atom not in low.present:
        test = low.build.apply("operator.is_", atom, NOTHING)
        statements.branch(low, test, lambda: _raise(line), lambda: None)
        low.present[atom] = None


def note_given(low: Lowerer, values: Mapping[str, Value]) -> None:
    """Note the arguments of which nothing else is known that are None by default or annotation."""
    given = low.function.node.args
    for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs):
        atom, default = seen(low, values[argument.arg]), low.function.default_node(argument.arg)
        said = ast.unparse(argument.annotation or ast.Constant(""))
        is_none = isinstance(default, ast.Constant) and default.value is None
        unknown = isinstance(low.build.kind(atom), k.Any_)
        if unknown and (is_none or re.search(r"\b(None|Optional)\b", said)):
            low.nullable[atom] = None


def later(low: Lowerer, value: Value | None, other: Value | None) -> Value | None:
    """A value that meets another one; None where only a later turn makes it, and it a structure."""
    waits = (
        isinstance(value, Num) and isinstance(value.atom, Var) and isinstance(other, (Struct, Obj))
        and low.build.kind(value.atom) == k.UNDEFINED_KIND and low.turns and not low.settled
    )  # fmt: skip
    if not waits:
        return value
    low.left_out = True
    return None


def computed(low: Lowerer, op: str, args: tuple[Atom, ...], made: Var) -> None:
    """Note that nothing is known of what is made of None, which raises, in an attempt at a loop.

    In a later turn it is made of something else; what that is does not depend on None.
    """
    if op not in ARITHMETIC or not low.turns or low.settled:
        return
    if any(low.build.kind(arg) == k.NONE for arg in args):
        low.left_out = True
        low.build.kinds[made] = k.UNDEFINED_KIND


def given(low: Lowerer, op: str, values: list[Value]) -> list[Value]:
    """The arguments of something outside."""
    if op.startswith("numpy.") or op.removeprefix("builtins.") in MISSED:
        how = "len" if op == "builtins.len" else "iterate"
        return [used(low, value, how) for value in values]
    for value in values:
        if isinstance(value, Maybe) and isinstance(value.value, Obj):
            low.reject(
                None, "this may be an object or None, and cannot be given on; of objects that hold "
                "one another turn by turn, keep what they hold in a list", "ADC402",
            )  # fmt: skip
        if isinstance(value, Maybe):
            low.unusable(value)
    return values


def is_none(low: Lowerer, value: Value | None) -> bool:
    """Is it None, wherever it has a value?"""
    return isinstance(value, Num) and (
        value.atom == NOTHING or low.build.kind(value.atom) == k.NONE
    )


def inside(low: Lowerer, value: Value | None) -> Value | None:
    """The structure; None where there is none."""
    if value is None or is_none(low, value):
        return None
    return value.value if isinstance(value, Maybe) else value


def there(low: Lowerer, value: Value | None) -> Atom:
    """The flag."""
    if isinstance(value, Maybe):
        return value.present
    return UNDEF if value is None else Lit(not is_none(low, value))


def both_there(
    low: Lowerer, cond: Atom, left: Value | None, right: Value | None
) -> tuple[Atom, Atom]:
    """The flags where a condition holds, and where it does not, if what it tells makes them one."""
    flags = there(low, left), there(low, right)
    known = [flag in told(low, cond, holds) for flag, holds in zip(flags, (True, False))]
    whole = all(flag == Lit(True) or is_known for flag, is_known in zip(flags, known))
    return (Lit(True), Lit(True)) if whole and flags[0] != flags[1] else flags


def made(present: Atom, value: Struct | Obj) -> Value:
    return value if present == Lit(True) else Maybe(present, value)


def meet(low: Lowerer, left: Value | None, right: Value | None) -> bool:
    """Do a structure and None meet, or what may be either?"""
    if not isinstance(left, STRUCTURES) and not isinstance(right, STRUCTURES):
        return False
    found = [inside(low, value) for value in (left, right)]
    structures = [value for value in found if value is not None]
    plain = all(isinstance(value, (Struct, Obj)) for value in structures)
    optional = any(isinstance(v, Maybe) or is_none(low, v) for v in (left, right))
    return optional and plain and bool(structures)


def test(low: Lowerer, value: Maybe, negate: bool) -> Atom:
    """value is None, or with `negate` value is not None."""
    if isinstance(value.present, Lit):
        return Lit(value.present.value == negate)
    return value.present if negate else low.build.apply("operator.not_", value.present)


def holds(low: Lowerer, value: Maybe, question: Callable[[Value], Atom]) -> Atom:
    """What is asked of the structure, where it is there; False elsewhere."""
    found = low.choose(
        Num(value.present), lambda: Num(question(value.value)), lambda: Num(Lit(False)), "",
        low.build.loc,
    )  # fmt: skip
    return memory.atom_of(low, found)


def excluded(low: Lowerer, cond: Atom, holds: bool) -> Atom | None:
    """What is not None where a condition holds, or does not."""
    if not low.nullable:
        return None
    made = low.build.definition(cond)
    while made is not None and made.op == "operator.not_":
        holds = not holds
        made = low.build.definition(made.args[0])
    if made is None or made.op not in NONE_TESTS or made.args[1] != NOTHING:
        return None
    return made.args[0] if holds == NONE_TESTS[made.op] else None


def told(low: Lowerer, cond: Atom, holds: bool) -> tuple[Atom, ...]:
    """What is not None where a condition holds, or does not: atoms, and flags of structures; and
    which of its classes an object is of.
    """
    found: list[Any] = []
    todo = [(cond, holds, low.build.eqns)]
    for each, is_true, eqns in todo:
        atom = excluded(low, each, is_true)
        if atom is not None:
            found.append(atom)
        found += narrowed.told(low, each, is_true)
        made = low.build.definition(each)
        if made is not None and made.op == "operator.not_":
            todo.append((made.args[0], not is_true, eqns))
        elif isinstance(each, Var):
            found += [each] if is_true else []
            todo += _both(each, is_true, eqns) if made is None else []
    return tuple(found)


def _both(cond: Var, holds: bool, eqns: Sequence[Equation]) -> list[Any]:
    """The conditions that hold with `a and b`, or do not without `a or b`, and where they are made.

    What has just been asked is made by the last equations.
    """
    for eqn in eqns[-2:]:
        if isinstance(eqn, If) and cond in eqn.outs:
            place = eqn.outs.index(cond)
            for side, other, first in (
                (eqn.then, eqn.orelse, True), (eqn.orelse, eqn.then, False)
            ):  # fmt: skip
                left = other.results[place]
                if left == Lit(not holds) or (left == eqn.cond and first == holds):
                    return [(eqn.cond, first, eqns), (side.results[place], holds, side.eqns)]
    return []


@contextmanager
def knowing(low: Lowerer, atoms: tuple[Atom, ...]) -> Iterator[None]:
    """While this is lowered, these are known not to be None."""
    before = low.present
    low.present = {**before, **dict.fromkeys(atoms)}
    try:
        with ExitStack() as stack:
            for atom in atoms:
                stack.enter_context(not_none(low, atom))
            yield
    finally:
        low.present = before


@contextmanager
def not_none(low: Lowerer, atom: Atom | None) -> Iterator[None]:
    """While this is lowered, an atom is known not to be None."""
    if atom is None or atom not in low.nullable:
        yield
        return
    del low.nullable[atom]
    try:
        yield
    finally:
        low.nullable[atom] = None


def truth(low: Lowerer, value: Maybe) -> Atom:
    """The atom to branch on."""
    return holds(low, value, low.truth)


def of_list(low: Lowerer, atom: Atom) -> Atom:
    """The atom to branch on for a list that may be None."""
    apply = low.build.apply
    found = low.choose(
        Num(apply("operator.is_not", atom, NOTHING)),
        lambda: Num(apply("operator.gt", apply("builtins.len", atom), Lit(0))),
        lambda: Num(Lit(False)), "", low.build.loc,
    )  # fmt: skip
    return memory.atom_of(low, found)


def atom(low: Lowerer, value: Maybe) -> Atom:
    """The tuple, or None, as one atom: of what cannot change in place."""
    if isinstance(value.value, Obj) and value.value.identity.form == "list":
        low.make_dynamic(value.value.identity)
    if not isinstance(value.value, Struct):
        low.unusable(value)
    found = low.choose(
        Num(value.present), partial(_packed, low, value), lambda: Num(NOTHING), "", low.build.loc
    )
    return operations.operand(low, found)


def _packed(low: Lowerer, value: Maybe) -> Value:
    nones.note_inside(low, value.value)
    found = memory.atom_of(low, value.value)
    if not k.is_fixed(low.build.kind(found)):
        low.unusable(value)
    return Num(found)
