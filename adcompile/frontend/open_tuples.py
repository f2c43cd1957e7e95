"""Tuples whose length is known at run time only: lists that stand for them.

    t = tuple(v * v for v in x)         t = [v * v for v in x]
    return t[1:], sum(t)           =>   return tuple(t[1:]), sum(t)

The kind of such a list is frozen.  What changes a list is refused, and where the program gives it
away it is the tuple.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import expressions, memory, misuse
from adcompile.frontend.values import Num, Obj, Ref, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

READING = ("count", "index")


def of_list(low: Lowerer, value: Value) -> Value:
    """A new list, known to nobody else, as a tuple."""
    assert isinstance(value, Ref)
    atom = low.state.current[value.storage]
    kind = low.build.kind(atom)
    assert isinstance(kind, k.List)
    low.build.kinds[atom] = replace(kind, frozen=True)  # type: ignore[index]
    return Ref(value.storage)


def of_items(low: Lowerer, items: list[Value], hint: str = "") -> Value:
    """A tuple of known items as one of any length."""
    return of_list(low, expressions.make_list(low, items, hint))


def is_open(low: Lowerer, value: Value | None) -> bool:
    """Is this a tuple whose length is known at run time only?"""
    return isinstance(value, Ref) and is_frozen(misuse.kind_of(low, value))


def is_frozen(kind: k.Kind | None) -> bool:
    return isinstance(kind, k.List) and kind.frozen


def is_tuple(low: Lowerer, value: Value) -> bool:
    """Is this a tuple, of any form?"""
    if isinstance(value, Num):
        return isinstance(low.build.kind(value.atom), k.Tuple)
    return isinstance(value, Struct) or is_open(low, value)


def check_method(low: Lowerer, value: Value, name: str) -> None:
    """Refuse what lists have and tuples have not."""
    if name not in READING and is_open(low, value):
        raise low.rejection(
            None, f"a tuple has no method {name!r}; make a list of it: list(...)", "ADC206"
        )


def check_store(low: Lowerer, value: Value) -> None:
    """Refuse writing to a tuple."""
    if is_open(low, value):
        raise low.rejection(
            None, "an item of a tuple is assigned, which Python refuses; make a list of it: "
            "list(...)", "ADC309",
        )  # fmt: skip


def compared(low: Lowerer, left: Value, right: Value) -> tuple[Value, Value]:
    """Two tuples as two lists, which compare alike; what is no tuple differs from one."""
    values = left, right
    are_tuples = [is_tuple(low, value) for value in values]
    if not any(is_open(low, value) for value in values):
        return values
    if not all(are_tuples):
        is_list = isinstance(misuse.kind_of(low, values[are_tuples.index(False)]), k.List)
        known = is_list or isinstance(values[are_tuples.index(False)], Obj)
        return (Num(Lit(())), Num(Lit([]))) if known else values
    first, second = (
        value if isinstance(value, Ref)
        else of_items(low, expressions.static_items(low, value, None))
        for value in values
    )  # fmt: skip
    return first, second


# -- one length on one path, another on another


def is_mixed(*kinds: k.Kind | None) -> bool:
    """Is this a list on one path and a tuple on another?"""
    return len({kind.frozen for kind in kinds if isinstance(kind, k.List)}) > 1


def whole(low: Lowerer, value: Value, kind: k.Kind | None) -> Atom:
    """The atom of a value where one of this kind is needed, also of a tuple of known length."""
    if not isinstance(value, Struct) or not is_frozen(kind):
        return memory.atom_of(low, value)
    made = low.build.apply("mem.list", *[memory.atom_of(low, item) for item in value.items])
    found = low.build.kinds[made]
    assert isinstance(found, k.List)
    low.build.kinds[made] = replace(found, frozen=True)
    return made


def can_open(low: Lowerer, value: Value | None) -> bool:
    """May this tuple be one of any length?  What it holds has no identity."""
    if isinstance(value, Struct):
        return all(
            k.is_fixed(low.build.kind(item.atom)) if isinstance(item, Num)
            else isinstance(item, Struct) and can_open(low, item)
            for item in value.items
        )  # fmt: skip
    return is_open(low, value)


def met(merger: Any, left: Value, right: Value) -> tuple[Value, Value] | None:
    """Two tuples, one of another length on its path, as tuples of any length; None for others."""
    low, inside_of, sides = merger.low, merger.inside_of, (left, right)
    known = any(isinstance(side, Struct) for side in sides)
    if not known or not all(inside_of(i, partial(can_open, low, s)) for i, s in enumerate(sides)):
        return None
    first, second = (
        inside_of(i, partial(of_items, low, list(side.items))) if isinstance(side, Struct) else side
        for i, side in enumerate(sides)
    )
    return first, second


def given(low: Lowerer, atom: Atom) -> Atom:
    """What the program gives away: the tuples, of the lists that stand for them."""
    form, inside = k.form_of(low.build.kind(atom))
    if _holds_frozen(inside):
        raise low.rejection(
            None, "how long the tuples are that are in this is known at run time only; make lists "
            "of them: list(...)", "ADC408",
        )  # fmt: skip
    return low.build.apply("lists.formed", atom, Lit(form)) if "t" in form else atom


def taken(low: Lowerer, var: Var) -> Var:
    """What the program is given: lists that stand for the tuples, of an argument of such a kind."""
    form, _ = k.form_of(low.build.kind(var))
    return low.build.apply("lists.opened", var, Lit(form), name=var.name) if "t" in form else var


def _holds_frozen(kind: k.Kind | None) -> bool:
    match kind:
        case k.List(item, frozen):
            return frozen or _holds_frozen(item)
        case k.Dict(item):
            return _holds_frozen(item)
        case k.Tuple(items):
            return any(map(_holds_frozen, items))
    return False
