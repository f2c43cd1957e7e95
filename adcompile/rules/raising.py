"""Which equations may raise for the values that they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Equation, Lit

DIVIDING = ("operator.truediv", "operator.floordiv", "operator.mod", "operator.pow")
RAISING = ("math.", "cmath.", "numpy.linalg.", "scipy.linalg.")
FITTING = tuple(f"numpy.{name}" for name in (
    "reshape", "broadcast_to", "concatenate", "stack", "vstack", "hstack", "column_stack",
))  # fmt: skip


def may_raise(eqn: Equation, kinds: Mapping[Any, Any]) -> bool:
    """Does this raise for some numbers?  What only an array of another shape would is left out."""
    if not isinstance(eqn, Apply):
        return False
    if eqn.op in DIVIDING:
        return k.is_scalar(kinds.get(eqn.out)) and not isinstance(eqn.args[1], Lit)
    if eqn.op == "mem.getitem":
        return isinstance(kinds.get(eqn.args[0]), (k.List, k.Dict, k.Array))
    return eqn.op.startswith(RAISING) or eqn.op in ("mem.pop", "builtins.int", "builtins.float")


def asks(eqn: Equation, kinds: Mapping[Any, Any]) -> bool:
    """Is this written to ask something, where nobody reads it?  That something is there, or fits.

    No slice is, and no part of what is known to have so many.
    """
    if not isinstance(eqn, Apply):
        return False
    if eqn.op == "mem.getitem":
        whole, index = (_kind(arg, kinds) for arg in eqn.args)
        return isinstance(whole, (k.List, k.Dict, k.Array, k.Any_)) and not isinstance(
            index, k.Slice
        )
    if eqn.op == "builtins.float":
        return not isinstance(_kind(eqn.args[0], kinds), k.Scalar)
    if eqn.op in DIVIDING and getattr(kinds.get(eqn.out), "strong", False):
        return False  # NumPy's numbers warn
    return eqn.op in FITTING or (eqn.op != "mem.pop" and may_raise(eqn, kinds))


def _kind(atom: object, kinds: Mapping[Any, Any]) -> Any:
    return k.of_constant(atom.value) if isinstance(atom, Lit) else kinds.get(atom)
