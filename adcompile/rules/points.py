"""What NumPy gives as an array where the result has no axes, and not as a number."""

from __future__ import annotations

from collections.abc import Mapping

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Var

VIEWS = ("reshape", "squeeze", "broadcast_to", "transpose")
MADE = tuple(f"numpy.{name}" for name in (
    "zeros", "ones", "empty", "full", "array", "asarray", "asanyarray", "copy", "zeros_like",
    "ones_like", "empty_like", "full_like", *VIEWS,
))  # fmt: skip
"""What is there to make an array, or another form of one."""
COMPUTED = tuple(f"numpy.{name}" for name in (
    "where", "select", "piecewise", "choose", "roll", "tile", "tensordot", "cross", "i0",
))  # fmt: skip
"""What computes one of numbers, and is as a rule taken for a number."""


def at_a_mask(base: Atom, index: Atom, kinds: Mapping[Var, k.Kind]) -> bool:
    """Is this an index of bools, without axes perhaps, of what has none then either?"""
    if not isinstance(base, Var) or not isinstance(index, Var):
        return False
    whole, mask = kinds.get(base), kinds.get(index)
    unknown = isinstance(whole, k.Any_) or (isinstance(whole, k.Array) and whole.dims is None)
    vague = isinstance(mask, k.Any_) or (isinstance(mask, k.Array) and mask.dims is None)
    return unknown and vague and k.dtype_of(mask) == "bool"


def is_written_at_a_mask(eqn: Apply, kinds: Mapping[Var, k.Kind]) -> bool:
    """Does this write to what must be an array then, whatever its rank?"""
    writes = eqn.op in ("mem.write", "mem.accumulate") and len(eqn.args) == 3
    return writes and at_a_mask(eqn.args[0], eqn.args[2], kinds)
