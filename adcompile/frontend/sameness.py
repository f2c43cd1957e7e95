"""a is b: known when compiling, or asked when it runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from adcompile.frontend import absent, caught, choices, guessed, many, memory, packing
from adcompile.frontend.names import named
from adcompile.frontend.values import Choice, Closure, Maybe, Name, Num, Obj, Ref, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

NOT_KNOWN = "whether these are the same object is not known when compiling"


def identity(low: Lowerer, left: Value, right: Value, negate: bool, hint: str) -> Atom:
    """`a is b`: known for None; else asked at run time."""
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Maybe) and absent.is_none(low, other):
            return absent.test(low, value, negate)
        if isinstance(value, Maybe) and isinstance(other, Obj):
            asked = partial(identity, low, right=other, negate=False, hint="")
            found = absent.holds(low, value, asked)
            return low.build.apply("operator.not_", found, name=hint) if negate else found
        if isinstance(value, Maybe):
            low.unusable(value)
        if isinstance(other, Num) and other.atom == NOTHING:
            if absent.is_none(low, value):
                return Lit(not negate)
            guessed.check_given(low, value)
            atom = value.atom if isinstance(value, Num) else None
            if isinstance(value, Ref):
                atom = memory.atom_of(low, value)
            if not isinstance(atom, Var) or not _may_be_none(low, atom):
                return Lit(negate)
            return low.build.apply(
                "operator.is_not" if negate else "operator.is_", atom, NOTHING, name=hint
            )
        asked_class = caught.same_class(low, value, other)
        if asked_class is not None and negate:
            return low.build.apply("operator.not_", asked_class, name=hint)
        if asked_class is not None:
            return asked_class
    truths = [v.atom for v in (left, right) if isinstance(v, Num) and _is_truth(low, v.atom)]
    if len(truths) == 2:
        return low.build.apply("operator.is_not" if negate else "operator.is_", *truths, name=hint)
    if isinstance(left, Choice) or isinstance(right, Choice):
        return same_function(low, left, right, negate, hint)
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Obj) and isinstance(other, Obj) and _may_be_one(low, value, other):
            told = many.same(low, value.identity, other.identity)
            if told is not None:
                return low.build.apply("operator.not_", told, name=hint) if negate else told
            break
        if isinstance(value, Name) and _is_number(value):
            continue
        if isinstance(value, (Obj, Closure, Name)) and not may_be_anything(low, other):
            if isinstance(value, Obj) and isinstance(other, Obj) and value != other:
                low.apart[value.identity, other.identity] = None
            return Lit(choices.is_one(value, other) != negate)
    if (
        isinstance(left, Ref) and isinstance(right, Ref) and not left.path and not right.path
        and left.storage.cases is None and right.storage.cases is None
    ):  # fmt: skip
        known = left.storage is right.storage
        if known or right.storage not in low.state.related.get(left.storage, {}):
            if not known:
                low.apart[left.storage, right.storage] = None
            return Lit(known != negate)
    raise low.rejection(None, NOT_KNOWN, "ADC413")


def _is_number(value: Name) -> bool:
    """Does a name of a library stand for a number, as np.True_ does, or np.nan?"""
    return isinstance(named(value.qualified), (int, float, complex, np.generic))


def _is_truth(low: Lowerer, atom: Atom) -> bool:
    """Is this True or False, of Python's or of NumPy's, which are others?"""
    return k.dtype_of(low.build.kind(atom)) == "bool"


def same_function(
    low: Lowerer, left: Value, right: Value, negate: bool, hint: str
) -> Atom:
    """Is one of several functions this one?  The functions are told apart by their numbers."""
    named = [option for value in (left, right) for option in choices.options(value)]
    if not all(isinstance(option, (Closure, Name)) for option in named):
        raise low.rejection(None, NOT_KNOWN, "ADC413")
    if isinstance(left, Name) and isinstance(right, Name):
        return Lit(choices.is_one(left, right) != negate)
    one, other = (choices.number(low, value) for value in (left, right))
    known = low.tests.get((one, other)) or low.tests.get((other, one))
    if known is not None:
        return low.build.apply("operator.not_", known, name=hint) if negate else known
    return low.build.apply("operator.ne" if negate else "operator.eq", one, other, name=hint)


def _may_be_one(low: Lowerer, first: Obj, second: Obj) -> bool:
    """May two objects be one, as paths have met, or lists have been asked, since they were made?"""
    one, other = first.identity, second.identity
    state = low.state
    if one is other:
        return False
    listed = [key for key in (one, other) if key in state.places]
    mine, yours = ({key: None, **state.related.get(key, {})} for key in (one, other))
    return bool(listed) or any(key in yours for key in mine)


def may_be_anything(low: Lowerer, value: Value) -> bool:
    """Is this something of which nothing is known, such as an argument without annotation?

    Functions and objects that are kept as data may be those that names stand for.
    """
    if not isinstance(value, (Num, Ref)):
        return False
    if packing.tag_of(low, value) is not None:
        return True
    return isinstance(low.build.kind(memory.atom_of(low, value)), (k.Any_, k.Opaque))


def _may_be_none(low: Lowerer, var: Var) -> bool:
    """Is this None on some path, or may an argument be it of which nothing is known?"""
    return var in low.nullable or guessed.is_open(low, var)
