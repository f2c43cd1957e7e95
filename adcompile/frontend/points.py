"""Arrays without axes: they change in place, where numbers do not.

    t = np.array(0.0)          t and u are one array, and t *= 2 changes both; what is emitted makes
    u = t                      a new one, t = np.full_like(t, t * 2), for what is computed of such
    t *= 2.0                   an array is a number, and +t is one
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

RAISED = "if not _0_:\n    raise TypeError({})"


def made(low: Lowerer, atom: Atom) -> bool:
    """Say of a number that it is an array without axes, which changes in place; of floats alone."""
    kind = low.build.kind(atom)
    if isinstance(atom, Lit) or not isinstance(kind, k.Scalar) or not k.is_real(kind):
        return False
    low.build.kinds[atom] = k.Array(None if kind.strong is None else kind.dtype, ())
    return True


def may_be(kind: k.Kind) -> bool:
    """May a value of this kind be an array without axes?"""
    return isinstance(kind, (k.Any_, k.Scalar)) or getattr(kind, "dims", None) == ()


def is_one(kind: k.Kind) -> bool:
    """Is it an array without axes, or a number that stands for one?"""
    return isinstance(kind, k.Scalar) or getattr(kind, "dims", None) == ()


def among(low: Lowerer, index: Atom) -> bool:
    """Is one of the places of an index an array without axes?  What lies there is copied then."""
    if not low.points:
        return False
    made = low.build.definition(index)
    places = made.args if made is not None and made.op == "mem.tuple" else (index,)
    return any(place in low.points for place in places)


def filled(low: Lowerer, base: Atom, value: Atom, op: str) -> Atom:
    """A version of which all is written: of an array that may have no axes, whose copy is a number.
    """
    if op == "mem.accumulate":
        value = low.build.apply("operator.add", base, value)
    name = base.name if isinstance(base, Var) else ""
    return low.build.apply("numpy.full_like", base, value, name=name)


def is_array(low: Lowerer, atom: Atom) -> Atom:
    """Is this an array, and no number?  What a copy is of tells: +x is a number without axes."""
    made = low.build.definition(atom)
    while made is not None and made.op == "mem.copy":
        atom, made = made.args[0], low.build.definition(made.args[0])
    if made is not None and made.op == "mem.getitem" and has_ellipsis(low, made.args[1]):
        return Lit(True)
    return low.build.apply("mem.is_array", atom)


def must_be_array(low: Lowerer, atom: Atom) -> None:
    """Raise at run time where this is a number: x[...] of an array is x, and of a number a new one.
    """
    test = is_array(low, atom)
    name = (atom.name if isinstance(atom, Var) else "") or "this"
    text = f"{name}[...] of a number is an array of its own; write np.array({name})"
    if test != Lit(True):
        low.build.apply_many("mem.effect", (Lit(RAISED.format(repr(text))), test), ())


def keeps_all(index: Atom) -> TypeGuard[Lit]:
    """Is an index made of ... and None alone, so that it leads to all that is there?"""
    if not isinstance(index, Lit):
        return False
    items = index.value if isinstance(index.value, tuple) else (index.value,)
    return bool(items) and all(item is None or item is Ellipsis for item in items)


def new_axes(index: Lit) -> tuple[int, ...]:
    """The axes of length one that such an index makes; those behind ... are counted from the end.
    """
    items = index.value if isinstance(index.value, tuple) else (index.value,)
    last = items.index(...) if ... in items else len(items)
    return (*range(last), *range(last + 1 - len(items), 0))


def has_ellipsis(low: Lowerer, index: Atom) -> bool:
    """Is ... in an index?  What it leaves is an array, also without axes."""
    kind = low.build.kind(index)
    items = kind.items if isinstance(kind, k.Tuple) else (kind,)
    return any(isinstance(item, k.Opaque) and item.what == "ellipsis" for item in items)
