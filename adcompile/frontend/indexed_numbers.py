"""What an index makes of a number: NumPy's own take a truth value as a mask, and new axes.

    x[x > 0]            an array of one, or of none
    x[..., np.newaxis]  an array of one
    x[x > 0, None]      of one row, or of none
    x[0]                raises, as it does in Python; on one path, or in a try, it may be meant to

A number of Python's has no items at all: the index is kept in its place, for what it raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import memory, misuse, operations, reached
from adcompile.frontend.values import Num, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

AXES = (Num(NOTHING), Num(Lit(...)))


def indexed(low: Lowerer, base: Num, index: Value, hint: str) -> Value | None:
    """number[index]; None for what is no number, and where nothing is known of the index."""
    if not isinstance(low.build.kind(base.atom), k.Scalar):
        return None
    items = index.items if isinstance(index, Struct) else (index,)
    axes = items.count(Num(NOTHING))
    if axes and all(item in AXES for item in items):
        _kept(low, base, index)
        shape = Num(Lit((1,) * axes))
        return operations.apply(low, "numpy.reshape", [base, shape], {}, hint)
    masks = [item for item in items if item not in AXES]
    if len(masks) == 1 and low.build.kind(memory.atom_of(low, masks[0])) == k.BOOL:
        _kept(low, base, index)
        apply = operations.apply
        row, mask = (apply(low, "numpy.atleast_1d", [each], {}) for each in (base, masks[0]))
        taken = memory.element(low, row, memory.atom_of(low, mask), hint)
        sides = Num(Lit(tuple(1 if item in AXES else -1 for item in items if item != AXES[1])))
        return apply(low, "numpy.reshape", [taken, sides], {}, hint) if axes else taken
    place = low.build.kind(memory.atom_of(low, index))
    if isinstance(place, (k.Scalar, k.Slice)) and misuse.may_be_left_out(low):
        _kept(low, base, index)
        misuse.raised_by_number(low, base, "'{}' object is not subscriptable")
    return None


def _kept(low: Lowerer, base: Num, index: Value) -> None:
    reached.note_raise(low)
    at = memory.atom_of(low, index)
    low.build.apply_many("mem.effect", (Lit("_0_[_1_]"), base.atom, at), ())
